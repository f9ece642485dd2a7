package io.github.follownotify.testservices;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import org.junit.jupiter.api.Test;
import org.springframework.amqp.rabbit.connection.CachingConnectionFactory;
import org.springframework.amqp.rabbit.core.RabbitAdmin;

class TestServicesTest {

    @Test
    void giveEachCallerASchemaOfItsOwn() throws Exception {
        try (Database one = TestServices.database();
                Database other = TestServices.database()) {
            try (Connection connection = one.connect();
                    Statement statement = connection.createStatement()) {
                statement.execute("CREATE TABLE only_here (id BIGINT PRIMARY KEY)");
            }
            try (Connection connection = other.connect();
                    ResultSet tables =
                            connection.getMetaData().getTables(connection.getCatalog(), null, "only_here", null)) {
                assertThat(tables.next()).isFalse();
            }
        }
    }

    @Test
    void offerABrokerThatAnswers() {
        Broker broker = TestServices.broker();
        CachingConnectionFactory connections = new CachingConnectionFactory(broker.host(), broker.port());
        connections.setUsername(broker.username());
        connections.setPassword(broker.password());
        try {
            assertThat(new RabbitAdmin(connections).declareQueue()).isNotNull();
        } finally {
            connections.destroy();
        }
    }
}
