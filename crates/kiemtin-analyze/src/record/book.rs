//! What does `config/facts/` hold, and what is wrong in it?
//!
//! Tables of any file there: `[[fact]]` figures, `[[matter]]` who decides what, `[[body]]` bodies that no longer exist,
//! `[[schedule]]` what recurs when, `[[words]]` the words by which a text uses them.

use super::bodies::{Body, BodyFile};
use super::facts::{Fact, FactFile};
use super::names::Names;
use super::powers::{Matter, MatterFile};
use super::schedules::{Schedule, ScheduleFile};
use crate::faults::{ConfigFile, Fault};
use kiemtin_model::Time;
use kiemtin_text::query::QuerySet;
use serde::Deserialize;

/// Everything on record but documents.
#[derive(Clone, Debug, Default)]
pub struct FactBook {
    /// Figures, in order of the files.
    pub facts: Vec<Fact>,
    /// Matters that other bodies decide.
    pub matters: Vec<Matter>,
    /// Bodies that were abolished.
    pub bodies: Vec<Body>,
    /// What recurs on a known day.
    pub schedules: Vec<Schedule>,
    /// All phrases of the above.
    pub(super) names: Names<Meaning>,
    /// Those of them without one of which nothing can be said: facts, bodies, schedules, and the ministry for all matters.
    pub(super) anchors: Names<()>,
    examples: Vec<Example>,
}

/// What a phrase means; numbers are places in the book.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Meaning {
    /// Names the fact.
    Subject(u16),
    /// Names something that could be taken for the fact.
    Other(u16),
    /// One of these stands near when the fact is meant.
    Context(u16),
    /// The figure is the fact's value times a factor: fact, variant.
    Variant(u16, u16),
    /// Names a matter.
    Matter(u16),
    /// Names a body.
    Body(u16),
    /// Names what recurs.
    Schedule(u16),
    /// A word that says how the others are meant.
    Word(Role),
}

/// How a word makes a statement.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// The sentence speaks of the present: `hiện nay`, `vẫn`, `từ hôm nay`.
    Now,
    /// The last time: `lần gần nhất`.
    Latest,
    /// Proposal, forecast, question, supposition.
    Unsettled,
    /// Takes the subject of the sentence before up again: `mức này`, `giá mới`.
    Carry,
    /// The figure that follows was valid before: `thay cho`, `từ`, `so với`.
    Before,
    /// More than the figure: `hơn`, `trên`.
    Over,
    /// Less than the figure: `gần`, `dưới`.
    Under,
    /// About the figure: `khoảng`.
    About,
    /// `chưa`, `không`: undoes the word that follows.
    Not,
    /// The ministry and its units.
    Ministry,
    /// Other bodies that decide.
    Agent,
    /// A decision: `quyết định`, `đã ký`, `ban hành`.
    Decides,
    /// No decision of one's own: `đề xuất`, `trình`, `góp ý`, `theo nghị quyết`.
    Advises,
    /// What only a working body does: `yêu cầu`, `ra quân`.
    Acts,
    /// History, or the change itself: `trước đây`, `sáp nhập`.
    Past,
    /// It happens as a rule: `điều chỉnh`, `điều hành`.
    Recurs,
    /// The figure before it is called wrong or over: `là sai`, `đã hết hiệu lực`.
    Refused,
    /// It is so each time: `định kỳ`, `theo lịch`.
    Always,
    /// It is so this time: `nghỉ lễ`, `lùi`.
    Once,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WordsFile {
    role: Role,
    phrases: Vec<String>,
}

/// A text that must or must not be found to differ from the record.
#[derive(Clone, Debug)]
struct Example {
    of: String,
    title: String,
    text: String,
    time: Option<Time>,
    want: Want,
    path: String,
    line: usize,
}

/// What an example is expected to give.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Want {
    /// No difference.
    None,
    /// A wrong figure, authority or weekday.
    Wrong,
    /// An older value.
    Outdated,
    /// A body that no longer exists.
    Abolished,
}

/// An example as it is written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ExampleFile {
    #[serde(default)]
    title: String,
    text: String,
    #[serde(default)]
    published_at: Option<String>,
    want: Want,
}

/// The tables of a file in `config/facts/`.
const TABLES: [&str; 5] = ["fact", "matter", "body", "schedule", "words"];

impl FactBook {
    /// Reads `config/facts/*.toml`.
    pub fn load(files: &[ConfigFile], faults: &mut Vec<Fault>) -> Self {
        let mut book = Self::default();
        for file in files {
            let mut reading = Reading { file, faults, book: &mut book };
            reading.facts();
            reading.matters();
            reading.bodies();
            reading.schedules();
            reading.words();
        }
        book
    }

    /// Runs all examples; a failed one is a fault at its table's line.
    pub fn examples(&self) -> Vec<Fault> {
        self.examples.iter().filter_map(|e| self.fails(e)).collect()
    }

