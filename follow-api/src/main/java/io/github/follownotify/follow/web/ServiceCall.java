package io.github.follownotify.follow.web;

/**
 * Stands in the parameters of a handler that only other services may call.
 *
 * @param scope what the caller's service token permits
 */
public record ServiceCall(String scope) {}
