//! How soon are invented stories found, at how many false alarms; and what does a round of warnings cost?

use super::Figures;
use kiemtin_analyze::bursts::measured::{false_alarms, found};

/// Quiet series of each rate: 11 weeks less five are judged of each, 327 months in all.
const QUIET: u64 = 200;
/// Series with a story, of each sort.
const STORIES: u64 = 1200;
/// What the corpus is called in figures.
pub const CORPUS: &str = "simulated";

/// Measures the detectors on invented series, and then rounds on invented stores.
pub async fn run(figures: &mut Figures) -> anyhow::Result<()> {
    for rate in [0.5, 2.0, 10.0, 30.0] {
        let (alarms, months) = false_alarms(rate, 0..QUIET);
        figures.tell(&format!("false alarms, {rate}/h"), alarms, "per subject and month")?;
        figures.tell(&format!("judged, {rate}/h"), months, "subject-months")?;
    }
    for (rate, factor) in [(10.0, 1.5), (10.0, 4.0), (2.0, 1.5), (2.0, 4.0), (10.0, 0.5)] {
        let found = found(rate, factor, 10_000..10_000 + STORIES);
        let name = format!("{rate}/h x{factor}");
        figures.tell(&format!("{name}: found"), found.within(36), "share of stories")?;
        figures.tell(&format!("{name}: found within 7 h"), found.within(7), "share of stories")?;
        if let Some(delay) = found.middle() {
            figures.tell(&format!("{name}: delay"), delay as f64, "hours (median)")?;
        }
    }
    super::warned::run(figures).await
}
