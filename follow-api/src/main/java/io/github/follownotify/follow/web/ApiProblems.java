package io.github.follownotify.follow.web;

import jakarta.servlet.http.HttpServletRequest;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.TypeMismatchException;
import org.springframework.core.NestedExceptionUtils;
import org.springframework.dao.DataAccessException;
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.dao.RecoverableDataAccessException;
import org.springframework.dao.TransientDataAccessException;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.ProblemDetail;
import org.springframework.http.ResponseEntity;
import org.springframework.http.converter.HttpMessageNotReadableException;
import org.springframework.transaction.TransactionException;
import org.springframework.web.bind.MethodArgumentNotValidException;
import org.springframework.web.bind.MissingServletRequestParameterException;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RestControllerAdvice;
import org.springframework.web.context.request.WebRequest;
import org.springframework.web.method.annotation.HandlerMethodValidationException;
import org.springframework.web.servlet.mvc.method.annotation.ResponseEntityExceptionHandler;
import tools.jackson.core.JacksonException;

/** Tells every failure as a problem of a documented type, without class names or anything else from inside. */
@RestControllerAdvice
class ApiProblems extends ResponseEntityExceptionHandler {

    private static final Logger log = LoggerFactory.getLogger(ApiProblems.class);

    /** MySQL: --read-only, read-only transaction, read-only mode; what a replica says after a failover. */
    private static final Set<Integer> READ_ONLY = Set.of(1290, 1792, 1836);

    @ExceptionHandler
    ResponseEntity<ProblemDetail> failedAsTold(ProblemException failure) {
        return ResponseEntity.of(failure.problem()).build();
    }

    @ExceptionHandler({DataAccessException.class, TransactionException.class})
    ResponseEntity<ProblemDetail> databaseFailed(RuntimeException failure, HttpServletRequest request) {
        if (!isUnavailable(failure)) {
            return failedUnexpectedly(failure, request);
        }
        log.warn("database unavailable path={} cause={}", request.getRequestURI(), rootMessage(failure));
        return ResponseEntity.status(Problem.UNAVAILABLE.status())
                .header(HttpHeaders.RETRY_AFTER, ProblemWriter.RETRY_AFTER_SECONDS)
                .body(Problem.UNAVAILABLE.with("The database can't be used at the moment. It is safe to try again."));
    }

    @ExceptionHandler
    ResponseEntity<ProblemDetail> failedUnexpectedly(Exception failure, HttpServletRequest request) {
        String traceId = TraceParent.traceId(request.getHeader(TraceParent.HEADER));
        log.error("request failed trace_id={} path={}", traceId, request.getRequestURI(), failure);
        ProblemDetail problem = Problem.INTERNAL_ERROR.with("Something failed that should not. It has been logged.");
        problem.setProperty("trace_id", traceId);
        return ResponseEntity.of(problem).build();
    }

    @Override
    protected ResponseEntity<Object> handleHttpMessageNotReadable(
            HttpMessageNotReadableException failure, HttpHeaders headers, HttpStatusCode status, WebRequest request) {
        String field = failure.getCause() instanceof JacksonException json ? field(json) : null;
        return invalid(
                field == null
                        ? Map.of("body", "must be a JSON object")
                        : Map.of(field, "must be a positive 64-bit integer"));
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

    /** What Spring has found out by itself: unknown path, wrong method, wrong media type. */
    @Override
    protected @Nullable ResponseEntity<Object> handleExceptionInternal(
            Exception failure, @Nullable Object body, HttpHeaders headers, HttpStatusCode status, WebRequest request) {
        String detail = body instanceof ProblemDetail told && told.getDetail() != null && status.is4xxClientError()
                ? told.getDetail()
                : "The request can't be answered.";
        return super.handleExceptionInternal(failure, Problem.of(status).with(detail), headers, status, request);
    }

    private static ResponseEntity<Object> invalid(Map<String, String> errors) {
        ProblemDetail problem = ProblemException.invalid(errors);
        return ResponseEntity.status(problem.getStatus()).body(problem);
    }

    private static @Nullable String field(JacksonException failure) {
        return failure.getPath().isEmpty() ? null : failure.getPath().get(0).getPropertyName();
    }

    private static boolean isUnavailable(RuntimeException failure) {
        return failure instanceof DataAccessResourceFailureException
                || failure instanceof TransientDataAccessException
                || failure instanceof RecoverableDataAccessException
                || failure instanceof TransactionException
                || (NestedExceptionUtils.getMostSpecificCause(failure) instanceof SQLException sql
                        && (READ_ONLY.contains(sql.getErrorCode())
                                || String.valueOf(sql.getSQLState()).startsWith("08")));
    }

    private static String rootMessage(RuntimeException failure) {
        return String.valueOf(NestedExceptionUtils.getMostSpecificCause(failure).getMessage());
    }
}
