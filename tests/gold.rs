//! The evaluation gate: verdicts on labelled texts must not get worse.
//!
//! Every `tests/gold/*.jsonl` goes through the real binary; its figures may not fall below those of its table in
//! `tests/gold/floor.toml`. A change that lifts them moves the floor up: the test prints the lines to write.
#![allow(clippy::unwrap_used, reason = "a test that panics fails, as it should")]

#[path = "support/mod.rs"]
mod support;

use kiemtin_analyze::quality::gold::{Floor, Gold, Said, Score};
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::PathBuf;
use support::{Installation, ndjson, repo};
use unicode_normalization::UnicodeNormalization;

/// The gold files by name.
fn files() -> BTreeMap<String, PathBuf> {
    let folder = std::fs::read_dir(repo().join("tests/gold")).unwrap().map(|e| e.unwrap().path());
    let lines = folder.filter(|p| p.extension().is_some_and(|e| e == "jsonl"));
    lines.map(|p| (p.file_stem().unwrap().to_str().unwrap().to_owned(), p)).collect()
}

fn lines(path: &PathBuf) -> Vec<Value> {
    std::fs::read_to_string(path).unwrap().lines().filter(|l| !l.is_empty()).map(|l| serde_json::from_str(l).unwrap()).collect()
}

/// What `classify` says of these lines, set against their labels.
fn score(here: &Installation, lines: &[Value]) -> Score {
    let verdicts = here.run(&["classify", &here.file("gold.ndjson", ndjson(lines))]).json_lines();
    assert_eq!(verdicts.len(), lines.len());
    let mut score = Score::default();
    for (line, verdict) in lines.iter().zip(&verdicts) {
        let (gold, said) = (Gold::read(&line.to_string()).unwrap(), Said::read(verdict).unwrap());
        assert_eq!(verdict["id"].as_str(), Some(gold.id.as_str()), "the order is kept");
        score.count(&gold, &said);
    }
    score
}

#[test]
fn no_figure_falls_below_its_floor() {
    let here = Installation::shipped();
    let text = std::fs::read_to_string(repo().join("tests/gold/floor.toml")).unwrap();
    let mut floors: BTreeMap<String, Floor> = toml::from_str(&text).unwrap();
    let mut told = vec![];
    for (name, path) in files() {
        let score = score(&here, &lines(&path));
        let written = Floor::written(&name, &score);
        let Some(floor) = floors.remove(&name) else {
            told.push(format!("{name}.jsonl has no table in floor.toml; now it reaches\n{written}"));
            continue;
        };
        let (worse, better) = floor.changed(&score);
        println!("{name}: now wrong: {worse:?}, now right: {better:?}\n{written}");
        let broken = floor.broken(&score);
        if !broken.is_empty() {
            let figures: Vec<String> = broken.iter().map(|f| format!("  {}: got {:.3}, allowed {:.3}", f.name, f.got, f.allowed)).collect();
            let wrong: Vec<String> =
                score.wrong.iter().filter(|w| worse.contains(&w.id) && w.fault != "topics").map(|w| format!("  {w:?}")).collect();
            told.push(format!(
                "{name}.jsonl is worse than its floor:\n{}\nnow wrong: {worse:?}, now right: {better:?}\n{}\nnow it reaches\n{written}",
                figures.join("\n"),
                wrong.join("\n")
            ));
        }
    }
    assert!(told.is_empty(), "{}", told.join("\n"));
    assert!(floors.is_empty(), "floor.toml has tables without a file: {:?}", floors.keys());
}

/// Every span is exactly the words that it shows, and every sum is the sum of its parts; in composed and decomposed letters
/// the same is found.
#[test]
fn evidence_is_what_it_says() {
    let here = Installation::shipped();
    for path in files().values() {
        let lines = lines(path);
        let decomposed: Vec<Value> = lines.iter().cloned().map(|line| with_texts(line, |text| text.nfd().collect())).collect();
        let composed: Vec<Value> = lines.into_iter().map(|line| with_texts(line, |text| text.nfc().collect())).collect();
        let flags = [composed, decomposed].map(|lines| {
            let verdicts = here.run(&["classify", &here.file("gold.ndjson", ndjson(&lines))]).json_lines();
            assert_eq!(verdicts.len(), lines.len());
            lines.iter().zip(&verdicts).map(|(line, verdict)| checked(line, verdict)).collect::<Vec<_>>()
        });
        assert_eq!(flags[0], flags[1], "the letters' form changes nothing");
    }
}

