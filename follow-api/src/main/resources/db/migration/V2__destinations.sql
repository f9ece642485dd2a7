-- Runs unchanged on MySQL 8.4 and 9.7, MariaDB from 10.11, and H2 in MySQL mode.

-- One row for each destination that the log is published to beside im.events: the last event that it has taken, and which
-- replica publishes to it. lease_until is in seconds of the database's own clock.
CREATE TABLE destination (
    name             VARCHAR(100) NOT NULL,
    seq              BIGINT       NOT NULL,
    event_id         BINARY(16)   NULL,
    event_created_at BIGINT       NOT NULL,
    owner            VARCHAR(100) NULL,
    lease_until      BIGINT       NOT NULL,
    PRIMARY KEY (name)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4;
