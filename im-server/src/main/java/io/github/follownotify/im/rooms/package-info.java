/** The rooms of this node: one per user, with all of the user's connected devices in it. */
@org.jspecify.annotations.NullMarked
package io.github.follownotify.im.rooms;
