//! Which reports tell of the same event?
//!
//! An event is a cluster of reports (Allan et al.: *Topic Detection and Tracking Pilot Study*, 1998): one happening at one
//! time and place, with what follows it within days. Copies of one text are one report. Clustering is single-pass: a
//! report joins the event in the window of time that it is most like, or begins one. Events that a report
//! shows to be one are merged, the younger into the older; nothing is ever split by machine.
//!
//! The index holds the newest reports in memory and follows the store: the same reports under the same numbers give the
//! same answers, whether it grew with them or was built from them anew. A report costs the same in a full index as in an
//! empty one: terms, texts per term, and reports compared are bounded.

mod learnt;
mod placing;
mod terms;
mod vector;

pub use learnt::teaches;
pub use placing::{Join, Near, PlacedReport, Tuning};
pub use terms::{Term, Terms};
pub use vector::Vector;

use crate::copies::table::Table;
use kiemtin_model::Time;
use learnt::Learnt;
use std::collections::VecDeque;

/// Number of an event, given in order of their first reports: the smaller one is the older one.
pub type EventNumber = i64;

/// Newest reports that are held.
pub const HELD: u32 = 65_536;
/// Reports held per term, the newest.
const PER_TERM: usize = 48;
/// Strongest terms of a report by which others are looked for.
const LOOKED_FOR: usize = 64;
/// Reports of which the likeness is worked out for a new one.
const COMPARED: usize = 64;

/// A report in the index.
#[derive(Clone, Debug)]
struct Report {
    event: EventNumber,
    at: Time,
    vector: Vector,
}

/// The newest reports.
#[derive(Debug)]
pub struct EventIndex {
    tuning: Tuning,
    table: Table,
    learnt: Learnt,
    /// Up to `newest`, the last one at the back.
    reports: VecDeque<Report>,
    newest: u32,
}

impl EventIndex {
    /// Without any report.
    pub fn new(tuning: Tuning) -> Self {
        Self { tuning, table: Table::new(PER_TERM), learnt: Learnt::default(), reports: VecDeque::new(), newest: 0 }
    }

    /// Number of the newest report; 0 when there is none.
    pub fn newest(&self) -> u32 {
        self.newest
    }

    /// Number after which an empty index must begin to hold all that it would hold had it seen every report up to `newest`.
    pub fn begin(newest: u32) -> u32 {
        newest.saturating_sub(HELD)
    }

    /// The vector of a report that comes next, by what was learnt so far.
    pub fn vector(&self, terms: &Terms) -> Vector {
        Vector::of(&self.learnt.weigh(terms, vector::TERMS))
    }

    /// Adds the report with this number; numbers grow by one, and one that is not after the newest is known. `terms`: of a
    /// report that [`teaches`].
    pub fn add(&mut self, number: u32, event: EventNumber, at: Time, vector: Vector, terms: Option<Box<[Term]>>) {
        if number <= self.newest {
            return;
        }
        self.newest = number;
        if let Some(terms) = terms.filter(|_| teaches(number)) {
            self.learnt.learn(terms);
        }
        let begin = Self::begin(number);
        for (term, _) in vector.terms() {
            self.table.add(term, number, &|_, other| other > begin);
        }
        self.reports.push_back(Report { event, at, vector });
        if self.reports.len() > HELD as usize {
            self.reports.pop_front();
        }
    }

    /// An event was merged into another one.
    pub fn merge(&mut self, gone: EventNumber, into: EventNumber) {
        self.reports.iter_mut().filter(|r| r.event == gone).for_each(|r| r.event = into);
    }

    fn report(&self, number: u32) -> Option<&Report> {
        let back = self.newest.checked_sub(number)? as usize;
        self.reports.get(self.reports.len().checked_sub(back + 1)?)
    }

    /// Reports of the window that are likest to this one, likest first.
    fn near(&self, at: Time, vector: &Vector) -> Vec<Near> {
        let mut hits: Vec<(u32, u32)> = vec![];
        let mut found = Vec::with_capacity(PER_TERM);
        for (term, weight) in vector.strongest(LOOKED_FOR) {
            found.clear();
            self.table.numbers(term, &mut found);
            hits.extend(found.iter().map(|number| (*number, u32::from(weight) * u32::from(weight))));
        }
        hits.sort_unstable_by_key(|h| h.0);
        let mut sums: Vec<(u32, u32)> = hits.chunk_by(|a, b| a.0 == b.0).map(|g| (g.iter().map(|h| h.1).sum(), g.first().map_or(0, |h| h.0))).collect();
        let within = |number: u32| self.report(number).is_some_and(|r| (r.at.0 - at.0).abs() <= self.tuning.wide_ms);
        sums.retain(|(_, number)| within(*number));
        if sums.len() > COMPARED {
            sums.select_nth_unstable_by(COMPARED, |a, b| b.cmp(a));
            sums.truncate(COMPARED);
        }
        let mut near: Vec<Near> = sums
            .iter()
            .filter_map(|(_, number)| {
                let report = self.report(*number)?;
                let apart_ms = (report.at.0 - at.0).abs();
                Some(Near { number: *number, event: report.event, apart_ms, likeness: report.vector.likeness(vector) })
            })
            .collect();
        near.sort_by(|a, b| b.likeness.total_cmp(&a.likeness).then(a.number.cmp(&b.number)));
        near
    }

    /// Memory that the index takes, in bytes.
    pub fn bytes(&self) -> usize {
        self.table.bytes() + self.learnt.bytes() + self.reports.iter().map(|r| size_of::<Report>() + r.vector.terms().count() * 8).sum::<usize>()
    }
}
