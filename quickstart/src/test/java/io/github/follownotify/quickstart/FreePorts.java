package io.github.follownotify.quickstart;

/** Arguments with which several quick starts run beside each other. */
final class FreePorts {

    static final String[] ARGUMENTS = {
        "--quickstart.port=0",
        "--quickstart.socket-port=0",
        "--quickstart.management-port=0",
        "--quickstart.socket-management-port=0"
    };

    private FreePorts() {}
}
