//! Progress bars and the figures at the end, on standard error.

use indicatif::{ProgressBar, ProgressStyle};
use kiemtin_model::Tally;

/// A bar over a known number of bytes.
pub fn bytes(total: u64) -> ProgressBar {
    let style = ProgressStyle::with_template("{bar:30} {percent:>3}% {bytes}/{total_bytes} còn {eta} {msg}");
    ProgressBar::new(total).with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()))
}

/// A line that moves while something of unknown length goes on.
pub fn spinner(message: &'static str) -> ProgressBar {
    let bar = ProgressBar::new_spinner().with_message(message);
    bar.enable_steady_tick(std::time::Duration::from_millis(150));
    bar
}

/// A bar over a known number of things.
pub fn count(total: u64, message: &'static str) -> ProgressBar {
    let style = ProgressStyle::with_template("{msg} {bar:30} {pos}/{len} còn {eta}");
    ProgressBar::new(total).with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar())).with_message(message)
}

/// Largest memory this process had so far, in MiB; `None` where the system does not tell.
pub fn peak_memory_mib() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|l| l.starts_with("VmHWM:"))?;
    let kib: u64 = line.split_whitespace().nth(1)?.parse().ok()?;
    Some(kib / 1024)
}

/// The counts as a table.
pub fn table(tally: &Tally) -> String {
    let rows = [
        ("đã đọc", tally.read),
        ("mới", tally.new),
        ("bản mới", tally.new_version),
        ("không đổi", tally.unchanged),
        ("trùng", tally.duplicate),
        ("từ chối", tally.refused),
        ("lỗi", tally.failed),
        ("gắn cờ", tally.flagged),
        ("lượt cập nhật cảnh báo", tally.alerts),
    ];
    rows.iter().map(|(name, n)| format!("{n:>8}  {name}\n")).collect()
}

/// The counts as the contract's JSON object.
pub fn json(tally: &Tally, seconds: f64) -> serde_json::Value {
    serde_json::json!({
        "read": tally.read, "new": tally.new, "new_version": tally.new_version, "unchanged": tally.unchanged,
        "duplicate": tally.duplicate, "refused": tally.refused, "failed": tally.failed, "flagged": tally.flagged,
        "alerts": tally.alerts, "seconds": (seconds * 1000.0).round() / 1000.0,
    })
}
