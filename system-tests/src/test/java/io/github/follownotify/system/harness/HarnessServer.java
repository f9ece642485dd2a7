package io.github.follownotify.system.harness;

import io.github.follownotify.system.ServiceProcess;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A database or a broker of the harness's own, on a port of its own, that can be killed and frozen. */
abstract class HarnessServer implements AutoCloseable {

    final int port = ServiceProcess.freePort();

    protected final Programs programs;
    private @Nullable Process process;

    HarnessServer(Programs programs) {
        this.programs = programs;
    }

    protected final void started(Process started) {
        process = started;
    }

    final void kill() {
        Programs.kill(process);
    }

    /** Stops the server on the spot: it keeps its connections and says nothing. */
    final void freeze() {
        programs.signal("STOP", Objects.requireNonNull(process));
    }

    final void thaw() {
        programs.signal("CONT", Objects.requireNonNull(process));
    }

    @Override
    public void close() {
        kill();
    }
}
