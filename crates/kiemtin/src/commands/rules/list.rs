//! `rules list`: how does each rule fare on what is stored?

use super::table::{percent, table};
use crate::cli::Common;
use crate::data::DataFolders;
use crate::{clock, config, out};
use kiemtin_analyze::quality::{RuleHealth, RuleLine, health, precision, unknown};
use kiemtin_store::{RuleStore, Store};
use serde_json::{Value, json};
use std::process::ExitCode;

/// Runs the command.
pub async fn run(common: &Common) -> anyhow::Result<ExitCode> {
    let config = config::load_valid(&common.config)?;
    let now = clock::clock(common.now)();
    let store = DataFolders::of(common).open_store().await?;
    let knowledge = &config.knowledge;
    let documents = store.counts().await?.documents;
    let (counted, oldest) = (store.rule_counts().await?, store.oldest().await?);
    store.close().await;
    let listed = health(&knowledge.rules, &counted, oldest, now);
    let gone = unknown(knowledge, &counted);
    if common.json {
        let rows: Vec<RuleLine> = listed.iter().map(RuleLine::from).collect();
        let claims = counted.iter().filter(|(id, _)| id.starts_with("claim:") && !gone.contains(&id.as_str()));
        let claims: Vec<Value> = claims.map(|(id, count)| json!({"id": id, "hits": count.hits})).collect();
        let version = &knowledge.version;
        out::line(json!({"rules_version": version, "documents": documents, "rules": rows, "claims": claims, "unknown_rules": gone}))?;
    } else {
        tell(&listed, &gone, documents)?;
    }
    Ok(ExitCode::SUCCESS)
}

fn row(health: &RuleHealth<'_>) -> Vec<String> {
    let RuleHealth { rule, count, warnings } = health;
    let precision = match precision(count) {
        None => "chưa có đánh giá".to_owned(),
        Some(p) => format!("{} ({}–{}; {})", percent(p.share), percent(p.low), percent(p.high), count.judged),
    };
    vec![
        rule.id.clone(),
        rule.kind.to_string(),
        rule.status.as_str().to_owned(),
        count.hits.to_string(),
        count.flagged.to_string(),
        count.unique.to_string(),
        if count.hits == 0 { String::new() } else { percent(share(count.suppressed_hits, count.hits)) },
        precision,
        warnings.iter().map(|w| w.vi()).collect::<Vec<_>>().join(", "),
        rule.claim.clone(),
    ]
}

fn tell(listed: &[RuleHealth<'_>], gone: &[&str], documents: u64) -> std::io::Result<()> {
    let heading = ["quy tắc", "loại", "trạng thái", "khớp", "cờ", "riêng", "loại trừ", "độ chính xác (95 %)", "cảnh báo", "nội dung"];
    let mut rows = vec![heading.map(str::to_owned).to_vec()];
    rows.extend(listed.iter().map(row));
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
        eprintln!("kho còn kết quả của quy tắc không có trong cấu hình: {}", gone.join(", "));
    }
    eprintln!("{} quy tắc, {documents} tài liệu trong kho", listed.len());
    Ok(())
}

fn share(part: u64, all: u64) -> f64 {
    if all == 0 { 0.0 } else { part as f64 / all as f64 }
}
