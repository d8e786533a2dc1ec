-- Searches under a name, and which documents they match (kiemtin_model::SavedSearch). A match is written in the transaction of
-- its document; documents that were there before are compared by a walk back from the newest one.

CREATE TABLE saved_search (
    id             INTEGER PRIMARY KEY AUTOINCREMENT,
    name           TEXT   NOT NULL,
    -- The name as names are compared.
    name_key       TEXT   NOT NULL UNIQUE,
    query          TEXT   NOT NULL,
    notify         TEXT   NOT NULL,
    created_at     BIGINT NOT NULL,
    -- Hash of the query as it is matched, with what other searches and the lexicon put in.
    predicate      TEXT   NOT NULL,
    matches        BIGINT NOT NULL,
    -- The walk: began below this first_seq, has compared all from this one on.
    walk_from      BIGINT NOT NULL,
    walked_to      BIGINT NOT NULL,
    -- Last change when the walk had ended: an index that followed so far has all matches.
    complete_at    BIGINT,
    -- Last change of which somebody was told, when the next digest is due, and what was told in the present hour.
    told_through   BIGINT NOT NULL,
    next_digest_at BIGINT,
    hour           BIGINT NOT NULL,
    told_in_hour   BIGINT NOT NULL
);

-- `document` is the first_seq of a document, `seq` the change with which it began to match, `at` when it was taken in.
-- Walked: it was there before the search and is not news.
CREATE TABLE saved_match (
    search   BIGINT  NOT NULL,
    document BIGINT  NOT NULL,
    seq      BIGINT  NOT NULL,
    at       BIGINT  NOT NULL,
    walked   BOOLEAN NOT NULL,
    PRIMARY KEY (search, document)
) WITHOUT ROWID;
CREATE INDEX saved_match_document ON saved_match (document, search);
CREATE INDEX saved_match_untold ON saved_match (search, seq) WHERE NOT walked;
CREATE INDEX saved_match_at ON saved_match (search, at);

-- Grows with every search that is saved or removed: processes see that theirs are not the present ones.
INSERT INTO meta (name, value) VALUES ('saved_revision', '1');

-- What a notice tells is an alert or what a saved search matched.
ALTER TABLE outbox RENAME COLUMN alert TO content;

PRAGMA user_version = 10;
