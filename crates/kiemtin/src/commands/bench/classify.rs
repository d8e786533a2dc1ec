//! How fast is a text judged, with the whole rule pack and a long phrase list on top?
//!
//! Per list of 10,000 and 100,000 phrases: from text in memory to its verdict, from a document line to its verdict line, and
//! the phrase matching alone beside two byte automata on text that is normalised for them beforehand. One thread; processor
//! time, so that what else the machine does counts as little as possible.

use super::Figures;
use super::phrases;
use super::rivals::{self, Rival};
use crate::cli::Common;
use crate::config;
use kiemtin_analyze::line::{LineRules, read_line};
use kiemtin_analyze::verdict::verdict;
use kiemtin_analyze::{ConfigFile, Knowledge, assess::assess_raw};
use kiemtin_model::{Document, Time};
use kiemtin_text::query::{PhraseTrie, Vocabulary};
use kiemtin_text::{Scanned, scan};
use std::time::Duration;

/// Lengths of the phrase lists.
const LISTS: [usize; 2] = [10_000, 100_000];
/// Passes over the corpus per figure; the best one counts.
const PASSES: usize = 3;

/// Runs the bench.
pub fn run(common: &Common, documents: &[Document], figures: &mut Figures) -> anyhow::Result<()> {
    let lines: Vec<String> = documents.iter().map(line).collect::<Result<_, _>>()?;
    let text_bytes: usize = documents.iter().map(|d| d.title.len() + d.text.len()).sum();
    let line_bytes: usize = lines.iter().map(|l| l.len() + 1).sum();
    let rules = LineRules { now: Time(0), salt: "", group_of: &|_| None, as_given: true };
    for count in LISTS {
        let name = |figure: &str| format!("{figure}_{}k", count / 1_000);
        let phrases = phrases::draw(documents, count);
        let knowledge = knowledge(common, &phrases)?;
        let mut flagged = 0usize;
        let verdicts = best(|| flagged = documents.iter().filter(|d| assess_raw(d, &knowledge).assessment.flag).count())?;
        figures.tell(&name("text_to_verdict"), speed(text_bytes, verdicts), "MB/s")?;
        let mut written = 0usize;
        let ndjson = best(|| {
            written = 0;
            for line in &lines {
                let said = read_line(line, &rules).and_then(|l| serde_json::to_string(&verdict(l, &knowledge)).map_err(|e| e.to_string()));
                written += said.map_or(0, |s| s.len());
            }
        })?;
        anyhow::ensure!(written > 0, "no verdict line was written");
        figures.tell(&name("line_to_line"), speed(line_bytes, ndjson), "MB/s")?;
        figures.tell(&name("flagged"), flagged as f64, "documents")?;
        figures.tell(&name("phrases"), knowledge.queries.size().0 as f64, "different phrases")?;
        figures.tell(&name("query_parts"), knowledge.queries.size().1 as f64, "parts")?;
        figures.tell(&name("tries"), knowledge.queries.bytes() as f64 / 1e6, "MB")?;
        matching(documents, &phrases, text_bytes, &name, figures)?;
    }
    Ok(())
}

/// The matching alone: ours on scanned text, the others on normalised text; then ours with the scanning.
fn matching(
    documents: &[Document],
    phrases: &[String],
    bytes: usize,
    name: &dyn Fn(&str) -> String,
    figures: &mut Figures,
) -> anyhow::Result<()> {
    let scanned: Vec<Scanned<'_>> = documents.iter().map(|d| scan(&d.text)).collect();
    let mut known = Vocabulary::default();
    let trie = PhraseTrie::new(phrases.iter().map(|p| scan(p).tokens.iter().map(|t| known.add(t.key, t.fold).0).collect::<Vec<_>>()));
    let (mut hits, mut raw_hits, mut numbers) = (0u64, 0u64, vec![]);
    let mut find = |scanned: &Scanned<'_>, hits: &mut u64| {
        known.read(&scanned.tokens, false, &mut numbers);
        trie.find(&scanned.tokens, |i| numbers[i], |_, _, _| *hits += 1);
    };
    let ours = best(|| {
        hits = 0;
        scanned.iter().for_each(|s| find(s, &mut hits));
    })?;
    figures.tell(&name("match_trie"), speed(bytes, ours), "MB/s")?;
    let raw = best(|| {
        raw_hits = 0;
        documents.iter().for_each(|d| find(&scan(&d.text), &mut raw_hits));
    })?;
    figures.tell(&name("scan_and_match_trie"), speed(bytes, raw), "MB/s")?;
    anyhow::ensure!(hits == raw_hits, "the trie found {hits} phrases in scanned text and {raw_hits} with the scanning");
    let texts: Vec<String> = scanned.iter().map(rivals::normalised).collect();
    let patterns: Vec<String> = phrases.iter().map(|p| rivals::normalised(&scan(p))).collect();
    for rival in [Rival::aho_corasick(&patterns)?, Rival::daachorse(&patterns)?] {
        let mut found = 0u64;
        let theirs = best(|| found = texts.iter().map(|t| rival.count(t)).sum())?;
        anyhow::ensure!(found == hits, "{} found {found} phrases, the trie {hits}", rival.name());
        figures.tell(&name(&format!("match_{}", rival.name())), speed(bytes, theirs), "MB/s")?;
    }
    figures.tell(&name("hits"), hits as f64, "phrases found")
}

/// The configured knowledge with a rule that asks for any of these phrases.
fn knowledge(common: &Common, phrases: &[String]) -> anyhow::Result<Knowledge> {
    let quoted: Vec<String> = phrases.iter().map(|p| format!("\"{p}\"")).collect();
    let list = ConfigFile { path: "lists-bench.toml".into(), text: format!("[lists]\nbench = [{}]\n", quoted.join(", ")) };
    let rule = r#"
[[rule]]
id = "bench"
kind = "panic_rumour"
claim = "bench"
describe = "bench"
review_by = "2099-01-01"
require = ["phrase"]
[rule.evidence.phrase]
query = "@bench"
weight = 0.0
[[rule.example]]
text = "a"
want = "watch"
[[rule.example]]
text = "a"
want = "none"
"#;
    let rule = ConfigFile { path: "bench.toml".into(), text: rule.into() };
    config::load_knowledge_with(&common.config, vec![list, rule])?.map_err(|faults| config::told(&faults))
}

fn line(document: &Document) -> anyhow::Result<String> {
    let published = document.published_at.map(|t| t.to_string());
    Ok(serde_json::to_string(&serde_json::json!({
        "id": document.source_id, "url": document.url, "title": document.title, "text": document.text,
        "published_at": published, "source": document.source, "kind": document.kind,
    }))?)
}

fn speed(bytes: usize, time: Duration) -> f64 {
    bytes as f64 / 1e6 / time.as_secs_f64().max(1e-9)
}

/// Processor time of the best of several passes.
fn best(mut pass: impl FnMut()) -> anyhow::Result<Duration> {
    let mut best = Duration::MAX;
    for _ in 0..PASSES {
        let begun = super::processor_time()?;
        pass();
        best = best.min(super::processor_time()?.saturating_sub(begun));
    }
    Ok(best)
}
