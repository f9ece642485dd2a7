package io.github.follownotify.quickstart;

/** Its message is for the person who started the quick start, and says what to change. */
class UnusableSettingsException extends RuntimeException {

    UnusableSettingsException(String message) {
        super(message);
    }
}
