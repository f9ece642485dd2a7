package io.github.follownotify.follow.web;

import io.github.follownotify.jwt.InvalidTokenException;
import io.github.follownotify.jwt.ServiceTokens;
import io.github.follownotify.jwt.TokenVerifier;
import io.github.follownotify.jwt.VerifiedUser;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.ProblemDetail;
import org.springframework.http.server.PathContainer;
import org.springframework.web.filter.OncePerRequestFilter;
import org.springframework.web.util.ServletRequestPathUtils;
import org.springframework.web.util.pattern.PathPattern;
import org.springframework.web.util.pattern.PathPatternParser;

/**
 * Authenticates requests: by a user's token, or by a service's token where only services may call.
 *
 * <p>Every path that is not listed as public needs a token. Paths are compared as Spring MVC compares them, so that no
 * alternative spelling of a path gets through.
 */
class TokenFilter extends OncePerRequestFilter {

    static final String LOG_READ = "log:read";

    private static final PathPattern LOG = PathPatternParser.defaultInstance.parse("/log/**");
    private static final String SCHEME = "Bearer ";

    private final TokenVerifier users;
    private final ServiceTokens services;
    private final ProblemWriter problems;
    private final List<PathPattern> publicPaths;

    TokenFilter(TokenVerifier users, ServiceTokens services, ProblemWriter problems, List<String> publicPaths) {
        this.users = users;
        this.services = services;
        this.problems = problems;
        this.publicPaths = publicPaths.stream()
                .map(PathPatternParser.defaultInstance::parse)
                .toList();
    }

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        PathContainer path = ServletRequestPathUtils.parseAndCache(request).pathWithinApplication();
        if (publicPaths.stream().noneMatch(pattern -> pattern.matches(path))) {
            try {
                identify(request, path);
            } catch (InvalidTokenException refused) {
                refuse(request, response, refused);
                return;
            }
        }
        chain.doFilter(request, response);
    }

    private void identify(HttpServletRequest request, PathContainer path) {
        String token = token(request);
        if (LOG.matches(path)) {
            services.verify(token, LOG_READ);
            request.setAttribute(ServiceCall.class.getName(), new ServiceCall(LOG_READ));
        } else {
            request.setAttribute(VerifiedUser.class.getName(), users.verify(token));
        }
    }

    private static @Nullable String token(HttpServletRequest request) {
        String header = request.getHeader(HttpHeaders.AUTHORIZATION);
        boolean bearer = header != null && header.regionMatches(true, 0, SCHEME, 0, SCHEME.length());
        return bearer ? header.substring(SCHEME.length()).trim() : null;
    }

    /** RFC 6750, section 3: no error code for a request that brought no token at all. */
    private void refuse(HttpServletRequest request, HttpServletResponse response, InvalidTokenException refused)
            throws IOException {
        String reason = String.valueOf(refused.getMessage());
        ProblemDetail problem =
                switch (refused.reason()) {
                    case UNVERIFIABLE -> Problem.UNAVAILABLE.with("The token cannot be verified at the moment.");
                    case MISSING, EXPIRED, INVALID -> Problem.UNAUTHORIZED.with(sentence(reason));
                };
        problem.setProperty("code", refused.reason().code());
        switch (refused.reason()) {
            case UNVERIFIABLE -> response.setHeader(HttpHeaders.RETRY_AFTER, ProblemWriter.RETRY_AFTER_SECONDS);
            case MISSING -> response.setHeader(HttpHeaders.WWW_AUTHENTICATE, "Bearer");
            case EXPIRED, INVALID ->
                response.setHeader(
                        HttpHeaders.WWW_AUTHENTICATE,
                        "Bearer error=\"invalid_token\", error_description=\"%s\""
                                .formatted(reason.replace('"', '\'')));
        }
        problems.write(request, response, problem);
    }

    private static String sentence(String reason) {
        return reason.substring(0, 1).toUpperCase(Locale.ROOT) + reason.substring(1) + ".";
    }
}
