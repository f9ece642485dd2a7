package io.github.follownotify.system.harness;

import io.github.follownotify.system.ServiceProcess;
import io.github.follownotify.testservices.FaultProxy;
import java.util.List;
import java.util.function.Consumer;
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
            (world, i) -> world.cluster.servers.stopBrokerApplication(),
            (world, i) -> world.cluster.servers.startBrokerApplication()),
    BROKER_KILLED((world, i) -> world.cluster.servers.killBroker(), (world, i) -> world.cluster.servers.startBroker()),
    BROKER_ALARMED((world, i) -> world.cluster.servers.alarm(true), (world, i) -> world.cluster.servers.alarm(false)),
    DATABASE_KILLED(
            (world, i) -> world.cluster.servers.killDatabase(), (world, i) -> world.cluster.servers.startDatabase()),
    DATABASE_READ_ONLY(
            (world, i) -> world.cluster.servers.readOnly(true), (world, i) -> world.cluster.servers.readOnly(false)),
    NODE_QUEUE_DELETED(
            (world, i) -> onBroker(world, admin -> admin.deleteQueue(Cluster.queueOf(i))), Fault::healsItself),
    NODE_QUEUE_PURGED((world, i) -> onBroker(world, admin -> admin.purgeQueue(Cluster.queueOf(i))), Fault::healsItself),
    BINDING_DELETED((world, i) -> onBroker(world, admin -> admin.removeBinding(bindingOf(i))), Fault::healsItself),
    EXCHANGE_DELETED(
            (world, i) -> onBroker(world, admin -> admin.deleteExchange(Cluster.EXCHANGE)), Fault::healsItself),
    API_CUT_FROM_BROKER(
            (world, i) -> world.cluster.apiToBroker.get(i).cut(),
            (world, i) -> world.cluster.apiToBroker.get(i).restore()),
    API_STALLED_FROM_BROKER(
            (world, i) -> world.cluster.apiToBroker.get(i).stall(),
            (world, i) -> world.cluster.apiToBroker.get(i).restore()),
    API_UNHEARD_BY_BROKER(
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
    CLIENTS_CUT_FROM_NODE((world, i) -> world.cluster.clientsToNode.get(i).cutOnce(), Fault::healsItself),
    CLIENTS_STALLED_FROM_NODE(
            (world, i) -> world.cluster.clientsToNode.get(i).stall(),
            (world, i) -> loseWhatIsOnTheWay(world.cluster.clientsToNode.get(i))),
    CLIENTS_COME_AND_GO((world, i) -> everyTenth(world, i, RecoveringDevice::breakConnection), Fault::healsItself),
    CLIENTS_STOP_READING(
            (world, i) -> everyTenth(world, i, RecoveringDevice::pauseReading),
            (world, i) -> everyTenth(world, i, RecoveringDevice::resumeReading));

    /** What a fault can break: the installation and the devices. */
    record World(Cluster cluster, List<RecoveringDevice> devices) {}

    /** Breaks or heals the replica with an index. */
    private interface Action {

        void on(World world, int replica);
    }

    private final double leastSeconds;
    private final Action breaking;
    private final Action healing;

    Fault(Action breaking, Action healing) {
        this(0, breaking, healing);
    }

    Fault(double leastSeconds, Action breaking, Action healing) {
        this.leastSeconds = leastSeconds;
        this.breaking = breaking;
        this.healing = healing;
    }

    /** Shortest time that it has to last to be itself, however short the run is. */
    double leastSeconds() {
        return leastSeconds;
    }

    void happen(World world, int replica) {
        breaking.on(world, replica);
    }

    void heal(World world, int replica) {
        healing.on(world, replica);
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
