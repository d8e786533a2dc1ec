-- Health of sources: the addresses that each named, newest first, and how many a day.

CREATE INDEX lead_source ON lead (source, first_seen);
CREATE INDEX lead_seen ON lead (first_seen, source, document);

PRAGMA user_version = 4;
