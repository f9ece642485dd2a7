package io.github.follownotify.http;

import java.time.Duration;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.apache.coyote.Constants;
import org.apache.coyote.Request;
import org.apache.coyote.http11.Http11NioProtocol;
import org.apache.coyote.http11.Http11Processor;
import org.apache.tomcat.util.net.NioChannel;
import org.apache.tomcat.util.net.SocketWrapperBase;
import org.jspecify.annotations.Nullable;

/**
 * HTTP/1.1 with a bound on the time that a request's line and headers may take.
 *
 * <p>Tomcat's own timeout restarts with each byte, so a caller that sends one now and then would keep a connection, and
 * its buffers, for hours. Public because Tomcat instantiates it by name.
 */
public final class PromptHttp11Protocol extends Http11NioProtocol {

    static final Duration LONGEST_HEAD = Duration.ofSeconds(10);

    private static final Duration PAUSE = Duration.ofSeconds(1);

    private @Nullable ScheduledFuture<?> check;

    @Override
    public void start() throws Exception {
        super.start();
        check = getUtilityExecutor()
                .scheduleWithFixedDelay(
                        this::closeSlowConnections, PAUSE.toMillis(), PAUSE.toMillis(), TimeUnit.MILLISECONDS);
    }

    @Override
    public void stop() throws Exception {
        if (check != null) {
            check.cancel(false);
        }
        super.stop();
    }

    private void closeSlowConnections() {
        for (SocketWrapperBase<NioChannel> connection : getEndpoint().getConnections()) {
            if (connection.getCurrentProcessor() instanceof Http11Processor processor && isSlow(processor)) {
                connection.close();
            }
        }
    }

    /** A request that is being served, or waits for its body, has other bounds. */
    private static boolean isSlow(Http11Processor processor) {
        Request request = processor.getRequest();
        long start = request.getStartTimeNanos();
        int stage = request.getRequestProcessor().getStage();
        return start != -1
                && System.nanoTime() - start > LONGEST_HEAD.toNanos()
                && (stage == Constants.STAGE_ENDED || stage == Constants.STAGE_PARSE)
                && !processor.isAsync();
    }
}
