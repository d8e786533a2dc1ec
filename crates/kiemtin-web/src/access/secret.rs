//! Where do secrets come from? The system's random source.

use super::password::PasswordError;
use kiemtin_model::hex::hex;
use kiemtin_store::StoreError;

/// Why somebody could neither be let in nor turned away.
#[derive(Debug, thiserror::Error)]
pub enum AccessError {
    /// The system gave no random bytes.
    #[error("the system gives no random bytes to make secrets from")]
    NoRandom(#[source] getrandom::Error),
    /// Passwords cannot be checked.
    #[error(transparent)]
    Password(#[from] PasswordError),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Begins every API token: whoever finds one in a file knows what it is.
pub const TOKEN_PREFIX: &str = "kt_";

/// 32 random bytes in hex: safe in URLs, cookies and headers.
///
/// # Errors
/// [`AccessError::NoRandom`].
pub fn secret() -> Result<String, AccessError> {
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes).map_err(AccessError::NoRandom)?;
    Ok(hex(&bytes))
}

/// A new API token.
///
/// # Errors
/// As [`secret`].
pub fn token() -> Result<String, AccessError> {
    Ok(format!("{TOKEN_PREFIX}{}", secret()?))
}

/// What makes the hash of a password its own.
///
/// # Errors
/// As [`secret`].
pub fn salt() -> Result<[u8; 16], AccessError> {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes).map_err(AccessError::NoRandom)?;
    Ok(bytes)
}
