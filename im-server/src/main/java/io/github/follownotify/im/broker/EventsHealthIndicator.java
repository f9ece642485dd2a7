package io.github.follownotify.im.broker;

import io.github.follownotify.im.sequence.CatchUp;
import io.github.follownotify.im.sequence.EventSequence;
import java.util.concurrent.TimeUnit;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;

/**
 * Ready when this node receives events, from the broker or, while that is unreachable, from the log, and has no known
 * gap.
 */
class EventsHealthIndicator implements HealthIndicator {

    private final EventFeed feed;
    private final CatchUp catchUp;
    private final EventSequence sequence;

    EventsHealthIndicator(EventFeed feed, CatchUp catchUp, EventSequence sequence) {
        this.feed = feed;
        this.catchUp = catchUp;
        this.sequence = sequence;
    }

    @Override
    public Health health() {
        boolean attached = feed.isAttached();
        EventSequence.State state = sequence.state();
        boolean knowsHead = state.delivered() != EventSequence.UNKNOWN;
        boolean getsEvents = attached || (knowsHead && catchUp.logAnswers());
        Health.Builder health = getsEvents && !state.lacksEvents() ? Health.up() : Health.outOfService();
        health.withDetail("consuming", attached);
        if (knowsHead) {
            health.withDetail("delivered", state.delivered()).withDetail("highest_seen", state.highestSeen());
        }
        if (state.cause() != null) {
            health.withDetail("catch_up_cause", state.cause().toString())
                    .withDetail("catch_up_ms", TimeUnit.NANOSECONDS.toMillis(state.nanos()));
        }
        return health.build();
    }
}
