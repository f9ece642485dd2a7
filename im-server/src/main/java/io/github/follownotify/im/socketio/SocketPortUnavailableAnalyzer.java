package io.github.follownotify.im.socketio;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/** Says in one line why the server could not start, instead of a stack trace. */
final class SocketPortUnavailableAnalyzer extends AbstractFailureAnalyzer<SocketPortUnavailableException> {

    @Override
    protected FailureAnalysis analyze(Throwable rootFailure, SocketPortUnavailableException cause) {
        return new FailureAnalysis(cause.getMessage(), null, cause);
    }
}
