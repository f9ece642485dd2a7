/**
 * What a device missed while it was away.
 *
 * <p>{@link io.github.follownotify.im.replay.RecentEvents} is the window: the events that this node delivered recently,
 * by user. It serves most devices that reconnect. Older events are requested from follow-api, in one read at a time for
 * all waiting devices ({@link io.github.follownotify.im.replay.LogReads}). The node asks with its own service token: it
 * has verified the device's token already, and asks only for that user.
 *
 * <p>An offset names an event by number and id. Window and log compare it, so that a device which has seen a history
 * that a failover or a restore has replaced is told, and never misses events silently.
 *
 * <p><b>In parts.</b> A device that missed much gets it part by part and asks for the next one when the client has
 * taken the one before. However much was missed, and however slowly a client reads, a device holds one part.
 *
 * <p><b>Why nothing is left out.</b> A device that asks has entered its room before and holds back what is emitted
 * there. So everything above the window's head at the time of the request comes live. Everything up to it was committed
 * before, so that a read of the log that begins later sees it.
 *
 * <p>Bounds: pairs of user and offset per read, events per pair, waiting devices, waiting devices of one user, and the
 * time of one wait. A device beyond them is disconnected as by a network fault and reconnects by itself.
 */
@org.jspecify.annotations.NullMarked
package io.github.follownotify.im.replay;
