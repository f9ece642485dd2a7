package io.github.follownotify.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.follownotify.jwt.TokenIssuer;
import io.github.follownotify.jwt.TokenSettings;
import io.github.follownotify.testservices.FaultProxy;
import io.github.follownotify.testservices.RealBrokerTest;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/**
 * The database goes back to an older state, or the secret changes, and no device is short of a follow without being
 * told.
 */
@RealBrokerTest
class ChangedHistoryTest {

    private static final String NEW_SECRET = "the next secret of the system tests, at least 32 bytes";
    private static final List<String> TABLES =
            List.of("log_head", "relay", "confirmed_range", "notification", "following");

    @AutoClose
    private static Installation installation;

    private static long nextUser = 7000;

    private final long bob = nextUser++;
    private final long carol = nextUser++;

    @BeforeAll
    static void startEverything() {
        installation = Installation.start(1, 1);
    }

    @Test
    void tellsAConnectedDeviceAndDeliversTheNewHistory() {
        try (FaultProxy proxy = proxy();
                ClientProcess device = recovering(bob, proxy);
                ClientProcess bystander = recovering(carol, proxy)) {
            device.await("connect");
            bystander.await("connect");
            follow(1, bob);
            follow(2, bob);
            device.await("following notify", 2);
            copyTables();
            follow(3, bob);
            follow(4, bob);
            follow(5, bob);
            device.await("following notify", 5);

            putTablesBack();
            follow(6, bob);
            follow(7, carol);

            awaitFollowers(device, 1, 2, 3, 4, 5, 6);
            awaitFollowers(bystander, 7);
            assertToldOfAnotherHistory(device);
            follow(3, bob);
            awaitFollowers(device, 1, 2, 3, 4, 5, 6, 3);
            assertNoneTwice(device);
            assertThat(bystander.reports("resync needed")).isEmpty();
            assertThat(bystander.await("connect", 2).get("recovered").asBoolean())
                    .isTrue();
        }
    }

    @Test
    void tellsAConnectedDeviceAlthoughNobodyFollows() {
        try (FaultProxy proxy = proxy();
                ClientProcess device = recovering(bob, proxy)) {
            device.await("connect");
            follow(1, bob);
            device.await("following notify");
            copyTables();
            follow(2, bob);
            device.await("following notify", 2);

            putTablesBack();

            assertToldOfAnotherHistory(device);
            follow(3, bob);
            awaitFollowers(device, 1, 2, 3);
            assertNoneTwice(device);
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 6})
    void tellsADeviceThatSleptMeanwhile(long followsOfTheNewHistory) {
        try (FaultProxy proxy = proxy();
                ClientProcess device = recovering(bob, proxy)) {
            device.await("connect");
            follow(1, bob);
            device.await("following notify");
            copyTables();
            follow(2, bob);
            follow(3, bob);
            follow(4, bob);
            device.await("following notify", 4);
            proxy.cut();
            device.await("disconnect");

            putTablesBack();
            for (long follower = 11; follower <= 10 + followsOfTheNewHistory; follower++) {
                follow(follower, carol);
            }
            proxy.restore();

            assertToldOfAnotherHistory(device);
            follow(20, bob);
            awaitFollowers(device, 1, 2, 3, 4, 20);
            assertNoneTwice(device);
        }
    }

    @Test
    void keepsRecoveringWhileTheSecretIsReplaced() {
        // Both have a comma in them, so they can't stand in JWT_EARLIER_SECRETS.
        Map<String, String> accepting = Map.of("JWT_EARLIERSECRETS_0", NEW_SECRET);
        Map<String, String> signing = Map.of("JWT_SECRET", NEW_SECRET, "JWT_EARLIERSECRETS_0", Users.SECRET);
        ServiceProcess followApi = installation.followApiProcess();
        ServiceProcess imServer = installation.imServerProcess(0);
        try (FaultProxy proxy = proxy();
                ClientProcess device = recovering(bob, proxy)) {
            device.await("connect");
            follow(1, bob);
            device.await("following notify");

            restart(followApi, accepting);
            follow(2, bob);
            awaitFollowers(device, 1, 2);
            restartWhileSomebodyFollows(imServer, accepting, 3);
            assertRecovered(device, 2);
            awaitFollowers(device, 1, 2, 3);

            // This im-server signs its reads of the log with a secret that follow-api only accepts.
            restartWhileSomebodyFollows(imServer, signing, 4);
            assertRecovered(device, 3);
            awaitFollowers(device, 1, 2, 3, 4);
            restart(followApi, signing);

            proxy.cut();
            device.await("disconnect", 3);
            String signedWithTheNewOne = new TokenIssuer(TokenSettings.ofSecret(NEW_SECRET), Clock.systemUTC())
                    .issue(5, Duration.ofHours(1));
            assertThat(installation.api().follow(signedWithTheNewOne, bob).statusCode())
                    .isEqualTo(201);
            proxy.restore();
            assertRecovered(device, 4);
            awaitFollowers(device, 1, 2, 3, 4, 5);
            assertThat(device.reports("resync needed")).isEmpty();
            assertThat(device.reports("connect_error"))
                    .noneMatch(
                            report -> report.has("data") && report.get("data").isObject());
        }
    }

