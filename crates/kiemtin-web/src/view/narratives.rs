//! Luận điệu: which claims go round, how did one spread, what was answered?

use crate::catalogue::Catalogue;
use crate::narratives::{GivenAnswer, NarrativeDetail, NarrativeLine};
use crate::params::Params;
use crate::texts::ToldItem;
use crate::view::bench::rule_page;
use crate::view::chart::Chart;
use crate::view::chrome::{Choice, Chrome, LevelBadge};
use crate::view::desk::{carried, spread};
use crate::view::fares::AlertRow;
use crate::view::texts::TextRow;
use crate::view::words::{address, ago, count, link, points};
use askama::Template;
use kiemtin_model::{Level, Time};

/// Narratives on one page.
pub const PAGE: usize = 25;

/// The list.
#[derive(Template)]
#[template(path = "narratives.html")]
pub struct NarrativesPage {
    /// Around it.
    pub chrome: Chrome,
    /// Last told first.
    pub rows: Vec<Row>,
    /// Filters by level.
    pub levels: Vec<Choice>,
    /// Filters by topic.
    pub topics: Vec<Choice>,
    /// Name of the topic in force.
    pub within: String,
    /// Beginning of the key in force; empty without one.
    pub key: String,
    /// Something narrows the list.
    pub filtered: bool,
    /// Address of the next page.
    pub next: Option<String>,
    /// Address of the first page, when this is another one.
    pub first: Option<String>,
}

/// A narrative in the list.
pub struct Row {
    /// Its file.
    pub href: String,
    /// Level of the present wave.
    pub level: LevelBadge,
    /// The claim.
    pub claim: String,
    /// Kinds of flags.
    pub kinds: String,
    /// Topics.
    pub about: String,
    /// `12 bài · 5 nguồn`.
    pub spread: String,
    /// Documents that respond, in words; empty without any.
    pub responses: String,
    /// Last told.
    pub last: String,
    /// The same relative to now.
    pub last_ago: String,
    /// `đợt 2`; empty for the first.
    pub wave: String,
    /// File of the alert of the wave; empty without one.
    pub alert: String,
}

impl Row {
    /// A narrative as seen `now`.
    pub fn new(n: &NarrativeLine, catalogue: &Catalogue, now: Time) -> Self {
        let stories = if n.stories == n.documents { String::new() } else { format!(" · {} luồng tin", count(n.stories.into())) };
        Self {
            href: format!("/narratives/{}", n.id),
            level: n.level.into(),
            claim: n.claim.clone(),
            kinds: n.kinds.iter().map(|k| k.vi()).collect::<Vec<_>>().join(" · "),
            about: n.topics.iter().map(|t| catalogue.topic(t)).collect::<Vec<_>>().join(" · "),
            spread: format!("{} bài · {} nguồn{stories}", count(n.documents.into()), count(n.sources.into())),
            responses: if n.responses == 0 { String::new() } else { format!("{} bài phản hồi, bác bỏ", count(n.responses.into())) },
            last: n.last_seen.vi(),
            last_ago: ago(n.last_seen, now),
            wave: if n.wave > 1 { format!("đợt {}", n.wave) } else { String::new() },
            alert: n.alert.map(|id| format!("/alerts/{id}")).unwrap_or_default(),
        }
    }
}

/// The filters as links, each one keeping the others.
pub struct Filters<'a> {
    /// What is in force.
    pub params: &'a Params,
}

impl Filters<'_> {
    /// Address of the list with one filter changed; the list starts over.
    pub fn with(&self, name: &str, value: &str) -> String {
        let of = |n: &str| if n == name { value.to_owned() } else { self.params.get(n).unwrap_or("").to_owned() };
        let cursor = if name == "cursor" { value } else { "" };
        address("/narratives", &[("level", &of("level")), ("topic", &of("topic")), ("key", &of("key")), ("cursor", cursor)])
    }

    fn choice(&self, filter: &str, value: &str, name: &str) -> Choice {
        Choice { name: name.to_owned(), href: self.with(filter, value), on: self.params.get(filter).unwrap_or("") == value }
    }

    /// Choices of level.
    pub fn levels(&self) -> Vec<Choice> {
        let least = |level: Level, name: &str| self.choice("level", level.as_str(), name);
        let mut all =
            vec![self.choice("level", "", "Mọi mức"), least(Level::Watch, "Từ mức Theo dõi"), least(Level::Alert, "Từ mức Cảnh báo")];
        all.push(least(Level::Urgent, "Chỉ mức Khẩn"));
        all
    }

    /// Choices of topic.
    pub fn topics(&self, catalogue: &Catalogue) -> Vec<Choice> {
        let mut all = vec![self.choice("topic", "", "Mọi chủ đề")];
        all.extend(catalogue.topics.iter().map(|t| self.choice("topic", &t.id, &t.name)));
        all
    }
}

