//! How is a password kept and checked, and which one may be chosen?
//!
//! Argon2id with the parameters that OWASP advises (Password Storage Cheat Sheet: 19 MiB, two passes, one lane), so that a stolen
//! store gives no passwords away. The rules are those of NIST SP 800-63B, section 3.1.1: length counts, composition does not; what
//! is expected is refused. A check takes some 20 ms and 19 MiB: few run at once, few wait, and none runs on an async thread.

use argon2::password_hash::phc::PasswordHash;
use argon2::{Algorithm, Argon2, Params, PasswordHasher, PasswordVerifier, Version};
use kiemtin_text::compose;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use tokio::sync::{Semaphore, SemaphorePermit};

/// Fewest Unicode scalar values of a password.
pub const SHORTEST: usize = 12;
/// Most bytes of a password.
pub const LONGEST: usize = 256;
const MEMORY_KIB: u32 = 19 * 1024;
const PASSES: u32 = 2;
const LANES: u32 = 1;
/// Checks that run at once: each has its memory and a core.
const AT_ONCE: usize = 2;
/// Checks that run or wait.
const MOST_ASKED: usize = 24;
/// What everybody tries first, beside the names of the user.
const EXPECTED: [&str; 8] = [
    "123456789012",
    "1234567890123",
    "123123123123",
    "qwertyuiop123",
    "matkhaumatkhau",
    "passwordpassword",
    "bocongthuong",
    "kiemtinkiemtin",
];

/// Why a password was not taken. The words are for the person who chose it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unfit {
    /// Too short.
    #[error("mật khẩu cần ít nhất {SHORTEST} ký tự; một câu dễ nhớ là tốt nhất")]
    Short,
    /// Too long.
    #[error("mật khẩu dài nhất {LONGEST} byte")]
    Long,
    /// It is a name of the user, one letter again and again, or what everybody tries first.
    #[error("mật khẩu này quá dễ đoán; hãy chọn một câu khác")]
    Expected,
}

/// Why a password could not be hashed or checked.
#[derive(Debug, thiserror::Error)]
pub enum PasswordError {
    /// Too many are asked for at once.
    #[error("too many passwords are being checked")]
    Busy,
    /// The hash function failed.
    #[error("the hash of a password cannot be made or read: {0}")]
    Hash(String),
}

/// The password as it is hashed (NFC, since keyboards write accents in different ways), if it may be chosen.
///
/// # Errors
/// Why it may not be.
pub fn fit(password: &str, names: &[&str]) -> Result<String, Unfit> {
    if password.len() > LONGEST {
        return Err(Unfit::Long);
    }
    let password = normal(password);
    if password.chars().count() < SHORTEST {
        return Err(Unfit::Short);
    }
    let bare = |text: &str| text.to_lowercase().split_whitespace().collect::<String>();
    let (typed, first) = (bare(&password), password.chars().next());
    let name = |name: &&str| {
        let name = bare(name);
        !name.is_empty() && typed.replace(&name, "").trim_matches(|c: char| c.is_ascii_digit() || c.is_ascii_punctuation()).is_empty()
    };
    let expected = names.iter().any(name) || EXPECTED.contains(&&*typed) || password.chars().all(|c| Some(c) == first);
    if expected { Err(Unfit::Expected) } else { Ok(password) }
}

fn normal(password: &str) -> String {
    compose(password.into()).into_owned()
}

/// Hashes and checks passwords.
pub struct Passwords {
    places: Semaphore,
    running: Arc<Semaphore>,
    runs: Arc<AtomicU64>,
    /// The hash of a password that nobody has.
    nobody: String,
}

impl Passwords {
    /// With a random password in the place of users who are not there.
    ///
    /// # Errors
    /// The system's random source, the hash function.
    pub fn new(random: &str, salt: &[u8]) -> Result<Self, PasswordError> {
        Ok(Self {
            places: Semaphore::new(MOST_ASKED),
            running: Arc::new(Semaphore::new(AT_ONCE)),
            runs: Arc::default(),
            nobody: hashed(random, salt)?,
        })
    }

    /// How many hashes were computed so far.
    pub fn runs(&self) -> u64 {
        self.runs.load(Ordering::Relaxed)
    }

    /// The hash of a password that is [`fit`], as a PHC string.
    ///
    /// # Errors
    /// As [`PasswordError`] says.
    pub async fn hash(&self, password: String, salt: [u8; 16]) -> Result<String, PasswordError> {
        self.run(move || hashed(&password, &salt)).await
    }

