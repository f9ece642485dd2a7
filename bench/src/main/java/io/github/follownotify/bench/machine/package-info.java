/** What Linux says in /proc about the processes that are measured, and about everybody else on the machine. */
@NullMarked
package io.github.follownotify.bench.machine;

import org.jspecify.annotations.NullMarked;
