//! Does a text state a figure that differs from the fact of record?
//!
//! A figure belongs to a fact when the nearest name before it, in its sentence, is a name of the fact and not of
//! something else; or when one follows right after it; or when the sentence takes the subject of the one before up again.
//! It is compared with the value valid on the date that its sentence states, else on the day of publication.

use super::book::{FactBook, Meaning, Role};
use super::dates::Period;
use super::facts::{Fact, FactValue};
use super::names::Named;
use super::reading::FieldReading;
use super::rows;
use crate::rules::{Place, View};
use kiemtin_model::{Field, Time, time::DAY_MS};
use kiemtin_text::number::{Figure, figures, may_begin};

/// How a stated figure differs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FigureFault {
    /// It equals no value that the fact ever had.
    Wrong,
    /// It equals an older value, not the one valid at the document's date.
    Outdated,
}

/// A figure in a text that differs from a fact.
#[derive(Clone, Debug)]
pub struct FigureFinding<'a> {
    /// The fact.
    pub fact: &'a Fact,
    /// How it differs.
    pub fault: FigureFault,
    /// The figure as the text writes it.
    pub place: Place,
    /// The value stated.
    pub value: f64,
    /// The fact has not been confirmed since: watch at most.
    pub stale: bool,
}

/// Farthest a name may stand behind its figure («2.500 đồng là giá điện bình quân»), in syllables.
const BEHIND: usize = 6;
/// Another quantity named this close behind a figure takes it («3.460 đồng bậc 6»).
const TAKEN_BEHIND: usize = 4;
/// A word of supposition reaches so far to the figure after it.
const SUPPOSED: usize = 14;
/// … and so far back («2.500 đồng là đề xuất»).
const SUPPOSED_BEHIND: usize = 2;
/// A verdict stands so close behind its figure.
const REFUSED: usize = 5;
/// … and a word of the present so close before it.
const PRESENT: usize = 8;
/// An event is still news for so long.
const NEWS: i64 = 60 * DAY_MS;
/// Days between an event and the date that a text gives it.
const AROUND: i64 = 3 * DAY_MS;
/// Most figures of a field that are looked at.
const MOST: usize = 4_096;

/// … and of a sentence: one with more is a table.
const PER_SENTENCE: usize = 32;

/// A figure with its tokens.
#[derive(Clone, Copy)]
struct At {
    figure: Figure,
    first: usize,
    next: usize,
    sentence: u32,
}

/// All figures of a document that differ from the facts valid at the time they speak of.
pub(super) fn figure_findings<'a>(
    book: &'a FactBook,
    fields: &[FieldReading<'_, '_>],
    view: &View<'_>,
    time: Option<Time>,
) -> Vec<FigureFinding<'a>> {
    let mut findings = vec![];
    for reading in fields {
        let mut facts: Vec<u16> =
            reading.named.iter().filter_map(|n| if let Meaning::Subject(f) = n.meaning { Some(f) } else { None }).collect();
        facts.sort_unstable();
        facts.dedup();
        if facts.is_empty() {
            continue;
        }
        let all = placed(reading);
        for index in facts {
            let Some(fact) = book.facts.get(index as usize) else { continue };
            let judge = Judge { fact, index, reading, fields, time };
            findings.extend(judge.sentences(&all).into_iter().map(|(fault, at, stale)| {
                let field = if reading.field == 0 { Field::Title } else { Field::Text };
                let sentence = view.sentence_at(field, at.figure.start);
                let place = Place { field, start: at.figure.start, end: at.figure.end, sentence };
                FigureFinding { fact, fault, place, value: at.figure.value, stale }
            }));
        }
    }
    findings
}

/// A number may stand in a sentence or in the one after it, which may take its subject up.
pub(super) fn numbered(scanned: &kiemtin_text::Scanned<'_>, sentence: u32) -> bool {
    let from = scanned.tokens.partition_point(|t| t.sentence < sentence);
    let near = scanned.tokens.get(from..).unwrap_or(&[]).iter().take_while(|t| t.sentence <= sentence + 1);
    near.into_iter().any(|t| may_begin(scanned, t))
}

