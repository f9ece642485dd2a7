/** Runs our services once under load, so that the JVM records what they load and how their code is used. */
@NullMarked
package io.github.follownotify.bench.recording;

import org.jspecify.annotations.NullMarked;
