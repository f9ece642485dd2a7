package io.github.follownotify.im.rooms;

/** One connected device of a user, as {@link UserRooms} sees it. Its methods are called by any thread and never block. */
public interface RoomMember {

    long userId();

    /** Queues the event, unless the device already has it. A device that can't take more is closed, never waited for. */
    void deliver(OutgoingEvent event);

    /** Ends the connection like a network fault would: the client reconnects by itself with its offset. */
    void end();
}
