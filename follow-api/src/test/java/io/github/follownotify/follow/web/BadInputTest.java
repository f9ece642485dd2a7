package io.github.follownotify.follow.web;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.follownotify.follow.HealthyFollowApi;
import io.github.follownotify.jwt.TokenIssuer;
import io.github.follownotify.jwt.TokenSettings;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Base64;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Every bad input has its documented answer and changes nothing. */
class BadInputTest extends HealthyFollowApi {

    private static final JsonMapper JSON = new JsonMapper();

    private long relationsBefore;

    @BeforeEach
    void rememberWhatIsThere() {
        relationsBefore = relations();
    }

    @AfterEach
    void nothingHasChanged() {
        assertThat(relations()).isEqualTo(relationsBefore);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{\"target\": null}",
                "{\"target\": 0}",
                "{\"target\": -1}",
                "{\"target\": \"42\"}",
                "{\"target\": \"\"}",
                "{\"target\": 4.2}",
                "{\"target\": 4.0}",
                "{\"target\": 1e3}",
                "{\"target\": true}",
                "{\"target\": [42]}",
                "{\"target\": {}}",
                "{\"target\": 9223372036854775808}",
                "{\"target\": -9223372036854775809}",
                "{\"target\": 123456789012345678901234567890}"
            })
    void targetThatIsNoUserIdIsNamed(String body) {
        HttpResponse<String> answer = post(token(newUser()), body);

        assertProblem(answer, 400, "invalid-request", "Invalid request");
        assertThat(json(answer).at("/errors/target").asString()).isEqualTo("must be a positive 64-bit integer");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"target_str\": \"\"}",
                "{\"target_str\": \"0\"}",
                "{\"target_str\": \"-1\"}",
                "{\"target_str\": \"+1\"}",
                "{\"target_str\": \" 1\"}",
                "{\"target_str\": \"9223372036854775808\"}",
                "{\"target\": 9007199254740992, \"target_str\": \"9007199254740993\"}"
            })
    void targetInDigitsThatIsNoUserIdIsNamed(String body) {
        HttpResponse<String> answer = post(token(newUser()), body);

        assertProblem(answer, 400, "invalid-request", "Invalid request");
        assertThat(json(answer).at("/errors").propertyNames()).containsExactly("target_str");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "follow 42",
                "{\"target\": 42",
                "[42]",
                "42",
                "null",
                "\"42\"",
                "{\"target\": 42} 42",
                "{\"target\": 42, \"target\": 43}"
            })
    void bodyThatIsNoJsonObjectIsNamed(String body) {
        HttpResponse<String> answer = post(token(newUser()), body);

        assertProblem(answer, 400, "invalid-request", "Invalid request");
        assertThat(json(answer).at("/errors").propertyNames()).hasSize(1);
    }

    @Test
    void nobodyCanFollowThemselves() {
        long user = newUser();

        assertProblem(follow(user, user), 422, "following-oneself", "You cannot follow yourself");
    }

    @ParameterizedTest
    @CsvSource({
        "/followings?limit=0, limit",
        "/followings?limit=101, limit",
        "/followings?limit=many, limit",
        "/followers?limit=-1, limit",
        "/followers?cursor=%21, cursor",
        "/followers?cursor=AAAA, cursor"
    })
    void parameterThatCannotBeUsedIsNamed(String path, String parameter) {
        HttpResponse<String> answer = get(newUser(), path);

        assertProblem(answer, 400, "invalid-request", "Invalid request");
        assertThat(json(answer).at("/errors").propertyNames()).containsExactly(parameter);
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "-1", "bob", "4.2", "9223372036854775808"})
    void pathThatNamesNoUserIsRefused(String target) {
        HttpResponse<String> answer =
                send(request("/followings/" + target, token(newUser())).DELETE());

        assertProblem(answer, 400, "invalid-request", "Invalid request");
        assertThat(json(answer).at("/errors").propertyNames()).containsExactly("target");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/nowhere", "/", "/followings/42/more", "/followings/", "/error"})
    void unknownPathIsNotFound(String path) {
        assertProblem(get(newUser(), path), 404, "not-found", "Not found");
    }

    @Test
    void wrongMethodIsToldTheRightOnes() {
        HttpResponse<String> answer =
                send(request("/followings", token(newUser())).PUT(BodyPublishers.ofString("{}")));

        assertProblem(answer, 405, "method-not-allowed", "Method not allowed");
        assertThat(answer.headers().firstValue("Allow").orElseThrow()).contains("GET", "POST");
    }

    @ParameterizedTest
    @ValueSource(strings = {"text/plain", "application/x-www-form-urlencoded", "application/xml"})
    void otherMediaTypeIsNotRead(String type) {
        HttpResponse<String> answer = send(request("/followings", token(newUser()))
                .header("Content-Type", type)
                .POST(BodyPublishers.ofString("{\"target\": 42}")));

        assertProblem(answer, 415, "unsupported-media-type", "Unsupported media type");
    }

    @ParameterizedTest
    @ValueSource(strings = {"text/html", "application/xml", "application/problem+json", "image/*", "not a type", "/"})
    void otherAnswerThanJsonCannotBeHad(String accepted) {
        String token = token(newUser());
        HttpResponse<String> read =
                send(request("/followings", token).header("Accept", accepted).GET());
        HttpResponse<String> change = send(request("/followings", token)
                .header("Accept", accepted)
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString("{\"target\": 42}")));

        assertProblem(read, 406, "not-acceptable", "Not acceptable");
        assertProblem(change, 406, "not-acceptable", "Not acceptable");
    }

    @Test
    void bodyOverTheLimitIsNotRead() {
        String large = "{\"target\": 42, \"padding\": \"%s\"}".formatted("x".repeat(16 * 1024));

        assertProblem(post(token(newUser()), large), 413, "body-too-large", "Body too large");
    }

    @Test
    void bodyOverTheLimitIsNotReadAlsoWhenItsLengthIsNotAnnounced() {
        byte[] large = "{\"target\": 42, \"padding\": \"%s\"}"
                .formatted("x".repeat(16 * 1024))
                .getBytes(StandardCharsets.UTF_8);

        HttpResponse<String> answer = send(request("/followings", token(newUser()))
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(large))));

        assertProblem(answer, 413, "body-too-large", "Body too large");
    }

    @Test
    void requestWithoutTokenIsAskedForOne() {
        HttpResponse<String> answer =
                send(HttpRequest.newBuilder(uri("/followings")).GET());

        assertProblem(answer, 401, "unauthorized", "Unauthorized");
        assertThat(answer.headers().firstValue("WWW-Authenticate")).hasValue("Bearer");
        assertThat(json(answer).at("/code").asString()).isEqualTo("token_missing");
    }

    @Test
    void tokenThatProvesNothingIsRefusedWithItsReason() {
        String other = new TokenIssuer(
                        TokenSettings.ofSecret("another secret, also of more than 32 bytes"), Clock.systemUTC())
                .issue(1, Duration.ofMinutes(1));
        String unsigned = base64("{\"alg\":\"none\"}") + "."
                + base64("{\"user_id\":1,\"exp\":%d}".formatted(Instant.now().getEpochSecond() + 60)) + ".";
        String expired = new TokenIssuer(TokenSettings.ofSecret(SECRET), Clock.fixed(Instant.EPOCH, ZoneOffset.UTC))
                .issue(1, Duration.ofMinutes(1));

        Map.of(other, "token_invalid", unsigned, "token_invalid", expired, "token_expired", "x", "token_invalid")
                .forEach((token, code) -> {
                    HttpResponse<String> answer = post(token, "{\"target\": 42}");

                    assertProblem(answer, 401, "unauthorized", "Unauthorized");
                    assertThat(json(answer).at("/code").asString()).isEqualTo(code);
                    assertThat(answer.headers().firstValue("WWW-Authenticate").orElseThrow())
                            .startsWith("Bearer error=\"invalid_token\", error_description=\"");
                    assertThat(answer.body()).doesNotContain(token.substring(token.length() / 2));
                });
    }

    @ParameterizedTest
    @ValueSource(strings = {"/livez", "/readyz"})
    void healthNeedsNoToken(String path) {
        HttpResponse<String> answer = send(HttpRequest.newBuilder(uri(path)).GET());

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).contains("\"status\":\"UP\"");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"/livez/../followings", "/livez;/followings", "//followings", "/followings;a=b", "/livez/x"})
    void noSpellingOfAPathIsOpen(String path) {
        assertThat(raw("GET %s HTTP/1.1".formatted(path), "")).doesNotContain("HTTP/1.1 200", "items");
    }

    @Test
    void requestThatTomcatCannotParseIsAProblemToo() {
        String answer = raw("GET /followings?a=<{ HTTP/1.1", "");

        assertThat(answer)
                .startsWith("HTTP/1.1 400")
                .contains("application/problem+json")
                .endsWith(
                        "{\"type\":\"urn:follow-notify:problem:invalid-request\",\"title\":\"Invalid request\",\"status\":400}");
    }

    @Test
    void pagesOfListedOriginsMayCallAndReadRefusals() {
        String preflight = raw(
                "OPTIONS /followings HTTP/1.1",
                "Origin: https://app.example\r\nAccess-Control-Request-Method: POST\r\n");
        String refused = raw("GET /followings HTTP/1.1", "Origin: https://app.example\r\n");
        String stranger = raw(
                "OPTIONS /followings HTTP/1.1",
                "Origin: https://evil.example\r\nAccess-Control-Request-Method: POST\r\n");

        assertThat(preflight).startsWith("HTTP/1.1 200").contains("Access-Control-Allow-Origin: https://app.example");
        assertThat(refused).startsWith("HTTP/1.1 401").contains("Access-Control-Allow-Origin: https://app.example");
        assertThat(stranger).startsWith("HTTP/1.1 403").doesNotContain("Access-Control-Allow-Origin");
    }

    private void assertProblem(HttpResponse<String> answer, int status, String type, String title) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        assertThat(answer.headers().firstValue("Content-Type")).hasValue("application/problem+json");
        JsonNode problem = json(answer);
        assertThat(problem.at("/type").asString()).isEqualTo("urn:follow-notify:problem:" + type);
        assertThat(problem.at("/title").asString()).isEqualTo(title);
        assertThat(problem.at("/status").asInt()).isEqualTo(status);
        assertThat(problem.at("/detail").asString()).isNotBlank();
        assertThat(problem.at("/instance").asString()).startsWith("/");
        assertThat(answer.body()).doesNotContain("Exception", "java.", "tools.jackson");
    }

    /** What a client library would not send. */
    private String raw(String requestLine, String headers) {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout(10_000);
            socket.getOutputStream()
                    .write("%s\r\nHost: localhost\r\nConnection: close\r\n%s\r\n"
                            .formatted(requestLine, headers)
                            .getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException failed) {
            throw new IllegalStateException(failed);
        }
    }

    private long relations() {
        return sql.sql("SELECT COUNT(*) FROM following").query(Long.class).single();
    }

    private static JsonNode json(HttpResponse<String> answer) {
        return JSON.readTree(answer.body());
    }

    private static String base64(String text) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }
}
