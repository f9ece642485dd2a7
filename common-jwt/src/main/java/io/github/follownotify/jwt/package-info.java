/**
 * Verifies and issues the JSON Web Tokens that say who a caller is.
 *
 * <p>Both services share {@link io.github.follownotify.jwt.TokenSettings one set of settings}
 * ({@code jwt.*}, or {@code JWT_*} in the environment) and get a
 * {@link io.github.follownotify.jwt.TokenVerifier} from it by auto-configuration. A service whose settings cannot
 * verify anything does not start. Verifying never blocks: it is called on network threads.
 */
@org.jspecify.annotations.NullMarked
package io.github.follownotify.jwt;
