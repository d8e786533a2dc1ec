//! `classify`: document lines in, verdict lines out, in order, nothing kept.

use crate::cli::Common;
use crate::input::{Input, InputLine};
use crate::{clock, config, crew};
use kiemtin_analyze::Knowledge;
use kiemtin_analyze::line::{LineRules, ReadLine, read_line};
use kiemtin_analyze::verdict::verdict;
use std::io::Write;
use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;

/// Lines worked on at once.
const BATCH: usize = 256;

fn verdict_line(line: ReadLine, knowledge: &Knowledge) -> Result<String, String> {
    serde_json::to_string(&verdict(line, knowledge)).map_err(|e| format!("the verdict cannot be written: {e}"))
}

/// Runs the command.
pub async fn run(common: &Common, file: Option<&Path>) -> anyhow::Result<ExitCode> {
    let config = config::load_valid(&common.config)?;
    let now = clock::clock(common.now)();
    let mut input = Input::open(file.unwrap_or(Path::new("-")))?;
    let groups: Arc<std::collections::HashMap<_, _>> = Arc::new(config.sources.iter().map(|s| (s.id.clone(), s.group)).collect());
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    let mut bad = 0u64;
    loop {
        let lines: Vec<_> = std::iter::from_fn(|| input.next_line()).take(BATCH).collect();
        if lines.is_empty() {
            break;
        }
        let (knowledge, groups) = (Arc::clone(&config.knowledge), Arc::clone(&groups));
        let verdicts = crew::map(lines, move |(number, line)| {
            let rules = LineRules { now, salt: "", group_of: &|id| groups.get(id).copied(), as_given: true };
            match line {
                InputLine::Text(text) => read_line(&text, &rules).and_then(|l| verdict_line(l, &knowledge)).map_err(|e| (number, e)),
                InputLine::Bad(reason) => Err((number, reason)),
            }
        })
        .await?;
        for verdict in verdicts {
            match verdict.map_err(|panic| anyhow::anyhow!("classifying a line failed: {panic}"))? {
                Ok(verdict) => writeln!(out, "{verdict}")?,
                Err((number, reason)) => {
                    bad += 1;
                    eprintln!("dòng {number}: {reason}");
                }
            }
        }
    }
    out.flush()?;
    if bad > 0 {
        eprintln!("{bad} dòng không đọc được");
    }
    Ok(ExitCode::SUCCESS)
}
