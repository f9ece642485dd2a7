package io.github.follownotify.follow.web;

/**
 * Parameter of a handler that only other services may call.
 *
 * @param scope what the caller's service token permits
 */
public record ServiceCall(String scope) {}
