//! What was taken out of a text, and what was put in, between two versions of it?
//!
//! Paragraphs are compared first, then the words of what changed between equal paragraphs; a word is a syllable, a sign or
//! a space. Shortest edit scripts after Myers, "An O(ND) Difference Algorithm and Its Variations" (Algorithmica 1, 1986),
//! under a budget of steps for the whole comparison: what would cost more is shown as replaced, so hostile texts cost no
//! more than a few milliseconds.

mod script;

use script::{Run, common};
use std::collections::HashMap;

/// Steps for one comparison (some milliseconds). Also bounds its memory: four bytes a step.
const STEPS: usize = 1_000_000;
/// Times that words in common by chance are looked for: leaving some out makes the changes around others larger.
const PASSES: usize = 4;
/// Of the shorter side's syllables, the part (one in so many) that must be kept for a changed passage to be shown word by
/// word: below that the few words in common are chance, and the passage reads better as replaced.
const KEPT_PART: usize = 4;

/// What happened to a piece of text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Change {
    /// It stands in both versions.
    Same,
    /// Only the new version has it.
    Added,
    /// Only the old version has it.
    Removed,
}

impl Change {
    /// The word in the API.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Same => "same",
            Self::Added => "added",
            Self::Removed => "removed",
        }
    }
}

/// A piece of a comparison; never empty.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Piece<'a> {
    /// What happened to it.
    pub change: Change,
    /// Its text.
    pub text: &'a str,
}

/// The difference of two texts, in order. The pieces that are not added, joined, are exactly `old`; those that are not
/// removed are exactly `new`. No two neighbours have the same [`Change`], and what replaces stands after what it replaces.
pub fn difference<'a>(old: &'a str, new: &'a str) -> Vec<Piece<'a>> {
    let mut budget = STEPS;
    let (old_lines, new_lines) = (tokens(old, Cut::Paragraphs), tokens(new, Cut::Paragraphs));
    let equal = matched(old, &old_lines, new, &new_lines, &mut budget).unwrap_or_default();
    let end = Kept { old: old.len(), new: new.len(), length: 0 };
    let mut kept = vec![];
    let (mut old_at, mut new_at) = (0, 0);
    for run in equal.into_iter().chain([end]) {
        let (before, after) = (old.get(old_at..run.old).unwrap_or(""), new.get(new_at..run.new).unwrap_or(""));
        let within = changed(before, after, &mut budget).into_iter();
        kept.extend(within.map(|k| Kept { old: k.old + old_at, new: k.new + new_at, ..k }));
        (old_at, new_at) = (run.old + run.length, run.new + run.length);
        kept.push(run);
    }
    pieces(old, new, &kept)
}

/// The pieces of a comparison that kept these passages.
fn pieces<'a>(old: &'a str, new: &'a str, kept: &[Kept]) -> Vec<Piece<'a>> {
    let mut out: Vec<Piece<'a>> = vec![];
    let (mut start, mut old_at, mut new_at) = (0, 0, 0);
    for k in kept {
        if (k.old, k.new) != (old_at, new_at) || k.length == 0 {
            // Kept passages that follow one another are one piece.
            out.push(Piece { change: Change::Same, text: old.get(start..old_at).unwrap_or("") });
            out.push(Piece { change: Change::Removed, text: old.get(old_at..k.old).unwrap_or("") });
            out.push(Piece { change: Change::Added, text: new.get(new_at..k.new).unwrap_or("") });
            start = k.old;
        }
        (old_at, new_at) = (k.old + k.length, k.new + k.length);
    }
    out.retain(|p| !p.text.is_empty());
    out
}

