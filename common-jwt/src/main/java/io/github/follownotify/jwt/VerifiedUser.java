package io.github.follownotify.jwt;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The user a verified token speaks for.
 *
 * @param id positive user id
 * @param name display name, when the token carries one
 * @param photo address of the user's picture, when the token carries one
 * @param expiresAt moment from which the token is no longer valid
 */
public record VerifiedUser(
        long id, @Nullable String name, @Nullable String photo, Instant expiresAt) {}
