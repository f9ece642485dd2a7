package io.github.follownotify.embeddedbroker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.amqp.AmqpRejectAndDontRequeueException;
import org.springframework.amqp.core.Declarables;
import org.springframework.amqp.core.QueueBuilder;
import org.springframework.amqp.rabbit.annotation.RabbitListener;
import org.springframework.amqp.rabbit.core.RabbitTemplate;
import org.springframework.boot.Banner;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

class SpringOnEmbeddedBrokerTest {

    private EmbeddedBroker broker;
    private ConfigurableApplicationContext application;
    private RabbitTemplate template;
    private Received received;

    @BeforeEach
    void start() {
        broker = EmbeddedBroker.start();
        SpringApplication spring = new SpringApplication(Application.class);
        spring.setWebApplicationType(WebApplicationType.NONE);
        spring.setDefaultProperties(broker.applicationProperties());
        spring.setBannerMode(Banner.Mode.OFF);
        application = spring.run("--logging.level.root=error");
        template = application.getBean(RabbitTemplate.class);
        received = application.getBean(Received.class);
    }

    @AfterEach
    void close() {
        application.close();
        broker.close();
    }

    @Test
    void declaresAQueueWithTheArgumentsOfRabbitMq() {
        template.convertAndSend("node", "hello");

        await().untilAsserted(() -> assertThat(received.good).containsExactly("hello"));
    }

    @Test
    void keepsTheNewestOfABoundedQueue() {
        for (int i = 1; i <= 5; i++) {
            template.convertAndSend("bounded", Integer.toString(i));
        }

        assertThat(template.receiveAndConvert("bounded", 5_000)).isEqualTo("4");
        assertThat(template.receiveAndConvert("bounded", 5_000)).isEqualTo("5");
        assertThat(template.receiveAndConvert("bounded")).isNull();
    }

    @Test
    void dropsWhatIsRejectedWithoutRequeue() {
        template.convertAndSend("node", "bad");

        await().until(() -> !received.rejected.isEmpty());
        await().during(Duration.ofSeconds(1))
                .untilAsserted(() -> assertThat(received.rejected).containsExactly("bad"));
    }

    @Test
    void deadLettersWhatIsRejectedWithoutRequeue() {
        template.convertAndSend("work", "bad");

        assertThat(template.receiveAndConvert("dead", 10_000)).isEqualTo("bad");
        assertThat(received.rejected).containsExactly("bad");
    }

    @Test
    void declaresEverythingAgainWhenTheBrokerComesBack() {
        int port = broker.port();
        broker.close();
        broker = EmbeddedBroker.start(port);

        await().atMost(Duration.ofSeconds(30)).ignoreExceptions().untilAsserted(() -> {
            template.convertAndSend("node", "hello again");
            assertThat(received.good).contains("hello again");
        });
    }

    @Configuration
    @EnableAutoConfiguration
    static class Application {

        @Bean
        Declarables queues() {
            return new Declarables(
                    QueueBuilder.durable("dead").build(),
                    QueueBuilder.durable("node")
                            .expires(60_000)
                            .maxLength(100L)
                            .overflow(QueueBuilder.Overflow.dropHead)
                            .build(),
                    QueueBuilder.durable("bounded").quorum().maxLength(2L).build(),
                    QueueBuilder.durable("work")
                            .deadLetterExchange("")
                            .deadLetterRoutingKey("dead")
                            .build());
        }

        @Bean
        Received received() {
            return new Received();
        }
    }

    static class Received {

        final Queue<String> good = new ConcurrentLinkedQueue<>();
        final Queue<String> rejected = new ConcurrentLinkedQueue<>();

        @RabbitListener(queues = {"node", "work"})
        void take(String text) {
            if (text.equals("bad")) {
                rejected.add(text);
                throw new AmqpRejectAndDontRequeueException("not wanted");
            }
            good.add(text);
        }
    }
}
