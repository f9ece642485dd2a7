package io.github.follownotify.im.devices;

import java.lang.management.ManagementFactory;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.management.JMException;
import javax.management.ObjectName;

/** What lives in this JVM after a full garbage collection, as {@code jcmd GC.class_histogram} tells it. */
final class ClassHistogram {

    private final List<String> lines;
    private final Map<String, Long> instances = new HashMap<>();

    private ClassHistogram(String text) {
        lines = text.lines().filter(line -> line.matches(" *[0-9]+: .*")).toList();
        for (String line : lines) {
            String[] words = line.strip().split("\\s+");
            instances.merge(words[3], Long.parseLong(words[1]), Long::sum);
        }
    }

    static ClassHistogram take() {
        try {
            Object[] arguments = {new String[0]};
            String[] signature = {String[].class.getName()};
            return new ClassHistogram((String) ManagementFactory.getPlatformMBeanServer()
                    .invoke(
                            new ObjectName("com.sun.management:type=DiagnosticCommand"),
                            "gcClassHistogram",
                            arguments,
                            signature));
        } catch (JMException noHotSpot) {
            throw new IllegalStateException(noHotSpot);
        }
    }

    long instances(String type) {
        return instances.getOrDefault(type, 0L);
    }

    /** The classes that take the most memory. */
    List<String> top(int number) {
        return lines.subList(0, Math.min(number, lines.size()));
    }
}
