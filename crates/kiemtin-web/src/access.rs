//! Who may come in? Users by session (people, pages) or token (programs, API); in a trial run its operator.
//!
//! ```text
//! sign-in: name and password -> limits (rate) -> Argon2id (password) -> a new session, the one before ends
//! request: cookie or bearer -> SHA-256 -> session or token in the store -> its user as they are now -> Asker
//! ```
//! Invariants: of every secret only a hash is kept; sessions are new at each sign-in, end an hour after their last use and twelve hours
//! after they began, by the service's clock; a token may never do more than its owner; who is disabled is out with the next request.

pub mod identity;
pub mod operator;
pub mod password;
pub mod rate;
pub mod secret;
pub mod seen;

pub use operator::Secrets;
pub use secret::AccessError;

use crate::asker::Asker;
use kiemtin_model::{Actor, ActorKind, AuditAction, Time};
use kiemtin_store::staff::change::{self, By, NewUser, StaffError};
use kiemtin_store::staff::{IDLE_MS, SESSION_MS, Session, SignInLink, User, hash_of};
use kiemtin_store::{Batch, Store, StoreError};
use operator::Operator;
use password::{PasswordError, Passwords, fit};
use rate::Limits;
use secret::{salt, secret};
use seen::Seen;
use std::net::IpAddr;
use std::sync::Arc;

/// Decides who may come in.
pub struct Access {
    store: Arc<dyn Store>,
    /// Reached by https alone: cookies are not sent otherwise.
    secure: bool,
    operator: Option<Operator>,
    passwords: Passwords,
    limits: Limits,
    seen: Arc<Seen>,
}

/// Somebody who gives a name and a password.
#[derive(Clone, Copy)]
pub struct Attempt<'a> {
    /// As typed.
    pub name: &'a str,
    /// As typed.
    pub password: &'a str,
    /// Where it comes from, where that is known.
    pub peer: Option<IpAddr>,
    /// The session that the browser had before: it ends.
    pub before: Option<&'a str>,
}

/// What became of a sign-in.
pub enum SignIn {
    /// The secret of a new session, for the cookie.
    Welcome(String),
    /// Name or password is wrong, or the user is disabled: not told which.
    Refused,
    /// Too many attempts: how long to wait, in seconds.
    Limited(i64),
    /// Too many passwords are being checked just now.
    Busy,
}

/// What a sign-in link is good for.
pub enum Link {
    /// Signs the operator of a trial run in, at once.
    Operator,
    /// Makes the first administrator.
    First,
    /// Lets this user choose a password.
    User(Box<User>),
    /// Was used before.
    Used,
    /// No such link, or not any more.
    Unknown,
}

/// Who sets a password by a link.
#[derive(Clone, Copy)]
pub struct Chosen<'a> {
    /// The code of the link.
    pub code: &'a str,
    /// Sign-in name of the first administrator; does not matter for others.
    pub name: &'a str,
    /// As typed.
    pub password: &'a str,
    /// The session that the browser had before: it ends.
    pub before: Option<&'a str>,
}

