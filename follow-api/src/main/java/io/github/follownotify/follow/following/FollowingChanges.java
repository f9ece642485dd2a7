package io.github.follownotify.follow.following;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.function.BooleanSupplier;
import org.springframework.core.retry.RetryPolicy;
import org.springframework.core.retry.RetryTemplate;
import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.dao.PessimisticLockingFailureException;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** Runs each change of a relation in its transaction, again after a collision, and counts what became of it. */
@Component
class FollowingChanges {

    private final TransactionTemplate transaction;
    private final RetryTemplate afterCollision;
    private final Counter created;
    private final Counter removed;
    private final Counter repeated;

    FollowingChanges(PlatformTransactionManager transactions, MeterRegistry metrics) {
        this.transaction = new TransactionTemplate(transactions);
        // Of two transactions in a deadlock InnoDB rolls one back and expects it to come again; and of two that create
        // the
        // same relation the second fails, comes again and finds it.
        this.afterCollision = new RetryTemplate(RetryPolicy.builder()
                .includes(PessimisticLockingFailureException.class, DataIntegrityViolationException.class)
                .maxRetries(3)
                .delay(Duration.ofMillis(20))
                .jitter(Duration.ofMillis(15))
                .build());
        this.created = counter(metrics, "created");
        this.removed = counter(metrics, "removed");
        this.repeated = counter(metrics, "repeated");
    }

    /** @return whether the change created a relation */
    boolean follow(BooleanSupplier change) {
        boolean isNew = inTransaction(change);
        (isNew ? created : repeated).increment();
        return isNew;
    }

    void unfollow(BooleanSupplier change) {
        if (inTransaction(change)) {
            removed.increment();
        }
    }

    private boolean inTransaction(BooleanSupplier change) {
        return Boolean.TRUE.equals(
                afterCollision.<Boolean>invoke(() -> transaction.execute(status -> change.getAsBoolean())));
    }

    private static Counter counter(MeterRegistry metrics, String change) {
        return Counter.builder("follow.relations")
                .description("Requests to follow or unfollow, by what they changed")
                .tag("change", change)
                .register(metrics);
    }
}
