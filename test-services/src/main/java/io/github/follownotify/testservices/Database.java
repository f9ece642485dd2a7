package io.github.follownotify.testservices;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;

/**
 * An empty schema of its own, dropped when closed or when the JVM ends.
 *
 * @param url JDBC address with the schema in it
 * @param host host of the server, empty for an embedded database
 * @param port port of the server, 0 for an embedded database
 */
public record Database(String url, String username, String password, String schema, String host, int port)
        implements AutoCloseable {

    /** Whether it is MySQL or MariaDB and not the embedded stand-in. */
    public boolean real() {
        return port != 0;
    }

    public Connection connect() throws SQLException {
        return DriverManager.getConnection(url, username, password);
    }

    /** The same schema through another address, for example through a {@link FaultProxy}. */
    public String urlThrough(int otherPort) {
        return url.replace(host + ":" + port, "127.0.0.1:" + otherPort);
    }

    @Override
    public void close() {
        try (Connection connection = connect();
                Statement statement = connection.createStatement()) {
            if (real()) {
                statement.execute("DROP DATABASE IF EXISTS " + schema);
            } else {
                statement.execute("SHUTDOWN");
            }
        } catch (SQLException alreadyGone) {
            // nothing is left to drop
        }
    }
}