/// Why a link was not taken. The words are for the person who has it.
#[derive(Debug, thiserror::Error)]
pub enum LinkError {
    /// It was used, or does not work any more.
    #[error("liên kết này đã được dùng hoặc đã hết hạn")]
    Gone,
    /// The password may not be chosen.
    #[error(transparent)]
    Unfit(#[from] password::Unfit),
    /// The user cannot be added or changed.
    #[error(transparent)]
    Staff(#[from] StaffError),
    /// We failed.
    #[error(transparent)]
    Access(#[from] AccessError),
}

impl From<StoreError> for LinkError {
    fn from(error: StoreError) -> Self {
        Self::Access(error.into())
    }
}

impl Access {
    /// For the users of the store. `secure`: the service is reached by https alone.
    ///
    /// # Errors
    /// The system's random source, the hash function.
    pub fn new(store: Arc<dyn Store>, secure: bool) -> Result<Self, AccessError> {
        let passwords = Passwords::new(&secret()?, &salt()?)?;
        Ok(Self { store, secure, operator: None, passwords, limits: Limits::default(), seen: Arc::default() })
    }

    /// The same with an operator, who may do everything in this run.
    ///
    /// # Errors
    /// As of [`Access::new`].
    pub fn with_operator(store: Arc<dyn Store>, secure: bool) -> Result<(Self, Secrets), AccessError> {
        let (operator, secrets) = Operator::new()?;
        Ok((Self { operator: Some(operator), ..Self::new(store, secure)? }, secrets))
    }

    /// The code of a new link that makes the first administrator; none when there is one. The link of an earlier start ends.
    ///
    /// # Errors
    /// The store, the system's random source.
    pub async fn first_link(&self, now: Time) -> Result<Option<String>, AccessError> {
        if self.store.has_admin().await? {
            return Ok(None);
        }
        let code = secret()?;
        let mut batch = self.store.begin().await?;
        batch.put_link(&hash_of(&code), None, None, now).await?;
        batch.commit().await?;
        Ok(Some(code))
    }

    /// Whether the service is reached by https alone: cookies say so.
    pub fn is_secure(&self) -> bool {
        self.secure
    }

    /// How many passwords were hashed so far.
    pub fn password_checks(&self) -> u64 {
        self.passwords.runs()
    }

    /// Name of the session cookie. The prefix makes browsers refuse one that was not set by this host over https (RFC 6265bis).
    pub fn cookie_name(&self) -> &'static str {
        if self.secure { "__Host-kiemtin_session" } else { "kiemtin_session" }
    }

    /// `Set-Cookie` for a session; for an empty secret, one that takes the cookie away. `SameSite=Strict`: no other site makes a
    /// browser send it, not even by a link (pages lead there once more by themselves, [`crate::pages::sign_in::led`]).
    pub fn cookie(&self, secret: &str) -> String {
        let age = if secret.is_empty() { 0 } else { SESSION_MS / 1000 };
        let secure = if self.secure { "; Secure" } else { "" };
        format!("{}={secret}; HttpOnly; SameSite=Strict; Path=/; Max-Age={age}{secure}", self.cookie_name())
    }

    /// Who this API token stands for, when it works.
    ///
    /// # Errors
    /// The store.
    pub async fn asker_of_token(&self, token: &str, now: Time) -> Result<Option<Asker>, AccessError> {
        let hash = hash_of(token);
        if self.operator.as_ref().is_some_and(|o| o.is_token(&hash)) {
            return Ok(Some(Operator::asker(ActorKind::Token)));
        }
        let Some((token, user)) = self.store.token(&hash).await?.filter(|(t, u)| t.works(now) && u.disabled_at.is_none()) else {
            return Ok(None);
        };
        if self.seen.note(&hash, token.last_used_at, now, |_| true) == Some(true) {
            let store = self.store.clone();
            written(async move { store.touch_token(token.id, now).await });
        }
        let rights = user.role.rights().iter().filter(|right| token.rights.contains(right)).copied().collect();
        let sight = user.sight();
        Ok(Some(Asker { actor: Actor { kind: ActorKind::Token, name: user.name, token: token.name }, rights, sight, user: Some(user.id) }))
    }

    /// As [`Access::asker_of_session`], but this is no use of it.
    ///
    /// # Errors
    /// The store.
    pub async fn holder_of_session(&self, secret: &str, now: Time) -> Result<Option<Asker>, AccessError> {
        let hash = hash_of(secret);
        if self.operator.as_ref().is_some_and(|o| o.is_session(&hash, now)) {
            return Ok(Some(Operator::asker(ActorKind::User)));
        }
        let lasts = |session: &Session| now.0 - session.begun_at.0 < SESSION_MS && session.user.disabled_at.is_none();
        let Some(session) = self.store.session(&hash).await?.filter(lasts) else { return Ok(None) };
        let used = self.seen.last(&hash).map_or(session.seen_at, |last| last.max(session.seen_at));
        Ok((now.0 - used.0 < IDLE_MS).then(|| asker_of(session.user)))
    }

    /// Who this session stands for, when it has not ended.
    ///
    /// # Errors
    /// The store.
    pub async fn asker_of_session(&self, secret: &str, now: Time) -> Result<Option<Asker>, AccessError> {
        let hash = hash_of(secret);
        if self.operator.as_ref().is_some_and(|o| o.is_session(&hash, now)) {
            return Ok(Some(Operator::asker(ActorKind::User)));
        }
        let Some(session) = self.store.session(&hash).await? else { return Ok(None) };
        if now.0 - session.begun_at.0 >= SESSION_MS || session.user.disabled_at.is_some() {
            return Ok(None);
        }
        match self.seen.note(&hash, Some(session.seen_at), now, |last| now.0 - last.0 < IDLE_MS) {
            None => return Ok(None),
            Some(false) => {}
            Some(true) => {
                let store = self.store.clone();
                written(async move { store.touch_session(&hash, now).await });
            }
        }
        Ok(Some(asker_of(session.user)))
    }

    /// Checks a name and a password. The same work is done for names that nobody has.
    ///
    /// # Errors
    /// The store, the system's random source, the hash function.
    pub async fn sign_in(&self, attempt: Attempt<'_>, now: Time) -> Result<SignIn, AccessError> {
        if let Err(wait) = self.limits.begin(attempt.name, attempt.peer, now) {
            return Ok(SignIn::Limited((wait + 999) / 1000));
        }
        let found = self.store.user_named(attempt.name).await?;
        let (user, hash) = found.map_or((None, None), |(user, hash)| (Some(user), hash));
        let right = match self.passwords.verify(attempt.password, hash).await {
            Ok(right) => right,
            Err(PasswordError::Busy) => return Ok(SignIn::Busy),
            Err(error) => return Err(error.into()),
        };
        match user {
            Some(user) if right && user.disabled_at.is_none() => {
                let secret = self.open_session_for(&user, "password", attempt.before, now).await?;
                self.limits.succeeded(attempt.name, attempt.peer);
                Ok(SignIn::Welcome(secret))
            }
            user => {
                // A name that nobody has may be a password that was typed into the wrong field: it is not logged.
                let object = user.as_ref().map_or_else(|| "user".to_owned(), change::object);
                let by = By { actor: &Actor::nobody(), at: now };
                self.store.put_audit(&[by.entry(AuditAction::SignInRefused, object, &[("by", "password")])]).await?;
                Ok(SignIn::Refused)
            }
        }
    }

    /// Begins a session of a user who has shown by some way (`by`: `password`, `link`, `oidc`) who they are, and gives its secret for
    /// [`Access::cookie`]. The session that the browser had `before` ends: one that somebody else put there is worth nothing.
    ///
    /// # Errors
    /// The store, the system's random source.
    pub async fn open_session_for(&self, user: &User, by: &str, before: Option<&str>, now: Time) -> Result<String, AccessError> {
        let mut batch = self.store.begin().await?;
        let secret = self.put_session(batch.as_mut(), user, by, before, now).await?;
        batch.commit().await?;
        Ok(secret)
    }

    async fn put_session(
        &self,
        batch: &mut dyn Batch,
        user: &User,
        by: &str,
        before: Option<&str>,
        now: Time,
    ) -> Result<String, AccessError> {
        let secret = secret()?;
        if let Some(before) = before {
            self.end(batch, before).await?;
        }
        batch.put_session(&hash_of(&secret), user.id, now).await?;
        let actor = Actor::user(user.name.as_str());
        batch.put_audit(&By { actor: &actor, at: now }.entry(AuditAction::SignIn, change::object(user), &[("by", by)])).await?;
        Ok(secret)
    }

    async fn end(&self, batch: &mut dyn Batch, secret: &str) -> Result<(), StoreError> {
        let hash = hash_of(secret);
        if let Some(operator) = &self.operator {
            operator.end(&hash);
        }
        batch.end_session(&hash).await
    }

    /// Ends a session.
    ///
    /// # Errors
    /// The store.
    pub async fn sign_out(&self, secret: &str, asker: &Asker, now: Time) -> Result<(), AccessError> {
        let mut batch = self.store.begin().await?;
        self.end(batch.as_mut(), secret).await?;
        let object = format!("user/{}", asker.actor.name);
        batch.put_audit(&By { actor: &asker.actor, at: now }.entry(AuditAction::SignOut, object, &[])).await?;
        Ok(batch.commit().await?)
    }

    /// What the link with this code is good for.
    ///
    /// # Errors
    /// The store.
    pub async fn link(&self, code: &str, now: Time) -> Result<Link, AccessError> {
        let hash = hash_of(code);
        if self.operator.as_ref().is_some_and(|o| o.is_code(&hash)) {
            return Ok(Link::Operator);
        }
        Ok(match self.store.sign_in_link(&hash).await? {
            Some(SignInLink { used: true, .. }) => Link::Used,
            Some(SignInLink { expires_at: Some(at), .. }) if at <= now => Link::Unknown,
            Some(SignInLink { user: Some(user), .. }) if user.disabled_at.is_some() => Link::Unknown,
            Some(SignInLink { user: Some(user), .. }) => Link::User(Box::new(user)),
            Some(SignInLink { user: None, .. }) => Link::First,
            None => Link::Unknown,
        })
    }

    /// Uses the link of a trial run up for a session of its operator; `None` when it was used before.
    ///
    /// # Errors
    /// The store (for the log), the system's random source.
    pub async fn open_operator(&self, now: Time) -> Result<Option<String>, AccessError> {
        let secret = secret()?;
        if !self.operator.as_ref().is_some_and(|o| o.open(hash_of(&secret), now)) {
            return Ok(None);
        }
        let by = By { actor: &Actor::user(""), at: now };
        self.store.put_audit(&[by.entry(AuditAction::SignIn, "user/".into(), &[("by", "link")])]).await?;
        Ok(Some(secret))
    }

    /// Sets the password of whom a link is for, or makes the first administrator, and begins their session, all at once.
    ///
    /// # Errors
    /// A link that does not work (any more); a name or password that cannot be; we failed.
    pub async fn choose(&self, chosen: Chosen<'_>, now: Time) -> Result<String, LinkError> {
        let user = match self.link(chosen.code, now).await? {
            Link::User(user) => Some(*user),
            Link::First => None,
            Link::Operator | Link::Used | Link::Unknown => return Err(LinkError::Gone),
        };
        let names = user.as_ref().map_or([chosen.name, ""], |user| [&user.name, &user.display]);
        let password = fit(chosen.password, &names)?;
        let hash = self.passwords.hash(password, salt()?).await.map_err(AccessError::from)?;
        let mut batch = self.store.begin().await?;
        if !batch.use_link(&hash_of(chosen.code), now).await? {
            return Err(LinkError::Gone);
        }
        let user = match user {
            // As it is now: it may have been disabled meanwhile.
            Some(user) => batch.user(user.id).await?.filter(|u| u.disabled_at.is_none()).ok_or(LinkError::Gone)?,
            None if batch.users().await?.iter().any(User::is_enabled_admin) => return Err(LinkError::Gone),
            None => {
                let role = kiemtin_model::StaffRole::Admin;
                let new = NewUser { name: chosen.name.into(), display: String::new(), role, units: None, email: String::new() };
                change::put_new(batch.as_mut(), new, By { actor: &Actor::nobody(), at: now }).await?
            }
        };
        let actor = Actor::user(user.name.as_str());
        change::put_password(batch.as_mut(), user.id, &hash, "", By { actor: &actor, at: now }).await?;
        let secret = self.put_session(batch.as_mut(), &user, "link", chosen.before, now).await?;
        batch.commit().await?;
        Ok(secret)
    }

    /// Changes the password of somebody who knows the one before; all other sessions end. `false`: they do not know it.
    ///
    /// # Errors
    /// A password that cannot be; we failed.
    pub async fn change_password(
        &self,
        (user, session): (&User, &str),
        attempt: Attempt<'_>,
        new: &str,
        now: Time,
    ) -> Result<SignIn, LinkError> {
        let new = fit(new, &[&user.name, &user.display])?;
        if let Err(wait) = self.limits.begin(&user.name, attempt.peer, now) {
            return Ok(SignIn::Limited((wait + 999) / 1000));
        }
        let hash = self.store.user_named(&user.name).await?.and_then(|(_, hash)| hash);
        // Who came in without a password sets the first one.
        let right = match hash {
            Some(hash) => self.passwords.verify(attempt.password, Some(hash)).await.map_err(AccessError::from)?,
            None => true,
        };
        if !right {
            return Ok(SignIn::Refused);
        }
        self.limits.succeeded(&user.name, attempt.peer);
        let hash = self.passwords.hash(new, salt()?).await.map_err(AccessError::from)?;
        let actor = Actor::user(user.name.as_str());
        change::set_password(&*self.store, user.id, &hash, &hash_of(session), By { actor: &actor, at: now }).await?;
        Ok(SignIn::Welcome(session.to_owned()))
    }
}

/// A user as they are now.
fn asker_of(user: User) -> Asker {
    let (rights, sight) = (user.role.rights().to_vec(), user.sight());
    Asker { actor: Actor::user(user.name), rights, sight, user: Some(user.id) }
}

/// Notes a use beside the request: readers do not wait for who writes.
fn written(noting: impl Future<Output = Result<(), StoreError>> + Send + 'static) {
    tokio::spawn(async move {
        if let Err(error) = noting.await {
            tracing::warn!(error = %error, "the last use of a session or token could not be noted");
        }
    });
}
