package io.github.follownotify.follow.following;

import java.util.List;
import org.springframework.data.domain.Limit;
import org.springframework.data.jpa.repository.Modifying;
import org.springframework.data.jpa.repository.Query;
import org.springframework.data.repository.Repository;

interface FollowingRepository extends Repository<Following, Long> {

    Following save(Following following);

    boolean existsByFollowerIdAndTargetId(long follower, long target);

    @Modifying
    @Query("delete from Following f where f.followerId = :follower and f.targetId = :target")
    int remove(long follower, long target);

    @Query("""
            select new io.github.follownotify.follow.following.Relation(f.id, f.targetId, f.createdAt)
            from Following f where f.followerId = :user and f.id < :before order by f.id desc""")
    List<Relation> followedBy(long user, long before, Limit limit);

    @Query("""
            select new io.github.follownotify.follow.following.Relation(f.id, f.followerId, f.createdAt)
            from Following f where f.targetId = :user and f.id < :before order by f.id desc""")
    List<Relation> followersOf(long user, long before, Limit limit);
}