    fn fails(&self, e: &Example) -> Option<Fault> {
        let (title, text) = (kiemtin_text::scan(&e.title), kiemtin_text::scan(&e.text));
        let no_queries = QuerySet::default();
        let view = crate::rules::View::new(&no_queries, &title, &text, "", "news");
        let got = super::compare(self, &view, e.time);
        let of: Vec<Want> = got.wants(&e.of);
        let right = if e.want == Want::None { of.is_empty() } else { of.contains(&e.want) };
        let message = format!("example got {of:?}, expected {:?}: {}", e.want, e.text);
        (!right).then(|| Fault { path: e.path.clone(), line: e.line, column: 0, key: format!("\"{}\".example", e.of), message })
    }
}

struct Reading<'a> {
    file: &'a ConfigFile,
    faults: &'a mut Vec<Fault>,
    book: &'a mut FactBook,
}

impl Reading<'_> {
    fn facts(&mut self) {
        for (at, item) in self.file.items_among::<FactFile>("fact", &TABLES, self.faults) {
            let place = self.book.facts.len() as u16;
            match Fact::compile(&item) {
                Err((key, message)) => self.fault(at, key, message),
                Ok(_) if self.book.facts.iter().any(|f| f.id == item.id) => self.taken(at, "fact.id", &item.id),
                Ok(fact) => {
                    self.book.facts.push(fact);
                    self.names(&item.subject, Meaning::Subject(place));
                    self.names(&item.not_subject, Meaning::Other(place));
                    self.names(&item.context, Meaning::Context(place));
                    for (variant, v) in item.variant.iter().enumerate() {
                        self.names(&v.said, Meaning::Variant(place, variant as u16));
                    }
                    self.examples(at, "fact.example", &item.id, item.example);
                }
            }
        }
    }

    fn matters(&mut self) {
        for (at, item) in self.file.items_among::<MatterFile>("matter", &TABLES, self.faults) {
            if self.book.matters.iter().any(|m| m.id == item.id) {
                self.taken(at, "matter.id", &item.id);
                continue;
            }
            self.examples(at, "matter.example", &item.id, item.example);
            self.names(&item.named, Meaning::Matter(self.book.matters.len() as u16));
            self.book.matters.push(Matter { id: item.id, name: item.name, decided_by: item.decided_by, document: item.document });
        }
    }

    fn bodies(&mut self) {
        for (at, item) in self.file.items_among::<BodyFile>("body", &TABLES, self.faults) {
            let abolished = match super::facts::day(&item.abolished) {
                Ok(day) => day,
                Err(message) => {
                    self.fault(at, "body.abolished", message);
                    continue;
                }
            };
            if self.book.bodies.iter().any(|b| b.id == item.id) {
                self.taken(at, "body.id", &item.id);
                continue;
            }
            self.examples(at, "body.example", &item.id, item.example);
            self.names(&item.named, Meaning::Body(self.book.bodies.len() as u16));
            self.book.bodies.push(Body { id: item.id, name: item.name, abolished, successor: item.successor, document: item.document });
        }
    }

    fn schedules(&mut self) {
        for (at, item) in self.file.items_among::<ScheduleFile>("schedule", &TABLES, self.faults) {
            match Schedule::compile(&item) {
                Err((key, message)) => self.fault(at, key, message),
                Ok(_) if self.book.schedules.iter().any(|s| s.id == item.id) => self.taken(at, "schedule.id", &item.id),
                Ok(schedule) => {
                    self.names(&item.named, Meaning::Schedule(self.book.schedules.len() as u16));
                    self.book.schedules.push(schedule);
                    self.examples(at, "schedule.example", &item.id, item.example);
                }
            }
        }
    }

    fn words(&mut self) {
        for (_, item) in self.file.items_among::<WordsFile>("words", &TABLES, self.faults) {
            self.names(&item.phrases, Meaning::Word(item.role));
        }
    }

    fn names(&mut self, phrases: &[String], meaning: Meaning) {
        for phrase in phrases {
            self.book.names.add(phrase, meaning, matches!(meaning, Meaning::Other(_)));
            if matches!(meaning, Meaning::Subject(_) | Meaning::Body(_) | Meaning::Schedule(_) | Meaning::Word(Role::Ministry)) {
                self.book.anchors.add(phrase, (), false);
            }
        }
    }

    fn examples(&mut self, at: usize, key: &str, of: &str, examples: Vec<ExampleFile>) {
        let (mut hit, mut missed) = (false, false);
        for e in examples {
            (hit, missed) = (hit || e.want != Want::None, missed || e.want == Want::None);
            let time = e.published_at.as_deref().map(Time::parse).transpose();
            match time {
                Err(message) => self.fault(at, key, message),
                Ok(time) => {
                    let (path, line) = (self.file.path.clone(), self.file.line(at));
                    self.book.examples.push(Example { of: of.into(), title: e.title, text: e.text, time, want: e.want, path, line });
                }
            }
        }
        if !(hit && missed) {
            self.fault(at, key, "expected at least one example that differs from the record and one with want = \"none\"".into());
        }
    }

    fn taken(&mut self, at: usize, key: &str, id: &str) {
        self.fault(at, key, format!("\"{id}\" is already taken, expected a new id"));
    }

    fn fault(&mut self, at: usize, key: &str, message: String) {
        self.faults.push(self.file.fault(at, key, message));
    }
}
