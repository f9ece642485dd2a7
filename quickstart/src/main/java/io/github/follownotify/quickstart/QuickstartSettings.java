package io.github.follownotify.quickstart;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.springframework.boot.context.properties.bind.BindException;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.core.env.SimpleCommandLinePropertySource;
import org.springframework.core.env.StandardEnvironment;

/**
 * What can be chosen when the quick start is started: as {@code --quickstart.port=…}, as a system property of the same
 * name or as an environment variable such as {@code QUICKSTART_PORT}.
 *
 * @param address address to listen on
 * @param port port of the page and the HTTP API; 0 for any free one
 * @param socketPort port of Socket.IO; 0 for any free one
 * @param managementPort port of follow-api's health and metrics; 0 for any free one
 * @param socketManagementPort port of im-server's health and metrics; 0 for any free one
 * @param log level from which log lines are printed
 */
record QuickstartSettings(
        @DefaultValue("127.0.0.1") String address,
        @DefaultValue("8080") int port,
        @DefaultValue("9092") int socketPort,
        @DefaultValue("8081") int managementPort,
        @DefaultValue("9093") int socketManagementPort,
        @DefaultValue("warn") String log) {

    private static final String PREFIX = "quickstart";
    private static final int HIGHEST_PORT = 65_535;

    QuickstartSettings {
        Set<Integer> chosen = new HashSet<>();
        for (int each : List.of(port, socketPort, managementPort, socketManagementPort)) {
            if (each < 0 || each > HIGHEST_PORT) {
                throw new UnusableSettingsException(
                        "A port is a number from 0 to " + HIGHEST_PORT + ", not " + each + ".");
            }
            if (each != 0 && !chosen.add(each)) {
                throw new UnusableSettingsException("Port " + each + " is chosen for two purposes.");
            }
        }
    }

    static QuickstartSettings of(String... arguments) {
        refuseUnknown(arguments);
        StandardEnvironment environment = new StandardEnvironment();
        environment.getPropertySources().addFirst(new SimpleCommandLinePropertySource(arguments));
        try {
            return Binder.get(environment).bindOrCreate(PREFIX, QuickstartSettings.class);
        } catch (BindException unusable) {
            throw asUnusableSettings(unusable);
        }
    }

    private static void refuseUnknown(String... arguments) {
        Arrays.stream(arguments)
                .filter(argument -> !argument.startsWith("--" + PREFIX + "."))
                .findFirst()
                .ifPresent(unknown -> {
                    throw new UnusableSettingsException("Unknown argument " + unknown + ". There are "
                            + "--quickstart.port, --quickstart.socket-port, --quickstart.management-port, "
                            + "--quickstart.socket-management-port, --quickstart.address and --quickstart.log, "
                            + "and the command \"token USER_ID\".");
                });
    }

    private static UnusableSettingsException asUnusableSettings(BindException unusable) {
        for (Throwable cause = unusable; cause != null; cause = cause.getCause()) {
            if (cause instanceof UnusableSettingsException ours) {
                return ours;
            }
        }
        Object value =
                unusable.getProperty() == null ? "" : unusable.getProperty().getValue();
        return new UnusableSettingsException(unusable.getName() + " can't be \"" + value + "\".");
    }

    /**
     * @return the same with a free port instead of each 0
     * @throws UnusableSettingsException when a port is taken; it names all that are
     */
    QuickstartSettings withFreePorts() {
        List<String> taken = List.of(
                        new Choice("the page and the HTTP API", port, "quickstart.port"),
                        new Choice("Socket.IO", socketPort, "quickstart.socket-port"),
                        new Choice("follow-api's health and metrics", managementPort, "quickstart.management-port"),
                        new Choice(
                                "im-server's health and metrics",
                                socketManagementPort,
                                "quickstart.socket-management-port"))
                .stream()
                .filter(choice -> isTaken(choice.port()))
                .map(Choice::advice)
                .toList();
        if (!taken.isEmpty()) {
            throw new UnusableSettingsException(String.join(System.lineSeparator(), taken));
        }
        return withFree();
    }

    boolean isLocalOnly() {
        return inetAddress().isLoopbackAddress();
    }

    /** As a person or a page on this machine reaches it. */
    String host() {
        return isLocalOnly() || inetAddress().isAnyLocalAddress() ? "localhost" : address;
    }

    private boolean isTaken(int wanted) {
        try (ServerSocket probe = listen(wanted)) {
            return !probe.isBound();
        } catch (IOException taken) {
            return true;
        }
    }

    /** Holds all four until each is chosen, so that none is found free twice. */
    private QuickstartSettings withFree() {
        try (ServerSocket first = listen(port);
                ServerSocket second = listen(socketPort);
                ServerSocket third = listen(managementPort);
                ServerSocket fourth = listen(socketManagementPort)) {
            return new QuickstartSettings(
                    address,
                    first.getLocalPort(),
                    second.getLocalPort(),
                    third.getLocalPort(),
                    fourth.getLocalPort(),
                    log);
        } catch (IOException none) {
            throw new UncheckedIOException("No free port on " + address, none);
        }
    }

    private ServerSocket listen(int wanted) throws IOException {
        ServerSocket probe = new ServerSocket();
        probe.setReuseAddress(true);
        probe.bind(new InetSocketAddress(inetAddress(), wanted));
        return probe;
    }

    private InetAddress inetAddress() {
        try {
            return InetAddress.getAllByName(address)[0];
        } catch (UnknownHostException unknown) {
            throw new UnusableSettingsException("quickstart.address can't be \"" + address + "\".");
        }
    }

    private record Choice(String purpose, int port, String property) {

        String advice() {
            String variable = property.replace('-', '_').replace('.', '_').toUpperCase(Locale.ROOT);
            return "Port %d for %s is taken. Choose another with -D%s=… or %s=…"
                    .formatted(port, purpose, property, variable);
        }
    }
}
