/** What the machine, the broker, the database and Netty would allow if the services cost nothing. */
@NullMarked
package io.github.follownotify.bench.ceiling;

import org.jspecify.annotations.NullMarked;
