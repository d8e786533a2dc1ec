//! How is a request answered: what matches it, where are the best of it found fast, and what makes one better than another?
//!
//! A search of plain words has several readings: as typed; with the accents that were left out, as the collected texts would
//! put them ([`kiemtin_text::readings::Readings`]). Each reading finds candidates of its own, and counts by how probable it is.

use super::compile::{Compiler, LookedFor, Plan, Relaxed};
use super::pieces::{Boxed, Terms, any, boolean, in_a_row, unscored};
use crate::index::{IndexError, SearchRequest};
use kiemtin_text::query::{Filter, Phrase, Query as Ours, Spelling};
use kiemtin_text::readings::{Assumes, Reading};
use kiemtin_text::scan;
use tantivy::Term;
use tantivy::query::Occur;

/// Most readings that are followed.
const READINGS: usize = 3;
/// A reading that is so much less probable than the best one, in nats, is not followed.
const FAR: f32 = 3.5;
/// What a nat of its price takes from a reading: little, since a wrong one finds few documents that have its words side by side, and
/// the texts say more of what was meant than the price does.
const PER_NAT: f32 = 0.15;

/// Readings that mend a slip or a wrong accent: so many at the most, of those that are so much less probable at the most than the best
/// one, in nats; and what they are worth. They add to what is looked for.
const MENDED: usize = 3;
const MENDED_FAR: f32 = 3.0;
const MENDED_WORTH: f32 = 0.95;
/// With so many syllables, what has all of them has some by chance, and what the matter calls otherwise is missed.
const MANY_WORDS: usize = 5;

/// Two syllables are one word when they stand side by side so much more often than by chance (mutual information, nats).
pub(super) const TOGETHER: f32 = 3.0;

/// Most rows with other words in the place of those typed, and what they are worth against those typed.
const OTHER_ROWS: usize = 4;
const OTHER_WORDS: f32 = 0.85;

/// Words of a search that must all occur, each as typed or in another way, and conditions.
pub(super) struct Plain<'q> {
    pub(super) units: Vec<Unit<'q>>,
    pub(super) filters: Vec<&'q Filter>,
}

/// Words that stand for one thing.
pub(super) struct Unit<'q> {
    /// As typed: all of them.
    pub(super) typed: Vec<&'q Phrase>,
    /// Or any of these.
    pub(super) others: Vec<&'q Phrase>,
}

/// A way to read the words: with these exact spellings.
struct Spelt {
    /// The words as typed, unit by unit.
    units: Vec<Vec<String>>,
    /// All words in a row.
    row: String,
    /// What it counts against the best reading, above 0, at most 1.
    share: f32,
}

