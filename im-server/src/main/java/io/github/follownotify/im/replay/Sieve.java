package io.github.follownotify.im.replay;

import io.github.follownotify.im.log.FollowLog;
import io.github.follownotify.im.log.NewestSeqs;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Asks follow-api for many users at once who of them missed anything behind the window, when more of them come back than it
 * can be asked for one by one.
 *
 * <p>Most users receive something now and then, and after a cut they come back all together: the window does not reach back
 * to what they saw last, and yet nearly all of them missed nothing. While a question is under way, others gather for the
 * next one, so the questions grow with the rush.
 */
final class Sieve {

    private static final int QUESTIONS_AT_ONCE = 2;

    private final Log log;
    private final LongSupplier floor;
    private final int maxWaiting;
    private final Queue<Candidate> waiting = new ArrayDeque<>();
    private int underWay;

    /**
     * @param floor seq behind which the window has everything
     * @param maxWaiting users that wait for the next questions
     */
    Sieve(Log log, LongSupplier floor, int maxWaiting) {
        this.log = log;
        this.floor = floor;
        this.maxWaiting = maxWaiting;
    }

    /** @return false when too many wait; the candidate gets no answer */
    boolean add(Candidate candidate) {
        synchronized (this) {
            if (waiting.size() >= maxWaiting) {
                return false;
            }
            waiting.add(candidate);
        }
        ask();
        return true;
    }

    synchronized int waiting() {
        return waiting.size();
    }

    private void ask() {
        List<Candidate> asked = next();
        if (asked.isEmpty()) {
            return;
        }
        long upTo = Math.max(0, floor.getAsLong());
        Set<Long> users = asked.stream().map(Candidate::userId).collect(Collectors.toSet());
        CompletableFuture<NewestSeqs> question;
        try {
            question = log.newestOf(users, upTo);
        } catch (RuntimeException notEvenAsked) {
            question = CompletableFuture.failedFuture(notEvenAsked);
        }
        CompletableFuture<Void> unused = question.handle((newest, failure) -> {
            asked.forEach(candidate -> answer(candidate, newest, upTo));
            finished();
            ask();
            return null;
        });
    }

    private synchronized List<Candidate> next() {
        List<Candidate> next = new ArrayList<>();
        while (underWay < QUESTIONS_AT_ONCE && next.size() < FollowLog.MOST_USERS && !waiting.isEmpty()) {
            Candidate candidate = waiting.remove();
            if (!candidate.isGone()) {
                next.add(candidate);
            }
        }
        if (!next.isEmpty()) {
            underWay++;
        }
        return next;
    }

    private synchronized void finished() {
        underWay--;
    }

    private static void answer(Candidate candidate, @Nullable NewestSeqs newest, long upTo) {
        if (newest != null && newest.hasNothingFor(candidate.userId(), candidate.after())) {
            candidate.missedNothingUpTo(Math.max(upTo, candidate.after()));
        } else {
            // Also without an answer: an older follow-api does not know the question, and the next one may be up again.
            candidate.mayHaveMissedSomething();
        }
    }

    /** Where the answers come from. */
    @FunctionalInterface
    interface Log {

        /** @param users at most {@link FollowLog#MOST_USERS} */
        CompletableFuture<NewestSeqs> newestOf(Set<Long> users, long upTo);
    }

    /** A user who wants to know what was missed. */
    interface Candidate {

        long userId();

        /** Seq up to which the user has everything. */
        long after();

        /** Whether nobody waits for the answer any more. */
        boolean isGone();

        void missedNothingUpTo(long seq);

        void mayHaveMissedSomething();
    }
}
