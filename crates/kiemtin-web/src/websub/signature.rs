//! Does the signature of a push hold? `X-Hub-Signature: sha256=…` is an HMAC over the body as it came (WebSub §7.1).

use axum::http::HeaderMap;
use hmac::digest::block_api::EagerHash;
use hmac::{Hmac, KeyInit, Mac};
use kiemtin_model::hex::unhex;
use sha1::Sha1;
use sha2::{Sha256, Sha384, Sha512};

/// Signatures of one push that are looked at.
const MOST: usize = 4;

/// What a signature is worth.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Seal {
    /// It holds.
    Holds,
    /// It holds, by a method that is no longer recommended (SHA-1).
    Weak,
    /// There is none that holds.
    Wrong,
}

/// The best of the signatures that came with a body.
pub(super) fn check(headers: &HeaderMap, body: &[u8], secret: &[u8]) -> Seal {
    let mut weak = false;
    for value in headers.get_all("x-hub-signature").iter().take(MOST).filter_map(|v| v.to_str().ok()) {
        let Some((method, digits)) = value.trim().split_once('=') else { continue };
        // SHA-512 has 128 digits.
        let Some(given) = Some(digits.trim()).filter(|d| d.len() <= 128).and_then(unhex) else { continue };
        match method.trim().to_ascii_lowercase().as_str() {
            "sha256" if holds::<Sha256>(&given, body, secret) => return Seal::Holds,
            "sha384" if holds::<Sha384>(&given, body, secret) => return Seal::Holds,
            "sha512" if holds::<Sha512>(&given, body, secret) => return Seal::Holds,
            "sha1" => weak |= holds::<Sha1>(&given, body, secret),
            _ => {}
        }
    }
    if weak { Seal::Weak } else { Seal::Wrong }
}

/// Compared in constant time.
fn holds<H: EagerHash>(given: &[u8], body: &[u8], secret: &[u8]) -> bool
where
    Hmac<H>: Mac + KeyInit,
{
    let Ok(mac) = <Hmac<H> as KeyInit>::new_from_slice(secret) else { return false };
    mac.chain_update(body).verify_slice(given).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Of RFC 4231 and RFC 2202, test case 2: key "Jefe".
    const BODY: &[u8] = b"what do ya want for nothing?";
    const SHA1: &str = "sha1=effcdf6ae5eb2fa2d27416d5f184df9c259a7c79";
    const SHA256: &str = "sha256=5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843";
    const SHA384: &str = "sha384=af45d2e376484031617f78d2b58a6b1b9c7ef464f5a01b47e42ec3736322445e8e2240ca5e69e2c78b3239ecfab21649";
    const SHA512: &str = "sha512=164b7a7bfcf819e2e395fbe73b56e0a387bd64222e831fd610270cd7ea2505549758bf75c05a994a6d034f65f8f0e6fdcaeab1a34d4a6b4b636e070a38bce737";

    #[test]
    fn the_best_signature_counts() {
        let check = |values: &[&str], expected: Seal| {
            let mut headers = HeaderMap::new();
            for value in values {
                headers.append("x-hub-signature", value.parse().unwrap());
            }
            assert_eq!(check(&headers, BODY, b"Jefe"), expected, "{values:?}");
            assert_eq!(super::check(&headers, BODY, b"jefe"), Seal::Wrong, "another key: {values:?}");
            assert_eq!(super::check(&headers, b"what", b"Jefe"), Seal::Wrong, "another body: {values:?}");
        };
        for strong in [SHA256, SHA384, SHA512] {
            check(&[strong], Seal::Holds);
            check(&[&strong.to_uppercase()], Seal::Holds);
            check(&[SHA1, strong], Seal::Holds);
            check(&[strong.split_at(strong.len() - 2).0], Seal::Wrong);
        }
        check(&[SHA1], Seal::Weak);
        check(&[&SHA256.replace("sha256", "sha1")], Seal::Wrong);
        check(&[&SHA256.replace("sha256", "sha512")], Seal::Wrong);
        check(&["sha256=", "sha256", "=", "", "md5=00", "sha256=zz", "sha256=5"], Seal::Wrong);
        check(&[&format!("sha256={}", "00".repeat(500))], Seal::Wrong);
        check(&["a=b", "a=b", "a=b", "a=b", SHA256], Seal::Wrong);
        check(&[], Seal::Wrong);
    }
}
