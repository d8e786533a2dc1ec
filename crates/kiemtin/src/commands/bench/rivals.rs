//! What do byte automata make of the same phrases? Only the bench knows them.

use aho_corasick::{AhoCorasick, AhoCorasickKind, MatchKind};
use daachorse::CharwiseDoubleArrayAhoCorasick;
use kiemtin_text::{Scanned, key};

/// Another way of finding phrases. It sees text and phrases normalised, which costs it nothing here.
pub enum Rival {
    /// The contiguous automaton of `aho-corasick`: the fastest of its kinds on lists of this length.
    AhoCorasick(AhoCorasick),
    /// `daachorse` over characters: on Vietnamese faster than over bytes.
    Daachorse(CharwiseDoubleArrayAhoCorasick<u32>),
}

impl Rival {
    /// Builds the automaton of `aho-corasick`.
    pub fn aho_corasick(patterns: &[String]) -> anyhow::Result<Self> {
        let builder = &mut AhoCorasick::builder();
        let builder = builder.kind(Some(AhoCorasickKind::ContiguousNFA)).match_kind(MatchKind::Standard);
        Ok(Self::AhoCorasick(builder.build(patterns)?))
    }

    /// Builds the automaton of `daachorse`.
    pub fn daachorse(patterns: &[String]) -> anyhow::Result<Self> {
        let built = CharwiseDoubleArrayAhoCorasick::new(patterns);
        Ok(Self::Daachorse(built.map_err(|e| anyhow::anyhow!("daachorse cannot take the phrases: {e}"))?))
    }

    /// Its name in figures.
    pub fn name(&self) -> &'static str {
        match self {
            Self::AhoCorasick(_) => "aho_corasick",
            Self::Daachorse(_) => "daachorse",
        }
    }

    /// Number of phrases in a normalised text, overlapping ones too.
    pub fn count(&self, text: &str) -> u64 {
        match self {
            Self::AhoCorasick(a) => a.find_overlapping_iter(text).count() as u64,
            Self::Daachorse(d) => d.find_overlapping_iter(text).count() as u64,
        }
    }
}

/// The text as the automata want it: syllables in one spelling between spaces, so that a phrase with a space at each end
/// matches whole syllables only; sentences apart.
pub fn normalised(scanned: &Scanned<'_>) -> String {
    let mut out = Vec::with_capacity(scanned.text.len() + 2);
    let mut sentence = 0;
    out.push(b' ');
    for token in &scanned.tokens {
        if token.sentence != sentence {
            out.extend_from_slice(b"| ");
            sentence = token.sentence;
        }
        key::exact_term(token.key, scanned.word(token), &mut out);
        out.push(b' ');
    }
    String::from_utf8_lossy(&out).into_owned()
}
