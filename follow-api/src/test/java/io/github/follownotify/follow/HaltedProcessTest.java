package io.github.follownotify.follow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.core.env.Environment;

/** A process that is killed between a commit and its answer, beside one that lives. */
class HaltedProcessTest extends HealthyFollowApi {

    private static final Duration PATIENCE = Duration.ofMinutes(3);
    private static final Pattern PORT = Pattern.compile("Tomcat started on port (\\d+) \\(http\\)");

    @Autowired
    private Environment environment;

    @TempDir
    private Path directory;

    @Test
    void followThatWasCommittedByAKilledProcessIsRelayedByAnother() throws Exception {
        org.assertj.core.api.Assumptions.assumeThat(environment.getRequiredProperty("spring.datasource.url"))
                .as("a database that two processes can share")
                .startsWith("jdbc:mysql:");
        long follower = newUser();
        long target = newUser();
        Path output = directory.resolve("output");
        Process process = start("after-commit", output);
        try {
            int otherPort = await().atMost(PATIENCE).until(() -> port(output), found -> found > 0);

            HttpClient.newHttpClient()
                    .sendAsync(
                            HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + otherPort + "/followings"))
                                    .header("Authorization", "Bearer " + token(follower))
                                    .header("Content-Type", "application/json")
                                    .POST(BodyPublishers.ofString("{\"target\": %d}".formatted(target)))
                                    .build(),
                            BodyHandlers.discarding())
                    .handle((answer, brokenConnection) -> answer == null)
                    .orTimeout(PATIENCE.toSeconds(), TimeUnit.SECONDS)
                    .thenAccept(broken -> assertThat(broken).as("no answer").isTrue())
                    .join();

            assertThat(process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
            assertThat(process.exitValue()).isEqualTo(137);
            assertThat(Files.readString(output)).contains("THIS PROCESS WILL KILL ITSELF");
            await().atMost(PATIENCE)
                    .until(() -> get(target, "/notifications").body().contains("\"user_id\":" + follower));
            assertThat(follow(follower, target).statusCode())
                    .as("the caller's repeat")
                    .isEqualTo(200);
            assertThat(notificationsFor(target)).isEqualTo(1);
        } finally {
            process.destroyForcibly();
        }
    }

    private Process start(String failPoint, Path output) throws IOException {
        ProcessBuilder command = new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                FollowApi.class.getName(),
                "--server.port=0",
                "--management.server.port=0",
                "--jwt.secret=" + SECRET,
                setting("spring.datasource.url"),
                setting("spring.datasource.username"),
                setting("spring.datasource.password"),
                setting("spring.rabbitmq.host"),
                setting("spring.rabbitmq.port"),
                setting("spring.rabbitmq.username"),
                setting("spring.rabbitmq.password"),
                setting("follow.relay.exchange"));
        command.environment().put("FOLLOW_RELAY_FAILPOINT", failPoint);
        return command.redirectErrorStream(true).redirectOutput(output.toFile()).start();
    }

    private String setting(String property) {
        return "--" + property + "=" + environment.getRequiredProperty(property);
    }

    private static int port(Path output) throws IOException {
        Matcher started = PORT.matcher(Files.exists(output) ? Files.readString(output) : "");
        return started.find() ? Integer.parseInt(started.group(1)) : 0;
    }
}