fn placed(reading: &FieldReading<'_, '_>) -> Vec<At> {
    let tokens = &reading.scanned.tokens;
    let all = figures(reading.scanned).into_iter().take(MOST).filter_map(|figure| {
        let first = tokens.partition_point(|t| (t.end as usize) <= figure.start);
        let next = tokens.partition_point(|t| (t.start as usize) < figure.end);
        Some(At { figure, first, next, sentence: tokens.get(first)?.sentence })
    });
    all.collect()
}

/// Judges the figures of one field by one fact.
struct Judge<'f, 'a, 'b, 'c> {
    fact: &'f Fact,
    index: u16,
    reading: &'c FieldReading<'a, 'b>,
    fields: &'c [FieldReading<'a, 'b>],
    time: Option<Time>,
}

/// What a sentence is compared with.
struct Reference {
    /// Values that are right.
    right: Vec<f64>,
    /// Values that are right when nothing says that the present is meant.
    told: Vec<f64>,
    /// The moment it speaks of.
    at: Time,
    /// The sentence itself dates the event.
    dated: bool,
}

impl Judge<'_, '_, '_, '_> {
    /// At most one difference per sentence: a wrong figure before an outdated one.
    fn sentences(&self, all: &[At]) -> Vec<(FigureFault, At, bool)> {
        let mut found: Vec<(FigureFault, At, bool)> = vec![];
        for of_sentence in all.chunk_by(|a, b| a.sentence == b.sentence) {
            let own: Vec<At> = of_sentence.iter().filter(|at| self.comparable(&at.figure)).take(PER_SENTENCE).copied().collect();
            let Some(sentence) = own.first().map(|at| at.sentence) else { continue };
            if !own.iter().any(|at| self.governed(at)) || !self.in_context(sentence) || self.reading.asks(sentence) {
                continue;
            }
            let places: Vec<(usize, usize)> = own.iter().map(|at| (at.first, at.next)).collect();
            // In a row each figure answers for its own date.
            let judged = match rows::own_dates(self.reading, sentence, &places) {
                Some(dates) => own.iter().zip(dates).find_map(|(at, date)| self.judge(&[*at], &own, sentence, &[date])),
                None => self.judge(&own, &own, sentence, &self.reading.periods_of(sentence).collect::<Vec<_>>()),
            };
            found.extend(judged);
        }
        found
    }

    /// The worst difference of some figures of a sentence, all of which are `own`.
    fn judge(&self, some: &[At], own: &[At], sentence: u32, stated: &[Period]) -> Option<(FigureFault, At, bool)> {
        let reference = self.reference(sentence, stated)?;
        // «từ 2.103 lên 2.204 đồng»: the sentence knows the right value.
        let knows = |at: &At| {
            let holds = |r: &At| self.is_right(r, &reference.right) && !self.refused(r, own) && !self.before(r) && !self.left(r, at);
            some.iter().any(holds)
        };
        let differs = |at: &&At| {
            self.in_row(at, own)
                && !self.supposed(at)
                && !self.before(at)
                && !self.refused(at, own)
                && !self.is_right(at, &reference.right)
                && !self.is_right(at, &reference.told)
                && !knows(at)
        };
        let judged: Vec<_> = some.iter().filter(differs).filter_map(|at| Some((self.fault(at, &reference)?, *at))).collect();
        let (fault, at) = judged.iter().find(|(fault, _)| *fault == FigureFault::Wrong).or(judged.first())?;
        let now = self.time.unwrap_or(reference.at);
        Some((*fault, *at, now > self.fact.verified_until))
    }

