package io.github.follownotify.follow.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.SQLException;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.http.ProblemDetail;
import org.springframework.http.ResponseEntity;
import org.springframework.jdbc.UncategorizedSQLException;
import org.springframework.mock.web.MockHttpServletRequest;

class ApiProblemsTest {

    private static final String TRACEPARENT = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

    private final ApiProblems problems = new ApiProblems();
    private final MockHttpServletRequest request = new MockHttpServletRequest("POST", "/followings");

    /** What MySQL answers with --read-only, in a read-only transaction, in read-only mode, and when it goes away. */
    @ParameterizedTest
    @CsvSource({"HY000, 1290", "25006, 1792", "HY000, 1836", "08S01, 0"})
    void databaseThatTakesNoWritesIsTemporarilyUnavailable(String state, int code) {
        ResponseEntity<ProblemDetail> answer = problems.databaseFailed(
                new UncategorizedSQLException("insert", "INSERT", new SQLException("read only", state, code)), request);

        assertThat(answer.getStatusCode().value()).isEqualTo(503);
        assertThat(answer.getHeaders().getFirst("Retry-After")).isEqualTo("5");
    }

    @Test
    void unknownFailureGivesNothingButATraceId() {
        request.addHeader("traceparent", TRACEPARENT);

        ResponseEntity<ProblemDetail> answer = problems.databaseFailed(
                new UncategorizedSQLException(
                        "insert", "INSERT INTO secret", new SQLException("Unknown column", "42S22", 1054)),
                request);

        ProblemDetail problem = Objects.requireNonNull(answer.getBody());
        assertThat(answer.getStatusCode().value()).isEqualTo(500);
        assertThat(problem.getProperties())
                .containsOnlyKeys("trace_id")
                .containsEntry("trace_id", "4bf92f3577b34da6a3ce929d0e0e4736");
        assertThat(problem.toString()).doesNotContain("SQL", "secret", "column");
    }
}
