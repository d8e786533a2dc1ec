-- What people decide of alerts (kiemtin_model::Decision), and what happens to alerts, with who did it.
ALTER TABLE alert ADD COLUMN revision BIGINT NOT NULL DEFAULT 0;
ALTER TABLE alert ADD COLUMN finding TEXT;
ALTER TABLE alert ADD COLUMN proposed_by TEXT;
ALTER TABLE alert ADD COLUMN dismissed_as TEXT;
ALTER TABLE alert ADD COLUMN duplicate_of BIGINT;
ALTER TABLE alert ADD COLUMN decided_at BIGINT;
ALTER TABLE alert ADD COLUMN answered_at BIGINT;
ALTER TABLE alert ADD COLUMN closed_at BIGINT;
ALTER TABLE alert ADD COLUMN severity DOUBLE PRECISION NOT NULL DEFAULT 0;
-- When a person changed it last; when it opened, before that.
ALTER TABLE alert ADD COLUMN moved_at BIGINT NOT NULL DEFAULT 0;
UPDATE alert SET severity = points, moved_at = opened_at;
-- What was reminded of: 0 nothing, 1 that its deadline is near, 2 that it has passed.
ALTER TABLE alert ADD COLUMN reminded BIGINT NOT NULL DEFAULT 0;
-- Those that still need somebody, by deadline.
CREATE INDEX alert_awaiting ON alert (deadline) WHERE status IN ('new', 'acknowledged', 'verifying', 'confirm_pending', 'confirmed');
CREATE INDEX alert_status ON alert (status);

ALTER TABLE alert_event ADD COLUMN actor TEXT;
ALTER TABLE alert_event ADD COLUMN reason TEXT NOT NULL DEFAULT '';
ALTER TABLE alert_event ADD COLUMN reference TEXT NOT NULL DEFAULT '';
ALTER TABLE alert_event ADD COLUMN change TEXT;
CREATE TRIGGER alert_event_stays BEFORE UPDATE ON alert_event
BEGIN
    SELECT RAISE(ABORT, 'the history of alerts is only ever added to');
END;
CREATE TRIGGER alert_event_is_kept BEFORE DELETE ON alert_event
BEGIN
    SELECT RAISE(ABORT, 'the history of alerts is only ever added to');
END;

-- The response ledger.
CREATE TABLE alert_answer (
    id           INTEGER PRIMARY KEY AUTOINCREMENT,
    alert        BIGINT NOT NULL,
    at           BIGINT NOT NULL,
    actor        TEXT   NOT NULL,
    url          TEXT   NOT NULL,
    channel      TEXT   NOT NULL,
    note         TEXT   NOT NULL,
    withdrawn_at BIGINT
);
CREATE INDEX alert_answer_alert ON alert_answer (alert, id);

-- Claims that people found to be one: documents of the one count for the other, and stay known by where they came from.
ALTER TABLE narrative ADD COLUMN merged_into BIGINT;
ALTER TABLE narrative ADD COLUMN reach DOUBLE PRECISION NOT NULL DEFAULT 0;
ALTER TABLE narrative_document ADD COLUMN origin BIGINT;
-- Claims whose documents mostly stand in another claim's alert: what they add to its figures.
CREATE INDEX narrative_alert ON narrative (alert) WHERE alert IS NOT NULL;
ALTER TABLE alert ADD COLUMN further_documents BIGINT NOT NULL DEFAULT 0;
ALTER TABLE alert ADD COLUMN further_stories BIGINT NOT NULL DEFAULT 0;
ALTER TABLE alert ADD COLUMN further_sources BIGINT NOT NULL DEFAULT 0;

PRAGMA user_version = 18;
