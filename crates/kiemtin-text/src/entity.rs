//! What in a text is known by its form and not by its words: amounts, days, links, numbers to call?
//!
//! Rules name them as `#percent>=10` or `#link`. A label that masking left (`[số điện thoại]`) counts as the thing it
//! hides, so that a stored text gives what the text as it came gave.

use crate::calendar::{dates, durations};
use crate::hosts::hosts;
use crate::number::{Figure, figures};
use crate::scan::Scanned;
use std::cell::OnceCell;
use std::fmt;

/// What sort of thing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum EntityKind {
    /// A percentage; its value.
    Percent,
    /// An amount of đồng, whatever it is a price of; in đồng.
    Money,
    /// Any other number; its value.
    Number,
    /// A stretch of hours or minutes; in minutes.
    Duration,
    /// A calendar day, or a part of one; no value.
    Date,
    /// An address on the web; no value.
    Link,
    /// A phone number, masked or not; no value.
    Phone,
    /// A bank account or card number, masked or not; no value.
    Account,
    /// A question mark, at the word before it; no value.
    Question,
}

/// Names as written after `#`.
const NAMES: [(&str, EntityKind); 9] = [
    ("percent", EntityKind::Percent),
    ("money", EntityKind::Money),
    ("number", EntityKind::Number),
    ("duration", EntityKind::Duration),
    ("date", EntityKind::Date),
    ("link", EntityKind::Link),
    ("phone", EntityKind::Phone),
    ("account", EntityKind::Account),
    ("question", EntityKind::Question),
];

/// Most digits of an account or card number.
const LONGEST_NUMBER: usize = 19;

/// Which of them a query asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct EntityTest {
    /// What sort of thing.
    pub kind: EntityKind,
    /// Smallest value, in thousandths.
    pub least: Option<i64>,
    /// Largest value, in thousandths.
    pub most: Option<i64>,
}

/// One of them in a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Entity {
    /// What sort of thing.
    pub kind: EntityKind,
    /// Its value in thousandths, 0 where the kind has none.
    pub value: i64,
    /// First token.
    pub first: u32,
    /// Token after the last one.
    pub after: u32,
}

impl EntityTest {
    /// Reads `percent`, `percent>=10`, `duration<=1440` or `percent>=3<=5` (what stands after `#`).
    ///
    /// # Errors
    /// Says what is wrong and which names there are, in Vietnamese.
    pub fn parse(text: &str) -> Result<Self, String> {
        let end = text.find(['<', '>']).unwrap_or(text.len());
        let (name, mut bounds) = text.split_at(end);
        let Some((_, kind)) = NAMES.iter().find(|(n, _)| *n == name) else {
            let names: Vec<_> = NAMES.iter().map(|(n, _)| format!("#{n}")).collect();
            return Err(format!("không có thực thể #{name}; có: {}", names.join(", ")));
        };
        let mut test = Self { kind: *kind, least: None, most: None };
        while !bounds.is_empty() {
            let (slot, rest) = match (bounds.strip_prefix(">="), bounds.strip_prefix("<=")) {
                (Some(rest), _) => (&mut test.least, rest),
                (_, Some(rest)) => (&mut test.most, rest),
                _ => return Err(format!("#{name} chỉ nhận >= và <=, ví dụ #percent>=10")),
            };
            let end = rest.find(['<', '>']).unwrap_or(rest.len());
            let (number, after) = rest.split_at(end);
            let value: f64 = number.parse().map_err(|_| format!("«{number}» không phải là số, ví dụ #percent>=10"))?;
            *slot = Some(thousandths(value));
            bounds = after;
        }
        Ok(test)
    }

    /// Whether this is one of them.
    pub fn holds(&self, entity: &Entity) -> bool {
        self.kind == entity.kind && self.least.is_none_or(|l| entity.value >= l) && self.most.is_none_or(|m| entity.value <= m)
    }
}

