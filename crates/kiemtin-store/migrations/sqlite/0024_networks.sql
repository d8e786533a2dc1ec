-- Where the next round over a network goes on, and what its rounds took. `spent` are requests, or units of a quota, in an hour of the
-- clock (since 1970-01-01T00:00Z), of all feeds that share a token file or a host (`name`).
ALTER TABLE feed ADD COLUMN round_cursor TEXT;

CREATE TABLE allowance (
    name  TEXT   NOT NULL,
    hour  BIGINT NOT NULL,
    spent BIGINT NOT NULL,
    PRIMARY KEY (name, hour)
) WITHOUT ROWID;

PRAGMA user_version = 24;
