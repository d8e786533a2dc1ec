//! On which days does a source lack documents that it would have had?
//!
//! Three signs, of sources that normally contribute (one document a week or more): every poll of the day failed and fewer than
//! half of the usual documents are here (what came in later, when the source was back, is not missing); polls shared nothing
//! with those before; or the source, though nothing failed, has nothing at all on days that would usually have brought many.
//! Days on which no source has anything are no fault of one source.

use kiemtin_model::words;
use schemars::JsonSchema;
use serde::Serialize;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::ops::RangeInclusive;

/// Fewest documents a day of a source that contributes: one a week.
const LEAST_A_DAY: f64 = 1.0 / 7.0;
/// A silence over days that would usually bring so many documents is none of chance: with counts three times as scattered as
/// Poisson's (variance 3 m), none at all has probability (1/3)^(m/2), here 0.14 %.
const SILENCE: f64 = 12.0;
/// Days before the time asked for that are looked at to know what is usual.
pub(super) const LEAD_DAYS: i64 = 28;

words! {
    /// What is known of a source that lacks something, the gravest last.
    MissingKind {
        /// Polls shared nothing with those before: something may have been missed.
        Gap = "gap" / "có thể sót tin",
        /// It has nothing, though it usually has much.
        Silent = "silent" / "không có bài nào dù thường có",
        /// Every poll of the day failed.
        Failed = "failed" / "không đọc được",
    }
}

/// A day on which a source was in trouble, as it was noted when it happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceTrouble {
    /// Its id.
    pub source: String,
    /// Vietnamese day number.
    pub day: i64,
    /// [`MissingKind::Failed`] or [`MissingKind::Gap`].
    pub kind: MissingKind,
}

/// A day on which a source lacks documents.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct MissingSource {
    /// Its id.
    pub source: String,
    /// The day, `2026-11-23`.
    #[schemars(extend("format" = "date"))]
    pub date: String,
    /// Its Vietnamese day number.
    #[serde(skip)]
    pub day: i64,
    /// What is known.
    pub kind: MissingKind,
    /// Documents that it usually has on such a day.
    pub usual: f64,
}

/// Documents of sources by day.
pub type PerDay = BTreeMap<String, BTreeMap<i64, u64>>;

/// What is missing on the days asked for, by day and source. `published` and `troubles` begin [`LEAD_DAYS`] earlier; the day
/// `today` is not over.
pub fn missing(published: &PerDay, troubles: &[SourceTrouble], asked: RangeInclusive<i64>, today: i64) -> Vec<MissingSource> {
    let collected: HashSet<i64> = published.values().flat_map(|days| days.keys().copied()).collect();
    let mut of: HashMap<&str, BTreeMap<i64, MissingKind>> = HashMap::new();
    for trouble in troubles {
        let kind = of.entry(&trouble.source).or_default().entry(trouble.day).or_insert(trouble.kind);
        *kind = (*kind).max(trouble.kind);
    }
    let (nothing, end) = (BTreeMap::new(), *asked.end());
    let mut all = vec![];
    for (source, days) in published {
        let troubled = of.get(source.as_str()).unwrap_or(&nothing);
        let Some(usual) = Usual::of(days, troubled, &collected, end.min(today)) else { continue };
        let mut found: BTreeMap<i64, MissingKind> = BTreeMap::new();
        for (day, kind) in troubled {
            let here = days.get(day).copied().unwrap_or(0) as f64;
            if *kind == MissingKind::Gap || here * 2.0 < usual.mean {
                found.insert(*day, *kind);
            }
        }
        for day in usual.silent(days, &collected, end.min(today - 1)) {
            found.entry(day).and_modify(|kind| *kind = (*kind).max(MissingKind::Silent)).or_insert(MissingKind::Silent);
        }
        all.extend(found.into_iter().filter(|(day, _)| asked.contains(day)).map(|(day, kind)| MissingSource {
            source: source.clone(),
            date: kiemtin_model::Day(day).to_string(),
            day,
            kind,
            usual: (usual.on(day) * 10.0).round() / 10.0,
        }));
    }
    all.sort_by(|a, b| a.day.cmp(&b.day).then_with(|| a.source.cmp(&b.source)));
    all
}

/// What a source usually has.
struct Usual {
    first: i64,
    mean: f64,
    /// Median by day of the week.
    weekdays: [f64; 7],
}

