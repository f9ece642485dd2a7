package io.github.follownotify.im.devices;

import io.github.follownotify.im.replay.Missed;
import io.github.follownotify.im.rooms.LogOffset;
import io.github.follownotify.im.rooms.RoomEvent;
import io.github.follownotify.jwt.VerifiedUser;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Finds what a returning client missed.
 *
 * <p>A stock JavaScript client sends the {@code pid} that it got and the last offset that it saw, and counts itself as
 * recovered when the same {@code pid} comes back. Any other client sends {@code offset} alone. An offset names an event
 * of the log and only selects among the events of the token's own user. Of the pid's start and the offset, the later
 * one counts: after a connect that was not recovered, stock clients keep the previous session's offset.
 */
final class Recovery {

    private final RecoveryIds ids;
    private final Supplier<CompletableFuture<Void>> windowUpToDate;
    private final MissedLookup lookup;
    private final Supplier<@Nullable LogOffset> head;

    /**
     * @param windowUpToDate completes when what this node has delivered was compared with the log; shared, so never
     *     cancelled here
     * @param head last event that this node has delivered, or null before it knows one
     */
    Recovery(
            RecoveryIds ids,
            Supplier<CompletableFuture<Void>> windowUpToDate,
            MissedLookup lookup,
            Supplier<@Nullable LogOffset> head) {
        this.ids = ids;
        this.windowUpToDate = windowUpToDate;
        this.lookup = lookup;
        this.head = head;
    }

    /** Where missed events come from. */
    @FunctionalInterface
    interface MissedLookup {

        /**
         * @param offset the answer begins behind it
         * @return a future that the caller cancels when the answer is no longer needed
         */
        CompletionStage<Missed> after(long userId, LogOffset offset);
    }

    /**
     * What a client asks for.
     *
     * @param wanted whether its events carry their offset
     * @param returning whether the client says where it stopped
     * @param after event up to which it has everything, or null when that is unknown
     * @param recoveryId its own id, when it is one of ours
     * @param shownOffset the offset that it shows, or null
     * @param head what this node had delivered when the client came, or null when it did not know yet
     */
    record Plan(
            boolean wanted,
            boolean returning,
            @Nullable LogOffset after,
            @Nullable String recoveryId,
            @Nullable LogOffset shownOffset,
            @Nullable LogOffset head) {}

    /**
     * What a client gets.
     *
     * @param recoveryId pid of the CONNECT reply, or null for none
     * @param events what was missed, oldest first
     * @param after seq up to which the client had everything before, or -1
     * @param more asks for the part after these events, or null when there is none
     * @param shortage why something may be missing all the same, or an empty text
     */
    record Outcome(
            @Nullable String recoveryId,
            List<RoomEvent> events,
            long after,
            @Nullable Supplier<CompletionStage<Outcome>> more,
            String shortage) {

        boolean isShort() {
            return !shortage.isEmpty();
        }
    }

    /** Must be called before the device enters its room: what is emitted from then on is after the session's start. */
    Plan plan(Map<String, @Nullable Object> auth, boolean queryAsks, VerifiedUser user) {
        Object shownId = auth.get("pid");
        Object shownOffset = auth.get("offset");
        boolean returning = shownId != null || shownOffset != null;
        RecoveryIds.Session session = ids.read(shownId, user.id());
        LogOffset start = session == null ? null : session.start();
        LogOffset offset = LogOffset.parse(shownOffset);
        if (session != null && offset != null && offset.equals(session.discarded())) {
            offset = null;
        }
        return new Plan(
                returning || queryAsks || isTrue(auth.get("recover")),
                returning,
                later(start, offset),
                start != null && shownId instanceof String id ? id : null,
                LogOffset.parse(shownOffset),
                head.get());
    }