impl fmt::Display for EntityTest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = NAMES.iter().find(|(_, k)| *k == self.kind).map_or("", |(n, _)| n);
        write!(f, "#{name}")?;
        for (sign, bound) in [(">=", self.least), ("<=", self.most)] {
            if let Some(bound) = bound {
                write!(f, "{sign}{}", bound as f64 / 1e3)?;
            }
        }
        Ok(())
    }
}

fn thousandths(value: f64) -> i64 {
    // Saturates for amounts beyond any text.
    (value * 1e3).round() as i64
}

/// What is of a known form in one text: each sort is read when it is first asked for.
#[derive(Debug, Default)]
pub struct Entities {
    amounts: OnceCell<Vec<Entity>>,
    durations: OnceCell<Vec<Entity>>,
    dates: OnceCell<Vec<Entity>>,
    links: OnceCell<Vec<Entity>>,
    signs: OnceCell<Vec<Entity>>,
}

impl Entities {
    /// Those of this kind and of the kinds that are read with it, in no particular order; always of the same text.
    pub fn of(&self, kind: EntityKind, scanned: &Scanned<'_>) -> &[Entity] {
        let of = |kind, value, start, end| {
            let (first, after) = tokens_of(scanned, start, end)?;
            Some(Entity { kind, value, first, after })
        };
        match kind {
            EntityKind::Percent | EntityKind::Money | EntityKind::Number => self
                .amounts
                .get_or_init(|| figures(scanned).iter().filter_map(|f| of(kind_of(f), thousandths(f.value), f.start, f.end)).collect()),
            EntityKind::Duration => self.durations.get_or_init(|| {
                durations(scanned).iter().filter_map(|d| of(EntityKind::Duration, thousandths(d.minutes), d.start, d.end)).collect()
            }),
            EntityKind::Date => {
                self.dates.get_or_init(|| dates(scanned).iter().filter_map(|d| of(EntityKind::Date, 0, d.start, d.end)).collect())
            }
            EntityKind::Link => {
                self.links.get_or_init(|| hosts(scanned).iter().filter_map(|h| of(EntityKind::Link, 0, h.span.start, h.span.end)).collect())
            }
            EntityKind::Question | EntityKind::Phone | EntityKind::Account => self.signs.get_or_init(|| {
                let signs = scanned.text.match_indices(['?', '[']).filter_map(|(at, sign)| signed(scanned, at, sign));
                signs.chain(numbers_to_use(scanned)).collect()
            }),
        }
    }
}

fn kind_of(figure: &Figure) -> EntityKind {
    match figure.unit {
        "%" => EntityKind::Percent,
        unit if unit.starts_with("đồng") => EntityKind::Money,
        _ => EntityKind::Number,
    }
}

/// A question mark, or a label that masking left.
fn signed(scanned: &Scanned<'_>, at: usize, sign: &str) -> Option<Entity> {
    if sign == "?" {
        let after = scanned.tokens.partition_point(|t| (t.end as usize) <= at) as u32;
        let first = after.checked_sub(1)?;
        return Some(Entity { kind: EntityKind::Question, value: 0, first, after });
    }
    let rest = scanned.text.get(at..)?;
    let label = [("[số điện thoại]", EntityKind::Phone), ("[tài khoản]", EntityKind::Account)];
    let (label, kind) = label.into_iter().find(|(label, _)| rest.starts_with(label))?;
    let (first, after) = tokens_of(scanned, at, at + label.len())?;
    Some(Entity { kind, value: 0, first, after })
}

