package io.github.follownotify.bench.load;

import java.util.Locale;

/** The line of each second. */
final class Progress {

    private final String name;
    private final long started = System.nanoTime();

    Progress(String name) {
        this.name = name;
    }

    void print(String format, Object... values) {
        System.out.printf(
                Locale.ROOT,
                "  %s %3.0f s  %s%n",
                name,
                (System.nanoTime() - started) / 1e9,
                String.format(Locale.ROOT, format, values));
    }
}
