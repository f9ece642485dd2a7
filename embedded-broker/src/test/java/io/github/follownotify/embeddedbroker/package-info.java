/** What an application can rely on with the embedded broker. */
@org.jspecify.annotations.NullMarked
package io.github.follownotify.embeddedbroker;
