package io.github.follownotify.im.sequence;

import io.github.follownotify.im.rooms.RoomEvent;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Where events leave the sequence. Failures there are counted and logged, and do not spread. */
final class EventOutlet {

    private static final Logger log = LoggerFactory.getLogger(EventOutlet.class);

    private final Consumer<RoomEvent> emit;
    private final Runnable resyncAll;
    private final Runnable disconnectAll;
    private final SequenceMetrics metrics;

    /**
     * @param resyncAll tells every client that it may lack events
     * @param disconnectAll ends every connection as a network fault would: clients reconnect with their offsets
     */
    EventOutlet(Consumer<RoomEvent> emit, Runnable resyncAll, Runnable disconnectAll, SequenceMetrics metrics) {
        this.emit = emit;
        this.resyncAll = resyncAll;
        this.disconnectAll = disconnectAll;
        this.metrics = metrics;
    }

    void emit(RoomEvent event) {
        try {
            emit.accept(event);
        } catch (RuntimeException failure) {
            metrics.emitFailed();
            log.error("event=emit_failed user={} seq={} id={}", event.userId(), event.seq(), event.id(), failure);
        }
    }

    void resyncAll() {
        tellAll(resyncAll);
    }

    void disconnectAll() {
        tellAll(disconnectAll);
    }

    private void tellAll(Runnable call) {
        metrics.resync();
        try {
            call.run();
        } catch (RuntimeException failure) {
            log.error("event=resync_failed", failure);
        }
    }
}
