package io.github.follownotify.follow.database;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Properties;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.jdbc.autoconfigure.JdbcConnectionDetails;
import org.springframework.dao.DataAccessException;
import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.jdbc.CannotGetJdbcConnectionException;
import org.springframework.jdbc.UncategorizedSQLException;
import org.springframework.jdbc.support.SQLExceptionSubclassTranslator;
import org.springframework.jdbc.support.SQLExceptionTranslator;
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

    private static final SQLExceptionTranslator TRANSLATOR = new SQLExceptionSubclassTranslator();

    private static final Set<String> SERVERS = Set.of("MySQL", "MariaDB");

    private final String url;
    private final Properties properties = new Properties();
    private final boolean together;
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
        together = properties.containsKey("allowMultiQueries");
    }

    /**
     * Reads with several queries, in one round trip where the server takes several statements at once.
     *
     * @param queries of numbers only, without parameters
     * @return the rows of each query
     * @throws CannotGetJdbcConnectionException when the database can't be reached
     * @throws DataAccessException when it refused a query or did not answer
     */
    public List<List<long[]>> read(List<String> queries) {
        Connection open = open();
        List<List<long[]>> results = new ArrayList<>(queries.size());
        try (Statement statement = open.createStatement()) {
            if (together) {
                statement.execute(String.join(";", queries));
                do {
                    results.add(rows(statement.getResultSet()));
                } while (statement.getMoreResults());
            } else {
                for (String query : queries) {
                    results.add(rows(statement.executeQuery(query)));
                }
            }
            return results;
        } catch (SQLException failure) {
            throw translated("read", failure);
        }
    }

    /** Whether {@link #begin} is possible. */
    public boolean takesSeveralStatements() {
        return together;
    }

    /**
     * Begins a transaction and makes its first changes, in one round trip.
     *
     * @param changes the first updates exactly one row and sets {@code LAST_INSERT_ID(value)}
     * @return that value
     * @throws CannotGetJdbcConnectionException when the database can't be reached
     * @throws DataIntegrityViolationException when the database refused a change
     * @throws DataAccessException when anything else failed
     */
    public long begin(List<Sql> changes) {
        Sql joined = joined(changes);
        try (PreparedStatement statement = open().prepareStatement(joined.text(), Statement.RETURN_GENERATED_KEYS)) {
            execute(statement, joined);
            ResultSet value = statement.getGeneratedKeys();
            if (!value.next()) {
                throw new IllegalStateException(
                        "the first change updated no row: " + changes.get(0).text());
            }
            return value.getLong(1);
        } catch (SQLException failure) {
            throw translated("begin", failure);
        }
    }

    /**
     * Makes changes in the transaction that {@link #read} or {@link #begin} began, in one round trip where the server
     * takes several statements at once.
     *
     * @throws DataIntegrityViolationException when the database refused one
     * @throws DataAccessException when anything else failed
     */
    public void execute(List<Sql> changes) {
        if (changes.isEmpty()) {
            return;
        }
        Connection open = inTransaction();
        List<Sql> trips = together ? List.of(joined(changes)) : changes;
        try {
            for (Sql trip : trips) {
                try (PreparedStatement statement = open.prepareStatement(trip.text())) {
                    execute(statement, trip);
                }
            }
        } catch (SQLException failure) {
            throw translated("execute", failure);
        }
    }

    /** @throws DataAccessException when it is not known whether the transaction was committed */
    public void commit() {
        try {
            inTransaction().commit();
        } catch (SQLException unanswered) {
            throw translated("commit", unanswered);
        }
    }

    /** Ends the transaction without changing anything, and releases its locks. */
    public void rollback() {
        Connection open = connection;
        try {
            if (open != null) {
                open.rollback();
            }
        } catch (SQLException lost) {
            // The server rolls back once it notices that the connection is gone.
            close();
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

    /** In READ COMMITTED: a snapshot from before the lock would not show what its last holder did. */
    private Connection open() {
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

    /** Never a new connection, which would not hold the locks that {@link #read} or {@link #begin} took. */
    private Connection inTransaction() {
        return Objects.requireNonNull(connection, "no transaction has begun");
    }

    private static List<long[]> rows(ResultSet result) throws SQLException {
        List<long[]> rows = new ArrayList<>();
        int columns = result.getMetaData().getColumnCount();
        while (result.next()) {
            long[] row = new long[columns];
            for (int i = 0; i < columns; i++) {
                row[i] = result.getLong(i + 1);
            }
            rows.add(row);
        }
        return rows;
    }

    /** Without the commit, or the server would still commit a change whose caller was told that it failed. */
    private static Sql joined(List<Sql> changes) {
        return new Sql(
                changes.stream().map(Sql::text).collect(Collectors.joining(";")),
                changes.stream().flatMap(change -> change.parameters().stream()).toList());
    }

    private static void execute(PreparedStatement statement, Sql change) throws SQLException {
        int index = 0;
        for (Object parameter : change.parameters()) {
            statement.setObject(++index, parameter);
        }
        // All answers have been read when this returns: the driver throws the error of any of the statements.
        statement.execute();
    }

    private static DataAccessException translated(String task, SQLException failure) {
        DataAccessException translated = TRANSLATOR.translate(task, null, failure);
        return translated != null ? translated : new UncategorizedSQLException(task, null, failure);
    }
}
