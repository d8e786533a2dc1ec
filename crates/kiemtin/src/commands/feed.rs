//! `feed`: which entries does a feed file list, and what had to be repaired or was lost?

use crate::cli::Common;
use crate::out;
use anyhow::Context;
use kiemtin_crawl::{FeedEntry, parse_feed};
use serde_json::{Value, json};
use std::fs::File;
use std::io::Read;
use std::path::Path;
use std::process::ExitCode;

/// Largest feed that is read, in bytes, unpacked.
const MAX_FEED: u64 = 15 << 20;

/// Runs the command.
pub fn run(common: &Common, url: Option<&str>, file: &Path) -> anyhow::Result<ExitCode> {
    let bytes = if file.as_os_str() == "-" {
        read(std::io::stdin())?
    } else {
        read(File::open(file).with_context(|| format!("cannot open {}", file.display()))?)?
    };
    let parsed = match parse_feed(&bytes, url.unwrap_or("")) {
        Ok(parsed) => parsed,
        Err(reason) => {
            eprintln!("lỗi: không đọc được nguồn tin: {reason}");
            return Ok(ExitCode::FAILURE);
        }
    };
    for note in &parsed.notes {
        eprintln!("lưu ý: {note}");
    }
    let entries: Vec<Value> = parsed.entries.iter().map(line).collect();
    if common.json {
        out::line(json!({"title": parsed.title, "entries": entries, "notes": parsed.notes}))?;
        return Ok(ExitCode::SUCCESS);
    }
    for entry in entries {
        out::line(entry)?;
    }
    Ok(ExitCode::SUCCESS)
}

/// What is unknown is null. The time of the last change stands in where there is none of publication.
fn line(entry: &FeedEntry) -> Value {
    let text = |text: &str| Some(text.to_owned()).filter(|t| !t.is_empty());
    json!({
        "title": text(&entry.title),
        "link": text(&entry.link),
        "published_at": entry.published_at.or(entry.updated_at).map(|t| t.to_string()),
        "date_note": entry.date_note,
        // A feed without update times has them read as the publication.
        "updated_at": entry.updated_at.filter(|t| Some(*t) != entry.published_at).map(|t| t.to_string()),
        "id": text(&entry.id),
        "summary": text(&entry.summary),
    })
}

/// Reads a feed, gzip told by content. A cut archive gives what stands before the cut.
fn read(source: impl Read) -> anyhow::Result<Vec<u8>> {
    let mut bytes = vec![];
    source.take(MAX_FEED + 1).read_to_end(&mut bytes)?;
    if bytes.starts_with(&[0x1f, 0x8b]) {
        let mut unpacked = vec![];
        if let Err(error) = flate2::read::MultiGzDecoder::new(bytes.as_slice()).take(MAX_FEED + 1).read_to_end(&mut unpacked) {
            anyhow::ensure!(!unpacked.is_empty(), "broken gzip: {error}");
            eprintln!("lưu ý: broken gzip, what stands before byte {} is read: {error}", unpacked.len());
        }
        bytes = unpacked;
    }
    anyhow::ensure!(bytes.len() as u64 <= MAX_FEED, "the feed is larger than {MAX_FEED} bytes");
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_line_per_entry_says_what_is_known() {
        let feed = "<rss version=\"2.0\"><channel><item><title>Giá xăng</title><link>/a.html</link><guid>7</guid><pubDate>12/05/2025 08:30</pubDate></item><item><description>chữ</description></item></channel></rss>";
        let parsed = parse_feed(&read(feed.as_bytes()).unwrap(), "https://bao.vn/rss").unwrap();
        let lines: Vec<Value> = parsed.entries.iter().map(line).collect();
        assert_eq!(
            lines[0],
            json!({"title": "Giá xăng", "link": "https://bao.vn/a.html", "published_at": "2025-05-12T08:30:00+07:00", "date_note": null, "updated_at": null, "id": "7", "summary": null})
        );
        assert_eq!(
            lines[1],
            json!({"title": null, "link": null, "published_at": null, "date_note": null, "updated_at": null, "id": null, "summary": "chữ"})
        );
    }

    #[test]
    fn archives_are_unpacked_as_far_as_they_go() {
        use std::io::Write;
        let mut encoder = flate2::write::GzEncoder::new(vec![], flate2::Compression::fast());
        encoder.write_all("<rss>".repeat(10_000).as_bytes()).unwrap();
        let packed = encoder.finish().unwrap();
        assert_eq!(read(packed.as_slice()).unwrap().len(), 50_000);
        assert!(!read(&packed[..packed.len() - 9]).unwrap().is_empty());
        assert!(read([0x1f, 0x8b, 0].as_slice()).is_err());
        assert!(read(vec![b' '; 16 << 20].as_slice()).is_err());
    }
}
