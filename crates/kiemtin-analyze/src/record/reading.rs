//! What stands around a place in one sentence: names of the record, words, dates?

use super::book::{Meaning, Role};
use super::dates::{Period, period};
use super::names::Named;
use kiemtin_model::Time;
use kiemtin_text::calendar::dates;
use kiemtin_text::{Scanned, Token};

/// One field of a document with the names found in it.
pub(super) struct FieldReading<'a, 'b> {
    /// 0 title, 1 text.
    pub field: usize,
    /// Its words.
    pub scanned: &'a Scanned<'b>,
    /// Its names, by place.
    pub named: &'a [Named<Meaning>],
    /// Its dates that say enough: sentence, paragraph, first byte, period.
    pub periods: Vec<Stated>,
}

/// A period that a text names.
#[derive(Clone, Copy, Debug)]
pub(super) struct Stated {
    pub sentence: u32,
    pub paragraph: u32,
    /// Its first token.
    pub at: usize,
    pub period: Period,
    /// «từ năm 2023», «since 2023»: since when something is counted, not when it happens.
    pub since: bool,
}

impl<'a, 'b> FieldReading<'a, 'b> {
    /// Reads a field; dates without a year are taken nearest to `time`.
    pub fn new(field: usize, scanned: &'a Scanned<'b>, all: &'a [Named<Meaning>], time: Option<Time>) -> Self {
        let from = all.partition_point(|n| n.field < field);
        let to = all.partition_point(|n| n.field <= field);
        let periods = dates(scanned).into_iter().filter_map(|date| {
            let at = scanned.tokens.partition_point(|t| (t.end as usize) <= date.start);
            let token = scanned.tokens.get(at)?;
            let before = at.checked_sub(1).and_then(|i| scanned.tokens.get(i)).map_or("".into(), |t| scanned.composed(t));
            let since = matches!(before.as_ref(), "từ" | "tu" | "since" | "from");
            Some(Stated { sentence: token.sentence, paragraph: token.paragraph, at, period: period(&date, time)?, since })
        });
        Self { field, scanned, named: all.get(from..to).unwrap_or(&[]), periods: periods.collect() }
    }

    /// Names in a sentence.
    pub fn in_sentence(&self, sentence: u32) -> &'a [Named<Meaning>] {
        let from = self.named.partition_point(|n| n.sentence < sentence);
        let to = self.named.partition_point(|n| n.sentence <= sentence);
        self.named.get(from..to).unwrap_or(&[])
    }

    /// Periods named in a sentence.
    pub fn periods_of(&self, sentence: u32) -> impl Iterator<Item = Period> + '_ {
        self.stated(sentence).map(|s| s.period)
    }

    /// The same, with how they are named.
    pub fn stated(&self, sentence: u32) -> impl Iterator<Item = &Stated> + '_ {
        let from = self.periods.partition_point(|s| s.sentence < sentence);
        let to = self.periods.partition_point(|s| s.sentence <= sentence);
        self.periods.get(from..to).unwrap_or(&[]).iter()
    }

    /// A word of a role in a sentence, not undone by a «chưa» or «không» right before it.
    pub fn says(&self, sentence: u32, role: Role) -> bool {
        self.words(sentence, role).next().is_some()
    }

    /// All words of a role in a sentence that nothing undoes.
    pub fn words(&self, sentence: u32, role: Role) -> impl Iterator<Item = &'a Named<Meaning>> + '_ {
        self.in_sentence(sentence).iter().filter(move |n| n.meaning == Meaning::Word(role) && !self.undone(n))
    }

    /// «chưa», «không» stand right before a name.
    pub fn undone(&self, name: &Named<Meaning>) -> bool {
        self.in_sentence(name.sentence).iter().any(|n| n.meaning == Meaning::Word(Role::Not) && n.next == name.first)
    }

    /// Number of the first token of a sentence.
    pub fn sentence_start(&self, sentence: u32) -> usize {
        self.scanned.tokens.partition_point(|t| t.sentence < sentence)
    }

    /// The sentence ends with a question mark.
    pub fn asks(&self, sentence: u32) -> bool {
        let next = self.scanned.tokens.partition_point(|t| t.sentence <= sentence);
        let end = next.checked_sub(1).and_then(|i| self.token(i)).map_or(0, |t| t.end as usize);
        let to = self.token(next).map_or(self.scanned.text.len(), |t| t.start as usize);
        self.scanned.text.get(end..to).is_some_and(|gap| gap.contains('?'))
    }

    /// A token by number.
    pub fn token(&self, at: usize) -> Option<&'a Token> {
        self.scanned.tokens.get(at)
    }

    /// Punctuation stands somewhere between two tokens.
    pub fn broken(&self, from: usize, to: usize) -> bool {
        self.scanned.tokens.get(from.min(to)..to.max(from)).is_some_and(|between| between.iter().any(|t| t.after_break))
    }

    /// Bytes from one token to before another.
    pub fn bytes(&self, first: usize, next: usize) -> Option<(usize, usize)> {
        Some((self.token(first)?.start as usize, self.token(next.checked_sub(1)?)?.end as usize))
    }
}
