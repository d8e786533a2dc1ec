-- What named the time of a document, when it was changed last by its publisher's word, which date was refused (JSON
-- object, kiemtin_model::DateNote), and what may not be shown of it. Not known of documents stored before.

ALTER TABLE document ADD COLUMN published_from TEXT NOT NULL DEFAULT 'unknown';
ALTER TABLE document ADD COLUMN modified_at BIGINT;
ALTER TABLE document ADD COLUMN date_note TEXT;
ALTER TABLE document ADD COLUMN no_archive BOOLEAN NOT NULL DEFAULT 0;
ALTER TABLE document ADD COLUMN no_snippet BOOLEAN NOT NULL DEFAULT 0;

PRAGMA user_version = 7;
