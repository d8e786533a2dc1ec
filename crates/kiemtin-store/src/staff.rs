//! Who of the staff may come in, and by what: users, sessions, tokens, one-time links.
//!
//! Secrets come in as their [`hash_of`]; passwords as what the hash function of the caller made of them. What changes users and
//! tokens goes through [`change`], which keeps the bounds and writes the entry of the audit log in the same transaction.

pub mod change;

use crate::store::StoreError;
use async_trait::async_trait;
use kiemtin_model::hex::hex;
use kiemtin_model::time::{DAY_MS, HOUR_MS};
use kiemtin_model::{Right, Sight, StaffRole, Time};
use schemars::JsonSchema;
use serde::Serialize;
use sha2::{Digest, Sha256};
use std::collections::HashSet;

/// Most users.
pub const MOST_USERS: usize = 10_000;
/// Most sessions of one user at once; the oldest gives way.
pub const MOST_SESSIONS: usize = 20;
/// Most tokens of one user that work.
pub const MOST_TOKENS: usize = 50;
/// A session that was not used for so long has ended (milliseconds).
pub const IDLE_MS: i64 = HOUR_MS;
/// A session ends so long after it began, whatever happens (milliseconds).
pub const SESSION_MS: i64 = 12 * HOUR_MS;
/// A sign-in link works for so long (milliseconds).
pub const LINK_MS: i64 = DAY_MS;

/// Somebody of the staff. Holds no secret.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct User {
    /// Store id.
    pub id: i64,
    /// Sign-in name; no other user has it, whatever its capital letters.
    pub name: String,
    /// What people call them.
    pub display: String,
    /// What they are here for.
    pub role: StaffRole,
    /// Units whose restricted items they see; none: those of all units.
    pub units: Option<Vec<String>>,
    /// Address for their own mail; empty without one.
    pub email: String,
    /// Whether they may sign in with a password.
    pub has_password: bool,
    /// Who they are to the ministry's own sign-in service.
    #[serde(skip)]
    pub subject: Option<OidcSubject>,
    /// Since when they may not come in any more.
    pub disabled_at: Option<Time>,
    /// When they were added.
    pub created_at: Time,
}

impl User {
    /// Which restricted items they see.
    pub fn sight(&self) -> Sight {
        self.units.clone().map_or(Sight::All, Sight::Units)
    }

    /// Whether they run the service and may come in.
    pub fn is_enabled_admin(&self) -> bool {
        self.role == StaffRole::Admin && self.disabled_at.is_none()
    }
}

/// Somebody as an OpenID Connect provider names them: the pair is unique (OpenID Connect Core 1.0, section 5.7).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OidcSubject {
    /// The provider.
    pub issuer: String,
    /// Its name for the user, never given to another.
    pub subject: String,
}

/// A session of a user.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    /// Whose it is, as they are now.
    pub user: User,
    /// When it began.
    pub begun_at: Time,
    /// When it was last used, to the minute.
    pub seen_at: Time,
}

/// A token for programs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Token {
    /// Store id.
    pub id: i64,
    /// Id of its owner.
    pub user: i64,
    /// Sign-in name of its owner.
    pub user_name: String,
    /// What its owner calls it.
    pub name: String,
    /// What it may do at most; never more than its owner may.
    pub rights: Vec<Right>,
    /// When it was made.
    pub created_at: Time,
    /// When it stops working.
    pub expires_at: Time,
    /// When it was last used, to the minute.
    pub last_used_at: Option<Time>,
    /// When it was taken back.
    pub revoked_at: Option<Time>,
}

impl Token {
    /// Whether it works, as far as it is up to the token.
    pub fn works(&self, now: Time) -> bool {
        self.revoked_at.is_none() && now < self.expires_at
    }
}

/// A one-time sign-in link.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignInLink {
    /// Whom it signs in; none: it makes the first administrator.
    pub user: Option<User>,
    /// When it stops working; none: with the next start.
    pub expires_at: Option<Time>,
    /// It has been used.
    pub used: bool,
}

/// A name as names are compared.
pub fn name_key(name: &str) -> String {
    name.trim().to_lowercase()
}

