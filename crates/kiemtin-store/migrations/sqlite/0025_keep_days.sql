-- Posts of one source, by when they were taken in: a source may be kept for a shorter time than others (`keep_days`).
ALTER TABLE kept_post ADD COLUMN source TEXT NOT NULL DEFAULT '';
UPDATE kept_post SET source = COALESCE((SELECT d.source FROM document AS d WHERE d.first_seq = kept_post.document), '');
CREATE INDEX kept_post_source ON kept_post (source, since, document);

PRAGMA user_version = 25;
