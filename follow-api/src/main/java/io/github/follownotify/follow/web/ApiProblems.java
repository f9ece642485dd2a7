package io.github.follownotify.follow.web;

import jakarta.servlet.http.HttpServletRequest;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.TypeMismatchException;
import org.springframework.core.NestedExceptionUtils;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.MediaType;
import org.springframework.http.ProblemDetail;
import org.springframework.http.ResponseEntity;
import org.springframework.http.converter.HttpMessageNotReadableException;
import org.springframework.web.bind.MethodArgumentNotValidException;
import org.springframework.web.bind.MissingServletRequestParameterException;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RestControllerAdvice;
import org.springframework.web.context.request.WebRequest;
import org.springframework.web.method.annotation.HandlerMethodValidationException;
import org.springframework.web.servlet.mvc.method.annotation.ResponseEntityExceptionHandler;
import org.springframework.web.util.DisconnectedClientHelper;
import tools.jackson.core.JacksonException;

/** Reports every failure as a problem of a documented type, without class names or other internals. */
@RestControllerAdvice
class ApiProblems extends ResponseEntityExceptionHandler {

    private static final Logger log = LoggerFactory.getLogger(ApiProblems.class);

    @ExceptionHandler
    ResponseEntity<ProblemDetail> failedAsTold(ProblemException failure) {
        return told(failure.problem());
    }

    @ExceptionHandler
    @Nullable
    ResponseEntity<ProblemDetail> failed(Exception failure, HttpServletRequest request) {
        if (DependencyFailures.isOne(failure)) {
            return unavailable(failure, request);
        }
        if (DisconnectedClientHelper.isClientDisconnectedException(failure)) {
            log.debug("event=caller_gone path={}", request.getRequestURI());
            return null;
        }
        return failedUnexpectedly(failure, request);
    }

    private static ResponseEntity<ProblemDetail> unavailable(Exception failure, HttpServletRequest request) {
        Throwable cause = NestedExceptionUtils.getMostSpecificCause(failure);
        log.warn("event=database_unavailable path={} cause=\"{}\"", request.getRequestURI(), oneLine(cause));
        return ResponseEntity.status(Problem.UNAVAILABLE.status())
                .contentType(MediaType.APPLICATION_PROBLEM_JSON)
                .header(HttpHeaders.RETRY_AFTER, ProblemWriter.RETRY_AFTER_SECONDS)
                .body(Problem.UNAVAILABLE.with(
                        "The database is unavailable at the moment. It is safe to send the same request again."));
    }

    private static ResponseEntity<ProblemDetail> failedUnexpectedly(Exception failure, HttpServletRequest request) {
        String traceId = TraceParent.traceId(request.getHeader(TraceParent.HEADER));
        log.error("event=request_failed trace_id={} path={}", traceId, request.getRequestURI(), failure);
        ProblemDetail problem = Problem.INTERNAL_ERROR.with("An unexpected error occurred. It has been logged.");
        problem.setProperty("trace_id", traceId);
        return told(problem);
    }

    @Override
    protected ResponseEntity<Object> handleHttpMessageNotReadable(
            HttpMessageNotReadableException failure, HttpHeaders headers, HttpStatusCode status, WebRequest request) {
        String field = failure.getCause() instanceof JacksonException json ? field(json) : null;
        return invalid(
                field == null
                        ? Map.of("body", "must be a JSON object")
                        : Map.of(
                                field,
                                field.endsWith("_str")
                                        ? "must be a text with the digits of a positive 64-bit integer"
                                        : "must be a positive 64-bit integer"));
    }

    @Override
    protected ResponseEntity<Object> handleMethodArgumentNotValid(
            MethodArgumentNotValidException failure, HttpHeaders headers, HttpStatusCode status, WebRequest request) {
        Map<String, String> errors = new LinkedHashMap<>();
        failure.getFieldErrors()
                .forEach(error -> errors.put(error.getField(), String.valueOf(error.getDefaultMessage())));
        return invalid(errors);
    }

    @Override
    protected ResponseEntity<Object> handleHandlerMethodValidationException(
            HandlerMethodValidationException failure, HttpHeaders headers, HttpStatusCode status, WebRequest request) {
        Map<String, String> errors = new LinkedHashMap<>();
        failure.getParameterValidationResults().forEach(result -> result.getResolvableErrors()
                .forEach(error -> errors.put(
                        String.valueOf(result.getMethodParameter().getParameterName()),
                        String.valueOf(error.getDefaultMessage()))));
        return invalid(errors);
    }

    @Override
    protected ResponseEntity<Object> handleTypeMismatch(
            TypeMismatchException failure, HttpHeaders headers, HttpStatusCode status, WebRequest request) {
        return invalid(Map.of(String.valueOf(failure.getPropertyName()), "must be a 64-bit integer"));
    }

    @Override
    protected ResponseEntity<Object> handleMissingServletRequestParameter(
            MissingServletRequestParameterException failure,
            HttpHeaders headers,
            HttpStatusCode status,
            WebRequest request) {
        return invalid(Map.of(failure.getParameterName(), "is required"));
    }

    /** What Spring itself rejects: unknown path, wrong method, wrong media type. */
    @Override
    protected @Nullable ResponseEntity<Object> handleExceptionInternal(
            Exception failure, @Nullable Object body, HttpHeaders headers, HttpStatusCode status, WebRequest request) {
        String detail = body instanceof ProblemDetail told && told.getDetail() != null && status.is4xxClientError()
                ? told.getDetail()
                : "The request cannot be processed.";
        HttpHeaders told = new HttpHeaders();
        told.putAll(headers);
        told.setContentType(MediaType.APPLICATION_PROBLEM_JSON);
        return super.handleExceptionInternal(failure, Problem.of(status).with(detail), told, status, request);
    }

    private static ResponseEntity<Object> invalid(Map<String, String> errors) {
        ProblemDetail problem = ProblemException.invalid(errors);
        return ResponseEntity.status(problem.getStatus())
                .contentType(MediaType.APPLICATION_PROBLEM_JSON)
                .body(problem);
    }

    /** Of this type whatever the caller accepts: where nothing is acceptable, Spring would answer without a body. */
    private static ResponseEntity<ProblemDetail> told(ProblemDetail problem) {
        return ResponseEntity.status(problem.getStatus())
                .contentType(MediaType.APPLICATION_PROBLEM_JSON)
                .body(problem);
    }

    private static @Nullable String field(JacksonException failure) {
        return failure.getPath().isEmpty() ? null : failure.getPath().get(0).getPropertyName();
    }

    /** Drivers' messages have several lines. */
    private static String oneLine(Throwable cause) {
        return String.valueOf(cause.getMessage()).replaceAll("\\s+", " ");
    }
}
