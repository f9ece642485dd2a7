@org.jspecify.annotations.NullMarked
package io.github.follownotify.im.bridge;
