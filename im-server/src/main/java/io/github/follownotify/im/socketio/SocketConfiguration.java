package io.github.follownotify.im.socketio;

import io.github.follownotify.im.events.RecentEvents;
import io.github.follownotify.im.replay.MissedEvents;
import io.github.follownotify.im.rooms.UserRooms;
import io.github.follownotify.jwt.ServiceTokens;
import io.github.follownotify.jwt.TokenVerifier;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Puts the Socket.IO server together. */
@Configuration(proxyBeanMethods = false)
class SocketConfiguration {

    @Bean
    Recovery recovery(ServiceTokens serviceTokens, MissedEvents missedEvents, RecentEvents recentEvents) {
        return new Recovery(
                new RecoveryIds(serviceTokens.derivedKey("recovery id")),
                (user, token, seq) -> missedEvents
                        .after(user, token, seq)
                        .thenApply(missed -> new Recovery.Missed(missed.events(), missed.complete(), missed.last())),
                recentEvents::head);
    }

    @Bean
    SocketServer socketServer(
            SocketSettings settings,
            TokenVerifier verifier,
            UserRooms rooms,
            Recovery recovery,
            MeterRegistry meters,
            ObjectProvider<Clock> clock) {
        return server(settings, verifier, rooms, recovery, meters, clock.getIfAvailable(Clock::systemUTC));
    }

    static SocketServer server(
            SocketSettings settings,
            TokenVerifier verifier,
            UserRooms rooms,
            Recovery recovery,
            MeterRegistry meters,
            Clock clock) {
        SocketServer server =
                new SocketServer(settings, new TokenAdmission(verifier, rooms, recovery, settings, clock), meters);
        server.api().addEventListener(TokenRefresh.EVENT, Object.class, new TokenRefresh(verifier));
        return server;
    }
}
