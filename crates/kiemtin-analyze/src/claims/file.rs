//! The claim files: what a press officer writes, and every fault in it with its place.

use super::words::{Word, Words};
use crate::faults::{ConfigFile, Fault};
use crate::record::day_of;
use kiemtin_model::{DocKind, FlagKind, Level, Reference, Time};
use kiemtin_text::query::QuerySetBuilder;
use serde::Deserialize;

/// Where a claim stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ClaimStatus {
    /// An official body has said that it is false.
    Refuted,
    /// An official body has warned of it.
    Warned,
    /// Known, not yet answered officially: it suggests, never flags.
    Watched,
    /// Kept for its id: neither suggests nor flags.
    Retired,
}

impl ClaimStatus {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Refuted, Self::Warned, Self::Watched, Self::Retired];

    /// Its word in the files.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Refuted => "refuted",
            Self::Warned => "warned",
            Self::Watched => "watched",
            Self::Retired => "retired",
        }
    }

    /// Its word for people.
    pub const fn vi(self) -> &'static str {
        match self {
            Self::Refuted => "đã bị bác bỏ",
            Self::Warned => "đã có cảnh báo",
            Self::Watched => "theo dõi, không gắn cờ",
            Self::Retired => "đã thôi dùng",
        }
    }
}

/// Another kind of flag for the same claim.
#[derive(Clone, Debug)]
pub struct As {
    /// That kind.
    pub kind: FlagKind,
    /// One of these words must stand there: in the window, or anywhere when it replaces the claim's kind.
    pub when: Vec<Word>,
    /// Takes the place of the claim's own kind; otherwise it comes on top.
    pub instead: bool,
}

/// A text that a claim must or must not hit.
#[derive(Clone, Debug)]
pub struct Example {
    /// Title; may be empty.
    pub title: String,
    /// Text.
    pub text: String,
    /// Kind of document.
    pub kind: DocKind,
    /// Level that the library with all guards must give, without any rule.
    pub want: Level,
    /// The claim must be suggested instead.
    pub suggested: bool,
}

/// A claim of the library.
#[derive(Clone, Debug)]
pub struct Claim {
    /// Stable id, never reused; the narrative is `claim:<id>`.
    pub id: String,
    /// The false statement in one line, for people.
    pub statement: String,
    /// Ways of saying it; the statement is one of them.
    pub phrasings: Vec<String>,
    /// Where it stands.
    pub status: ClaimStatus,
    /// Kind of flag.
    pub kind: FlagKind,
    /// Further kinds.
    pub also: Vec<As>,
    /// Topic id.
    pub topic: String,
    /// What is officially on record.
    pub references: Vec<Reference>,
    /// What the press office answers.
    pub answer: String,
    /// First moment from which a document that tells it is false.
    pub since: Option<Time>,
    /// First moment from which it may be true.
    pub until: Option<Time>,
    /// All of these must stand close together, each one of several words; the first two are what the claim is about.
    pub must: Vec<Vec<Word>>,
    /// Words that show that something else is meant.
    pub against: Vec<Word>,
    /// Day on which somebody must look at it again.
    pub review_by: Time,
    /// Its own examples.
    pub examples: Vec<Example>,
    /// File it stands in.
    pub path: String,
}

