package io.github.follownotify.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpServer;
import io.github.follownotify.testservices.FaultProxy;
import io.github.follownotify.testservices.RealBrokerTest;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.chrome.ChromeDriver;

/** The stock JavaScript client in a real browser, whose node is killed. */
@BrowserTest
@RealBrokerTest
class BrowserRecoveryTest {

    private static final long BOB = 2;
    private static final String PAGE = """
            <!doctype html><title>recovery</title><script src="/client.js"></script><script>
              const heard = [];
              const connections = [];
              const socket = io('%s', { auth: { token: '%s', recover: true }, reconnectionDelay: 50, reconnectionDelayMax: 500 });
              socket.on('connect', () => connections.push(socket.recovered));
              socket.on('following notify', (data) => heard.push(data.user_id));
            </script>""";

    @TempDir
    private Path profile;

    @AutoClose
    private static Installation installation;

    @BeforeAll
    static void startTwoNodes() {
        installation = Installation.start(1, 2);
    }

    @Test
    void recoversOnAnotherNode() throws IOException {
        try (FaultProxy balancer =
                new FaultProxy("127.0.0.1", installation.imServer(1).getPort())) {
            HttpServer page = Browser.serve(PAGE.formatted("http://127.0.0.1:" + balancer.port(), Users.token(BOB)));
            ChromeDriver browser = Browser.open(profile);
            try {
                browser.get("http://127.0.0.1:" + page.getAddress().getPort() + "/");
                awaitConnections(browser, List.of(false));
                follow(11);
                awaitHeard(browser, 11);

                balancer.redirect(installation.imServer(0).getPort());
                installation.imServerProcess(1).kill();
                follow(12);
                follow(13);

                awaitConnections(browser, List.of(false, true));
                follow(14);
                awaitHeard(browser, 11, 12, 13, 14);
            } finally {
                browser.quit();
                page.stop(0);
            }
        }
    }

    private static void follow(long follower) {
        assertThat(installation.api().follow(follower, BOB).statusCode()).isEqualTo(201);
    }

    private static void awaitConnections(ChromeDriver browser, List<Boolean> recovered) {
        await().atMost(Device.LIMIT).untilAsserted(() -> assertThat(browser.executeScript("return connections"))
                .isEqualTo(recovered));
    }

    private static void awaitHeard(ChromeDriver browser, long... followers) {
        List<Long> expected = LongStream.of(followers).boxed().toList();
        await().atMost(Device.LIMIT).untilAsserted(() -> assertThat(browser.executeScript("return heard"))
                .isEqualTo(expected));
    }
}
