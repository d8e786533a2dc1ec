-- Who outside the pages is told (kiemtin_model::Receiver, as JSON), with its secret and with how sending to it goes.

CREATE TABLE receiver (
    id             INTEGER PRIMARY KEY AUTOINCREMENT,
    content        TEXT    NOT NULL,
    secret         TEXT    NOT NULL,
    enabled        INTEGER NOT NULL,
    removed_at     BIGINT,
    next_digest_at BIGINT,
    -- Failures since something last arrived; nothing is sent before retry_at.
    failures       BIGINT  NOT NULL DEFAULT 0,
    retry_at       BIGINT  NOT NULL DEFAULT 0,
    -- The last failure was no answer at all.
    silent         INTEGER NOT NULL DEFAULT 0,
    last_done_at   BIGINT,
    last_reason    TEXT    NOT NULL DEFAULT ''
);

-- What a receiver is told: a notice of the outbox, a digest of several, or a test. The key is what a receiver knows it by.
CREATE TABLE delivery (
    id             INTEGER PRIMARY KEY AUTOINCREMENT,
    receiver       INTEGER NOT NULL REFERENCES receiver (id),
    sort           TEXT    NOT NULL,
    notice         INTEGER REFERENCES outbox (id),
    digest         INTEGER REFERENCES delivery (id),
    alert          INTEGER,
    wave           BIGINT  NOT NULL DEFAULT 0,
    urgent         INTEGER NOT NULL DEFAULT 0,
    delivery_key   TEXT    NOT NULL UNIQUE,
    title          TEXT    NOT NULL,
    state          TEXT    NOT NULL,
    made_at        BIGINT  NOT NULL,
    due_at         BIGINT  NOT NULL,
    first_tried_at BIGINT,
    attempts       BIGINT  NOT NULL DEFAULT 0,
    reason         TEXT    NOT NULL DEFAULT '',
    done_at        BIGINT
);
CREATE INDEX delivery_open ON delivery (receiver, state, id);
CREATE INDEX delivery_alert ON delivery (receiver, alert, id) WHERE alert IS NOT NULL;
CREATE INDEX delivery_digest ON delivery (digest) WHERE digest IS NOT NULL;
CREATE INDEX delivery_log ON delivery (receiver, id);
CREATE INDEX delivery_state ON delivery (state, id);
CREATE INDEX delivery_made ON delivery (made_at);

PRAGMA user_version = 17;
