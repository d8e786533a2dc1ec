//! `rules test`: every rule's own examples.

use crate::cli::Common;
use crate::{config, out};
use kiemtin_analyze::Fault;
use kiemtin_analyze::rules::Status;
use serde_json::json;
use std::process::ExitCode;
use std::time::Instant;

/// Runs the command. Exit 1 when an example fails, or when the configuration has faults.
pub fn run(common: &Common) -> anyhow::Result<ExitCode> {
    let started = Instant::now();
    let (faults, rules, examples) = match config::load(&common.config)? {
        Err(faults) => (faults, 0, 0),
        Ok(config) => {
            let tried = config.knowledge.rules.rules.iter().filter(|r| r.status != Status::Retired);
            let (rules, examples) = tried.fold((0, 0), |(rules, examples), r| (rules + 1, examples + r.examples.len()));
            (config.knowledge.examples(), rules, examples)
        }
    };
    let seconds = started.elapsed().as_secs_f64();
    if common.json {
        let failures: Vec<_> = faults.iter().map(fault).collect();
        out::line(json!({"rules": rules, "examples": examples, "failures": failures, "seconds": (seconds * 1000.0).round() / 1000.0}))?;
    } else {
        for fault in &faults {
            out::line(fault)?;
        }
    }
    if faults.is_empty() {
        eprintln!("{examples} ví dụ của {rules} quy tắc: đúng cả ({seconds:.2} giây)");
        return Ok(ExitCode::SUCCESS);
    }
    eprintln!("{} lỗi ({examples} ví dụ của {rules} quy tắc, {seconds:.2} giây)", faults.len());
    Ok(ExitCode::FAILURE)
}

fn fault(fault: &Fault) -> serde_json::Value {
    json!({"file": fault.path, "line": fault.line, "key": fault.key, "message": fault.message})
}
