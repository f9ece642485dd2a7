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
        return insert(
                into, "(" + String.join(",", Collections.nCopies(rows.get(0).size(), "?")) + ")", rows);
    }

    /**
     * Inserts all rows, which may contain SQL expressions, with one statement.
     *
     * @param row the SQL of one row, with a {@code ?} for each parameter
     */
    public static Sql insert(String into, String row, List<? extends List<? extends @Nullable Object>> rows) {
        return new Sql(
                "INSERT INTO " + into + " VALUES " + String.join(",", Collections.nCopies(rows.size(), row)),
                rows.stream().flatMap(List::stream).toList());
    }
}
