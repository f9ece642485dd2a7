package io.github.follownotify.bench.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.follownotify.bench.command.Arguments;
import io.github.follownotify.testservices.Broker;
import io.github.follownotify.testservices.Database;
import io.github.follownotify.testservices.TestServices;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The whole comparison with processes of their own, as short as it goes. */
class CompareTest {

    private static final Path ROOT = Path.of("..");

    @TempDir
    Path folder;

    @Test
    void measuresTargetsInTurnAndRewritesTheTable() throws IOException {
        Broker broker = TestServices.broker();
        assumeTrue(broker.real(), "the services' processes need real servers");
        assumeTrue(isBuilt("follow-api") && isBuilt("im-server"), "the executable jars come with ./mvnw verify");
        Path document = folder.resolve("performance.md");
        Files.writeString(document, "before\n<!-- bench:table -->\nold\n<!-- /bench:table -->\nafter\n");
        try (Database database = TestServices.database()) {
            System.setProperty("bench.root", ROOT.toString());
            Compare compare = new Compare(new Arguments(List.of(
                    "--profile=smoke",
                    "--rows=rest,connect,follow-cold,follow-warm,follow-300,push-1000,push-max,ceilings",
                    "--targets=null,ours",
                    "--cold-warm-up=0.5",
                    "--warm-up=1.5",
                    "--mysql=" + database.url().replace(database.schema(), ""),
                    "--mysql-username=" + database.username(),
                    "--mysql-password=" + database.password(),
                    "--rabbitmq=" + broker.uri(),
                    "--docs=" + document.toAbsolutePath(),
                    "--out=" + folder.resolve("out"))));

            Path out = compare.run();

            assertThat(Files.readString(document))
                    .startsWith("before\n<!-- bench:table -->\nMeasured on ")
                    .contains("| push 1,000 events/s: p50 |", "| 0 / 0 / 0 / 0 / 0 |", "| ceiling | |")
                    .endsWith("<!-- /bench:table -->\nafter\n")
                    .doesNotContain("old");
            assertThat(out.resolve("report.html")).content().contains("<svg", "ours");
            assertThat(out.resolve("runs.json")).content().contains("\"push-max\"");
        }
    }

    private static boolean isBuilt(String module) throws IOException {
        try (Stream<Path> files = Files.list(ROOT.resolve(module).resolve("target"))) {
            return files.anyMatch(file -> file.toString().endsWith("-exec.jar"));
        }
    }
}
