/**
 * Finds what one user missed: in this node's memory, else in the log.
 *
 * <p>{@link io.github.follownotify.im.replay.MissedEvents} is asked by many threads at once and blocks none of them. The
 * log is read with the user's own token, so that nobody can ask for another's events, by a bounded number of reads at a
 * time; a bounded number of others wait, and what is beyond that is refused at once: when a node full of clients comes
 * back, follow-api must not fall over.
 *
 * <p><b>In a rush</b>, when some of those reads are under way, the next users are first asked for together ({@link
 * io.github.follownotify.im.replay.Sieve}): who of them missed anything at all? Most did not, and are answered without a read
 * of their own.
 *
 * <p><b>In parts.</b> Whoever missed much gets it part by part and asks for the next one when the client has taken the one
 * before. So however much was missed, and however slowly a client reads, a socket holds one part.
 *
 * <p><b>Why nothing is left out.</b> Whoever asks has entered the user's room before and holds back what is emitted
 * there. So everything above {@code RecentEvents.head()} at the time of the question comes live. Everything up to it was
 * committed before, so that a read of the log that begins later sees it. That holds for each question alike, so also for
 * the last of many.
 */
@org.jspecify.annotations.NullMarked
package io.github.follownotify.im.replay;
