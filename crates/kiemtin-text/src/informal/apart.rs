//! Which letters are one word that was taken apart, so that no filter finds it?

use super::{LONGEST, is_syllable, keys_of};
use crate::capitals::capitals;
use crate::key::Keys;
use crate::scan::{Scanned, Token};

/// Marks that words are taken apart with. A hyphen joins words as well, a slash stands for "per" and "or".
const SEPARATORS: [&str; 9] = [".", "*", "·", "•", "_", "-", "|", "~", "/"];
/// Those that stand between pieces of several letters: `đ.ảo`.
const BETWEEN_PIECES: [&str; 5] = [".", "*", "·", "•", "_"];
/// Letters in a row that are looked at: a line of them.
const MOST_LETTERS: usize = 64;

/// A text with the words put together that were taken apart; none when there is no such word.
pub(super) fn joined<'t>(scanned: &Scanned<'t>) -> Option<Scanned<'t>> {
    let mut joined: Vec<Token> = vec![];
    // What stands before here is in `joined`.
    let (mut copied, mut at) = (0, 0);
    while at + 1 < scanned.tokens.len() {
        match letters(scanned, at).or_else(|| pieces(scanned, at)) {
            Some((words, taken)) => {
                joined.extend(scanned.tokens.get(copied..at).unwrap_or_default());
                joined.extend(words);
                at += taken;
                copied = at;
            }
            None => at += 1,
        }
    }
    joined.extend(scanned.tokens.get(copied..).unwrap_or_default());
    (copied > 0).then_some(Scanned { text: scanned.text, tokens: joined, marked: scanned.marked })
}

/// Single letters from a word on, with one and the same mark or one space between, that make one syllable or several: the
/// syllables, and how many letters there are.
fn letters(scanned: &Scanned<'_>, at: usize) -> Option<(Vec<Token>, usize)> {
    let first = scanned.tokens.get(at).filter(|t| is_letter(scanned, t))?;
    let second = scanned.tokens.get(at + 1).filter(|t| is_letter(scanned, t))?;
    let mark = gap(scanned, first, second);
    if mark != " " && !SEPARATORS.contains(&mark) {
        return None;
    }
    let mut end = at + 2;
    while let (Some(last), Some(next)) = (scanned.tokens.get(end - 1), scanned.tokens.get(end))
        && end - at < MOST_LETTERS
        && is_letter(scanned, next)
        && gap(scanned, last, next) == mark
    {
        end += 1;
    }
    let run = scanned.tokens.get(at..end)?;
    // A word of three letters at the least: two are initials, or «a e».
    if run.len() < 3 {
        return None;
    }
    let spelt: String = run.iter().map(|t| scanned.composed(t).to_lowercase()).collect();
    // Initials are capitals («B.C.T» is BCT); a cry in capitals has an accent somewhere.
    let shouted = run.iter().all(|t| scanned.word(t).chars().all(char::is_uppercase));
    if shouted && spelt.is_ascii() {
        let keys = keys_of(&spelt).filter(|_| BETWEEN_PIECES.contains(&mark))?;
        let whole = Token { marked: first.marked, ..as_one(scanned, first, run.last()?, keys) };
        return Some((vec![whole], run.len()));
    }
    let mut from = run.iter();
    let mut words = vec![];
    for (keys, length) in divided(&spelt.chars().collect::<Vec<_>>())? {
        let first = from.next()?;
        let last = if length > 1 { from.nth(length - 2)? } else { first };
        words.push(as_one(scanned, first, last, keys));
    }
    Some((words, run.len()))
}

/// One word with these keys, from the first of its pieces to the last.
fn as_one(scanned: &Scanned<'_>, first: &Token, last: &Token, keys: Keys) -> Token {
    let spelt = scanned.text.get(first.start as usize..last.end as usize).unwrap_or("");
    Token { key: keys.exact, fold: keys.fold, end: last.end, marked: keys.marked, capitals: capitals(spelt), ..*first }
}

