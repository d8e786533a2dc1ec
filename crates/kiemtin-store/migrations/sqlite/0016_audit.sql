-- What was done, by whom (kiemtin_model::AuditEntry): numbered without gaps and chained by hashes (kiemtin_store::audit). Only added
-- to; the triggers stop a slip, the chain shows what somebody with the file changed all the same.

CREATE TABLE audit (
    number      INTEGER PRIMARY KEY,
    at          BIGINT NOT NULL,
    actor_kind  TEXT   NOT NULL,
    actor_name  TEXT   NOT NULL,
    actor_token TEXT   NOT NULL,
    action      TEXT   NOT NULL,
    object      TEXT   NOT NULL,
    detail      TEXT   NOT NULL,
    hash        TEXT   NOT NULL
);
CREATE INDEX audit_action ON audit (action, number);
CREATE INDEX audit_actor ON audit (actor_name, number);
CREATE INDEX audit_object ON audit (object, number);

CREATE TRIGGER audit_in_order BEFORE INSERT ON audit WHEN NEW.number IS NOT (SELECT COALESCE(MAX(number), 0) + 1 FROM audit)
BEGIN SELECT RAISE(ABORT, 'entries of the audit log are numbered without gaps'); END;
CREATE TRIGGER audit_not_changed BEFORE UPDATE ON audit
BEGIN SELECT RAISE(ABORT, 'entries of the audit log are not changed'); END;
CREATE TRIGGER audit_not_removed BEFORE DELETE ON audit
BEGIN SELECT RAISE(ABORT, 'entries of the audit log are not removed'); END;

-- The last check of the chain (kiemtin_store::audit::AuditCheck, as JSON); one row at most.
CREATE TABLE audit_check (
    id      INTEGER PRIMARY KEY CHECK (id = 1),
    content TEXT NOT NULL
);

-- What was answered to a push with an idempotency key, to be answered again.
CREATE TABLE push_answer (
    owner     TEXT   NOT NULL,
    push_key  TEXT   NOT NULL,
    body_hash TEXT   NOT NULL,
    answer    TEXT   NOT NULL,
    at        BIGINT NOT NULL,
    PRIMARY KEY (owner, push_key)
);
CREATE INDEX push_answer_at ON push_answer (at);

PRAGMA user_version = 16;
