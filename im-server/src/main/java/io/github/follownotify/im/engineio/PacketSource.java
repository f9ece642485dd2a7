package io.github.follownotify.im.engineio;

import org.jspecify.annotations.Nullable;

/**
 * Where a session finds what to send when its own packets are out: it asks whenever the client can take more, on the
 * session's event loop.
 */
public interface PacketSource {

    /** @return the next packet, the same one until it is removed, or null when there is none now */
    @Nullable
    EnginePacket peek();

    /** Takes out what {@link #peek} showed. */
    void remove();
}
