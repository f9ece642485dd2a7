package io.github.follownotify.follow.relay;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/** Says at start what to set, in place of a stack trace. */
class UnsafeBrokerSettingsAnalyzer extends AbstractFailureAnalyzer<UnsafeBrokerSettingsException> {

    @Override
    protected FailureAnalysis analyze(Throwable rootFailure, UnsafeBrokerSettingsException cause) {
        return new FailureAnalysis(
                "The relay can't promise delivery: " + cause.getMessage() + ".", cause.action(), cause);
    }
}
