package io.github.follownotify.quickstart;

import com.fasterxml.jackson.annotation.JsonProperty;
import jakarta.servlet.http.HttpServletRequest;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.springframework.http.CacheControl;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.ErrorResponseException;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** Gives the page and the command line a token, as a login would. */
@RestController
class DemoSession {

    /** Short, so that a page that stays open shows that it fetches the next in time. */
    static final Duration PAGE_TOKEN_VALIDITY = Duration.ofMinutes(15);

    static final Duration COMMAND_TOKEN_VALIDITY = Duration.ofHours(12);

    private static final int MOST_USERS = 100;
    private static final Set<String> THIS_MACHINE = Set.of("localhost", "127.0.0.1", "::1", "[::1]", "0:0:0:0:0:0:0:1");

    private final DemoTokens tokens;
    private final int socketPort;
    private final boolean localOnly;

    DemoSession(DemoTokens tokens, int socketPort, boolean localOnly) {
        this.tokens = tokens;
        this.socketPort = socketPort;
        this.localOnly = localOnly;
    }

    @GetMapping("/demo/session")
    ResponseEntity<Session> session(@RequestParam("user_id") List<Long> userIds, HttpServletRequest request) {
        if (isForeign(request)) {
            return ResponseEntity.status(HttpStatus.FORBIDDEN).build();
        }
        if (userIds.size() > MOST_USERS || userIds.stream().anyMatch(id -> id <= 0)) {
            throw new ErrorResponseException(HttpStatus.BAD_REQUEST);
        }
        List<User> users = userIds.stream()
                .map(id -> new User(id, DemoTokens.name(id), tokens.issue(id, PAGE_TOKEN_VALIDITY)))
                .toList();
        return ResponseEntity.ok()
                .cacheControl(CacheControl.noStore())
                .body(new Session(socketPort, PAGE_TOKEN_VALIDITY.toSeconds(), users));
    }

    @GetMapping(path = "/demo/token/{userId}", produces = MediaType.TEXT_PLAIN_VALUE)
    ResponseEntity<String> token(@PathVariable long userId, HttpServletRequest request) {
        if (isForeign(request)) {
            return ResponseEntity.status(HttpStatus.FORBIDDEN).build();
        }
        if (userId <= 0) {
            throw new ErrorResponseException(HttpStatus.BAD_REQUEST);
        }
        return ResponseEntity.ok()
                .cacheControl(CacheControl.noStore())
                .body(tokens.issue(userId, COMMAND_TOKEN_VALIDITY));
    }

    /**
     * A page on the internet can give its own name this machine's address (DNS rebinding) and would read tokens here.
     */
    private boolean isForeign(HttpServletRequest request) {
        return localOnly && !THIS_MACHINE.contains(request.getServerName());
    }

    record Session(
            @JsonProperty("socket_port") int socketPort,
            @JsonProperty("valid_for_seconds") long validForSeconds,
            List<User> users) {}

    record User(
            @JsonProperty("user_id") long userId,
            @JsonProperty("user_name") String userName,
            String token) {}
}
