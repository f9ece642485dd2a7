/**
 * How the service reaches its database: bounded waits that hold whatever address the operator sets, and the name under
 * which this replica holds its leases.
 */
@org.jspecify.annotations.NullMarked
package io.github.follownotify.follow.database;
