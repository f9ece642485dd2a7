package io.github.follownotify.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A document may name only what exists. */
class DocumentsTest {

    private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
    private static final Pattern LINK = Pattern.compile("\\]\\((?!https?:|#|mailto:)([^)#]+)(#[^)]*)?\\)");
    private static final Pattern CLASS_NAME = Pattern.compile("`([A-Z][a-z0-9]+(?:[A-Z][A-Za-z0-9]*)+)`");

    /** Names in documents that look like classes of ours and are those of others. */
    private static final Set<String> OTHERS = Set.of("EdDSA", "KombuManager", "MySQL", "RabbitMQ", "RedisManager");

    static Stream<Path> documents() throws IOException {
        try (Stream<Path> files = Files.walk(ROOT)) {
            return files
                    .filter(file -> file.toString().endsWith(".md"))
                    .filter(file -> !file.toString().contains("/target/"))
                    .filter(file -> !file.toString().contains("node_modules"))
                    .toList()
                    .stream();
        }
    }

    @ParameterizedTest
    @MethodSource("documents")
    void linksLeadSomewhere(Path document) throws IOException {
        List<String> dead = LINK.matcher(Files.readString(document))
                .results()
                .map(link -> link.group(1))
                .filter(target -> !Files.exists(document.resolveSibling(target)))
                .toList();

        assertThat(dead).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("documents")
    void classesThatAreNamedExist(Path document) throws IOException {
        Set<String> classes = classNames();

        List<String> unknown = CLASS_NAME
                .matcher(Files.readString(document))
                .results()
                .map((MatchResult name) -> name.group(1))
                .filter(name -> !classes.contains(name) && !OTHERS.contains(name))
                .distinct()
                .toList();

        assertThat(unknown).isEmpty();
    }

    private static Set<String> classNames() {
        try (Stream<Path> files = Files.walk(ROOT)) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(".java"))
                    .map(name -> name.substring(0, name.length() - ".java".length()))
                    .collect(Collectors.toSet());
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }
}
