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
pub mod timeline;
mod vector;

pub use learnt::teaches;
pub use placing::{Join, Near, PlacedReport, Tuning};
pub use terms::{Term, Terms};
pub use vector::Vector;

use crate::copies::table::Table;
use kiemtin_model::{Time, time::HOUR_MS};
use learnt::Learnt;

/// Number of an event, given in order of their first reports: the smaller one is the older one.
pub type EventNumber = i64;

/// Newest reports that are held.
pub const HELD: u32 = 65_536;
/// Reports held per term, the newest.
const PER_TERM: usize = 16;
/// Strongest terms of a report by which it is found, and looks for others.
const LOOKED_FOR: usize = 64;
/// Reports of which the likeness is worked out for a new one.
const COMPARED: usize = 32;

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
    /// Each in the place that its number has among [`HELD`].
    reports: Vec<Report>,
    /// Their times, in hours since 1970: looked at for many more than are compared.
    hours: Vec<i32>,
    newest: u32,
    /// What a new report shares with each: empty between questions.
    shared: Vec<u32>,
}

fn slot(number: u32) -> usize {
    (number % HELD) as usize
}

fn hour(at: Time) -> i32 {
    i32::try_from(at.0.div_euclid(HOUR_MS)).unwrap_or(if at.0 < 0 { i32::MIN } else { i32::MAX })
}

impl EventIndex {
    /// Without any report.
    pub fn new(tuning: Tuning) -> Self {
        Self { tuning, table: Table::new(PER_TERM), learnt: Learnt::default(), reports: vec![], hours: vec![], newest: 0, shared: vec![] }
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
        for (term, _) in vector.strongest(LOOKED_FOR) {
            self.table.add(term, number, &|_, other| other > begin);
        }
        let place = slot(number);
        if place >= self.reports.len() {
            // An index that begins in the middle of a store fills its places from there.
            let nothing = Report { event: 0, at: Time(0), vector: Vector::default() };
            self.reports.resize(place + 1, nothing);
            self.hours.resize(place + 1, 0);
            self.shared.resize(place + 1, 0);
        }
        if let (Some(report), Some(hours)) = (self.reports.get_mut(place), self.hours.get_mut(place)) {
            *report = Report { event, at, vector };
            *hours = hour(at);
        }
    }

    /// An event was merged into another one.
    pub fn merge(&mut self, gone: EventNumber, into: EventNumber) {
        self.reports.iter_mut().filter(|r| r.event == gone).for_each(|r| r.event = into);
    }

    /// Reports of the window that are likest to this one, likest first.
    fn near(&mut self, at: Time, vector: &Vector) -> Vec<Near> {
        let (begin, middle) = (Self::begin(self.newest), hour(at));
        let apart = u32::try_from(self.tuning.wide_ms / HOUR_MS).unwrap_or(u32::MAX);
        let mut found = Vec::with_capacity(PER_TERM);
        let mut touched: Vec<u32> = vec![];
        for (term, weight) in vector.strongest(LOOKED_FOR) {
            found.clear();
            self.table.numbers(term, &mut found);
            for number in &found {
                let place = slot(*number);
                let within = *number > begin && self.hours.get(place).is_some_and(|h| h.abs_diff(middle) <= apart);
                let Some(shared) = self.shared.get_mut(place).filter(|_| within) else { continue };
                if *shared == 0 {
                    touched.push(*number);
                }
                *shared += u32::from(weight) * u32::from(weight);
            }
        }
        let mut sums: Vec<(u32, u32)> = touched.iter().filter_map(|n| Some((std::mem::take(self.shared.get_mut(slot(*n))?), *n))).collect();
        if sums.len() > COMPARED {
            sums.select_nth_unstable_by(COMPARED, |a, b| b.cmp(a));
            sums.truncate(COMPARED);
        }
        let mut near: Vec<Near> = sums
            .iter()
            .filter_map(|(_, number)| {
                let report = self.reports.get(slot(*number))?;
                let apart_ms = (report.at.0 - at.0).abs();
                Some(Near { number: *number, event: report.event, apart_ms, likeness: report.vector.likeness(vector) })
            })
            .filter(|n| n.apart_ms <= self.tuning.wide_ms)
            .collect();
        near.sort_by(|a, b| b.likeness.total_cmp(&a.likeness).then(a.number.cmp(&b.number)));
        near
    }

    /// Memory that the index takes, in bytes.
    pub fn bytes(&self) -> usize {
        let vectors: usize = self.reports.iter().map(|r| size_of::<Report>() + r.vector.bytes()).sum();
        self.table.bytes() + self.learnt.bytes() + vectors + self.hours.len() * size_of::<(i32, u32)>()
    }
}

#[cfg(test)]
mod tests;