    /**
     * @return what the client gets; fails when that cannot be read right now: the client must reconnect, because an
     *     answer without what it missed would make it forget its offset
     */
    CompletionStage<Outcome> missed(Plan plan, VerifiedUser user) {
        if (plan.wanted() && plan.head() == null) {
            return CompletableFuture.failedStage(
                    new IllegalStateException("this node does not know the head of the log yet"));
        }
        if (!plan.returning()) {
            return CompletableFuture.completedStage(anew(plan, user, List.of(), ""));
        }
        LogOffset after = plan.after();
        if (after == null) {
            return CompletableFuture.completedStage(anew(plan, user, List.of(), reason(Missed.Status.UNKNOWN_OFFSET)));
        }
        return map(lookUpInTheLogsHistory(user.id(), after), missed -> {
            if (missed.status() != Missed.Status.COMPLETE) {
                return anew(plan, user, missed.events(), reason(missed.status()));
            }
            // A client without a pid gets one that starts at its offset, now that the offset is known to be valid.
            String recoveryId = plan.recoveryId() != null
                    ? plan.recoveryId()
                    : ids.issue(user.id(), new RecoveryIds.Session(after, null));
            return recovered(missed, after.seq(), recoveryId, user);
        });
    }

    private CompletableFuture<Missed> lookUpInTheLogsHistory(long userId, LogOffset after) {
        CompletableFuture<Missed> result = new CompletableFuture<>();
        CompletableFuture<Void> unused = windowUpToDate.get().thenRun(() -> {
            if (result.isDone()) {
                return;
            }
            CompletableFuture<Missed> found = lookup.after(userId, after).toCompletableFuture();
            CompletableFuture<Missed> unusedToo = found.whenComplete((missed, failure) -> {
                if (failure == null) {
                    result.complete(missed);
                } else {
                    result.completeExceptionally(failure);
                }
            });
            CompletableFuture<Missed> unusedAsWell = result.whenComplete((missed, failure) -> found.cancel(false));
        });
        return result;
    }

    /** A client that does not recover starts at this node's last delivered event, never at a wrong offset. */
    private Outcome anew(Plan plan, VerifiedUser user, List<RoomEvent> events, String shortage) {
        LogOffset begin = plan.head();
        String freshId = plan.wanted() && begin != null
                ? ids.issue(user.id(), new RecoveryIds.Session(begin, plan.shownOffset()))
                : null;
        return new Outcome(freshId, events, -1, null, shortage);
    }

    private Outcome recovered(Missed missed, long after, String recoveryId, VerifiedUser user) {
        List<RoomEvent> events = missed.events();
        if (missed.last() || events.isEmpty()) {
            return new Outcome(recoveryId, events, after, null, "");
        }
        RoomEvent reached = events.get(events.size() - 1);
        return new Outcome(recoveryId, events, after, () -> next(reached, recoveryId, user), "");
    }

    private CompletionStage<Outcome> next(RoomEvent reached, String recoveryId, VerifiedUser user) {
        LogOffset after = reached.offset();
        return map(
                lookup.after(user.id(), after),
                missed -> missed.status() == Missed.Status.COMPLETE
                        ? recovered(missed, after.seq(), recoveryId, user)
                        : new Outcome(recoveryId, missed.events(), after.seq(), null, reason(missed.status())));
    }

    private static @Nullable LogOffset later(@Nullable LogOffset start, @Nullable LogOffset offset) {
        return start == null || (offset != null && offset.seq() >= start.seq()) ? offset : start;
    }

    private static String reason(Missed.Status status) {
        return status.name().toLowerCase(Locale.ROOT);
    }

    /** Like {@code thenApply}, but cancelling the result also cancels its source. */
    private static <T, R> CompletionStage<R> map(CompletionStage<T> source, Function<T, R> mapping) {
        CompletableFuture<T> asked = source.toCompletableFuture();
        CompletableFuture<R> result = asked.thenApply(mapping);
        CompletableFuture<R> unused = result.whenComplete((value, failure) -> {
            if (result.isCancelled()) {
                asked.cancel(false);
            }
        });
        return result;
    }

    static boolean isTrue(@Nullable Object value) {
        return Boolean.TRUE.equals(value) || "true".equals(value) || "1".equals(value);
    }
}
