package io.github.follownotify.follow.database;

import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A statement that changes rows.
 *
 * @param text with a {@code ?} for each parameter
 * @param parameters numbers, strings, byte arrays and nulls, in order
 */
public record Sql(String text, List<? extends @Nullable Object> parameters) {

    /**
     * Inserts all rows with one statement.
     *
     * @param into the table and its columns, as they stand behind {@code INSERT INTO}
     * @param rows at least one, each with a value for each column
     */
    public static Sql insert(String into, List<? extends List<? extends @Nullable Object>> rows) {
        String row = "(" + String.join(",", Collections.nCopies(rows.get(0).size(), "?")) + ")";
        return new Sql(
                "INSERT INTO " + into + " VALUES " + String.join(",", Collections.nCopies(rows.size(), row)),
                rows.stream().flatMap(List::stream).toList());
    }
}
