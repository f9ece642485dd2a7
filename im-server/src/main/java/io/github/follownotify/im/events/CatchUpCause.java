package io.github.follownotify.im.events;

/** Why the log is read. */
enum CatchUpCause {
    START("start", true, false),
    GAP("gap", false, false),
    HEARTBEAT_AHEAD("heartbeat ahead", false, false),
    HEARTBEAT_BEHIND("heartbeat behind", true, false),
    RECONNECTED("reconnected", true, false),
    SILENCE("silence", true, false),
    BROKER_AWAY("broker away", true, true),
    REPETITION("repetition", true, true);

    final String text;

    /** Whether only the log can say that nothing is missing. */
    final boolean needsLog;

    /** Whether it comes again and again for as long as something else lasts, and is no news. */
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
