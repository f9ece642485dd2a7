package io.github.follownotify.bench.load;

import io.github.follownotify.bench.machine.Meter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What one run measured; written as JSON as it is.
 *
 * @param settings what it was told to do
 * @param values one number each, the unit at the end of the name: {@code delivery_p50_ms}, {@code cpu_api_us}
 * @param series one number for each second, the warm-up included, or for each step of a curve
 * @param processes CPU and memory of everything that took part
 */
public record Run(
        String name,
        Map<String, Object> settings,
        Map<String, Double> values,
        Map<String, List<Double>> series,
        Map<String, Meter.ProcessUse> processes,
        Meter.Disturbance disturbance) {

    public static Run of(
            String name,
            Map<String, Object> settings,
            Map<String, Double> values,
            Map<String, List<Double>> series,
            Meter.Reading reading,
            double work) {
        Map<String, Double> all = new LinkedHashMap<>(values);
        reading.processes().forEach((process, use) -> {
            all.put("cpu_" + process + "_us", work == 0 ? Double.NaN : use.cpuSeconds() * 1e6 / work);
            all.put("memory_" + process + "_mb", use.residentBytes() / 1e6);
        });
        all.values().removeIf(value -> value.isNaN());
        return new Run(name, settings, all, series, reading.processes(), reading.disturbance());
    }

    public Run named(String other) {
        return new Run(other, settings, values, series, processes, disturbance);
    }

    public double value(String key) {
        return values.getOrDefault(key, Double.NaN);
    }
}
