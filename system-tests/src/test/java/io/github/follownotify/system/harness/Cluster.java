package io.github.follownotify.system.harness;

import io.github.follownotify.system.ProxyProcess;
import io.github.follownotify.system.ServiceProcess;
import io.github.follownotify.system.harness.Mutant.Mutation;
import io.github.follownotify.testservices.FaultProxy;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiConsumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.springframework.amqp.rabbit.connection.CachingConnectionFactory;
import org.springframework.amqp.rabbit.core.RabbitTemplate;

/**
 * Two follow-apis and two im-servers on servers of their own, with a proxy on every connection between any two parts.
 * Apps and devices reach both through one balancer, configured as deploy/ shows, and so do the nodes when they read the
 * log.
 */
final class Cluster implements AutoCloseable {

    static final int REPLICAS = 2;
    static final String EXCHANGE = "im.events";

    private static final String HEARTBEAT = "1s";

    final PrivateServers servers;
    final Secrets secrets = new Secrets();
    final List<ServiceProcess> followApis = new ArrayList<>();
    final List<ServiceProcess> imServers = new ArrayList<>();
    final List<FaultProxy> apiToDatabase = new ArrayList<>();
    final List<FaultProxy> apiToBroker = new ArrayList<>();
    final List<FaultProxy> nodeToBroker = new ArrayList<>();
    final List<FaultProxy> nodeToApi = new ArrayList<>();
    final List<FaultProxy> balancerToNode = new ArrayList<>();

    private final Path folder;
    private final List<Integer> apiPorts = freePorts();
    private final List<Integer> nodePorts = freePorts();
    private final List<Integer> nodeManagementPorts = freePorts();
    private final ProxyProcess balancer;
    private final Path replacer;
    private List<Mutation> mutations = List.of();

    private Cluster(PrivateServers servers, Path folder) {
        this.servers = servers;
        this.folder = folder;
        nodePorts.forEach(port -> balancerToNode.add(new FaultProxy("127.0.0.1", port)));
        this.balancer = ProxyProcess.haproxy(
                folder,
                ServiceProcess.freePort(),
                apiPorts,
                IntStream.range(0, REPLICAS)
                        .mapToObj(
                                i -> new ProxyProcess.Node(balancerToNode.get(i).port(), nodeManagementPorts.get(i)))
                        .toList(),
                // Devices have WebSockets only, so any node will do; by chance they change nodes more often than their
                // users.
                Map.of("balance hash var(txn.user)", "balance random", "hash-type consistent", ""));
        this.replacer = ClassReplacer.writeAgent(folder.resolve("class-replacer.jar"));
    }

    static Cluster start(Path folder) {
        Cluster cluster = new Cluster(PrivateServers.start(folder), folder);
        for (int i = 0; i < REPLICAS; i++) {
            cluster.addFollowApi(i);
            cluster.addImServer(i);
        }
        cluster.awaitReady();
        return cluster;
    }

    /** Goes on with the services as these mutants and in no other way changed. */
    void runAs(Mutant... wanted) {
        replaceClasses(mutations, Mutation::putBackInto);
        awaitReady();
        mutations =
                Stream.of(wanted).flatMap(mutant -> mutant.mutations().stream()).toList();
        replaceClasses(mutations, Mutation::compileInto);
    }

    private void replaceClasses(List<Mutation> changed, BiConsumer<Mutation, Path> writeClass) {
        replaceClasses("follow-api", followApis, changed, writeClass);
        replaceClasses("im-server", imServers, changed, writeClass);
    }

    private void replaceClasses(
            String module,
            List<ServiceProcess> replicas,
            List<Mutation> changed,
            BiConsumer<Mutation, Path> writeClass) {
        List<Mutation> ofModule = changed.stream()
                .filter(mutation -> mutation.module().equals(module))
                .toList();
        if (ofModule.isEmpty()) {
            return;
        }
        try {
            Path classes = Files.createTempDirectory(folder, module);
            ofModule.forEach(mutation -> writeClass.accept(mutation, classes));
            replicas.forEach(replica -> replica.load(replacer, classes.toString()));
        } catch (IOException noFolder) {
            throw new UncheckedIOException(noFolder);
        }
    }

    /** Where apps and devices reach everything. */
    URI address() {
        return balancer.address();
    }

    /** Waits until every process can do its work. */
    void awaitReady() {
        followApis.forEach(ServiceProcess::awaitReady);
        imServers.forEach(ServiceProcess::awaitReady);
    }

    /** Leads the follow-apis to the database that is written to now. */
    void reachDatabase() {
        for (FaultProxy proxy : apiToDatabase) {
            proxy.redirect(servers.database().port);
            proxy.cutOnce();
        }
    }

    /** Stops every service, in order as for an upgrade. */
    void stopServices() {
        inParallel(Stream.concat(imServers.stream(), followApis.stream()).map(service -> service::close));
    }

