package io.github.follownotify.system;

import io.github.follownotify.testservices.Programs;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** What the tests of the whole system need beside a JDK: see {@link Programs}. */
public final class Tools {

    private Tools() {}

    public static void requireNode() {
        Programs.require(Programs.succeeds(List.of("node", "--version"), Path.of(".")), "node is not installed");
        Programs.require(Programs.succeeds(List.of("npm", "--version"), Path.of(".")), "npm is not installed");
    }

    static String pythonWithSocketIo() {
        return pythonWith("socketio, requests, websocket");
    }

    /** @param modules names as they stand in an import */
    static String pythonWith(String modules) {
        Optional<String> interpreter = List.of("/usr/bin/python3", "python3").stream()
                .filter(python -> Programs.succeeds(List.of(python, "-c", "import " + modules), Path.of(".")))
                .findFirst();
        Programs.require(interpreter.isPresent(), "no Python with the modules " + modules + " is installed");
        return interpreter.orElseThrow();
    }

    static void requireChromium() {
        Programs.require(
                Programs.succeeds(List.of("chromium", "--version"), Path.of("."))
                        && Programs.succeeds(List.of("chromedriver", "--version"), Path.of(".")),
                "chromium and chromedriver are not installed");
    }

    /** The proxies that docs/operations.md shows. */
    public static void requireProxies() {
        Programs.require(Programs.succeeds(List.of(find("haproxy"), "-v"), Path.of(".")), "haproxy is not installed");
        Programs.require(Programs.succeeds(List.of(find("nginx"), "-v"), Path.of(".")), "nginx is not installed");
    }

    static String find(String program) {
        return Programs.find(program);
    }

    public static void requireServerPrograms(boolean installed) {
        Programs.require(
                installed,
                "the programs of MariaDB and RabbitMQ are not installed (packages mariadb-server, rabbitmq-server)");
    }

    static void requireSuccess(List<String> command, Path folder, String otherwise) {
        Programs.require(Programs.succeeds(command, folder), otherwise);
    }
}
