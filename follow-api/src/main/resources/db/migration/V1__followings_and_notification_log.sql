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

-- The log, in the order of its numbers.
CREATE TABLE notification (
    seq          BIGINT        NOT NULL,
    event_id     BINARY(16)    NOT NULL,
    recipient_id BIGINT        NOT NULL,
    event        VARCHAR(100)  NOT NULL,
    data         VARCHAR(8000) NOT NULL,
    traceparent  VARCHAR(55)   NULL,
    created_at   BIGINT        NOT NULL,
    PRIMARY KEY (seq),
    KEY notification_inbox (recipient_id, seq)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4;

-- One row: the last number given. Whoever writes to the log holds its lock until the commit; nothing else ever locks it.
CREATE TABLE log_head (
    id       BIGINT NOT NULL,
    last_seq BIGINT NOT NULL,
    PRIMARY KEY (id)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4;

INSERT INTO log_head (id, last_seq) VALUES (1, 0);

-- One row: how far the broker has confirmed the log, where the log begins, and who publishes again what was not confirmed.
-- lease_until and heartbeat_at are seconds of the database's own clock.
CREATE TABLE relay (
    id            BIGINT       NOT NULL,
    confirmed_seq BIGINT       NOT NULL,
    oldest_seq    BIGINT       NOT NULL,
    owner         VARCHAR(100) NULL,
    lease_until   BIGINT       NOT NULL,
    heartbeat_at  BIGINT       NOT NULL,
    PRIMARY KEY (id)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4;

INSERT INTO relay (id, confirmed_seq, oldest_seq, owner, lease_until, heartbeat_at) VALUES (1, 0, 1, NULL, 0, 0);

-- What the broker has confirmed beyond a number that another replica still waits for.
CREATE TABLE confirmed_range (
    from_seq BIGINT NOT NULL,
    to_seq   BIGINT NOT NULL,
    PRIMARY KEY (from_seq)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4;
