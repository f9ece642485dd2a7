package io.github.follownotify.im.engineio;

import org.jspecify.annotations.Nullable;

/**
 * Where a session gets what to send once its own packets are sent: it asks whenever the client can take more, on the
 * session's event loop.
 */
public interface PacketSource {

    /** @return the next packet, the same one until it is removed, or null when there is none now */
    @Nullable
    EnginePacket peek();

    /** Removes what {@link #peek} returned. */
    void remove();

    /** Whether the next packet belongs to the one before, so that no other may come between them. */
    default boolean isWithinMessage() {
        return false;
    }
}
