package io.github.follownotify.bench.compare;

import java.time.Duration;
import java.util.List;
import java.util.Locale;

/**
 * A line of the table.
 *
 * @param run name of the run that its figure comes from
 * @param value name of the figure in that run
 * @param decimals digits behind the point
 * @param moreIsBetter else less is
 */
record Row(String text, String run, String value, String unit, int decimals, boolean moreIsBetter) {

    static List<Row> all(Profile profile) {
        String closed = "follow, closed loop, %d connections".formatted(profile.connections());
        return List.of(
                rate(closed + ", after %.0f s of it".formatted(seconds(profile.coldWarmUp())), Profile.FOLLOW_COLD),
                rate("the same after %.0f s".formatted(seconds(profile.warmUp())), Profile.FOLLOW_WARM),
                new Row(
                        "- start of the process to 90% of its best",
                        Profile.FOLLOW_WARM, "warm_after_seconds", "s", 0, false),
                cpu("- CPU per follow: API", Profile.FOLLOW_WARM, "api"),
                cpu("- CPU per follow: IM", Profile.FOLLOW_WARM, "im"),
                cpu("- CPU per follow: broker", Profile.FOLLOW_WARM, "broker"),
                cpu("- CPU per follow: database", Profile.FOLLOW_WARM, "database"),
                time("- POST sent → socket, p50", Profile.FOLLOW_WARM, "delivery_p50_ms"),
                time("- POST sent → socket, p99", Profile.FOLLOW_WARM, "delivery_p99_ms"),
                time("follow at 300/s: POST sent → answer, p50", Profile.FOLLOW_RATE, "post_p50_ms"),
                time("- POST sent → socket, p50", Profile.FOLLOW_RATE, "delivery_p50_ms"),
                time("- POST sent → socket, p99", Profile.FOLLOW_RATE, "delivery_p99_ms"),
                cpu("- CPU per follow: API", Profile.FOLLOW_RATE, "api"),
                cpu("- CPU per follow: database", Profile.FOLLOW_RATE, "database"),
                new Row(
                        "follow at 300/s from the start of the process on: slowest answer",
                        Profile.FIRST_SECONDS,
                        "post_max_ms",
                        "ms",
                        0,
                        false),
                new Row("- slowest POST sent → socket", Profile.FIRST_SECONDS, "delivery_max_ms", "ms", 0, false),
                time("push 1,000 events/s: p50", Profile.PUSH_RATE, "delivery_p50_ms"),
                time("- p99", Profile.PUSH_RATE, "delivery_p99_ms"),
                cpu("- CPU per event: IM", Profile.PUSH_RATE, "im"),
                rate("push as fast as it goes", Profile.PUSH_MAX),
                cpu("- CPU per event: IM", Profile.PUSH_MAX, "im"),
                cpu("- CPU per event: broker", Profile.PUSH_MAX, "broker"),
                rate("%,d WebSockets: connects".formatted(profile.sockets()), Profile.CONNECT),
                cpu("- CPU per connect: IM", Profile.CONNECT, "im"),
                time("- connect, p99", Profile.CONNECT, "connect_p99_ms"),
                new Row("- memory of the process per socket", Profile.CONNECT, "memory_per_socket_kb", "kB", 1, false),
                new Row("IM at rest, without sockets: memory", Profile.REST, "memory_im_mb", "MB", 0, false),
                new Row("API at rest: memory", Profile.REST, "memory_api_mb", "MB", 0, false));
    }

    /** Nobody's are compared with anybody's: what the machine allows. */
    static List<Row> ceilings() {
        return List.of(
                rate("RabbitMQ, one publisher to one consumer, transient", "amqp-transient"),
                cpu("- CPU per message: broker", "amqp-transient", "broker"),
                rate("the same, persistent", "amqp-persistent"),
                cpu("- CPU per message: broker", "amqp-persistent", "broker"),
                rate("MariaDB, one connection, commits of one row", "jdbc-1x1"),
                rate("- 32 connections, commits of one row", "jdbc-32x1"),
                new Row("- one connection, commits of 64 rows: rows", "jdbc-1x64", "rows_rate", "/s", 0, true),
                cpu("- CPU per row in those: database", "jdbc-1x64", "database"),
                rate("bare Netty: connects", "null-connect"),
                cpu("- CPU per connect", "null-connect", "im"),
                new Row("- memory of the process per socket", "null-connect", "memory_per_socket_kb", "kB", 1, false));
    }

    private static Row rate(String text, String run) {
        return new Row(text, run, "rate", "/s", 0, true);
    }

    private static Row cpu(String text, String run, String process) {
        return new Row(text, run, "cpu_" + process + "_us", "µs", 0, false);
    }

    private static Row time(String text, String run, String value) {
        return new Row(text, run, value, "ms", 2, false);
    }

    String format(double figure) {
        return Double.isNaN(figure)
                ? "–"
                : String.format(Locale.ROOT, "%,." + decimals + "f" + (unit.equals("/s") ? "" : " ") + unit, figure);
    }

    private static double seconds(Duration duration) {
        return duration.toMillis() / 1e3;
    }
}
