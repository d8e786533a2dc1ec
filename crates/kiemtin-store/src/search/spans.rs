//! Where in a document stands what a query asks for?
//!
//! The same rules as for texts that come in ([`kiemtin_text::query::Matched`]), so that a saved search tells of what it finds: `NEAR/n`
//! allows n words between its sides, in one paragraph; the lead is the title and the first sentences; quotations are what stands
//! between quotation marks.

use super::capitals::Capitals;
use super::gather::engine;
use super::marks::{Mark, Marks};
use super::pieces::Boxed;
use super::places::{Places, rows};
use crate::index::IndexError;
use kiemtin_text::query::Part;
use std::collections::HashMap;
use tantivy::query::{EnableScoring, Scorer};
use tantivy::schema::Field;
use tantivy::{DocId, DocSet, SegmentReader, Term};

/// Positions of the first and of the last word.
type Span = (u32, u32);

/// What is looked for, and where.
#[derive(Debug)]
pub(super) enum Spans {
    /// One of these rows of words; in a part of the document, or anywhere.
    Rows(Vec<Row>, Option<Part>),
    And(Vec<Spans>),
    Or(Vec<Spans>),
    AtLeast(usize, Vec<Spans>),
    Not(Box<Spans>),
    Near {
        sides: Box<(Spans, Spans)>,
        /// Most words between.
        distance: u32,
        /// The first side stands first.
        ordered: bool,
    },
    /// Found or not, at no place.
    Found(Boxed),
}

/// Words in a row.
#[derive(Clone, Debug)]
pub(super) struct Row {
    /// Each with its place in the row.
    pub(super) words: Vec<(usize, Term)>,
    /// The [`kiemtin_text::capitals`] that each must have; none: any.
    pub(super) capitals: Vec<u32>,
}

impl From<Vec<(usize, Term)>> for Row {
    fn from(words: Vec<(usize, Term)>) -> Self {
        Self { words, capitals: vec![] }
    }
}

impl Clone for Spans {
    fn clone(&self) -> Self {
        match self {
            Self::Rows(rows, part) => Self::Rows(rows.clone(), *part),
            Self::And(of) => Self::And(of.clone()),
            Self::Or(of) => Self::Or(of.clone()),
            Self::AtLeast(least, of) => Self::AtLeast(*least, of.clone()),
            Self::Not(of) => Self::Not(of.clone()),
            Self::Near { sides, distance, ordered } => Self::Near { sides: sides.clone(), distance: *distance, ordered: *ordered },
            Self::Found(query) => Self::Found(query.box_clone()),
        }
    }
}

/// A word of a row: how far behind the first one, and its number among the words that are read.
type Word = (u32, usize);
/// What must stand in a row, and the capitals that each word must have, if any.
type Wanted = (Vec<Word>, Vec<u32>);

/// As [`Spans`], of one segment.
enum Sought {
    Rows(Vec<Wanted>, Option<Part>),
    And(Vec<Sought>),
    Or(Vec<Sought>),
    AtLeast(usize, Vec<Sought>),
    Not(Box<Sought>),
    Near(Box<(Sought, Sought)>, u32, bool),
    Found(Box<dyn Scorer>),
}

/// Looks into the documents of one segment.
pub(super) struct Look {
    sought: Sought,
    read: Read,
}

/// What is read of a document.
struct Read {
    words: Vec<(Places, Vec<u32>)>,
    marks: Marks,
    /// None: nothing asks for them.
    capitals: Option<Capitals>,
}

impl Look {
    /// `all` is the field of all words.
    pub(super) fn new(spans: &Spans, segment: &SegmentReader, all: Field, scoring: EnableScoring<'_>) -> Result<Self, IndexError> {
        let (mut words, mut numbers) = (vec![], HashMap::new());
        let sought = spans.sought(segment, scoring, &mut |term| {
            if let Some(number) = numbers.get(term) {
                return Ok(*number);
            }
            words.push((Places::of(segment, term)?, vec![]));
            numbers.insert(term.clone(), words.len() - 1);
            Ok(words.len() - 1)
        })?;
        let marks = Marks::of(segment, all, |mark| spans.needs(mark))?;
        let capitals = spans.needs_capitals().then(|| Capitals::of(segment)).transpose()?;
        Ok(Self { sought, read: Read { words, marks, capitals } })
    }

    /// Whether a document has it. Documents come in ascending order.
    pub(super) fn has(&mut self, doc: DocId) -> bool {
        self.read.words.iter_mut().for_each(|(places, at)| places.read(doc, at));
        self.read.marks.read(doc);
        if let Some(capitals) = &mut self.read.capitals {
            capitals.read(doc);
        }
        self.sought.find(&self.read, doc).is_some()
    }
}

impl Spans {
    /// Whether this mark says something of it.
    fn needs(&self, mark: Mark) -> bool {
        match self {
            Self::Rows(_, part) => match part {
                None => false,
                Some(Part::Title | Part::Text) => mark == Mark::Text,
                Some(Part::Lead) => matches!(mark, Mark::Text | Mark::Sentence | Mark::Paragraph),
                Some(Part::Quote) => matches!(mark, Mark::Opens | Mark::Closes),
            },
            Self::And(of) | Self::Or(of) | Self::AtLeast(_, of) => of.iter().any(|one| one.needs(mark)),
            Self::Not(of) => of.needs(mark),
            Self::Near { sides, .. } => {
                matches!(mark, Mark::Break | Mark::Sentence | Mark::Paragraph | Mark::Text) || sides.0.needs(mark) || sides.1.needs(mark)
            }
            Self::Found(_) => false,
        }
    }

