//! Which pieces of a rule's evidence say more together than each alone?
//!
//! A meta only ever adds points: what takes points away is a guard, which is shown. (Composites that silently remove the
//! scores of their parts are what users of other filters complain about most.)

use kiemtin_text::query::{Query, parse_rule};
use std::collections::BTreeSet;

/// Extra points for a combination of evidence.
#[derive(Clone, Debug, PartialEq)]
pub struct Meta {
    /// Its name inside the rule.
    pub id: String,
    /// Points, on a grid of 0.5.
    pub weight: f64,
    /// When it holds.
    condition: Condition,
}

/// A combination of evidence and other metas, by their names.
#[derive(Clone, Debug, PartialEq)]
enum Condition {
    Has(String),
    All(Vec<Condition>),
    Any(Vec<Condition>),
    AtLeast(usize, Vec<Condition>),
    Not(Box<Condition>),
}

impl Meta {
    /// Reads `if`: names of evidence with AND, OR, NOT, parentheses and `2 of (a, b, c)`.
    ///
    /// # Errors
    /// The position in Unicode scalar values and what is wrong.
    pub fn new(id: &str, weight: f64, condition: &str) -> Result<Self, (usize, String)> {
        let query = parse_rule(condition).map_err(|e| (e.at, e.reason))?;
        let condition =
            read(&query).ok_or((0, "got more than names, expected names of evidence with AND, OR, NOT, n of (…)".to_owned()))?;
        Ok(Self { id: id.to_owned(), weight, condition })
    }

    /// Names that it needs.
    pub fn needs(&self) -> BTreeSet<&str> {
        let mut names = BTreeSet::new();
        self.condition.names(&mut names);
        names
    }

    /// Whether it holds, given what does.
    pub fn holds(&self, held: &BTreeSet<&str>) -> bool {
        self.condition.holds(held)
    }
}

/// Puts metas into an order in which each needs only earlier ones.
///
/// # Errors
/// Names that are neither evidence nor metas, or that need each other in a circle, with the meta that needs them.
pub fn ordered(mut metas: Vec<Meta>, evidence: &[&str]) -> Result<Vec<Meta>, (String, String)> {
    let mut known: BTreeSet<String> = evidence.iter().map(|e| (*e).to_owned()).collect();
    let mut done = vec![];
    while !metas.is_empty() {
        let ready = |m: &Meta| m.needs().iter().all(|n| known.contains(*n));
        let Some(at) = metas.iter().position(ready) else { break };
        let meta = metas.remove(at);
        known.insert(meta.id.clone());
        done.push(meta);
    }
    let Some(stuck) = metas.first() else { return Ok(done) };
    let missing = stuck.needs().into_iter().find(|n| !known.contains(*n)).unwrap_or_default();
    let circle = metas.iter().any(|m| m.id == missing);
    let message = if circle {
        format!("\"{missing}\" needs \"{}\" in turn, expected metas that do not go in a circle", stuck.id)
    } else {
        format!("got \"{missing}\", expected one of: {}", known.into_iter().collect::<Vec<_>>().join(", "))
    };
    Err((stuck.id.clone(), message))
}

fn read(query: &Query) -> Option<Condition> {
    let all = |of: &[Query]| of.iter().map(read).collect::<Option<Vec<_>>>();
    Some(match query {
        Query::Phrase(name) => Condition::Has(name.text.clone()),
        Query::And(of) => Condition::All(all(of)?),
        Query::Or(of) => Condition::Any(all(of)?),
        Query::AtLeast(least, of) => Condition::AtLeast(*least, all(of)?),
        Query::Not(q) => Condition::Not(Box::new(read(q)?)),
        Query::Prefix(_) | Query::Named(..) | Query::Entity(_) | Query::Near { .. } | Query::In(..) | Query::Filter(_) => return None,
    })
}

impl Condition {
    fn names<'c>(&'c self, names: &mut BTreeSet<&'c str>) {
        match self {
            Self::Has(name) => {
                names.insert(name);
            }
            Self::All(of) | Self::Any(of) | Self::AtLeast(_, of) => of.iter().for_each(|c| c.names(names)),
            Self::Not(c) => c.names(names),
        }
    }

    fn holds(&self, held: &BTreeSet<&str>) -> bool {
        match self {
            Self::Has(name) => held.contains(name.as_str()),
            Self::All(of) => of.iter().all(|c| c.holds(held)),
            Self::Any(of) => of.iter().any(|c| c.holds(held)),
            Self::AtLeast(least, of) => of.iter().filter(|c| c.holds(held)).count() >= *least,
            Self::Not(c) => !c.holds(held),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn meta(id: &str, condition: &str) -> Meta {
        Meta::new(id, 1.0, condition).unwrap()
    }

    #[test]
    fn combinations_hold() {
        let held = BTreeSet::from(["a", "b"]);
        for (condition, expected) in
            [("a AND b", true), ("a AND c", false), ("c OR b", true), ("2 of (a, b, c)", true), ("a AND NOT (b OR c)", false)]
        {
            assert_eq!(meta("m", condition).holds(&held), expected, "{condition}");
        }
        assert!(Meta::new("m", 1.0, "a NEAR/3 b").is_err());
    }

    #[test]
    fn metas_are_put_in_order() {
        let order = |metas| ordered(metas, &["a"]).map(|m| m.into_iter().map(|m| m.id).collect::<Vec<_>>());
        assert_eq!(order(vec![meta("x", "y AND a"), meta("y", "a")]).unwrap(), ["y", "x"]);
        assert!(order(vec![meta("x", "y"), meta("y", "x")]).unwrap_err().1.contains("circle"));
        assert!(order(vec![meta("x", "b")]).unwrap_err().1.contains("expected one of: a"));
    }
}
