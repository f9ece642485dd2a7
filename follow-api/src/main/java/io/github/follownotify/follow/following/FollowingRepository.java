package io.github.follownotify.follow.following;

import java.util.List;
import org.springframework.data.domain.Limit;
import org.springframework.data.jpa.repository.Query;
import org.springframework.data.repository.Repository;

interface FollowingRepository extends Repository<Following, Long> {

    @Query("""
            select new io.github.follownotify.follow.following.Relation(f.id, f.targetId, f.createdAt)
            from Following f where f.followerId = :user and f.id < :before order by f.id desc""")
    List<Relation> followedBy(long user, long before, Limit limit);

    @Query("""
            select new io.github.follownotify.follow.following.Relation(f.id, f.followerId, f.createdAt)
            from Following f where f.targetId = :user and f.id < :before order by f.id desc""")
    List<Relation> followersOf(long user, long before, Limit limit);
}
