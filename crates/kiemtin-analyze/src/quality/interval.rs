//! How sure is a share that was counted on few cases?

use schemars::JsonSchema;
use serde::Serialize;

/// Quantile of the normal distribution for 95 %, two-sided.
const Z: f64 = 1.959_963_984_540_054;

/// A share with its 95 % interval, all from 0 to 1.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, JsonSchema)]
pub struct Interval {
    /// Counted share.
    pub share: f64,
    /// Lower bound.
    pub low: f64,
    /// Upper bound.
    pub high: f64,
}

/// The score interval of E. B. Wilson (1927, J. Am. Stat. Assoc. 22): unlike the normal one it stays between 0 and 1 and
/// is honest about few cases. `None` without any case. `hits` above `cases` counts as `cases`.
pub fn wilson(hits: u64, cases: u64) -> Option<Interval> {
    if cases == 0 {
        return None;
    }
    let n = cases as f64;
    let share = hits.min(cases) as f64 / n;
    let z2 = Z * Z;
    let middle = (share + z2 / (2.0 * n)) / (1.0 + z2 / n);
    let half = Z * (share * (1.0 - share) / n + z2 / (4.0 * n * n)).sqrt() / (1.0 + z2 / n);
    Some(Interval { share, low: (middle - half).clamp(0.0, share), high: (middle + half).clamp(share, 1.0) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn agrees_with_published_values() {
        // Newcombe (1998, Statistics in Medicine 17), table I, method 3.
        for (hits, cases, low, high) in
            [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)]
        {
            let i = wilson(hits, cases).unwrap();
            assert!((i.low - low).abs() < 5e-5 && (i.high - high).abs() < 5e-5, "{hits} of {cases}: {i:?}");
        }
        assert_eq!(wilson(0, 0), None);
    }

    #[test]
    fn holds_the_share() {
        for (cases, hits) in (1..300).flat_map(|cases| (0..=cases).map(move |hits| (cases, hits))) {
            let i = wilson(hits, cases).unwrap();
            assert!(0.0 <= i.low && i.low <= i.share && i.share <= i.high && i.high <= 1.0, "{hits} of {cases}: {i:?}");
        }
    }
}
