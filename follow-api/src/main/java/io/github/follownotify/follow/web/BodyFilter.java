package io.github.follownotify.follow.web;

import jakarta.servlet.AsyncContext;
import jakarta.servlet.AsyncEvent;
import jakarta.servlet.AsyncListener;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ReadListener;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletInputStream;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import jakarta.servlet.http.HttpServletResponse;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.HttpHeaders;

/**
 * Reads the full body into memory before the request is processed, without holding a thread while it arrives.
 *
 * <p>A thread that reads a body waits for its sender, and a few hundred slow senders would hold all threads. Nearly
 * always the body comes with the headers and is read at once; otherwise Tomcat signals when there is more, and the
 * request is dispatched again when it is complete, too large or too slow. It runs before authentication, because an
 * answer without reading the body would make Tomcat wait for the rest of it.
 */
class BodyFilter extends HttpFilter {

    private static final Logger log = LoggerFactory.getLogger(BodyFilter.class);

    private static final long serialVersionUID = 1L;

    /** Read and discarded, so that an ordinary client sees the refusal; beyond it the connection is cut. */
    private static final long MOST_FORGOTTEN = 1024 * 1024;

    private static final String RECEIVED = ReceivedBody.class.getName();

    private final int limit;
    private final Duration timeout;
    private final transient ProblemWriter problems;

    /**
     * @param limit bytes that a body may have
     * @param timeout time from the end of the headers to the end of the body
     */
    BodyFilter(int limit, Duration timeout, ProblemWriter problems) {
        this.limit = limit;
        this.timeout = timeout;
        this.problems = problems;
    }

    @Override
    protected void doFilter(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        if (request.getDispatcherType() == DispatcherType.ASYNC) {
            Object received = request.getAttribute(RECEIVED);
            request.removeAttribute(RECEIVED);
            if (received instanceof ReceivedBody body) {
                proceed(request, response, chain, body);
            } else {
                chain.doFilter(request, response);
            }
            return;
        }
        long announced = request.getContentLengthLong();
        if (announced == 0 || (announced < 0 && request.getHeader(HttpHeaders.TRANSFER_ENCODING) == null)) {
            chain.doFilter(request, response);
            return;
        }
        ReceivedBody body = new ReceivedBody((int) Math.min(announced, limit), limit);
        if (announced > MOST_FORGOTTEN) {
            refuseTooLarge(request, response, false);
        } else if (announced > 0 && isThereAtOnce(request.getInputStream(), body, announced)) {
            proceed(request, response, chain, body);
        } else {
            receive(request, body);
        }
    }

    private static boolean isThereAtOnce(ServletInputStream input, ReceivedBody body, long announced)
            throws IOException {
        while (body.received() < announced && input.available() > 0) {
            if (!body.readFrom(input)) {
                break;
            }
        }
        return body.received() == announced;
    }

    private void receive(HttpServletRequest request, ReceivedBody body) throws IOException {
        AsyncContext async = request.startAsync();
        async.setTimeout(timeout.toMillis());
        async.addListener(new LateBody(body, request));
        ServletInputStream input = request.getInputStream();
        input.setReadListener(new ReadListener() {

            private boolean done;

            @Override
            public void onDataAvailable() throws IOException {
                while (!done && input.isReady()) {
                    if (!body.readFrom(input)) {
                        break;
                    }
                    if (body.received() > MOST_FORGOTTEN) {
                        dispatch();
                    }
                }
            }

            @Override
            public void onAllDataRead() {
                dispatch();
            }

            @Override
            public void onError(Throwable failure) {
                // Tomcat ends the request; its caller is gone.
                log.debug("event=body_aborted path={}", request.getRequestURI(), failure);
            }

            private void dispatch() {
                if (!done) {
                    done = true;
                    request.setAttribute(RECEIVED, body);
                    async.dispatch();
                }
            }
        });
    }

    private void proceed(HttpServletRequest request, HttpServletResponse response, FilterChain chain, ReceivedBody body)
            throws ServletException, IOException {
        if (body.isLate()) {
            abort(request, response);
            problems.write(
                    request,
                    response,
                    Problem.REQUEST_TIMEOUT.with(
                            "The body did not arrive within %d seconds.".formatted(timeout.toSeconds())));
        } else if (body.isTooLarge()) {
            refuseTooLarge(request, response, body.received() <= MOST_FORGOTTEN);
        } else {
            ReceivedRequest received = new ReceivedRequest(request, body);
            try {
                chain.doFilter(received, response);
            } finally {
                received.passed = true;
            }
        }
    }

    private void refuseTooLarge(HttpServletRequest request, HttpServletResponse response, boolean read)
            throws IOException {
        if (!read) {
            abort(request, response);
        }
        problems.write(
                request, response, Problem.BODY_TOO_LARGE.with("The body may have at most %d bytes.".formatted(limit)));
    }

    private static void abort(HttpServletRequest request, HttpServletResponse response) {
        response.setStatus(HttpServletResponse.SC_BAD_REQUEST);
        response.setHeader(HttpHeaders.CONNECTION, "close");
        UnreadBodies.forget(request);
    }

    /** Called by Tomcat on a thread of its own when the time is up. */
    private record LateBody(ReceivedBody body, HttpServletRequest request) implements AsyncListener {

        @Override
        public void onTimeout(AsyncEvent event) {
            body.markLate();
            request.setAttribute(RECEIVED, body);
            event.getAsyncContext().dispatch();
        }

        @Override
        public void onComplete(AsyncEvent event) {
            // nothing is left to be done
        }

        @Override
        public void onError(AsyncEvent event) {
            // the caller is gone
        }

        @Override
        public void onStartAsync(AsyncEvent event) {
            // the handler's own, not ours
        }
    }

    /** To everything behind this filter the request has just arrived, even after it was dispatched again. */
    private static final class ReceivedRequest extends HttpServletRequestWrapper {

        private final ServletInputStream input;
        private boolean passed;

        ReceivedRequest(HttpServletRequest request, ReceivedBody body) {
            super(request);
            this.input = body.stream();
        }

        @Override
        public DispatcherType getDispatcherType() {
            return passed ? super.getDispatcherType() : DispatcherType.REQUEST;
        }

        @Override
        public ServletInputStream getInputStream() {
            return input;
        }

        @Override
        public BufferedReader getReader() {
            return new BufferedReader(new InputStreamReader(input, StandardCharsets.UTF_8));
        }
    }
}
