package io.github.follownotify.testservices;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.lifecycle.Startables;
import org.testcontainers.mysql.MySQLContainer;
import org.testcontainers.rabbitmq.RabbitMQContainer;

/** MySQL and RabbitMQ in the versions that docker-compose.yml runs. */
final class ContainerServices implements Services {

    private static final String MYSQL = "mysql:9.7";
    private static final String RABBITMQ = "rabbitmq:4.3-management";

    private final MySQLContainer mysql = new MySQLContainer(MYSQL).withUsername("root");
    private final RabbitMQContainer rabbitmq = new RabbitMQContainer(RABBITMQ);

    ContainerServices() {
        Startables.deepStart(mysql, rabbitmq).join();
    }

    static boolean dockerAnswers() {
        boolean mayAnswer = System.getenv("DOCKER_HOST") != null || Files.exists(Path.of("/var/run/docker.sock"));
        boolean windows = System.getProperty("os.name").startsWith("Windows");
        return (mayAnswer || windows) && DockerClientFactory.instance().isDockerAvailable();
    }

    @Override
    public String description() {
        return MYSQL + " and " + RABBITMQ + " in containers";
    }

    @Override
    public Database newDatabase(String schema) {
        return new SchemaServer(mysql.getJdbcUrl(), mysql.getUsername(), mysql.getPassword()).newDatabase(schema);
    }

    @Override
    public Broker broker() {
        return new Broker(
                rabbitmq.getHost(),
                rabbitmq.getAmqpPort(),
                rabbitmq.getAdminUsername(),
                rabbitmq.getAdminPassword(),
                true);
    }

    @Override
    public boolean canStopBroker() {
        return true;
    }

    @Override
    public void stopBroker() {
        rabbitmqctl("stop_app");
    }

    @Override
    public void startBroker() {
        rabbitmqctl("start_app");
    }

    @Override
    public void close() {
        rabbitmq.stop();
        mysql.stop();
    }

    private void rabbitmqctl(String command) {
        try {
            var result = rabbitmq.execInContainer("rabbitmqctl", command);
            if (result.getExitCode() != 0) {
                throw new IllegalStateException("rabbitmqctl " + command + " failed: " + result);
            }
        } catch (IOException notRun) {
            throw new IllegalStateException(notRun);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(stopped);
        }
    }
}
