-- Prints of texts, by which edited copies and quotes are found again, and what was found.

-- One row per text that added something: exact and near copies of a stored text have none. Rows are never changed, so an
-- index of the newest ones is the same whether it grew with them or is built anew. Numbers have no gaps.
CREATE TABLE print (
    number   INTEGER PRIMARY KEY AUTOINCREMENT,
    document TEXT   NOT NULL,
    story    TEXT   NOT NULL,
    source   TEXT   NOT NULL,
    at       BIGINT NOT NULL,
    prints   BLOB   NOT NULL
);

-- Which texts share a passage without being one article. Shares are parts of 1: of the document, and of the quoted text.
CREATE TABLE quote (
    document  TEXT NOT NULL,
    quoted    TEXT NOT NULL,
    of_own    DOUBLE PRECISION NOT NULL,
    of_quoted DOUBLE PRECISION NOT NULL,
    PRIMARY KEY (document, quoted)
) WITHOUT ROWID;
CREATE INDEX quote_quoted ON quote (quoted);

-- Only what is no licensed reprint counts as a mass copy: documents stored before count by the group of their source.
ALTER TABLE narrative_document ADD COLUMN mass_copy BOOLEAN NOT NULL DEFAULT 0;
UPDATE narrative_document SET mass_copy = 1
    WHERE document IN (SELECT id FROM document WHERE source_group IN ('forum', 'social'));
DROP INDEX narrative_document_story;
CREATE INDEX narrative_document_story ON narrative_document (narrative, role, story, mass_copy, source, at);

PRAGMA user_version = 2;
