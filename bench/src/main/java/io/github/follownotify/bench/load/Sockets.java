package io.github.follownotify.bench.load;

import io.netty.buffer.ByteBuf;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Users' devices: Socket.IO connections over WebSocket, each of a user of its own, spread over the nodes. */
public final class Sockets implements AutoCloseable {

    /** A range of local ports has 28,000; and servers limit the connections of one address. */
    private static final int SOCKETS_PER_ADDRESS = 5000;

    private static final int MOST_TRIES = 60;
    private static final long RETRY_MILLIS = 500;

    private final LoadLoop loop;
    private final List<URI> nodes;
    private final Tokens tokens;
    private final long firstUser;
    private final List<SocketClient> clients = new ArrayList<>();

    // Belong to the loop.
    private @Nullable EventListener listener;
    private final Latencies connecting = new Latencies();
    private int inFlight;
    private int accepted;
    private int refused;
    private int lost;
    private long lastAccepted;

    /** Takes each event that any of the sockets receives. */
    interface EventListener {

        /**
         * @param index which of the sockets
         * @param packet an event from its readerIndex to its writerIndex: {@code 42["name",{…}]}
         */
        void event(int index, ByteBuf packet, long now);
    }

    public Sockets(LoadLoop loop, List<URI> nodes, Tokens tokens, long firstUser) {
        this.loop = loop;
        this.nodes = List.copyOf(nodes);
        this.tokens = tokens;
        this.firstUser = firstUser;
    }

    /**
     * Opens more sockets and returns when each of them is accepted or has failed.
     *
     * @param most handshakes under way at once
     */
    public Connected open(int count, int most) {
        List<SocketClient> added = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            int index = clients.size();
            SocketClient client = new SocketClient(
                    this, index, nodes.get(index % nodes.size()), addressOf(index), tokens.of(userOf(index)));
            clients.add(client);
            added.add(client);
        }
        return connect(added, most);
    }

    /**
     * Opens sockets that a load needs, and retries those that a server refuses for now, as clients do: events
     * to a user without a socket would count as lost.
     */
    public void openAll(int count, int most) {
        Connected connected = open(count, most);
        for (int tries = 1; connected.refused() > 0; tries++) {
            if (tries == MOST_TRIES) {
                throw new IllegalStateException(
                        "%d of %d sockets were refused again and again".formatted(connected.refused(), count));
            }
            Waits.pause(RETRY_MILLIS);
            connected = connect(
                    loop.call(() ->
                            clients.stream().filter(client -> !client.isOpen()).toList()),
                    most);
        }
    }

    /** Closes these sockets and opens them again, one after the other is accepted: {@code most} at once. */
    Connected reopen(int from, int count, int most) {
        List<SocketClient> again = clients.subList(from, from + count);
        loop.call(() -> {
            again.forEach(SocketClient::close);
            return true;
        });
        return connect(again, most);
    }

    private Connected connect(List<SocketClient> some, int most) {
        long started = System.nanoTime();
        loop.call(() -> {
            accepted = 0;
            refused = 0;
            connecting.reset();
            return true;
        });
        int next = 0;
        int seen = 0;
        long lastProgress = started;
        Progress progress = new Progress("connect");
        while (seen < some.size()) {
            int from = next;
            int last = some.size();
            next = loop.call(() -> {
                int started1 = from;
                while (started1 < last && inFlight < most) {
                    inFlight++;
                    some.get(started1++).connect();
                }
                return started1;
            });
            seen = loop.call(() -> accepted + refused);
            if (System.nanoTime() - lastProgress > TimeUnit.SECONDS.toNanos(1)) {
                lastProgress = System.nanoTime();
                progress.print("%,d of %,d sockets", seen, some.size());
            }
            Waits.pause(1);
        }
        return loop.call(() -> new Connected(accepted, refused, (lastAccepted - started) / 1e9, connecting));
    }

    /**
     * @param seconds from the first handshake's start to the last one's end
     * @param latencies from a handshake's start to the accepted CONNECT; valid until more sockets are opened
     */
    record Connected(int accepted, int refused, double seconds, Latencies latencies) {}

    public int size() {
        return clients.size();
    }

    public long userOf(int index) {
        return firstUser + index;
    }

    void listen(@Nullable EventListener newListener) {
        loop.call(() -> {
            listener = newListener;
            return true;
        });
    }

    /** Sockets that ended without being asked to. */
    int lost() {
        return loop.call(() -> lost);
    }

    @Override
    public void close() {
        loop.call(() -> {
            clients.forEach(SocketClient::close);
            return true;
        });
        clients.clear();
    }

    LoadLoop loop() {
        return loop;
    }

    void event(int index, ByteBuf packet) {
        if (listener != null) {
            listener.event(index, packet, System.nanoTime());
        }
    }

    void accepted(long nanos) {
        inFlight--;
        accepted++;
        lastAccepted = System.nanoTime();
        connecting.record(nanos);
    }

    void refused() {
        inFlight--;
        refused++;
        lastAccepted = System.nanoTime();
    }

    void lostOne() {
        lost++;
    }

    private static String addressOf(int index) {
        return "127.0.0." + (1 + index / SOCKETS_PER_ADDRESS);
    }
}
