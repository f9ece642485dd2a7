package io.github.follownotify.follow.following;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import org.hibernate.annotations.Immutable;
import org.jspecify.annotations.Nullable;

/** One user follows another. {@link RelationChanges} writes the rows. */
@Entity
@Immutable
@Table(name = "following")
class Following {

    @Id
    @GeneratedValue(strategy = GenerationType.IDENTITY)
    private @Nullable Long id;

    @Column(nullable = false)
    private long followerId;

    @Column(nullable = false)
    private long targetId;

    @Column(nullable = false)
    private long createdAt;

    protected Following() {}
}
