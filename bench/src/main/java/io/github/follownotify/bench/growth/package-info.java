/** What grows with what: sockets, relations, nodes, a backlog. */
@NullMarked
package io.github.follownotify.bench.growth;

import org.jspecify.annotations.NullMarked;