    void startServices() {
        followApis.forEach(ServiceProcess::restart);
        imServers.forEach(ServiceProcess::restart);
        awaitReady();
    }

    /** Gives every service other settings, one replica after the other. */
    void reconfigure(Map<String, String> settings) {
        for (int i = 0; i < REPLICAS; i++) {
            inParallel(Stream.of(followApis.get(i), imServers.get(i)).map(service -> () -> {
                service.close();
                service.configure(settings);
                service.restart();
                service.awaitReady();
            }));
        }
    }

    private static void inParallel(Stream<Runnable> tasks) {
        CompletableFuture.allOf(tasks.map(CompletableFuture::runAsync).toArray(CompletableFuture[]::new))
                .join();
    }

    static String queueOf(int node) {
        return "im.node.node-" + node;
    }

    CachingConnectionFactory brokerConnections() {
        return new CachingConnectionFactory("127.0.0.1", servers.broker.port);
    }

    /** Publishes an event as another service would, without a place in the log. */
    void publishLive(long target, String json) {
        CachingConnectionFactory connections = brokerConnections();
        try {
            new RabbitTemplate(connections).convertAndSend(EXCHANGE, String.valueOf(target), json, message -> {
                message.getMessageProperties().setType("following notify");
                message.getMessageProperties().setContentType("application/json");
                return message;
            });
        } finally {
            connections.destroy();
        }
    }

    @Override
    public void close() {
        imServers.forEach(ServiceProcess::kill);
        followApis.forEach(ServiceProcess::kill);
        balancer.close();
        List.of(apiToDatabase, apiToBroker, nodeToBroker, nodeToApi, balancerToNode)
                .forEach(proxies -> proxies.forEach(FaultProxy::close));
        servers.close();
    }

    private void addFollowApi(int index) {
        FaultProxy toDatabase = new FaultProxy("127.0.0.1", servers.database().port);
        FaultProxy toBroker = new FaultProxy("127.0.0.1", servers.broker.port);
        int port = apiPorts.get(index);
        Map<String, String> environment = common(toBroker);
        environment.put("SERVER_PORT", String.valueOf(port));
        environment.put("MANAGEMENT_SERVER_PORT", String.valueOf(ServiceProcess.freePort()));
        environment.put(
                "SPRING_DATASOURCE_URL", "jdbc:mysql://127.0.0.1:" + toDatabase.port() + "/" + MariaDbServer.SCHEMA);
        environment.put("SPRING_DATASOURCE_USERNAME", "harness");
        environment.put("SPRING_DATASOURCE_PASSWORD", "harness");
        environment.put("FOLLOW_RELAY_HEARTBEAT", HEARTBEAT);
        // Shorter than most faults of a short run, so that it sees what happens at their end.
        environment.put("FOLLOW_RELAY_CONFIRMTIMEOUT", "1s");
        environment.put("FOLLOW_RELAY_LEASE", "3s");
        apiToDatabase.add(toDatabase);
        apiToBroker.add(toBroker);
        followApis.add(new ServiceProcess(
                "harness-follow-api-" + index,
                "follow-api",
                environment,
                URI.create("http://127.0.0.1:" + port + "/readyz")));
    }

    private void addImServer(int index) {
        FaultProxy toBroker = new FaultProxy("127.0.0.1", servers.broker.port);
        FaultProxy toApi = new FaultProxy("127.0.0.1", balancer.port());
        int management = nodeManagementPorts.get(index);
        Map<String, String> environment = common(toBroker);
        environment.put("SERVER_PORT", String.valueOf(management));
        environment.put("IM_SOCKET_PORT", String.valueOf(nodePorts.get(index)));
        environment.put("IM_SOCKET_TRUSTEDPROXIES", "127.0.0.1");
        // All clients of a test share one address.
        environment.put("IM_SOCKET_LIMITS_HANDSHAKESPERSECONDPERADDRESS", "2000");
        environment.put("IM_EVENTS_HEARTBEAT", HEARTBEAT);
        environment.put("IM_NODE_ID", "node-" + index);
        environment.put("IM_LOG_FOLLOW_API_URL", "http://127.0.0.1:" + toApi.port());
        nodeToBroker.add(toBroker);
        nodeToApi.add(toApi);
        imServers.add(new ServiceProcess(
                "harness-im-server-" + index,
                "im-server",
                environment,
                URI.create("http://127.0.0.1:" + management + "/actuator/health/readiness")));
    }

    private static List<Integer> freePorts() {
        return Stream.generate(ServiceProcess::freePort).limit(REPLICAS).toList();
    }

    private Map<String, String> common(FaultProxy toBroker) {
        Map<String, String> environment = new HashMap<>(secrets.settings());
        environment.put(Mutant.FOLDER, folder.toAbsolutePath().toString());
        environment.put("SPRING_RABBITMQ_HOST", "127.0.0.1");
        environment.put("SPRING_RABBITMQ_PORT", String.valueOf(toBroker.port()));
        return environment;
    }
}