impl Usual {
    /// Of the days from its first document on that were not in trouble; none of a source that hardly contributes.
    fn of(days: &BTreeMap<i64, u64>, troubled: &BTreeMap<i64, MissingKind>, collected: &HashSet<i64>, end: i64) -> Option<Self> {
        let first = *days.keys().next()?;
        let mut counts: [Vec<u64>; 7] = Default::default();
        for day in (first..=end).filter(|day| collected.contains(day) && troubled.get(day) != Some(&MissingKind::Failed)) {
            if let Some(of) = counts.get_mut(day.rem_euclid(7) as usize) {
                of.push(days.get(&day).copied().unwrap_or(0));
            }
        }
        let (sum, number) = counts.iter().flatten().fold((0, 0), |(sum, number), count| (sum + count, number + 1));
        let mean = sum as f64 / f64::from(number.max(1));
        let weekdays = counts.map(|mut of| {
            of.sort_unstable();
            of.get(of.len() / 2).map_or(0.0, |median| *median as f64)
        });
        (mean >= LEAST_A_DAY).then_some(Self { first, mean, weekdays })
    }

    fn on(&self, day: i64) -> f64 {
        self.weekdays.get(day.rem_euclid(7) as usize).copied().unwrap_or(self.mean)
    }

    /// Days in a row without a document that would usually have had many together.
    fn silent(&self, days: &BTreeMap<i64, u64>, collected: &HashSet<i64>, end: i64) -> Vec<i64> {
        let (mut all, mut row, mut lost) = (vec![], vec![], 0.0);
        for day in self.first..=end.saturating_add(1) {
            if day > end || days.contains_key(&day) {
                if lost >= SILENCE {
                    all.append(&mut row);
                }
                (row, lost) = (vec![], 0.0);
            } else if collected.contains(&day) {
                row.push(day);
                lost += self.on(day);
            }
        }
        all
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn per_day(count: impl Fn(i64) -> u64) -> BTreeMap<i64, u64> {
        (0..60).map(|day| (day, count(day))).filter(|(_, n)| *n > 0).collect()
    }

    fn found(count: impl Fn(i64) -> u64, troubles: &[(i64, MissingKind)]) -> Vec<(i64, MissingKind)> {
        let published: PerDay = [("a".to_owned(), per_day(|_| 9)), ("b".to_owned(), per_day(count))].into();
        let troubles: Vec<_> = troubles.iter().map(|(day, kind)| SourceTrouble { source: "b".into(), day: *day, kind: *kind }).collect();
        missing(&published, &troubles, 30..=59, 59).into_iter().inspect(|m| assert_eq!(m.source, "b")).map(|m| (m.day, m.kind)).collect()
    }

    #[test]
    fn failures_count_where_documents_lack() {
        use MissingKind::{Failed, Gap, Silent};
        assert_eq!(found(|day| if day == 40 { 1 } else { 4 }, &[(40, Failed)]), [(40, Failed)]);
        assert_eq!(found(|_| 4, &[(40, Failed)]), [], "all came in later");
        assert_eq!(found(|_| 4, &[(40, Gap), (20, Gap)]), [(40, Gap)], "only days asked for");
        assert_eq!(found(|day| u64::from(day % 20 == 0), &[(41, Failed)]), [], "it hardly contributes");
        assert_eq!(found(|_| 4, &[]), []);
        let week: Vec<_> = (40..47).map(|day| (day, Silent)).collect();
        assert_eq!(found(|day| if (40..47).contains(&day) { 0 } else { 4 }, &[]), week, "nothing failed, nothing came");
        assert_eq!(found(|day| if (40..42).contains(&day) { 0 } else { 4 }, &[]), [], "two days of four documents may be chance");
        assert_eq!(found(|day| if day == 44 { 0 } else { 20 }, &[]), [(44, Silent)]);
        assert_eq!(found(|day| if day % 7 > 4 { 0 } else { 20 }, &[]), [], "weekends are usual");
        assert_eq!(found(|day| if day == 59 { 0 } else { 20 }, &[]), [], "today is not over");
        assert_eq!(found(|day| if day < 50 { 0 } else { 20 }, &[]), [], "it began then");
    }

    #[test]
    fn a_day_without_any_document_is_no_fault_of_a_source() {
        let published: PerDay = [("a".to_owned(), per_day(|day| if day > 45 { 0 } else { 20 }))].into();
        assert_eq!(missing(&published, &[], 30..=59, 59), []);
    }
}
