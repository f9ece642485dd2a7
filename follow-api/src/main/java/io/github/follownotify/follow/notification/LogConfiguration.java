package io.github.follownotify.follow.notification;

import org.springframework.context.annotation.Configuration;
import org.springframework.scheduling.annotation.EnableScheduling;

/** Schedules the trimming of the log. */
@Configuration(proxyBeanMethods = false)
@EnableScheduling
class LogConfiguration {}
