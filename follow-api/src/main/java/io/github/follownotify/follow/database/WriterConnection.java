package io.github.follownotify.follow.database;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Properties;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.jdbc.autoconfigure.JdbcConnectionDetails;
import org.springframework.jdbc.CannotGetJdbcConnectionException;
import org.springframework.stereotype.Component;

/**
 * The one connection that writes to the log. Not from the pool, because its session differs: it never commits by
 * itself, and the server ends it after three idle seconds. A process that is frozen, or cut off, in the middle of a
 * transaction holds the lock of the log's head for no longer than that. Belongs to one thread.
 */
@Component
public class WriterConnection implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(WriterConnection.class);

    /** Seconds without a statement after which the server ends the session, and its transaction with it. */
    private static final int IDLE_TIMEOUT_SECONDS = 3;

    /** Longer than the idle timeout: whoever waits for the lock of a frozen process gets it. */
    private static final int LOCK_TIMEOUT_SECONDS = 4;

    private static final Set<String> SERVERS = Set.of("MySQL", "MariaDB");

    private final String url;
    private final Properties properties = new Properties();
    private @Nullable Connection connection;

    @Autowired
    WriterConnection(JdbcConnectionDetails database) {
        this(database.getJdbcUrl(), database.getUsername(), database.getPassword());
    }

    public WriterConnection(String url, @Nullable String username, @Nullable String password) {
        this.url = url;
        if (username != null) {
            properties.setProperty("user", username);
        }
        if (password != null) {
            properties.setProperty("password", password);
        }
        MySqlConnectionDefaults.ofWriter(url).forEach(properties::setProperty);
    }

    /**
     * @return the open connection, in READ COMMITTED: a snapshot from before the lock would not show what its last
     *     holder did
     * @throws CannotGetJdbcConnectionException when the database can't be reached
     */
    public Connection open() {
        Connection open = connection;
        if (open != null) {
            return open;
        }
        try {
            open = DriverManager.getConnection(url, properties);
            connection = open;
            if (SERVERS.contains(open.getMetaData().getDatabaseProductName())) {
                try (var statement = open.createStatement()) {
                    statement.execute("SET SESSION wait_timeout = %d, innodb_lock_wait_timeout = %d"
                            .formatted(IDLE_TIMEOUT_SECONDS, LOCK_TIMEOUT_SECONDS));
                }
            }
            open.setTransactionIsolation(Connection.TRANSACTION_READ_COMMITTED);
            open.setAutoCommit(false);
            return open;
        } catch (SQLException unreachable) {
            close();
            throw new CannotGetJdbcConnectionException("the log's writer has no connection", unreachable);
        }
    }

    /** Keeps an idle session open, or finds out that it is gone. Must be called more often than the idle timeout. */
    public void keepAlive() {
        Connection open = connection;
        if (open == null) {
            return;
        }
        try {
            if (!open.isValid(1)) {
                close();
            }
        } catch (SQLException gone) {
            close();
        }
    }

    /** Ends the connection; the next use opens another one. */
    @Override
    public void close() {
        Connection closed = connection;
        connection = null;
        if (closed != null) {
            try {
                closed.close();
            } catch (SQLException alreadyGone) {
                log.debug("event=writer_connection_lost", alreadyGone);
            }
        }
    }
}
