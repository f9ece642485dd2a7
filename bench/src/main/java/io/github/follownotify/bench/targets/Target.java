package io.github.follownotify.bench.targets;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Something that can be measured, by the name that the user gives.
 *
 * <ul>
 *   <li>{@code ours}: the executable jars of this working copy
 *   <li>{@code ours@/folder}: those of another one, or any folder below which both lie
 *   <li>{@code node}, {@code flask}: the peers
 *   <li>{@code null}: a server that accepts sockets and does nothing else, the ceiling of connecting
 * </ul>
 */
public final class Target {

    static final String SECRET = "the secret of the benchmark: at least 32 bytes";

    private final String name;
    private final Kind kind;
    private final Path folder;

    private enum Kind {
        OURS,
        NODE,
        FLASK,
        NULL
    }

    /**
     * What is started together.
     *
     * @param nodes processes that hold the sockets
     */
    record Setup(Servers servers, String schema, String exchange, int nodes, Launch launch) {}

    /** @param role {@code api}, {@code im} */
    record Service(
            String role,
            List<String> command,
            Path directory,
            Map<String, String> environment,
            URI address,
            URI readiness) {}

    private Target(String name, Kind kind, Path folder) {
        this.name = name;
        this.kind = kind;
        this.folder = folder;
    }

    /** @param root the working copy of this project */
    public static Target named(String name, Path root) {
        int at = name.indexOf('@');
        String kind = at < 0 ? name : name.substring(0, at);
        return switch (kind) {
            case "ours" -> new Target(name, Kind.OURS, at < 0 ? root : Path.of(name.substring(at + 1)));
            case "node" -> new Target(name, Kind.NODE, root.resolve("bench/peers/node"));
            case "flask" -> new Target(name, Kind.FLASK, root.resolve("bench/peers/flask"));
            case "null" -> new Target(name, Kind.NULL, root);
            default ->
                throw new IllegalArgumentException(
                        "unknown target " + name + ": ours, ours@/folder/of/jars, node, flask or null");
        };
    }

    public String name() {
        return name;
    }

    /** Whether it takes follows and events; otherwise sockets only. */
    public boolean isComplete() {
        return kind != Kind.NULL;
    }

    /** Whether it starts from AOT caches, which have to be recorded before. */
    public boolean isRecorded(Launch launch) {
        return kind == Kind.OURS && launch.aot() != Launch.Aot.OFF;
    }

    /** Everything that has to be built or installed before; does nothing when it is there. */
    public void prepare(Launch launch) {
        Path logs = launch.logs();
        if (kind == Kind.NODE && !Files.isDirectory(folder.resolve("node_modules"))) {
            Launched.run(
                    "npm ci",
                    List.of("npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"),
                    folder,
                    Map.of(),
                    logs.resolve("npm.log"));
        } else if (kind == Kind.FLASK) {
            Launched.run(
                    "The Flask peer's libraries (apt-get install gunicorn python3-flask python3-socketio python3-eventlet"
                            + " python3-pika python3-pymysql python3-jwt)",
                    List.of("/usr/bin/python3", "-c", "import flask, socketio, eventlet, pika, pymysql, jwt, gunicorn"),
                    folder,
                    Map.of(),
                    logs.resolve("python.log"));
        } else if (kind == Kind.OURS) {
            for (String module : List.of("follow-api", "im-server")) {
                Path jar = jar(module);
                if (isRecorded(launch)) {
                    AotCache.unpack(launch, jar, unpacked(launch, module));
                }
            }
        }
    }

    List<Service> services(Setup setup) {
        List<Service> services = new ArrayList<>();
        switch (kind) {
            case OURS -> {
                Service api = ourApi(setup);
                services.add(api);
                for (int i = 0; i < setup.nodes(); i++) {
                    services.add(ourNode(setup, i, api.address()));
                }
            }
            case NODE, FLASK -> {
                services.add(peer("api", setup));
                for (int i = 0; i < setup.nodes(); i++) {
                    services.add(peer("im", setup));
                }
            }
            case NULL -> services.add(nullServer(setup));
        }
        return services;
    }

    private Service ourApi(Setup setup) {
        int port = Launched.freePort();
        Map<String, String> environment = ours(setup);
        environment.put("SERVER_PORT", String.valueOf(port));
        environment.put("MANAGEMENT_SERVER_PORT", String.valueOf(Launched.freePort()));
        environment.put("SPRING_DATASOURCE_URL", setup.servers().jdbcUrl(setup.schema()));
        environment.put("SPRING_DATASOURCE_USERNAME", setup.servers().databaseUsername);
        environment.put("SPRING_DATASOURCE_PASSWORD", setup.servers().databasePassword);
        environment.put("FOLLOW_RELAY_EXCHANGE", setup.exchange());
        URI address = local(port);
        return new Service("api", java(setup, "follow-api"), folder, environment, address, address.resolve("/readyz"));
    }

