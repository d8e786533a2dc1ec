//! Which database holds the truth? Each module here is one hand-written implementation of [`crate::Store`].
//!
//! Invariant: statements use `$1` placeholders, `ON CONFLICT` and `RETURNING`, so that most of their text can be shared
//! between databases; what only one database understands (`json_each`, `PRAGMA`) stays in its module.

pub mod sqlite;
