/** What somebody who starts the quick start can rely on. */
@org.jspecify.annotations.NullMarked
package io.github.follownotify.quickstart;