    private Service ourNode(Setup setup, int index, URI api) {
        int port = Launched.freePort();
        int management = Launched.freePort();
        Map<String, String> environment = ours(setup);
        environment.put("SERVER_PORT", String.valueOf(management));
        environment.put("IM_SOCKET_PORT", String.valueOf(port));
        environment.put("IM_EVENTS_EXCHANGE", setup.exchange());
        environment.put("IM_NODE_ID", setup.exchange() + "-" + index);
        environment.put("IM_LOG_FOLLOW_API_URL", api.toString());
        // One machine is all the clients there are: the limits that protect from one are not what is measured.
        environment.put("IM_SOCKET_LIMITS_HANDSHAKESPERSECOND", "1000000");
        environment.put("IM_SOCKET_LIMITS_HANDSHAKESPERSECONDPERADDRESS", "1000000");
        environment.put("IM_SOCKET_LIMITS_CONNECTIONSPERADDRESS", "100000");
        return new Service(
                "im",
                java(setup, "im-server"),
                folder,
                environment,
                local(port),
                local(management).resolve("/actuator/health/readiness"));
    }

    private static Map<String, String> ours(Setup setup) {
        URI broker = setup.servers().broker;
        Map<String, String> environment = new HashMap<>();
        environment.put("JWT_SECRET", SECRET);
        environment.put("SPRING_RABBITMQ_HOST", broker.getHost());
        environment.put("SPRING_RABBITMQ_PORT", String.valueOf(broker.getPort() < 0 ? 5672 : broker.getPort()));
        if (broker.getUserInfo() != null) {
            String[] user = broker.getUserInfo().split(":", 2);
            environment.put("SPRING_RABBITMQ_USERNAME", user[0]);
            environment.put("SPRING_RABBITMQ_PASSWORD", user.length < 2 ? "" : user[1]);
        }
        return environment;
    }

    private Service peer(String role, Setup setup) {
        Servers servers = setup.servers();
        int port = Launched.freePort();
        Map<String, String> environment = new HashMap<>();
        environment.put("PORT", String.valueOf(port));
        environment.put("EXCHANGE", setup.exchange());
        environment.put("AMQP_URL", servers.broker.toString());
        environment.put("JWT_SECRET", SECRET);
        environment.put("NODE_ENV", "production");
        environment.put(
                "DATABASE_URL",
                "mysql://%s:%s@%s:%d/%s"
                        .formatted(
                                servers.databaseUsername,
                                servers.databasePassword,
                                servers.databaseHost,
                                servers.databasePort,
                                setup.schema()));
        URI address = local(port);
        return new Service(role, peerCommand(role, port), folder, environment, address, address.resolve("/healthz"));
    }

    private List<String> peerCommand(String role, int port) {
        if (kind == Kind.NODE) {
            return List.of("node", role + ".js");
        }
        return role.equals("im")
                ? List.of("/usr/bin/python3", "im.py")
                : List.of(
                        "/usr/bin/gunicorn",
                        "--workers=2",
                        "--threads=16",
                        "--keep-alive=75",
                        "--bind=127.0.0.1:" + port,
                        "api:app");
    }

    private Service nullServer(Setup setup) {
        int port = Launched.freePort();
        URI address = local(port);
        String classes = System.getProperty("java.class.path");
        List<String> command = new ArrayList<>(
                List.of(setup.launch().javaHome().resolve("bin/java").toString(), "-Xmx384m", "-XX:+UseG1GC"));
        // The executable jar is its own class path; a test has one of folders and jars.
        command.addAll(
                classes.endsWith("-exec.jar")
                        ? List.of("-jar", classes)
                        : List.of("-cp", classes, "io.github.follownotify.bench.Bench"));
        command.addAll(List.of("null-server", "--port=" + port));
        return new Service("im", command, folder, Map.of(), address, address.resolve("/healthz"));
    }

    private List<String> java(Setup setup, String module) {
        Launch launch = setup.launch();
        if (launch.aot() != Launch.Aot.OFF) {
            return AotCache.command(launch, unpacked(launch, module));
        }
        List<String> command = new ArrayList<>();
        command.add(launch.javaHome().resolve("bin/java").toString());
        command.addAll(launch.javaOptions());
        command.addAll(List.of("-jar", jar(module).toString()));
        return command;
    }

    private Path unpacked(Launch launch, String module) {
        return launch.logs()
                .resolveSibling("unpacked")
                .resolve(name.replaceAll("\\W+", "-"))
                .resolve(module);
    }

    private Path jar(String module) {
        try (Stream<Path> files = Files.find(
                folder, 3, (file, attributes) -> file.getFileName().toString().matches(module + "-.*-exec\\.jar"))) {
            return files.findFirst()
                    .map(Path::toAbsolutePath)
                    .orElseThrow(() -> new IllegalStateException("No " + module + "-*-exec.jar below " + folder
                            + ": run ./mvnw -q verify -DskipTests there"));
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    private static URI local(int port) {
        return URI.create("http://127.0.0.1:" + port);
    }
}
