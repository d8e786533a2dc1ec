-- The truth of one installation. Times are milliseconds since 1970 (UTC), ids are text, lists and assessments are JSON
-- text, levels are ranks (0 none, 1 watch, 2 alert, 3 urgent).

CREATE TABLE meta (
    name  TEXT PRIMARY KEY,
    value TEXT NOT NULL
) WITHOUT ROWID;

-- Random name of this store's history: a cursor of another history is worth nothing here.
INSERT INTO meta (name, value) VALUES ('log_id', lower(hex(randomblob(16))));

-- Running totals (one row), so that the status page costs the same in a store of any size.
CREATE TABLE total (
    documents  BIGINT NOT NULL,
    versions   BIGINT NOT NULL,
    flagged    BIGINT NOT NULL,
    narratives BIGINT NOT NULL,
    alerts     BIGINT NOT NULL
);
INSERT INTO total (documents, versions, flagged, narratives, alerts) VALUES (0, 0, 0, 0, 0);

-- What changed, in the order in which it became durable. AUTOINCREMENT: a number is never given twice.
CREATE TABLE change (
    seq      INTEGER PRIMARY KEY AUTOINCREMENT,
    document TEXT   NOT NULL,
    version  BIGINT NOT NULL
);

-- The current version of each document. Short columns come first: looking a document up reads no text.
CREATE TABLE document (
    first_seq    INTEGER PRIMARY KEY,
    id           TEXT   NOT NULL UNIQUE,
    seq          BIGINT NOT NULL UNIQUE,
    version      BIGINT NOT NULL,
    content_hash TEXT   NOT NULL,
    text_hash    TEXT   NOT NULL,
    story        TEXT   NOT NULL,
    level        BIGINT NOT NULL,
    flag         BOOLEAN NOT NULL,
    stance       TEXT   NOT NULL,
    source       TEXT   NOT NULL,
    source_group TEXT   NOT NULL,
    kind         TEXT   NOT NULL,
    found_by     TEXT   NOT NULL,
    lang         TEXT   NOT NULL,
    published_at BIGINT,
    date_origin  TEXT   NOT NULL,
    fetched_at   BIGINT NOT NULL,
    seen_at      BIGINT NOT NULL,
    url          TEXT,
    source_id    TEXT,
    topics       TEXT   NOT NULL,
    units        TEXT   NOT NULL,
    provinces    TEXT   NOT NULL,
    assessment   TEXT   NOT NULL,
    title        TEXT   NOT NULL,
    body         TEXT   NOT NULL
);
CREATE INDEX document_text ON document (text_hash, first_seq);
CREATE INDEX document_story ON document (story);

-- Earlier versions.
CREATE TABLE document_version (
    document     TEXT   NOT NULL,
    version      BIGINT NOT NULL,
    content_hash TEXT   NOT NULL,
    replaced_at  BIGINT NOT NULL,
    title        TEXT   NOT NULL,
    body         TEXT   NOT NULL,
    PRIMARY KEY (document, version)
);

CREATE TABLE lead (
    url           TEXT PRIMARY KEY,
    source        TEXT   NOT NULL,
    first_seen    BIGINT NOT NULL,
    fetched_at    BIGINT,
    listed_update BIGINT,
    etag          TEXT,
    last_modified TEXT,
    outcome       TEXT   NOT NULL,
    failures      BIGINT NOT NULL,
    document      TEXT
) WITHOUT ROWID;

CREATE TABLE feed (
    source        TEXT   NOT NULL,
    url           TEXT   NOT NULL,
    etag          TEXT,
    last_modified TEXT,
    polled_at     BIGINT NOT NULL,
    failures      BIGINT NOT NULL,
    error         TEXT   NOT NULL,
    PRIMARY KEY (source, url)
) WITHOUT ROWID;

CREATE TABLE narrative (
    id            INTEGER PRIMARY KEY AUTOINCREMENT,
    narrative_key TEXT   NOT NULL UNIQUE,
    claim         TEXT   NOT NULL,
    kinds         TEXT   NOT NULL,
    topics        TEXT   NOT NULL,
    units         TEXT   NOT NULL,
    documents     BIGINT NOT NULL,
    stories       BIGINT NOT NULL,
    sources       BIGINT NOT NULL,
    responses     BIGINT NOT NULL,
    best_score    DOUBLE PRECISION NOT NULL,
    copy_sources  BIGINT NOT NULL,
    first_seen    BIGINT NOT NULL,
    last_seen     BIGINT NOT NULL,
    wave          BIGINT NOT NULL,
    points        DOUBLE PRECISION NOT NULL,
    level         BIGINT NOT NULL,
    alert         BIGINT
);

CREATE TABLE narrative_document (
    narrative BIGINT NOT NULL,
    document  TEXT   NOT NULL,
    role      TEXT   NOT NULL,
    score     DOUBLE PRECISION NOT NULL,
    story     TEXT   NOT NULL,
    source    TEXT   NOT NULL,
    at        BIGINT NOT NULL,
    PRIMARY KEY (narrative, document)
) WITHOUT ROWID;
-- Each question that joining asks (same story? same source? copies near this time?) reads a handful of index rows.
CREATE INDEX narrative_document_story ON narrative_document (narrative, role, story, source, at);
CREATE INDEX narrative_document_source ON narrative_document (narrative, role, source);
CREATE INDEX narrative_document_at ON narrative_document (narrative, role, at);
CREATE INDEX narrative_document_document ON narrative_document (document);

CREATE TABLE alert (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    year       BIGINT NOT NULL,
    in_year    BIGINT NOT NULL,
    number     TEXT   NOT NULL UNIQUE,
    narrative  BIGINT NOT NULL,
    wave       BIGINT NOT NULL,
    claim      TEXT   NOT NULL,
    status     TEXT   NOT NULL,
    level      BIGINT NOT NULL,
    kinds      TEXT   NOT NULL,
    topics     TEXT   NOT NULL,
    units      TEXT   NOT NULL,
    documents  BIGINT NOT NULL,
    stories    BIGINT NOT NULL,
    sources    BIGINT NOT NULL,
    responses  BIGINT NOT NULL,
    points     DOUBLE PRECISION NOT NULL,
    first_seen BIGINT NOT NULL,
    last_seen  BIGINT NOT NULL,
    opened_at  BIGINT NOT NULL,
    deadline   BIGINT NOT NULL,
    assignee   TEXT,
    UNIQUE (narrative, wave),
    UNIQUE (year, in_year)
);
CREATE INDEX alert_pressing ON alert (level DESC, last_seen DESC, id DESC);

CREATE TABLE alert_event (
    id        INTEGER PRIMARY KEY AUTOINCREMENT,
    alert     BIGINT NOT NULL,
    kind      TEXT   NOT NULL,
    at        BIGINT NOT NULL,
    level     BIGINT NOT NULL,
    documents BIGINT NOT NULL
);
CREATE INDEX alert_event_alert ON alert_event (alert, id);

-- Notices on their way out. Delivered ones stay: their key is what keeps a repeat from being sent.
CREATE TABLE outbox (
    id              INTEGER PRIMARY KEY AUTOINCREMENT,
    idempotency_key TEXT   NOT NULL UNIQUE,
    channel         TEXT   NOT NULL,
    event           TEXT   NOT NULL,
    alert           TEXT   NOT NULL,
    due_at          BIGINT NOT NULL,
    attempts        BIGINT NOT NULL,
    error           TEXT   NOT NULL,
    done_at         BIGINT
);
CREATE INDEX outbox_pending ON outbox (due_at, id) WHERE done_at IS NULL;

PRAGMA user_version = 1;
