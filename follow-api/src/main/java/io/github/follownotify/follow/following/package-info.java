/** Who follows whom: the relation, its HTTP API, and the notification that a new relation causes. */
@org.jspecify.annotations.NullMarked
package io.github.follownotify.follow.following;
