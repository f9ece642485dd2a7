/** Every mode of the benchmark, short, so that the tool cannot rot. No figure decides a test. */
@NullMarked
package io.github.follownotify.bench;

import org.jspecify.annotations.NullMarked;
