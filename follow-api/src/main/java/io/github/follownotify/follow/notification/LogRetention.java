package io.github.follownotify.follow.notification;

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
 * Removes what is too old, lowest seq first, and records in the same transaction where the log now begins. The
 * database's clock decides what is too old, so a replica whose own clock is wrong removes nothing early.
 *
 * <p>A batch holds the lock of the relay's row, so one replica trims at a time. It never locks the log's head: no
 * follow waits for it.
 */
@Component
class LogRetention {

    private static final Logger log = LoggerFactory.getLogger(LogRetention.class);

    /** A log smaller than this may be trimmed completely. */
    private static final long SMALL_LOG = 1_000;

    private final JdbcClient sql;
    private final TransactionTemplate transaction;
    private final LogSettings settings;

    LogRetention(DataSource database, LogSettings settings) {
        this.sql = JdbcClient.create(database);
        this.transaction = new TransactionTemplate(new JdbcTransactionManager(database));
        this.transaction.setIsolationLevel(TransactionDefinition.ISOLATION_READ_COMMITTED);
        this.settings = settings;
    }

    @Scheduled(
            fixedDelayString = "${follow.log.trim-interval:1m}",
            initialDelayString = "${follow.log.trim-interval:1m}")
    void trim() {
        try {
            if (!isShareReasonable()) {
                return;
            }
            int removed = 0;
            int batch;
            do {
                batch = trimBatch();
                removed += batch;
            } while (batch == settings.trimBatch());
            if (removed > 0) {
                log.info("event=log_trimmed removed={}", removed);
            }
        } catch (DataAccessException | TransactionException unavailable) {
            log.warn(
                    "event=log_not_trimmed retry_after={} cause=\"{}\"",
                    settings.trimInterval(),
                    NestedExceptionUtils.getMostSpecificCause(unavailable).getMessage());
        }
    }

    private boolean isShareReasonable() {
        Bounds bounds = bounds("");
        long size = bounds.confirmedSeq() - bounds.oldestSeq() + 1;
        long tooOld = firstYoung(bounds) - bounds.oldestSeq();
        if (size < SMALL_LOG || tooOld <= size * settings.maximumTrimShare()) {
            return true;
        }
        log.warn(
                "event=trim_refused too_old={} of={}: check the clock of the database; if it is right,"
                        + " set follow.log.maximum-trim-share=1 until the next trim",
                tooOld,
                size);
        return false;
    }

    /** The first seq that is young enough, by binary search: seqs are given in order of time. */
    private long firstYoung(Bounds bounds) {
        long low = bounds.oldestSeq();
        long high = bounds.confirmedSeq() + 1;
        while (low < high) {
            long middle = low + (high - low) / 2;
            long seq = middle;
            long createdAt = sql.sql("SELECT created_at FROM notification WHERE seq = ?")
                    .param(seq)
                    .query(Long.class)
                    .optional()
                    .orElse(0L);
            if (createdAt < bounds.oldestToKeep(settings)) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    /** @return how many notifications were removed */
    private int trimBatch() {
        return Objects.requireNonNull(transaction.execute(status -> {
            Bounds bounds = bounds(" FOR UPDATE");
            List<Long> tooOld = tooOld(bounds);
            if (tooOld.isEmpty()) {
                return 0;
            }
            // With the limit, InnoDB does not lock the row after the last one, which may belong to a follow in
            // progress.
            sql.sql("DELETE FROM notification WHERE seq BETWEEN ? AND ? LIMIT ?")
                    .params(tooOld.get(0), tooOld.get(tooOld.size() - 1), tooOld.size())
                    .update();
            sql.sql("UPDATE relay SET oldest_seq = ? WHERE id = 1")
                    .param(tooOld.get(tooOld.size() - 1) + 1)
                    .update();
            return tooOld.size();
        }));
    }

    private Bounds bounds(String lock) {
        return sql.sql("SELECT oldest_seq, confirmed_seq, UNIX_TIMESTAMP() FROM relay WHERE id = 1" + lock)
                .query((row, number) -> new Bounds(row.getLong(1), row.getLong(2), row.getLong(3)))
                .single();
    }

    /**
     * Stops at the first that is young enough, so that the log never has a hole; unconfirmed events are never too old.
     */
    private List<Long> tooOld(Bounds bounds) {
        return sql
                .sql("SELECT seq, created_at FROM notification WHERE seq BETWEEN ? AND ? ORDER BY seq LIMIT ?")
                .params(bounds.oldestSeq(), bounds.confirmedSeq(), settings.trimBatch())
                .query((row, number) -> new Aged(row.getLong(1), row.getLong(2)))
                .list()
                .stream()
                .takeWhile(candidate -> candidate.createdAt() < bounds.oldestToKeep(settings))
                .map(Aged::seq)
                .toList();
    }

    /** @param now seconds since 1970 by the database's clock */
    private record Bounds(long oldestSeq, long confirmedSeq, long now) {

        long oldestToKeep(LogSettings settings) {
            return now * 1000 - settings.retention().toMillis();
        }
    }

    private record Aged(long seq, long createdAt) {}
}
