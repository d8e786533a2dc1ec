//! What do the clients ask for?

use super::super::timed::Queries;
use super::client::Client;
use anyhow::Context;
use kiemtin_store::trend::{Dimension, Span, TrendRequest};
use kiemtin_store::{SearchIndex, TantivyIndex};
use kiemtin_text::query::parse;
use std::path::{Path, PathBuf};

/// Kinds of requests, in the order in which they take turns: mostly words and phrases, as people search, then what saved
/// searches, the front page and trends ask.
const TURNS: [Kind; 12] = [
    Kind::Best("term"),
    Kind::Best("and"),
    Kind::Best("phrase"),
    Kind::Best("bare phrase"),
    Kind::Best("term"),
    Kind::Newest("and"),
    Kind::Best("phrase"),
    Kind::Newest("term"),
    Kind::Best("20 phrases"),
    Kind::Everything,
    Kind::Trend,
    Kind::TrendOf("phrase"),
];

#[derive(Clone, Copy)]
enum Kind {
    /// Of this list, best first.
    Best(&'static str),
    /// Of this list, newest first.
    Newest(&'static str),
    /// The newest documents of all.
    Everything,
    /// Day × topic × source of everything.
    Trend,
    /// Day × topic of what a query of this list matches.
    TrendOf(&'static str),
}

/// Requests by number.
pub struct Mix {
    queries: Queries,
}

impl Mix {
    /// Queries of the file, or else made from the corpus.
    pub fn of(corpus: &[PathBuf], queries: Option<&Path>) -> anyhow::Result<Self> {
        let queries = match queries {
            None => Queries::of(corpus)?,
            Some(path) => {
                let text = std::fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
                serde_json::from_str(&text).with_context(|| format!("{}: not lists of queries", path.display()))?
            }
        };
        Ok(Self { queries })
    }

    /// Asks request number `number`, the same one in every run, and tells its kind.
    pub async fn ask(&self, number: u64, client: &mut Client, index: &TantivyIndex) -> (&'static str, anyhow::Result<()>) {
        let turns = TURNS.len() as u64;
        let kind = TURNS.get((number % turns) as usize).copied().unwrap_or(Kind::Everything);
        let query = |list| self.queries.one(list, number / turns);
        match kind {
            Kind::Best(list) => (list, search(client, query(list), "best").await),
            Kind::Newest(list) => ("newest", search(client, query(list), "newest").await),
            Kind::Everything => ("everything, newest", search(client, Ok(""), "newest").await),
            Kind::Trend => {
                let by = vec![Dimension::Topic, Dimension::Source];
                ("trend of everything", trend(index, TrendRequest { by, most_cells: usize::MAX, ..TrendRequest::default() }).await)
            }
            Kind::TrendOf(list) => {
                let of = |query: &str| {
                    let query = Some(parse(query).map_err(|e| anyhow::anyhow!("\"{query}\": {e}"))?);
                    Ok(TrendRequest { query, span: Span::Day, by: vec![Dimension::Topic], ..TrendRequest::default() })
                };
                let asked = match query(list).and_then(of) {
                    Ok(asked) => trend(index, asked).await,
                    Err(error) => Err(error),
                };
                ("trend of a phrase", asked)
            }
        }
    }
}

async fn search(client: &mut Client, query: anyhow::Result<&str>, order: &str) -> anyhow::Result<()> {
    client.search(&[("q", query?), ("order", order)]).await.map(drop)
}

async fn trend(index: &TantivyIndex, asked: TrendRequest) -> anyhow::Result<()> {
    Ok(index.trend(&asked).await.map(drop)?)
}
