package io.github.follownotify.system.harness;

import io.github.follownotify.system.ServiceProcess;
import io.github.follownotify.testservices.FaultProxy;
import java.util.IntSummaryStatistics;
import java.util.List;
import java.util.function.Consumer;
import org.awaitility.Awaitility;
import org.springframework.amqp.AmqpException;
import org.springframework.amqp.core.Binding;
import org.springframework.amqp.core.Binding.DestinationType;
import org.springframework.amqp.rabbit.connection.CachingConnectionFactory;
import org.springframework.amqp.rabbit.core.RabbitAdmin;

/** One way in which something breaks, and how it is healed. */
enum Fault {
    FOLLOW_API_KILLED(
            (world, i) -> world.cluster.followApis.get(i).kill(),
            (world, i) -> revive(world.cluster.followApis.get(i))),
    IM_SERVER_KILLED(
            (world, i) -> world.cluster.imServers.get(i).kill(), (world, i) -> revive(world.cluster.imServers.get(i))),
    FOLLOW_API_FROZEN(
            9,
            (world, i) -> world.cluster.followApis.get(i).freeze(),
            (world, i) -> world.cluster.followApis.get(i).thaw()),
    IM_SERVER_FROZEN(
            9,
            (world, i) -> world.cluster.imServers.get(i).freeze(),
            (world, i) -> world.cluster.imServers.get(i).thaw()),
    BROKER_STOPPED(
            (world, i) -> world.cluster.servers.broker.stopApplication(),
            (world, i) -> world.cluster.servers.broker.startApplication()),
    BROKER_KILLED(
            (world, i) -> world.cluster.servers.broker.kill(), (world, i) -> world.cluster.servers.broker.start()),
    BROKER_FROZEN(
            4, (world, i) -> world.cluster.servers.broker.freeze(), (world, i) -> world.cluster.servers.broker.thaw()),
    BROKER_ALARMED(
            (world, i) -> world.cluster.servers.broker.alarm(true),
            (world, i) -> world.cluster.servers.broker.alarm(false)),
    DATABASE_KILLED(
            (world, i) -> world.cluster.servers.database().kill(),
            (world, i) -> world.cluster.servers.database().start()),
    DATABASE_READ_ONLY(
            (world, i) -> world.cluster.servers.database().readOnly(true),
            (world, i) -> world.cluster.servers.database().readOnly(false)),
    DATABASE_FROZEN(
            4,
            (world, i) -> world.cluster.servers.database().freeze(),
            (world, i) -> world.cluster.servers.database().thaw()),
    /** To a replica that lacks the last two seconds. */
    DATABASE_FAILED_OVER(
            (world, i) -> world.lostFuture.startReplicaThatFallsBehind(),
            (world, i) -> world.cluster.servers.database().kill(),
            (world, i) -> world.lostFuture.failOver()),
    /** From a backup that is two seconds old, as docs/operations.md tells. */
    DATABASE_RESTORED(
            (world, i) -> world.lostFuture.backUp(),
            (world, i) -> world.cluster.stopServices(),
            (world, i) -> world.lostFuture.restore()),
    /** The first two steps of docs/operations.md; the third has to wait until no device has an old token. */
    SECRET_REPLACED(
            (world, i) -> world.cluster.reconfigure(world.cluster.secrets.acceptNext()), Fault::signWithNextSecret),
    NODE_QUEUE_DELETED(
            (world, i) -> onBroker(world, admin -> admin.deleteQueue(Cluster.queueOf(i))), Fault::healsItself),
    NODE_QUEUE_PURGED((world, i) -> onBroker(world, admin -> admin.purgeQueue(Cluster.queueOf(i))), Fault::healsItself),
    // Until the silence is certain and a node declares what it needs again.
    BINDING_DELETED(5, (world, i) -> onBroker(world, admin -> admin.removeBinding(bindingOf(i))), Fault::healsItself),
    EXCHANGE_DELETED(
            5, (world, i) -> onBroker(world, admin -> admin.deleteExchange(Cluster.EXCHANGE)), Fault::healsItself),
    API_CUT_FROM_BROKER(
            (world, i) -> world.cluster.apiToBroker.get(i).cut(),
            (world, i) -> world.cluster.apiToBroker.get(i).restore()),
    API_STALLED_FROM_BROKER(
            2,
            (world, i) -> world.cluster.apiToBroker.get(i).stall(),
            (world, i) -> world.cluster.apiToBroker.get(i).restore()),
    API_UNHEARD_BY_BROKER(
            2,
            (world, i) -> world.cluster.apiToBroker.get(i).stall(),
            (world, i) -> loseWhatIsOnTheWay(world.cluster.apiToBroker.get(i))),
    API_CUT_FROM_DATABASE(
            (world, i) -> world.cluster.apiToDatabase.get(i).cut(),
            (world, i) -> world.cluster.apiToDatabase.get(i).restore()),
    API_STALLED_FROM_DATABASE(
            (world, i) -> world.cluster.apiToDatabase.get(i).stall(),
            (world, i) -> world.cluster.apiToDatabase.get(i).restore()),
    NODE_CUT_FROM_BROKER(
            (world, i) -> world.cluster.nodeToBroker.get(i).cut(),
            (world, i) -> world.cluster.nodeToBroker.get(i).restore()),
    NODE_STALLED_FROM_BROKER(
            (world, i) -> world.cluster.nodeToBroker.get(i).stall(),
            (world, i) -> world.cluster.nodeToBroker.get(i).restore()),
    NODE_CUT_FROM_API(
            (world, i) -> world.cluster.nodeToApi.get(i).cut(),
            (world, i) -> world.cluster.nodeToApi.get(i).restore()),
    CLIENTS_CUT_FROM_NODE((world, i) -> world.cluster.balancerToNode.get(i).cutOnce(), Fault::healsItself),
    CLIENTS_STALLED_FROM_NODE(
            (world, i) -> world.cluster.balancerToNode.get(i).stall(),
            (world, i) -> loseWhatIsOnTheWay(world.cluster.balancerToNode.get(i))),
    CLIENTS_COME_AND_GO((world, i) -> everyTenth(world, i, RecoveringDevice::breakConnection), Fault::healsItself),
    CLIENTS_STOP_READING(
            (world, i) -> everyTenth(world, i, RecoveringDevice::pauseReading),
            (world, i) -> everyTenth(world, i, RecoveringDevice::resumeReading));

