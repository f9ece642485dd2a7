/**
 * What every HTTP call has in common: who is calling, how large a body may be, and how failures are reported (RFC
 * 9457).
 */
@org.jspecify.annotations.NullMarked
package io.github.follownotify.follow.web;
