/** Measures targets in turn, takes medians and ratios, and writes the report and the documentation's table. */
@NullMarked
package io.github.follownotify.bench.compare;

import org.jspecify.annotations.NullMarked;
