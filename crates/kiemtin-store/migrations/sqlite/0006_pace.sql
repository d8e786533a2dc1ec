-- Which due feed goes first (0 before 1 before 2), what the last body of a feed was, and which hosts asked to be left alone
-- until when: a restart keeps all of it.

ALTER TABLE feed ADD COLUMN priority BIGINT NOT NULL DEFAULT 1;
ALTER TABLE feed ADD COLUMN body_hash TEXT;

CREATE TABLE host_pause (
    host     TEXT PRIMARY KEY,
    until    BIGINT NOT NULL,
    refusals BIGINT NOT NULL
) WITHOUT ROWID;

PRAGMA user_version = 6;
