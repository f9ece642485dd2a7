package io.github.follownotify.im.engineio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.embedded.EmbeddedChannel;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Clients that want the server to keep more for them than the limits say. */
class HoardingTest {

    private static final String POLLING = "EIO=4&transport=polling";
    private static final int WHAT_ONE_ANSWER_TAKES = 4;

    private final EchoServer server =
            EchoServer.start("request-timeout", "1s", "ping-interval", "1s", "ping-timeout", "1s");

    @AfterEach
    void nothingIsLeft() {
        await().atMost(Duration.ofSeconds(20))
                .until(() -> server.engine.connections() == 0 && server.engine.sessions() == 0);
        server.close();
    }

    @Test
    void byteByByteInChunksWithLongExtensions() {
        EmbeddedChannel connection = new EmbeddedChannel(server.engine.connectionHandler());
        receive(
                connection,
                "POST /socket.io/?" + POLLING + " HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n");

        for (int i = 0; i < 10; i++) {
            ByteBuf read = receive(connection, "1;" + "x".repeat(10_000) + "\r\n4\r\n");

            assertThat(read.refCnt()).as("what was read is kept").isZero();
        }
        connection.finishAndReleaseAll();
    }

    @Test
    void answersThatAreNotReadAndWhoseSessionIsClosed() throws Exception {
        URI session = sessionWithALargeAnswer();
        try (Socket deaf = poll(session)) {
            RawHttp.post(session, "1");

            awaitReset(deaf);
        }
    }

    @Test
    void answersThatAreNotReadBesideOnesThatAre() throws Exception {
        URI session = sessionWithALargeAnswer();
        try (Socket deaf = poll(session)) {
            RawHttp.post(session, "4x");
            RawHttp.get(session);

            awaitReset(deaf);
        }
    }

    @Test
    void answersThatAreNotReadInASessionThatIsForgotten() throws Exception {
        try (Socket deaf = poll(sessionWithALargeAnswer())) {
            awaitReset(deaf);
        }
    }

    private URI sessionWithALargeAnswer() throws IOException, InterruptedException {
        URI session = server.uri("http", POLLING + "&sid=" + RawHttp.open(server.uri("http", POLLING)));
        for (int i = 0; i < WHAT_ONE_ANSWER_TAKES; i++) {
            RawHttp.post(session, "4" + "x".repeat(60_000));
        }
        return session;
    }

    /** Reads one byte of the answer, so that it is on its way, and no more. */
    private Socket poll(URI session) throws IOException {
        Socket deaf = new Socket();
        deaf.setReceiveBufferSize(1024);
        deaf.setSoTimeout(10_000);
        deaf.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), server.port()));
        String request = "GET " + session.getPath() + "?" + session.getQuery() + " HTTP/1.1\r\nHost: x\r\n\r\n";
        deaf.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
        assertThat(deaf.getInputStream().read()).isEqualTo('H');
        return deaf;
    }

    private static void awaitReset(Socket deaf) {
        await().atMost(Duration.ofSeconds(20)).until(() -> {
            try {
                deaf.getOutputStream().write('x');
                return false;
            } catch (IOException reset) {
                return true;
            }
        });
    }

    private static ByteBuf receive(EmbeddedChannel connection, String text) {
        ByteBuf read = ByteBufUtil.writeAscii(UnpooledByteBufAllocator.DEFAULT, text);
        connection.writeInbound(read);
        return read;
    }
}
