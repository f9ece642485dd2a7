package io.github.follownotify.im.engineio;

import io.netty.handler.codec.http.FullHttpRequest;
import java.util.ArrayDeque;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/** Requests of one connection that came before the one ahead of them was answered, bounded in number and size. */
final class EarlyRequests {

    /** No client of Engine.IO pipelines; a proxy that does sends a few. */
    private static final int MAXIMUM = 8;

    private final Queue<FullHttpRequest> waiting = new ArrayDeque<>(0);
    private final int maxBytes;
    private int bytes;

    EarlyRequests(int maxBytes) {
        this.maxBytes = maxBytes;
    }

    /** @return false when it is one too many, and stays the caller's to release */
    boolean offer(FullHttpRequest request) {
        int size = request.content().readableBytes();
        if (waiting.size() >= MAXIMUM || bytes + size > maxBytes) {
            return false;
        }
        bytes += size;
        return waiting.add(request);
    }

    /** @return the next one, now the caller's to release, or null */
    @Nullable
    FullHttpRequest poll() {
        FullHttpRequest next = waiting.poll();
        bytes -= next == null ? 0 : next.content().readableBytes();
        return next;
    }

    void release() {
        for (FullHttpRequest request = waiting.poll(); request != null; request = waiting.poll()) {
            request.release();
        }
    }
}
