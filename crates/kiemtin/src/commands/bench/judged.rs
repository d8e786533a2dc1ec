//! How good are the first ten hits? Normalised discounted cumulative gain (Järvelin and Kekäläinen 2002) on judged queries.
//!
//! One JSON line per information need: `{"need", "set", "queries": [{"q", "class"}], "judged": {id of a line: grade 0 to 3},
//! "copies": [[ids of one text]]}`. Gain 2^grade − 1, discount 1/log2(rank + 1); what was not judged counts as 0; a copy of a
//! document that is listed already takes no rank.

use super::Figures;
use anyhow::Context;
use kiemtin_model::DocId;
use kiemtin_store::{SearchIndex, SearchRequest, TantivyIndex};
use kiemtin_text::lexicon::Lexicon;
use kiemtin_text::query::parse;
use serde::Deserialize;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

/// Hits that count.
const DEPTH: usize = 10;

/// What somebody wants to know, in several wordings.
#[derive(Deserialize)]
pub struct Need {
    #[serde(default)]
    set: String,
    queries: Vec<Wording>,
    judged: HashMap<String, u32>,
    #[serde(default)]
    copies: Vec<Vec<String>>,
}

#[derive(Deserialize)]
struct Wording {
    q: String,
    class: String,
}

/// Reads needs, one per line.
pub fn read(text: &str) -> anyhow::Result<Vec<Need>> {
    let line = |(number, line): (usize, &str)| serde_json::from_str(line).with_context(|| format!("line {}", number + 1));
    text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()).map(line).collect()
}

/// Asks everything and tells the means.
pub async fn run(index: &TantivyIndex, lexicon: &Arc<Lexicon>, needs: &[Need], figures: &mut Figures) -> anyhow::Result<()> {
    let mut sums: BTreeMap<String, (f64, u32)> = BTreeMap::new();
    for need in needs {
        let grades: HashMap<DocId, u32> = need.judged.iter().map(|(id, grade)| (DocId(id.clone()), *grade)).collect();
        let groups: HashMap<DocId, usize> =
            need.copies.iter().enumerate().flat_map(|(n, ids)| ids.iter().map(move |id| (DocId(id.clone()), n))).collect();
        for wording in &need.queries {
            let query = parse(&wording.q).map_err(|e| anyhow::anyhow!("\"{}\": {e}", wording.q))?;
            let request = SearchRequest { query: Some(query), limit: DEPTH * 2, lexicon: lexicon.clone(), ..SearchRequest::default() };
            let found = index.search(&request).await?;
            let total = found.total;
            let found_instead = found.instead.unwrap_or_default();
            let ids = found.hits.iter().map(|hit| hit.id.0.as_str()).collect::<Vec<_>>().join(" ");
            let value = ndcg(found.hits.into_iter().map(|hit| hit.id), &grades, &groups);
            tracing::debug!(query = wording.q, class = wording.class, value, total, instead = found_instead, ids, "judged");
            for name in [String::new(), format!(" of {}", need.set), format!(": {}", wording.class)] {
                let sum = sums.entry(format!("nDCG@{DEPTH}{name}")).or_default();
                *sum = (sum.0 + value, sum.1 + 1);
            }
        }
    }
    for (name, (sum, count)) in sums {
        figures.tell(&name, sum / f64::from(count), "share")?;
    }
    Ok(())
}

fn ndcg(hits: impl Iterator<Item = DocId>, grades: &HashMap<DocId, u32>, groups: &HashMap<DocId, usize>) -> f64 {
    let mut seen = HashSet::new();
    let mut found = vec![];
    for id in hits {
        if groups.get(&id).is_some_and(|group| !seen.insert(*group)) {
            continue;
        }
        found.push(grades.get(&id).copied().unwrap_or(0));
    }
    let mut best: HashMap<usize, u32> = HashMap::new();
    let mut ideal: Vec<u32> = vec![];
    for (id, grade) in grades {
        match groups.get(id) {
            Some(group) => best.entry(*group).and_modify(|b| *b = (*b).max(*grade)).or_insert(*grade),
            None => {
                ideal.push(*grade);
                continue;
            }
        };
    }
    ideal.extend(best.into_values());
    ideal.sort_unstable_by(|a, b| b.cmp(a));
    let gain = |grades: &[u32]| -> f64 {
        let one = |(rank, grade): (usize, &u32)| f64::from((1u32 << (*grade).min(3)) - 1) / (rank as f64 + 2.0).log2();
        grades.iter().take(DEPTH).enumerate().map(one).sum()
    };
    let most = gain(&ideal);
    if most > 0.0 { gain(&found) / most } else { 0.0 }
}
