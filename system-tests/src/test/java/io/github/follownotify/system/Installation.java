package io.github.follownotify.system;

import io.github.follownotify.testservices.Broker;
import io.github.follownotify.testservices.Database;
import io.github.follownotify.testservices.TestServices;
import java.net.URI;
import java.nio.ByteBuffer;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** An own, complete Follow Notify on fresh services: some follow-apis, some im-servers, a schema and an exchange. */
final class Installation implements AutoCloseable {

    private final List<ServiceProcess> followApis = new ArrayList<>();
    private final List<ServiceProcess> imServers = new ArrayList<>();
    private final List<URI> followApiAddresses = new ArrayList<>();
    private final List<URI> imServerAddresses = new ArrayList<>();
    private final List<ProxyProcess.Node> nodes = new ArrayList<>();
    private final List<Metrics> followApiMetrics = new ArrayList<>();
    private final List<Metrics> imServerMetrics = new ArrayList<>();
    private final Database database = TestServices.database();
    private @Nullable ServiceProcess quickstart;
    private final String exchange = TestServices.uniqueName("im.events.test");

    private Installation() {}

    /** One of each, ready. On the embedded services it is the quick start. */
    static Installation start() {
        return TestServices.broker().real() ? start(1, 1) : startQuickstart();
    }

    /** As many of each as wanted, ready. Needs real services. */
    static Installation start(int followApis, int imServers) {
        return start(followApis, Collections.nCopies(imServers, Map.of()));
    }

    /** @param imServers the variables that each im-server has beside the common ones */
    static Installation start(int followApis, List<Map<String, String>> imServers) {
        return start(Collections.nCopies(followApis, Map.of()), imServers);
    }

    /** @param followApis the variables that each follow-api has beside the common ones, and each im-server likewise */
    static Installation start(List<Map<String, String>> followApis, List<Map<String, String>> imServers) {
        Installation installation = new Installation();
        followApis.forEach(installation::addFollowApi);
        installation.followApis.forEach(ServiceProcess::awaitReady);
        imServers.forEach(installation::addImServer);
        installation.imServers.forEach(ServiceProcess::awaitReady);
        return installation;
    }

    FollowApiClient api() {
        return new FollowApiClient(followApi());
    }

    /** Where follow-api answers; the demo page, too, when it is the quick start. */
    URI followApi() {
        return followApiAddresses.get(0);
    }

    /** The topic exchange that its services use. */
    String exchange() {
        return exchange;
    }

    URI imServer() {
        return imServer(0);
    }

    URI imServer(int index) {
        return imServerAddresses.get(index);
    }

    List<Integer> followApiPorts() {
        return followApiAddresses.stream().map(URI::getPort).toList();
    }

    List<ProxyProcess.Node> nodes() {
        return nodes;
    }

    Metrics followApiMetrics() {
        return followApiMetrics.get(0);
    }

    Metrics imServerMetrics(int index) {
        return imServerMetrics.get(index);
    }

    Database database() {
        return database;
    }

    ServiceProcess followApiProcess() {
        return followApis.get(0);
    }

    ServiceProcess imServerProcess(int index) {
        return imServers.get(index);
    }

    /** Writes what a follow of each of these users leaves behind, faster than anyone could ask for it over HTTP. */
    void appendToLog(long follower, List<Long> followed) {
        try (Connection connection = database.connect();
                Statement head = connection.createStatement();
                PreparedStatement insert = connection.prepareStatement("INSERT INTO notification"
                        + " (event_id, recipient_id, seq, event, data, created_at) VALUES (?, ?, ?, ?, ?, ?)")) {
            connection.setAutoCommit(false);
            ResultSet last = head.executeQuery("SELECT last_seq FROM log_head WHERE id = 1 FOR UPDATE");
            last.next();
            long seq = last.getLong(1);
            long now = System.currentTimeMillis();
            for (long user : followed) {
                UUID id = UUID.randomUUID();
                insert.setBytes(
                        1,
                        ByteBuffer.allocate(16)
                                .putLong(id.getMostSignificantBits())
                                .putLong(id.getLeastSignificantBits())
                                .array());
                insert.setLong(2, user);
                insert.setLong(3, ++seq);
                insert.setString(4, "following notify");
                insert.setString(
                        5, "{\"id\":\"%s\",\"user_id\":%d,\"timestamp\":%d}".formatted(id, follower, now / 1000));
                insert.setLong(6, now);
                insert.addBatch();
            }
            insert.executeBatch();
            head.executeUpdate("UPDATE log_head SET last_seq = " + seq + " WHERE id = 1");
            connection.commit();
        } catch (SQLException refused) {
            throw new IllegalStateException(refused);
        }
    }

