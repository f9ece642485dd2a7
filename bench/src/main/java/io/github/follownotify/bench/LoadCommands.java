package io.github.follownotify.bench;

import com.rabbitmq.client.Connection;
import io.github.follownotify.bench.command.Arguments;
import io.github.follownotify.bench.command.Json;
import io.github.follownotify.bench.load.ConnectLoad;
import io.github.follownotify.bench.load.FollowLoad;
import io.github.follownotify.bench.load.FollowPlan;
import io.github.follownotify.bench.load.LoadLoop;
import io.github.follownotify.bench.load.PushLoad;
import io.github.follownotify.bench.load.Run;
import io.github.follownotify.bench.load.Sockets;
import io.github.follownotify.bench.load.Tokens;
import io.github.follownotify.bench.machine.Meter;
import io.github.follownotify.bench.machine.Proc;
import io.github.follownotify.bench.targets.Servers;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;

/** One load against services that run already. */
final class LoadCommands {

    /** Follows of the last run would be repeats in this one: users are others each time. */
    private static final AtomicLong NEXT_USER =
            new AtomicLong(1_000_000L * (System.currentTimeMillis() / 1000 % 1_000_000_000L));

    private static final long USERS_OF_A_RUN = 1_000_000;

    private static final int AMQP_PORT = 5672;
    private static final int MYSQL_PORT = 3306;

    private final Arguments arguments;
    private final List<URI> apis;
    private final List<URI> nodes;
    private final URI broker;
    private final String out;
    private final Tokens tokens;
    private final long firstUser = NEXT_USER.getAndAdd(USERS_OF_A_RUN);

    LoadCommands(Arguments arguments) {
        this.arguments = arguments;
        this.apis = arguments.list("api", "http://127.0.0.1:8080").stream()
                .map(URI::create)
                .toList();
        this.nodes = arguments.list("socket", "http://127.0.0.1:9092").stream()
                .map(URI::create)
                .toList();
        this.broker = URI.create(arguments.text("amqp", "amqp://guest:guest@127.0.0.1:5672"));
        this.out = arguments.text("out", "");
        String secret = arguments.text("secret", System.getenv().getOrDefault("JWT_SECRET", ""));
        if (secret.length() < 32) {
            throw new IllegalArgumentException(
                    "JWT_SECRET or --secret must be the secret of the services, of 32 bytes or more");
        }
        this.tokens = new Tokens(secret);
    }

    void follow() {
        FollowLoad.Settings settings = new FollowLoad.Settings(
                arguments.number("connections", 32),
                arguments.decimal("rate", 0),
                arguments.seconds("warm-up", 10),
                arguments.seconds("seconds", 10));
        int targets = arguments.number("sockets", 1000);
        Meter meter = meter();
        arguments.requireNothingElse();
        try (LoadLoop loop = new LoadLoop();
                Sockets sockets = new Sockets(loop, nodes, tokens, firstUser)) {
            sockets.openAll(targets, 64);
            FollowPlan plan = new FollowPlan(firstUser + targets, firstUser, targets);
            finish(new FollowLoad(apis, tokens, sockets, plan, settings).run("follow", meter));
        }
    }

    void push() {
        PushLoad.Settings settings = new PushLoad.Settings(
                arguments.decimal("rate", 0),
                arguments.number("under-way", 5000),
                arguments.seconds("warm-up", 5),
                arguments.seconds("seconds", 10));
        int targets = arguments.number("sockets", 1000);
        String exchange = arguments.text("exchange", "im.events");
        Meter meter = meter();
        arguments.requireNothingElse();
        try (LoadLoop loop = new LoadLoop();
                Sockets sockets = new Sockets(loop, nodes, tokens, firstUser);
                Connection connection = connectToBroker()) {
            sockets.openAll(targets, 64);
            finish(new PushLoad(sockets, connection, exchange, firstUser, settings).run("push", meter));
        } catch (IOException brokerGone) {
            throw new IllegalStateException(brokerGone);
        }
    }

    void connect() {
        ConnectLoad.Settings settings = new ConnectLoad.Settings(
                arguments.number("sockets", 5000),
                arguments.number("warm-up-sockets", 1000),
                arguments.number("at-once", 64),
                arguments.number("churn", 0));
        Meter meter = meter();
        arguments.requireNothingElse();
        try (LoadLoop loop = new LoadLoop()) {
            finish(new ConnectLoad(loop, nodes, tokens, settings).run("connect", meter, "im", firstUser));
        }
    }

    private void finish(Run run) {
        System.out.println(Json.text(run.values()));
        if (!out.isEmpty()) {
            Json.write(Path.of(out), run);
        }
    }

    /** Whoever listens on the ports of the services, where that is on this machine. */
    private Meter meter() {
        Map<String, Set<Long>> processes = new LinkedHashMap<>();
        apis.forEach(api -> add(processes, "api", api.getPort()));
        nodes.forEach(node -> add(processes, "im", node.getPort()));
        add(processes, "broker", broker.getPort() < 0 ? AMQP_PORT : broker.getPort());
        add(processes, "database", arguments.number("database-port", MYSQL_PORT));
        return new Meter(processes);
    }

    private static void add(Map<String, Set<Long>> processes, String name, int port) {
        Proc.listeningOn(port)
                .ifPresent(pid ->
                        processes.computeIfAbsent(name, key -> new HashSet<>()).add(pid));
    }

    private Connection connectToBroker() {
        try {
            return Servers.connectionFactory(broker).newConnection("bench");
        } catch (Exception unreachable) {
            throw new IllegalStateException(
                    "The broker does not answer at " + broker.getHost() + ":" + broker.getPort(), unreachable);
        }
    }
}
