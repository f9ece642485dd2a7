package io.github.follownotify.bench;

import io.github.follownotify.bench.ceiling.NullServer;
import io.github.follownotify.bench.command.Arguments;
import io.github.follownotify.bench.compare.Compare;
import io.github.follownotify.bench.growth.Growth;
import io.github.follownotify.bench.recording.RecordCommand;
import java.util.List;

/** The command line: bench/run COMMAND --name=value … */
public final class Bench {

    private static final String USAGE = """
            bench/compare [--profile=table|short|smoke] [--targets=node,ours] [--rows=…]   the table and the report
            bench/run growth [--series=sockets,relations,nodes,backlog]                    what grows with what
            bench/run record [--out=FOLDER]                                                 AOT caches for the image
            bench/run follow|push|connect [--api=URL] [--socket=URL] [--amqp=URI] …        one load against running services
            Everything else: bench/README.md
            """;

    private Bench() {}

    public static void main(String[] commandLine) {
        // SLF4J, which the AMQP client brings, has no backend here, and need not say so.
        System.setProperty("slf4j.internal.verbosity", "ERROR");
        if (commandLine.length == 0) {
            System.err.print(USAGE);
            System.exit(2);
        }
        try {
            run(commandLine[0], new Arguments(List.of(commandLine).subList(1, commandLine.length)));
        } catch (IllegalArgumentException badUsage) {
            System.err.println(badUsage.getMessage());
            System.exit(2);
        }
    }

    private static void run(String command, Arguments arguments) {
        switch (command) {
            case "follow" -> new LoadCommands(arguments).follow();
            case "push" -> new LoadCommands(arguments).push();
            case "connect" -> new LoadCommands(arguments).connect();
            case "compare" -> new Compare(arguments).run();
            case "record" -> new RecordCommand(arguments).run();
            case "growth" -> new Growth(arguments).run();
            case "null-server" -> {
                int port = arguments.number("port", 0);
                arguments.requireNothingElse();
                NullServer.start(port).closeFuture().syncUninterruptibly();
            }
            default -> throw new IllegalArgumentException(USAGE);
        }
    }
}