    /** Makes the log begin after a number, as retention does. */
    void forgetLogUpTo(long seq) {
        try (Connection connection = database.connect();
                Statement statement = connection.createStatement()) {
            statement.execute("DELETE FROM notification WHERE seq <= " + seq);
            statement.execute("UPDATE relay SET oldest_seq = " + (seq + 1));
        } catch (SQLException refused) {
            throw new IllegalStateException(refused);
        }
    }

    @Override
    public void close() {
        if (quickstart != null) {
            quickstart.close();
        }
        imServers.forEach(ServiceProcess::close);
        followApis.forEach(ServiceProcess::close);
        database.close();
        BrokerObjects.delete(exchange, imServers.size());
    }

    private void addFollowApi(Map<String, String> settings) {
        int port = ServiceProcess.freePort();
        int management = ServiceProcess.freePort();
        Map<String, String> environment = common();
        environment.put("SERVER_PORT", String.valueOf(port));
        environment.put("MANAGEMENT_SERVER_PORT", String.valueOf(management));
        environment.put("SPRING_DATASOURCE_URL", database.url());
        environment.put("SPRING_DATASOURCE_USERNAME", database.username());
        environment.put("SPRING_DATASOURCE_PASSWORD", database.password());
        environment.put("FOLLOW_RELAY_EXCHANGE", exchange);
        environment.put("FOLLOW_RELAY_HEARTBEAT", "1s");
        environment.putAll(settings);
        followApis.add(new ServiceProcess(
                exchange + "-follow-api-" + followApis.size(),
                "follow-api",
                environment,
                URI.create("http://127.0.0.1:" + port + "/readyz")));
        followApiAddresses.add(URI.create("http://127.0.0.1:" + port));
        followApiMetrics.add(new Metrics(URI.create("http://127.0.0.1:" + management)));
    }

    private void addImServer(Map<String, String> settings) {
        int port = ServiceProcess.freePort();
        int management = ServiceProcess.freePort();
        Map<String, String> environment = common();
        environment.put("SERVER_PORT", String.valueOf(management));
        environment.put("IM_SOCKET_PORT", String.valueOf(port));
        // All clients of a test share one address.
        environment.put("IM_SOCKET_LIMITS_HANDSHAKESPERSECONDPERADDRESS", "2000");
        environment.put("IM_EVENTS_EXCHANGE", exchange);
        environment.put("IM_SOCKET_ALLOWED_ORIGINS", "*");
        environment.put("IM_NODE_ID", exchange + "-" + imServers.size());
        environment.put("IM_LOG_FOLLOW_API_URL", followApiAddresses.get(0).toString());
        environment.putAll(settings);
        imServers.add(new ServiceProcess(
                exchange + "-im-server-" + imServers.size(),
                "im-server",
                environment,
                URI.create("http://127.0.0.1:" + management + "/actuator/health/readiness")));
        imServerAddresses.add(URI.create("http://127.0.0.1:" + port));
        nodes.add(new ProxyProcess.Node(port, management));
        imServerMetrics.add(new Metrics(URI.create("http://127.0.0.1:" + management)));
    }

    private Map<String, String> common() {
        Broker broker = TestServices.broker();
        Map<String, String> environment = new HashMap<>();
        environment.put("JWT_SECRET", Users.SECRET);
        environment.put("SPRING_RABBITMQ_HOST", broker.host());
        environment.put("SPRING_RABBITMQ_PORT", String.valueOf(broker.port()));
        environment.put("SPRING_RABBITMQ_USERNAME", broker.username());
        environment.put("SPRING_RABBITMQ_PASSWORD", broker.password());
        return environment;
    }

    /** Everything in one process, as the quick start runs it, with the demo page. */
    static Installation startQuickstart() {
        Installation installation = new Installation();
        int port = ServiceProcess.freePort();
        int socketPort = ServiceProcess.freePort();
        int socketManagementPort = ServiceProcess.freePort();
        ServiceProcess quickstart = new ServiceProcess(
                "quickstart-" + port,
                "quickstart",
                Map.of(
                        "JWT_SECRET", Users.SECRET,
                        "QUICKSTART_PORT", String.valueOf(port),
                        "QUICKSTART_SOCKET_PORT", String.valueOf(socketPort),
                        "QUICKSTART_MANAGEMENT_PORT", String.valueOf(ServiceProcess.freePort()),
                        "QUICKSTART_SOCKET_MANAGEMENT_PORT", String.valueOf(socketManagementPort)),
                URI.create("http://127.0.0.1:" + socketManagementPort + "/actuator/health/readiness"));
        installation.quickstart = quickstart.awaitReady();
        installation.followApiAddresses.add(URI.create("http://127.0.0.1:" + port));
        installation.imServerAddresses.add(URI.create("http://127.0.0.1:" + socketPort));
        return installation;
    }
}
