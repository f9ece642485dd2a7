package io.github.follownotify.bench.growth;

import io.github.follownotify.bench.target.Launch;
import io.github.follownotify.bench.target.Servers;
import io.github.follownotify.bench.target.Target;

/** One thing that grows, and what grows with it. */
interface Series {

    String name();

    Outcome measure(Target target, Servers servers, Launch launch);
}
