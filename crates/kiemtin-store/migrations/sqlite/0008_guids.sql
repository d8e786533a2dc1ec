-- By which names do feeds know their items? `guid` and `path` are hashes (kiemtin_model::Guid); `path` leaves out scheme
-- and host. `url` is the address under which the item was listed last.

CREATE TABLE guid (
    source       TEXT   NOT NULL,
    guid         TEXT   NOT NULL,
    path         TEXT,
    url          TEXT   NOT NULL,
    title        TEXT   NOT NULL,
    published_at BIGINT,
    PRIMARY KEY (source, guid)
) WITHOUT ROWID;
CREATE INDEX guid_path ON guid (source, path) WHERE path IS NOT NULL;

-- The same text in the same source is the same document.
CREATE INDEX document_twin ON document (text_hash, source, first_seq);

PRAGMA user_version = 8;
