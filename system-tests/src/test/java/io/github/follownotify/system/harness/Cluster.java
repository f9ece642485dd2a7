package io.github.follownotify.system.harness;

import io.github.follownotify.system.ProxyProcess;
import io.github.follownotify.system.ServiceProcess;
import io.github.follownotify.system.Users;
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
import java.util.stream.Stream;
import org.springframework.amqp.rabbit.connection.CachingConnectionFactory;
import org.springframework.amqp.rabbit.core.RabbitTemplate;

/**
 * Two follow-apis and two im-servers on servers of their own, with a proxy on every connection between any two parts.
 * Apps and nodes reach the follow-apis through one balancer, configured as deploy/ shows.
 */
final class Cluster implements AutoCloseable {

    static final int REPLICAS = 2;
    static final String EXCHANGE = "im.events";

    final PrivateServers servers;
    final List<ServiceProcess> followApis = new ArrayList<>();
    final List<ServiceProcess> imServers = new ArrayList<>();
    final List<FaultProxy> apiToDatabase = new ArrayList<>();
    final List<FaultProxy> apiToBroker = new ArrayList<>();
    final List<FaultProxy> nodeToBroker = new ArrayList<>();
    final List<FaultProxy> nodeToApi = new ArrayList<>();
    final List<FaultProxy> clientsToNode = new ArrayList<>();

    private final Path folder;
    private final List<Integer> apiPorts = freePorts();
    private final List<ProxyProcess.Node> nodes = Stream.generate(
                    () -> new ProxyProcess.Node(ServiceProcess.freePort(), ServiceProcess.freePort()))
            .limit(REPLICAS)
            .toList();
    private final ProxyProcess balancer;
    private final Path replacer;
    private List<Mutation> mutations = List.of();

    private Cluster(PrivateServers servers, Path folder) {
        this.servers = servers;
        this.folder = folder;
        this.balancer = ProxyProcess.haproxy(folder, ServiceProcess.freePort(), apiPorts, nodes);
        this.replacer = ClassReplacer.writeAgent(folder.resolve("class-replacer.jar"));
    }

    static Cluster start(Path folder) {
        PrivateServers servers = new PrivateServers(folder);
        servers.start();
        Cluster cluster = new Cluster(servers, folder);
        for (int i = 0; i < REPLICAS; i++) {
            cluster.addFollowApi(i);
        }
        cluster.followApis.forEach(ServiceProcess::awaitReady);
        for (int i = 0; i < REPLICAS; i++) {
            cluster.addImServer(i);
        }
        cluster.imServers.forEach(ServiceProcess::awaitReady);
        return cluster;
    }

    /**
     * Goes on with the services as these mutants and in no other way changed; whatever was a mutant before begins anew.
     */
    void runAs(Mutant... wanted) {
        restartMutants("follow-api", followApis);
        restartMutants("im-server", imServers);
        awaitReady();
        mutations =
                Stream.of(wanted).flatMap(mutant -> mutant.mutations().stream()).toList();
        replaceClasses(mutations);
    }

    private void restartMutants(String module, List<ServiceProcess> replicas) {
        if (mutations.stream().anyMatch(mutation -> mutation.module().equals(module))) {
            replicas.forEach(ServiceProcess::kill);
            replicas.forEach(ServiceProcess::restart);
        }
    }

    private void replaceClasses(List<Mutation> wanted) {
        replaceClasses("follow-api", followApis, wanted);
        replaceClasses("im-server", imServers, wanted);
    }

    private void replaceClasses(String module, List<ServiceProcess> replicas, List<Mutation> wanted) {
        List<Mutation> ofModule = wanted.stream()
                .filter(mutation -> mutation.module().equals(module))
                .toList();
        if (ofModule.isEmpty()) {
            return;
        }
        try {
            Path classes = Files.createTempDirectory(folder, module);
            ofModule.forEach(mutation -> mutation.compileInto(classes));
            replicas.forEach(replica -> replica.load(replacer, classes.toString()));
        } catch (IOException noFolder) {
            throw new UncheckedIOException(noFolder);
        }
    }

    /** Where apps reach the follow-apis. */
    URI apiAddress() {
        return balancer.address();
    }

    /** Waits until every process can do its work. */
    void awaitReady() {
        followApis.forEach(ServiceProcess::awaitReady);
        imServers.forEach(ServiceProcess::awaitReady);
    }

    /** Addresses at which devices reach the nodes. */
    List<URI> nodeAddresses() {
        return clientsToNode.stream()
                .map(proxy -> URI.create("ws://127.0.0.1:" + proxy.port()))
                .toList();
    }

    static String queueOf(int node) {
        return "im.node.node-" + node;
    }

    CachingConnectionFactory brokerConnections() {
        return new CachingConnectionFactory("127.0.0.1", servers.brokerPort);
    }

    /** Publishes an event as another service would, without a seq. */
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
        List.of(apiToDatabase, apiToBroker, nodeToBroker, nodeToApi, clientsToNode)
                .forEach(proxies -> proxies.forEach(FaultProxy::close));
        balancer.close();
        servers.close();
    }

    private void addFollowApi(int index) {
        FaultProxy toDatabase = new FaultProxy("127.0.0.1", servers.databasePort);
        FaultProxy toBroker = new FaultProxy("127.0.0.1", servers.brokerPort);
        int port = apiPorts.get(index);
        Map<String, String> environment = common(toBroker);
        environment.put("SERVER_PORT", String.valueOf(port));
        environment.put("MANAGEMENT_SERVER_PORT", String.valueOf(ServiceProcess.freePort()));
        environment.put("SPRING_DATASOURCE_URL", "jdbc:mysql://127.0.0.1:" + toDatabase.port() + "/follow_notify");
        environment.put("SPRING_DATASOURCE_USERNAME", "harness");
        environment.put("SPRING_DATASOURCE_PASSWORD", "harness");
        environment.put("FOLLOW_RELAY_HEARTBEAT", "1s");
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
        FaultProxy toBroker = new FaultProxy("127.0.0.1", servers.brokerPort);
        FaultProxy toApi = new FaultProxy("127.0.0.1", balancer.port());
        int port = nodes.get(index).port();
        int management = nodes.get(index).managementPort();
        Map<String, String> environment = common(toBroker);
        environment.put("SERVER_PORT", String.valueOf(management));
        environment.put("IM_SOCKET_PORT", String.valueOf(port));
        // All clients of a test share one address.
        environment.put("IM_SOCKET_LIMITS_HANDSHAKESPERSECONDPERADDRESS", "2000");
        environment.put("IM_NODE_ID", "node-" + index);
        environment.put("IM_LOG_FOLLOW_API_URL", "http://127.0.0.1:" + toApi.port());
        nodeToBroker.add(toBroker);
        nodeToApi.add(toApi);
        clientsToNode.add(new FaultProxy("127.0.0.1", port));
        imServers.add(new ServiceProcess(
                "harness-im-server-" + index,
                "im-server",
                environment,
                URI.create("http://127.0.0.1:" + management + "/actuator/health/readiness")));
    }

    private static List<Integer> freePorts() {
        return Stream.generate(ServiceProcess::freePort).limit(REPLICAS).toList();
    }

    private static Map<String, String> common(FaultProxy toBroker) {
        Map<String, String> environment = new HashMap<>();
        environment.put("JWT_SECRET", Users.SECRET);
        environment.put("SPRING_RABBITMQ_HOST", "127.0.0.1");
        environment.put("SPRING_RABBITMQ_PORT", String.valueOf(toBroker.port()));
        return environment;
    }
}
