//! What time is it? The one place that looks at a clock; everything else is told.

use kiemtin_model::Time;
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

/// Tells the time.
pub type Clock = Arc<dyn Fn() -> Time + Send + Sync>;

/// The machine's clock, or one that starts at `--now` and runs on from there.
#[expect(clippy::disallowed_methods, reason = "this is the clock")]
pub fn clock(now: Option<Time>) -> Clock {
    let wall = || SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |d| i64::try_from(d.as_millis()).unwrap_or(i64::MAX));
    let shift = now.map_or(0, |now| now.0 - wall());
    Arc::new(move || Time(wall() + shift))
}
