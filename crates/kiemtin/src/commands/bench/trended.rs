//! What does a trend cost: day × topic × source over everything, and of what has one phrase? What do stories add to it?

use super::{Figures, process_time, timed::Queries};
use kiemtin_store::trend::{Dimension, TrendRequest};
use kiemtin_store::{SearchIndex, TantivyIndex};
use kiemtin_text::query::parse;
use std::time::{Duration, Instant};

/// Fewest and most rounds, and how long they may take.
const ROUNDS: std::ops::RangeInclusive<usize> = 5..=1_000;
const LONG: Duration = Duration::from_secs(3);

/// Counts again and again, and tells times.
pub async fn run(index: &TantivyIndex, queries: &Queries, figures: &mut Figures) -> anyhow::Result<()> {
    let phrases: Vec<_> = (0..20).filter_map(|place| queries.one("phrase", place).ok()).filter_map(|phrase| parse(phrase).ok()).collect();
    let by = vec![Dimension::Topic, Dimension::Source];
    let everything = TrendRequest { by, most_cells: usize::MAX, ..TrendRequest::default() };
    let of_phrases: Vec<TrendRequest> =
        phrases.into_iter().map(|query| TrendRequest { query: Some(query), ..everything.clone() }).collect();
    let with_stories = |requests: &[TrendRequest], by: &[Dimension]| -> Vec<TrendRequest> {
        requests.iter().map(|request| TrendRequest { stories: true, by: by.to_vec(), ..request.clone() }).collect()
    };
    let all = [everything.clone()];
    for (name, requests) in [
        ("trend", all.to_vec()),
        ("trend with stories", with_stories(&all, &everything.by)),
        ("trend by day", vec![TrendRequest { by: vec![], ..everything.clone() }]),
        ("trend by day with stories", with_stories(&all, &[])),
        ("trend of a phrase", of_phrases.clone()),
        ("trend of a phrase with stories", with_stories(&of_phrases, &everything.by)),
    ] {
        let (mut cells, mut documents) = (0, 0);
        for request in &requests {
            let trend = index.trend(request).await?;
            (cells, documents) = (cells + trend.cells.len(), documents + trend.matching);
        }
        let (begun, cpu) = (Instant::now(), process_time()?);
        let mut times = vec![];
        for round in 0..*ROUNDS.end() {
            if round >= *ROUNDS.start() && begun.elapsed() > LONG {
                break;
            }
            for request in &requests {
                let begun = Instant::now();
                index.trend(request).await?;
                times.push(begun.elapsed());
            }
        }
        let spent = process_time()?.saturating_sub(cpu);
        times.sort_unstable();
        let Some(last) = times.len().checked_sub(1) else { continue };
        let at = |share: f64| times.get((last as f64 * share).ceil() as usize).map_or(0.0, |t| t.as_secs_f64() * 1e6);
        figures.tell(&format!("{name}, cells"), cells as f64, "cells")?;
        figures.tell(&format!("{name}, matching"), documents as f64, "documents")?;
        figures.tell(&format!("{name}, processor"), spent.as_secs_f64() * 1e6 / times.len() as f64, "µs/query")?;
        figures.tell(&format!("{name}, median"), at(0.5), "µs")?;
        figures.tell(&format!("{name}, p99"), at(0.99), "µs")?;
    }
    Ok(())
}
