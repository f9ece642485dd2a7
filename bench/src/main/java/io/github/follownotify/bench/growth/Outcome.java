package io.github.follownotify.bench.growth;

import io.github.follownotify.bench.load.Run;
import io.github.follownotify.bench.report.Chart;
import java.util.List;

/**
 * What a series has shown.
 *
 * @param points the runs of each point
 */
record Outcome(String title, Chart chart, String sentence, List<Run> points) {}
