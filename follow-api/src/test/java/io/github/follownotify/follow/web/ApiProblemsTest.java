package io.github.follownotify.follow.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.SQLException;
import java.sql.SQLNonTransientConnectionException;
import java.sql.SQLTransientConnectionException;
import java.util.Objects;
import java.util.concurrent.CompletionException;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.dao.QueryTimeoutException;
import org.springframework.http.ProblemDetail;
import org.springframework.http.ResponseEntity;
import org.springframework.jdbc.UncategorizedSQLException;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.orm.jpa.JpaSystemException;
import org.springframework.transaction.CannotCreateTransactionException;
import org.springframework.transaction.TransactionSystemException;

class ApiProblemsTest {

    private static final String TRACEPARENT = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

    private final ApiProblems problems = new ApiProblems();
    private final MockHttpServletRequest request = new MockHttpServletRequest("POST", "/followings");

    /** What MySQL answers with --read-only, in a read-only transaction, in read-only mode, and when it goes away. */
    @ParameterizedTest
    @CsvSource({"HY000, 1290", "25006, 1792", "HY000, 1836", "08S01, 0"})
    void databaseThatTakesNoWritesIsTemporarilyUnavailable(String state, int code) {
        ResponseEntity<ProblemDetail> answer =
                answer(new UncategorizedSQLException("insert", "INSERT", new SQLException("read only", state, code)));

        assertThat(answer.getStatusCode().value()).isEqualTo(503);
        assertThat(answer.getHeaders().getFirst("Retry-After")).isEqualTo("5");
    }

    /** What was seen when a database was killed under load, and ways in which it can come wrapped. */
    static Stream<Exception> whatADependencyDoes() {
        SQLException gone = new SQLNonTransientConnectionException("Communications link failure", "08S01");
        return Stream.of(
                new JpaSystemException(new IllegalStateException("Unable to rollback against JDBC Connection", gone)),
                new TransactionSystemException("Could not roll back JPA transaction", gone),
                new CannotCreateTransactionException("Could not open JPA EntityManager for transaction", gone),
                new CompletionException(new DataAccessResourceFailureException("lost", gone)),
                new IllegalStateException(new SQLException("Connection is closed")),
                new QueryTimeoutException("statement"),
                new UncategorizedSQLException("commit", null, new SQLException("server shutdown in progress", "HY000")),
                new SQLTransientConnectionException("HikariPool-1 - Connection is not available"));
    }

    @ParameterizedTest
    @MethodSource("whatADependencyDoes")
    void nothingThatADependencyDoesIsAnInternalError(Exception failure) {
        assertThat(answer(failure).getStatusCode().value()).isEqualTo(503);
    }

    static Stream<Exception> whatIsOurOwnFault() {
        return Stream.of(
                new DuplicateKeyException("pair"),
                new DataIntegrityViolationException("too long", new SQLException("Data too long", "22001", 1406)),
                new IllegalStateException(new SQLException("Unknown column", "42S22", 1054)),
                new IllegalStateException("a bug"));
    }

    @ParameterizedTest
    @MethodSource("whatIsOurOwnFault")
    void ourOwnFaultIsAnInternalError(Exception failure) {
        assertThat(answer(failure).getStatusCode().value()).isEqualTo(500);
    }

    private ResponseEntity<ProblemDetail> answer(Exception failure) {
        return Objects.requireNonNull(problems.failed(failure, request));
    }

    @Test
    void unknownFailureGivesNothingButATraceId() {
        request.addHeader("traceparent", TRACEPARENT);

        ResponseEntity<ProblemDetail> answer = answer(new UncategorizedSQLException(
                "insert", "INSERT INTO secret", new SQLException("Unknown column", "42S22", 1054)));

        ProblemDetail problem = Objects.requireNonNull(answer.getBody());
        assertThat(answer.getStatusCode().value()).isEqualTo(500);
        assertThat(problem.getProperties())
                .containsOnlyKeys("trace_id")
                .containsEntry("trace_id", "4bf92f3577b34da6a3ce929d0e0e4736");
        assertThat(problem.toString()).doesNotContain("SQL", "secret", "column");
    }
}
