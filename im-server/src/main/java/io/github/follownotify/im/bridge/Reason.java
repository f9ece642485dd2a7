package io.github.follownotify.im.bridge;

import java.util.Locale;

/** Why a message of python-socketio leads to nothing here. */
enum Reason {
    TOO_LARGE(true),
    /** Neither JSON nor a pickle, or a broken one. */
    UNREADABLE(true),
    TOO_DEEP(true),
    /** A pickle that would import, construct or call something. */
    NAMES_A_CLASS(true),
    UNKNOWN_METHOD(true),
    /** A field is missing or of the wrong kind. */
    INVALID(true),
    OTHER_NAMESPACE(false),
    /** Rooms that no user id names, such as those of the other server's own sockets. */
    NO_USER(false),
    /** What python-socketio's servers tell each other: acknowledgements, entering and leaving rooms. */
    BETWEEN_SERVERS(false),
    /** What follow-api writes for python-socketio's servers: our clients have it from the log. */
    OUR_OWN(false);

    private final boolean parked;

    Reason(boolean parked) {
        this.parked = parked;
    }

    /** Whether somebody should look at such a message; the others are normal. */
    boolean isParked() {
        return parked;
    }

    String tag() {
        return name().toLowerCase(Locale.ROOT);
    }
}