/// A claim as written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ClaimFile {
    id: String,
    statement: String,
    phrasings: Vec<String>,
    status: ClaimStatus,
    kind: FlagKind,
    #[serde(default, rename = "as")]
    also: Vec<AsFile>,
    topic: String,
    references: Vec<Reference>,
    answer: String,
    #[serde(default)]
    since: Option<String>,
    #[serde(default)]
    until: Option<String>,
    review_by: String,
    must: Vec<String>,
    #[serde(default)]
    against: Vec<String>,
    #[serde(default)]
    example: Vec<ExampleFile>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct AsFile {
    kind: FlagKind,
    when: Vec<String>,
    #[serde(default)]
    instead: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ExampleFile {
    #[serde(default)]
    title: String,
    text: String,
    #[serde(default)]
    kind: Option<DocKind>,
    want: Level,
    #[serde(default)]
    suggested: bool,
}

/// Fewest and most phrasings.
const PHRASINGS: std::ops::RangeInclusive<usize> = 3..=24;
/// Fewest known words in a phrasing: one word stands in any text.
const FEWEST_WORDS: usize = 2;
/// Fewest and most entries of `must`.
const MUST: std::ops::RangeInclusive<usize> = 2..=8;

/// Checks a claim and resolves its words; `None` when it holds a fault. `queries`: what the words were numbered with.
pub fn claim(file: &ConfigFile, read: ClaimFile, (words, queries): (&Words, &QuerySetBuilder), faults: &mut Vec<Fault>) -> Option<Claim> {
    let before = faults.len();
    let mut fault = |key: &str, message: String| {
        let mut lines = file.text.lines().scan(0, |at, line| Some((std::mem::replace(at, *at + line.len() + 1), line)));
        let at = lines.find(|(_, line)| line.trim_start_matches('[').starts_with(key)).map_or(0, |(at, _)| at);
        faults.push(file.fault(at, key, message));
    };
    if read.id != file.stem() {
        fault("id", format!("got \"{}\", expected the file's name \"{}\"", read.id, file.stem()));
    }
    if !PHRASINGS.contains(&read.phrasings.len()) {
        fault("phrasings", format!("got {}, expected {} to {}", read.phrasings.len(), PHRASINGS.start(), PHRASINGS.end()));
    }
    for short in read.phrasings.iter().filter(|p| words.of_phrasing(p, queries).len() < FEWEST_WORDS) {
        fault("phrasings", format!("\"{short}\" has fewer than {FEWEST_WORDS} words of words.toml, expected more"));
    }
    if !MUST.contains(&read.must.len()) {
        fault("must", format!("got {} entries, expected {} to {}", read.must.len(), MUST.start(), MUST.end()));
    }
    if read.answer.trim().is_empty() {
        fault("answer", "got nothing, expected what the press office says".into());
    }
    if read.references.is_empty() && matches!(read.status, ClaimStatus::Refuted | ClaimStatus::Warned) {
        fault("references", "got none, expected the official source that refutes it or warns of it".into());
    }
    for (key, day) in [("review_by", Some(&read.review_by)), ("since", read.since.as_ref()), ("until", read.until.as_ref())] {
        if let Some(day) = day.filter(|d| day_of(d).is_none()) {
            fault(key, format!("got \"{day}\", expected a day like 2027-06-30"));
        }
    }
    let mut resolve = |key: &str, names: &[String]| -> Vec<Word> {
        let mut found = vec![];
        for name in names.iter().flat_map(|n| n.split('|')).map(str::trim) {
            match words.group(name) {
                Some(word) => found.push(word),
                None => fault(key, format!("got \"{name}\", expected a group of words.toml")),
            }
        }
        found
    };
    let must = read.must.iter().map(|m| resolve("must", std::slice::from_ref(m))).collect();
    let against = resolve("against", &read.against);
    let also = read.also.iter().map(|a| As { kind: a.kind, when: resolve("as", &a.when), instead: a.instead }).collect();
    if !read.example.iter().any(|e| e.want != Level::None || e.suggested) || !read.example.iter().any(|e| e.want == Level::None) {
        fault("example", "expected at least one example that hits and one with want = \"none\"".into());
    }
    let example = |e: ExampleFile| {
        let kind = e.kind.unwrap_or(DocKind::Social);
        Example { title: e.title, text: e.text, kind, want: e.want, suggested: e.suggested }
    };
    let mut phrasings = vec![read.statement.clone()];
    phrasings.extend(read.phrasings);
    (faults.len() == before).then(|| Claim {
        id: read.id,
        statement: read.statement,
        phrasings,
        status: read.status,
        kind: read.kind,
        also,
        topic: read.topic,
        references: read.references,
        answer: read.answer,
        since: read.since.as_deref().and_then(day_of),
        until: read.until.as_deref().and_then(day_of),
        must,
        against,
        review_by: day_of(&read.review_by).unwrap_or_default(),
        examples: read.example.into_iter().map(example).collect(),
        path: file.path.clone(),
    })
}
