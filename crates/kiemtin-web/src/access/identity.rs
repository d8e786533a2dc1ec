//! Which user does the statement of an identity provider name?

use super::{Access, AccessError};
use crate::oidc::Identity;
use kiemtin_model::{Actor, AuditAction, Time};
use kiemtin_store::staff::change::{self, By};
use kiemtin_store::staff::{OidcSubject, User};

impl Access {
    /// The user whom a sound statement names: by the provider's lasting name of the person, or, once, by the verified e-mail address
    /// that exactly one user has who is nobody there yet. From then on only the lasting name counts, for addresses are given to
    /// others (OpenID Connect Core 1.0, section 5.7). `None`: nobody who may come in; it is logged.
    ///
    /// # Errors
    /// The store.
    pub async fn user_of(&self, identity: &Identity, now: Time) -> Result<Option<User>, AccessError> {
        let subject = OidcSubject { issuer: identity.issuer.clone(), subject: identity.subject.clone() };
        let user = match self.store.user_of_subject(&subject).await? {
            Some(user) => Some(user),
            None => match &identity.email {
                Some(email) => self.tie(subject, email, now).await?,
                None => None,
            },
        };
        let user = user.filter(|user| user.disabled_at.is_none());
        if user.is_none() {
            self.refused_by_provider("no user", now).await?;
        }
        Ok(user)
    }

    /// Logs a sign-in by the provider that was refused.
    ///
    /// # Errors
    /// The store.
    pub async fn refused_by_provider(&self, why: &str, now: Time) -> Result<(), AccessError> {
        let by = By { actor: &Actor::nobody(), at: now };
        let why: String = why.chars().take(200).collect();
        Ok(self.store.put_audit(&[by.entry(AuditAction::SignInRefused, "user".to_owned(), &[("by", "oidc"), ("why", &why)])]).await?)
    }

    async fn tie(&self, subject: OidcSubject, email: &str, now: Time) -> Result<Option<User>, AccessError> {
        let mut batch = self.store.begin().await?;
        let has_it = |user: &User| !user.email.is_empty() && user.email.to_lowercase() == email.to_lowercase();
        let mut users: Vec<User> = batch.users().await?.into_iter().filter(has_it).collect();
        let (Some(user), true) = (users.pop(), users.is_empty()) else { return Ok(None) };
        if user.subject.is_some() || user.disabled_at.is_some() {
            return Ok(None);
        }
        let user = User { subject: Some(subject), ..user };
        batch.put_user(&user).await?;
        let by = By { actor: &Actor::service(), at: now };
        batch.put_audit(&by.entry(AuditAction::User, change::object(&user), &[("change", "tied to the identity provider")])).await?;
        batch.commit().await?;
        Ok(Some(user))
    }
}