/// Runs of digits as phones and accounts are written: `0912 345 678`, `1900.1234`, `19034567890123`. What begins with a
/// zero or is a hotline is a phone; other runs of eight digits and more are accounts.
fn numbers_to_use(scanned: &Scanned<'_>) -> Vec<Entity> {
    let mut found = vec![];
    let mut at = 0;
    let digits = |at: usize| scanned.tokens.get(at).map(|t| scanned.word(t)).filter(|w| w.bytes().all(|b| b.is_ascii_digit()));
    while at < scanned.tokens.len() {
        let Some(start) = digits(at) else {
            at += 1;
            continue;
        };
        let (first, mut total) = (at, start.len());
        at += 1;
        while let (Some(more), Some(gap)) = (digits(at), gap(scanned, at)) {
            if !matches!(gap, " " | "." | "-") || total + more.len() > LONGEST_NUMBER {
                break;
            }
            total += more.len();
            at += 1;
        }
        let hotline = (8..=10).contains(&total) && (start.starts_with("1900") || start.starts_with("1800"));
        let kind = match total {
            _ if hotline => EntityKind::Phone,
            8.. if after_account(scanned, first) => EntityKind::Account,
            9..=11 if start.starts_with('0') => EntityKind::Phone,
            8.. if at == first + 1 => EntityKind::Account,
            _ => continue,
        };
        found.push(Entity { kind, value: 0, first: first as u32, after: at as u32 });
    }
    found
}

/// One of the three words before says that an account or card follows.
fn after_account(scanned: &Scanned<'_>, first: usize) -> bool {
    let before = scanned.tokens.get(first.saturating_sub(3)..first).unwrap_or_default();
    before.iter().any(|t| matches!(crate::key::folded(scanned.word(t)).as_str(), "stk" | "tk" | "khoan" | "the" | "account"))
}

/// What stands between a token and the one before it.
fn gap<'a>(scanned: &Scanned<'a>, at: usize) -> Option<&'a str> {
    let (before, token) = (scanned.tokens.get(at.checked_sub(1)?)?, scanned.tokens.get(at)?);
    scanned.text.get(before.end as usize..token.start as usize)
}

fn tokens_of(scanned: &Scanned<'_>, start: usize, end: usize) -> Option<(u32, u32)> {
    let first = scanned.tokens.partition_point(|t| (t.end as usize) <= start);
    let after = scanned.tokens.partition_point(|t| (t.start as usize) < end);
    (first < after).then_some((first as u32, after as u32))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scan::scan;

    #[test]
    fn names_and_bounds_are_read() {
        for (text, shown) in [("percent", "#percent"), ("percent>=10", "#percent>=10"), ("money>=1000<=2500.5", "#money>=1000<=2500.5")] {
            assert_eq!(EntityTest::parse(text).unwrap().to_string(), shown);
        }
        for (text, said) in [("prozent", "#percent"), ("percent>10", ">="), ("percent>=zehn", "zehn")] {
            assert!(EntityTest::parse(text).unwrap_err().contains(said), "{text}");
        }
    }

    #[test]
    fn amounts_and_labels_are_found() {
        let text = "Điện tăng 18% thật không? Chuyển 500 nghìn đồng, gọi [số điện thoại] hoặc 0912 345 678 trong 2 giờ, vào abc-def.com.";
        let scanned = scan(text);
        let entities = Entities::default();
        let all = NAMES.iter().flat_map(|(_, kind)| entities.of(*kind, &scanned));
        let shown: Vec<_> = all
            .map(|e| {
                let (a, b) = (scanned.tokens[e.first as usize], scanned.tokens[e.after as usize - 1]);
                (e.kind, e.value, text.get(a.start as usize..b.end as usize).unwrap())
            })
            .collect();
        for expected in [
            (EntityKind::Percent, 18_000, "18"),
            (EntityKind::Money, 500_000_000, "500 nghìn đồng"),
            (EntityKind::Question, 0, "không"),
            (EntityKind::Phone, 0, "[số điện thoại]"),
            (EntityKind::Phone, 0, "0912 345 678"),
            (EntityKind::Duration, 120_000, "2 giờ"),
            (EntityKind::Link, 0, "abc-def.com"),
        ] {
            assert!(shown.contains(&expected), "{expected:?} in {shown:?}");
        }
    }
}
