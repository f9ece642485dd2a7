package io.github.follownotify.follow.database;

import org.flywaydb.core.internal.exception.FlywaySqlException;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/** Says in one line that the database is unreachable, after the service has waited for it for some time. */
class DatabaseUnreachableAnalyzer extends AbstractFailureAnalyzer<FlywaySqlException> {

    @Override
    protected @Nullable FailureAnalysis analyze(Throwable rootFailure, FlywaySqlException cause) {
        String message = String.valueOf(cause.getMessage());
        if (!message.contains("Unable to obtain connection")) {
            return null;
        }
        Throwable root = cause;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return new FailureAnalysis(
                "The database can't be reached: " + root.getMessage(),
                "Start MySQL, or set SPRING_DATASOURCE_URL, SPRING_DATASOURCE_USERNAME and SPRING_DATASOURCE_PASSWORD.",
                cause);
    }
}
