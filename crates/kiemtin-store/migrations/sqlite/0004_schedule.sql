-- When is a feed polled next, and what happened to a source? `next_poll_at` is NULL for a feed that is never polled again;
-- `enrolled` is 0 for feeds that the configuration no longer names. `plan` is a JSON object (kiemtin_model::FeedPlan).
-- Days are numbered from 1970-01-01 in the Vietnamese calendar.

ALTER TABLE feed ADD COLUMN next_poll_at BIGINT;
ALTER TABLE feed ADD COLUMN enrolled BIGINT NOT NULL DEFAULT 0;
ALTER TABLE feed ADD COLUMN plan TEXT NOT NULL DEFAULT '{}';
UPDATE feed SET next_poll_at = polled_at;
CREATE INDEX feed_due ON feed (next_poll_at) WHERE enrolled = 1 AND next_poll_at IS NOT NULL;

CREATE TABLE source_event (
    id     INTEGER PRIMARY KEY AUTOINCREMENT,
    source TEXT   NOT NULL,
    at     BIGINT NOT NULL,
    feed   TEXT   NOT NULL,
    kind   TEXT   NOT NULL,
    detail TEXT   NOT NULL
);
CREATE INDEX source_event_source ON source_event (source, id);

CREATE TABLE source_count (
    source TEXT   NOT NULL,
    day    BIGINT NOT NULL,
    what   TEXT   NOT NULL,
    count  BIGINT NOT NULL,
    PRIMARY KEY (source, day, what)
) WITHOUT ROWID;

PRAGMA user_version = 4;
