package io.github.follownotify.bench.target;

import java.nio.file.Path;
import java.util.List;

/**
 * How targets are started.
 *
 * @param javaOptions for our services
 */
public record Launch(Path logs, Path javaHome, List<String> javaOptions) {}
