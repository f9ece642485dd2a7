package io.github.follownotify.im.socketio;

import com.corundumstudio.socketio.scheduler.CancelableScheduler;
import com.corundumstudio.socketio.scheduler.SchedulerKey;
import io.netty.channel.ChannelHandlerContext;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.Future;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.TimeUnit;

/** Times out acks that a listener waits for, without the timer thread that netty-socketio would start. */
final class EventLoopScheduler implements CancelableScheduler {

    private final ConcurrentMap<SchedulerKey, Future<?>> scheduled = new ConcurrentHashMap<>();
    private final EventExecutor executor;

    EventLoopScheduler(EventExecutor executor) {
        this.executor = executor;
    }

    @Override
    public void update(ChannelHandlerContext context) {
        // One executor serves all channels.
    }

    @Override
    public void cancel(SchedulerKey key) {
        Future<?> task = scheduled.remove(key);
        if (task != null) {
            task.cancel(false);
        }
    }

    @Override
    public void schedule(Runnable task, long delay, TimeUnit unit) {
        Future<?> unused = executor.schedule(task, delay, unit);
    }

    @Override
    public void schedule(SchedulerKey key, Runnable task, long delay, TimeUnit unit) {
        scheduleCallback(key, task, delay, unit);
    }

    @Override
    public void scheduleCallback(SchedulerKey key, Runnable task, long delay, TimeUnit unit) {
        Future<?> previous = scheduled.put(
                key,
                executor.schedule(
                        () -> {
                            scheduled.remove(key);
                            task.run();
                        },
                        delay,
                        unit));
        if (previous != null) {
            previous.cancel(false);
        }
    }

    @Override
    public void shutdown() {
        scheduled.values().forEach(task -> task.cancel(false));
        scheduled.clear();
    }
}
