//! In which order did an event come to light: first report, further reports, refutation, correction, official answer?

use kiemtin_model::{SourceGroup, Stance, Time, time::HOUR_MS, words};
use std::collections::{BTreeMap, HashMap};

/// Longest event whose further reports are told by the hour; those of a longer one by the day.
const BY_HOUR_MS: i64 = 72 * HOUR_MS;
/// Most entries of further reports; later ones go into the last.
const MOST: usize = 200;

words! {
    /// What an entry of a timeline is.
    Step as TimelineStep {
        /// The first report.
        First = "first" / "Bài đầu tiên",
        /// Further reports of an hour or a day.
        Reports = "reports" / "Đưa tin tiếp",
        /// A report that refutes.
        Refutation = "refutation" / "Bác bỏ",
        /// A document lost the flag that an earlier version of it had.
        Correction = "correction" / "Sửa bài, không còn nội dung bị gắn cờ",
        /// What an official source says.
        Official = "official" / "Nguồn chính thống lên tiếng",
    }
}

/// A document of an event.
#[derive(Clone, Copy, Debug)]
pub struct Told<'a> {
    /// Its group of copies.
    pub story: &'a str,
    /// Its time.
    pub at: Time,
    /// Group of its source.
    pub group: SourceGroup,
    /// Its stance.
    pub stance: Stance,
    /// When it lost its flag.
    pub corrected_at: Option<Time>,
}

/// An entry of the timeline.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// What it is.
    pub step: Step,
    /// When it began.
    pub at: Time,
    /// Which of the documents, by their place; one of each group of copies.
    pub documents: Vec<usize>,
    /// Other documents of the same groups of copies.
    pub copies: u32,
}

/// The timeline of documents that come by time, oldest first.
pub fn timeline(documents: &[Told<'_>]) -> Vec<Entry> {
    let mut of_story: HashMap<&str, u32> = HashMap::new();
    documents.iter().for_each(|d| *of_story.entry(d.story).or_default() += 1);
    let copies = |d: &Told<'_>| of_story.get(d.story).map_or(0, |n| n - 1);
    let (Some(first), Some(last)) = (documents.first(), documents.last()) else { return vec![] };
    let unit = if last.at.0 - first.at.0 <= BY_HOUR_MS { HOUR_MS } else { 24 * HOUR_MS };
    // Vietnamese clock hours and days begin where those of UTC+7 do.
    let period = |at: Time| (at.0 + 7 * HOUR_MS).div_euclid(unit);
    let mut entries = vec![Entry { step: Step::First, at: first.at, documents: vec![0], copies: copies(first) }];
    let mut further: BTreeMap<i64, Entry> = BTreeMap::new();
    let mut told: HashMap<&str, ()> = HashMap::from([(first.story, ())]);
    for (place, d) in documents.iter().enumerate() {
        if let Some(at) = d.corrected_at {
            entries.push(Entry { step: Step::Correction, at, documents: vec![place], copies: 0 });
        }
        if told.insert(d.story, ()).is_some() {
            continue;
        }
        let step = match (d.stance, d.group) {
            (Stance::Refutes, _) => Step::Refutation,
            (_, SourceGroup::Official) => Step::Official,
            _ => {
                let full = further.len() >= MOST;
                let key = further.last_key_value().map(|(k, _)| *k).filter(|_| full).unwrap_or_else(|| period(d.at));
                let entry = further.entry(key).or_insert_with(|| Entry { step: Step::Reports, at: d.at, documents: vec![], copies: 0 });
                entry.documents.push(place);
                entry.copies += copies(d);
                continue;
            }
        };
        entries.push(Entry { step, at: d.at, documents: vec![place], copies: copies(d) });
    }
    entries.extend(further.into_values());
    entries.sort_by_key(|e| (e.at, e.documents.first().copied()));
    entries
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tells_what_came_when() {
        use SourceGroup::{Forum, Official, OwnMedia, Press};
        let told = |story, minutes: i64, group, stance| Told {
            story,
            at: Time(1_772_413_200_000 + minutes * 60_000),
            group,
            stance,
            corrected_at: None,
        };
        let mut documents = vec![
            told("a", 0, Forum, Stance::Asserts),
            told("a", 5, Forum, Stance::Asserts),
            told("b", 10, Press, Stance::Reports),
            told("c", 20, Press, Stance::Reports),
            told("b", 65, Press, Stance::Reports),
            told("d", 70, Press, Stance::Reports),
            told("e", 75, OwnMedia, Stance::Refutes),
            told("f", 80, Official, Stance::Reports),
        ];
        documents[2].corrected_at = Some(Time(1_772_413_200_000 + 90 * 60_000));
        let entries: Vec<(Step, Vec<usize>, u32)> = timeline(&documents).into_iter().map(|e| (e.step, e.documents, e.copies)).collect();
        let expected = [
            (Step::First, vec![0], 1),
            (Step::Reports, vec![2, 3], 1),
            (Step::Reports, vec![5], 0),
            (Step::Refutation, vec![6], 0),
            (Step::Official, vec![7], 0),
            (Step::Correction, vec![2], 0),
        ];
        assert_eq!(entries, expected);
        assert_eq!(timeline(&[]), []);
    }

    #[test]
    fn long_events_are_told_by_the_day_in_bounded_number() {
        let names: Vec<String> = (0..500).map(|i| i.to_string()).collect();
        let told = |(i, story)| Told {
            story,
            at: Time(1_772_413_200_000 + i as i64 * 24 * HOUR_MS),
            group: SourceGroup::Press,
            stance: Stance::Reports,
            corrected_at: None,
        };
        let documents: Vec<Told<'_>> = names.iter().map(String::as_str).enumerate().map(told).collect();
        let entries = timeline(&documents);
        assert_eq!(entries.len(), MOST + 1);
        assert_eq!(entries.iter().map(|e| e.documents.len()).sum::<usize>(), 500, "none is left out");
    }
}
