package io.github.follownotify.follow.database;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A statement that changes rows.
 *
 * @param text with a {@code ?} for each parameter
 * @param parameters numbers, strings, byte arrays and nulls, in order
 */
public record Sql(String text, List<? extends @Nullable Object> parameters) {}
