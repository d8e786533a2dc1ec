//! Which event does a report belong to?

use super::{EventIndex, EventNumber, Vector};
use kiemtin_model::{Time, time::HOUR_MS};

/// A report near a new one.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Near {
    /// Its number.
    pub number: u32,
    /// Its event.
    pub event: EventNumber,
    /// Time between both, in milliseconds.
    pub apart_ms: i64,
    /// Cosine of their vectors.
    pub likeness: f32,
}

/// What makes two reports tell of one event.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Tuning {
    /// Reports this far apart in time may be of one event …
    pub window_ms: i64,
    /// … and this far when they are much alike.
    pub wide_ms: i64,
    /// Least likeness to an event of the window.
    pub join: f32,
    /// Least likeness to an event of the wide window.
    pub join_wide: f32,
    /// Least likeness to a second event that is merged.
    pub merge: f32,
    /// Share of the second best member.
    pub second: f32,
    /// Least likeness to an event that is quoted.
    pub quoted: f32,
}

impl Default for Tuning {
    fn default() -> Self {
        Self { window_ms: 72 * HOUR_MS, wide_ms: 168 * HOUR_MS, join: 0.23, join_wide: 0.35, merge: 0.35, second: 0.5, quoted: 0.1 }
    }
}

/// Why a report joined its event.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Join {
    /// It is like its reports, so much.
    Like(f32),
    /// It quotes one of them, and is like them, so much.
    Quote(f32),
    /// It begins the event.
    First,
}

/// Where a report stands.
#[derive(Clone, Debug, PartialEq)]
pub struct PlacedReport {
    /// Its event; `None`: it begins one.
    pub event: Option<EventNumber>,
    /// Why.
    pub join: Join,
    /// Events that it shows to be the same as its own, with the likeness: they are merged.
    pub merged: Vec<(EventNumber, f32)>,
}

impl EventIndex {
    /// Places a report. `quoted`: events of the texts that it quotes, most of it first.
    pub fn place(&mut self, at: Time, vector: &Vector, quoted: &[EventNumber]) -> PlacedReport {
        let near = self.near(at, vector);
        let mut events: Vec<(EventNumber, f32, i64)> = vec![];
        for n in &near {
            match events.iter_mut().find(|e| e.0 == n.event) {
                None => events.push((n.event, n.likeness, n.apart_ms)),
                Some(e) => e.2 = e.2.min(n.apart_ms),
            }
        }
        for (event, likeness, _) in &mut events {
            let mut of: Vec<f32> = near.iter().filter(|n| n.event == *event).map(|n| n.likeness).take(3).collect();
            of.truncate(2);
            if let [best, second] = of[..] {
                *likeness = best * (1.0 - self.tuning.second) + second * self.tuning.second;
            }
        }
        events.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        let least = |apart: i64, line: f32| if apart <= self.tuning.window_ms { line } else { line.max(self.tuning.join_wide) };
        let fits: Vec<&(EventNumber, f32, i64)> = events
            .iter()
            .filter(|(event, likeness, apart)| {
                let line = if quoted.contains(event) { self.tuning.quoted } else { self.tuning.join };
                *likeness >= least(*apart, line)
            })
            .collect();
        let Some(best) = fits.first() else {
            return PlacedReport { event: None, join: Join::First, merged: vec![] };
        };
        let merged: Vec<(EventNumber, f32)> =
            fits.iter().skip(1).filter(|f| f.1 >= self.tuning.merge && best.1 >= self.tuning.merge).map(|f| (f.0, f.1)).collect();
        let join = if best.1 >= self.tuning.join { Join::Like(best.1) } else { Join::Quote(best.1) };
        let all = std::iter::once(best.0).chain(merged.iter().map(|m| m.0));
        let oldest = all.min().unwrap_or(best.0);
        let merged = std::iter::once((best.0, best.1)).chain(merged).filter(|m| m.0 != oldest).collect();
        PlacedReport { event: Some(oldest), join, merged }
    }
}
