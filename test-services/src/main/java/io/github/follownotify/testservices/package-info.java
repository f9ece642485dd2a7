/**
 * The database and the message broker that tests run against, chosen once per test run.
 *
 * <p>Docker (Testcontainers) where it answers, else the servers that the environment names, else H2 and an embedded
 * broker in the same process; {@code TEST_SERVICES} forces one of them. {@link
 * io.github.follownotify.testservices.TestServices} is the way in and prints what was chosen; {@link
 * io.github.follownotify.testservices.FaultProxy} breaks a connection to any of them.
 */
@org.jspecify.annotations.NullMarked
package io.github.follownotify.testservices;
