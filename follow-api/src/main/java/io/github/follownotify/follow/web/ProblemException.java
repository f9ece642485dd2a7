package io.github.follownotify.follow.web;

import java.io.Serial;
import java.util.Map;
import org.springframework.http.ProblemDetail;

/** Ends a request with a problem that the caller caused. */
public final class ProblemException extends RuntimeException {

    @Serial
    private static final long serialVersionUID = 1L;

    private final transient ProblemDetail problem;

    /** @param detail what is wrong with this very request, for the developer who reads it */
    public ProblemException(Problem problem, String detail) {
        this(problem.with(detail));
    }

    private ProblemException(ProblemDetail problem) {
        super(problem.getDetail());
        this.problem = problem;
    }

    /** An input that can't be used, named by its field or parameter. */
    public static ProblemException ofField(String field, String expected) {
        return new ProblemException(invalid(Map.of(field, expected)));
    }

    static ProblemDetail invalid(Map<String, String> errors) {
        ProblemDetail problem = Problem.INVALID_REQUEST.with("The request has invalid values, see \"errors\".");
        problem.setProperty("errors", errors);
        return problem;
    }

    ProblemDetail problem() {
        return problem;
    }
}
