package io.github.follownotify.testservices;

import java.net.URI;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;

/**
 * A MySQL or MariaDB server on which tests make schemas of their own.
 *
 * @param url JDBC address of the server, with or without a schema
 */
record SchemaServer(String url, String username, String password) {

    Database newDatabase(String schema) {
        URI address = URI.create(url.substring("jdbc:".length()));
        int port = address.getPort() < 0 ? 3306 : address.getPort();
        String base = "jdbc:mysql://" + address.getHost() + ":" + port + "/";
        execute(base, "CREATE DATABASE " + schema + " CHARACTER SET utf8mb4");
        return new Database(base + schema, username, password, schema, address.getHost(), port);
    }

    String version() {
        try (Connection connection = DriverManager.getConnection(url, username, password);
                Statement statement = connection.createStatement();
                var result = statement.executeQuery("SELECT VERSION()")) {
            result.next();
            String version = result.getString(1);
            return version.contains("MariaDB") ? "MariaDB " + version : "MySQL " + version;
        } catch (SQLException unreachable) {
            throw unusable(unreachable);
        }
    }

    private void execute(String address, String sql) {
        try (Connection connection = DriverManager.getConnection(address, username, password);
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        } catch (SQLException unreachable) {
            throw unusable(unreachable);
        }
    }

    private IllegalStateException unusable(SQLException cause) {
        return new IllegalStateException(
                "The test database at %s cannot be used by \"%s\"".formatted(url, username), cause);
    }
}