/// The cheapest way to a place: its price, and its last syllable with its length.
type Way = (u32, Option<(Keys, usize)>);

/// Letters as syllables, each with its length: as few as can be, and of those ways the one with most syllables that begin with a
/// consonant (`bộ công`, not `bộc ông`). `None`: there is no such way.
fn divided(letters: &[char]) -> Option<Vec<(Keys, usize)>> {
    let mut best: Vec<Option<Way>> = vec![None; letters.len() + 1];
    *best.first_mut()? = Some((0, None));
    for from in 0..letters.len() {
        let Some((price, _)) = best.get(from).copied().flatten() else { continue };
        for length in 1..=LONGEST.min(letters.len() - from) {
            let word: String = letters.get(from..from + length)?.iter().collect();
            let Some(keys) = keys_of(&word).filter(|k| is_syllable(*k)) else { continue };
            let vowel = word.chars().next().is_some_and(is_vowel);
            let price = price + 10 + u32::from(vowel);
            let slot = best.get_mut(from + length)?;
            if slot.is_none_or(|(old, _)| price < old) {
                *slot = Some((price, Some((keys, length))));
            }
        }
    }
    let (mut words, mut at) = (vec![], letters.len());
    while at > 0 {
        let (_, last) = best.get(at).copied().flatten()?;
        let (keys, length) = last?;
        words.push((keys, length));
        at = at.checked_sub(length)?;
    }
    words.reverse();
    Some(words)
}

/// Pieces of one word with one and the same mark between. They are one when together they are a syllable, and one of them is no
/// syllable, or a single small letter; without an accent only from three letters on (`8 a.m`). `TP.HCM`, `Q.1`, `moit.gov.vn` and
/// a lost space after a full stop stay.
fn pieces(scanned: &Scanned<'_>, at: usize) -> Option<(Vec<Token>, usize)> {
    let first = scanned.tokens.get(at)?;
    let second = scanned.tokens.get(at + 1)?;
    let mark = gap(scanned, first, second);
    if !BETWEEN_PIECES.contains(&mark) {
        return None;
    }
    let mut spelt = scanned.composed(first).into_owned();
    let mut odd = is_odd_piece(&spelt);
    let mut found = None;
    for next in at + 1..at + LONGEST {
        let (Some(last), Some(token)) = (scanned.tokens.get(next - 1), scanned.tokens.get(next)) else { break };
        let word = scanned.composed(token);
        // A capital begins a word of its own.
        let small = word.chars().all(|c| c.is_lowercase()) || spelt.chars().all(char::is_uppercase);
        if gap(scanned, last, token) != mark || !small || spelt.chars().count() + word.chars().count() > LONGEST {
            break;
        }
        odd |= is_odd_piece(&word);
        spelt.push_str(&word);
        let keys = keys_of(&spelt.to_lowercase())?;
        if odd && (keys.marked || spelt.len() > 2) && is_syllable(keys) {
            found = Some((vec![as_one(scanned, first, token, keys)], next + 1 - at));
        }
    }
    found
}

fn is_odd_piece(piece: &str) -> bool {
    let single = piece.chars().count() == 1;
    piece.chars().all(char::is_alphabetic) && (single || !keys_of(&piece.to_lowercase()).is_some_and(is_syllable))
}

fn is_letter(scanned: &Scanned<'_>, token: &Token) -> bool {
    // A letter with its marks, each of two bytes: most words are longer.
    if token.end - token.start > 7 {
        return false;
    }
    let word = scanned.composed(token);
    let mut chars = word.chars();
    matches!((chars.next(), chars.next()), (Some(c), None) if c.is_alphabetic())
}

pub(super) fn is_vowel(letter: char) -> bool {
    matches!(crate::key::folded(&letter.to_string()).as_str(), "a" | "e" | "i" | "o" | "u" | "y")
}

/// What stands between two words.
fn gap<'t>(scanned: &Scanned<'t>, before: &Token, after: &Token) -> &'t str {
    scanned.text.get(before.end as usize..after.start as usize).unwrap_or("")
}
