//! Which numbers of people are written with some digits hidden, but not enough of them ("0912.345.xxx")?

use super::cues::{Cue, nearest};
use super::{Cuts, Personal};
use regex::Regex;
use std::sync::LazyLock;

/// Digits that are shown; with fewer the number is hidden well enough.
const SHOWN: usize = 6;

static HIDDEN: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"\+?[0-9](?:[. ()-]{0,2}[0-9]){1,14}[. -]?[xX*•]{2,8}(?:[. -]?[xX*•]{2,4})?(?:[. -]?[0-9]{2,6})?").ok());

/// A phone number with a letter o for its zeros.
static LETTER_ZERO: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"(?-u:\b)[oO][35789](?:[. -]?[0-9oO]){8}(?-u:\b)").ok());

/// Finds them.
pub(super) fn find(cuts: &mut Cuts<'_>) {
    let text = cuts.text;
    for found in HIDDEN.iter().flat_map(|r| r.find_iter(text)) {
        let (before, after) = (cuts.before(found.start()), cuts.after(found.end()));
        let joined = |c: char| c.is_alphanumeric() || matches!(c, '/' | '.' | ',' | '*');
        let shown: String = found.as_str().chars().filter(char::is_ascii_digit).collect();
        let all = shown.len() + found.as_str().chars().filter(|c| matches!(c, 'x' | 'X' | '*' | '•')).count();
        let cue = nearest(before).map(|(cue, _)| cue);
        if shown.len() < SHOWN || after.starts_with(char::is_alphanumeric) || (before.ends_with(joined) && cue.is_none()) {
            continue;
        }
        let dialled = shown.starts_with('0') || shown.starts_with("84");
        let kind = match cue {
            Some(Cue::Account | Cue::Bank) => Some(Personal::Account),
            Some(Cue::Identity) => Some(Personal::Identity),
            Some(Cue::Code) => None,
            _ => (dialled && (9..=12).contains(&all)).then_some(Personal::Phone),
        };
        if let Some(kind) = kind {
            cuts.add(found.start(), found.end(), kind);
        }
    }
    for found in LETTER_ZERO.iter().flat_map(|r| r.find_iter(text)) {
        if found.as_str().bytes().filter(u8::is_ascii_digit).count() >= SHOWN {
            cuts.add(found.start(), found.end(), Personal::Phone);
        }
    }
}
