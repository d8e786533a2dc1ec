//! Which digits are a phone number, and in which groups are they written?
//!
//! Vietnamese numbers have 10 digits from 0 (mobile) or 11 from 02 (fixed); up to 2018 mobile ones had 11 from 01 and
//! fixed ones 10 (plan of numbers, Circular 22/2014/TT-BTTTT). Abroad they stand behind +84, and `+` opens any other.

/// What digits can be, going by them alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Dialled {
    /// A number that is given out today, or one with a `+`.
    Valid,
    /// As long as one: only with a word before it, or written in the groups of one.
    Likely,
}

/// Judges digits. `plus` says that a `+` stands before them.
pub(super) fn judge(digits: &str, plus: bool) -> Option<Dialled> {
    let abroad = digits.strip_prefix("0084").or_else(|| digits.strip_prefix("84").filter(|_| plus || digits.len() >= 11));
    if let Some(rest) = abroad
        && let Some(judged) = national(rest.strip_prefix('0').unwrap_or(rest))
    {
        return Some(judged);
    }
    if plus {
        return ((9..=15).contains(&digits.len()) && !digits.starts_with('0')).then_some(Dialled::Valid);
    }
    national(digits.strip_prefix('0')?)
}

/// Judges what is dialled behind the leading 0.
fn national(rest: &str) -> Option<Dialled> {
    let two = rest.get(..2).unwrap_or("");
    match rest.len() {
        9 if is_mobile(two) => Some(Dialled::Valid),
        9 => Some(Dialled::Likely),
        10 if rest.starts_with('2') || matches!(two, "12" | "16" | "18" | "19") => Some(Dialled::Valid),
        _ => None,
    }
}

/// The first two digits behind the 0 of mobile numbers.
fn is_mobile(two: &str) -> bool {
    matches!(
        two.as_bytes(),
        [b'3', b'2'..=b'9'] | [b'5', b'2' | b'5' | b'6' | b'8' | b'9'] | [b'7', b'0' | b'6'..=b'9'] | [b'8', b'1'..=b'9'] | [b'9', _]
    )
}

/// Whether groups of these lengths are how a phone number is written; a date or a list of numbers is not.
pub(super) fn is_phone_shape(lengths: &[usize]) -> bool {
    match lengths {
        [] => false,
        [_] => true,
        all if all.iter().all(|n| *n == 1) => true,
        [2, rest @ ..] => rest.len() <= 3 && rest.iter().all(|n| *n >= 3),
        [first, rest @ ..] if *first >= 3 => rest.len() <= 5 && rest.iter().all(|n| *n >= 2),
        [_, ..] => false,
    }
}

/// As it is dialled inside Vietnam, for comparing with an allow-list.
pub(super) fn dialled(digits: &str) -> String {
    let abroad = digits.strip_prefix("0084").or_else(|| digits.strip_prefix("84").filter(|_| digits.len() >= 11));
    abroad.map_or_else(|| digits.to_owned(), |rest| format!("0{}", rest.strip_prefix('0').unwrap_or(rest)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_of_phones() {
        let check = |digits: &str, plus: bool, expected: Option<Dialled>| assert_eq!(judge(digits, plus), expected, "{digits}");
        check("0912345678", false, Some(Dialled::Valid));
        check("0123456789", false, Some(Dialled::Likely));
        check("0312345678", false, Some(Dialled::Likely));
        check("02438251234", false, Some(Dialled::Valid));
        check("01681234567", false, Some(Dialled::Valid));
        check("84912345678", false, Some(Dialled::Valid));
        check("840912345678", true, Some(Dialled::Valid));
        check("0084912345678", false, Some(Dialled::Valid));
        check("14155552671", true, Some(Dialled::Valid));
        check("14155552671", false, None);
        check("091234567", false, None);
        assert_eq!(dialled("842438251234"), "02438251234");
        for shape in [&[10][..], &[4, 3, 3], &[4, 2, 2, 2], &[3, 4, 4], &[2, 4, 4], &[1; 10]] {
            assert!(is_phone_shape(shape), "{shape:?}");
        }
        for shape in [&[2, 2, 2, 2, 2][..], &[2, 2, 4, 2], &[1, 3, 3, 3], &[]] {
            assert!(!is_phone_shape(shape), "{shape:?}");
        }
    }
}
