package io.github.follownotify.follow.notification;

import java.time.Clock;
import java.util.List;
import java.util.Objects;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.NestedExceptionUtils;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.TransactionException;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Removes what is too old, oldest number first, and says in the same transaction where the log now begins.
 *
 * <p>A batch holds the lock of the relay's row, so one replica trims at a time and the relay waits for some milliseconds
 * at most; a follow never does, because it takes no lock that this takes.
 */
@Component
class LogRetention {

    private static final Logger log = LoggerFactory.getLogger(LogRetention.class);

    private final JdbcClient sql;
    private final TransactionTemplate transaction;
    private final LogSettings settings;
    private final Clock clock;

    LogRetention(DataSource database, LogSettings settings, Clock clock) {
        this.sql = JdbcClient.create(database);
        this.transaction = new TransactionTemplate(new JdbcTransactionManager(database));
        this.transaction.setIsolationLevel(TransactionDefinition.ISOLATION_READ_COMMITTED);
        this.settings = settings;
        this.clock = clock;
    }

    @Scheduled(
            fixedDelayString = "${follow.log.trim-interval:1m}",
            initialDelayString = "${follow.log.trim-interval:1m}")
    void trim() {
        try {
            int removed = 0;
            int batch;
            do {
                batch = trimBatch();
                removed += batch;
            } while (batch == settings.trimBatch());
            if (removed > 0) {
                log.info("log trimmed removed={}", removed);
            }
        } catch (DataAccessException | TransactionException unavailable) {
            log.warn(
                    "log could not be trimmed, trying again after {} cause={}",
                    settings.trimInterval(),
                    String.valueOf(NestedExceptionUtils.getMostSpecificCause(unavailable)
                            .getMessage()));
        }
    }

    /** @return how many notifications were removed */
    private int trimBatch() {
        return Objects.requireNonNull(transaction.execute(status -> {
            Bounds bounds = sql.sql("SELECT oldest_seq, confirmed_seq FROM relay WHERE id = 1 FOR UPDATE")
                    .query((row, number) -> new Bounds(row.getLong(1), row.getLong(2)))
                    .single();
            long keepFrom = firstToKeep(bounds);
            if (keepFrom == bounds.oldestSeq()) {
                return 0;
            }
            int removed = sql.sql("DELETE FROM notification WHERE seq >= ? AND seq < ?")
                    .params(bounds.oldestSeq(), keepFrom)
                    .update();
            sql.sql("UPDATE relay SET oldest_seq = ? WHERE id = 1")
                    .param(keepFrom)
                    .update();
            return removed;
        }));
    }

    /** Stops at the first that is young enough, so that the log never has a hole; what is not confirmed is never too old. */
    private long firstToKeep(Bounds bounds) {
        long oldestToKeep = clock.millis() - settings.retention().toMillis();
        List<Aged> candidates = sql.sql(
                        "SELECT seq, created_at FROM notification WHERE seq BETWEEN ? AND ? ORDER BY seq LIMIT ?")
                .params(bounds.oldestSeq(), bounds.confirmedSeq(), settings.trimBatch())
                .query((row, number) -> new Aged(row.getLong(1), row.getLong(2)))
                .list();
        long keepFrom = bounds.oldestSeq();
        for (Aged candidate : candidates) {
            if (candidate.createdAt() >= oldestToKeep) {
                return keepFrom;
            }
            keepFrom = candidate.seq() + 1;
        }
        return keepFrom;
    }

    private record Bounds(long oldestSeq, long confirmedSeq) {}

    private record Aged(long seq, long createdAt) {}
}
