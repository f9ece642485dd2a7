/** What all commands share: their arguments, and results as JSON. */
@NullMarked
package io.github.follownotify.bench.command;

import org.jspecify.annotations.NullMarked;
