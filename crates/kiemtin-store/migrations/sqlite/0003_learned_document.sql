-- Official documents that texts of official sources told of. Days are Vietnamese calendar days (`2022-03-30`); the key of a
-- number leaves out case, accents, leading zeros and spaces. Numbers without a year are given again every year.

CREATE TABLE learned_document (
    number_key TEXT   NOT NULL,
    date       TEXT   NOT NULL,
    number     TEXT   NOT NULL,
    kind       TEXT   NOT NULL,
    issuer     TEXT   NOT NULL,
    title      TEXT   NOT NULL,
    document   TEXT   NOT NULL,
    first_seen BIGINT NOT NULL,
    PRIMARY KEY (number_key, date)
) WITHOUT ROWID;

PRAGMA user_version = 3;
