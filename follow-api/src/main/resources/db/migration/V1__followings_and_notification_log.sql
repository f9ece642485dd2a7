-- Runs unchanged on MySQL 8.4 and 9.7, MariaDB from 10.11, and H2 in MySQL mode.
-- Times are milliseconds since 1970 in UTC: a driver that cuts fractions of a second or a server in another zone can't change them.

CREATE TABLE following (
    id          BIGINT NOT NULL AUTO_INCREMENT,
    follower_id BIGINT NOT NULL,
    target_id   BIGINT NOT NULL,
    created_at  BIGINT NOT NULL,
    PRIMARY KEY (id),
    UNIQUE KEY following_pair (follower_id, target_id),
    KEY following_by_follower (follower_id, id),
    KEY following_by_target (target_id, id)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4;

-- The log. seq is NULL until the relay has numbered the row. waiting is 1 until then and NULL afterwards, because MariaDB
-- sorts all rows that an index has under "seq IS NULL" before it gives the first one: too slow with a backlog of millions.
CREATE TABLE notification (
    id           BIGINT        NOT NULL AUTO_INCREMENT,
    event_id     BINARY(16)    NOT NULL,
    recipient_id BIGINT        NOT NULL,
    actor_id     BIGINT        NOT NULL,
    event        VARCHAR(100)  NOT NULL,
    data         VARCHAR(8000) NOT NULL,
    traceparent  VARCHAR(55)   NULL,
    created_at   BIGINT        NOT NULL,
    seq          BIGINT        NULL,
    waiting      TINYINT       NULL DEFAULT 1,
    PRIMARY KEY (id),
    UNIQUE KEY notification_seq (seq),
    KEY notification_waiting (waiting, id),
    KEY notification_inbox (recipient_id, seq)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4;

-- One row. lease_until and heartbeat_at are seconds of the database's own clock.
CREATE TABLE relay (
    id            BIGINT       NOT NULL,
    last_seq      BIGINT       NOT NULL,
    confirmed_seq BIGINT       NOT NULL,
    oldest_seq    BIGINT       NOT NULL,
    owner         VARCHAR(100) NULL,
    fence         BIGINT       NOT NULL,
    lease_until   BIGINT       NOT NULL,
    heartbeat_at  BIGINT       NOT NULL,
    PRIMARY KEY (id)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4;

INSERT INTO relay (id, last_seq, confirmed_seq, oldest_seq, owner, fence, lease_until, heartbeat_at)
VALUES (1, 0, 0, 1, NULL, 0, 0, 0);
