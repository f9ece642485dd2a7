package io.github.follownotify.im.socketio;

import com.corundumstudio.socketio.SocketIOClient;
import com.corundumstudio.socketio.listener.ExceptionListenerAdapter;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Logs what a listener throws, by class and line: messages and arguments may hold what a client sent, even a token. */
final class ListenerFailures extends ExceptionListenerAdapter {

    private static final Logger log = LoggerFactory.getLogger(ListenerFailures.class);

    @Override
    public void onEventException(Exception failure, List<Object> arguments, SocketIOClient client) {
        log(failure);
    }

    @Override
    public void onConnectException(Exception failure, SocketIOClient client) {
        log(failure);
    }

    @Override
    public void onDisconnectException(Exception failure, SocketIOClient client) {
        log(failure);
    }

    @Override
    public void onAuthException(Throwable failure, SocketIOClient client) {
        log(failure);
    }

    private static void log(Throwable failure) {
        StackTraceElement[] trace = failure.getStackTrace();
        log.error(
                "event=listener_failed failure={} at=\"{}\"",
                failure.getClass().getName(),
                trace.length == 0 ? "unknown" : trace[0]);
    }
}