    /** What a fault can break: the installation, its past, and the devices. */
    record World(Cluster cluster, LostFuture lostFuture, List<RecoveringDevice> devices) {

        /**
         * When a node was away all devices are at the other one, and nobody would notice the next fault of the first.
         */
        void spreadDevices() {
            IntSummaryStatistics atNodes = cluster.balancerToNode.stream()
                    .mapToInt(FaultProxy::connections)
                    .summaryStatistics();
            if (atNodes.getMin() < atNodes.getSum() / 4) {
                devices.forEach(RecoveringDevice::breakConnection);
                Awaitility.await("devices are connected again")
                        .atMost(ServiceProcess.START_LIMIT)
                        .until(() -> devices.stream().allMatch(RecoveringDevice::isAccepted));
            }
        }
    }

    /** Breaks or heals the replica with an index. */
    interface Action {

        void on(World world, int replica);
    }

    private final double leastSeconds;
    private final Action preparing;
    private final Action breaking;
    private final Action healing;

    Fault(Action breaking, Action healing) {
        this(0, breaking, healing);
    }

    Fault(double leastSeconds, Action breaking, Action healing) {
        this(leastSeconds, Fault::needsNothing, breaking, healing);
    }

    Fault(Action preparing, Action breaking, Action healing) {
        this(0, preparing, breaking, healing);
    }

    Fault(double leastSeconds, Action preparing, Action breaking, Action healing) {
        this.leastSeconds = leastSeconds;
        this.preparing = preparing;
        this.breaking = breaking;
        this.healing = healing;
    }

    /** Shortest time that it has to last to be itself, however short the run is. */
    double leastSeconds() {
        return leastSeconds;
    }

    /** What has to be done before and breaks nothing yet. */
    void prepare(World world, int replica) {
        preparing.on(world, replica);
    }

    void happen(World world, int replica) {
        breaking.on(world, replica);
    }

    void heal(World world, int replica) {
        healing.on(world, replica);
    }

    private static void needsNothing(World world, int replica) {
        // most things can be broken at any time
    }

    private static void signWithNextSecret(World world, int replica) {
        world.cluster.reconfigure(world.cluster.secrets.signWithNext());
        world.cluster.secrets.letLoginServiceFollow();
    }

    private static void healsItself(World world, int replica) {
        // the services have to notice and mend this without help
    }

    private static void revive(ServiceProcess process) {
        if (!process.isAlive()) {
            process.restart();
        }
    }

    private static void loseWhatIsOnTheWay(FaultProxy proxy) {
        proxy.cutOnce();
        proxy.restore();
    }

    private static Binding bindingOf(int node) {
        return new Binding(Cluster.queueOf(node), DestinationType.QUEUE, Cluster.EXCHANGE, "#", null);
    }

    private static void everyTenth(World world, int offset, Consumer<RecoveringDevice> action) {
        for (int i = offset; i < world.devices.size(); i += 10) {
            action.accept(world.devices.get(i));
        }
    }

    private static void onBroker(World world, Consumer<RabbitAdmin> action) {
        CachingConnectionFactory connections = world.cluster.brokerConnections();
        try {
            action.accept(new RabbitAdmin(connections));
        } catch (AmqpException alreadyGone) {
            // what is to be deleted is not there, which is as good
        } finally {
            connections.destroy();
        }
    }
}
