/** Plots, and the parts of documents that commands write. */
@NullMarked
package io.github.follownotify.bench.report;

import org.jspecify.annotations.NullMarked;
