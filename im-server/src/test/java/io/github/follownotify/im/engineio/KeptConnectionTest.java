package io.github.follownotify.im.engineio;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.UUID;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Connections that are kept from one request to the next, as proxies and HTTP libraries do. */
class KeptConnectionTest {

    private final EchoServer server = EchoServer.start("max-payload", "64KB");
    private final ExecutorService readers = Executors.newCachedThreadPool();

    @AfterEach
    void stop() {
        server.close();
        readers.shutdownNow();
    }

    @Test
    void takesTheNextRequestAsSoonAsTheOneBeforeIsAnswered() throws Exception {
        for (int session = 0; session < 20; session++) {
            String sid = open();
            try (RawConnection connection = new RawConnection(server.port())) {
                for (int i = 0; i < 50; i++) {
                    connection.post(sid, "4" + i);
                    assertThat(connection.answer()).isEqualTo("ok");
                    connection.get(sid);
                    assertThat(connection.answer()).isEqualTo("4" + i);
                }
            }
        }
    }

    @Test
    void letsARequestThatComesEarlyWaitItsTurn() throws Exception {
        String sid = open();
        try (RawConnection connection = new RawConnection(server.port());
                RawConnection other = new RawConnection(server.port())) {
            connection.get(sid);
            connection.post(sid, "4second");
            connection.get(sid);
            other.post(sid, "4first");

            assertThat(connection.answer()).isEqualTo("4first");
            assertThat(connection.answer()).isEqualTo("ok");
            assertThat(connection.answer()).isEqualTo("4second");
        }
    }

    @Test
    void staysOpenWhenItsSessionIsGone() throws Exception {
        try (RawConnection connection = new RawConnection(server.port())) {
            connection.get(UUID.randomUUID().toString());
            assertThat(connection.answer()).contains(" 400 ", "Session ID unknown");
            connection.post(UUID.randomUUID().toString(), "4hello");
            assertThat(connection.answer()).contains(" 400 ", "Session ID unknown");

            String sid = open();
            connection.post(sid, "4hello");
            assertThat(connection.answer()).isEqualTo("ok");
        }
    }

    @Test
    void keepsNoMoreEarlyBytesThanOneMessageMayHave() throws Exception {
        String sid = open();
        try (RawConnection connection = new RawConnection(server.port())) {
            connection.get(sid);
            connection.post(sid, "4" + "x".repeat(40_000));
            connection.post(sid, "4" + "x".repeat(40_000));

            assertThat(connection.answer()).isEmpty();
        }
    }

    /**
     * The client may have read an answer, and ask on another connection, before the server's own thread has noted that
     * the answer was written. That connection used to be reset.
     */
    @Test
    void keepsTheConnectionOfAnAnswerThatIsReadAtOnce() throws Exception {
        for (int session = 0; session < 20; session++) {
            String sid = open();
            try (RawConnection one = new RawConnection(server.port());
                    RawConnection another = new RawConnection(server.port())) {
                for (int i = 0; i < 50; i++) {
                    one.post(sid, "4" + i);
                    assertThat(one.answer()).isEqualTo("ok");
                    one.get(sid, "&t=" + i);
                    assertThat(one.answer()).isEqualTo("4" + i);
                    another.get(sid, "&t=" + i);
                    assertThat(another.answer()).isEqualTo("4" + i);
                }
            }
        }
    }

    /** The answer was lost with its connection, and an HTTP layer asks again without the client's knowledge. */
    @Test
    void repeatsTheAnswerToARequestThatIsSentAgain() throws Exception {
        String sid = open();
        try (RawConnection lost = new RawConnection(server.port());
                RawConnection next = new RawConnection(server.port())) {
            lost.post(sid, "4precious");
            assertThat(lost.answer()).isEqualTo("ok");
            lost.get(sid, "&t=a1");
            assertThat(lost.answer()).isEqualTo("4precious");

            next.get(sid, "&t=a1");
            assertThat(next.answer()).isEqualTo("4precious");
            next.get(sid, "&t=a2");
            lost.post(sid, "4later");
            assertThat(next.answer()).isEqualTo("4later");
        }
    }

    /** Which of the two the server sees first is not ours to say: it refuses that one and answers the other. */
    @Test
    void answersARequestThatIsSentAgainWhileTheFirstStillWaits() throws Exception {
        String sid = open();
        try (RawConnection broken = new RawConnection(server.port());
                RawConnection next = new RawConnection(server.port())) {
            broken.get(sid, "&t=a1");
            next.get(sid, "&t=a1");
            ExecutorCompletionService<String> answers = new ExecutorCompletionService<>(readers);
            answers.submit(broken::answer);
            answers.submit(next::answer);
            assertThat(answers.take().get()).contains(" 400 ");
            RawHttp.post(server.uri("http", "EIO=4&transport=polling&sid=" + sid), "4hello");

            assertThat(answers.take().get()).isEqualTo("4hello");
        }
    }

    private String open() throws IOException, InterruptedException {
        return RawHttp.open(server.uri("http", "EIO=4&transport=polling"));
    }
}
