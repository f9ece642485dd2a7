package io.github.follownotify.follow.web;

import java.io.IOException;
import java.io.Writer;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.catalina.connector.Request;
import org.apache.catalina.connector.Response;
import org.apache.catalina.valves.ErrorReportValve;
import org.apache.coyote.ActionCode;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.MediaType;

/** Replaces Tomcat's HTML page for requests that never reach the application, such as those it can't parse. */
class ProblemErrorReport extends ErrorReportValve {

    private static final Logger log = LoggerFactory.getLogger(ProblemErrorReport.class);

    @Override
    protected void report(Request request, Response response, @Nullable Throwable failure) {
        int status = response.getStatus();
        if (status < 400 || response.getContentWritten() > 0 || !response.setErrorReported()) {
            return;
        }
        AtomicBoolean writable = new AtomicBoolean();
        response.getCoyoteResponse().action(ActionCode.IS_IO_ALLOWED, writable);
        if (writable.get()) {
            write(response, status);
        }
    }

    private static void write(Response response, int status) {
        Problem problem = Problem.of(HttpStatusCode.valueOf(status));
        response.setContentType(MediaType.APPLICATION_PROBLEM_JSON_VALUE);
        response.setCharacterEncoding("utf-8");
        try {
            Writer writer = response.getReporter();
            if (writer != null) {
                writer.write("{\"type\":\"%s\",\"title\":\"%s\",\"status\":%d}"
                        .formatted(problem.type(), problem.title(), status));
                response.finishResponse();
            }
        } catch (IOException | IllegalStateException callerIsGone) {
            log.debug("event=failure_not_reported status={}", status, callerIsGone);
        }
    }
}
