-- Which alerts only their units see (kiemtin_model::Sight).
ALTER TABLE alert ADD COLUMN restricted BOOLEAN NOT NULL DEFAULT 0;

PRAGMA user_version = 14;
