package io.github.follownotify.bench.report;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A document of which a part, between two marks, is written by a command. */
public final class MarkedText {

    private MarkedText() {}

    /** Puts new text between {@code <!-- bench:NAME -->} and {@code <!-- /bench:NAME -->}. */
    public static void replace(Path document, String name, String text) {
        String begin = "<!-- bench:" + name + " -->";
        String end = "<!-- /bench:" + name + " -->";
        try {
            String before = Files.readString(document);
            int from = before.indexOf(begin);
            int to = before.indexOf(end);
            if (from < 0 || to < from) {
                throw new IllegalStateException(document + " has no " + begin + " … " + end);
            }
            Files.writeString(
                    document,
                    before.substring(0, from + begin.length()) + "\n" + text.strip() + "\n" + before.substring(to));
        } catch (IOException notWritable) {
            throw new UncheckedIOException(notWritable);
        }
    }
}
