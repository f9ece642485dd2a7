/** How the service reaches its database: bounded waits that hold whatever address the operator sets. */
@org.jspecify.annotations.NullMarked
package io.github.follownotify.follow.database;
