package io.github.follownotify.system;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Objects;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;

/** The Chromium of this machine, driven by the driver of this machine, and pages for it. */
final class Browser {

    private static final String CLIENT = "/quickstart/demo/vendor/socket.io.min.js";

    private Browser() {}

    /**
     * Each has a driver service of its own: quitting a browser ends its service, and an ended one does not start again.
     *
     * @param profile an empty folder for everything that the browser remembers
     */
    static ChromeDriver open(Path profile) {
        ChromeDriverService driver = new ChromeDriverService.Builder()
                .usingDriverExecutable(new File(Tools.find("chromedriver")))
                .usingAnyFreePort()
                .build();
        ChromeOptions options = new ChromeOptions();
        options.setBinary(Tools.find("chromium"));
        options.addArguments(
                "--headless",
                // Containers and CI machines run as root, where Chromium's sandbox refuses to start.
                "--no-sandbox",
                "--disable-gpu",
                "--disable-quic",
                "--no-first-run",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
                "--window-size=1280,1000",
                "--user-data-dir=" + profile);
        return new ChromeDriver(driver, options);
    }

    /** Serves a page, and beside it the stock client as {@code /client.js}. */
    static HttpServer serve(String page) throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        byte[] client;
        try (InputStream file = Browser.class.getResourceAsStream(CLIENT)) {
            client = Objects.requireNonNull(file, CLIENT).readAllBytes();
        }
        server.createContext("/", exchange -> answer(exchange, "text/html", page.getBytes(StandardCharsets.UTF_8)));
        server.createContext("/client.js", exchange -> answer(exchange, "text/javascript", client));
        server.start();
        return server;
    }

    private static void answer(HttpExchange exchange, String type, byte[] body) throws IOException {
        exchange.getResponseHeaders().set("Content-Type", type + "; charset=utf-8");
        exchange.sendResponseHeaders(200, body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }
}
