package io.github.follownotify.system.harness;

import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** A database and a broker that can be broken without asking anybody, and the database's copies. */
final class PrivateServers implements AutoCloseable {

    final RabbitMqServer broker;

    private final Programs programs;
    private MariaDbServer database;
    private @Nullable MariaDbServer replica;
    private int created;

    private PrivateServers(Programs programs) {
        this.programs = programs;
        this.broker = new RabbitMqServer(programs);
        CompletableFuture<Void> brokerStarts = CompletableFuture.runAsync(broker::start);
        this.database = newDatabase();
        brokerStarts.join();
    }

    static boolean areInstalled() {
        return MariaDbServer.isInstalled() && RabbitMqServer.isInstalled();
    }

    static PrivateServers start(Path folder) {
        return new PrivateServers(new Programs(folder));
    }

    /** The one that is written to. */
    synchronized MariaDbServer database() {
        return database;
    }

    /** Starts a replica that has everything up to now, and gets no further. */
    synchronized void startReplicaThatFallsBehind() {
        MariaDbServer started = newDatabase();
        started.replicate(database);
        started.fallBehind();
        replica = started;
    }

    /** Makes the replica the database, in place of the one that is gone. */
    synchronized void failOver() {
        MariaDbServer successor = replica;
        if (successor == null) {
            throw new IllegalStateException("there is no replica");
        }
        successor.promote();
        database.close();
        database = successor;
        replica = null;
    }

    void backUp() {
        database().backUp(backup());
    }

    void restore() {
        database().restore(backup());
    }

    @Override
    public synchronized void close() {
        broker.close();
        database.close();
        if (replica != null) {
            replica.close();
        }
    }

    private MariaDbServer newDatabase() {
        return MariaDbServer.create(programs, ++created);
    }

    private Path backup() {
        return programs.path("backup.sql");
    }
}
