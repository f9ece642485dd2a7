package io.github.follownotify.follow.notification;

import jakarta.persistence.EntityManager;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;

/** Takes notifications into the log, in the transaction of the change they tell of. */
@Component
public class NotificationLog {

    private final EntityManager entities;
    private final ApplicationEventPublisher events;

    NotificationLog(EntityManager entities, ApplicationEventPublisher events) {
        this.entities = entities;
        this.events = events;
    }

    /** Fails without a transaction: a notification that commits alone could tell of something that never happened. */
    @Transactional(propagation = Propagation.MANDATORY)
    public void append(NewNotification notification) {
        entities.persist(new Notification(notification));
        events.publishEvent(new NotificationAppended());
    }
}
