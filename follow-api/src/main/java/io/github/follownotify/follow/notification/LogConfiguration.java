package io.github.follownotify.follow.notification;

import org.springframework.context.annotation.Configuration;
import org.springframework.scheduling.annotation.EnableScheduling;

/** Lets the log be trimmed by a timer. */
@Configuration(proxyBeanMethods = false)
@EnableScheduling
class LogConfiguration {}
