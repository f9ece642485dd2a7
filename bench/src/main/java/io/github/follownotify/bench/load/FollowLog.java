package io.github.follownotify.bench.load;

import java.util.Arrays;

/** What is known about each follow of one run, by its number. Belongs to the loop. */
final class FollowLog {

    private static final byte ACCEPTED = 1;
    private static final byte ARRIVED = 2;
    private static final byte UNCERTAIN = 4;

    private final long first;
    private long[] sent = new long[1024];
    private long[] answered = new long[1024];
    private byte[] state = new byte[1024];
    private int size;

    FollowLog(long first) {
        this.first = first;
    }

    void sent(long number, long intended) {
        int i = (int) (number - first);
        if (i >= sent.length) {
            sent = Arrays.copyOf(sent, sent.length * 2);
            answered = Arrays.copyOf(answered, sent.length);
            state = Arrays.copyOf(state, sent.length);
        }
        sent[i] = intended;
        size = Math.max(size, i + 1);
    }

    boolean has(long number) {
        return number >= first && number - first < size;
    }

    long sentAt(long number) {
        return sent[(int) (number - first)];
    }

    /** @return when the answer came; 0 before */
    long answeredAt(long number) {
        return answered[(int) (number - first)];
    }

    void accepted(long number, long now) {
        answered[(int) (number - first)] = now;
        state[(int) (number - first)] |= ACCEPTED;
    }

    /** No answer, or one that leaves open whether it was saved: an event for it may come or not. */
    void uncertain(long number) {
        state[(int) (number - first)] |= UNCERTAIN;
    }

    /** @return whether it is the first event for this follow */
    boolean arrived(long number) {
        int i = (int) (number - first);
        boolean isFirst = (state[i] & ARRIVED) == 0;
        state[i] |= ARRIVED;
        return isFirst;
    }

    /** Follows that were accepted and of which no event has come. */
    int missing() {
        int missing = 0;
        for (int i = 0; i < size; i++) {
            if ((state[i] & (ACCEPTED | ARRIVED)) == ACCEPTED) {
                missing++;
            }
        }
        return missing;
    }

    int size() {
        return size;
    }
}
