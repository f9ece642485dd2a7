/** Reads the log of notifications from follow-api: all of it for catching up, one user's part for replay. */
@org.jspecify.annotations.NullMarked
package io.github.follownotify.im.log;
