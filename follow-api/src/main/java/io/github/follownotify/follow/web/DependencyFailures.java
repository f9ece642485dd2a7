package io.github.follownotify.follow.web;

import java.sql.SQLException;
import java.util.Set;
import org.springframework.dao.DataAccessException;
import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.dao.InvalidDataAccessApiUsageException;
import org.springframework.dao.InvalidDataAccessResourceUsageException;
import org.springframework.transaction.IllegalTransactionStateException;
import org.springframework.transaction.TransactionException;

/** Tells a dependency's failures from our own bugs: the first is a 503, whatever it is wrapped in. */
final class DependencyFailures {

    private static final int DEEPEST = 20;

    /**
     * SQL states of statements that are wrong in themselves: cardinality, data, constraint, syntax. Everything else,
     * such as a connection that is lost in the middle of a rollback, or a replica that takes no writes, is the
     * database's.
     */
    private static final Set<String> OUR_OWN = Set.of("21", "22", "23", "42");

    private DependencyFailures() {}

    static boolean isOne(Throwable failure) {
        boolean found = false;
        Throwable cause = failure;
        for (int depth = 0; cause != null && depth < DEEPEST; depth++) {
            if (isOurOwn(cause)) {
                return false;
            }
            found |= cause instanceof SQLException
                    || cause instanceof DataAccessException
                    || cause instanceof TransactionException;
            cause = cause.getCause();
        }
        return found;
    }

    private static boolean isOurOwn(Throwable cause) {
        return cause instanceof DataIntegrityViolationException
                || cause instanceof InvalidDataAccessApiUsageException
                || cause instanceof InvalidDataAccessResourceUsageException
                || cause instanceof IllegalTransactionStateException
                || (cause instanceof SQLException sql
                        && sql.getSQLState() != null
                        && sql.getSQLState().length() >= 2
                        && OUR_OWN.contains(sql.getSQLState().substring(0, 2)));
    }
}
