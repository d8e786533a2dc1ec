-- Who of the staff may come in (kiemtin_store::staff). Of every secret only its SHA-256 stands here, of a password its Argon2id.

CREATE TABLE staff (
    id           INTEGER PRIMARY KEY AUTOINCREMENT,
    name         TEXT   NOT NULL,
    -- The name as names are compared.
    name_key     TEXT   NOT NULL UNIQUE,
    display      TEXT   NOT NULL,
    role         TEXT   NOT NULL,
    -- Units whose restricted items are seen, as JSON; none: those of all.
    units        TEXT,
    email        TEXT   NOT NULL,
    password     TEXT,
    oidc_issuer  TEXT,
    oidc_subject TEXT,
    disabled_at  BIGINT,
    created_at   BIGINT NOT NULL
);
CREATE UNIQUE INDEX staff_subject ON staff (oidc_issuer, oidc_subject) WHERE oidc_subject IS NOT NULL;

CREATE TABLE staff_session (
    hash     TEXT   PRIMARY KEY,
    staff    BIGINT NOT NULL,
    begun_at BIGINT NOT NULL,
    seen_at  BIGINT NOT NULL
) WITHOUT ROWID;
CREATE INDEX staff_session_staff ON staff_session (staff, begun_at);
CREATE INDEX staff_session_begun ON staff_session (begun_at);

CREATE TABLE staff_token (
    id           INTEGER PRIMARY KEY AUTOINCREMENT,
    hash         TEXT   NOT NULL UNIQUE,
    staff        BIGINT NOT NULL,
    name         TEXT   NOT NULL,
    rights       TEXT   NOT NULL,
    created_at   BIGINT NOT NULL,
    expires_at   BIGINT NOT NULL,
    last_used_at BIGINT,
    revoked_at   BIGINT
);
CREATE INDEX staff_token_staff ON staff_token (staff, id);

-- One-time sign-in links; the one without a user makes the first administrator.
CREATE TABLE staff_link (
    hash       TEXT   PRIMARY KEY,
    staff      BIGINT,
    expires_at BIGINT,
    used_at    BIGINT
) WITHOUT ROWID;
CREATE INDEX staff_link_staff ON staff_link (staff);

-- The unit to which a saved search belongs; none: to all.
ALTER TABLE saved_search ADD COLUMN unit TEXT;

CREATE INDEX alert_restricted ON alert (narrative) WHERE restricted;

PRAGMA user_version = 15;