    /// The unit fits; a price may come as bare money or, when it is written like one, as a bare number.
    fn comparable(&self, figure: &Figure) -> bool {
        let price = self.fact.unit.strip_prefix("đồng/").is_some();
        let text = self.reading.scanned.text.get(figure.start..figure.end).unwrap_or("");
        let like_a_price = figure.unit.is_empty() && figure.value >= 1000.0 && !text.bytes().all(|b| b.is_ascii_digit());
        // «2.500 đồng một ký» is a kilogram of anything else, a kilowatt-hour of electricity.
        let by_meter = || text.rsplit(' ').next().is_some_and(|w| matches!(w.to_lowercase().as_str(), "ký" | "kí" | "ky" | "ki"));
        figure.unit == self.fact.unit
            || price && (figure.unit == "đồng" || like_a_price)
            || self.fact.unit == "đồng/kWh" && figure.unit == "đồng/kg" && by_meter()
    }

    fn of_fact(&self, sentence: u32) -> impl Iterator<Item = &Named<Meaning>> {
        let own = move |n: &&Named<Meaning>| matches!(n.meaning, Meaning::Subject(f) | Meaning::Other(f) if f == self.index);
        self.reading.in_sentence(sentence).iter().filter(own)
    }

    /// The fact is the nearest thing that the figure can be of.
    fn governed(&self, at: &At) -> bool {
        let subject = |n: &Named<Meaning>| n.meaning == Meaning::Subject(self.index);
        let before = self.of_fact(at.sentence).filter(|n| n.next <= at.first).max_by_key(|n| (n.next, n.next - n.first));
        let behind = self.of_fact(at.sentence).filter(|n| n.first >= at.next).min_by_key(|n| (n.first, std::cmp::Reverse(n.next)));
        // A percent sign is no punctuation here: only what stands behind it counts.
        let gap = self.reading.token(at.next).and_then(|t| self.reading.scanned.text.get(at.figure.end..t.start as usize));
        let joined = gap.is_some_and(|g| g.trim_matches([' ', '\u{a0}', '-']).is_empty());
        let close = |n: &Named<Meaning>, most: usize| joined && n.first - at.next <= most && !self.reading.broken(at.next + 1, n.first + 1);
        match (before, behind) {
            (_, Some(other)) if !subject(other) && close(other, TAKEN_BEHIND) => false,
            (Some(name), _) => subject(name) && at.first - name.next <= self.fact.reach,
            (None, Some(name)) if close(name, BEHIND) => subject(name),
            (None, _) => self.carried(at) || rows::head(self.reading, self.index, at.sentence).is_some(),
        }
    }

    /// A figure of the fact, or one that goes on from such a one with nothing else named between.
    fn in_row(&self, at: &At, own: &[At]) -> bool {
        let last = own.iter().rfind(|other| other.next <= at.first);
        let named = |from: usize| self.of_fact(at.sentence).any(|n| n.first >= from && n.next <= at.first);
        let dated = |from: usize| self.reading.stated(at.sentence).any(|s| s.at >= from && s.at < at.first);
        self.governed(at) || last.is_some_and(|l| dated(l.next) && !named(l.next) && self.in_row(l, own))
    }

    /// «2.204 đồng là mức cũ», «… là ăn chặn»; «2.204 đồng, mức cũ là 2.103» says it of the other.
    fn refused(&self, at: &At, own: &[At]) -> bool {
        let of_next = |n: &Named<Meaning>| own.iter().any(|o| o.first >= n.next && o.first - n.next <= 2);
        let near = |n: &Named<Meaning>| n.first >= at.next && n.first - at.next <= REFUSED && !of_next(n);
        let other = |n: &Named<Meaning>| own.iter().any(|o| o.first >= at.next && o.next <= n.first);
        self.reading.words(at.sentence, Role::Refused).any(|n| near(n) && !other(n))
    }

    /// «tháng 5 là 2.204, nay là 2.730 đồng»: the sentence leaves the right value for another that it calls the present one.
    fn left(&self, right: &At, at: &At) -> bool {
        let between = |n: &Named<Meaning>| n.first >= right.next && n.next <= at.first && at.first - n.next <= PRESENT;
        self.reading.words(at.sentence, Role::Now).any(between)
    }

