//! `check`: every fault of the configuration at once, then every rule's own examples. What only deserves a look is warned of.

use crate::cli::Common;
use crate::clock;
use crate::config;
use crate::out;
use kiemtin_analyze::Fault;
use std::process::ExitCode;

/// Runs the command.
pub fn run(common: &Common) -> anyhow::Result<ExitCode> {
    let (faults, summary) = match config::load(&common.config)? {
        Err(faults) => (faults, String::new()),
        Ok(config) => {
            let rules = &config.knowledge.rules;
            let summary = format!(
                "{} nguồn, {} chủ đề, {} quy tắc, {} điều kiện loại trừ, {} số liệu gốc, {} chính sách, {} cách viết: không có lỗi",
                config.sources.len(),
                config.knowledge.topics.topics.len(),
                rules.rules.len(),
                rules.guards.len(),
                config.knowledge.facts.facts.len(),
                config.policies.policies.len(),
                config.lexicon.len(),
            );
            (config.knowledge.examples(), summary)
        }
    };
    let warnings = config::warnings(&common.config, clock::clock(common.now)())?;
    if common.json {
        let list = |of: &[Fault]| of.iter().map(json).collect::<Vec<_>>();
        out::line(serde_json::json!({"faults": list(&faults), "warnings": list(&warnings)}))?;
    } else {
        for warning in &warnings {
            eprintln!("cảnh báo: {warning}");
        }
        for fault in &faults {
            out::line(fault)?;
        }
    }
    if faults.is_empty() {
        eprintln!("{summary}");
        return Ok(ExitCode::SUCCESS);
    }
    eprintln!("{} lỗi cấu hình", faults.len());
    Ok(ExitCode::FAILURE)
}

fn json(fault: &Fault) -> serde_json::Value {
    serde_json::json!({"file": fault.path, "line": fault.line, "key": fault.key, "message": fault.message})
}
