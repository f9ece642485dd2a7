/** Bounds that every HTTP port of the services has, whoever reaches it. */
@org.jspecify.annotations.NullMarked
package io.github.follownotify.http;
