//! Which official texts in the index bear on a claim? For a person to read: nothing here says what is true.

use super::make::strongest;
use crate::catalogue::Catalogue;
use crate::fault::Fault;
use crate::service::Service;
use kiemtin_model::{DocId, Reference, SourceGroup, Time};
use kiemtin_store::{AlertFile, SearchRequest, StoredDocument};
use kiemtin_text::cite::citations;
use kiemtin_text::query::{Filter, Phrase, Query};
use kiemtin_text::scan;
use kiemtin_text::snippet::snippet;
use schemars::JsonSchema;
use serde::Serialize;
use std::collections::HashSet;
use std::time::Duration;

/// Most texts that are shown.
const MOST: usize = 6;
/// Hits that are looked at: some of them are of the narrative itself, which the briefing lists by themselves.
const LOOKED_AT: usize = 24;
/// Fewer words than this do not tell what a claim is about: those of the strongest document help.
const FEWEST_WORDS: usize = 4;
/// A text about the same topic bears on the claim when it has one in so many of its telling words; without the topic, two thirds.
const SHARE: usize = 3;
/// Most pairs of syllables that are looked for where no telling words are known.
const MOST_PAIRS: usize = 12;
/// Longest passage, in Unicode scalar values.
const PASSAGE: usize = 280;
/// How long the index may take. A briefing without these texts is better than none.
pub const TIME_LIMIT: Duration = Duration::from_millis(300);

/// An official text that may bear on the claim.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct RelatedDocument {
    /// Its id.
    pub id: DocId,
    /// Its address.
    pub url: Option<String>,
    /// Its title.
    pub title: String,
    /// Source id or host.
    pub source: String,
    /// Name of the source.
    pub source_name: String,
    /// Group of the source: `official` or `own_media`.
    pub group: SourceGroup,
    /// Publication time.
    pub published_at: Option<Time>,
    /// It was published before the claim first appeared; none where one of the two times is not known.
    pub before_claim: Option<bool>,
    /// The passage that has most of what was looked for; empty where its publisher does not want one shown.
    pub passage: String,
    /// What matched: [start, end) in Unicode scalar values of the passage.
    pub highlights: Vec<(usize, usize)>,
}

/// Official texts that may bear on a claim.
#[derive(Clone, Debug, Default, Serialize, JsonSchema)]
pub struct Related {
    /// The texts, best first.
    #[schemars(length(max = MOST))]
    pub documents: Vec<RelatedDocument>,
    /// The index did not answer in time: there may be some that are not given.
    pub left_out: bool,
}

/// Looks for them. A slow or failing index leaves them out, and the briefing says so.
pub async fn related(service: &Service, file: &AlertFile, references: &[Reference], topics: &[String]) -> Related {
    match tokio::time::timeout(TIME_LIMIT, looked_for(service, file, references, topics)).await {
        Ok(Ok(documents)) => Related { documents, left_out: false },
        Ok(Err(fault)) => {
            tracing::warn!(alert = file.alert.id, reason = %fault.detail, "a briefing is given without related official texts");
            Related { documents: vec![], left_out: true }
        }
        Err(_) => {
            tracing::warn!(alert = file.alert.id, "the index was too slow: a briefing is given without related official texts");
            Related { documents: vec![], left_out: true }
        }
    }
}

