package io.github.follownotify.im.engineio;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** One HTTP connection that is kept, and on which a test sends whenever it likes. */
public final class RawConnection implements AutoCloseable {

    private final Socket socket;
    private final InputStream in;

    public RawConnection(int port) throws IOException {
        socket = RawHttp.connect(port);
        socket.setTcpNoDelay(true);
        socket.setSoTimeout(10_000);
        in = new BufferedInputStream(socket.getInputStream());
    }

    public void get(String sid) throws IOException {
        get(sid, "");
    }

    public void get(String sid, String moreQuery) throws IOException {
        send("GET " + path(sid) + moreQuery + " HTTP/1.1\r\nHost: x\r\n\r\n");
    }

    public void post(String sid, String body) throws IOException {
        send("POST " + path(sid) + " HTTP/1.1\r\nHost: x\r\nContent-Length: " + body.length() + "\r\n\r\n" + body);
    }

    public void send(String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
        socket.getOutputStream().flush();
    }

    /** The next answer's body, behind its status when that is not 200; an empty text at the end of the connection. */
    public String answer() throws IOException {
        String statusLine = line();
        if (statusLine.isEmpty()) {
            return "";
        }
        int length = 0;
        for (String header = line(); !header.isEmpty(); header = line()) {
            if (header.toLowerCase(Locale.ROOT).startsWith("content-length:")) {
                length = Integer.parseInt(header.substring(15).strip());
            }
        }
        String body = new String(in.readNBytes(length), StandardCharsets.UTF_8);
        return statusLine.contains(" 200 ") ? body : statusLine + " " + body;
    }

    private String line() throws IOException {
        StringBuilder line = new StringBuilder();
        for (int next = in.read(); next >= 0 && next != '\n'; next = in.read()) {
            line.append((char) next);
        }
        return line.toString().strip();
    }

    private static String path(String sid) {
        return "/socket.io/?EIO=4&transport=polling&sid=" + sid;
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
