//! What a query finds is what its words say: random queries over random documents, against the plainest way to look.

use super::Checked;
use kiemtin_model::{AssessedDocument, DocId};
use kiemtin_store::conformance::sample;
use kiemtin_store::{Cursor, SearchIndex, SearchRequest, StoredDocument, TantivyIndex, TrendRequest};
use kiemtin_text::key::folded;
use kiemtin_text::query::parse;
use std::collections::BTreeSet;
use std::error::Error;
use std::path::Path;

const WORDS: [&str; 12] = ["giá", "gia", "già", "xăng", "xang", "dầu", "dau", "điện", "dien", "than", "thân", "giảm"];
const DOCUMENTS: usize = 120;
const QUERIES: usize = 600;

/// Numbers that only look random (splitmix64).
pub(super) struct Numbers(pub(super) u64);

impl Numbers {
    pub(super) fn below(&mut self, most: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        ((mixed ^ (mixed >> 31)) % most as u64) as usize
    }

    fn words(&mut self, count: usize) -> Vec<&'static str> {
        (0..count).map(|_| WORDS[self.below(WORDS.len())]).collect()
    }
}

/// A document: words of its title and of its text.
struct Words {
    title: Vec<String>,
    text: Vec<String>,
}

impl Words {
    /// Half of them are typed without accents.
    fn new(numbers: &mut Numbers) -> Self {
        let bare = numbers.below(2) == 0;
        let lengths = (numbers.below(4), numbers.below(8) + 1);
        let mut words =
            |count| numbers.words(count).into_iter().map(|word| if bare { folded(word) } else { word.to_owned() }).collect::<Vec<_>>();
        Self { title: words(lengths.0), text: words(lengths.1) }
    }

    fn bare(&self) -> bool {
        self.title.iter().chain(&self.text).all(|word| folded(word) == *word)
    }

    fn has(&self, asked: &str, word: &str) -> bool {
        *word == *asked || (folded(asked) == asked || self.bare()) && folded(word) == folded(asked)
    }
}