/// Syllables added and removed: `(added, removed)`.
pub fn syllables(pieces: &[Piece<'_>]) -> (usize, usize) {
    let of = |change| pieces.iter().filter(|p| p.change == change).map(|p| words(p.text)).sum();
    (of(Change::Added), of(Change::Removed))
}

/// What two passages between equal paragraphs have in common, word by word; nothing where "replaced" tells as much.
fn changed(old: &str, new: &str, budget: &mut usize) -> Vec<Kept> {
    let mut kept = matched(old, &tokens(old, Cut::Words), new, &tokens(new, Cut::Words), budget).unwrap_or_default();
    // A sign or space alone between two changes belongs to them; the end of a paragraph does not.
    kept.retain(|k| {
        let text = old.get(k.old..k.old + k.length).unwrap_or("");
        let inside = k.old > 0 && k.new > 0 && k.old + k.length < old.len() && k.new + k.length < new.len();
        !inside || text.contains('\n') || text.chars().any(char::is_alphanumeric)
    });
    drop_chance_words(old, new, &mut kept);
    let words_kept: usize = kept.iter().map(|k| words(old.get(k.old..k.old + k.length).unwrap_or(""))).sum();
    if words_kept * KEPT_PART < words(old).min(words(new)) { vec![] } else { kept }
}

/// Words that stand between two larger changes are in common by chance: the passage reads better as one change (the semantic
/// cleanup of N. Fraser, "Diff Strategies", 2006: kept is what is as long as the change before it or the one after it).
fn drop_chance_words(old: &str, new: &str, kept: &mut Vec<Kept>) {
    let between = |from: Option<&Kept>, to: Option<&Kept>| {
        let (old_from, new_from) = from.map_or((0, 0), |k| (k.old + k.length, k.new + k.length));
        let (old_to, new_to) = to.map_or((old.len(), new.len()), |k| (k.old, k.new));
        words(old.get(old_from..old_to).unwrap_or("")).max(words(new.get(new_from..new_to).unwrap_or("")))
    };
    for _ in 0..PASSES {
        let mut left: Vec<Kept> = Vec::with_capacity(kept.len());
        for (at, k) in kept.iter().enumerate() {
            let text = old.get(k.old..k.old + k.length).unwrap_or("");
            let own = words(text);
            let chance = !text.contains('\n') && own < between(left.last(), Some(k)) && own < between(Some(k), kept.get(at + 1));
            if !chance {
                left.push(*k);
            }
        }
        if left.len() == kept.len() {
            return;
        }
        *kept = left;
    }
}

/// Number of syllables, words and numbers.
fn words(text: &str) -> usize {
    text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).count()
}

/// How a text is cut into what is compared.
#[derive(Clone, Copy)]
enum Cut {
    /// Each with its line end.
    Paragraphs,
    /// Syllables (with their accents, composed or not), figures, single signs, spaces.
    Words,
}

/// The byte after each token; the tokens cover the text.
fn tokens(text: &str, cut: Cut) -> Vec<usize> {
    #[derive(PartialEq)]
    enum Class {
        Word,
        Space,
        Sign,
    }
    let class = |c: char| match c {
        '\u{300}'..='\u{36f}' => Class::Word,
        c if c.is_alphanumeric() => Class::Word,
        c if c.is_whitespace() && c != '\n' => Class::Space,
        _ => Class::Sign,
    };
    let mut ends = vec![];
    let mut chars = text.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        let (next_at, next) = chars.peek().map_or((text.len(), None), |(at, next)| (*at, Some(*next)));
        let goes_on = match cut {
            Cut::Paragraphs => c != '\n',
            Cut::Words if is_joint(text, at) || is_joint(text, next_at) => true,
            Cut::Words => class(c) != Class::Sign && next.is_some_and(|next| class(next) == class(c)),
        };
        if next.is_none() || !goes_on {
            ends.push(chars.peek().map_or(text.len(), |(at, _)| *at));
        }
    }
    ends
}

/// Whether a point or comma inside a figure begins at this byte: "2.204" is one word.
fn is_joint(text: &str, at: usize) -> bool {
    let byte = |at: usize| text.as_bytes().get(at).copied().unwrap_or(0);
    matches!(byte(at), b'.' | b',') && at > 0 && byte(at - 1).is_ascii_digit() && byte(at + 1).is_ascii_digit()
}

/// A passage that stands in both texts, by its bytes.
#[derive(Clone, Copy)]
struct Kept {
    old: usize,
    new: usize,
    length: usize,
}

/// What both texts have in common, by tokens that end at these bytes; `None` when the budget does not suffice to tell.
fn matched(old: &str, old_ends: &[usize], new: &str, new_ends: &[usize], budget: &mut usize) -> Option<Vec<Kept>> {
    let mut numbers: HashMap<&str, u32> = HashMap::new();
    let runs = common(&numbered(old, old_ends, &mut numbers), &numbered(new, new_ends, &mut numbers), budget)?;
    let start = |ends: &[usize], token: usize| token.checked_sub(1).and_then(|before| ends.get(before)).copied().unwrap_or(0);
    let kept = |run: Run| {
        let (old, new) = (start(old_ends, run.old), start(new_ends, run.new));
        Kept { old, new, length: start(old_ends, run.old + run.length) - old }
    };
    Some(runs.into_iter().map(kept).collect())
}

/// Equal tokens get equal numbers: comparing two costs the same however long they are.
fn numbered<'a>(text: &'a str, ends: &[usize], numbers: &mut HashMap<&'a str, u32>) -> Vec<u32> {
    let mut start = 0;
    let number = |end: &usize| {
        let next = numbers.len() as u32;
        let token = text.get(start..*end).unwrap_or("");
        start = *end;
        *numbers.entry(token).or_insert(next)
    };
    ends.iter().map(number).collect()
}

#[cfg(test)]
mod tests;