/// SHA-256 of a secret in hex: what is stored of it. Secrets are random and long, so that no slow hash is needed.
pub fn hash_of(secret: &str) -> String {
    hex(&Sha256::digest(secret.as_bytes()))
}

/// Reading who may come in.
#[async_trait]
pub trait StaffStore: Send + Sync {
    /// All users by name, at most [`MOST_USERS`].
    async fn users(&self) -> Result<Vec<User>, StoreError>;
    /// One user.
    async fn user(&self, id: i64) -> Result<Option<User>, StoreError>;
    /// The user of this sign-in name, whatever its capital letters, with the hash of their password.
    async fn user_named(&self, name: &str) -> Result<Option<(User, Option<String>)>, StoreError>;
    /// The user whom a provider knows by this name.
    async fn user_of_subject(&self, subject: &OidcSubject) -> Result<Option<User>, StoreError>;
    /// Whether somebody runs the service who may come in.
    async fn has_admin(&self) -> Result<bool, StoreError>;
    /// The session of a secret with this hash, ended by time or not.
    async fn session(&self, hash: &str) -> Result<Option<Session>, StoreError>;
    /// Notes that a session was used.
    async fn touch_session(&self, hash: &str, at: Time) -> Result<(), StoreError>;
    /// The token of a secret with this hash, and its owner.
    async fn token(&self, hash: &str) -> Result<Option<(Token, User)>, StoreError>;
    /// All tokens, or those of one user; the latest made first, at most `limit`.
    async fn tokens(&self, user: Option<i64>, limit: usize) -> Result<Vec<Token>, StoreError>;
    /// Notes that a token was used.
    async fn touch_token(&self, id: i64, at: Time) -> Result<(), StoreError>;
    /// The link of a code with this hash.
    async fn sign_in_link(&self, hash: &str) -> Result<Option<SignInLink>, StoreError>;
    /// Narratives that have an alert which is not seen: nothing of them may show elsewhere.
    async fn hidden_narratives(&self, sight: &Sight) -> Result<HashSet<i64>, StoreError>;
}

/// Writing who may come in, inside a transaction. Sees what this batch wrote.
#[async_trait]
pub trait StaffBatch: Send {
    /// As [`StaffStore::users`].
    async fn users(&mut self) -> Result<Vec<User>, StoreError>;
    /// As [`StaffStore::user`].
    async fn user(&mut self, id: i64) -> Result<Option<User>, StoreError>;
    /// As [`StaffStore::user_named`].
    async fn user_named(&mut self, name: &str) -> Result<Option<User>, StoreError>;
    /// Adds a user (`id` 0) or changes one, and gives the id. `has_password` and `created_at` of a known one do not matter.
    async fn put_user(&mut self, user: &User) -> Result<i64, StoreError>;
    /// The user signs in with a password of this hash from now on.
    async fn put_password(&mut self, user: i64, hash: &str) -> Result<(), StoreError>;
    /// Begins a session of a user. Ended ones are removed, and the oldest of more than [`MOST_SESSIONS`].
    async fn put_session(&mut self, hash: &str, user: i64, at: Time) -> Result<(), StoreError>;
    /// Ends a session.
    async fn end_session(&mut self, hash: &str) -> Result<(), StoreError>;
    /// Ends all sessions of a user but one.
    async fn end_sessions(&mut self, user: i64, but: &str) -> Result<(), StoreError>;
    /// Tokens of a user.
    async fn tokens(&mut self, user: i64) -> Result<Vec<Token>, StoreError>;
    /// One token.
    async fn token_numbered(&mut self, id: i64) -> Result<Option<Token>, StoreError>;
    /// Adds a token (its `id` does not matter) and gives the id. Removes those of its owner that have not worked for long.
    async fn put_token(&mut self, token: &Token, hash: &str) -> Result<i64, StoreError>;
    /// Takes a token back.
    async fn revoke_token(&mut self, id: i64, at: Time) -> Result<(), StoreError>;
    /// Makes a link in the place of earlier ones for the same user (none: for the first administrator).
    async fn put_link(&mut self, hash: &str, user: Option<i64>, expires_at: Option<Time>, at: Time) -> Result<(), StoreError>;
    /// Uses a link; `false` when it was used before or is not there.
    async fn use_link(&mut self, hash: &str, at: Time) -> Result<bool, StoreError>;
}