    /// Whether it asks for capitals.
    fn needs_capitals(&self) -> bool {
        match self {
            Self::Rows(rows, _) => rows.iter().any(|row| !row.capitals.is_empty()),
            Self::And(of) | Self::Or(of) | Self::AtLeast(_, of) => of.iter().any(Self::needs_capitals),
            Self::Not(of) => of.needs_capitals(),
            Self::Near { sides, .. } => sides.0.needs_capitals() || sides.1.needs_capitals(),
            Self::Found(_) => false,
        }
    }

    fn sought(
        &self,
        segment: &SegmentReader,
        scoring: EnableScoring<'_>,
        number: &mut impl FnMut(&Term) -> Result<usize, IndexError>,
    ) -> Result<Sought, IndexError> {
        let mut all = |of: &[Self]| of.iter().map(|one| one.sought(segment, scoring, number)).collect::<Result<Vec<_>, _>>();
        Ok(match self {
            Self::Rows(rows, part) => {
                let mut found = vec![];
                for row in rows {
                    let first = row.words.first().map_or(0, |(at, _)| *at);
                    let words = row.words.iter().map(|(at, term)| Ok(((at - first) as u32, number(term)?)));
                    found.push((words.collect::<Result<_, IndexError>>()?, row.capitals.clone()));
                }
                Sought::Rows(found, *part)
            }
            Self::And(of) => Sought::And(all(of)?),
            Self::Or(of) => Sought::Or(all(of)?),
            Self::AtLeast(least, of) => Sought::AtLeast(*least, all(of)?),
            Self::Not(of) => Sought::Not(Box::new(of.sought(segment, scoring, number)?)),
            Self::Near { sides, distance, ordered } => {
                let sides = (sides.0.sought(segment, scoring, number)?, sides.1.sought(segment, scoring, number)?);
                Sought::Near(Box::new(sides), *distance, *ordered)
            }
            Self::Found(query) => Sought::Found(query.weight(scoring).and_then(|weight| weight.scorer(segment, 1.0)).map_err(engine)?),
        })
    }
}

impl Sought {
    /// Its places in the document that was read, by their first words; none where it is found at no place. `None`: it is not found.
    fn find(&mut self, read: &Read, doc: DocId) -> Option<Vec<Span>> {
        match self {
            Self::Rows(all, part) => {
                let mut spans = vec![];
                for (row, capitals) in all.iter() {
                    let last = row.last().map_or(0, |(after, _)| *after);
                    let words = row.iter().map(|(after, number)| (*after, read.words.get(*number).map_or(&[][..], |(_, at)| at)));
                    let mut found = rows(words);
                    if let Some(read) = &read.capitals {
                        let wanted = || row.iter().zip(capitals);
                        found.retain(|first| wanted().all(|((after, _), bits)| read.at(first + after) == *bits));
                    }
                    let found = found.into_iter().map(|first| (first, first + last));
                    spans.extend(found.filter(|span| part.is_none_or(|part| read.marks.inside(part, *span))));
                }
                some(spans)
            }
            Self::And(of) => {
                let found: Vec<_> = of.iter_mut().map(|one| one.find(read, doc)).collect::<Option<_>>()?;
                Some(joined(found))
            }
            Self::Or(of) => at_least(1, of, read, doc),
            Self::AtLeast(least, of) => at_least(*least, of, read, doc),
            Self::Not(of) => of.find(read, doc).is_none().then(Vec::new),
            Self::Near(sides, distance, ordered) => {
                let (left, right) = (sides.0.find(read, doc)?, sides.1.find(read, doc)?);
                some(near(&left, &right, *distance, *ordered, &read.marks))
            }
            Self::Found(scorer) => {
                if scorer.doc() < doc {
                    scorer.seek(doc);
                }
                (scorer.doc() == doc).then(Vec::new)
            }
        }
    }
}

fn some(mut spans: Vec<Span>) -> Option<Vec<Span>> {
    spans.sort_unstable();
    (!spans.is_empty()).then_some(spans)
}

fn joined(found: Vec<Vec<Span>>) -> Vec<Span> {
    let mut spans = found.concat();
    spans.sort_unstable();
    spans
}

fn at_least(least: usize, of: &mut [Sought], read: &Read, doc: DocId) -> Option<Vec<Span>> {
    let found: Vec<_> = of.iter_mut().filter_map(|one| one.find(read, doc)).collect();
    (found.len() >= least).then(|| joined(found))
}

/// Most positions from a word to the one after it: a new sentence begins there.
const LONGEST_STEP: u32 = 1 + super::analyzer::SENTENCE_GAP as u32;

/// Places of both sides that stand near one another.
fn near(left: &[Span], right: &[Span], distance: u32, ordered: bool, marks: &Marks) -> Vec<Span> {
    let reach = LONGEST_STEP * (distance + 1);
    let longest = right.iter().map(|(first, last)| last - first).max().unwrap_or(0);
    let mut out = vec![];
    for a in left {
        // Only what begins within reach is compared: both lists are in order of their first words.
        let from = right.partition_point(|b| b.0.saturating_add(longest + reach) < a.0);
        for b in right.get(from..).unwrap_or_default().iter().take_while(|b| b.0 <= a.1.saturating_add(reach)) {
            let (first, second) = if a.1 < b.0 {
                (a, b)
            } else if !ordered && b.1 < a.0 {
                (b, a)
            } else {
                continue;
            };
            if marks.words_between(first.1, second.0) <= distance && marks.in_one_paragraph(first.0, second.0) {
                out.extend([*a, *b]);
            }
        }
    }
    out.sort_unstable();
    out.dedup();
    out
}
