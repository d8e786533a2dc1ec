//! Which stored texts share passages with this one?
//!
//! The index holds the prints ([`kiemtin_text::winnow`]) of the newest stored texts, in memory. It follows the store: the
//! same texts under the same numbers give the same answers, whether the index grew with them or was built from them anew.
//! It never grows beyond its [`Bounds`], and a text costs the same in a full index as in an empty one.

mod likeness;
mod placing;
mod short;
pub(crate) mod table;

pub use likeness::{Likeness, Relation};
pub use placing::{CANDIDATES, Candidate, Placed, place};

use kiemtin_text::winnow::{Print, Prints};
use short::ShortIndex;
use std::collections::VecDeque;
use table::Table;

/// Texts that may share a print before it counts as boilerplate (by-lines, legal notes, calls to subscribe).
pub const BOILERPLATE: usize = 40;
/// Of the texts of the older part, one print in so many is kept.
pub const SAMPLE: u32 = 4;
/// Texts held per print: one more than boilerplate takes.
const KEPT: usize = BOILERPLATE + 1;
/// Parts of a text by which the spread of shared passages is told.
const ZONES: usize = 8;

/// How many texts the index holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bounds {
    /// Newest texts, with all their prints.
    pub whole: u32,
    /// Texts before those, with one print in [`SAMPLE`].
    pub sampled: u32,
}

impl Default for Bounds {
    /// A year of 500 different texts a day. Full, with articles of 150 prints: about 280 MB.
    fn default() -> Self {
        Self { whole: 60_000, sampled: 120_000 }
    }
}

impl Bounds {
    /// Texts in all.
    pub fn texts(self) -> u64 {
        u64::from(self.whole) + u64::from(self.sampled)
    }

    /// Whether a print of the text with this number still counts when `newest` is the last one.
    fn hold(self, newest: u32, number: u32, print: Print) -> bool {
        let age = newest.saturating_sub(number);
        age < self.whole || (u64::from(age) < self.texts() && is_sampled(print))
    }
}

fn is_sampled(print: Print) -> bool {
    print.is_multiple_of(SAMPLE)
}

/// Prints of a stored text.
#[derive(Clone, Copy, Debug, Default)]
struct Size {
    all: u16,
    sampled: u16,
}

impl Size {
    fn of<'a>(prints: impl Iterator<Item = &'a Print>) -> Self {
        prints.fold(Self::default(), |size, print| size.with(*print))
    }

    fn with(self, print: Print) -> Self {
        Self { all: self.all.saturating_add(1), sampled: self.sampled.saturating_add(u16::from(is_sampled(print))) }
    }

    fn without(self, other: Self) -> Self {
        Self { all: self.all.saturating_sub(other.all), sampled: self.sampled.saturating_sub(other.sampled) }
    }

    fn counted(self, whole: bool) -> u32 {
        u32::from(if whole { self.all } else { self.sampled })
    }
}

/// Prints of the newest stored texts.
#[derive(Debug)]
pub struct CopyIndex {
    bounds: Bounds,
    table: Table,
    /// Short texts, which are compared in another way.
    short: ShortIndex,
    /// Of the texts up to `newest`, the last one at the back.
    sizes: VecDeque<Size>,
    newest: u32,
}

impl CopyIndex {
    /// Without any text.
    pub fn new(bounds: Bounds) -> Self {
        Self { bounds, table: Table::new(KEPT), short: ShortIndex::new(bounds.whole), sizes: VecDeque::new(), newest: 0 }
    }

    /// Number of the newest text; 0 when there is none.
    pub fn newest(&self) -> u32 {
        self.newest
    }

    /// Number after which an empty index must begin to hold all that it would hold had it seen every text up to `newest`.
    pub fn begin(&self, newest: u32) -> u32 {
        u32::try_from(u64::from(newest).saturating_sub(self.bounds.texts())).unwrap_or(u32::MAX)
    }

    /// Adds the text with this number. Numbers grow by one; one that is not after the newest is known and left out, and
    /// those left out in between have no prints. `None`: its prints cannot be read.
    pub fn add(&mut self, number: u32, prints: Option<&Prints>) {
        if number <= self.newest {
            return;
        }
        let gap = (number - self.newest - 1).min(self.begin_of_window());
        self.sizes.extend(std::iter::repeat_n(Size::default(), gap as usize));
        self.newest = number;
        let of = |short: bool| prints.filter(|p| p.short == short).map_or(&[][..], |p| &p.list);
        self.short.add(number, of(true));
        let list = of(false);
        self.sizes.push_back(Size::of(list.iter()));
        while self.sizes.len() as u64 > self.bounds.texts() {
            self.sizes.pop_front();
        }
        let (bounds, newest) = (self.bounds, self.newest);
        let holds = |print, number| bounds.hold(newest, number, print);
        for print in list {
            self.table.add(*print, number, &holds);
        }
    }

    fn begin_of_window(&self) -> u32 {
        u32::try_from(self.bounds.texts()).unwrap_or(u32::MAX)
    }

    /// Stored texts that share at least [`likeness::SHARED`] prints with this one, the most alike first; of a short text, those that
    /// share most words and the same figures.
    pub fn like(&self, prints: &Prints) -> Vec<Likeness> {
        if prints.short {
            return self.short.like(&prints.list);
        }
        let count = prints.list.len();
        let mut hits: Vec<(u32, u32)> = vec![];
        let mut own = Size::of(prints.list.iter());
        let mut boilerplate = Size::default();
        let mut found = Vec::with_capacity(BOILERPLATE + 1);
        for (at, print) in prints.list.iter().enumerate() {
            found.clear();
            self.table.numbers(*print, &mut found);
            found.retain(|number| self.bounds.hold(self.newest, *number, *print));
            if found.len() > BOILERPLATE {
                boilerplate = boilerplate.with(*print);
                continue;
            }
            let zone = (at * ZONES / count.max(1)) as u32;
            hits.extend(found.iter().map(|number| (*number, zone)));
        }
        own = own.without(boilerplate);
        hits.sort_unstable();
        let mut all: Vec<Likeness> = hits
            .chunk_by(|a, b| a.0 == b.0)
            .filter(|group| group.len() >= likeness::SHARED)
            .filter_map(|group| self.likeness(group, own, boilerplate))
            .collect();
        all.sort_by(|a, b| b.jaccard().total_cmp(&a.jaccard()).then(a.number.cmp(&b.number)));
        all
    }

    fn likeness(&self, group: &[(u32, u32)], own: Size, boilerplate: Size) -> Option<Likeness> {
        let number = group.first()?.0;
        let age = self.newest.checked_sub(number)?;
        let whole = age < self.bounds.whole;
        let size = self.sizes.get(self.sizes.len().checked_sub(age as usize + 1)?)?;
        let zones = group.iter().fold(0u32, |zones, (_, zone)| zones | 1 << zone).count_ones();
        let shared = group.len() as u32;
        // Boilerplate of this text most likely stands in the other one too.
        let theirs = size.without(boilerplate).counted(whole).max(shared);
        Some(Likeness { number, shared, own: own.counted(whole).max(shared), theirs, zones, short: false })
    }

    /// Memory that the index takes, in bytes.
    pub fn bytes(&self) -> usize {
        self.table.bytes() + self.short.bytes() + self.sizes.capacity() * size_of::<Size>()
    }
}

impl Default for CopyIndex {
    fn default() -> Self {
        Self::new(Bounds::default())
    }
}

#[cfg(test)]
mod tests;
