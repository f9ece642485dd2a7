@NullMarked
package io.github.follownotify.bench.load;

import org.jspecify.annotations.NullMarked;
