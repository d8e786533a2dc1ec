//! `cite`: which official documents does a text cite, and how do the citations stand to the record?

use crate::cli::Common;
use crate::{clock, config, crew, out};
use anyhow::Context;
use kiemtin_analyze::Knowledge;
use kiemtin_analyze::record::{CiteFault, CiteStatus, Judged};
use kiemtin_model::Time;
use kiemtin_text::cite::{Citation, citations};
use kiemtin_text::{char_offset, scan};
use serde_json::{Map, Value, json};
use std::io::Read;
use std::path::Path;
use std::process::ExitCode;

/// Largest text that is read, in bytes.
const MAX_TEXT: u64 = 64 << 20;

/// Runs the command.
pub async fn run(common: &Common, file: Option<&Path>) -> anyhow::Result<ExitCode> {
    let config = config::load_valid(&common.config)?;
    let now = clock::clock(common.now)();
    let bytes = match file.filter(|f| f.as_os_str() != "-") {
        Some(path) => read(std::fs::File::open(path).with_context(|| format!("cannot open {}", path.display()))?)?,
        None => read(std::io::stdin())?,
    };
    let knowledge = config.knowledge;
    let lines = crew::map(vec![bytes], move |bytes| lines(&plain_text(&bytes), &knowledge, now)).await?;
    let lines = lines.into_iter().next().context("nothing was read")?.map_err(|panic| anyhow::anyhow!("reading failed: {panic}"))?;
    if common.json {
        out::line(json!({"citations": lines}))?;
        return Ok(ExitCode::SUCCESS);
    }
    for line in lines {
        out::line(line)?;
    }
    Ok(ExitCode::SUCCESS)
}

fn read(source: impl Read) -> anyhow::Result<Vec<u8>> {
    let mut bytes = vec![];
    source.take(MAX_TEXT + 1).read_to_end(&mut bytes)?;
    anyhow::ensure!(bytes.len() as u64 <= MAX_TEXT, "the text is larger than {MAX_TEXT} bytes");
    Ok(bytes)
}

/// A page without its markup; any other text as it is.
fn plain_text(bytes: &[u8]) -> String {
    let head = String::from_utf8_lossy(bytes.get(..bytes.len().min(1_024)).unwrap_or(&[])).to_lowercase();
    let page = head.trim_start_matches(['\u{feff}', ' ', '\n', '\r', '\t']).starts_with('<')
        || ["<!doctype", "<html", "<body", "<p>", "<div"].iter().any(|t| head.contains(t));
    if page {
        return kiemtin_text::markup::strip_tags(&kiemtin_crawl::decode_html(bytes, None));
    }
    String::from_utf8_lossy(bytes).into_owned()
}

fn lines(text: &str, knowledge: &Knowledge, now: Time) -> Vec<Value> {
    let scanned = scan(text);
    // Offsets are counted on from the citation before: a long list costs one pass.
    let (mut byte, mut chars) = (0, 0);
    let mut offset = |at: usize| {
        chars += char_offset(text.get(byte..).unwrap_or(""), at.saturating_sub(byte));
        byte = at;
        chars
    };
    let found = citations(&scanned);
    let shown = found.iter().map(|citation| {
        let judged = knowledge.documents.judge(&scanned, citation, Some(now));
        let (start, end) = (offset(citation.start), offset(citation.end));
        line(text, citation, &judged, (start, end))
    });
    shown.collect()
}

fn line(text: &str, citation: &Citation, judged: &Judged<'_>, (start, end): (usize, usize)) -> Value {
    let known = judged.known;
    let date = citation.date.and_then(|d| d.whole()).and_then(|(y, m, d)| Time::local(y, m, d, 0, 0, 0)).map(Time::day);
    let kind = citation.stated_kind.or(citation.kind).map(str::to_owned).or_else(|| known.map(|k| k.kind.to_lowercase()));
    let number = known.filter(|_| !judged.faults.contains(&CiteFault::Number)).map_or(&citation.number, |k| &k.number);
    json!({
        "raw": text.get(citation.start..citation.end),
        "number": number,
        "kind": kind,
        "issuer": citation.stated_issuer.or(citation.issuer),
        "date": date,
        "start": start,
        "end": end,
        "status": judged.status().as_str(),
        "expected": expected(judged),
        "message": message(citation, judged),
    })
}

/// What the record holds where the text differs.
fn expected(judged: &Judged<'_>) -> Value {
    let mut fields = Map::new();
    if let Some(known) = judged.known {
        for fault in &judged.faults {
            let (field, value) = match fault {
                CiteFault::Date => ("date", known.day()),
                CiteFault::Issuer => ("issuer", known.issuer.clone()),
                CiteFault::Kind => ("kind", known.kind.to_lowercase()),
                CiteFault::Subject => ("subject", known.title.clone()),
                CiteFault::Number => ("number", known.number.clone()),
                CiteFault::NoSuchDay | CiteFault::Future | CiteFault::Form(_) => continue,
            };
            fields.insert(field.into(), value.into());
        }
    }
    Value::Object(fields)
}

fn message(citation: &Citation, judged: &Judged<'_>) -> String {
    let mut parts = vec![];
    if let Some(known) = judged.known {
        let of = format!("{} {}", known.kind, known.number);
        for fault in &judged.faults {
            match fault {
                CiteFault::Date => parts.push(format!("{of} ban hành ngày {}", known.vi_day())),
                CiteFault::Issuer => parts.push(format!("{of} do {} ban hành", known.issuer)),
                CiteFault::Kind => parts.push(format!("{} là {}", known.number, known.kind.to_lowercase())),
                CiteFault::Subject => parts.push(format!("{of} có nội dung: {}", known.title)),
                CiteFault::Number => parts.push(format!("nội dung này thuộc {of} ngày {}", known.vi_day())),
                CiteFault::NoSuchDay | CiteFault::Future | CiteFault::Form(_) => {}
            }
        }
    }
    for fault in &judged.faults {
        match fault {
            CiteFault::NoSuchDay => parts.push("ngày được ghi không có trong lịch".into()),
            CiteFault::Future => parts.push("ngày được ghi chưa đến".into()),
            CiteFault::Form(why) => parts.push(why.clone()),
            _ => {}
        }
    }
    if !parts.is_empty() {
        return parts.join("; ");
    }
    match (judged.status(), judged.known) {
        (CiteStatus::Unknown, _) | (_, None) => format!("chưa có trong danh mục: {}", citation.number),
        (_, Some(known)) => format!("khớp danh mục: {}", known.title),
    }
}
