/**
 * Both services, a database and a broker in one process, and a page that shows a follow: for getting to know the
 * system.
 *
 * <p>{@link io.github.follownotify.quickstart.Quickstart} starts follow-api and im-server unchanged, as two separate
 * Spring applications. What exists only here is added to follow-api from outside: the page and the
 * {@link io.github.follownotify.quickstart.DemoSession} that hands out tokens to whoever asks. That is why everything
 * listens on this machine only unless told otherwise.
 */
@org.jspecify.annotations.NullMarked
package io.github.follownotify.quickstart;