/// One narrative.
#[derive(Template)]
#[template(path = "narrative.html")]
pub struct NarrativePage {
    /// Around it.
    pub chrome: Chrome,
    /// As in the list.
    pub head: Row,
    /// First told, in the present wave.
    pub first_told: String,
    /// Units.
    pub units: String,
    /// Points that the level follows from.
    pub points: String,
    /// Its key.
    pub key: String,
    /// Page of the rule or claim that it is about; empty for a figure or a document.
    pub rule: String,
    /// Where it went: address of that one.
    pub merged_into: Option<String>,
    /// What went into it: (address, claim).
    pub merged: Vec<(String, String)>,
    /// Its waves: (number, alert, spread, level).
    pub waves: Vec<WaveView>,
    /// Answers that were given.
    pub answers: Vec<AnswerView>,
    /// `3 báo, 4 kênh`, over all waves.
    pub carried: String,
    /// The course of it.
    pub chart: Option<Chart>,
    /// By source: (name, documents).
    pub per_source: Vec<(String, String)>,
    /// Documents by role: (heading, documents, how many more there are).
    pub roles: Vec<(&'static str, Vec<TextRow>)>,
}

/// A wave.
pub struct WaveView {
    /// `Đợt 2`.
    pub name: String,
    /// Its alert.
    pub alert: AlertRow,
    /// Its level.
    pub level: LevelBadge,
    /// How far it went.
    pub spread: String,
    /// From when to when.
    pub span: String,
}

/// An answer.
pub struct AnswerView {
    /// When.
    pub at: String,
    /// Where it can be read.
    pub link: Option<String>,
    /// Its address as it was written.
    pub url: String,
    /// Where it was given.
    pub channel: String,
    /// What was said, in short.
    pub note: String,
    /// Who noted it.
    pub by: String,
}

impl NarrativePage {
    /// The page of a file as seen `now`.
    pub fn new(chrome: Chrome, file: NarrativeDetail, catalogue: &Catalogue, now: Time) -> Self {
        let n = &file.narrative;
        let here = |id: i64| format!("/narratives/{id}");
        let told = |of: &[ToldItem]| of.iter().map(TextRow::told).collect::<Vec<_>>();
        let mentioning = |suggested| file.mentioning.iter().filter(|t| t.suggestion == suggested).map(TextRow::told).collect::<Vec<_>>();
        let wave = |w: &crate::narratives::Wave| WaveView {
            name: format!("Đợt {}", w.wave),
            alert: AlertRow::new(&w.alert),
            level: w.alert.level.into(),
            spread: spread(&w.alert),
            span: format!("{} – {}", w.alert.first_seen.vi(), w.alert.last_seen.vi()),
        };
        let rule = n.key.strip_prefix("rule:").or_else(|| Some(n.key.as_str()).filter(|k| k.starts_with("claim:")));
        Self {
            chrome,
            head: Row::new(n, catalogue, now),
            first_told: n.first_seen.vi(),
            units: n.units.join("; "),
            points: points(n.points),
            rule: rule.map(rule_page).unwrap_or_default(),
            key: n.key.clone(),
            merged_into: file.merged_into.map(here),
            merged: file.merged.iter().map(|m| (here(m.id), m.claim.clone())).collect(),
            waves: file.waves.iter().map(wave).collect(),
            answers: file.answers.into_iter().map(answer).collect(),
            carried: carried(file.spread.press_sources, file.spread.channels),
            chart: Chart::new(&file.spread.per_hour),
            per_source: file.spread.per_source.iter().map(|s| (s.name.clone(), count(s.documents.into()))).collect(),
            roles: vec![
                ("Lan truyền", told(&file.asserting)),
                ("Phản hồi, bác bỏ", told(&file.responding)),
                ("Gợi ý (bài quá ngắn)", mentioning(true)),
                ("Nhắc đến theo cách khác", mentioning(false)),
            ],
        }
    }
}

fn answer(given: GivenAnswer) -> AnswerView {
    let a = given.answer;
    AnswerView { at: a.at.vi(), link: link(Some(&a.url)), url: a.url, channel: a.channel, note: a.note, by: a.by }
}
