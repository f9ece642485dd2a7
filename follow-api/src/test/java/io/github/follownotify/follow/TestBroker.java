package io.github.follownotify.follow;

import com.rabbitmq.client.ConnectionFactory;
import io.github.follownotify.testservices.TestServices;
import java.net.URISyntaxException;
import java.security.GeneralSecurityException;

/** Connections to the broker that the tests run against. */
public final class TestBroker {

    private TestBroker() {}

    public static ConnectionFactory connections() {
        ConnectionFactory factory = new ConnectionFactory();
        try {
            factory.setUri(TestServices.broker().uri());
        } catch (URISyntaxException | GeneralSecurityException unusable) {
            throw new IllegalStateException(unusable);
        }
        return factory;
    }
}