    /// «… giá bán lẻ điện bình quân. Mức mới là 2.500 đồng/kWh»
    fn carried(&self, at: &At) -> bool {
        let Some(previous) = at.sentence.checked_sub(1) else { return false };
        let start = self.reading.sentence_start(at.sentence);
        let paragraph = |i: usize| self.reading.token(i).map(|t| t.paragraph);
        let same = start > 0 && paragraph(start) == paragraph(start - 1);
        let carries = |n: &Named<Meaning>| n.first < start + 8 && n.next <= at.first && at.first - n.next <= 6;
        let taken_up = self.reading.words(at.sentence, Role::Carry).any(carries);
        same && taken_up && self.of_fact(previous).last().is_some_and(|n| n.meaning == Meaning::Subject(self.index))
    }

    /// A phrase of context stands in the sentence, one beside it, or the title.
    fn in_context(&self, sentence: u32) -> bool {
        let context = |n: &Named<Meaning>| n.meaning == Meaning::Context(self.index);
        let near = |s: u32| self.reading.in_sentence(s).iter().any(context);
        let title = || self.fields.iter().any(|f| f.field == 0 && f.named.iter().any(context));
        let head = || rows::head(self.reading, self.index, sentence).is_some_and(near);
        !self.fact.needs_context || head() || near(sentence) || near(sentence + 1) || sentence.checked_sub(1).is_some_and(near) || title()
    }

    /// Proposals, forecasts, suppositions before the figure; «… là đề xuất» right behind it.
    fn supposed(&self, at: &At) -> bool {
        let near = |n: &Named<Meaning>| {
            n.next <= at.first && at.first - n.next <= SUPPOSED || n.first >= at.next && n.first - at.next <= SUPPOSED_BEHIND
        };
        self.reading.words(at.sentence, Role::Unsettled).any(near)
    }

    /// «thay cho mức 2.103 đồng»: what was valid before.
    fn before(&self, at: &At) -> bool {
        let word = |i: usize| self.reading.token(i).filter(|t| t.sentence == at.sentence).map(|t| self.reading.scanned.composed(t));
        let is = |i: usize, words: &[&str]| word(i).is_some_and(|w| words.contains(&w.as_ref()));
        // «từ 2.204 lên 2.730 đồng»
        let from = || {
            at.first.checked_sub(1).is_some_and(|i| is(i, &["từ", "from", "tu"]))
                && (at.next..at.next + 3).any(|i| is(i, &["lên", "xuống", "còn", "thành", "to", "len", "xuong", "con"]))
        };
        from() || self.reading.words(at.sentence, Role::Before).any(|n| n.next <= at.first && at.first - n.next <= 3)
    }

    fn reference(&self, sentence: u32, stated: &[Period]) -> Option<Reference> {
        let now = self.reading.says(sentence, Role::Now);
        if self.fact.event {
            return self.event(sentence, stated, now);
        }
        let published = self.time.map(|t| self.fact.between(t, t));
        let told: Vec<f64> = stated.iter().flat_map(|p| self.fact.between(p.from, p.to)).collect();
        let beside = || {
            let paragraph = self.reading.token(self.reading.sentence_start(sentence)).map(|t| t.paragraph);
            let same = self.reading.periods.iter().filter(|s| Some(s.paragraph) == paragraph && s.sentence <= sentence);
            same.flat_map(|s| self.fact.between(s.period.from, s.period.to)).collect::<Vec<f64>>()
        };
        let last = stated.iter().map(|p| p.to).max();
        match (published, last) {
            (Some(right), _) if now => Some(Reference { right, told: vec![], at: self.time?, dated: false }),
            (right, Some(at)) => {
                // Before the first value on record nothing can be compared.
                self.fact.at(at)?;
                Some(Reference { right: right.unwrap_or_default().into_iter().chain(told).collect(), told: vec![], at, dated: false })
            }
            (Some(right), None) => Some(Reference { right, told: beside(), at: self.time?, dated: false }),
            (None, None) => None,
        }
    }

