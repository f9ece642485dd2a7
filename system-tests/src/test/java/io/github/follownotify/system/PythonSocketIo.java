package io.github.follownotify.system;

import io.github.follownotify.testservices.Broker;
import io.github.follownotify.testservices.RedisServer;
import io.github.follownotify.testservices.TestServices;
import java.io.File;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;

/** The two generations of python-socketio: up to 5.13 its processes exchange pickles, later ones JSON. */
enum PythonSocketIo {
    /** Debian's own package, on the interpreter's path. */
    PICKLE(null),
    /** In the folder that {@code TEST_PYTHON_SOCKETIO_JSON} names. */
    JSON(System.getenv("TEST_PYTHON_SOCKETIO_JSON"));

    private final @Nullable String folder;

    PythonSocketIo(@Nullable String folder) {
        this.folder = folder;
    }

    /** Skips the test where this generation is not to be had: also in CI, which says why it is not. */
    void assumeInstalled() {
        if (this == JSON) {
            Assumptions.assumeTrue(
                    folder != null && new File(folder).isDirectory(),
                    "TEST_PYTHON_SOCKETIO_JSON names no folder with python-socketio 5.14 or newer");
        }
    }

    /**
     * Where a KombuManager ({@code kombu}) or a RedisManager ({@code redis}) connects.
     *
     * @param port where that server is, or a proxy before it
     */
    static String url(String manager, int port) {
        Broker broker = TestServices.broker();
        return manager.equals("redis")
                ? "redis://127.0.0.1:" + port
                : "amqp://%s:%s@%s:%d//"
                        .formatted(
                                broker.username(),
                                broker.password(),
                                port == broker.port() ? broker.host() : "127.0.0.1",
                                port);
    }

    /** The port of the server that a manager of this kind connects to. */
    static int port(String manager, RedisServer redis) {
        return manager.equals("redis") ? redis.port() : TestServices.broker().port();
    }

    /** What follow-api needs to publish for servers with either manager. */
    static Map<String, String> followApi(String channel, RedisServer redis) {
        return Map.of(
                "FOLLOW_PYTHONSOCKETIO_RABBITMQ_ENABLED",
                "true",
                "FOLLOW_PYTHONSOCKETIO_RABBITMQ_CHANNEL",
                channel,
                "FOLLOW_PYTHONSOCKETIO_REDIS_ENABLED",
                "true",
                "FOLLOW_PYTHONSOCKETIO_REDIS_URI",
                redis.uri(),
                "FOLLOW_PYTHONSOCKETIO_REDIS_CHANNEL",
                channel);
    }

    /** What im-server needs to emit what programs with either manager publish. */
    static Map<String, String> imServer(String channel, RedisServer redis) {
        return Map.of(
                "IM_BRIDGE_RABBITMQ_ENABLED",
                "true",
                "IM_BRIDGE_RABBITMQ_CHANNEL",
                channel,
                "IM_BRIDGE_REDIS_ENABLED",
                "true",
                "IM_BRIDGE_REDIS_URI",
                redis.uri(),
                "IM_BRIDGE_REDIS_CHANNEL",
                channel,
                "IM_BRIDGE_PARKEDQUEUE",
                channel + ".parked");
    }

    Map<String, String> environment() {
        return folder == null ? Map.of() : Map.of("PYTHONPATH", folder);
    }
}
