//! `rules dry-run`: what would the edited rules change on everything that is stored? Nothing is written.

use super::table::table;
use crate::cli::Common;
use crate::data::DataFolders;
use crate::replay::{Extent, replay};
use crate::typed::{Wrong, day};
use crate::{config, out, progress};
use kiemtin_analyze::Knowledge;
use kiemtin_analyze::quality::{Change, Example, Replay};
use kiemtin_analyze::rules::Status;
use kiemtin_model::FlagKind;
use kiemtin_store::Store;
use serde_json::{Value, json};
use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Instant;

/// Runs the command.
pub async fn run(common: &Common, since: &str, rules: Option<&Path>, with_test: bool) -> anyhow::Result<ExitCode> {
    let since = day(since, false).map_err(|Wrong(words)| Wrong(format!("--since: {words}")))?;
    let knowledge = Arc::new(edited(common, rules, with_test)?);
    let store = DataFolders::of(common).open_store().await?;
    let bar = progress::count(store.counts().await?.last_seq.max(0) as u64, "chạy thử");
    let started = Instant::now();
    let replayed = replay(&store, Arc::clone(&knowledge), Extent::since(since), &|at| bar.set_position(at.max(0) as u64)).await;
    bar.finish_and_clear();
    store.close().await;
    let replayed = replayed?;
    let seconds = started.elapsed().as_secs_f64();
    if common.json {
        out::line(as_json(&replayed, &knowledge, since, seconds))?;
    } else {
        tell(&replayed)?;
    }
    let memory = progress::peak_memory_mib().map_or(String::new(), |m| format!(", bộ nhớ cao nhất {m} MiB"));
    eprintln!("{seconds:.1} giây, {:.0} tài liệu/giây{memory}", replayed.documents as f64 / seconds.max(0.001));
    Ok(if replayed.failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// The knowledge as it lies on disk now.
fn edited(common: &Common, rules: Option<&Path>, with_test: bool) -> anyhow::Result<Knowledge> {
    let config = config::load_valid(&common.config)?;
    let mut knowledge = match rules {
        None => Arc::unwrap_or_clone(config.knowledge),
        Some(folder) => {
            anyhow::ensure!(folder.is_dir(), "no folder of rule files at {}", folder.display());
            let hotlines = &config.settings.masking.hotlines;
            config::load_knowledge(&common.config, Some(folder), hotlines)?.map_err(|faults| config::told(&faults))?
        }
    };
    if with_test {
        let tried = knowledge.rules.rules.iter_mut().filter(|r| r.status == Status::Test);
        tried.for_each(|r| r.status = Status::Stable);
    }
    Ok(knowledge)
}

fn as_json(replayed: &Replay, knowledge: &Knowledge, since: kiemtin_model::Time, seconds: f64) -> Value {
    let changes = Change::ALL.map(|c| (c.as_str().to_owned(), json!(replayed.changed(c))));
    let none = vec![];
    let examples = Change::ALL.map(|c| (c.as_str().to_owned(), json!(replayed.examples.get(&c).unwrap_or(&none))));
    json!({
        "since": since,
        "rules_version": knowledge.version,
        "documents": replayed.documents,
        "failed": replayed.failed,
        "flags": {"before": replayed.flags.0, "after": replayed.flags.1},
        "changes": serde_json::Map::from_iter(changes),
        "dismissed_hits": replayed.cleared_hits,
        "confirmed_lost": replayed.confirmed_lost,
        "rules": replayed.rules,
        "examples": serde_json::Map::from_iter(examples),
        "dismissed_examples": replayed.cleared_examples,
        "seconds": (seconds * 1000.0).round() / 1000.0,
    })
}

fn tell(replayed: &Replay) -> std::io::Result<()> {
    let (before, after) = replayed.flags;
    out::line(format_args!("{} tài liệu, cờ: {before} → {after}", replayed.documents))?;
    for change in Change::ALL {
        out::line(format_args!("{:>8}  {}", replayed.changed(change), change.vi()))?;
    }
    out::line(format_args!("{:>8}  Gắn cờ tài liệu đã được người duyệt bỏ qua", replayed.cleared_hits))?;
    out::line(format_args!("{:>8}  Mất cờ tài liệu đã được người duyệt kết luận là sai", replayed.confirmed_lost))?;
    if replayed.failed > 0 {
        out::line(format_args!("{:>8}  KHÔNG ĐÁNH GIÁ ĐƯỢC", replayed.failed))?;
    }
    let heading = ["quy tắc", "khớp trước", "khớp sau", "cờ mới", "mất cờ"].map(str::to_owned).to_vec();
    let rows = replayed.rules.iter().map(|(id, r)| {
        let figures = [r.hits_before, r.hits_after, r.new_flags, r.lost_flags].map(|n| n.to_string());
        [vec![id.clone()], figures.to_vec()].concat()
    });
    let rows: Vec<Vec<String>> = std::iter::once(heading).chain(rows).collect();
    if rows.len() > 1 {
        out::line(format_args!("\n{}", table(&rows, &[1, 2, 3, 4]).trim_end()))?;
    }
    for (change, examples) in &replayed.examples {
        show(change.vi(), replayed.changed(*change), examples)?;
    }
    if !replayed.cleared_examples.is_empty() {
        show("Gắn cờ tài liệu đã được bỏ qua", replayed.cleared_hits, &replayed.cleared_examples)?;
    }
    Ok(())
}

fn show(heading: &str, all: u64, examples: &[Example]) -> std::io::Result<()> {
    out::line(format_args!("\n{heading} ({} trong {all}):", examples.len()))?;
    for e in examples {
        let kinds = |kinds: &[FlagKind]| kinds.iter().map(|k| k.as_str()).collect::<Vec<_>>().join("+");
        out::line(format_args!("  {}", e.title))?;
        let guards = if e.guards.is_empty() { String::new() } else { format!(" · loại trừ: {}", e.guards.join(", ")) };
        out::line(format_args!(
            "    {} → {} · {} → {} · {}{guards}",
            e.levels.0,
            e.levels.1,
            kinds(&e.kinds.0),
            kinds(&e.kinds.1),
            e.rules.join(", ")
        ))?;
        out::line(format_args!("    «{}» · {}", e.words.join("» «"), e.id))?;
    }
    Ok(())
}
