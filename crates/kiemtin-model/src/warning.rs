//! What is written about far more than usual?

use crate::time::Time;
use crate::words;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::str::FromStr;

words! {
    /// What a warning is about.
    SubjectKind {
        /// A topic of the configuration.
        Topic = "topic" / "chủ đề",
        /// A claim.
        Narrative = "narrative" / "luận điệu",
        /// A saved search.
        Search = "search" / "tìm kiếm đã lưu",
    }
}

/// What is counted by hour: a topic by its id, a narrative or a saved search by its number.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct Subject {
    /// What it is.
    pub kind: SubjectKind,
    /// Its id.
    pub id: String,
}

impl Subject {
    /// A topic.
    pub fn topic(id: &str) -> Self {
        Self { kind: SubjectKind::Topic, id: id.to_owned() }
    }

    /// A narrative.
    pub fn narrative(id: i64) -> Self {
        Self { kind: SubjectKind::Narrative, id: id.to_string() }
    }

    /// A saved search.
    pub fn search(id: i64) -> Self {
        Self { kind: SubjectKind::Search, id: id.to_string() }
    }
}

/// `topic:xang_dau`: as it is stored.
impl std::fmt::Display for Subject {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}:{}", self.kind, self.id)
    }
}

impl FromStr for Subject {
    type Err = String;
    fn from_str(s: &str) -> Result<Self, String> {
        let (kind, id) = s.split_once(':').ok_or_else(|| format!("got \"{s}\", expected kind:id"))?;
        Ok(Self { kind: kind.parse()?, id: id.to_owned() })
    }
}

words! {
    /// How a burst was seen.
    Detection {
        /// Four hours far above the usual.
        Fast = "fast" / "tăng vọt trong vài giờ",
        /// Above the usual for long.
        Slow = "slow" / "tăng kéo dài",
        /// Several sources about something that is rarely written about.
        Rare = "rare" / "nhiều nguồn cùng đưa một việc hiếm khi được nhắc đến",
    }
}

/// What a burst is likely about: what most of its documents share. No verdict.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum LikelyCause {
    /// A claim that many of the documents tell.
    Narrative {
        /// Number of the narrative.
        id: i64,
        /// The claim.
        claim: String,
        /// Its alert, when there is one.
        alert: Option<i64>,
        /// Documents of the burst that tell it.
        documents: u32,
    },
    /// One event that is reported.
    Story {
        /// Its id.
        story: String,
        /// Title of a report.
        title: String,
        /// Documents of the burst about it.
        documents: u32,
    },
    /// An event of the calendar, or a public holiday.
    Planned {
        /// In words.
        title: String,
    },
}

/// An early warning: a subject is written about far more than usual. Says nothing about what is true.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Warning {
    /// Store id.
    pub id: i64,
    /// What it is about.
    pub subject: Subject,
    /// Number of the subject's warnings so far, this one counted.
    pub wave: u32,
    /// What people call the subject.
    pub name: String,
    /// How the burst was seen.
    pub detector: Detection,
    /// The first hour that was counted when it was seen.
    pub since: Time,
    /// When it was given.
    pub at: Time,
    /// When it was last counted.
    pub counted_at: Time,
    /// When it was over; none while it lasts.
    pub ended_at: Option<Time>,
    /// Documents when it was most surprising, 1 per source and group of copies; so are `hours`, `usual`, `share`, sources and words.
    pub count: u32,
    /// Hours that were counted.
    pub hours: u32,
    /// What is usual in these hours.
    pub usual: f64,
    /// Surprise of the last count: in units of the subject's own variation, or, of what rises slowly, the logarithm of how much likelier
    /// the hours are in a story than as usual.
    pub surprise: f64,
    /// Greatest surprise so far.
    pub highest: f64,
    /// What the surprise had to reach; 0 for something rare.
    pub threshold: f64,
    /// Share of all coverage in these hours, 0 to 1.
    pub share: f64,
    /// Sources.
    pub sources: u32,
    /// (source, documents), most first, at most five.
    pub top_sources: Vec<(String, u32)>,
    /// (words, documents whose title has them), most telling first, at most six.
    pub top_words: Vec<(String, u32)>,
    /// What most of the documents share.
    pub cause: Option<LikelyCause>,
    /// Fewer than four weeks say what is usual.
    pub immature: bool,
}

impl Warning {
    /// In one line: `Cảnh báo sớm: chủ đề «Xăng dầu» đang được đưa tin nhiều bất thường: 42 bài trong 4 giờ, thường là 9; …`.
    pub fn line(&self) -> String {
        let usual = format!("{:.1}", self.usual).replace('.', ",");
        let usual = usual.strip_suffix(",0").unwrap_or(&usual);
        let mut line = format!(
            "Cảnh báo sớm: {} «{}» đang được đưa tin nhiều bất thường: {} bài trong {} giờ, thường là {usual}; {} nguồn",
            self.subject.kind.vi(),
            self.name,
            self.count,
            self.hours,
            self.sources
        );
        if !self.top_words.is_empty() {
            let words: Vec<String> = self.top_words.iter().take(3).map(|(word, _)| format!("«{word}»")).collect();
            line.push_str(&format!("; nổi bật: {}", words.join(", ")));
        }
        if self.immature {
            line.push_str("; chưa đủ bốn tuần dữ liệu để so sánh chắc chắn");
        }
        line
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn subjects_are_read_back() {
        for subject in [Subject::topic("xang_dau"), Subject::narrative(12), Subject::search(3)] {
            assert_eq!(subject.to_string().parse(), Ok(subject));
        }
        assert!("xang_dau".parse::<Subject>().is_err() && "person:1".parse::<Subject>().is_err());
    }
}
