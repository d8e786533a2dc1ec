-- The addresses that a source named last.

CREATE INDEX lead_source ON lead (source, first_seen);

PRAGMA user_version = 5;
