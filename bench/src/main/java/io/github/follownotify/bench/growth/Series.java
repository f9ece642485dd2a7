package io.github.follownotify.bench.growth;

import io.github.follownotify.bench.targets.Launch;
import io.github.follownotify.bench.targets.Servers;
import io.github.follownotify.bench.targets.Target;

/** One thing that grows, and what grows with it. */
interface Series {

    String name();

    Outcome measure(Target target, Servers servers, Launch launch);
}
