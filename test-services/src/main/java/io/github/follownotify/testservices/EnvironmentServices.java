package io.github.follownotify.testservices;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Servers that somebody else runs: {@code TEST_MYSQL_URL}, {@code TEST_MYSQL_USERNAME}, {@code TEST_MYSQL_PASSWORD},
 * {@code TEST_RABBITMQ_URI} and, where tests may stop the broker, {@code TEST_RABBITMQCTL}.
 */
final class EnvironmentServices implements Services {

    private static final int COMMAND_SECONDS = 90;

    private final SchemaServer server;
    private final Broker broker;
    private final @Nullable String rabbitmqctl;

    EnvironmentServices(Map<String, String> environment) {
        this.server = new SchemaServer(
                required(environment, "TEST_MYSQL_URL"),
                environment.getOrDefault("TEST_MYSQL_USERNAME", "root"),
                environment.getOrDefault("TEST_MYSQL_PASSWORD", ""));
        URI uri = URI.create(required(environment, "TEST_RABBITMQ_URI"));
        String[] user = (uri.getUserInfo() == null ? "guest:guest" : uri.getUserInfo()).split(":", 2);
        this.broker = new Broker(uri.getHost(), uri.getPort() < 0 ? 5672 : uri.getPort(), user[0], user[1], true);
        this.rabbitmqctl = environment.get("TEST_RABBITMQCTL");
    }

    static boolean isNamedIn(Map<String, String> environment) {
        return environment.containsKey("TEST_MYSQL_URL") && environment.containsKey("TEST_RABBITMQ_URI");
    }

    @Override
    public String description() {
        return "%s and RabbitMQ on %s:%d, named by the environment"
                .formatted(server.version(), broker.host(), broker.port());
    }

    @Override
    public Database newDatabase(String schema) {
        return server.newDatabase(schema);
    }

    @Override
    public Broker broker() {
        return broker;
    }

    @Override
    public boolean canStopBroker() {
        return rabbitmqctl != null;
    }

    @Override
    public void stopBroker() {
        run("stop_app");
    }

    @Override
    public void startBroker() {
        run("start_app");
    }

    @Override
    public void close() {}

    private void run(String command) {
        try {
            Process process = new ProcessBuilder(List.of(String.valueOf(rabbitmqctl), command))
                    .redirectErrorStream(true)
                    .start();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (!process.waitFor(COMMAND_SECONDS, TimeUnit.SECONDS) || process.exitValue() != 0) {
                throw new IllegalStateException(rabbitmqctl + " " + command + " failed: " + output);
            }
        } catch (IOException notRunnable) {
            throw new IllegalStateException("TEST_RABBITMQCTL cannot be run: " + rabbitmqctl, notRunnable);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(stopped);
        }
    }

    private static String required(Map<String, String> environment, String name) {
        String value = environment.get(name);
        if (value == null || value.isBlank()) {
            throw new IllegalStateException(name + " must be set to test with the environment's services");
        }
        return value;
    }
}
