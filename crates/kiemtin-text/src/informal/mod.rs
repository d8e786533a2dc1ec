//! Which words did a careless or evasive hand mean? Short spellings of chats, drawn-out letters, words taken apart.
//!
//! `k dc`, `rồiiiii`, `x.ă.n.g`, `đ.ảo`, `h ế t`: [`meant`] gives such words of a scanned text the keys of what was meant, so
//! that rules, claims and prints need no entry for any of them. Spans stay those of the text as it was typed. Nothing
//! is guessed that an ordinary text writes: what is joined must be a syllable that Vietnamese can spell, and a short form that
//! is also a word, an initial or a unit counts only where it stands as one.

mod apart;
mod teen;

use crate::alphabet::Class;
use crate::key::{Key, KeyBuilder, Keys};
use crate::scan::{Scanned, Token, scan};
use crate::syllables::syllables;
use std::collections::HashSet;
use std::sync::LazyLock;

/// Letters of the longest syllable (`nghiêng`).
const LONGEST: usize = 7;

/// Scans a text, and gives its words the keys of what was meant, see [`meant`].
pub fn read_informal(text: &str, vietnamese: bool) -> Scanned<'_> {
    let plain = scan(text);
    meant(&plain, vietnamese).unwrap_or(plain)
}

/// A scanned text with the keys of what was meant; none when it means what it says. `vietnamese`: it is known to be; then short
/// spellings count in a text without accents too, where `we` and `k` may be English.
pub fn meant<'t>(plain: &Scanned<'t>, vietnamese: bool) -> Option<Scanned<'t>> {
    let bare = plain.unaccented();
    let short = vietnamese || !bare;
    let joined = apart::joined(plain);
    let whole = joined.as_ref().unwrap_or(plain);
    let odd = |token: &Token| (short && teen::may_be(token.key)) || token.key.is_foreign() || token.key.doubles_a_letter();
    if !whole.tokens.iter().any(odd) {
        return joined;
    }
    Some(Scanned { tokens: respelt(whole, bare, short), text: plain.text, marked: plain.marked })
}

/// The words, each drawn-out or short one replaced by what was meant.
fn respelt(scanned: &Scanned<'_>, bare: bool, short: bool) -> Vec<Token> {
    let mut tokens = Vec::with_capacity(scanned.tokens.len() + 4);
    for (at, token) in scanned.tokens.iter().enumerate() {
        let token = drawn_out(scanned, token).map_or(*token, |keys| Token { key: keys.exact, fold: keys.fold, ..*token });
        let meant = if short { teen::meant(scanned, at, &token, bare) } else { vec![] };
        if meant.is_empty() {
            tokens.push(token);
        }
        for (number, keys) in meant.iter().enumerate() {
            // Both words of one short form have its place.
            tokens.push(Token { key: keys.exact, fold: keys.fold, after_break: token.after_break && number == 0, ..token });
        }
    }
    tokens
}

/// The keys of a word without letters that were drawn out: one that stands three times in a row in any word, twice at the end of
/// one with an accent. No syllable doubles its last letter.
fn drawn_out(scanned: &Scanned<'_>, token: &Token) -> Option<Keys> {
    // A tone written twice makes a word foreign.
    if !token.key.is_foreign() && !token.key.doubles_a_letter() {
        return None;
    }
    let word = scanned.composed(token).to_lowercase();
    // What has no vowel is an abbreviation («CCCD»).
    if !word.chars().all(char::is_alphabetic) || !word.chars().any(apart::is_vowel) {
        return None;
    }
    let (mut kept, mut run, mut drawn) = (String::with_capacity(word.len()), vec![], false);
    let mut close = |run: &mut Vec<char>, last: bool, kept: &mut String| {
        let once = run.len() >= 3 || (last && run.len() == 2 && token.marked);
        drawn |= once;
        kept.extend(run.iter().take(if once { 1 } else { run.len() }));
        run.clear();
    };
    for letter in word.chars() {
        if run.last().is_some_and(|last| *last != letter) {
            close(&mut run, false, &mut kept);
        }
        run.push(letter);
    }
    close(&mut run, true, &mut kept);
    if !drawn {
        return None;
    }
    // «rồiii» and «ôôôi» are syllables then; so are «noooo» and its like, which do no harm.
    keys_of(&kept)
}

/// The keys of one word.
fn keys_of(word: &str) -> Option<Keys> {
    let alphabet = crate::alphabet::alphabet();
    let mut builder = KeyBuilder::default();
    for c in word.chars() {
        let letter = alphabet.of(u32::from(c));
        if letter.class() == Class::Break {
            return None;
        }
        builder.push(letter, alphabet);
    }
    (!word.is_empty()).then(|| builder.finish(word))
}

/// Whether Vietnamese can spell a word so; without accents where it has none.
fn is_syllable(keys: Keys) -> bool {
    static SPELT: LazyLock<(HashSet<Key>, HashSet<Key>)> = LazyLock::new(|| {
        let keys = || syllables().into_iter().filter_map(|s| keys_of(&s)).collect::<Vec<_>>();
        (keys().iter().map(|k| k.exact).collect(), keys().iter().map(|k| k.fold).collect())
    });
    let (exact, fold) = &*SPELT;
    if keys.marked { exact.contains(&keys.exact.toneless()) } else { fold.contains(&keys.fold) }
}

#[cfg(test)]
mod tests;
