-- Which reports tell of one event (kiemtin_analyze::events). A report is a group of copies of one text; documents that were
-- stored before have none until they change.

-- `id` is that of the first document. Events that were merged into another one stay: their ids keep resolving.
CREATE TABLE news_event (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    id     TEXT NOT NULL UNIQUE
);

-- One row per group of copies: its event, the time of its first document, and by what it is compared (`terms`: of one report in
-- some, from which rarity is learnt). Numbers have no gaps. Only `event` ever changes, when events are merged.
CREATE TABLE event_report (
    number   INTEGER PRIMARY KEY AUTOINCREMENT,
    story    TEXT    NOT NULL UNIQUE,
    event    BIGINT  NOT NULL,
    at       BIGINT  NOT NULL,
    joined   TEXT    NOT NULL,
    likeness DOUBLE PRECISION,
    vector   BLOB    NOT NULL,
    terms    BLOB
);
CREATE INDEX event_report_event ON event_report (event, number);

-- Which event was merged into which, when, by which report, and how like that was to it.
CREATE TABLE event_merge (
    number     INTEGER PRIMARY KEY AUTOINCREMENT,
    gone       BIGINT NOT NULL UNIQUE,
    into_event BIGINT NOT NULL,
    at         BIGINT NOT NULL,
    story      TEXT   NOT NULL,
    likeness   DOUBLE PRECISION NOT NULL
);
CREATE INDEX event_merge_into ON event_merge (into_event);

-- Whether a version that was replaced carried a flag; not known of those before. A document that carries none any more was
-- corrected.
ALTER TABLE document_version ADD COLUMN flag BOOLEAN;

PRAGMA user_version = 11;
