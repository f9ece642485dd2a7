package io.github.follownotify.testservices;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A TCP proxy on the loopback interface that breaks on demand.
 *
 * <p>One thread accepts; each connection has one thread per direction. {@link #cut()} resets all connections and every
 * new one; {@link #stall()} leaves them open and forwards nothing, as a dead network does; {@link #restore()} ends
 * both. By hand, and not Toxiproxy, because it runs inside the test without Docker, and its connections end with a
 * reset.
 */
public final class FaultProxy implements AutoCloseable {

    private static final int BUFFER_BYTES = 16 * 1024;

    private volatile InetSocketAddress target;
    private final ServerSocket server;
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
    private final Object flow = new Object();
    private boolean cut;
    private boolean stalled;

    public FaultProxy(String host, int port) {
        try {
            this.target = new InetSocketAddress(host, port);
            this.server = new ServerSocket(0, 1000, InetAddress.getLoopbackAddress());
        } catch (IOException noPort) {
            throw new UncheckedIOException(noPort);
        }
        start("accept", this::acceptUntilClosed);
    }

    public int port() {
        return server.getLocalPort();
    }

    /** Number of open connections. */
    public int connections() {
        return sockets.size() / 2;
    }

    /** Resets every connection, now and until {@link #restore()}. */
    public void cut() {
        synchronized (flow) {
            cut = true;
            flow.notifyAll();
        }
        sockets.forEach(FaultProxy::reset);
    }

    /** Resets the connections of this moment only; new ones work. */
    public void cutOnce() {
        sockets.forEach(FaultProxy::reset);
    }

    /** Leads all new connections to another port of the same host, as a balancer does when a node is gone. */
    public void redirect(int port) {
        target = new InetSocketAddress(target.getHostString(), port);
    }

    /** Forwards nothing from now on, with all connections left open. */
    public void stall() {
        synchronized (flow) {
            stalled = true;
        }
    }

    /** Works again; bytes that were held back by {@link #stall()} are forwarded. */
    public void restore() {
        synchronized (flow) {
            cut = false;
            stalled = false;
            flow.notifyAll();
        }
    }

    @Override
    public void close() {
        try {
            server.close();
        } catch (IOException alreadyClosed) {
            // closing is all that was wanted
        }
        cut();
    }

    private void acceptUntilClosed() {
        while (!server.isClosed()) {
            try {
                connect(server.accept());
            } catch (IOException closedOrTargetGone) {
                // the loop's condition decides which of the two it was
            }
        }
    }

    private void connect(Socket client) throws IOException {
        synchronized (flow) {
            if (cut) {
                reset(client);
                return;
            }
        }
        Socket upstream = new Socket();
        try {
            upstream.connect(target);
        } catch (IOException targetGone) {
            reset(client);
            reset(upstream);
            throw targetGone;
        }
        client.setTcpNoDelay(true);
        upstream.setTcpNoDelay(true);
        sockets.add(client);
        sockets.add(upstream);
        AtomicInteger directions = new AtomicInteger(2);
        start("to-target", () -> forward(client, upstream, directions));
        start("from-target", () -> forward(upstream, client, directions));
    }

    /** @param directions those in which something may still be forwarded */
    private void forward(Socket from, Socket to, AtomicInteger directions) {
        byte[] buffer = new byte[BUFFER_BYTES];
        try {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                waitWhileStalled();
                out.write(buffer, 0, read);
            }
            to.shutdownOutput();
        } catch (IOException broken) {
            reset(from);
            reset(to);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        } finally {
            sockets.remove(from);
            if (directions.decrementAndGet() == 0) {
                close(from);
                close(to);
            }
        }
    }

    private void waitWhileStalled() throws InterruptedException {
        synchronized (flow) {
            while (stalled && !cut) {
                flow.wait();
            }
        }
    }

    private static void close(Socket socket) {
        try {
            socket.close();
        } catch (IOException alreadyClosed) {
            // gone is gone
        }
    }

    /** Closing with a linger time of zero sends RST instead of FIN. */
    private static void reset(Socket socket) {
        try {
            socket.setSoLinger(true, 0);
            socket.close();
        } catch (IOException alreadyClosed) {
            // gone is gone
        }
    }

    private void start(String name, Runnable task) {
        Thread thread = new Thread(task, "fault-proxy-" + port() + "-" + name);
        thread.setDaemon(true);
        thread.start();
    }
}
