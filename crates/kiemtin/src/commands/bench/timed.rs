//! What does a search cost? Each list of queries is asked once before it counts.

use super::{Figures, Lines, process_time};
use kiemtin_store::{SearchIndex, SearchRequest, TantivyIndex};
use kiemtin_text::query::parse;
use kiemtin_text::scan;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::{Duration, Instant};

/// Documents that queries are drawn from.
const DRAWN_FROM: usize = 2_000;
/// Queries of each sort.
const QUERIES: usize = 200;

/// Lists of queries by name, as a person types them.
#[derive(Deserialize)]
#[serde(transparent)]
pub struct Queries(BTreeMap<String, Vec<String>>);

impl Queries {
    /// Queries made of words that stand in the first documents of the corpus.
    pub fn of(corpus: &[PathBuf]) -> anyhow::Result<Self> {
        let mut lines = Lines::open(corpus)?;
        let mut lists: BTreeMap<String, Vec<String>> = BTreeMap::new();
        let mut numbers = super::edits::Numbers(7);
        for _ in 0..DRAWN_FROM {
            let Some((document, _)) = lines.next()? else { break };
            let scanned = scan(&document.text);
            if scanned.tokens.len() < 20 {
                continue;
            }
            let at = numbers.below(scanned.tokens.len() - 8);
            let words = |from: usize, n: usize| {
                let tokens = scanned.tokens.get(from..from + n).unwrap_or_default();
                let whole = tokens.iter().skip(1).all(|t| !t.after_break && tokens.first().is_some_and(|f| f.sentence == t.sentence));
                let words: Vec<&str> = tokens.iter().map(|t| scanned.word(t)).filter(|w| w.chars().all(char::is_alphabetic)).collect();
                (whole && words.len() == n).then(|| words.join(" ").to_lowercase())
            };
            let mut add = |list: &str, query: Option<String>| lists.entry(list.into()).or_default().extend(query);
            add("term", words(at, 1));
            add("and", words(at, 1).zip(words(at + 4, 1)).map(|(a, b)| format!("{a} {b}")));
            add("phrase", words(at, 2 + at % 3).map(|p| format!("\"{p}\"")));
            add("bare phrase", words(at, 2).map(|p| format!("\"{}\"", kiemtin_text::key::folded(&p))));
        }
        for list in lists.values_mut() {
            list.truncate(QUERIES);
        }
        let phrases = lists.get("phrase").cloned().unwrap_or_default();
        lists.insert("20 phrases".into(), phrases.chunks_exact(20).map(|c| c.join(" OR ")).collect());
        Ok(Self(lists))
    }
}

impl Queries {
    /// The query of a list at this place; the list begins anew after its end.
    pub fn one(&self, list: &str, place: u64) -> anyhow::Result<&str> {
        let of = self.0.get(list).map(Vec::as_slice).unwrap_or_default();
        let query = of.get((place % of.len().max(1) as u64) as usize);
        query.map(String::as_str).ok_or_else(|| anyhow::anyhow!("no query in the list \"{list}\""))
    }
}

/// Asks everything and tells times: as when nobody asked before, and asked again.
pub async fn run(index: &TantivyIndex, queries: Queries, documents: u64, figures: &mut Figures) -> anyhow::Result<()> {
    super::trended::run(index, &queries, figures).await?;
    for (name, list) in &queries.0 {
        for facets in [false, true] {
            let request = |query: &String| -> anyhow::Result<SearchRequest> {
                let query = Some(parse(query).map_err(|e| anyhow::anyhow!("\"{query}\": {e}"))?);
                Ok(SearchRequest { query, limit: 20, facets, ..SearchRequest::default() })
            };
            let requests: Vec<SearchRequest> = list.iter().map(request).collect::<Result<_, _>>()?;
            if requests.is_empty() {
                continue;
            }
            for request in &requests {
                index.search(request).await?;
            }
            let name = format!("{name}{}", if facets { ", with facets" } else { "" });
            ask(index, &requests, true, &name, figures).await?;
            ask(index, &requests, false, &format!("{name}, again"), figures).await?;
        }
    }
    figures.tell("documents", documents as f64, "documents")
}

/// Asks all for a while. `anew`: what was answered before is forgotten each time.
async fn ask(index: &TantivyIndex, requests: &[SearchRequest], anew: bool, name: &str, figures: &mut Figures) -> anyhow::Result<()> {
    let mut times = vec![];
    let cpu = process_time()?;
    // So often that the steps of the processor's clock do not matter.
    let begun = Instant::now();
    let mut rounds = 0;
    while rounds == 0 || begun.elapsed() < Duration::from_secs(1) && rounds < 1_000 {
        rounds += 1;
        for request in requests {
            if anew {
                index.forget_answers();
            }
            let begun = Instant::now();
            index.search(request).await?;
            times.push(begun.elapsed());
        }
    }
    let spent = process_time()?.saturating_sub(cpu);
    times.sort_unstable();
    let at = |share: f64| times.get(((times.len() - 1) as f64 * share) as usize).map_or(0.0, |t| t.as_secs_f64() * 1e6);
    figures.tell(&format!("{name}, processor"), spent.as_secs_f64() * 1e6 / times.len() as f64, "µs/query")?;
    figures.tell(&format!("{name}, median"), at(0.5), "µs")?;
    figures.tell(&format!("{name}, p99"), at(0.99), "µs")
}
