//! A search with the words of the lexicon beside those that were typed, and what was put in, to be shown.
//!
//! One step only: what is put in is not looked up again. Left as they were typed: what stands under NOT (excluding more than was
//! asked would hide documents), `=Cased` and `~loose` terms (their spelling was chosen), and beginnings of words.

use super::{Lexicon, written};
use crate::query::{MOST_SEARCH_TERMS, Phrase, Query, Spelling, Syllable};

/// Most alternatives beside what was typed.
pub const MOST_ALTERNATIVES: usize = 8;

/// What was put in beside words of a search.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Expansion {
    /// The words as they were typed.
    pub typed: String,
    /// The others, as the lexicon writes them.
    pub into: Vec<String>,
}

/// The search with alternatives, [`MOST_ALTERNATIVES`] for one term at the most and [`MOST_SEARCH_TERMS`] terms in all, and
/// the list of them. `learnt` gives the long forms of a short one that the lexicon does not have.
pub fn expand(query: &Query, lexicon: &Lexicon, learnt: &dyn Fn(&str) -> Vec<String>) -> (Query, Vec<Expansion>) {
    let mut expander = Expander { lexicon, learnt, left: MOST_SEARCH_TERMS.saturating_sub(query.terms()), made: vec![] };
    let query = expander.query(query);
    (query, expander.made)
}

struct Expander<'l> {
    lexicon: &'l Lexicon,
    learnt: &'l dyn Fn(&str) -> Vec<String>,
    /// Terms that may still be put in.
    left: usize,
    made: Vec<Expansion>,
}

impl Expander<'_> {
    fn query(&mut self, query: &Query) -> Query {
        let all = |s: &mut Self, of: &[Query]| of.iter().map(|q| s.query(q)).collect();
        match query {
            Query::Phrase(_) => self.alternatives(std::slice::from_ref(query)).unwrap_or_else(|| query.clone()),
            Query::And(of) => self.all_of(of),
            Query::Or(of) => Query::Or(all(self, of)),
            Query::AtLeast(least, of) => Query::AtLeast(*least, all(self, of)),
            Query::In(part, q) => Query::In(*part, Box::new(self.query(q))),
            Query::Near { sides, distance, ordered } => {
                let sides = Box::new((self.query(&sides.0), self.query(&sides.1)));
                Query::Near { sides, distance: *distance, ordered: *ordered }
            }
            Query::Not(_) | Query::Prefix(_) | Query::Named(..) | Query::Entity(_) | Query::Filter(_) => query.clone(),
        }
    }

    /// Words that stand side by side may be one entry together: the longest one counts.
    fn all_of(&mut self, of: &[Query]) -> Query {
        let (mut out, mut at) = (vec![], 0);
        while let Some(query) = of.get(at) {
            let longest = self.lexicon.longest.min(of.len() - at);
            let run = (2..=longest).rev().find_map(|length| {
                let run = of.get(at..at + length)?;
                self.alternatives(run).map(|found| (found, length))
            });
            let (found, length) = run.unwrap_or_else(|| (self.query(query), 1));
            out.push(found);
            at += length;
        }
        if out.len() == 1 { out.remove(0) } else { Query::And(out) }
    }

    /// These terms together, or another form of them; `None` when the lexicon has none.
    fn alternatives(&mut self, run: &[Query]) -> Option<Query> {
        let (mut typed, mut text): (Vec<Syllable>, String) = (vec![], String::new());
        for query in run {
            let Query::Phrase(phrase) = query else { return None };
            if phrase.spelling != Spelling::Usual || typed.len() + phrase.syllables.len() > self.lexicon.longest.max(1) {
                return None;
            }
            typed.extend(&phrase.syllables);
            text = if text.is_empty() { phrase.text.clone() } else { format!("{text} {}", phrase.text) };
        }
        let room = self.left.min(MOST_ALTERNATIVES);
        let own = written(&text);
        let mut others: Vec<String> = self.lexicon.others(&typed, &text).into_iter().map(str::to_owned).collect();
        if others.is_empty() && typed.len() == 1 {
            others = (self.learnt)(&text);
        }
        let others = others.into_iter().filter(|other| written(other) != own);
        let others: Vec<(Phrase, String)> = others.filter_map(|o| Some((Phrase::new(&o)?, o))).take(room).collect();
        if others.is_empty() {
            return None;
        }
        self.left -= others.len();
        let (phrases, into): (Vec<Phrase>, Vec<String>) = others.into_iter().unzip();
        let expansion = Expansion { typed: text, into };
        if !self.made.contains(&expansion) {
            self.made.push(expansion);
        }
        let as_typed = if let [only] = run { only.clone() } else { Query::And(run.to_vec()) };
        Some(Query::Or(std::iter::once(as_typed).chain(phrases.into_iter().map(Query::Phrase)).collect()))
    }
}

#[cfg(test)]
mod tests {
    use super::super::Entry;
    use super::*;
    use crate::query::parse;
    use proptest::prelude::*;

