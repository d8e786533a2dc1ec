-- What is forgotten (kiemtin_store::forget): documents that their origin took down, and posts that were kept long enough.

-- What followers must remove: the change with which a document went. Its id names nothing any more.
CREATE TABLE forgotten (
    seq      INTEGER PRIMARY KEY,
    document TEXT   NOT NULL,
    why      TEXT   NOT NULL,
    at       BIGINT NOT NULL
);

-- Posts of forums and social networks (the `first_seq` of each), by when they were taken in.
CREATE TABLE kept_post (
    document INTEGER PRIMARY KEY,
    since    BIGINT NOT NULL
);
CREATE INDEX kept_post_since ON kept_post (since, document);
INSERT INTO kept_post (document, since)
SELECT d.first_seq, MIN(d.fetched_at, COALESCE((SELECT MIN(v.replaced_at) FROM document_version AS v WHERE v.document = d.id), d.fetched_at))
FROM document AS d WHERE d.source_group IN ('forum', 'social') OR d.kind = 'social';

-- Documents that an alert had and that were forgotten, by reason.
CREATE TABLE alert_forgotten (
    alert     BIGINT NOT NULL,
    why       TEXT   NOT NULL,
    documents BIGINT NOT NULL,
    PRIMARY KEY (alert, why)
) WITHOUT ROWID;

-- Which notices of saved searches name a document.
CREATE TABLE notice_document (
    document TEXT   NOT NULL,
    notice   BIGINT NOT NULL,
    PRIMARY KEY (document, notice)
) WITHOUT ROWID;
INSERT OR IGNORE INTO notice_document (document, notice)
SELECT d.value ->> '$.id', o.id FROM outbox AS o, json_each(o.content, '$.newest') AS d WHERE o.event = 'saved_search';

-- By which what belongs to a document is found.
CREATE INDEX lead_document ON lead (document) WHERE document IS NOT NULL;
CREATE INDEX guid_url ON guid (source, url);
CREATE INDEX print_document ON print (document);
CREATE INDEX sample_item_document ON sample_item (document);
CREATE INDEX delivery_notice ON delivery (notice) WHERE notice IS NOT NULL;
-- Warnings whose likely cause is told by a title.
CREATE INDEX warning_cause ON warning (content ->> '$.cause.title');
CREATE INDEX outbox_cause ON outbox (content ->> '$.cause.title') WHERE event = 'warning';

PRAGMA user_version = 23;
