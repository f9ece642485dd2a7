package io.github.follownotify.follow.notification;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.util.UUID;
import org.hibernate.annotations.JdbcTypeCode;
import org.hibernate.type.SqlTypes;
import org.jspecify.annotations.Nullable;

/** A row of the log as it is appended. Its {@code seq} is not mapped: only the relay writes that column. */
@Entity
@Table(name = "notification")
class Notification {

    @Id
    @GeneratedValue(strategy = GenerationType.IDENTITY)
    private @Nullable Long id;

    @JdbcTypeCode(SqlTypes.BINARY)
    @Column(nullable = false, length = 16)
    private UUID eventId;

    @Column(nullable = false)
    private long recipientId;

    @Column(nullable = false)
    private long actorId;

    @Column(nullable = false, length = 100)
    private String event;

    @Column(nullable = false, length = 8000)
    private String data;

    @Column(length = 55)
    private @Nullable String traceparent;

    @Column(nullable = false)
    private long createdAt;

    // Hibernate fills the fields after it has called this.
    @SuppressWarnings("NullAway.Init")
    protected Notification() {}

    Notification(NewNotification appended) {
        this.eventId = appended.id();
        this.recipientId = appended.recipientId();
        this.actorId = appended.actorId();
        this.event = appended.event();
        this.data = appended.data();
        this.traceparent = appended.traceparent();
        this.createdAt = appended.createdAt().toEpochMilli();
    }
}
