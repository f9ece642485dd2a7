package io.github.follownotify.bench.targets;

import java.nio.file.Path;
import java.util.List;

/**
 * How targets are started.
 *
 * @param javaOptions for our services
 * @param aot how our services use an AOT cache
 */
public record Launch(Path logs, Path javaHome, List<String> javaOptions, Aot aot) {

    /** What a service does with an AOT cache. */
    public enum Aot {
        /** None: it starts from its executable jar. */
        OFF,
        /** Starts unpacked, and writes one when it ends. */
        RECORD,
        /** Starts unpacked and from one, as in the image. */
        USE
    }

    /** The same, but our services record. */
    public Launch recording() {
        return new Launch(logs, javaHome, javaOptions, Aot.RECORD);
    }
}
