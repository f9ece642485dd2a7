package io.github.follownotify.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpServer;
import io.github.follownotify.testservices.RealBrokerTest;
import io.github.follownotify.testservices.RedisServer;
import io.github.follownotify.testservices.TestServices;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.chrome.ChromeDriver;

/** One page, as the original has it, with a python-socketio server first and im-server then: only the URL differs. */
@BrowserTest
@RealBrokerTest
class MovingBrowserTest {

    private static final long BOB = 2;
    private static final String PAGE = """
            <!doctype html><title>moving</title><script src="/client.js"></script><script>
              const heard = [];
              const server = decodeURIComponent(location.hash.slice(1));
              const socket = io(server, { query: { token: '%s' } });
              socket.on('following notify', (data) => heard.push(data));
            </script>""".formatted(Users.token(BOB));

    @TempDir
    private Path profile;

    private static RedisServer redis;
    private static final String channel = TestServices.uniqueName("socketio");
    private static Installation installation;

    @BeforeAll
    static void startOurs() {
        redis = new RedisServer();
        installation = Installation.start(List.of(PythonSocketIo.followApi(channel, redis)), List.of(Map.of()));
    }

    @AfterAll
    static void stopOurs() {
        if (installation != null) {
            installation.close();
            redis.close();
            BrokerObjects.deleteExchange(channel);
        }
    }

    @Test
    void hearsTheSameOnEither() throws Exception {
        String url = PythonSocketIo.url("redis", redis.port());
        HttpServer page = Browser.serve(PAGE);
        ChromeDriver browser = Browser.open(profile);
        try (OriginalProgram server =
                OriginalProgram.socketIoServer(PythonSocketIo.PICKLE, "redis", url, channel, "string")) {
            Object before = follow(browser, page, server.address(), 11);
            Object after = follow(browser, page, installation.imServer(), 12);

            assertThat(before).isEqualTo(Map.of("user_id", 11L, "user_name", "Zoë"));
            assertThat(after).isEqualTo(Map.of("user_id", 12L, "user_name", "Zoë"));
        } finally {
            browser.quit();
            page.stop(0);
        }
    }

    /** Opens the page with one of the servers, lets somebody follow Bob, and says what the page heard. */
    private static Object follow(ChromeDriver browser, HttpServer page, URI server, long follower) {
        browser.get("http://127.0.0.1:%d/?%d#%s".formatted(page.getAddress().getPort(), follower, server));
        await().atMost(Device.LIMIT).until(() -> Boolean.TRUE.equals(browser.executeScript("return socket.connected")));
        assertThat(installation.api().follow(Users.token(follower, "Zoë"), BOB).statusCode())
                .isEqualTo(201);
        await().atMost(Device.LIMIT)
                .until(() -> browser.executeScript("return heard.length").equals(1L));
        return browser.executeScript("return { user_id: heard[0].user_id, user_name: heard[0].user_name }");
    }
}
