-- What the press office means to answer to the claim of an alert (kiemtin_model::Draft), as it was written last.
CREATE TABLE alert_draft (
    alert        BIGINT NOT NULL PRIMARY KEY,
    revision     BIGINT NOT NULL,
    actor        TEXT   NOT NULL,
    at           BIGINT NOT NULL,
    message      TEXT   NOT NULL,
    facts        TEXT   NOT NULL,
    questions    TEXT   NOT NULL,
    spokesperson TEXT   NOT NULL,
    channel      TEXT   NOT NULL
);

-- Alerts that people have decided, by when: what other claims are compared with. All that comparing needs stands in the index, so that
-- some thousand of them cost a few milliseconds.
CREATE INDEX alert_settled ON alert (decided_at, narrative, claim, kinds, topics, units, restricted, dismissed_as)
    WHERE decided_at IS NOT NULL;

PRAGMA user_version = 19;
