-- Which hubs tell of the news of which feeds? (kiemtin_model::Subscription) A hub calls the address that ends in `callback`
-- and signs with `secret`. `due_at` is when the hub is asked next, or given up when it was asked and did not check.

CREATE TABLE subscription (
    source      TEXT   NOT NULL,
    feed        TEXT   NOT NULL,
    hub         TEXT   NOT NULL,
    topic       TEXT   NOT NULL,
    callback    TEXT   NOT NULL UNIQUE,
    secret      TEXT   NOT NULL,
    wanted_at   BIGINT NOT NULL,
    state       TEXT   NOT NULL,
    asked_at    BIGINT,
    since       BIGINT,
    lease_until BIGINT,
    due_at      BIGINT NOT NULL,
    pushed_at   BIGINT,
    failures    BIGINT NOT NULL,
    error       TEXT   NOT NULL,
    PRIMARY KEY (source, feed)
) WITHOUT ROWID;
CREATE INDEX subscription_due ON subscription (due_at);

PRAGMA user_version = 9;
