package io.github.follownotify.bench.recording;

import io.github.follownotify.bench.command.Arguments;
import io.github.follownotify.bench.targets.Servers;
import io.github.follownotify.bench.targets.Target;
import io.github.follownotify.bench.targets.Workplace;

/** Only records; the Dockerfile takes the caches from {@code unpacked/ours} in the folder that {@code --out} names. */
public final class RecordCommand {

    private final Workplace workplace;
    private final Target target;

    public RecordCommand(Arguments arguments) {
        workplace = Workplace.recording(arguments);
        target = Target.named("ours", workplace.root());
        arguments.requireNothingElse();
    }

    public void run() {
        target.prepare(workplace.launch());
        try (Servers servers = workplace.startServers()) {
            Recording.record(target, servers, workplace.launch());
        } finally {
            workplace.removeServers();
        }
        System.out.println("Recorded: " + workplace.out().resolve("unpacked/ours"));
    }
}