async fn looked_for(
    service: &Service,
    file: &AlertFile,
    references: &[Reference],
    topics: &[String],
) -> Result<Vec<RelatedDocument>, Fault> {
    // It counts as one of the searches that may run at once.
    let _turn = service.limits.search_turn().await?;
    let claim = file.alert.claim.as_str();
    let mut words = service.index.telling(claim, "").await?;
    if words.len() < FEWEST_WORDS {
        let text = strongest(&file.asserting).map_or("", |d| d.document.assessed.document.text.as_str());
        words = service.index.telling(claim, text).await?;
    }
    if words.len() < FEWEST_WORDS {
        // In a small index, or one that is full of this claim, no word tells it from the rest.
        words = pairs(claim);
    }
    let Some((query, shown)) = query(words, claim, references, topics) else { return Ok(vec![]) };
    let request = SearchRequest { query: Some(query), now: service.now(), limit: LOOKED_AT, as_typed: true, ..SearchRequest::default() };
    let own: HashSet<&DocId> = file.asserting.iter().chain(&file.others).map(|d| &d.document.assessed.document.id).collect();
    let hits = service.index.search(&request).await?.hits.into_iter().map(|hit| hit.id);
    let ids: Vec<DocId> = hits.filter(|id| !own.contains(id)).take(MOST).collect();
    let found = service.store.documents(&ids).await?;
    Ok(found.into_iter().map(|stored| document(stored, &shown, file.alert.first_seen, &service.catalogue)).collect())
}

/// Syllables of a claim, two by two as most Vietnamese words are, each once.
fn pairs(claim: &str) -> Vec<Phrase> {
    let scanned = scan(claim);
    let mut pairs: Vec<Phrase> = vec![];
    for two in scanned.tokens.windows(2) {
        let [a, b] = two else { continue };
        let words = format!("{} {}", scanned.word(a), scanned.word(b));
        if let Some(phrase) = Phrase::new(&words).filter(|p| !b.after_break && p.syllables.len() == 2 && !pairs.contains(p)) {
            pairs.push(phrase);
        }
    }
    pairs.truncate(MOST_PAIRS);
    pairs
}

/// Official texts that cite a document of the record, or have the telling words; and what is to be seen of them. `None` without any
/// word.
fn query(words: Vec<Phrase>, claim: &str, references: &[Reference], topics: &[String]) -> Option<(Query, Query)> {
    let numbers = references.iter().map(|r| r.label.as_str()).filter(|label| !citations(&scan(label)).is_empty());
    let cited = citations(&scan(claim)).into_iter().map(|c| c.number).collect::<Vec<_>>();
    let numbers: Vec<Query> = numbers.chain(cited.iter().map(String::as_str)).filter_map(Phrase::new).map(Query::Phrase).collect();
    let words: Vec<Query> = words.into_iter().map(Query::Phrase).collect();
    if words.is_empty() && numbers.is_empty() {
        return None;
    }
    let shown = Query::Or(numbers.iter().chain(&words).cloned().collect());
    let mut bearing = numbers;
    if !words.is_empty() {
        let count = words.len();
        let topics: Vec<Query> = topics.iter().map(|topic| Query::Filter(Filter::Topic(topic.clone()))).collect();
        if !topics.is_empty() {
            bearing.push(Query::And(vec![Query::Or(topics), Query::AtLeast(count.div_ceil(SHARE), words.clone())]));
        }
        bearing.push(Query::AtLeast((2 * count).div_ceil(SHARE), words));
    }
    let group = |group: SourceGroup| Query::Filter(Filter::Group(group.as_str().to_owned()));
    let official = Query::Or(vec![group(SourceGroup::Official), group(SourceGroup::OwnMedia)]);
    Some((Query::And(vec![official, Query::Or(bearing)]), shown))
}

fn document(stored: StoredDocument, shown: &Query, claimed: Time, catalogue: &Catalogue) -> RelatedDocument {
    let d = stored.assessed.document;
    let body = match (d.restrictions.no_snippet, d.text.is_empty()) {
        (true, _) => "",
        (false, true) => &d.title,
        (false, false) => &d.text,
    };
    let passage = snippet(body, Some(shown), PASSAGE);
    RelatedDocument {
        source_name: catalogue.source(&d.source).to_owned(),
        before_claim: d.published_at.map(|at| at < claimed),
        passage: passage.text,
        highlights: passage.highlights,
        id: d.id,
        url: d.url,
        title: d.title,
        source: d.source,
        group: d.group,
        published_at: d.published_at,
    }
}
