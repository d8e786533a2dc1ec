//! How well are reports of one event found, and what does a report cost as the store grows?
//!
//! All documents of the corpus run through, copies grouped as in the pipeline; those that the labels name are scored with
//! B-cubed (Bagga and Baldwin: *Algorithms for Scoring Coreference Chains*, 1998; Amigó et al. 2009): per labelled document,
//! which part of its cluster is of its event (precision), and which part of its event is in its cluster (recall), among
//! labelled ones. Once with the times that the lines give, and once with all documents at one time, where nothing but words tells
//! the events of other years apart.

use super::{Figures, Lines, processor_time};
use kiemtin_analyze::copies::{Candidate, CopyIndex, Placed, place};
use kiemtin_analyze::events::{EventIndex, EventNumber, Term, Terms, Tuning, teaches};
use kiemtin_model::{DocId, Document, Time, time::DAY_MS};
use kiemtin_text::scan;
use kiemtin_text::winnow::{Prints, prints};
use serde::Deserialize;
use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// Time of documents without one.
const NOW: Time = Time(1_790_000_000_000);
/// Reports that the index is grown to, and those of one measured stretch.
const GROWN: u32 = 1_000_000;
const STRETCH: u32 = 10_000;
/// Reports a day while it grows.
const A_DAY: i64 = 5_000;
/// Of ten terms, those that a repeated document has for itself.
const OWN_TERMS: u32 = 7;

/// A label: which event a document tells of.
#[derive(Deserialize)]
struct Label {
    id: String,
    event: String,
}

/// A document, read.
struct Text {
    document: Document,
    prints: Prints,
    terms: Terms,
}

/// Runs the bench.
pub fn run(corpus: &[PathBuf], labels: Option<&Path>, figures: &mut Figures) -> anyhow::Result<()> {
    let mut spent = Duration::ZERO;
    let mut texts = vec![];
    let mut lines = Lines::open(corpus)?;
    while let Some((document, _)) = lines.next_before(NOW)? {
        let (title, text) = (scan(&document.title), scan(&document.text));
        let prints = prints(&text.tokens);
        let begun = processor_time()?;
        let terms = Terms::of([&title, &text]);
        spent += processor_time()?.saturating_sub(begun);
        texts.push(Text { document, prints, terms });
    }
    anyhow::ensure!(!texts.is_empty(), "the corpus holds no document line");
    figures.tell("terms of a scanned text", spent.as_secs_f64() * 1e6 / texts.len() as f64, "µs each")?;
    let labels = labels.map(read_labels).transpose()?;
    for (times, one_time) in [("times as given", false), ("all at one time", true)] {
        let clustered = Clustered::of(&texts, one_time)?;
        clustered.tell(times, texts.len(), figures)?;
        if let Some(labels) = &labels {
            score(&texts, &clustered.events, labels, times, figures)?;
        }
    }
    growth(&texts, figures)
}

fn read_labels(path: &Path) -> anyhow::Result<HashMap<String, String>> {
    let text = std::fs::read_to_string(path)?;
    let label = |(number, line): (usize, &str)| {
        let label: Label = serde_json::from_str(line).map_err(|e| anyhow::anyhow!("{}:{}: {e}", path.display(), number + 1))?;
        Ok((label.id, label.event))
    };
    text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()).map(label).collect()
}

/// What a run over the corpus gave.
struct Clustered {
    /// Event of each document.
    events: Vec<EventNumber>,
    reports: u32,
    merges: u32,
    spent: Duration,
    longest: Duration,
}

