//! Which texts have this print? An open-addressing table of (print, text), eight bytes each.
//!
//! In shards that grow one at a time, so that no single text pays for all. Nothing is deleted: what no longer counts is left
//! out when its shard is built anew. Per print a bounded number of texts is held, the newest, so that what stands everywhere
//! makes no long runs.

use kiemtin_text::winnow::Print;

/// Shards; a power of two.
const SHARDS: usize = 256;
/// Slots of a new shard.
const FIRST_SLOTS: usize = 64;
/// A shard is built anew when more than `FULL.0 / FULL.1` of its slots are taken.
const FULL: (usize, usize) = (3, 4);

/// All shards.
#[derive(Debug)]
pub(crate) struct Table {
    shards: Vec<Shard>,
    /// Texts held per print.
    kept: usize,
}

#[derive(Clone, Debug, Default)]
struct Shard {
    /// Print in the upper half, number of the text in the lower one; 0 is free.
    slots: Vec<u64>,
    taken: usize,
}

fn slot(print: Print, number: u32) -> u64 {
    u64::from(print) << 32 | u64::from(number)
}

fn print_of(slot: u64) -> Print {
    (slot >> 32) as Print
}

fn number_of(slot: u64) -> u32 {
    slot as u32
}

/// The shard of a print, and where its run begins there.
fn place(print: Print) -> (usize, usize) {
    let mixed = print.wrapping_mul(0x9e37_79b1) as usize;
    (mixed >> 24 & (SHARDS - 1), mixed)
}

impl Table {
    /// Without any text; holds the newest `kept` texts per print.
    pub(crate) fn new(kept: usize) -> Self {
        Self { shards: vec![Shard::default(); SHARDS], kept }
    }

    /// Notes that a text (number from 1) has this print. `holds` says which of the older ones still count.
    pub(crate) fn add(&mut self, print: Print, number: u32, holds: &impl Fn(Print, u32) -> bool) {
        let (shard, start) = place(print);
        if let Some(shard) = self.shards.get_mut(shard) {
            shard.add(slot(print, number), start, self.kept, holds);
        }
    }

    /// Appends the texts with this print, those included that no longer count.
    pub(crate) fn numbers(&self, print: Print, found: &mut Vec<u32>) {
        let (shard, start) = place(print);
        if let Some(shard) = self.shards.get(shard) {
            shard.run(start).map(|(_, s)| s).filter(|s| print_of(*s) == print).for_each(|s| found.push(number_of(s)));
        }
    }

    pub(crate) fn bytes(&self) -> usize {
        self.shards.iter().map(|s| s.slots.capacity() * size_of::<u64>()).sum()
    }
}

impl Shard {
    /// Taken slots from here to the next free one, with their places.
    fn run(&self, start: usize) -> impl Iterator<Item = (usize, u64)> + '_ {
        let mask = self.slots.len().wrapping_sub(1);
        (0..self.slots.len()).map_while(move |step| {
            let at = start.wrapping_add(step) & mask;
            self.slots.get(at).filter(|s| **s != 0).map(|s| (at, *s))
        })
    }

    fn add(&mut self, new: u64, start: usize, kept: usize, holds: &impl Fn(Print, u32) -> bool) {
        if self.taken * FULL.1 >= self.slots.len() * FULL.0 {
            self.rebuild(holds);
        }
        let (mut same, mut oldest, mut length) = (0, (u32::MAX, 0), 0);
        for (at, slot) in self.run(start) {
            length += 1;
            if print_of(slot) == print_of(new) {
                same += 1;
                oldest = oldest.min((number_of(slot), at));
            }
        }
        let at = if same >= kept { oldest.1 } else { start.wrapping_add(length) & self.slots.len().wrapping_sub(1) };
        if let Some(free) = self.slots.get_mut(at) {
            self.taken += usize::from(*free == 0);
            *free = new;
        }
    }

    /// Leaves out what no longer counts, and makes room for half as much again.
    fn rebuild(&mut self, holds: &impl Fn(Print, u32) -> bool) {
        let kept: Vec<u64> = self.slots.iter().copied().filter(|s| *s != 0 && holds(print_of(*s), number_of(*s))).collect();
        let wanted = (kept.len() * 3 / 2 * FULL.1 / FULL.0).max(FIRST_SLOTS).next_power_of_two();
        self.slots = vec![0; wanted];
        self.taken = kept.len();
        for slot in kept {
            let (_, start) = place(print_of(slot));
            let at = start.wrapping_add(self.run(start).count()) & (wanted - 1);
            if let Some(free) = self.slots.get_mut(at) {
                *free = slot;
            }
        }
    }
}
