-- What is written by hour about each subject (kiemtin_model::Subject: topics, narratives, saved searches; the empty subject is all
-- coverage), and the early warnings given. An hour is a number since 1970 (UTC).

-- How each document was counted: what is to be taken back when it changes. `counts` is 1, or 0 when an earlier document of its
-- source has the same text. `subjects` are words between spaces.
CREATE TABLE hour_document (
    document INTEGER PRIMARY KEY,
    hour     BIGINT NOT NULL,
    counts   BIGINT NOT NULL,
    subjects TEXT   NOT NULL
);
CREATE INDEX hour_document_hour ON hour_document (hour);

CREATE TABLE hour_count (
    subject TEXT   NOT NULL,
    hour    BIGINT NOT NULL,
    counts  BIGINT NOT NULL,
    PRIMARY KEY (subject, hour)
) WITHOUT ROWID;
CREATE INDEX hour_count_hour ON hour_count (hour);

-- One earlier document of the same source in the story: one look-up, however many copies a story has.
CREATE INDEX document_story_source ON document (story, source);
DROP INDEX document_story;

CREATE TABLE warning (
    id       INTEGER PRIMARY KEY AUTOINCREMENT,
    subject  TEXT   NOT NULL,
    wave     BIGINT NOT NULL,
    at       BIGINT NOT NULL,
    ended_at BIGINT,
    content  TEXT   NOT NULL,
    UNIQUE (subject, wave)
);
CREATE INDEX warning_open ON warning (at) WHERE ended_at IS NULL;
CREATE INDEX warning_at ON warning (at);

-- What was stored before.
INSERT INTO hour_document (document, hour, counts, subjects)
SELECT d.first_seq,
    COALESCE(d.published_at, d.fetched_at) / 3600000 - (COALESCE(d.published_at, d.fetched_at) % 3600000 < 0),
    NOT EXISTS (SELECT 1 FROM document AS o WHERE o.story = d.story AND o.source = d.source AND o.first_seq < d.first_seq),
    ' ' || COALESCE((SELECT group_concat('topic:' || json_extract(t.value, '$.id') || ' ', '') FROM json_each(d.topics) AS t), '')
        || COALESCE((SELECT group_concat('narrative:' || n.narrative || ' ', '') FROM narrative_document AS n
            WHERE n.document = d.id AND n.role = 'asserts'), '')
        || COALESCE((SELECT group_concat('search:' || m.search || ' ', '') FROM saved_match AS m WHERE m.document = d.first_seq), '')
FROM document AS d;

INSERT INTO hour_count (subject, hour, counts)
SELECT '', hour, SUM(counts) FROM hour_document GROUP BY hour;
INSERT INTO hour_count (subject, hour, counts)
SELECT 'topic:' || json_extract(t.value, '$.id'), h.hour, SUM(h.counts)
FROM document AS d JOIN hour_document AS h ON h.document = d.first_seq, json_each(d.topics) AS t GROUP BY 1, 2;
INSERT INTO hour_count (subject, hour, counts)
SELECT 'narrative:' || n.narrative, h.hour, SUM(h.counts)
FROM narrative_document AS n JOIN document AS d ON d.id = n.document JOIN hour_document AS h ON h.document = d.first_seq
WHERE n.role = 'asserts' GROUP BY 1, 2;
INSERT INTO hour_count (subject, hour, counts)
SELECT 'search:' || m.search, h.hour, SUM(h.counts)
FROM saved_match AS m JOIN hour_document AS h ON h.document = m.document GROUP BY 1, 2;

PRAGMA user_version = 12;
