//! Which story does a text belong to, and what does it quote?

use super::likeness::{Likeness, MOSTLY, NOTHING_NEW, Relation};
use kiemtin_model::{DocId, Document, SourceGroup, Time, time::DAY_MS};

/// Stored texts that are looked at; the most alike come first.
pub const CANDIDATES: usize = 40;
/// Texts of one story in the index; further edited copies of it are found by these.
const OF_ONE_STORY: usize = 4;
/// Quotes that are kept of one text.
const QUOTES: usize = 5;
/// A source's own text that comes back much the same within this time is one article, mended. Later it is the next one of a
/// series: prices of the day, weather.
const MENDED_WITHIN: i64 = DAY_MS;

/// A stored text that shares passages with a new one.
#[derive(Clone, Copy, Debug)]
pub struct Candidate<'a> {
    /// What they share.
    pub like: Likeness,
    /// Its document.
    pub document: &'a DocId,
    /// The story of that document.
    pub story: &'a DocId,
    /// Its source.
    pub source: &'a str,
    /// Its time.
    pub at: Time,
}

/// Where a text stands among those stored before.
#[derive(Clone, Debug, PartialEq)]
pub struct Placed {
    /// The first document of its story; its own id when it begins one.
    pub story: DocId,
    /// A stored document has exactly this text.
    pub exact: bool,
    /// It is much the same text as its story, and not a licensed reprint: it may count towards mass copying.
    pub mass_copy: bool,
    /// What it quotes, with what is shared, most of this text first.
    pub quotes: Vec<(DocId, Likeness)>,
    /// Its prints tell more than those that are stored.
    pub adds: bool,
}

/// Press, the ministry's own press and state portals reprint one another by licence or by duty.
pub fn is_licensed(group: SourceGroup) -> bool {
    match group {
        SourceGroup::Press | SourceGroup::OwnMedia | SourceGroup::Official => true,
        SourceGroup::Forum | SourceGroup::Social => false,
    }
}

/// Places a text. `before`: the story that an earlier version of the document stands in, it stays there. `exact`: the story
/// of a document with exactly this text. `candidates`: what the index found, the most alike first.
pub fn place(document: &Document, before: Option<&DocId>, exact: Option<&DocId>, candidates: &[Candidate<'_>]) -> Placed {
    let same: Vec<&Candidate<'_>> = candidates.iter().filter(|c| is_same(document, c)).collect();
    let story = before.or(exact).or(same.first().map(|c| c.story)).unwrap_or(&document.id).clone();
    let of_story = || same.iter().filter(|c| *c.story == story);
    let mostly = story == document.id || exact == Some(&story) || of_story().any(|c| c.like.both() >= MOSTLY);
    let held = of_story().count() >= OF_ONE_STORY || of_story().any(|c| c.like.jaccard() >= NOTHING_NEW);
    let mut quotes: Vec<(DocId, Likeness)> = vec![];
    for c in candidates.iter().filter(|c| *c.story != story && *c.document != document.id && c.like.relation().is_some()) {
        if quotes.iter().all(|(id, _)| id != c.document) {
            quotes.push((c.document.clone(), c.like));
        }
    }
    quotes.sort_by(|a, b| b.1.of_own().total_cmp(&a.1.of_own()));
    quotes.truncate(QUOTES);
    let mass_copy = mostly && !is_licensed(document.group);
    Placed { exact: exact.is_some(), mass_copy, quotes, adds: exact.is_none() && !held, story }
}

/// One article, not the next one of a series.
fn is_same(document: &Document, candidate: &Candidate<'_>) -> bool {
    let late = (document.time().0 - candidate.at.0).abs() > MENDED_WITHIN;
    candidate.like.relation() == Some(Relation::Same) && !(late && candidate.source == document.source)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::knowledge::sample;
    use kiemtin_model::{DocKind, time::HOUR_MS};

    const START: Time = Time(1_700_000_000_000);

    fn like(number: u32, shared: u32, theirs: u32) -> Likeness {
        Likeness { number, shared, own: 100, theirs, zones: 8, short: false }
    }

    fn id(name: &str) -> DocId {
        DocId(name.into())
    }

    fn post(source: &str, group: SourceGroup, hours: i64) -> Document {
        let mut document = sample("", "nội dung", DocKind::Social, Some(START.plus(hours * HOUR_MS)));
        (document.id, document.source, document.group) = (id("new"), source.into(), group);
        document
    }

    #[test]
    fn a_text_joins_the_story_that_it_is_most_like() {
        let (a, b, c, s) = (id("a"), id("b"), id("c"), id("s"));
        let candidate = |document, story, like, source| Candidate { like, document, story, source, at: START };
        let candidates = [
            candidate(&a, &s, like(1, 70, 100), "mot"),
            candidate(&b, &b, like(2, 40, 100), "hai"),
            candidate(&c, &c, like(3, 30, 900), "ba"),
        ];
        let new = post("bon", SourceGroup::Forum, 5);
        let placed = place(&new, None, None, &candidates);
        assert_eq!((&placed.story, placed.mass_copy, placed.adds), (&s, true, true));
        assert_eq!(placed.quotes.iter().map(|q| &q.0).collect::<Vec<_>>(), [&b, &c], "what is of another story is a quote");
        let alone = place(&new, None, None, &[]);
        assert_eq!(alone, Placed { story: id("new"), exact: false, mass_copy: true, quotes: vec![], adds: true });
        let edited = place(&new, Some(&b), None, &candidates);
        assert_eq!((&edited.story, edited.mass_copy), (&b, false), "a new version stays in its story; 40 % of it is no mass copy");
        let exact = place(&new, None, Some(&c), &candidates);
        assert_eq!((&exact.story, exact.mass_copy, exact.adds), (&c, true, false));
    }

    #[test]
    fn licensed_reprints_are_no_mass_copies() {
        for (group, mass) in [
            (SourceGroup::Press, false),
            (SourceGroup::OwnMedia, false),
            (SourceGroup::Official, false),
            (SourceGroup::Forum, true),
            (SourceGroup::Social, true),
        ] {
            assert_eq!(place(&post("mot", group, 0), None, Some(&id("s")), &[]).mass_copy, mass, "{group}");
        }
    }

    #[test]
    fn a_series_of_one_source_is_no_story() {
        let a = id("a");
        let candidates = [Candidate { like: like(1, 90, 100), document: &a, story: &a, source: "bao", at: START }];
        for (source, hours, story) in [("bao", 5, "a"), ("bao", 25, "new"), ("khac", 25, "a")] {
            assert_eq!(place(&post(source, SourceGroup::Press, hours), None, None, &candidates).story, id(story), "{source} {hours}");
        }
    }

    #[test]
    fn a_story_with_many_copies_takes_no_further_prints() {
        let ids: Vec<DocId> = (0..6).map(|i| id(&format!("d{i}"))).collect();
        let of = |count: usize, shared| -> Vec<Candidate<'_>> {
            let all = ids.iter().take(count).zip(1..);
            all.map(|(d, n)| Candidate { like: like(n, shared, 100), document: d, story: &ids[0], source: "mot", at: START }).collect()
        };
        for (count, shared, adds) in [(1, 60, true), (3, 60, true), (4, 60, false), (1, 95, false)] {
            assert_eq!(place(&post("hai", SourceGroup::Forum, 1), None, None, &of(count, shared)).adds, adds, "{count} {shared}");
        }
    }
}
