/** What everything that publishes the log has in common: who may do it, and what happens when it fails. */
@org.jspecify.annotations.NullMarked
package io.github.follownotify.follow.publishing;
