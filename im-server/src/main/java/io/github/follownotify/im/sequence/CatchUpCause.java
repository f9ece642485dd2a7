package io.github.follownotify.im.sequence;

/** Why the log is read. */
public enum CatchUpCause {
    START("start", true, false),
    GAP("gap", false, false),
    CONFLICT("conflict", true, false),
    HEARTBEAT_AHEAD("heartbeat_ahead", false, false),
    HEARTBEAT_BEHIND("heartbeat_behind", true, true),
    RECONNECTED("reconnected", true, false),
    QUIET("quiet", true, true),
    COMPARISON("comparison", true, true),
    SILENCE("silence", true, false),
    BROKER_AWAY("broker_away", true, true),
    REDELIVERY("redelivery", true, true);

    final String text;

    /** Whether only the log can say that nothing is missing. */
    final boolean needsLog;

    /** Whether it recurs for as long as another condition lasts, so that it is not worth a log line each time. */
    final boolean isRoutine;

    CatchUpCause(String text, boolean needsLog, boolean isRoutine) {
        this.text = text;
        this.needsLog = needsLog;
        this.isRoutine = isRoutine;
    }

    @Override
    public String toString() {
        return text;
    }
}
