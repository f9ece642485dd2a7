package io.github.follownotify.im.events;

import java.util.concurrent.TimeUnit;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;

/**
 * Ready when this node gets the events, from the broker or, while that is away, from the log, and lacks none that it knows
 * of.
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
        boolean knowsPlace = state.position() != EventSequence.UNKNOWN;
        boolean getsEvents = attached || (knowsPlace && catchUp.logAnswers());
        Health.Builder health = getsEvents && !state.lacksEvents() ? Health.up() : Health.outOfService();
        health.withDetail("consuming", attached);
        if (knowsPlace) {
            health.withDetail("position", state.position()).withDetail("highest_seen", state.highestSeen());
        }
        if (state.cause() != null) {
            health.withDetail("catching_up_because", state.cause().toString())
                    .withDetail("catching_up_for_ms", TimeUnit.NANOSECONDS.toMillis(state.nanos()));
        }
        return health.build();
    }
}
