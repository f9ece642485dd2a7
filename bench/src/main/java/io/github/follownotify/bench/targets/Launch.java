package io.github.follownotify.bench.targets;

import java.nio.file.Path;
import java.util.List;

/**
 * How targets are started.
 *
 * @param javaOptions for our services
 * @param aot whether our services are unpacked and start from an AOT cache, as in the image
 */
public record Launch(Path logs, Path javaHome, List<String> javaOptions, boolean aot) {}
