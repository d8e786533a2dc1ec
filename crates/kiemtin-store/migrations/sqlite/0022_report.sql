-- Reports that were made, as data (kiemtin_model::Report, as JSON): every file is made from them again. One that says the same as an
-- earlier one is that one. `scope` is ministry, unit:NAME, topic:ID or policy:ID; `digest` is the SHA-256 of `content`.
CREATE TABLE report (
    id      INTEGER PRIMARY KEY AUTOINCREMENT,
    digest  TEXT   NOT NULL UNIQUE,
    period  TEXT   NOT NULL,
    scope   TEXT   NOT NULL,
    name    TEXT   NOT NULL,
    seq     BIGINT NOT NULL,
    made_at BIGINT NOT NULL,
    content TEXT   NOT NULL
);

-- What was made by the timetable, each once. No report: only a reminder.
CREATE TABLE report_run (
    what   TEXT   NOT NULL,
    period TEXT   NOT NULL,
    scope  TEXT   NOT NULL,
    at     BIGINT NOT NULL,
    report BIGINT,
    PRIMARY KEY (what, period, scope)
) WITHOUT ROWID;

-- Alerts by when their claim appeared, and by when they were decided and answered.
CREATE INDEX alert_first_seen ON alert (first_seen);
CREATE INDEX alert_decided ON alert (decided_at) WHERE decided_at IS NOT NULL;
CREATE INDEX alert_answered ON alert (answered_at) WHERE answered_at IS NOT NULL;
CREATE INDEX alert_event_expired ON alert_event (at, alert) WHERE kind = 'expired';

PRAGMA user_version = 22;
