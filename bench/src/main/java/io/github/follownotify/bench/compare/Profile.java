package io.github.follownotify.bench.compare;

import io.github.follownotify.bench.command.Arguments;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * How long and how much is measured.
 *
 * @param rounds times that each target has its turn
 * @param rows runs that are wanted
 * @param coldWarmUp closed loop: seconds before the first figure, from the first request to a new process on
 * @param warmUp closed loop: seconds before the second figure, those of the first included
 * @param measure closed loop: seconds that a figure is taken from
 * @param openWarmUp each load at a fixed rate, and push as fast as it goes
 * @param openMeasure seconds that their figures are taken from
 * @param targets users who are followed and pushed to, each with a socket
 * @param sockets opened by the row about connecting
 * @param disturbed share of the machine from which on others' work makes a run not count
 * @param repeats times that such a run is repeated at most
 */
record Profile(
        String name,
        int rounds,
        Set<String> rows,
        Duration coldWarmUp,
        Duration warmUp,
        Duration measure,
        Duration openWarmUp,
        Duration openMeasure,
        int connections,
        int targets,
        int sockets,
        double disturbed,
        int repeats) {

    static final String REST = "rest";
    static final String CONNECT = "connect";
    static final String FOLLOW_COLD = "follow-cold";
    static final String FOLLOW_WARM = "follow-warm";
    static final String FOLLOW_RATE = "follow-300";
    static final String PUSH_RATE = "push-1000";
    static final String PUSH_MAX = "push-max";
    static final String FIRST_SECONDS = "first-seconds";
    static final String CEILINGS = "ceilings";

    private static final String ALL = String.join(
            ",", REST, CONNECT, FOLLOW_COLD, FOLLOW_WARM, FOLLOW_RATE, PUSH_RATE, PUSH_MAX, FIRST_SECONDS, CEILINGS);

    /** About this long it takes to start and end a target, and to let it come to rest. */
    private static final int SECONDS_AROUND = 20;

    static Profile of(Arguments arguments) {
        String name = arguments.text("profile", "table");
        Profile base =
                switch (name) {
                    case "table" -> seconds(name, 2, 25, 60, 8, 5, 12, 10_000);
                    case "short" -> seconds(name, 1, 10, 25, 5, 3, 8, 3000);
                    case "smoke" -> seconds(name, 1, 1, 3, 1, 0.5, 1, 50);
                    default ->
                        throw new IllegalArgumentException("--profile must be table, short or smoke, was " + name);
                };
        Set<String> rows = new LinkedHashSet<>(arguments.list("rows", ALL));
        if (!List.of(ALL.split(",")).containsAll(rows)) {
            throw new IllegalArgumentException("--rows must be some of " + ALL);
        }
        return new Profile(
                name,
                arguments.number("rounds", base.rounds),
                rows,
                arguments.seconds("cold-warm-up", base.coldWarmUp.toMillis() / 1e3),
                arguments.seconds("warm-up", base.warmUp.toMillis() / 1e3),
                arguments.seconds("seconds", base.measure.toMillis() / 1e3),
                base.openWarmUp,
                arguments.seconds("seconds-at-rate", base.openMeasure.toMillis() / 1e3),
                arguments.number("connections", base.connections),
                arguments.number("followed", base.targets),
                arguments.number("sockets", base.sockets),
                arguments.decimal("disturbed", base.disturbed),
                arguments.number("repeats", base.repeats));
    }

    private static Profile seconds(
            String name,
            int rounds,
            double cold,
            double warm,
            double measure,
            double open,
            double openMeasure,
            int sockets) {
        boolean smoke = name.equals("smoke");
        return new Profile(
                name,
                rounds,
                Set.of(),
                millis(cold),
                millis(warm),
                millis(measure),
                millis(open),
                millis(openMeasure),
                smoke ? 4 : 32,
                smoke ? 200 : 1000,
                sockets,
                0.08,
                smoke ? 0 : 1);
    }

    private static Duration millis(double seconds) {
        return Duration.ofMillis((long) (seconds * 1000));
    }

    boolean wants(String row) {
        return rows.contains(row);
    }

    /** Nothing repeated. */
    Duration expected(int targetCount) {
        Duration session = Duration.ofSeconds(SECONDS_AROUND);
        if (wants(CONNECT)) {
            session = session.plusSeconds(10 + sockets / 1500);
        }
        Duration closedLoop = wants(FOLLOW_COLD) ? coldWarmUp.plus(measure) : Duration.ZERO;
        if (wants(FOLLOW_WARM)) {
            closedLoop = (closedLoop.compareTo(warmUp) < 0 ? warmUp : closedLoop).plus(measure);
        }
        session = session.plus(closedLoop);
        if (wants(FIRST_SECONDS)) {
            session = session.plusSeconds(SECONDS_AROUND).plus(openMeasure);
        }
        for (String row : List.of(FOLLOW_RATE, PUSH_RATE, PUSH_MAX)) {
            if (wants(row)) {
                session = session.plus(openWarmUp).plus(openMeasure);
            }
        }
        Duration ceilings = wants(CEILINGS) ? openWarmUp.plus(openMeasure).multipliedBy(5) : Duration.ZERO;
        return session.multipliedBy((long) rounds * targetCount).plus(ceilings).plusSeconds(SECONDS_AROUND);
    }
}