/// The plan of a request; `found` are the readings of its words, likeliest first.
pub(super) fn plan(compiler: &Compiler<'_>, request: &SearchRequest, found: &[Reading]) -> Result<Plan, IndexError> {
    let plain = request.query.as_ref().and_then(Plain::of);
    // What is not looked at closely is put in order by the score of the whole query.
    let matching = if plain.is_some() { compiler.matching(request)? } else { compiler.ranked(request)? };
    let (title, all) = (compiler.fields.title, compiler.fields.all);
    let once = request.query.is_some();
    let mut plan = Plan { candidates: vec![], once, relaxed: vec![], wide: false, rows: vec![], matching };
    let Some(plain) = plain else { return Ok(plan) };
    let mut filters = compiler.filters(request);
    for filter in &plain.filters {
        let query = Ours::Filter((*filter).clone());
        filters.push(compiler.matching(&SearchRequest { query: Some(query), ..SearchRequest::default() })?);
    }
    let with_filters = |query: Boxed| {
        let filters = filters.iter().map(|f| (Occur::Must, unscored(f.box_clone())));
        boolean([(Occur::Must, query)].into_iter().chain(filters).collect())
    };
    let typed: Vec<Vec<String>> = plain.units.iter().map(|unit| unit.typed.iter().map(|p| p.text.clone()).collect()).collect();
    let in_field = |field, units: &[Vec<String>], choose: fn(&Terms) -> &[(usize, Term)]| {
        let row = |text: &str| compiler.row(field, text, choose);
        let unit = |(unit, words): (&Unit<'_>, &Vec<String>)| {
            let typed = boolean(words.iter().map(|text| (Occur::Must, row(text))).collect());
            let others = unit.others.iter().map(|phrase| compiler.row(field, &phrase.text, |t| &t.exact));
            (Occur::Must, any([typed].into_iter().chain(others).collect()))
        };
        boolean(plain.units.iter().zip(units).map(unit).collect())
    };
    let row_of = |row: &str, share| LookedFor {
        words: Terms::new(compiler.fields, all, row).exact.into_iter().map(|(_, term)| term).collect(),
        share,
    };
    let spelt = spelt(&plain, typed, found);
    plan.wide = scan(&plain.row()).tokens.len() >= MANY_WORDS;
    // Phrases are looked at one by one: what was typed is found nowhere faster than by the whole query.
    plan.once = plain.units.iter().flat_map(|unit| unit.typed.iter().chain(&unit.others)).any(|phrase| phrase.syllables.len() > 1);
    let mut as_typed = None;
    for (at, reading) in spelt.iter().enumerate() {
        let typed = at + 1 == spelt.len();
        let unless = (!(typed && plan.once)).then_some(plan.candidates.len());
        for field in [all, title].into_iter().filter(|field| !(typed && plan.once && *field == all)) {
            plan.candidates.push(with_filters(in_field(field, &reading.units, |t| &t.exact)));
        }
        plan.relaxed.extend(some_words(compiler, &plain, &reading.row).map(|some| Relaxed { query: with_filters(some), unless }));
        plan.rows.push(row_of(&reading.row, reading.share));
        as_typed = unless;
    }
    for (row, share) in mended(&plain, found) {
        plan.relaxed.extend(some_words(compiler, &plain, &row).map(|some| Relaxed { query: with_filters(some), unless: as_typed }));
        plan.rows.push(row_of(&row, share));
    }
    if let Some(best) = spelt.first() {
        plan.rows.extend(plain.other_rows(&best.units).iter().map(|row| row_of(row, OTHER_WORDS)));
    }
    if let Some(typed) = spelt.last().filter(|_| !plan.once) {
        // The spelling as typed, with whatever accents where it has none.
        if typed.units.iter().flatten().any(|words| Terms::new(compiler.fields, all, words).bare) {
            for field in [all, title] {
                plan.candidates.push(with_filters(in_field(field, &typed.units, |t| &t.lenient)));
            }
        }
        if compiler.bare_documents {
            let bare = compiler.typed_bare(in_field(all, &typed.units, |t| &t.folded));
            plan.candidates.push(with_filters(bare));
        }
    }
    Ok(plan)
}

/// What has some of the words, of those in quotation marks all. None where there is nothing to choose from.
fn some_words(compiler: &Compiler<'_>, plain: &Plain<'_>, row: &str) -> Option<Boxed> {
    let in_a_row_of = |text: &str| compiler.row(compiler.fields.all, text, |t| &t.exact);
    // One word of several syllables (`TP.HCM`, `Covid-19`) was not put in quotation marks.
    let is_quoted = |unit: &&Unit<'_>| unit.typed.iter().any(|phrase| phrase.text.contains(char::is_whitespace));
    let quoted = plain.units.iter().filter(is_quoted).map(|unit| {
        let typed = boolean(unit.typed.iter().map(|phrase| (Occur::Must, in_a_row_of(&phrase.text))).collect());
        (Occur::Must, any([typed].into_iter().chain(unit.others.iter().map(|phrase| in_a_row_of(&phrase.text))).collect()))
    });
    let mut clauses: Vec<(Occur, Boxed)> = quoted.collect();
    if clauses.len() == plain.units.len() {
        return None;
    }
    for field in [compiler.fields.all, compiler.fields.title] {
        let words = Terms::new(compiler.fields, field, row).exact;
        if words.len() < 2 {
            return None;
        }
        clauses.extend(words.into_iter().map(|(_, word)| (Occur::Should, in_a_row(vec![(0, word)], &[]))));
    }
    Some(boolean(clauses))
}

/// The readings, most probable first, what was typed last.
fn spelt(plain: &Plain<'_>, typed: Vec<Vec<String>>, found: &[Reading]) -> Vec<Spelt> {
    let row = plain.row();
    let mut all = vec![];
    let unmended = || found.iter().filter(|r| r.assumes <= Assumes::NoAccents);
    let best = unmended().next().map_or(0.0, |r| r.price);
    for reading in unmended().filter(|r| r.price - best < FAR).take(READINGS) {
        // Only what was typed is read anew; its synonyms are spelt right.
        let Some(units) = plain.respelt(&reading.text).filter(|_| !same(&reading.text, &row)) else { continue };
        let row = units.concat().join(" ");
        all.push(Spelt { units, row, share: (PER_NAT * (best - reading.price)).exp() });
    }
    all.push(Spelt { units: typed, row, share: 1.0 });
    all
}

