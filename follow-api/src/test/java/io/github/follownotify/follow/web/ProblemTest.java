package io.github.follownotify.follow.web;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.springframework.http.HttpStatusCode;

class ProblemTest {

    @Test
    void typesAndTitlesStayAsTheyAreDocumented() {
        assertThat(Problem.values())
                .extracting(problem -> problem.status().value() + " " + problem.type() + " " + problem.title())
                .containsExactly(
                        "400 urn:follow-notify:problem:invalid-request Invalid request",
                        "401 urn:follow-notify:problem:unauthorized Unauthorized",
                        "404 urn:follow-notify:problem:not-found Not found",
                        "405 urn:follow-notify:problem:method-not-allowed Method not allowed",
                        "406 urn:follow-notify:problem:not-acceptable Not acceptable",
                        "408 urn:follow-notify:problem:request-timeout Request timeout",
                        "413 urn:follow-notify:problem:body-too-large Body too large",
                        "415 urn:follow-notify:problem:unsupported-media-type Unsupported media type",
                        "422 urn:follow-notify:problem:following-oneself You cannot follow yourself",
                        "500 urn:follow-notify:problem:internal-error Internal error",
                        "503 urn:follow-notify:problem:unavailable Temporarily unavailable");
    }

    @Test
    void everyStatusHasAProblem() {
        assertThat(Problem.of(HttpStatusCode.valueOf(431))).isEqualTo(Problem.INVALID_REQUEST);
        assertThat(Problem.of(HttpStatusCode.valueOf(404))).isEqualTo(Problem.NOT_FOUND);
        assertThat(Problem.of(HttpStatusCode.valueOf(505))).isEqualTo(Problem.INTERNAL_ERROR);
    }
}
