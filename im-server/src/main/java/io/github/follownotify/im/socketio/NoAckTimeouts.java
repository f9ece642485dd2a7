package io.github.follownotify.im.socketio;

import com.corundumstudio.socketio.scheduler.CancelableScheduler;
import com.corundumstudio.socketio.scheduler.SchedulerKey;
import io.netty.channel.ChannelHandlerContext;
import java.util.concurrent.TimeUnit;

/** Nobody waits for an ack of a client with a timeout; netty-socketio would start a timer thread for it. */
final class NoAckTimeouts implements CancelableScheduler {

    @Override
    public void update(ChannelHandlerContext context) {
        // Nothing is scheduled.
    }

    @Override
    public void cancel(SchedulerKey key) {
        // Nothing is scheduled.
    }

    @Override
    public void schedule(Runnable task, long delay, TimeUnit unit) {
        throw new UnsupportedOperationException("use an AckCallback without a timeout");
    }

    @Override
    public void schedule(SchedulerKey key, Runnable task, long delay, TimeUnit unit) {
        schedule(task, delay, unit);
    }

    @Override
    public void scheduleCallback(SchedulerKey key, Runnable task, long delay, TimeUnit unit) {
        schedule(task, delay, unit);
    }

    @Override
    public void shutdown() {
        // Nothing is scheduled.
    }
}
