/** The load generator: clients of the public contracts, HTTP, Socket.IO and AMQP, that count and time what they see. */
@NullMarked
package io.github.follownotify.bench.load;

import org.jspecify.annotations.NullMarked;
