-- Kept for drafts of answers.
PRAGMA user_version = 19;
