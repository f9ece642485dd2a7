package io.github.follownotify.testservices;

/** Where the database and the broker of a test run come from. */
interface Services extends AutoCloseable {

    String description();

    Database newDatabase(String schema);

    Broker broker();

    boolean canStopBroker();

    /** Returns when the broker answers nobody any more. */
    void stopBroker();

    /** Returns when the broker accepts connections again. */
    void startBroker();

    @Override
    void close();
}
