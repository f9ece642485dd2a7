/**
 * Both services as real processes, with real clients, against the services that
 * {@link io.github.follownotify.testservices.TestServices} chose.
 *
 * <p>{@link io.github.follownotify.system.Installation} starts what a test needs: follow-api and im-server from the
 * jars that users run, as many of each as wanted; on the embedded services the quick start's jar, which has both in it.
 */
@org.jspecify.annotations.NullMarked
package io.github.follownotify.system;
