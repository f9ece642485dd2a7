/** The HTTP service that keeps followings and relays their notifications to the broker. */
@org.jspecify.annotations.NullMarked
package io.github.follownotify.follow;
