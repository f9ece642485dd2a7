package io.github.follownotify.im.rooms;

/**
 * One connected device of a user, as {@link UserRooms} sees it. Its methods are called by any thread and never block.
 */
public interface RoomMember {

    long userId();

    /** The socket's id, as its client knows it. */
    String socketId();

    /**
     * Queues the event, unless the device already has it. A device that can't take more is closed, never waited for.
     */
    void deliver(OutgoingEvent event);

    /**
     * Tells the client why and disconnects it, so that it does not reconnect by itself.
     *
     * @param reason what the client is told
     */
    void close(String reason);

    /** Ends the connection like a network fault would: the client reconnects by itself with its offset. */
    void end();
}
