package io.github.follownotify.follow.notification;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.util.UUID;
import org.hibernate.annotations.Immutable;
import org.hibernate.annotations.JdbcTypeCode;
import org.hibernate.type.SqlTypes;
import org.jspecify.annotations.Nullable;

/**
 * A row of the log, for the check of the schema at start. {@link LogWriter} writes rows and {@link LogReader} reads
 * them.
 */
@Entity
@Immutable
@Table(name = "notification")
class Notification {

    @Id
    private long seq;

    @JdbcTypeCode(SqlTypes.BINARY)
    @Column(nullable = false, length = 16)
    private UUID eventId;

    @Column(nullable = false)
    private long recipientId;

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
}