fn with_texts(mut line: Value, form: impl Fn(&str) -> String) -> Value {
    for field in ["title", "text"] {
        if let Some(text) = line[field].as_str().map(&form) {
            line[field] = text.into();
        }
    }
    line
}

/// Checks the spans and sums of a verdict; its flag and kinds.
fn checked(line: &Value, verdict: &Value) -> (Value, Value) {
    let sum = |of: &Value, key: &str| of.as_array().unwrap().iter().map(|v| v[key].as_f64().unwrap()).sum::<f64>();
    assert_eq!(verdict["score"].as_f64().unwrap(), sum(&verdict["signals"], "score"), "{verdict}");
    for found in verdict["signals"].as_array().unwrap().iter().chain(verdict["guards"].as_array().unwrap()) {
        if found["kind"].is_string() {
            assert_eq!(found["score"].as_f64().unwrap(), sum(&found["parts"], "points"), "{found}");
            assert!(!found["evidence"].as_array().unwrap().is_empty(), "a signal without words: {found}");
        }
        for e in found["evidence"].as_array().unwrap() {
            let at = |key: &str| e[key].as_u64().unwrap() as usize;
            let words: String = line[e["field"].as_str().unwrap()].as_str().unwrap().chars().take(at("end")).skip(at("start")).collect();
            assert_eq!(e["text"], words, "{found}");
        }
    }
    (verdict["flag"].clone(), verdict["kinds"].clone())
}

/// Who published a text, and where, must carry no weight.
#[test]
fn address_and_source_change_nothing() {
    let here = Installation::shipped();
    for (name, path) in files() {
        let mut lines = lines(&path);
        let before = score(&here, &lines);
        for line in &mut lines {
            let line = line.as_object_mut().unwrap();
            line.remove("url");
            line.remove("source");
        }
        assert_eq!(score(&here, &lines), before, "{name}");
    }
}

#[test]
fn the_command_counts_the_same() {
    let here = Installation::shipped();
    let (_, path) = files().pop_first().unwrap();
    let counted = here.run(&["rules", "score", path.to_str().unwrap(), "--json"]).json();
    assert_eq!(counted, serde_json::to_value(score(&here, &lines(&path))).unwrap());
    let blank = here.run(&["rules", "score", path.to_str().unwrap(), "--json", "--blank"]).json();
    assert_eq!(blank, counted);
    let table = here.run(&["rules", "score", path.to_str().unwrap(), "--verbose"]).ok();
    for words in ["cờ: độ chính xác", "cờ: độ phủ", "loại chính", "trùng khớp cả tập", "chủ đề: độ phủ", "criticism"]
    {
        assert!(table.contains(words), "{words}: {table}");
    }
    let unlabelled = here.file("a.ndjson", "{\"text\":\"một\"}\n");
    let ran = here.run(&["rules", "score", &unlabelled]);
    assert!(ran.code == Some(1) && ran.stderr.contains(":1: "), "{ran:?}");
}

/// Half of the texts are such that must never be flagged; every kind of flag has some.
#[test]
fn the_gold_set_covers_what_is_promised() {
    let mut kinds: BTreeMap<String, usize> = BTreeMap::new();
    let mut classes: BTreeMap<String, usize> = BTreeMap::new();
    let mut ids = std::collections::BTreeSet::new();
    for line in files().values().flat_map(lines) {
        let gold = Gold::read(&line.to_string()).unwrap();
        assert!(ids.insert(gold.id.clone()), "{} stands there twice", gold.id);
        if let Some(kind) = gold.kinds.first() {
            *kinds.entry(kind.to_string()).or_default() += 1;
        } else {
            *classes.entry(gold.class).or_default() += 1;
        }
        let (title, text) = (line["title"].as_str().unwrap_or_default(), line["text"].as_str().unwrap_or_default());
        for span in line["gold"]["spans"].as_array().into_iter().flatten() {
            let span = span.as_str().unwrap();
            assert!(title.contains(span) || text.contains(span), "{}: \"{span}\" does not stand in it", gold.id);
        }
    }
    let (flagged, never): (usize, usize) = (kinds.values().sum(), classes.values().sum());
    assert!(flagged + never >= 150 && never >= flagged, "{flagged} to be flagged, {never} never: {kinds:?} {classes:?}");
    assert!(kinds.len() >= 7 && classes.len() >= 7, "{kinds:?} {classes:?}");
}
