/** Tests of the ceilings. */
@NullMarked
package io.github.follownotify.bench.ceiling;

import org.jspecify.annotations.NullMarked;
