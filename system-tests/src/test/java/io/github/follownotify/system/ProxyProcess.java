package io.github.follownotify.system;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;

/** HAProxy or nginx as a process, configured by the file that we show to others, with the addresses of a test in it. */
public final class ProxyProcess implements AutoCloseable {

    private static final Path EXAMPLES = Path.of("..", "deploy");

    private final int port;
    private final Process process;

    /** Ports of a replica on the loopback interface. */
    public record Node(int port, int managementPort) {}

    private ProxyProcess(int port, Process process) {
        this.port = port;
        this.process = process;
        Awaitility.await("proxy listens on " + port)
                .atMost(Device.LIMIT)
                .ignoreExceptions()
                .until(() -> {
                    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
                        return socket.isConnected();
                    }
                });
    }

    public static ProxyProcess haproxy(Path folder, int port, List<Integer> followApis, List<Node> imServers) {
        return haproxy(folder, port, followApis, imServers, Map.of());
    }

    /** @param changes texts of the file, each with what stands there instead */
    public static ProxyProcess haproxy(
            Path folder, int port, List<Integer> followApis, List<Node> imServers, Map<String, String> changes) {
        String text =
                configuration("haproxy.cfg", followApis, imServers).replace("bind *:80", "bind 127.0.0.1:" + port);
        for (Map.Entry<String, String> change : changes.entrySet()) {
            text = text.replace(change.getKey(), change.getValue());
        }
        Path configuration = write(folder, "haproxy.cfg", text);
        return new ProxyProcess(port, start(folder, Tools.find("haproxy"), "-db", "-f", configuration.toString()));
    }

    public static ProxyProcess nginx(Path folder, int port, List<Integer> followApis, List<Node> imServers) {
        Path site = write(
                folder,
                "site.conf",
                configuration("nginx.conf", followApis, imServers)
                        .replace("listen 80;", "listen 127.0.0.1:" + port + ";")
                        .replace("/var/log/nginx", folder.toString()));
        Path configuration = write(folder, "nginx.conf", """
                daemon off;
                user %3$s;
                pid %1$s/nginx.pid;
                events {}
                http {
                    client_body_temp_path %1$s/body;
                    proxy_temp_path %1$s/proxy;
                    fastcgi_temp_path %1$s/fastcgi;
                    uwsgi_temp_path %1$s/uwsgi;
                    scgi_temp_path %1$s/scgi;
                    include %2$s;
                }
                """.formatted(folder, site, System.getProperty("user.name")));
        return new ProxyProcess(
                port,
                start(
                        folder,
                        Tools.find("nginx"),
                        "-p",
                        folder.toString(),
                        "-c",
                        configuration.toString(),
                        "-e",
                        folder.resolve("error.log").toString()));
    }

    public URI address() {
        return URI.create("http://127.0.0.1:" + port);
    }

    public int port() {
        return port;
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(10, TimeUnit.SECONDS)) {
                process.descendants().forEach(ProcessHandle::destroyForcibly);
                process.destroyForcibly();
            }
        } catch (InterruptedException stopped) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }

    private static String configuration(String example, List<Integer> followApis, List<Node> imServers) {
        try {
            String text = Files.readString(EXAMPLES.resolve(example));
            for (int i = 0; i < followApis.size(); i++) {
                text = text.replace("follow-api-" + (i + 1) + ":8080", "127.0.0.1:" + followApis.get(i));
            }
            for (int i = 0; i < imServers.size(); i++) {
                Node node = imServers.get(i);
                text = text.replace(
                                "im-server-" + (i + 1) + ":9092 port 9093",
                                "127.0.0.1:" + node.port + " port " + node.managementPort)
                        .replace("im-server-" + (i + 1) + ":9092", "127.0.0.1:" + node.port);
            }
            return text;
        } catch (IOException noExample) {
            throw new UncheckedIOException(noExample);
        }
    }

    private static Path write(Path folder, String name, String text) {
        try {
            return Files.writeString(folder.resolve(name), text);
        } catch (IOException notWritable) {
            throw new UncheckedIOException(notWritable);
        }
    }

    private static Process start(Path folder, String... command) {
        try {
            Process started = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(
                            folder.resolve("proxy.log").toFile()))
                    .start();
            Runtime.getRuntime().addShutdownHook(new Thread(started::destroy));
            return started;
        } catch (IOException notStarted) {
            throw new UncheckedIOException(notStarted);
        }
    }
}
