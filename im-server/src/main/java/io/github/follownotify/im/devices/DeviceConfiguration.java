package io.github.follownotify.im.devices;

import io.github.follownotify.im.engineio.ConnectionMetrics;
import io.github.follownotify.im.engineio.EngineSettings;
import io.github.follownotify.im.replay.MissedEvents;
import io.github.follownotify.im.replay.RecentEvents;
import io.github.follownotify.im.rooms.UserRooms;
import io.github.follownotify.im.sequence.HistoryCheck;
import io.github.follownotify.im.socketio.SocketIoSettings;
import io.github.follownotify.im.socketio.SocketServer;
import io.github.follownotify.jwt.InvalidTokenException;
import io.github.follownotify.jwt.ServiceTokens;
import io.github.follownotify.jwt.TokenVerifier;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Wires the socket server, from Engine.IO up to the devices. */
@Configuration(proxyBeanMethods = false)
class DeviceConfiguration {

    @Bean
    Recovery recovery(
            ServiceTokens serviceTokens,
            HistoryCheck historyCheck,
            MissedEvents missedEvents,
            RecentEvents recentEvents) {
        return new Recovery(
                new RecoveryIds(serviceTokens.derivedKeys("recovery id")),
                historyCheck::upToDate,
                missedEvents::after,
                recentEvents::headOffset);
    }

    @Bean
    Devices devices(
            UserRooms rooms,
            DeviceSettings settings,
            EngineSettings engineSettings,
            ObjectProvider<Clock> clock,
            MeterRegistry meters) {
        return new Devices(rooms, settings, engineSettings.queue(), clock.getIfAvailable(Clock::systemUTC), meters);
    }

    @Bean
    SocketServer socketServer(
            EngineSettings settings,
            SocketIoSettings socketIoSettings,
            TokenVerifier verifier,
            Recovery recovery,
            Devices devices,
            MeterRegistry meters) {
        return server(settings, socketIoSettings, verifier, recovery, devices, meters);
    }

    static SocketServer server(
            EngineSettings settings,
            SocketIoSettings socketIoSettings,
            TokenVerifier verifier,
            Recovery recovery,
            Devices devices,
            MeterRegistry meters) {
        ConnectionMetrics metrics = new ConnectionMetrics(meters);
        metrics.register(Device.LOG_UNAVAILABLE);
        for (InvalidTokenException.Reason reason : InvalidTokenException.Reason.values()) {
            metrics.registerRefusal(reason.code());
        }
        metrics.register(TokenAdmission.TOO_MANY_CONNECTIONS);
        metrics.register(TokenAdmission.TOKEN_UNVERIFIABLE);
        SocketServer server =
                new SocketServer(settings, socketIoSettings, new TokenAdmission(verifier, recovery, devices), metrics);
        server.on(TokenRefresh.EVENT, new TokenRefresh(verifier));
        return server;
    }
}