    /// The event that a sentence tells of: by its date, else the one that is news, else the last one when it says so.
    fn event(&self, sentence: u32, stated: &[Period], now: bool) -> Option<Reference> {
        let one = |v: &FactValue| Reference { right: vec![v.value], told: vec![], at: v.from, dated: false };
        let dated: Vec<&FactValue> = stated
            .iter()
            .filter(|p| p.exact)
            .flat_map(|p| self.fact.values.iter().filter(move |v| v.from.plus(AROUND) >= p.from && v.from <= p.to.plus(AROUND)))
            .collect();
        if let Some(first) = dated.first() {
            return Some(Reference { right: dated.iter().map(|v| v.value).collect(), dated: true, ..one(first) });
        }
        let time = self.time?;
        let last = self.fact.at(time.plus(AROUND))?;
        let fresh = time.0 - last.from.0 <= NEWS;
        let latest = self.reading.says(sentence, Role::Latest);
        // «lần thứ tư tính từ năm 2023» tells of no other time.
        let undated = self.reading.stated(sentence).all(|s| s.since && !s.period.exact);
        ((fresh && (undated || now)) || latest).then(|| one(last))
    }

    fn is_right(&self, at: &At, values: &[f64]) -> bool {
        let word = |role: Role| self.reading.words(at.sentence, role).any(|n| n.next <= at.first && at.first - n.next <= 2);
        let hedge = if word(Role::Over) {
            Hedge::Over
        } else if word(Role::Under) {
            Hedge::Under
        } else if word(Role::About) {
            Hedge::About
        } else {
            Hedge::None
        };
        let said = |n: &&Named<Meaning>| !self.reading.undone(n) && n.first.abs_diff(at.first) <= SUPPOSED;
        let factors = self.reading.in_sentence(at.sentence).iter().filter(said).filter_map(|n| match n.meaning {
            Meaning::Variant(fact, variant) if fact == self.index => self.fact.variants.get(variant as usize),
            _ => None,
        });
        let factors: Vec<f64> = std::iter::once(1.0).chain(factors.flatten().copied()).collect();
        values.iter().any(|v| factors.iter().any(|f| states(&at.figure, v * f, hedge, self.fact.tolerance)))
    }

    fn fault(&self, at: &At, reference: &Reference) -> Option<FigureFault> {
        let base = reference.right.first().copied().or_else(|| self.fact.at(reference.at).map(|v| v.value))?;
        let (low, high) = self.fact.plausible;
        let ratio = at.figure.value / base;
        if !(low..=high).contains(&ratio) {
            return None;
        }
        let same = self.fact.values.iter().filter(|v| self.is_right(at, &[v.value]));
        let known: Vec<Time> = same.map(|v| v.from).collect();
        match known.iter().min() {
            None => Some(FigureFault::Wrong),
            // The figure of another event is wrong for one that the text dates.
            Some(_) if reference.dated => Some(FigureFault::Wrong),
            // A value of the future is no old one.
            Some(from) if *from > reference.at => None,
            Some(_) => Some(FigureFault::Outdated),
        }
    }
}

/// How a figure is hedged.
#[derive(Clone, Copy)]
enum Hedge {
    None,
    Over,
    Under,
    About,
}

/// Whether a figure states a value, as exactly as it speaks: "2.204,07", "2.204", "2.200" and "hơn 2.000" all state 2.204,0655.
fn states(figure: &Figure, value: f64, hedge: Hedge, tolerance: f64) -> bool {
    let mut precision = figure.precision.max(tolerance);
    let mut unit = 10.0;
    while figure.value >= 1000.0 && figure.value % unit == 0.0 && unit <= 100.0 {
        precision = precision.max(unit / 2.0);
        unit *= 10.0;
    }
    let x = figure.value;
    let close = (x - value).abs() <= precision + 1e-9;
    close
        || match hedge {
            Hedge::None => false,
            Hedge::Over => (x..=x * 1.2).contains(&value),
            Hedge::Under => (x * 0.85..=x).contains(&value),
            Hedge::About => (x - value).abs() <= 0.05 * value,
        }
}
