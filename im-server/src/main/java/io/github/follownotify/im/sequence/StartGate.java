package io.github.follownotify.im.sequence;

/**
 * Whether clients may be connected, and whether they may lack events that were published before this node knew
 * the head. The lock of {@link EventSequence} guards it.
 */
final class StartGate {

    private boolean open;
    private boolean missedSomething;

    void open(boolean nothingWillBeMissed) {
        open = true;
        missedSomething = !nothingWillBeMissed;
    }

    boolean isOpen() {
        return open;
    }

    void missedSomething() {
        missedSomething |= open;
    }

    /** @return whether clients must be told; true only once */
    boolean takeMissedSomething() {
        boolean taken = missedSomething;
        missedSomething = false;
        return taken;
    }
}
