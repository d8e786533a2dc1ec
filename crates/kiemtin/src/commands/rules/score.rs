//! `rules score`: how well do the rules agree with labelled texts?

use super::table::{percent, table};
use crate::cli::Common;
use crate::input::{Input, InputLine};
use crate::{clock, config, crew, out};
use kiemtin_analyze::line::{LineRules, read_line};
use kiemtin_analyze::quality::gold::{Gold, Said, Score, Share};
use kiemtin_analyze::verdict::verdict;
use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;

/// Lines worked on at once.
const BATCH: usize = 256;

/// Runs the command. Exit 1 when a line cannot be read: figures over a part of a gold set say nothing.
pub async fn run(common: &Common, file: &Path, blank: bool, verbose: bool) -> anyhow::Result<ExitCode> {
    let config = config::load_valid(&common.config)?;
    let now = clock::clock(common.now)();
    let groups: Arc<std::collections::HashMap<_, _>> = Arc::new(config.sources.iter().map(|s| (s.id.clone(), s.group)).collect());
    let mut input = Input::open(file)?;
    let (mut score, mut bad) = (Score::default(), 0u64);
    loop {
        let lines: Vec<_> = std::iter::from_fn(|| input.next_line()).take(BATCH).collect();
        if lines.is_empty() {
            break;
        }
        let (knowledge, groups) = (Arc::clone(&config.knowledge), Arc::clone(&groups));
        let counted = crew::map(lines, move |(number, line)| {
            let rules = LineRules { now, salt: "", group_of: &|id| groups.get(id).copied(), as_given: true };
            let text = match line {
                InputLine::Text(text) if blank => blanked(&text),
                InputLine::Text(text) => Ok(text),
                InputLine::Bad(reason) => Err(reason),
            };
            text.and_then(|text| {
                let said = serde_json::to_value(verdict(read_line(&text, &rules)?, &knowledge)).map_err(|e| e.to_string())?;
                Ok((Gold::read(&text)?, Said::read(&said)?))
            })
            .map_err(|reason| (number, reason))
        })
        .await?;
        for pair in counted {
            match pair.map_err(|panic| anyhow::anyhow!("classifying a line failed: {panic}"))? {
                Ok((gold, said)) => score.count(&gold, &said),
                Err((number, reason)) => {
                    bad += 1;
                    eprintln!("{}:{number}: {reason}", file.display());
                }
            }
        }
    }
    anyhow::ensure!(score.documents > 0 || bad > 0, "{}: no gold line", file.display());
    if common.json {
        out::line(serde_json::to_string(&score)?)?;
    } else {
        tell(&score, verbose)?;
    }
    Ok(if bad == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// The line without address and source: who published a text must not decide.
fn blanked(line: &str) -> Result<String, String> {
    let mut line: serde_json::Map<String, serde_json::Value> = serde_json::from_str(line).map_err(|e| format!("not a gold line: {e}"))?;
    line.remove("url");
    line.remove("source");
    serde_json::to_string(&line).map_err(|e| e.to_string())
}

fn tell(score: &Score, verbose: bool) -> std::io::Result<()> {
    let row = |name: &str, share: Share| vec![name.to_owned(), share.hits.to_string(), share.cases.to_string(), percent(share.value())];
    let mut rows = vec![["", "đúng", "tổng", "tỷ lệ"].map(str::to_owned).to_vec()];
    rows.push(row("cờ: độ chính xác", score.precision));
    rows.push(row("cờ: độ phủ", score.recall));
    rows.push(row("loại: loại chính nằm trong kết quả", score.kinds.primary_given));
    rows.push(row("loại: đúng (có loại chính, không thừa)", score.kinds.right));
    rows.push(row("loại: trùng khớp cả tập", score.kinds.same_set));
    rows.push(row("chủ đề: độ chính xác", score.topic_precision));
    rows.push(row("chủ đề: độ phủ", score.topic_recall));
    rows.extend(score.recall_by_kind.iter().map(|(kind, share)| row(&format!("độ phủ {kind}"), *share)));
    out::line(table(&rows, &[1, 2, 3]).trim_end())?;
    let mut rows = vec![["cờ sai theo lớp không được gắn cờ", "cờ sai", "tổng", "tỷ lệ"].map(str::to_owned).to_vec()];
    rows.extend(score.false_flags.iter().map(|(class, share)| row(class, *share)));
    out::line(format_args!("\n{}", table(&rows, &[1, 2, 3]).trim_end()))?;
    if verbose {
        for w in &score.wrong {
            let because = [w.rules.join(","), w.guards.join(",")].join(" | ");
            out::line(format_args!(
                "\n{} {} ({}): cần [{}], được [{}]; {because}\n  {}",
                w.id,
                w.fault,
                w.class,
                w.expected.join(" "),
                w.got.join(" "),
                w.heading
            ))?;
        }
    }
    eprintln!("{} văn bản, {} lỗi", score.documents, score.wrong.len());
    Ok(())
}