/// The words with a slip or a wrong accent mended, and what such a row counts.
fn mended(plain: &Plain<'_>, found: &[Reading]) -> Vec<(String, f32)> {
    let row = plain.row();
    // Letters without any accent may be so many words that one that is more common is always near.
    if scan(&row).marked == 0 {
        return vec![];
    }
    let best = found.first().map_or(0.0, |r| r.price);
    let near = |r: &&Reading| r.assumes > Assumes::NoAccents && r.price - best < MENDED_FAR && !same(&r.text, &row);
    let told = |reading: &Reading| {
        let row = plain.respelt(&reading.text)?.concat().join(" ");
        Some((row, MENDED_WORTH * (PER_NAT * (best - reading.price)).exp()))
    };
    found.iter().filter(near).take(MENDED).filter_map(told).collect()
}

/// Whether two spellings have the same syllables.
fn same(a: &str, b: &str) -> bool {
    let keys = |text| scan(text).tokens.iter().map(|t| t.key).collect::<Vec<_>>();
    keys(a) == keys(b)
}

impl<'q> Plain<'q> {
    /// The query, if it is only words that must all occur, and filters.
    pub(super) fn of(query: &'q Ours) -> Option<Self> {
        let mut plain = Self { units: vec![], filters: vec![] };
        let parts = if let Ours::And(parts) = query { parts.as_slice() } else { std::slice::from_ref(query) };
        for part in parts {
            match part {
                // Capitals are no matter of the words that stand near: all is left to the whole query.
                Ours::Phrase(phrase) if phrase.spelling == Spelling::Cased => return None,
                Ours::Phrase(phrase) => plain.units.push(Unit { typed: vec![phrase], others: vec![] }),
                Ours::Filter(filter) => plain.filters.push(filter),
                Ours::Or(of) => {
                    let (first, others) = of.split_first()?;
                    let typed =
                        if let Ours::And(words) = first { words.iter().map(phrase).collect::<Option<_>>()? } else { vec![phrase(first)?] };
                    plain.units.push(Unit { typed, others: others.iter().map(phrase).collect::<Option<_>>()? });
                }
                _ => return None,
            }
        }
        (!plain.units.is_empty()).then_some(plain)
    }

    /// All words in a row, as typed.
    pub(super) fn row(&self) -> String {
        let words = self.units.iter().flat_map(|unit| &unit.typed).map(|phrase| phrase.text.as_str());
        words.collect::<Vec<_>>().join(" ")
    }

    /// Rows with other words in the place of those typed (spelt so), one at a time.
    fn other_rows(&self, typed: &[Vec<String>]) -> Vec<String> {
        let mut rows = vec![];
        for (at, unit) in self.units.iter().enumerate() {
            for other in &unit.others {
                let words = typed.iter().enumerate().map(|(i, words)| if i == at { other.text.clone() } else { words.join(" ") });
                rows.push(words.collect::<Vec<_>>().join(" "));
            }
        }
        rows.truncate(OTHER_ROWS);
        rows
    }

    /// What was typed, unit by unit, in this spelling: as many syllables as there are. Words that stay as they were keep their
    /// punctuation; figures and numbers of documents are never spelt anew.
    fn respelt(&self, row: &str) -> Option<Vec<Vec<String>>> {
        let mut syllables = row.split(' ');
        let mut words = |phrase: &&Phrase| {
            let text = syllables.by_ref().take(phrase.syllables.len()).collect::<Vec<_>>().join(" ");
            let scanned = scan(&phrase.text);
            match same(&text, &phrase.text) {
                true => Some(phrase.text.clone()),
                false => scanned.tokens.iter().skip(1).all(|t| !t.after_break).then_some(text),
            }
        };
        let units = self.units.iter().map(|unit| unit.typed.iter().map(&mut words).collect()).collect::<Option<_>>()?;
        syllables.next().is_none().then_some(units)
    }

    /// The same query in this spelling: in words, and as a query.
    pub(super) fn spelt(&self, row: &str) -> Option<(String, Ours)> {
        let words = self.respelt(row)?.concat();
        let phrases = words.iter().map(|words| Phrase::new(words).map(Ours::Phrase)).collect::<Option<Vec<_>>>()?;
        let filters = self.filters.iter().map(|f| Ours::Filter((*f).clone()));
        Some((words.join(" "), Ours::And(phrases.into_iter().chain(filters).collect())))
    }
}

fn phrase(query: &Ours) -> Option<&Phrase> {
    if let Ours::Phrase(phrase) = query { Some(phrase) } else { None }
}
