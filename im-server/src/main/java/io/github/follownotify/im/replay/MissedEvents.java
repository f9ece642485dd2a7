package io.github.follownotify.im.replay;

import io.github.follownotify.im.events.RecentEvents;
import io.github.follownotify.im.log.FollowLog;
import io.github.follownotify.im.log.LogPage;
import io.github.follownotify.im.log.LogSettings;
import io.github.follownotify.im.log.LogUnavailableException;
import io.github.follownotify.im.rooms.RoomEvent;
import io.github.follownotify.jwt.VerifiedUser;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** What a user's device missed while it was away. */
@Component
public class MissedEvents {

    /** Events that one answer out of the window holds at most; they are in memory already, so a part may be larger. */
    private static final int WINDOW_PART = 1000;

    /** Reads for single users under way from which on the next users are asked for together. */
    private static final int RUSH = 4;

    private final RecentEvents window;
    private final FollowLog log;
    private final LogSettings settings;
    private final Turnstile turnstile;
    private final Sieve sieve;
    private final Counter windowReads;
    private final Counter userReads;

    MissedEvents(RecentEvents window, FollowLog log, LogSettings settings, MeterRegistry meters) {
        this.window = window;
        this.log = log;
        this.settings = settings;
        this.turnstile = new Turnstile(settings.concurrentUserReads(), settings.waitingUserReads());
        this.windowReads = reads("window", meters);
        this.userReads = reads("user", meters);
        Counter newestReads = reads("newest", meters);
        this.sieve = new Sieve(
                (users, upTo) -> {
                    newestReads.increment();
                    return log.newestOf(users, upTo);
                },
                window::floor,
                settings.waitingUserReads());
        Gauge.builder("im.log.reads.waiting", this, missed -> missed.turnstile.waiting() + missed.sieve.waiting())
                .description("Users whose missed events wait to be read from the log")
                .register(meters);
    }

    /**
     * Finds what the user missed after a seq, or the first part of it. The caller has entered the user's room before and
     * holds back what it gets there until it has passed on these events.
     *
     * @param token the user's own token
     * @param seq place in the log that the client says it has reached, or the last event of the part before
     * @return the answer, or a {@link LogUnavailableException}: the client has to come again, nothing was lost
     */
    public CompletionStage<Missed> after(VerifiedUser user, String token, long seq) {
        // A place that this node has not reached may be one of another node that is a little ahead, or of nobody.
        if (seq <= window.head()) {
            Optional<List<RoomEvent>> recent = window.after(user.id(), seq, WINDOW_PART);
            if (recent.isPresent()) {
                windowReads.increment();
                return CompletableFuture.completedStage(
                        new Missed(recent.get(), true, recent.get().size() < WINDOW_PART));
            }
        }
        Question question = new Question(user.id(), token, seq);
        if (!turnstile.enterUnlessInside(RUSH, question::begin)) {
            question.beginInTheRush();
        }
        return question.answer
                .orTimeout(settings.userReadDeadline().toMillis(), TimeUnit.MILLISECONDS)
                .handle(MissedEvents::answered);
    }

    private static Missed answered(@Nullable Missed missed, @Nullable Throwable failure) {
        if (missed != null) {
            return missed;
        }
        Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
        if (cause instanceof LogUnavailableException unavailable) {
            throw unavailable;
        }
        throw new LogUnavailableException(
                cause instanceof TimeoutException
                        ? "follow-api did not give a user's missed events in time"
                        : "a user's missed events could not be read",
                cause == null ? new IllegalStateException("no answer") : cause);
    }

    private static Counter reads(String source, MeterRegistry meters) {
        return Counter.builder("im.log.reads")
                .description("Questions for missed events, by what answered them")
                .tag("source", source)
                .register(meters);
    }

    /**
     * Events that a client missed.
     *
     * @param events oldest first
     * @param complete whether nothing is missing between the place and these events; when false, the client's place is not
     *     in the log any more, or was never there, there are no events here, and the client has to reload
     * @param last whether everything behind these events comes live; when false, the next part has to be asked for
     */
    public record Missed(List<RoomEvent> events, boolean complete, boolean last) {

        static final Missed UNKNOWN_PLACE = new Missed(List.of(), false, true);

        public Missed {
            events = List.copyOf(events);
        }
    }

    /** One user's question to the log: one page, answered on the thread that brought it. */
    private final class Question implements Sieve.Candidate {

        private final long userId;
        private final String token;
        private final long seq;
        private final CompletableFuture<Missed> answer = new CompletableFuture<>();

        Question(long userId, String token, long seq) {
            this.userId = userId;
            this.token = token;
            this.seq = seq;
        }

        /** A place beyond the window's beginning is one of another node, and nothing that the sieve can tell about. */
        void beginInTheRush() {
            if (seq >= window.floor()) {
                mayHaveMissedSomething();
            } else if (!sieve.add(this)) {
                refuse();
            }
        }

        @Override
        public long userId() {
            return userId;
        }

        @Override
        public long after() {
            return seq;
        }

        @Override
        public boolean isGone() {
            return answer.isDone();
        }

        @Override
        public void missedNothingUpTo(long place) {
            window.after(userId, place, WINDOW_PART)
                    .ifPresentOrElse(
                            recent -> answer.complete(new Missed(recent, true, recent.size() < WINDOW_PART)),
                            this::mayHaveMissedSomething);
        }

        @Override
        public void mayHaveMissedSomething() {
            if (!turnstile.enter(this::begin)) {
                refuse();
            }
        }

        private void refuse() {
            answer.completeExceptionally(new LogUnavailableException("too many users wait for their missed events"));
        }

        void begin() {
            if (answer.isDone()) {
                // It waited for too long, and nobody waits for the answer any more.
                turnstile.leave();
                return;
            }
            userReads.increment();
            CompletableFuture<LogPage> read;
            try {
                read = log.usersAfter(userId, token, seq, settings.userPageSize());
            } catch (RuntimeException notEvenAsked) {
                read = CompletableFuture.failedFuture(notEvenAsked);
            }
            CompletableFuture<Void> unused = read.handle((page, failure) -> {
                // Before the answer: whoever gets it may ask for the next part at once.
                turnstile.leave();
                if (page != null) {
                    answer.complete(part(page));
                } else {
                    answer.completeExceptionally(failure == null ? new IllegalStateException("no page") : failure);
                }
                return null;
            });
        }

        private Missed part(LogPage page) {
            if (!page.reachesBackTo(seq) || seq > page.head()) {
                return Missed.UNKNOWN_PLACE;
            }
            // A page that is not full was read after the question: what is not in it was emitted after the question.
            return new Missed(page.events(), true, page.events().size() < settings.userPageSize());
        }
    }
}
