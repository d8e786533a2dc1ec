//! Below which figures may a gold set never fall?

use super::Score;
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};

/// The floor of one gold file. Shares run from 0 to 1.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Floor {
    /// Least [`Score::precision`].
    pub precision: f64,
    /// Least [`Score::recall`].
    pub recall: f64,
    /// Least [`super::Kinds::right`].
    pub kinds: f64,
    /// Least [`Score::topic_precision`].
    pub topic_precision: f64,
    /// Least [`Score::topic_recall`].
    pub topic_recall: f64,
    /// Most false flags of a class; 0 for every class that is left out.
    #[serde(default)]
    pub false_flags: BTreeMap<String, u64>,
    /// Ids of texts whose flag or kinds came out wrong when the floor was set: says which ones changed since.
    #[serde(default)]
    pub known_wrong: BTreeSet<String>,
}

/// A figure that fell below its floor.
#[derive(Clone, Debug, PartialEq)]
pub struct Figure {
    /// Its name.
    pub name: String,
    /// What was counted.
    pub got: f64,
    /// What is allowed: at least this much, or at most for false flags.
    pub allowed: f64,
}

/// A floor is written with three decimals.
const ROUNDING: f64 = 0.000_5;

impl Floor {
    /// Every figure that is worse than allowed.
    pub fn broken(&self, score: &Score) -> Vec<Figure> {
        let least = [
            ("precision", score.precision, self.precision),
            ("recall", score.recall, self.recall),
            ("kinds", score.kinds.right, self.kinds),
            ("topic_precision", score.topic_precision, self.topic_precision),
            ("topic_recall", score.topic_recall, self.topic_recall),
        ];
        let low = least.into_iter().filter(|(_, share, floor)| share.value() + ROUNDING < *floor);
        let mut broken: Vec<Figure> =
            low.map(|(name, share, allowed)| Figure { name: name.to_owned(), got: share.value(), allowed }).collect();
        for (class, share) in &score.false_flags {
            let allowed = self.false_flags.get(class).copied().unwrap_or(0);
            if share.hits > allowed {
                let name = format!("false_flags.{class}");
                broken.push(Figure { name, got: share.hits as f64, allowed: allowed as f64 });
            }
        }
        broken
    }

    /// Texts that came out wrong and did not before; texts that came out right and did not before.
    pub fn changed(&self, score: &Score) -> (Vec<String>, Vec<String>) {
        let wrong = wrong_ids(score);
        (wrong.difference(&self.known_wrong).cloned().collect(), self.known_wrong.difference(&wrong).cloned().collect())
    }

    /// The floor that a score just reaches, as the lines of its table.
    pub fn written(name: &str, score: &Score) -> String {
        // Rounded down: the floor must hold for the score it comes from.
        let down = |share: super::Share| (share.value() * 1_000.0).floor() / 1_000.0;
        let flags: Vec<String> =
            score.false_flags.iter().filter(|(_, s)| s.hits > 0).map(|(class, s)| format!("{class} = {}", s.hits)).collect();
        let wrong: Vec<String> = wrong_ids(score).into_iter().map(|id| format!("{id:?}")).collect();
        format!(
            "[{name}]\nprecision = {:.3}\nrecall = {:.3}\nkinds = {:.3}\ntopic_precision = {:.3}\ntopic_recall = {:.3}\n\
             false_flags = {{ {} }}\nknown_wrong = [{}]\n",
            down(score.precision),
            down(score.recall),
            down(score.kinds.right),
            down(score.topic_precision),
            down(score.topic_recall),
            flags.join(", "),
            wrong.join(", "),
        )
    }
}

/// Texts whose flag or kinds are wrong.
fn wrong_ids(score: &Score) -> BTreeSet<String> {
    score.wrong.iter().filter(|w| w.fault != "topics").map(|w| w.id.clone()).collect()
}

#[cfg(test)]
mod tests {
    use super::super::{Gold, Said};
    use super::*;
    use kiemtin_model::FlagKind;

    fn score(flagged: &[bool]) -> Score {
        let mut score = Score::default();
        for (i, flag) in flagged.iter().enumerate() {
            let must = i < 3;
            let kinds = |flag: bool| if flag { vec![FlagKind::PanicRumour] } else { vec![] };
            let class = if must { "scam" } else { "debunk" };
            let gold = Gold {
                id: format!("d{i}"),
                flag: must,
                kinds: kinds(must),
                class: class.into(),
                topics: BTreeSet::new(),
                heading: String::new(),
            };
            score.count(&gold, &Said { flag: *flag, kinds: kinds(*flag), ..Said::default() });
        }
        score
    }

    #[test]
    fn a_floor_holds_for_its_own_score_and_breaks_for_a_worse_one() {
        let first = score(&[true, true, false, false, false]);
        let table: toml::Table = Floor::written("a", &first).parse().unwrap();
        let floor: Floor = table["a"].clone().try_into().unwrap();
        assert_eq!(floor.broken(&first), []);
        assert_eq!(floor.changed(&first), (vec![], vec![]));
        let worse = score(&[true, false, true, false, true]);
        let broken: Vec<_> = floor.broken(&worse).into_iter().map(|f| f.name).collect();
        assert_eq!(broken, ["precision", "false_flags.debunk"]);
        assert_eq!(floor.changed(&worse), (vec!["d1".to_owned(), "d4".to_owned()], vec!["d2".to_owned()]));
        assert_eq!(floor.broken(&score(&[true, true, true, false, false])), [], "better is allowed");
    }
}
