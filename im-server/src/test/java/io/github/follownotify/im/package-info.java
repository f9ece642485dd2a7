/** Tests of im-server as a whole. */
@org.jspecify.annotations.NullMarked
package io.github.follownotify.im;
