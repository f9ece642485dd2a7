package io.github.follownotify.im.engineio;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/** Requests of long-polling, and requests that are none. */
public final class RawHttp {

    private static final HttpClient HTTP =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private RawHttp() {}

    public static HttpResponse<String> get(URI uri, String... headers) throws IOException, InterruptedException {
        return send("GET", uri, "", headers);
    }

    public static HttpResponse<String> post(URI uri, String body) throws IOException, InterruptedException {
        return send("POST", uri, body);
    }

    public static HttpResponse<String> send(String method, URI uri, String body, String... headers)
            throws IOException, InterruptedException {
        return HTTP.send(request(method, uri, body, headers), HttpResponse.BodyHandlers.ofString());
    }

    public static CompletableFuture<HttpResponse<String>> getLater(URI uri) {
        return HTTP.sendAsync(request("GET", uri, ""), HttpResponse.BodyHandlers.ofString());
    }

    /** The id of a new session of long-polling. */
    public static String open(URI handshake) throws IOException, InterruptedException {
        String body = get(handshake).body();
        int id = body.indexOf("\"sid\":\"") + 7;
        return body.substring(id, id + 36);
    }

    /** Sends the text as it is, and reads until the server closes or nothing comes for ten seconds. */
    public static String plain(int port, String text) {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout(10_000);
            socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
            socket.getOutputStream().flush();
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        } catch (SocketTimeoutException silent) {
            return "silence";
        } catch (IOException reset) {
            return "reset";
        }
    }

    public static String webSocketRequest(String query, int version) {
        return String.join(
                "\r\n",
                "GET /socket.io/?" + query + " HTTP/1.1",
                "Host: localhost",
                "Upgrade: websocket",
                "Connection: Upgrade",
                "Sec-WebSocket-Version: " + version,
                "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
                "",
                "");
    }

    public static Socket connect(int port) {
        try {
            return new Socket(InetAddress.getLoopbackAddress(), port);
        } catch (IOException refused) {
            throw new UncheckedIOException(refused);
        }
    }

    private static HttpRequest request(String method, URI uri, String body, String... headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(uri)
                .timeout(Duration.ofSeconds(10))
                .method(method, HttpRequest.BodyPublishers.ofString(body));
        if (headers.length > 0) {
            request.headers(headers);
        }
        return request.build();
    }
}
