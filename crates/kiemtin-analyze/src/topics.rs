//! What is a document about? Weighted phrases per topic; title and lead count double.

use crate::faults::{ConfigFile, Fault};
use crate::rules::View;
use kiemtin_model::{Field, TopicScore};
use kiemtin_text::query::{Phrase, Query, QueryId, QuerySetBuilder};
use serde::Deserialize;
use std::collections::BTreeMap;

/// Characters of the text that count as its lead when its first paragraph is longer.
const LEAD_BYTES: usize = 560;
/// Most points that a topic adds to how pressing an alert is.
const MOST_WEIGHT: f64 = 2.0;

/// All topics.
#[derive(Clone, Debug, Default)]
pub struct TopicSet {
    /// In order of the files.
    pub topics: Vec<Topic>,
    /// Terms of all topics by their query: the term, the place of its topic, its weight.
    terms: Vec<(QueryId, usize, f64)>,
    /// Query → the first of its terms; the next query's is the end of them.
    terms_of: Vec<u32>,
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
    /// Points that it adds to how pressing an alert is, 0 to 2.
    pub weight: f64,
    threshold: f64,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct TopicFile {
    id: String,
    name: String,
    units: Vec<String>,
    threshold: f64,
    #[serde(default)]
    weight: f64,
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
            for (phrase, weight) in topic.terms.iter().chain(&topic.anti) {
                let at = file.text.find(phrase.as_str()).unwrap_or(0);
                match Phrase::new(phrase) {
                    Some(p) => set.terms.push((queries.add(&Query::Phrase(p)), set.topics.len(), *weight)),
                    None => faults.push(file.fault(at, "terms", format!("got \"{phrase}\", expected a phrase with words"))),
                }
            }
            if !(0.0..=MOST_WEIGHT).contains(&topic.weight) {
                let at = file.text.find("\nweight").map_or(0, |at| at + 1);
                faults.push(file.fault(at, "weight", format!("got {}, expected 0 to {MOST_WEIGHT}", topic.weight)));
            }
            let TopicFile { id, name, units, threshold, weight, .. } = topic;
            set.topics.push(Topic { id, name, units, weight, threshold });
        }
        set.terms.sort_by_key(|(query, topic, _)| (*query, *topic));
        let queries = set.terms.last().map_or(0, |(query, ..)| query.index() + 1);
        set.terms_of = (0..=queries).map(|q| set.terms.partition_point(|(query, ..)| query.index() < q) as u32).collect();
        set
    }

    /// Topics of a document, strongest first.
    pub fn topics_of(&self, view: &View<'_>) -> Vec<TopicScore> {
        let lead = lead_end(view.field(Field::Text));
        let mut scores = vec![0.0; self.topics.len()];
        let mut held: Vec<u32> = vec![];
        view.leaves_held(|query| held.extend(self.terms_of.get(query.index()..=query.index() + 1).map_or(0..0, |r| r[0]..r[1])));
        // In one order whatever the text, so that the sums are the same to the last bit.
        held.sort_unstable();
        for (query, topic, weight) in held.iter().filter_map(|term| self.terms.get(*term as usize)) {
            let leads = view.first(*query).is_some_and(|p| p.field == Field::Title || p.start < lead);
            if let Some(score) = scores.get_mut(*topic) {
                *score += if leads { 2.0 } else { 1.0 } * weight;
            }
        }
        let reached = self.topics.iter().zip(scores).filter(|(topic, score)| *score >= topic.threshold);
        let mut found: Vec<TopicScore> = reached.map(|(topic, score)| TopicScore { id: topic.id.clone(), score }).collect();
        found.sort_by(|a, b| b.score.total_cmp(&a.score).then_with(|| a.id.cmp(&b.id)));
        found
    }

    /// The most points that one of these topics adds to how pressing an alert is.
    pub fn weight_of(&self, topics: &[String]) -> f64 {
        let weights = self.topics.iter().filter(|t| topics.contains(&t.id)).map(|t| t.weight);
        weights.fold(0.0, f64::max)
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

fn lead_end(text: &str) -> usize {
    text.find('\n').unwrap_or(text.len()).min(LEAD_BYTES)
}
