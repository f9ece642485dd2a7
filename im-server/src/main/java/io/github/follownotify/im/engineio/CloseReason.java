package io.github.follownotify.im.engineio;

/**
 * Why a session ended. The layers above have reasons of their own.
 *
 * @param tag name in the metrics and text of the close frame
 * @param webSocketStatus status of the close frame
 * @param ending how the client hears of it
 */
public record CloseReason(String tag, int webSocketStatus, Ending ending) {

    /** The client closed it. */
    static final CloseReason CLIENT = new CloseReason("client", 1000, Ending.BY_CLIENT);
    /** The client's connection went away. */
    static final CloseReason GONE = new CloseReason("gone", 1000, Ending.AT_ONCE);

    static final CloseReason PING_TIMEOUT = new CloseReason("ping_timeout", 1000, Ending.AT_ONCE);
    static final CloseReason PROTOCOL_ERROR = new CloseReason("protocol_error", 1002, Ending.AT_ONCE);
    /** A message was larger than {@code max-payload}. */
    static final CloseReason TOO_LARGE = new CloseReason("too_large", 1009, Ending.AT_ONCE);
    /** The websocket is not one that the session can use. */
    static final CloseReason UNWANTED = new CloseReason("unwanted", 1008, Ending.AT_ONCE);
    /** The client exceeded its rate limit. */
    static final CloseReason FLOOD = new CloseReason("flood", 1000, Ending.ABRUPT);

    static final CloseReason SHUTDOWN = new CloseReason("shutdown", 1001, Ending.AT_ONCE);
    /** Send queue overflow. */
    public static final CloseReason SLOW_CLIENT = new CloseReason("slow_client", 1000, Ending.ABRUPT);

    /** How the client learns of the end. */
    public enum Ending {
        /** What is queued is sent, as far as the transport takes it right now. */
        AT_ONCE,
        /** A client between two polls gets its last packets with the next poll; otherwise it would never learn why. */
        WITH_NEXT_POLL,
        /** The client already knows. Only its poll on another connection needs an answer. */
        BY_CLIENT,
        /** There is no point in telling the client. */
        ABRUPT
    }
}
