package io.github.follownotify.system.harness;

import io.github.follownotify.system.ServiceProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** A RabbitMQ with a data folder and a port of its own. Needs the programs of the package rabbitmq-server. */
final class RabbitMqServer extends HarnessServer {

    private static final Path PROGRAMS = Path.of("/usr/lib/rabbitmq/bin");

    private final String node = "harness" + port + "@localhost";
    private final Map<String, String> environment;

    RabbitMqServer(Programs programs) {
        super(programs);
        Path enabledPlugins = programs.path("enabled_plugins");
        try {
            Files.writeString(enabledPlugins, "[].\n");
        } catch (IOException notWritable) {
            throw new UncheckedIOException(notWritable);
        }
        this.environment = Map.of(
                "HOME", programs.path("").toString(),
                "RABBITMQ_NODENAME", node,
                "RABBITMQ_NODE_IP_ADDRESS", "127.0.0.1",
                "RABBITMQ_NODE_PORT", String.valueOf(port),
                "RABBITMQ_DIST_PORT", String.valueOf(ServiceProcess.freePort()),
                "RABBITMQ_MNESIA_BASE", programs.path("rabbitmq").toString(),
                "RABBITMQ_LOG_BASE", programs.path("rabbitmq-log").toString(),
                "RABBITMQ_ENABLED_PLUGINS_FILE", enabledPlugins.toString(),
                "RABBITMQ_CONFIG_FILE", programs.path("none").toString(),
                "ERL_EPMD_ADDRESS", "127.0.0.1");
    }

    static boolean isInstalled() {
        return Files.isExecutable(PROGRAMS.resolve("rabbitmq-server"));
    }

    void start() {
        started(programs.startServer(
                List.of(PROGRAMS.resolve("rabbitmq-server").toString()), environment, "rabbitmq.out"));
        Programs.awaitPort("RabbitMQ", port);
    }

    void stopApplication() {
        control("stop_app");
    }

    void startApplication() {
        control("start_app");
        Programs.awaitPort("RabbitMQ", port);
    }

    /** Sets off RabbitMQ's memory alarm, or ends it: while it lasts, the broker reads nothing from publishers. */
    void alarm(boolean on) {
        control("set_vm_memory_high_watermark", on ? "0.00001" : "0.4");
    }

    private void control(String... command) {
        programs.run(
                Programs.command(PROGRAMS.resolve("rabbitmqctl").toString(), List.of("-n", node), command),
                environment);
    }
}
