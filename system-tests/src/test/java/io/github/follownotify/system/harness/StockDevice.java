package io.github.follownotify.system.harness;

import io.github.follownotify.system.ClientProcess;
import java.net.URI;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** The stock JavaScript client, unchanged, with one token for the whole run. */
final class StockDevice implements ListeningDevice {

    private static final String VERSION = "4.8";

    private final URI address;
    private final String token;
    private final Listener listener;
    private @Nullable ClientProcess client;
    private boolean accepted;

    StockDevice(URI address, String token, Listener listener) {
        this.address = address;
        this.token = token;
        this.listener = listener;
    }

    @Override
    public void connect() {
        client = ClientProcess.javaScript(
                VERSION,
                address.toString(),
                Map.of("auth", Map.of("token", token, "recover", true), "transports", List.of("websocket")),
                this::take);
    }

    @Override
    public synchronized boolean isAccepted() {
        return accepted;
    }

    @Override
    public void close() {
        if (client != null) {
            client.close();
        }
    }

    private synchronized void take(JsonNode report) {
        switch (report.get("event").asString()) {
            case "connect" -> {
                accepted = true;
                listener.connected(report.get("recovered").asBoolean());
            }
            case "disconnect" -> {
                accepted = false;
                if (report.get("reason").asString().equals("io server disconnect")) {
                    listener.refused(report.toString());
                }
            }
            case "following notify" -> {
                JsonNode values = report.get("values");
                listener.notified(
                        values.get(0),
                        values.size() < 2
                                ? 0
                                : ListeningDevice.seqOf(values.get(1).asString()));
            }
            case "resync needed" ->
                listener.toldToResync(report.get("values").get(0).get("reason").asString());
            case "connect_error" -> {
                if (!report.get("active").asBoolean()) {
                    listener.refused(report.toString());
                }
            }
            default -> {
                // nothing else matters here
            }
        }
    }
}
