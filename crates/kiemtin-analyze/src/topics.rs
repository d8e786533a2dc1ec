//! What is a document about? Weighted phrases per topic; title and lead count double.

use crate::faults::{ConfigFile, Fault};
use crate::rules::View;
use kiemtin_model::{Field, TopicScore};
use kiemtin_text::query::{Phrase, Query, QueryId, QuerySetBuilder};
use serde::Deserialize;
use std::collections::BTreeMap;

/// Characters of the text that count as its lead when its first paragraph is longer.
const LEAD_BYTES: usize = 560;

/// All topics.
#[derive(Clone, Debug, Default)]
pub struct TopicSet {
    /// In order of the files.
    pub topics: Vec<Topic>,
}

/// One topic.
#[derive(Clone, Debug)]
pub struct Topic {
    /// Stable id.
    pub id: String,
    /// Vietnamese name.
    pub name: String,
    /// Units of the ministry concerned.
    pub units: Vec<String>,
    threshold: f64,
    terms: Vec<(QueryId, f64)>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct TopicFile {
    id: String,
    name: String,
    units: Vec<String>,
    threshold: f64,
    terms: BTreeMap<String, f64>,
    #[serde(default)]
    anti: BTreeMap<String, f64>,
}

impl TopicSet {
    /// Reads `config/topics/*.toml`, one topic each.
    pub fn load(files: &[ConfigFile], queries: &mut QuerySetBuilder, faults: &mut Vec<Fault>) -> Self {
        let mut set = Self::default();
        for file in files {
            let Some(topic) = file.read::<TopicFile>(faults) else { continue };
            if topic.id != file.stem() {
                faults.push(file.fault(0, "id", format!("got \"{}\", expected the file's name \"{}\"", topic.id, file.stem())));
            }
            let mut terms = vec![];
            for (phrase, weight) in topic.terms.iter().chain(&topic.anti) {
                let at = file.text.find(phrase.as_str()).unwrap_or(0);
                match Phrase::new(phrase) {
                    Some(p) => terms.push((queries.add(&Query::Phrase(p)), *weight)),
                    None => faults.push(file.fault(at, "terms", format!("got \"{phrase}\", expected a phrase with words"))),
                }
            }
            set.topics.push(Topic { id: topic.id, name: topic.name, units: topic.units, threshold: topic.threshold, terms });
        }
        set
    }

    /// Topics of a document, strongest first.
    pub fn topics_of(&self, view: &View<'_>) -> Vec<TopicScore> {
        let lead = lead_end(view.field(Field::Text));
        let mut found: Vec<TopicScore> = self.topics.iter().filter_map(|t| t.score(view, lead)).collect();
        found.sort_by(|a, b| b.score.total_cmp(&a.score).then_with(|| a.id.cmp(&b.id)));
        found
    }

    /// Units of these topics, each once.
    pub fn units_of(&self, topics: &[TopicScore]) -> Vec<String> {
        let mut units: Vec<String> = vec![];
        for topic in topics.iter().filter_map(|t| self.topics.iter().find(|o| o.id == t.id)) {
            for unit in &topic.units {
                if !units.contains(unit) {
                    units.push(unit.clone());
                }
            }
        }
        units
    }
}

impl Topic {
    fn score(&self, view: &View<'_>, lead: usize) -> Option<TopicScore> {
        let mut score = 0.0;
        for (term, weight) in &self.terms {
            if !view.holds(*term) {
                continue;
            }
            let found = view.places(*term).unwrap_or_default();
            let double = found.iter().any(|p| p.field == Field::Title || p.start < lead);
            score += if double { 2.0 * weight } else { *weight };
        }
        (score >= self.threshold).then(|| TopicScore { id: self.id.clone(), score })
    }
}

fn lead_end(text: &str) -> usize {
    text.find('\n').unwrap_or(text.len()).min(LEAD_BYTES)
}
