package io.github.follownotify.follow.pythonsocketio;

/** How a python-socketio server names a user's room: for Python, {@code "42"} and {@code 42} are two rooms. */
enum RoomType {
    /** {@code enter_room(sid, str(user_id))}. */
    STRING,
    /** {@code enter_room(sid, user_id)} with a number. */
    INTEGER;

    Object room(long user) {
        return this == STRING ? Long.toString(user) : (Object) user;
    }
}