    fn lexicon() -> Lexicon {
        let short = |short: &str, long: &[&str], cased| Entry::Abbreviation {
            short: short.into(),
            long: long.iter().map(|l| (*l).to_owned()).collect(),
            cased,
            one_way: short == "ko",
        };
        Lexicon::new([
            short("BCT", &["Bộ Công Thương"], false),
            short("NĐ", &["Nghị định"], false),
            short("KH", &["kế hoạch", "khách hàng"], false),
            short("ko", &["không"], false),
            short("CO", &["giấy chứng nhận xuất xứ"], true),
            Entry::Synonyms(["xăng dầu", "xăng, dầu", "nhiên liệu"].map(str::to_owned).to_vec()),
            Entry::Synonyms((0..20).map(|n| format!("nhóm {n}")).collect()),
        ])
    }

    fn learnt(word: &str) -> Vec<String> {
        if word == "TNLĐ" || word == "BCT" { vec!["tai nạn lao động".into()] } else { vec![] }
    }

    #[test]
    fn terms_get_their_other_forms() {
        for (typed, expected, shown) in [
            ("BCT", "BCT OR \"Bộ Công Thương\"", "BCT → Bộ Công Thương"),
            ("vụ TNLĐ", "vụ (TNLĐ OR \"tai nạn lao động\")", "TNLĐ → tai nạn lao động"),
            ("bct giá", "(bct OR \"Bộ Công Thương\") giá", "bct → Bộ Công Thương"),
            ("\"bộ công thương\"", "\"bộ công thương\" OR BCT", "bộ công thương → BCT"),
            ("bo cong thuong họp", "(bo cong thuong OR BCT) họp", "bo cong thuong → BCT"),
            ("bố công thương", "bố công thương", ""),
            ("nd", "nd OR \"Nghị định\"", "nd → Nghị định"),
            ("kh", "kh OR \"kế hoạch\" OR \"khách hàng\"", "kh → kế hoạch, khách hàng"),
            ("\"kế hoạch\"", "\"kế hoạch\"", ""),
            ("CO", "CO OR \"giấy chứng nhận xuất xứ\"", "CO → giấy chứng nhận xuất xứ"),
            ("co", "co", ""),
            ("ko", "ko OR không", "ko → không"),
            ("không", "không", ""),
            ("Bộ Công Thương, xăng", "(Bộ Công Thương OR BCT) xăng", "Bộ Công Thương → BCT"),
            ("Có", "Có", ""),
            ("giá xăng dầu", "giá (xăng dầu OR \"xăng, dầu\" OR \"nhiên liệu\")", "xăng dầu → xăng, dầu, nhiên liệu"),
            ("-BCT =BCT ~BCT", "NOT BCT =BCT ~BCT", ""),
            ("title:BCT NEAR/3 giá", "title:(BCT OR \"Bộ Công Thương\") NEAR/3 giá", "BCT → Bộ Công Thương"),
            ("BCT OR bct", "BCT OR \"Bộ Công Thương\" OR bct OR \"Bộ Công Thương\"", "BCT → Bộ Công Thương; bct → Bộ Công Thương"),
        ] {
            let (query, made) = expand(&parse(typed).unwrap(), &lexicon(), &learnt);
            let made: Vec<_> = made.iter().map(|e| format!("{} → {}", e.typed, e.into.join(", "))).collect();
            assert_eq!(
                (query.to_string().replace(['(', ')'], ""), made.join("; ")),
                (expected.replace(['(', ')'], ""), shown.to_owned()),
                "{typed}"
            );
            assert!(parse(&query.to_string()).is_ok(), "{query}");
        }
    }

    #[test]
    fn what_is_put_in_is_bounded() {
        let (query, made) = expand(&parse("\"nhóm 1\"").unwrap(), &lexicon(), &learnt);
        assert_eq!((query.terms(), made[0].into.len()), (MOST_ALTERNATIVES + 1, MOST_ALTERNATIVES));
        let many = vec!["\"nhóm 1\""; 500].join(" OR ");
        let (query, made) = expand(&parse(&many).unwrap(), &lexicon(), &learnt);
        assert_eq!(query.terms(), MOST_SEARCH_TERMS);
        assert!(made.len() <= 2, "told once for each way it was cut: {}", made.len());
    }

    proptest! {
        #[test]
        fn a_search_keeps_its_shape(text in "(-|=|~|title:)?(BCT|kh|xăng|dầu|giá|\"bộ công thương\")( (OR |NOT )?(bct|bộ|công|thương|CO|kh)){0,6}") {
            let query = parse(&text).unwrap();
            let (expanded, made) = expand(&query, &lexicon(), &learnt);
            prop_assert!(expanded.terms() >= query.terms() && expanded.terms() <= MOST_SEARCH_TERMS);
            prop_assert_eq!(made.is_empty(), expanded == query, "{} → {}", query, expanded);
        }
    }
}
