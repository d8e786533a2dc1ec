//! How well do verdicts agree with texts that people labelled?
//!
//! A gold line is a document line with the labels in `gold`; it is set against the verdict line that `classify` prints
//! for it. The same code counts for the command and for the gate in the tests.

mod floor;
mod score;

pub use floor::{Figure, Floor};
pub use score::{Kinds, Score, Share, Wrong};

use kiemtin_model::FlagKind;
use serde::Deserialize;
use serde_json::Value;
use std::collections::BTreeSet;

/// What people say of a text.
#[derive(Clone, Debug, PartialEq)]
pub struct Gold {
    /// Id of the line.
    pub id: String,
    /// Whether it must be flagged.
    pub flag: bool,
    /// Kinds that hold, the primary one first; empty when it must not be flagged.
    pub kinds: Vec<FlagKind>,
    /// Its class, e.g. `criticism`: says of texts that must not be flagged what they are.
    pub class: String,
    /// Its topics.
    pub topics: BTreeSet<String>,
    /// Beginning of its title or text, for people.
    pub heading: String,
}

/// What the rules say of it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Said {
    /// Flagged.
    pub flag: bool,
    /// Kinds, strongest first.
    pub kinds: Vec<FlagKind>,
    /// Topics.
    pub topics: BTreeSet<String>,
    /// Rules with a signal.
    pub rules: Vec<String>,
    /// Guards that hold.
    pub guards: Vec<String>,
}

#[derive(Deserialize)]
struct Line {
    #[serde(default)]
    id: Option<Value>,
    #[serde(default)]
    title: Option<String>,
    #[serde(default)]
    text: Option<String>,
    gold: Labels,
}

#[derive(Deserialize)]
struct Labels {
    flag: bool,
    #[serde(default)]
    kinds: Vec<FlagKind>,
    #[serde(default)]
    class: String,
    #[serde(default)]
    topics: BTreeSet<String>,
}

impl Gold {
    /// Reads the labels of a gold line. The error says what is wrong with it.
    pub fn read(line: &str) -> Result<Self, String> {
        let line: Line = serde_json::from_str(line).map_err(|e| format!("not a gold line: {e}"))?;
        let Labels { flag, kinds, class, topics } = line.gold;
        if flag == kinds.is_empty() {
            return Err(format!(
                "not a gold line: got flag = {flag} with {} kind(s), expected kinds exactly when it is flagged",
                kinds.len()
            ));
        }
        let id = line.id.map_or_else(String::new, |v| v.as_str().map_or_else(|| v.to_string(), str::to_owned));
        let heading = line.title.filter(|t| !t.is_empty()).or(line.text).unwrap_or_default();
        let heading = heading.chars().map(|c| if c.is_control() { ' ' } else { c }).take(90).collect();
        Ok(Self { id, flag, kinds, class, topics, heading })
    }
}

impl Said {
    /// Reads a verdict line. The error says what is missing.
    pub fn read(verdict: &Value) -> Result<Self, String> {
        let list = |name: &str| verdict[name].as_array().ok_or_else(|| format!("not a verdict line: expected the list \"{name}\""));
        let names = |name: &str, key: &str| -> Result<Vec<String>, String> {
            Ok(list(name)?.iter().filter_map(|item| item[key].as_str()).map(str::to_owned).collect())
        };
        Ok(Self {
            flag: verdict["flag"].as_bool().ok_or("not a verdict line: expected \"flag\"")?,
            kinds: serde_json::from_value(verdict["kinds"].clone()).map_err(|e| format!("not a verdict line: kinds: {e}"))?,
            topics: names("topics", "id")?.into_iter().collect(),
            rules: names("signals", "rule")?,
            guards: names("guards", "rule")?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_both_sides() {
        let gold = Gold::read(
            r#"{"id":7,"text":"Giá điện\nhôm nay","gold":{"flag":true,"kinds":["false_figure"],"class":"false_claim","topics":["gia-dien"],"why":"x"}}"#,
        );
        let gold = gold.unwrap();
        assert_eq!(
            (gold.id.as_str(), gold.heading.as_str(), gold.kinds.as_slice()),
            ("7", "Giá điện hôm nay", &[FlagKind::FalseFigure][..])
        );
        for bad in [r#"{"text":"a"}"#, r#"{"gold":{"flag":true}}"#, r#"{"gold":{"flag":false,"kinds":["false_figure"]}}"#] {
            assert!(Gold::read(bad).is_err(), "{bad}");
        }
        let verdict = serde_json::json!({"flag": true, "kinds": ["panic_rumour"], "topics": [{"id": "xang-dau", "score": 3.0}],
            "signals": [{"rule": "a"}], "guards": []});
        let said = Said::read(&verdict).unwrap();
        assert_eq!((said.flag, said.rules, said.topics.len()), (true, vec!["a".to_owned()], 1));
        assert!(Said::read(&serde_json::json!({"flag": true})).is_err());
    }
}