/// A query, and what it means.
enum Asked {
    Row(Vec<&'static str>),
    Begun(&'static str, usize),
    And(Vec<Asked>),
    Or(Vec<Asked>),
    Not(Box<Asked>),
    Title(Box<Asked>),
    Text(Box<Asked>),
}

impl Asked {
    fn new(numbers: &mut Numbers, depth: usize) -> Self {
        let some = |numbers: &mut Numbers| (0..2 + numbers.below(2)).map(|_| Self::new(numbers, depth - 1)).collect::<Vec<_>>();
        match numbers.below(if depth == 0 { 3 } else { 8 }) {
            0 => Self::Row(numbers.words(1)),
            1 => {
                let count = 1 + numbers.below(3);
                Self::Row(numbers.words(count))
            }
            2 => Self::Begun(WORDS[numbers.below(WORDS.len())], 2 + numbers.below(2)),
            3 | 4 => {
                let mut all = some(numbers);
                if numbers.below(3) == 0 {
                    all.push(Self::Not(Box::new(Self::new(numbers, depth - 1))));
                }
                Self::And(all)
            }
            5 => Self::Or(some(numbers)),
            6 => Self::Title(Box::new(Self::new(numbers, 0))),
            _ => Self::Text(Box::new(Self::new(numbers, 0))),
        }
    }

    fn typed(&self) -> String {
        let all = |of: &[Self], between: &str| of.iter().map(|one| format!("({})", one.typed())).collect::<Vec<_>>().join(between);
        match self {
            Self::Row(words) => format!("\"{}\"", words.join(" ")),
            Self::Begun(word, letters) => format!("{}*", word.chars().take(*letters).collect::<String>()),
            Self::And(of) => all(of, " AND "),
            Self::Or(of) => all(of, " OR "),
            Self::Not(one) => format!("NOT ({})", one.typed()),
            Self::Title(one) => format!("title:({})", one.typed()),
            Self::Text(one) => format!("text:({})", one.typed()),
        }
    }

    fn finds(&self, document: &Words, parts: &[&[String]]) -> bool {
        match self {
            Self::Row(row) => {
                let here = |at: &[String]| at.iter().zip(row).all(|(word, asked)| document.has(asked, word));
                parts.iter().any(|words| words.windows(row.len()).any(here))
            }
            Self::Begun(word, letters) => {
                let begin: String = word.chars().take(*letters).collect();
                let begins = |word: &String| {
                    let as_typed = word.starts_with(&begin);
                    as_typed || (folded(&begin) == begin || document.bare()) && folded(word).starts_with(&folded(&begin))
                };
                parts.iter().any(|words| words.iter().any(begins))
            }
            Self::And(of) => of.iter().all(|one| one.finds(document, parts)),
            Self::Or(of) => of.iter().any(|one| one.finds(document, parts)),
            Self::Not(one) => !one.finds(document, parts),
            Self::Title(one) => one.finds(document, &[&document.title]),
            Self::Text(one) => one.finds(document, &[&document.text]),
        }
    }
}

/// An index of these documents, in several commits, so that there are several segments.
pub(super) async fn indexed(folder: &Path, samples: &[AssessedDocument]) -> Result<TantivyIndex, Box<dyn Error + Send + Sync>> {
    let index = TantivyIndex::open(&folder.join("index"))?;
    let mut seq = 0;
    for some in samples.chunks(samples.len().div_ceil(3)) {
        let mut stored = vec![];
        for assessed in some {
            seq += 1;
            let story = assessed.document.id.clone();
            stored.push(StoredDocument { saved: vec![], seq, version: 1, story, assessed: assessed.clone() });
        }
        index.apply(stored.clone(), &Cursor { log: "test".into(), seq, schema: index.schema() }).await?;
    }
    Ok(index)
}

#[tokio::test]
async fn a_query_finds_what_its_words_say() -> Checked {
    let folder = tempfile::tempdir()?;
    let mut numbers = Numbers(20_261_128);
    let documents: Vec<Words> = (0..DOCUMENTS).map(|_| Words::new(&mut numbers)).collect();
    let samples: Vec<_> = (0i64..)
        .zip(&documents)
        .map(|(at, words)| sample(&format!("d{at}"), &words.title.join(" "), &words.text.join(" "), "bao.vn", at))
        .collect();
    let index = indexed(folder.path(), &samples).await?;
    let (mut found_something, mut asked_after) = (0, 0);
    for _ in 0..QUERIES {
        let asked = Asked::new(&mut numbers, 2);
        let typed = asked.typed();
        let query = parse(&typed).map_err(|error| format!("{typed}: {error}"))?;
        if query.only_excludes() {
            continue;
        }
        let expected: BTreeSet<DocId> = samples
            .iter()
            .zip(&documents)
            .filter(|(_, words)| asked.finds(words, &[&words.title, &words.text]))
            .map(|(sample, _)| sample.document.id.clone())
            .collect();
        let request =
            SearchRequest { query: Some(query.clone()), limit: DOCUMENTS, facets: true, as_typed: true, ..SearchRequest::default() };
        let found = index.search(&request).await.map_err(|error| format!("{typed}: {error}"))?;
        let ids: BTreeSet<DocId> = found.hits.iter().filter(|hit| !hit.partial).map(|hit| hit.id.clone()).collect();
        for (sample, words) in samples.iter().zip(&documents) {
            let (found, expected) = (ids.contains(&sample.document.id), expected.contains(&sample.document.id));
            assert_eq!(found, expected, "{typed}: «{}» «{}»", sample.document.title, words.text.join(" "));
        }
        assert_eq!(found.total, expected.len() as u64, "{typed}");
        let counted: u64 =
            found.facets.iter().filter(|facet| facet.field == "source").flat_map(|facet| &facet.values).map(|(_, n)| n).sum();
        assert_eq!(counted, expected.len() as u64, "{typed}");
        let trend = index.trend(&TrendRequest { query: Some(query), ..TrendRequest::default() }).await?;
        assert_eq!(trend.matching, expected.len() as u64, "{typed}");
        asked_after += 1;
        found_something += usize::from(!expected.is_empty() && expected.len() < DOCUMENTS);
    }
    assert!(asked_after > QUERIES / 2 && found_something > asked_after / 2, "{found_something} of {asked_after} say little");
    Ok(())
}
