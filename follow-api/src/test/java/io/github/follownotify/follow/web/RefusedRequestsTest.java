package io.github.follownotify.follow.web;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.follownotify.follow.HealthyFollowApi;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

/** A sweep over method, path, content type, accept and body: what is refused has saved nothing and left no trace. */
@ExtendWith(OutputCaptureExtension.class)
class RefusedRequestsTest extends HealthyFollowApi {

    private static final List<String> METHODS =
            List.of("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "TRACE", "FOLLOW", "CONNECT");
    private static final List<String> PATHS = List.of(
            "/followings",
            "/followings/7",
            "/followers",
            "/notifications",
            "/log",
            "/error",
            "/nowhere",
            "/",
            "/livez");
    private static final List<String> CONTENT_TYPES = List.of(
            "",
            "application/json",
            "application/json;charset=utf-16",
            "application/json;charset=none",
            "text/plain",
            "application/x-www-form-urlencoded",
            "multipart/form-data",
            "multipart/form-data; boundary=x",
            "nonsense");
    private static final List<String> ACCEPTS = List.of("*/*", "text/html", "nonsense");
    private static final List<String> BODIES = List.of(
            "",
            "{\"target\": 0}",
            "--x\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1\r\n--x--\r\n",
            "\u0000\u00ff");

    @Test
    void haveNeverA5xxNorAStackTraceAndSaveNothing(CapturedOutput output) throws IOException {
        String token = token(newUser());
        long before = relations();
        List<String> wrong = new ArrayList<>();
        int sent = 0;
        for (String method : METHODS) {
            for (String path : PATHS) {
                for (String type : CONTENT_TYPES) {
                    // Each of accept and body with each method, path and type; not all with all, which finds no more.
                    for (int i = 0; i < BODIES.size(); i++) {
                        String accept = ACCEPTS.get((sent + i) % ACCEPTS.size());
                        boolean chunked = i % 2 == 1;
                        int status = status(request(method, path, type, accept, BODIES.get(i), chunked, token));
                        if (status >= 500 && status != 501) {
                            wrong.add("%d %s %s [%s] [%s] body %d".formatted(status, method, path, type, accept, i));
                        }
                        sent++;
                    }
                }
            }
        }

        assertThat(wrong).isEmpty();
        assertThat(sent).isGreaterThan(3_000);
        assertThat(relations()).isEqualTo(before);
        assertThat(output.getAll().lines().filter(line -> line.contains("\tat ")))
                .isEmpty();
        assertThat(output.getAll().lines().filter(line -> line.contains(" WARN ") || line.contains(" ERROR ")))
                .isEmpty();
    }

    @Test
    void thatAreChunkedAreMeasuredWhateverTheirType() throws IOException {
        String token = token(newUser());
        String large = "x".repeat(900_000);

        Set<Integer> answers = Set.of(
                status(request("POST", "/followings", "multipart/form-data; boundary=x", "*/*", large, true, token)));

        assertThat(answers).containsExactly(413);
    }

    private static String request(
            String method, String path, String type, String accept, String body, boolean chunked, String token) {
        String head =
                "%s %s HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nAuthorization: Bearer %s\r\nAccept: %s\r\n"
                        .formatted(method, path, token, accept);
        String length = chunked ? "Transfer-Encoding: chunked" : "Content-Length: " + body.length();
        String content =
                !chunked ? body : (body.isEmpty() ? "" : "%x\r\n%s\r\n".formatted(body.length(), body)) + "0\r\n\r\n";
        return head + (type.isEmpty() ? "" : "Content-Type: " + type + "\r\n") + length + "\r\n\r\n" + content;
    }

    private int status(String request) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout(20_000);
            socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
            byte[] line = socket.getInputStream().readNBytes(12);
            if (line.length < 12) {
                throw new UncheckedIOException(new IOException("no answer to " + request));
            }
            return Integer.parseInt(new String(line, 9, 3, StandardCharsets.US_ASCII));
        }
    }

    private long relations() {
        return sql.sql("SELECT COUNT(*) FROM following").query(Long.class).single();
    }
}
