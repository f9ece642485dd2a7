package io.github.follownotify.im.engineio;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.util.concurrent.ScheduledFuture;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Answers a waiting GET with all queued packets, at most {@link #RESPONSE_BYTES} and one packet. */
final class PollingTransport implements Transport {

    private static final int RESPONSE_BYTES = 256 * 1024;
    /** A client's close and its poll travel on two connections; the close may come first. */
    private static final Duration WAIT_FOR_POLL_ON_ITS_WAY = Duration.ofMillis(500);

    private static final Duration WAIT_FOR_LAST_POLL = Duration.ofSeconds(5);

    private final PollingPayload payload;
    private final EventLoop home;
    private @Nullable HttpExchange poll;
    private @Nullable String pollKey;
    private @Nullable String lastKey;
    private byte @Nullable [] lastAnswer;
    private @Nullable Runnable ending;
    private @Nullable HttpExchange lastAnswered;
    private boolean over;

    PollingTransport(PollingPayload payload, EventLoop home) {
        this.payload = payload;
        this.home = home;
    }

    boolean hasPoll() {
        return poll != null;
    }

    /**
     * Takes a GET, and answers it when something is queued.
     *
     * @param key the value that differs in each GET that the client itself sends, or null
     * @param gone called when the client goes away before it was answered
     * @return false when another GET is already waiting and this one was refused
     */
    boolean poll(HttpExchange exchange, @Nullable String key, SendQueue queue, Runnable gone) {
        if (!acceptRepeated(exchange, key)) {
            if (hasPoll()) {
                exchange.refuse(Refusal.BAD_REQUEST);
                return false;
            }
            poll = exchange;
            pollKey = key;
            dropUnread();
            // This request proves that the previous answer arrived.
            lastAnswer = null;
            lastKey = null;
        }
        exchange.onAbandoned(() -> home.execute(() -> {
            if (poll == exchange) {
                gone.run();
            }
        }));
        flush(queue);
        return true;
    }

    /** A GET that was sent again by an HTTP layer whose connection broke, before or after it was answered. */
    private boolean acceptRepeated(HttpExchange exchange, @Nullable String key) {
        if (key == null) {
            return false;
        }
        HttpExchange waiting = poll;
        if (waiting != null && key.equals(pollKey)) {
            poll = exchange;
            waiting.refuse(Refusal.BAD_REQUEST);
            return true;
        }
        if (lastAnswer != null && key.equals(lastKey)) {
            write(exchange, Unpooled.wrappedBuffer(lastAnswer));
            return true;
        }
        return false;
    }

    /** A websocket has taken over: a GET that waits came too late. */
    void refusePoll() {
        HttpExchange waiting = poll;
        poll = null;
        if (waiting != null) {
            waiting.refuse(Refusal.BAD_REQUEST);
        }
        dropUnreadLater();
    }

    @Override
    public void flush(SendQueue queue) {
        HttpExchange waiting = poll;
        if (waiting == null || queue.peek() == null) {
            return;
        }
        ByteBuf content = waiting.alloc().ioBuffer();
        fill(content, queue);
        answer(waiting, content);
    }

    /** Answers a waiting GET, if there is one, with just this packet. */
    void answer(EnginePacket packet) {
        HttpExchange waiting = poll;
        if (waiting != null) {
            ByteBuf content = waiting.alloc().ioBuffer();
            payload.append(content, packet);
            answer(waiting, content);
        }
    }

    @Override
    public void end(SendQueue queue, CloseReason reason, Runnable ended) {
        over = true;
        if (reason.ending() == CloseReason.Ending.BY_CLIENT) {
            dropUnread();
        } else {
            dropUnreadLater();
        }
        switch (reason.ending()) {
            case BY_CLIENT -> endWithPoll(WAIT_FOR_POLL_ON_ITS_WAY, () -> answer(EnginePacket.NOOP), ended);
            case WITH_NEXT_POLL -> endWithPoll(WAIT_FOR_LAST_POLL, () -> answerLast(queue), ended);
            case AT_ONCE, ABRUPT -> {
                answerLast(queue);
                ended.run();
            }
        }
    }

    private void endWithPoll(Duration wait, Runnable lastAnswer, Runnable ended) {
        if (poll != null) {
            lastAnswer.run();
            ended.run();
            return;
        }
        ScheduledFuture<?> timeout = home.schedule(ended, wait.toMillis(), TimeUnit.MILLISECONDS);
        ending = () -> {
            timeout.cancel(false);
            lastAnswer.run();
            ended.run();
        };
    }

    /** @return false when the session is not one that waits for its last poll */
    boolean acceptLast(HttpExchange exchange) {
        Runnable waiting = ending;
        if (waiting == null) {
            return false;
        }
        ending = null;
        poll = exchange;
        pollKey = null;
        waiting.run();
        return true;
    }

    private void answerLast(SendQueue queue) {
        HttpExchange waiting = poll;
        if (waiting != null) {
            ByteBuf content = waiting.alloc().ioBuffer();
            fill(content, queue);
            payload.append(content, EnginePacket.CLOSE);
            answer(waiting, content);
        }
    }

    private void fill(ByteBuf content, SendQueue queue) {
        EnginePacket packet;
        while (content.readableBytes() < RESPONSE_BYTES && (packet = queue.peek()) != null) {
            payload.append(content, packet);
            queue.remove();
        }
    }

    private void answer(HttpExchange waiting, ByteBuf content) {
        poll = null;
        if (pollKey != null) {
            lastKey = pollKey;
            lastAnswer = ByteBufUtil.getBytes(content);
        }
        write(waiting, content);
    }

    private void write(HttpExchange exchange, ByteBuf content) {
        dropUnread();
        exchange.answer(HttpResponseStatus.OK, "text/plain; charset=UTF-8", content);
        lastAnswered = exchange;
        if (over) {
            dropUnreadLater();
        }
    }

    /** A client that asks for more, or has said goodbye, would otherwise leave us each answer that it never read. */
    private void dropUnread() {
        if (lastAnswered != null) {
            lastAnswered.dropUnlessTaken();
            lastAnswered = null;
        }
    }

    /** Nobody else watches the answer of a session that is over. */
    private void dropUnreadLater() {
        HttpExchange unread = lastAnswered;
        if (unread != null && !unread.isTaken()) {
            ScheduledFuture<?> unused =
                    home.schedule(unread::dropUnlessTaken, WAIT_FOR_LAST_POLL.toMillis(), TimeUnit.MILLISECONDS);
        }
    }
}
