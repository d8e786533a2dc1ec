//! Where do secrets come from? The system's own randomness.

/// So many random bytes, in hex.
pub fn random_hex<const BYTES: usize>() -> anyhow::Result<String> {
    let mut bytes = [0; BYTES];
    getrandom::fill(&mut bytes).map_err(|e| anyhow::anyhow!("no randomness from the system: {e}"))?;
    Ok(kiemtin_model::hex::hex(&bytes))
}
