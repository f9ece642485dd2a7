package io.github.follownotify.im.events;

import java.util.concurrent.TimeUnit;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;

/** Ready when this node hears the broker and lacks no event that it knows of. */
class EventsHealthIndicator implements HealthIndicator {

    private final EventFeed feed;
    private final EventSequence sequence;

    EventsHealthIndicator(EventFeed feed, EventSequence sequence) {
        this.feed = feed;
        this.sequence = sequence;
    }

    @Override
    public Health health() {
        boolean attached = feed.isAttached();
        EventSequence.State state = sequence.state();
        Health.Builder health = attached && !state.lacksEvents() ? Health.up() : Health.outOfService();
        health.withDetail("consuming", attached);
        if (state.position() != EventSequence.UNKNOWN) {
            health.withDetail("position", state.position()).withDetail("highest_seen", state.highestSeen());
        }
        if (state.cause() != null) {
            health.withDetail("catching_up_because", state.cause().toString())
                    .withDetail("catching_up_for_ms", TimeUnit.NANOSECONDS.toMillis(state.nanos()));
        }
        return health.build();
    }
}
