package io.github.follownotify.jwt;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/** Turns the stack trace of a service without usable secrets into the line that says what to set. */
class UnusableTokenSettingsAnalyzer extends AbstractFailureAnalyzer<UnusableTokenSettingsException> {

    @Override
    protected FailureAnalysis analyze(Throwable rootFailure, UnusableTokenSettingsException cause) {
        return new FailureAnalysis(
                "Tokens cannot be verified: " + cause.getMessage(),
                "Set JWT_SECRET to a random text, for example the output of: openssl rand -base64 48",
                cause);
    }
}