    /// Whether it is the password of this hash. Without a hash the same work is done, and the answer is no.
    ///
    /// # Errors
    /// As [`PasswordError`] says.
    pub async fn verify(&self, password: &str, hash: Option<String>) -> Result<bool, PasswordError> {
        // What is longer than any password is none, but costs as much time.
        let known = hash.is_some() && password.len() <= LONGEST;
        let typed = if password.len() <= LONGEST { normal(password) } else { String::new() };
        let hash = hash.unwrap_or_else(|| self.nobody.clone());
        let right = self.run(move || {
            let parsed = PasswordHash::new(&hash).map_err(|e| PasswordError::Hash(e.to_string()))?;
            Ok(argon2()?.verify_password(typed.as_bytes(), &parsed).is_ok())
        });
        Ok(right.await? && known)
    }

    async fn run<T: Send + 'static>(&self, work: impl FnOnce() -> Result<T, PasswordError> + Send + 'static) -> Result<T, PasswordError> {
        let _place: SemaphorePermit<'_> = self.places.try_acquire().map_err(|_| PasswordError::Busy)?;
        let permit = self.running.clone().acquire_owned().await.map_err(|e| PasswordError::Hash(e.to_string()))?;
        let runs = self.runs.clone();
        // The permit goes along: work goes on when nobody waits for it any more.
        let done = tokio::task::spawn_blocking(move || {
            let _permit = permit;
            runs.fetch_add(1, Ordering::Relaxed);
            work()
        });
        done.await.map_err(|e| PasswordError::Hash(e.to_string()))?
    }
}

fn argon2() -> Result<Argon2<'static>, PasswordError> {
    let params = Params::new(MEMORY_KIB, PASSES, LANES, None).map_err(|e| PasswordError::Hash(e.to_string()))?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

/// The hash of a password as a PHC string, on this thread.
///
/// # Errors
/// The hash function.
pub fn hashed(password: &str, salt: &[u8]) -> Result<String, PasswordError> {
    let hash = argon2()?.hash_password_with_salt(password.as_bytes(), salt).map_err(|e| PasswordError::Hash(e.to_string()))?;
    Ok(hash.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn length_counts_and_what_is_expected_does_not() {
        for (password, expected) in [
            ("mười một ký", Err(Unfit::Short)),
            ("con mèo trèo cây cau", Ok(())),
            ("aaaaaaaaaaaaaaaa", Err(Unfit::Expected)),
            ("Lan.Nguyen-Bct", Err(Unfit::Expected)),
            ("lan.nguyen-bct2026!", Err(Unfit::Expected)),
            ("Nguyễn Thị Lan 123", Err(Unfit::Expected)),
            ("lan.nguyen-bct và con mèo", Ok(())),
            ("123456789012", Err(Unfit::Expected)),
            (&"ệ".repeat(90), Err(Unfit::Long)),
            (&"a".repeat(257), Err(Unfit::Long)),
        ] {
            assert_eq!(fit(password, &["lan.nguyen-bct", "Nguyễn Thị Lan", ""]).map(drop), expected, "{password}");
        }
    }

    #[tokio::test]
    async fn accents_may_be_written_in_either_way_and_nobody_costs_as_much() {
        let passwords = Passwords::new("không ai cả", &[7; 16]).unwrap();
        let composed = fit("con mèo trèo cây cau", &[]).unwrap();
        let hash = passwords.hash(composed, [9; 16]).await.unwrap();
        assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{hash}");
        let decomposed = "con me\u{300}o tre\u{300}o ca\u{302}y cau";
        for (typed, of, right) in [
            (decomposed, Some(&hash), true),
            ("con mèo trèo cây cau ", Some(&hash), false),
            ("không ai cả", None, false),
            (&"a".repeat(300), Some(&hash), false),
        ] {
            let before = passwords.runs();
            assert_eq!(passwords.verify(typed, of.cloned()).await.unwrap(), right, "{typed}");
            assert_eq!(passwords.runs(), before + 1, "the same work: {typed}");
        }
        assert!(matches!(passwords.verify("a", Some("plain".into())).await, Err(PasswordError::Hash(_))));
    }

    #[tokio::test]
    async fn few_wait_and_the_rest_is_refused() {
        let passwords = Passwords::new("không ai cả", &[7; 16]).unwrap();
        let _held = passwords.places.acquire_many(MOST_ASKED as u32).await.unwrap();
        assert!(matches!(passwords.verify("a", None).await, Err(PasswordError::Busy)));
    }
}
