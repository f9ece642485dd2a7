/** Emits each event from the broker to the connected devices of the user it is for. */
@org.jspecify.annotations.NullMarked
package io.github.follownotify.im;
