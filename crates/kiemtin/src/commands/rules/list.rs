//! `rules list`: how does each rule fare on what is stored?

use super::table::{percent, table};
use crate::cli::Common;
use crate::data::DataFolders;
use crate::{clock, config, out, progress};
use kiemtin_analyze::quality::{Census, Judgement, RuleCount, Warning};
use kiemtin_analyze::rules::{Rule, Status};
use kiemtin_model::Time;
use kiemtin_store::{ArchiveRequest, Archived, Store};
use serde_json::{Value, json};
use std::process::ExitCode;

/// Documents read at once; only those with signals come, without their texts.
const PART: usize = 2_000;

/// Runs the command.
pub async fn run(common: &Common) -> anyhow::Result<ExitCode> {
    let config = config::load_valid(&common.config)?;
    let now = clock::clock(common.now)();
    let store = DataFolders::of(common).open_store().await?;
    let rules = &config.knowledge.rules;
    let counts = store.counts().await?;
    let bar = progress::count(counts.last_seq.max(0) as u64, "đọc kho");
    let oldest = store.oldest().await?;
    let mut census = Census::of(rules);
    let mut asked = ArchiveRequest { only_signals: true, limit: PART, ..ArchiveRequest::default() };
    loop {
        let part = store.archive(&asked).await?;
        let Some(last) = part.last() else { break };
        asked.after = last.first_seq;
        bar.set_position(asked.after.max(0) as u64);
        for archived in &part {
            census.count(archived.document.time(), &archived.assessment, &|narrative| judged(archived, narrative));
        }
    }
    bar.finish_and_clear();
    store.close().await;
    let zero = RuleCount::default();
    let listed: Vec<Listed<'_>> = rules
        .rules
        .iter()
        .map(|rule| {
            let count = census.rules().get(&rule.id).unwrap_or(&zero);
            let working = rule.status == Status::Stable;
            Listed { rule, count, warnings: if working { count.warnings(rule.review_by, oldest, now) } else { vec![] } }
        })
        .collect();
    let claims = &config.knowledge.claims;
    let known = |id: &str| rules.rules.iter().any(|r| r.id == id) || id.strip_prefix("claim:").is_some_and(|c| claims.claim(c).is_some());
    let gone: Vec<&String> = census.rules().keys().filter(|id| !known(id)).collect();
    let claimed: Vec<Value> = census
        .rules()
        .iter()
        .filter(|(id, _)| id.starts_with("claim:") && known(id))
        .map(|(id, count)| json!({"id": id, "hits": count.hits}))
        .collect();
    if common.json {
        let rows: Vec<Value> = listed.iter().map(Listed::json).collect();
        let version = &config.knowledge.version;
        out::line(
            json!({"rules_version": version, "documents": counts.documents, "rules": rows, "claims": claimed, "unknown_rules": gone}),
        )?;
    } else {
        tell(&listed, &gone, counts.documents)?;
    }
    Ok(ExitCode::SUCCESS)
}

/// What people concluded of the alerts of a narrative that this document asserts.
fn judged(archived: &Archived, narrative: &str) -> Vec<Judgement> {
    let of_it = archived.reviews.iter().filter(|r| r.narrative == narrative);
    of_it.filter_map(|r| r.right().map(|right| Judgement { alert: r.alert, right })).collect()
}

struct Listed<'a> {
    rule: &'a Rule,
    count: &'a RuleCount,
    warnings: Vec<Warning>,
}

impl Listed<'_> {
    fn json(&self) -> Value {
        let Self { rule, count, warnings } = self;
        let (right, judged) = count.reviews();
        let suppressed = count.suppressed.iter().map(|(guard, n)| (guard.clone(), json!({"hits": n, "share": share(*n, count.hits)})));
        json!({
            "id": rule.id,
            "kind": rule.kind,
            "status": status(rule.status),
            "claim": rule.claim,
            "describe": rule.describe,
            "file": rule.path,
            "line": rule.line,
            "review_by": rule.review_by.day(),
            "hits": count.hits,
            "flagged": count.flagged,
            "unique": count.unique,
            "suppressed_share": share(count.suppressed_hits, count.hits),
            "suppressed": suppressed.collect::<serde_json::Map<_, _>>(),
            "last_hit": count.last_hit.map(Time::day),
            "reviews": {"right": right, "judged": judged},
            "precision": count.precision(),
            "warnings": warnings.iter().map(|w| w.as_str()).collect::<Vec<_>>(),
        })
    }

    fn row(&self) -> Vec<String> {
        let Self { rule, count, warnings } = self;
        let precision = match count.precision() {
            None => "chưa có đánh giá".to_owned(),
            Some(p) => format!("{} ({}–{}; {})", percent(p.share), percent(p.low), percent(p.high), count.reviews().1),
        };
        vec![
            rule.id.clone(),
            rule.kind.to_string(),
            status(rule.status).to_owned(),
            count.hits.to_string(),
            count.flagged.to_string(),
            count.unique.to_string(),
            if count.hits == 0 { String::new() } else { percent(share(count.suppressed_hits, count.hits)) },
            precision,
            warnings.iter().map(|w| w.vi()).collect::<Vec<_>>().join(", "),
            rule.claim.clone(),
        ]
    }
}

fn tell(listed: &[Listed<'_>], gone: &[&String], documents: u64) -> std::io::Result<()> {
    let heading = ["quy tắc", "loại", "trạng thái", "khớp", "cờ", "riêng", "loại trừ", "độ chính xác (95 %)", "cảnh báo", "nội dung"];
    let mut rows = vec![heading.map(str::to_owned).to_vec()];
    rows.extend(listed.iter().map(Listed::row));
    out::line(table(&rows, &[3, 4, 5, 6]).trim_end())?;
    let guards: Vec<Vec<String>> = listed
        .iter()
        .flat_map(|l| {
            let of_rule = l.count.suppressed.iter();
            of_rule.map(|(guard, n)| vec![l.rule.id.clone(), guard.clone(), n.to_string(), percent(share(*n, l.count.hits))])
        })
        .collect();
    if !guards.is_empty() {
        let heading = ["quy tắc", "điều kiện loại trừ", "số lần", "tỷ lệ khớp bị loại"].map(str::to_owned).to_vec();
        out::line(format_args!("\n{}", table(&[vec![heading], guards].concat(), &[2, 3]).trim_end()))?;
    }
    if !gone.is_empty() {
        let ids: Vec<&str> = gone.iter().map(|id| id.as_str()).collect();
        eprintln!("kho còn kết quả của quy tắc không có trong cấu hình: {}", ids.join(", "));
    }
    eprintln!("{} quy tắc, {documents} tài liệu trong kho", listed.len());
    Ok(())
}

/// The word of a status in the rule files.
fn status(status: Status) -> &'static str {
    match status {
        Status::Stable => "stable",
        Status::Test => "test",
        Status::Retired => "retired",
    }
}

fn share(part: u64, all: u64) -> f64 {
    if all == 0 { 0.0 } else { part as f64 / all as f64 }
}
