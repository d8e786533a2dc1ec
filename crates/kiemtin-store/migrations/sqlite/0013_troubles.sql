-- On which days could a source not be read? Few rows among those of all days.
CREATE INDEX source_trouble ON source_count (day) WHERE what IN ('gap', 'poll_failed');

PRAGMA user_version = 13;
