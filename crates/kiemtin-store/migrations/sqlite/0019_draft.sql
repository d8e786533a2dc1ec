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

-- Alerts that people are done with or have answered, the latest first: what later claims are compared with.
CREATE INDEX alert_settled ON alert (COALESCE(answered_at, decided_at)) WHERE COALESCE(answered_at, decided_at) IS NOT NULL;

PRAGMA user_version = 19;
