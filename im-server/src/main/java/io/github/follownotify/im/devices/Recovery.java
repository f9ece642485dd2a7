package io.github.follownotify.im.devices;

import io.github.follownotify.im.replay.MissedEvents;
import io.github.follownotify.im.rooms.RoomEvent;
import io.github.follownotify.jwt.VerifiedUser;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Finds what a returning client missed.
 *
 * <p>A stock JavaScript client sends the {@code pid} that it got and the last offset that it saw, and counts itself as
 * recovered when the same {@code pid} comes back. Any other client sends {@code offset} alone. The offset is a seq
 * and only selects among the events of the token's own user.
 */
final class Recovery {

    private final RecoveryIds ids;
    private final MissedLookup lookup;
    private final LongSupplier head;

    /** @param head last seq that this node has delivered, or -1 before it knows one */
    Recovery(RecoveryIds ids, MissedLookup lookup, LongSupplier head) {
        this.ids = ids;
        this.lookup = lookup;
        this.head = head;
    }

    /** Where missed events come from. */
    @FunctionalInterface
    interface MissedLookup {

        /**
         * @param seq the answer begins behind it
         * @return cancelled when nobody waits for it any more
         */
        CompletionStage<MissedEvents.Missed> after(VerifiedUser user, String token, long seq);
    }

    /**
     * What a client asks for.
     *
     * @param wanted whether its events carry their offset
     * @param returning whether it says where it stopped
     * @param after seq up to which it has everything, or -1 when it can't be told
     * @param recoveryId its own id, when it is one of ours
     * @param freshId id to give it when it does not recover, or null when it wants none or none can be given yet
     */
    record Plan(
            boolean wanted,
            boolean returning,
            long after,
            @Nullable String recoveryId,
            @Nullable String freshId) {}

    /**
     * What a client gets.
     *
     * @param recoveryId pid of the CONNECT reply, or null for none
     * @param events what was missed, oldest first
     * @param after seq up to which the client had everything before, or -1
     * @param more asks for the part behind these events, or null when there is none
     * @param shortage why something may be missing all the same, or an empty text
     */
    record Outcome(
            @Nullable String recoveryId,
            List<RoomEvent> events,
            long after,
            @Nullable Supplier<CompletionStage<Outcome>> more,
            String shortage) {

        static Outcome nothing(@Nullable String recoveryId, String shortage) {
            return new Outcome(recoveryId, List.of(), -1, null, shortage);
        }

        boolean isShort() {
            return !shortage.isEmpty();
        }
    }

    /** Has to be called before the device enters its room: what is emitted from then on is after the session's start. */
    Plan plan(Map<String, @Nullable Object> auth, boolean queryAsks, VerifiedUser user) {
        Object shownId = auth.get("pid");
        Object shownOffset = auth.get("offset");
        boolean returning = shownId != null || shownOffset != null;
        boolean wanted = returning || queryAsks || isTrue(auth.get("recover"));
        OptionalLong start = ids.startSeq(shownId, user.id());
        long offset = offset(shownOffset);
        long after = -1;
        if (start.isPresent()) {
            // An offset from before the session began is none that the session can have seen.
            after = shownOffset == null ? start.getAsLong() : offset >= start.getAsLong() ? offset : -1;
        } else if (shownId == null) {
            after = offset;
        }
        long freshStart = after >= 0 && start.isEmpty() ? after : head.getAsLong();
        return new Plan(
                wanted,
                returning,
                after,
                start.isPresent() && shownId instanceof String id ? id : null,
                wanted && freshStart >= 0 ? ids.issue(user.id(), freshStart) : null);
    }

    /**
     * @return what the client gets; fails when that cannot be said right now: the client has to reconnect, because an
     *     answer without what it missed would make it forget its offset
     */
    CompletionStage<Outcome> missed(Plan plan, VerifiedUser user, String token) {
        if (plan.wanted() && plan.freshId() == null) {
            return CompletableFuture.failedStage(
                    new IllegalStateException("this node does not know the head of the log yet"));
        }
        if (!plan.returning()) {
            return CompletableFuture.completedStage(Outcome.nothing(plan.freshId(), ""));
        }
        if (plan.after() < 0) {
            return CompletableFuture.completedStage(Outcome.nothing(plan.freshId(), "unknown_offset"));
        }
        String recoveryId = plan.recoveryId() != null ? plan.recoveryId() : plan.freshId();
        return map(
                part(user, token, plan.after(), recoveryId),
                outcome -> outcome.isShort() ? Outcome.nothing(plan.freshId(), outcome.shortage()) : outcome);
    }

    private CompletionStage<Outcome> part(VerifiedUser user, String token, long after, @Nullable String recoveryId) {
        return map(lookup.after(user, token, after), missed -> {
            if (!missed.complete()) {
                return Outcome.nothing(recoveryId, "log_trimmed");
            }
            List<RoomEvent> events = missed.events();
            if (missed.last() || events.isEmpty()) {
                return new Outcome(recoveryId, events, after, null, "");
            }
            long reached = events.get(events.size() - 1).seq();
            return new Outcome(recoveryId, events, after, () -> part(user, token, reached, recoveryId), "");
        });
    }

    /** As {@code thenApply}, and cancelling the result cancels what it is made of. */
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

    private static long offset(@Nullable Object offset) {
        String digits = offset instanceof String text
                ? text
                : offset instanceof Integer || offset instanceof Long ? offset.toString() : "";
        return digits.matches("[0-9]{1,18}") ? Long.parseLong(digits) : -1;
    }

    static boolean isTrue(@Nullable Object value) {
        return Boolean.TRUE.equals(value) || "true".equals(value) || "1".equals(value);
    }
}
