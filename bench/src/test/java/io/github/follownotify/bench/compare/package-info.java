@NullMarked
package io.github.follownotify.bench.compare;

import org.jspecify.annotations.NullMarked;
