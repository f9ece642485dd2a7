package io.github.follownotify.testservices;

import io.github.follownotify.embeddedbroker.EmbeddedBroker;

/** H2 and an embedded broker in this JVM: for machines with nothing but a JDK. */
final class EmbeddedServices implements Services {

    private EmbeddedBroker broker = EmbeddedBroker.start();
    private final int port = broker.port();

    @Override
    public String description() {
        return "H2 and an embedded AMQP broker in this process; tests that need a real broker are skipped"
                + " (Docker, or TEST_MYSQL_URL and TEST_RABBITMQ_URI, would offer one)";
    }

    @Override
    public Database newDatabase(String schema) {
        String url = "jdbc:h2:mem:" + schema
                + ";MODE=MySQL;DATABASE_TO_LOWER=TRUE;CASE_INSENSITIVE_IDENTIFIERS=TRUE;DB_CLOSE_DELAY=-1";
        return new Database(url, "sa", "", schema, "", 0);
    }

    @Override
    public Broker broker() {
        return new Broker("127.0.0.1", port, "guest", "guest", false);
    }

    @Override
    public boolean canStopBroker() {
        return true;
    }

    @Override
    public void stopBroker() {
        broker.close();
    }

    @Override
    public void startBroker() {
        broker = EmbeddedBroker.start(port);
    }

    @Override
    public void close() {
        broker.close();
    }
}
