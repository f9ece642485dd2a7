package io.github.follownotify.bench.targets;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import io.github.follownotify.bench.load.Tokens;
import io.github.follownotify.bench.machine.Meter;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeoutException;

/** A target that runs, on an empty schema and an exchange of its own. */
public final class Installation implements AutoCloseable {

    private final Servers servers;
    private final String schema;
    private final String exchange;
    private final Deque<Launched> started = new ArrayDeque<>();
    private final Map<String, Set<Long>> processes = new LinkedHashMap<>();
    private final List<URI> apis = new ArrayList<>();
    private final List<URI> nodes = new ArrayList<>();
    private final long startedAt = System.nanoTime();

    private Installation(Servers servers, String suffix) {
        this.servers = servers;
        this.schema = "bench_" + suffix;
        this.exchange = "im.events.bench." + suffix;
    }

    /** @return when all of it is ready */
    public static Installation start(Target target, Servers servers, int nodes, Launch launch) {
        String suffix = UUID.randomUUID().toString().substring(0, 8);
        Installation installation = new Installation(servers, suffix);
        servers.execute("CREATE DATABASE " + installation.schema + " CHARACTER SET utf8mb4");
        try {
            Target.Setup setup = new Target.Setup(servers, installation.schema, installation.exchange, nodes, launch);
            for (Target.Service service : target.services(setup)) {
                installation.start(
                        service, launch.logs().resolve(target.name().replaceAll("\\W+", "-") + "-" + suffix));
            }
        } catch (RuntimeException failed) {
            installation.close();
            throw failed;
        }
        return installation;
    }

    private void start(Target.Service service, Path logs) {
        Launched launched = Launched.start(
                service.role(),
                service.command(),
                service.directory(),
                service.environment(),
                Path.of(logs + "-" + service.role() + ".log"));
        started.push(launched);
        launched.awaitReady(service.readiness());
        processes.computeIfAbsent(service.role(), role -> new HashSet<>()).add(launched.pid());
        (service.role().equals("api") ? apis : nodes).add(service.address());
    }

    public Meter meter() {
        Map<String, Set<Long>> all = new LinkedHashMap<>(processes);
        all.putAll(servers.processes());
        return new Meter(all);
    }

    public Connection connectToBroker() {
        return servers.connectToBroker();
    }

    public Tokens tokens() {
        return new Tokens(Target.SECRET);
    }

    public List<URI> apis() {
        return apis;
    }

    public List<URI> nodes() {
        return nodes;
    }

    public String schema() {
        return schema;
    }

    public String exchange() {
        return exchange;
    }

    public double secondsSinceStart() {
        return (System.nanoTime() - startedAt) / 1e9;
    }

    @Override
    public void close() {
        started.forEach(Launched::close);
        servers.execute("DROP DATABASE IF EXISTS " + schema);
        try (Connection connection = servers.connectToBroker();
                Channel channel = connection.createChannel()) {
            for (int i = 0; i < nodes.size(); i++) {
                channel.queueDelete("im.node." + exchange + "-" + i);
            }
            channel.queueDelete(exchange + ".invalid");
            channel.exchangeDelete(exchange);
        } catch (IOException | TimeoutException | IllegalStateException brokerGone) {
            System.err.println("Objects of " + exchange + " stay on the broker: " + brokerGone.getMessage());
        }
    }
}