    private static void restart(ServiceProcess service, Map<String, String> settings) {
        service.close();
        service.configure(settings);
        service.restart();
        service.awaitReady();
    }

    private void restartWhileSomebodyFollows(ServiceProcess imServer, Map<String, String> settings, long follower) {
        imServer.close();
        follow(follower, bob);
        imServer.configure(settings);
        imServer.restart();
        imServer.awaitReady();
    }

    /** As a backup does, or a replica that gets no further from here. */
    private static void copyTables() {
        execute(TABLES.stream()
                .flatMap(table -> List.of(
                        "DROP TABLE IF EXISTS copy_of_" + table,
                        "CREATE TABLE copy_of_" + table + " LIKE " + table,
                        "INSERT INTO copy_of_" + table + " SELECT * FROM " + table)
                        .stream())
                .toList());
    }

    private static void putTablesBack() {
        execute(TABLES.stream()
                .flatMap(table ->
                        List.of("DELETE FROM " + table, "INSERT INTO " + table + " SELECT * FROM copy_of_" + table)
                                .stream())
                .toList());
    }

    private static void execute(List<String> statements) {
        try (Connection connection = installation.database().connect();
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            for (String sql : statements) {
                statement.execute(sql);
            }
            connection.commit();
        } catch (SQLException refused) {
            throw new IllegalStateException(refused);
        }
    }

    private static void follow(long follower, long followed) {
        assertThat(installation.api().follow(follower, followed).statusCode()).isEqualTo(201);
    }

    private static FaultProxy proxy() {
        return new FaultProxy("127.0.0.1", installation.imServer().getPort());
    }

    private static ClientProcess recovering(long user, FaultProxy proxy) {
        return ClientProcess.javaScript(
                "4.8",
                "http://127.0.0.1:" + proxy.port(),
                Map.of(
                        "auth",
                        Map.of("token", Users.token(user), "recover", true),
                        "transports",
                        List.of("websocket")));
    }

    private static void assertRecovered(ClientProcess device, int connects) {
        assertThat(device.await("connect", connects).get("recovered").asBoolean())
                .isTrue();
    }

    private static void assertToldOfAnotherHistory(ClientProcess device) {
        assertThat(device.await("resync needed")
                        .get("values")
                        .get(0)
                        .get("reason")
                        .asString())
                .isEqualTo("history_changed");
        assertThat(device.reports("connect").stream().skip(1).map(connect -> connect.get("recovered")
                        .asBoolean()))
                .as("recovered, when nodes have not noticed by themselves")
                .isNotEmpty()
                .containsOnly(false);
    }

    private static void awaitFollowers(ClientProcess device, long... followers) {
        List<Long> expected = LongStream.of(followers).boxed().toList();
        await().atMost(Device.LIMIT).untilAsserted(() -> assertThat(notifications(device).stream()
                        .map(notification -> notification.get("user_id").asLong()))
                .containsExactlyElementsOf(expected));
    }

    private static void assertNoneTwice(ClientProcess device) {
        assertThat(notifications(device).stream()
                        .map(notification -> notification.get("id").asString()))
                .doesNotHaveDuplicates();
    }

    private static List<JsonNode> notifications(ClientProcess device) {
        return device.reports("following notify").stream()
                .map(report -> report.get("values").get(0))
                .toList();
    }
}
