/** The benchmark's commands. */
@NullMarked
package io.github.follownotify.bench;

import org.jspecify.annotations.NullMarked;