impl Clustered {
    fn of(texts: &[Text], one_time: bool) -> anyhow::Result<Self> {
        let mut copies = CopyIndex::default();
        let mut index = EventIndex::new(Tuning::default());
        // Story and time of each text in the index of copies; event of each story; where merged events went.
        let mut printed: Vec<(DocId, DocId, String, Time)> = vec![];
        let mut exact: HashMap<&str, DocId> = HashMap::new();
        let mut of_story: HashMap<DocId, EventNumber> = HashMap::new();
        let mut went: HashMap<EventNumber, EventNumber> = HashMap::new();
        let mut all = Self { events: vec![], reports: 0, merges: 0, spent: Duration::ZERO, longest: Duration::ZERO };
        let mut stories = vec![];
        for Text { document, prints, terms } in texts {
            let at = if one_time { NOW } else { document.time() };
            let placed = placed(document, prints, exact.get(document.text.as_str()), &copies, &printed);
            if placed.adds && !prints.list.is_empty() {
                printed.push((document.id.clone(), placed.story.clone(), document.source.clone(), at));
                copies.add(printed.len() as u32, Some(prints));
            }
            exact.entry(document.text.as_str()).or_insert_with(|| placed.story.clone());
            if !of_story.contains_key(&placed.story) {
                let begun = processor_time()?;
                let story = |id: &DocId| printed.iter().find(|p| p.0 == *id).map(|p| &p.1);
                let quoted: Vec<EventNumber> =
                    placed.quotes.iter().filter_map(|(id, _)| of_story.get(story(id)?)).map(|e| last(&went, *e)).collect();
                let vector = index.vector(terms);
                let found = index.place(at, &vector, &quoted);
                all.reports += 1;
                let event = found.event.unwrap_or_else(|| i64::from(all.reports));
                index.add(all.reports, event, at, vector, taught(all.reports, terms));
                for (gone, _) in found.merged {
                    index.merge(gone, event);
                    went.insert(gone, event);
                    all.merges += 1;
                }
                let took = processor_time()?.saturating_sub(begun);
                all.spent += took;
                all.longest = all.longest.max(took);
                of_story.insert(placed.story.clone(), event);
            }
            stories.push(placed.story);
        }
        all.events = stories.iter().map(|s| of_story.get(s).map_or(0, |e| last(&went, *e))).collect();
        Ok(all)
    }

    fn tell(&self, times: &str, documents: usize, figures: &mut Figures) -> anyhow::Result<()> {
        let mut sizes: BTreeMap<EventNumber, u32> = BTreeMap::new();
        self.events.iter().for_each(|e| *sizes.entry(*e).or_default() += 1);
        figures.tell(&format!("documents, {times}"), documents as f64, "documents")?;
        figures.tell(&format!("reports, {times}"), f64::from(self.reports), "texts")?;
        figures.tell(&format!("events, {times}"), sizes.len() as f64, "events")?;
        figures.tell(&format!("events of several documents, {times}"), sizes.values().filter(|n| **n > 1).count() as f64, "events")?;
        figures.tell(&format!("largest event, {times}"), f64::from(sizes.values().copied().max().unwrap_or(0)), "documents")?;
        figures.tell(&format!("merges, {times}"), f64::from(self.merges), "merges")?;
        figures.tell(
            &format!("placed and added, {times}"),
            f64::from(self.reports) / self.spent.as_secs_f64(),
            "reports per CPU second",
        )?;
        figures.tell(&format!("longest for one report, {times}"), self.longest.as_secs_f64() * 1e3, "ms")
    }
}

fn last(went: &HashMap<EventNumber, EventNumber>, mut event: EventNumber) -> EventNumber {
    while let Some(into) = went.get(&event) {
        event = *into;
    }
    event
}

fn taught(number: u32, terms: &Terms) -> Option<Box<[Term]>> {
    teaches(number).then(|| terms.list.iter().map(|(term, _)| *term).collect())
}

fn placed(
    document: &Document,
    prints: &Prints,
    exact: Option<&DocId>,
    index: &CopyIndex,
    printed: &[(DocId, DocId, String, Time)],
) -> Placed {
    let likes = if exact.is_some() { vec![] } else { index.like(prints) };
    let candidates: Vec<Candidate<'_>> = likes
        .iter()
        .filter(|l| l.relation().is_some())
        .filter_map(|like| {
            let (document, story, source, at) = printed.get(like.number as usize - 1)?;
            Some(Candidate { like: *like, document, story, source, at: *at })
        })
        .collect();
    place(document, None, exact, &candidates)
}

