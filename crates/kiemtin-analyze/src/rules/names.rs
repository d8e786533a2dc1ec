//! What does `@name` stand for in a query: a list of phrases, or another query?

use crate::faults::{ConfigFile, Fault};
use kiemtin_text::query::{Phrase, Query, parse_rule};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::ops::Range;
use toml::Spanned;

/// Longest list, in phrases.
const LONGEST_LIST: usize = 200_000;

/// Everything that `@name` can stand for.
#[derive(Debug, Default)]
pub struct Names {
    known: BTreeMap<String, Query>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NamesFile {
    #[serde(default)]
    lists: BTreeMap<String, Spanned<Vec<String>>>,
    #[serde(default)]
    queries: BTreeMap<String, Spanned<String>>,
}

/// A named query on its way to being resolved.
struct Pending<'f> {
    file: &'f ConfigFile,
    span: Range<usize>,
    query: Query,
}

impl Names {
    /// Reads `[lists]` and `[queries]` of these files. Names that are not there, and queries that need themselves, are faults.
    pub fn load<'f>(files: impl Iterator<Item = &'f ConfigFile>, faults: &mut Vec<Fault>) -> Self {
        let mut names = Self::default();
        let mut pending: BTreeMap<String, Pending<'f>> = BTreeMap::new();
        for file in files {
            let Some(read) = file.read::<NamesFile>(faults) else { continue };
            for (name, list) in read.lists {
                let (at, key) = (list.span().start, format!("lists.{name}"));
                let phrases: Vec<Query> = list.get_ref().iter().filter_map(|p| phrase(p)).map(Query::Phrase).collect();
                if phrases.is_empty() || phrases.len() > LONGEST_LIST {
                    faults.push(file.fault(at, &key, format!("got {} phrases, expected 1 to {LONGEST_LIST}", phrases.len())));
                } else if names.known.insert(name, Query::Or(phrases)).is_some() {
                    faults.push(file.fault(at, &key, "this name is already taken, expected a new one"));
                }
            }
            for (name, text) in read.queries {
                let (span, key) = (text.span(), format!("queries.{name}"));
                match parse_rule(text.get_ref()) {
                    Err(e) => faults.push(file.fault_inside(span, e.at, &key, e.reason)),
                    Ok(_) if names.known.contains_key(&name) || pending.contains_key(&name) => {
                        faults.push(file.fault(span.start, &key, "this name is already taken, expected a new one"));
                    }
                    Ok(query) => {
                        pending.insert(name, Pending { file, span, query });
                    }
                }
            }
        }
        names.settle(pending, faults);
        names
    }

    /// Queries whose names are all known become known, until nothing moves; what is left needs itself or a missing name.
    fn settle(&mut self, mut pending: BTreeMap<String, Pending<'_>>, faults: &mut Vec<Fault>) {
        loop {
            let ready: Vec<(String, Query)> =
                pending.iter().filter_map(|(name, p)| Some((name.clone(), self.resolve(&p.query).ok()?))).collect();
            if ready.is_empty() {
                break;
            }
            for (name, query) in ready {
                pending.remove(&name);
                self.known.insert(name, query);
            }
        }
        for (name, Pending { file, span, query }) in &pending {
            let Err((missing, at)) = self.resolve(query) else { continue };
            let message = if pending.contains_key(&missing) {
                format!("@{missing} needs @{name} in turn, expected queries that do not go in a circle")
            } else {
                self.unknown(&missing)
            };
            faults.push(file.fault_inside(span.clone(), at, &format!("queries.{name}"), message));
        }
    }

    fn unknown(&self, name: &str) -> String {
        let known: Vec<_> = self.known.keys().map(|k| format!("@{k}")).collect();
        format!("got @{name}, expected one of: {}", known.join(", "))
    }

    /// Reads a query of a rule and puts in what its names stand for. Queries that match texts without any of their words are
    /// refused.
    ///
    /// # Errors
    /// The position in Unicode scalar values and what is wrong.
    pub fn query(&self, text: &str) -> Result<Query, (usize, String)> {
        let query = parse_rule(text).map_err(|e| (e.at, e.reason))?;
        let query = self.resolve(&query).map_err(|(name, at)| (at, self.unknown(&name)))?;
        if query.only_excludes() {
            return Err((0, "got a query that only excludes, expected at least one phrase that must occur".into()));
        }
        Ok(query)
    }

    /// The query without names, or the first name that is not known.
    fn resolve(&self, query: &Query) -> Result<Query, (String, usize)> {
        let all = |of: &[Query]| of.iter().map(|q| self.resolve(q)).collect::<Result<Vec<_>, _>>();
        let one = |q: &Query| self.resolve(q).map(Box::new);
        Ok(match query {
            Query::Named(name, at) => self.known.get(name).cloned().ok_or_else(|| (name.clone(), *at))?,
            Query::And(of) => Query::And(all(of)?),
            Query::Or(of) => Query::Or(all(of)?),
            Query::AtLeast(least, of) => Query::AtLeast(*least, all(of)?),
            Query::Not(q) => Query::Not(one(q)?),
            Query::In(part, q) => Query::In(*part, one(q)?),
            Query::Near { sides, distance, ordered } => {
                Query::Near { sides: Box::new((self.resolve(&sides.0)?, self.resolve(&sides.1)?)), distance: *distance, ordered: *ordered }
            }
            Query::Phrase(_) | Query::Prefix(_) | Query::Entity(_) | Query::Filter(_) => query.clone(),
        })
    }
}

/// A phrase of a list, with `~` or `=` in front where it wants them.
pub fn phrase(text: &str) -> Option<Phrase> {
    use kiemtin_text::query::Spelling;
    let (spelling, words) = match text.split_at_checked(1) {
        Some(("~", rest)) => (Spelling::Loose, rest),
        Some(("=", rest)) => (Spelling::Cased, rest),
        _ => (Spelling::Usual, text),
    };
    Phrase::new(words).map(|p| Phrase { spelling, ..p })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn faults(text: &str) -> Vec<String> {
        let file = ConfigFile { path: "lists.toml".into(), text: text.into() };
        let mut faults = vec![];
        Names::load(std::iter::once(&file), &mut faults);
        faults.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn names_may_build_on_names_but_not_in_a_circle() {
        let good = "[lists]\na = [\"một\", \"~hai\"]\n[queries]\nb = '@a NEAR/3 ba'\nc = '@b OR \"bốn\"'\n";
        assert_eq!(faults(good), Vec::<String>::new());
        let circle = faults("[queries]\nb = 'x OR @c'\nc = 'y OR @b'\n");
        assert!(circle.len() == 2 && circle[0].starts_with("lists.toml:2:11: queries.b: @c needs @b in turn"), "{circle:?}");
        let missing = faults("[lists]\na = [\"một\"]\n[queries]\nb = 'x NEAR/3 @aa'\n");
        assert_eq!(missing, ["lists.toml:4:15: queries.b: got @aa, expected one of: @a"]);
        assert!(faults("[lists]\na = []\n")[0].contains("got 0 phrases"));
        assert!(faults("[queries]\nb = '''\nx AND\n(y'''\n")[0].starts_with("lists.toml:4:3: queries.b:"), "line and column inside");
    }
}
