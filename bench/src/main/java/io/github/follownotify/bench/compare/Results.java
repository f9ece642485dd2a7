package io.github.follownotify.bench.compare;

import io.github.follownotify.bench.load.Run;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** All runs: by target, by name, one for each round. */
final class Results {

    private static final List<String> MISTAKES =
            List.of("lost", "duplicated", "out_of_order", "no_answer", "sockets_lost");

    private final Map<String, Map<String, List<Run>>> runs = new LinkedHashMap<>();

    void add(String target, String name, Run run) {
        runs.computeIfAbsent(target, key -> new LinkedHashMap<>())
                .computeIfAbsent(name, key -> new ArrayList<>())
                .add(run);
    }

    Map<String, Map<String, List<Run>>> all() {
        return runs;
    }

    List<Run> of(String target, String name) {
        return runs.getOrDefault(target, Map.of()).getOrDefault(name, List.of());
    }

    double median(String target, Row row) {
        return median(values(target, row));
    }

    double[] values(String target, Row row) {
        return of(target, row.run()).stream()
                .mapToDouble(run -> run.value(row.value()))
                .filter(value -> !Double.isNaN(value))
                .sorted()
                .toArray();
    }

    /** Whether others took too much of the machine in each of the runs behind a figure. */
    boolean isDisturbed(String target, Row row, double limit) {
        List<Run> behind = of(target, row.run());
        return !behind.isEmpty()
                && behind.stream().allMatch(run -> run.disturbance().share() > limit);
    }

    /** How often something was lost, came twice, came out of order, had no answer, or a socket ended; by kind. */
    Map<String, Long> mistakes(String target) {
        Map<String, Long> counted = new LinkedHashMap<>();
        for (String kind : MISTAKES) {
            double sum = runs.getOrDefault(target, Map.of()).values().stream()
                    .flatMap(List::stream)
                    .mapToDouble(run -> run.values().getOrDefault(kind, 0.0))
                    .sum();
            counted.put(kind, (long) sum);
        }
        return counted;
    }

    private static double median(double[] values) {
        if (values.length == 0) {
            return Double.NaN;
        }
        double[] sorted = Arrays.copyOf(values, values.length);
        Arrays.sort(sorted);
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }
}