/// B-cubed of the labelled documents, all of them and those of events with several.
fn score(
    texts: &[Text],
    events: &[EventNumber],
    labels: &HashMap<String, String>,
    times: &str,
    figures: &mut Figures,
) -> anyhow::Result<()> {
    let labelled: Vec<(&str, EventNumber)> = texts
        .iter()
        .zip(events)
        .filter_map(|(text, event)| Some((labels.get(text.document.source_id.as_deref()?)?.as_str(), *event)))
        .collect();
    anyhow::ensure!(!labelled.is_empty(), "no document of the corpus has the id of a label");
    for (which, least) in [("", 1), ("of events with several labelled documents, ", 2)] {
        let (mut precision, mut recall, mut scored) = (0.0, 0.0, 0.0);
        for (event, cluster) in &labelled {
            let count = |same: &dyn Fn(&&(&str, EventNumber)) -> bool| labelled.iter().filter(same).count() as f64;
            let of_event = count(&|l| l.0 == *event);
            if of_event < f64::from(least) {
                continue;
            }
            let both = count(&|l| l.0 == *event && l.1 == *cluster);
            precision += both / count(&|l| l.1 == *cluster);
            recall += both / of_event;
            scored += 1.0;
        }
        let (precision, recall) = (precision / f64::max(scored, 1.0), recall / f64::max(scored, 1.0));
        figures.tell(&format!("labelled documents, {which}{times}"), scored, "documents")?;
        figures.tell(&format!("B-cubed precision, {which}{times}"), precision, "share")?;
        figures.tell(&format!("B-cubed recall, {which}{times}"), recall, "share")?;
        figures.tell(
            &format!("B-cubed F1, {which}{times}"),
            2.0 * precision * recall / (precision + recall).max(f64::MIN_POSITIVE),
            "share",
        )?;
    }
    Ok(())
}

/// Grows an index with documents of the corpus, changed, at times that move on: cost and memory on the way.
fn growth(texts: &[Text], figures: &mut Figures) -> anyhow::Result<()> {
    let mut index = EventIndex::new(Tuning::default());
    let (mut begun, mut longest) = (processor_time()?, Duration::ZERO);
    for number in 1..=GROWN {
        let (round, which) = (number / texts.len() as u32, number as usize % texts.len());
        let Some(text) = texts.get(which) else { continue };
        let own = |term: Term| if term % 10 < OWN_TERMS { term ^ round.wrapping_mul(0x9e37_79b1) } else { term };
        let mut list: Vec<(Term, f32)> = text.terms.list.iter().map(|(term, weight)| (own(*term), *weight)).collect();
        list.sort_unstable_by_key(|t| t.0);
        let terms = Terms { list };
        let at = NOW.plus(i64::from(number) * DAY_MS / A_DAY);
        let one = Instant::now();
        let vector = index.vector(&terms);
        let found = index.place(at, &vector, &[]);
        let event = found.event.unwrap_or_else(|| i64::from(number));
        index.add(number, event, at, vector, taught(number, &terms));
        found.merged.iter().for_each(|(gone, _)| index.merge(*gone, event));
        longest = longest.max(one.elapsed());
        if number.is_multiple_of(STRETCH) {
            let now = processor_time()?;
            if [1, 2, 5, 10, 50, GROWN / STRETCH].contains(&(number / STRETCH)) {
                let each = now.saturating_sub(begun).as_secs_f64() * 1e6 / f64::from(STRETCH);
                figures.tell(&format!("weighed, placed and added, reports {} to {number}", number - STRETCH), each, "µs each")?;
                figures.tell(&format!("memory with {number} reports"), index.bytes() as f64 / 1e6, "MB")?;
            }
            begun = now;
        }
    }
    figures.tell("longest for one report while growing", longest.as_secs_f64() * 1e3, "ms")
}
