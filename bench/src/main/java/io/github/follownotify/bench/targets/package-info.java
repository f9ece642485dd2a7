/**
 * What is measured: this project's services, another version of them, their peers; and the servers all of them stand
 * on.
 */
@NullMarked
package io.github.follownotify.bench.targets;

import org.jspecify.annotations.NullMarked;
