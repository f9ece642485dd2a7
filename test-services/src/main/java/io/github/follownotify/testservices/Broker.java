package io.github.follownotify.testservices;

/**
 * A running AMQP 0-9-1 broker.
 *
 * @param real whether it is RabbitMQ and not the embedded stand-in
 */
public record Broker(String host, int port, String username, String password, boolean real) {

    /** Its address as clients take it, with user name and password. */
    public String uri() {
        return "amqp://%s:%s@%s:%d".formatted(username, password, host, port);
    }
}
