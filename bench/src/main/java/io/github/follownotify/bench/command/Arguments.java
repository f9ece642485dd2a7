package io.github.follownotify.bench.command;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** {@code --name=value} arguments of a command; what nobody asked for is an error. */
public final class Arguments {

    private final Map<String, String> values = new LinkedHashMap<>();
    private final TreeSet<String> known = new TreeSet<>();

    public Arguments(List<String> arguments) {
        for (String argument : arguments) {
            if (!argument.startsWith("--")) {
                throw new IllegalArgumentException("not --name=value: " + argument);
            }
            int equals = argument.indexOf('=');
            if (equals < 0) {
                values.put(argument.substring(2), "true");
            } else {
                values.put(argument.substring(2, equals), argument.substring(equals + 1));
            }
        }
    }

    public @Nullable String textOrNull(String name) {
        known.add(name);
        return values.get(name);
    }

    public String text(String name, String otherwise) {
        String given = textOrNull(name);
        return given == null ? otherwise : given;
    }

    public List<String> list(String name, String otherwise) {
        List<String> items = new ArrayList<>();
        for (String item : text(name, otherwise).split(",", -1)) {
            if (!item.isBlank()) {
                items.add(item.strip());
            }
        }
        return items;
    }

    public List<Integer> numbers(String name, String otherwise) {
        return list(name, otherwise).stream()
                .map(item -> (int) number(name, item))
                .toList();
    }

    public int number(String name, int otherwise) {
        return (int) decimal(name, otherwise);
    }

    public double decimal(String name, double otherwise) {
        String given = textOrNull(name);
        return given == null ? otherwise : number(name, given);
    }

    public Duration seconds(String name, double otherwise) {
        return Duration.ofMillis((long) (1000 * decimal(name, otherwise)));
    }

    public boolean flag(String name) {
        return text(name, "false").equals("true");
    }

    /** To be called when everything was asked for. */
    public void requireNothingElse() {
        for (String name : values.keySet()) {
            if (!known.contains(name)) {
                throw new IllegalArgumentException("unknown --" + name + "; there are --" + String.join(", --", known));
            }
        }
    }

    private static double number(String name, String given) {
        try {
            return Double.parseDouble(given.replace("_", ""));
        } catch (NumberFormatException notOne) {
            throw new IllegalArgumentException("--" + name + " must be a number, was " + given, notOne);
        }
    }
}
