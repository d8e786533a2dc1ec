//! Who writes in a burst, in which words, and about what?

use kiemtin_analyze::bursts::{Judged, Reach, telling_words};
use kiemtin_model::{DocId, LikelyCause, Subject, SubjectKind};
use kiemtin_store::{Mention, Store, StoreError};
use std::collections::{BTreeMap, BTreeSet};

/// Documents of a burst that are read.
const MOST_READ: usize = 500;
/// Earlier documents whose titles say what is usual.
const OTHERS: usize = 300;
/// How far back they are looked for, in hours.
const BACK: i64 = 7 * 24;
/// Sources and words that a warning lists.
const TOP_SOURCES: usize = 5;
const TOP_WORDS: usize = 6;
/// Part of the documents that a likely cause has at least, and their least number.
const PART: f64 = 0.3;
const LEAST: usize = 3;

/// What the documents of a burst say.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Evidence {
    /// How far it reaches.
    pub reach: Reach,
    /// (source, documents), most first.
    pub top_sources: Vec<(String, u32)>,
    /// (words, titles), most telling first.
    pub top_words: Vec<(String, u32)>,
    /// What most share.
    pub cause: Option<LikelyCause>,
    /// Topics of at least half of the documents.
    pub topics: Vec<String>,
    /// Those that were read, at most [`MOST_READ`].
    pub documents: BTreeSet<DocId>,
}

impl Evidence {
    /// Whether at least half of the documents of the smaller one are those of the other: two claims that the same texts tell.
    pub fn is_mostly(&self, other: &Self) -> bool {
        let both = self.documents.intersection(&other.documents).count();
        both > 0 && 2 * both >= self.documents.len().min(other.documents.len())
    }
}

/// Reads the documents of what was judged, up to `hour`.
pub async fn gather(store: &dyn Store, subject: &Subject, judged: &Judged, hour: i64) -> Result<Evidence, StoreError> {
    let burst = store.mentions(Some(subject), judged.from, hour, MOST_READ).await?;
    let mut others = store.mentions(Some(subject), judged.from - BACK, judged.from - 1, OTHERS).await?;
    if others.len() < OTHERS / 10 {
        let burst: BTreeSet<_> = burst.iter().map(|m| &m.document).collect();
        let all = store.mentions(None, judged.from - BACK, hour, OTHERS).await?;
        others.extend(all.into_iter().filter(|m| !burst.contains(&m.document)));
    }
    let (inside, outside) = (titles(&burst), titles(&others));
    let sources = most(burst.iter().map(|m| m.source.clone()));
    let topics = most(burst.iter().flat_map(|m| m.topics.clone()));
    Ok(Evidence {
        reach: Reach { documents: judged.count as u32, sources: sources.len() as u32 },
        top_words: telling_words(&inside, &outside, TOP_WORDS),
        cause: cause(store, subject, judged, &burst).await?,
        topics: topics.into_iter().filter(|(_, n)| *n as usize * 2 >= burst.len()).map(|(topic, _)| topic).collect(),
        top_sources: sources.into_iter().take(TOP_SOURCES).collect(),
        documents: burst.into_iter().map(|m| m.document).collect(),
    })
}

fn titles(of: &[Mention]) -> Vec<&str> {
    of.iter().map(|m| m.title.as_str()).filter(|t| !t.is_empty()).collect()
}

/// How often each comes, most first.
fn most<T: Ord>(items: impl Iterator<Item = T>) -> Vec<(T, u32)> {
    let mut counts: BTreeMap<T, u32> = BTreeMap::new();
    items.for_each(|item| *counts.entry(item).or_default() += 1);
    let mut counts: Vec<(T, u32)> = counts.into_iter().collect();
    counts.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    counts
}

async fn cause(store: &dyn Store, subject: &Subject, judged: &Judged, burst: &[Mention]) -> Result<Option<LikelyCause>, StoreError> {
    let enough = |n: u32| n as usize >= LEAST && f64::from(n) >= PART * burst.len() as f64;
    let narrative = match subject.kind {
        SubjectKind::Narrative => subject.id.parse().ok().map(|id| (id, burst.len() as u32)),
        _ => most(burst.iter().flat_map(|m| m.narratives.clone())).into_iter().next().filter(|(_, n)| enough(*n)),
    };
    if let Some((id, documents)) = narrative
        && let Some((claim, alert)) = store.claims_of(&[id]).await?.remove(&id)
    {
        return Ok(Some(LikelyCause::Narrative { id, claim, alert, documents }));
    }
    let stories: BTreeSet<DocId> = burst.iter().map(|m| m.story.clone()).collect();
    let events = store.spreads(&stories.into_iter().collect::<Vec<_>>()).await?;
    let event_of = |m: &Mention| events.get(&m.story).map(|event| event.id.clone());
    if let Some((event, documents)) = most(burst.iter().filter_map(event_of)).into_iter().next().filter(|(_, n)| enough(*n)) {
        let title = burst.iter().find(|m| event_of(m).as_ref() == Some(&event)).map(|m| m.title.clone()).unwrap_or_default();
        return Ok(Some(LikelyCause::Story { story: event.0, title, documents }));
    }
    Ok(judged.planned.clone().map(|title| LikelyCause::Planned { title }))
}
