//! Số liệu gốc và tin đã bị bác bỏ: what is on record, and which false claims are known?

use crate::briefing::AlertItem;
use crate::catalogue::Catalogue;
use crate::facts::{FactKind, FactLine, ValueLine};
use crate::rules::ClaimLine;
use crate::view::chrome::{Choice, Chrome};
use crate::view::fares::{AlertRow, Figures, ReferenceRow};
use crate::view::texts::TextRow;
use crate::view::words::address;
use askama::Template;
use kiemtin_model::{Day, Time};

/// What is on record.
#[derive(Template)]
#[template(path = "facts.html")]
pub struct FactsPage {
    /// Around it.
    pub chrome: Chrome,
    /// Facts by sort: (name of the sort, facts).
    pub parts: Vec<(&'static str, Vec<FactView>)>,
    /// Figures that nobody has confirmed lately, in words; empty without any.
    pub stale: String,
}

/// A fact.
pub struct FactView {
    /// Its place on the page.
    pub id: String,
    /// What it is called.
    pub name: String,
    /// What it says now.
    pub statement: String,
    /// Name of its topic.
    pub topic: String,
    /// Until when it is confirmed; empty for what needs none.
    pub verified: String,
    /// Nobody has confirmed it since.
    pub stale: bool,
    /// Values, the latest first: (value, from, to, document, valid now).
    pub values: Vec<(String, String, String, String, bool)>,
    /// Claims that contradict it.
    pub claims: Option<String>,
}

impl FactsPage {
    /// Of all that is on record.
    pub fn new(chrome: Chrome, lines: Vec<FactLine>, catalogue: &Catalogue) -> Self {
        let stale: Vec<String> = lines.iter().filter(|l| l.stale).map(|l| l.name.clone()).collect();
        let mut parts: Vec<(&'static str, Vec<FactView>)> = FactKind::ALL.iter().map(|kind| (kind.vi(), vec![])).collect();
        for line in lines {
            if let Some((_, facts)) = parts.iter_mut().find(|(name, _)| *name == line.kind.vi()) {
                facts.push(FactView::new(line, catalogue));
            }
        }
        parts.retain(|(_, facts)| !facts.is_empty());
        Self { chrome, parts, stale: stale.join("; ") }
    }
}

impl FactView {
    fn new(line: FactLine, catalogue: &Catalogue) -> Self {
        let key = match line.kind {
            FactKind::Figure => format!("figure:{}:", line.id),
            FactKind::Authority | FactKind::Body | FactKind::Schedule => format!("record:{}", line.id),
        };
        Self {
            claims: Some(address("/narratives", &[("key", &key)])),
            topic: line.topic.as_deref().map_or(String::new(), |t| catalogue.topic(t).to_owned()),
            verified: line.verified_until.map_or(String::new(), day),
            stale: line.stale,
            values: line.values.into_iter().map(value).collect(),
            id: line.id,
            name: line.name,
            statement: line.statement,
        }
    }
}

fn value(v: ValueLine) -> (String, String, String, String, bool) {
    (v.text, day(v.valid_from), v.valid_to.map_or(String::new(), |to| day(to.plus(-1))), v.document, v.current)
}

fn day(at: Time) -> String {
    Day::of(at).vi()
}

/// The claim library.
#[derive(Template)]
#[template(path = "claims.html")]
pub struct ClaimsPage {
    /// Around it.
    pub chrome: Chrome,
    /// The claims.
    pub rows: Vec<ClaimRow>,
    /// `1–50 trong 130`.
    pub shown: String,
    /// By topic.
    pub topics: Vec<Choice>,
    /// Address of the page before.
    pub before: Option<String>,
    /// Address of the next page.
    pub next: Option<String>,
}

/// A claim in the list.
pub struct ClaimRow {
    /// Its page.
    pub href: String,
    /// The false statement.
    pub statement: String,
    /// Where it stands.
    pub status: &'static str,
    /// Kind of flag and topic.
    pub about: String,
    /// Who refuted it or warned of it.
    pub by: String,
    /// How it fares.
    pub figures: Figures,
}

impl ClaimRow {
    /// Of a claim.
    pub fn new(claim: &ClaimLine, status: &'static str, catalogue: &Catalogue) -> Self {
        Self {
            href: format!("/claims/{}", claim.id),
            statement: claim.statement.clone(),
            status,
            about: format!("{} · {}", claim.kind.vi(), catalogue.topic(&claim.topic)),
            by: claim.references.iter().map(|r| r.label.as_str()).collect::<Vec<_>>().join(", "),
            figures: Figures::new(&claim.figures),
        }
    }
}

/// One claim.
#[derive(Template)]
#[template(path = "claim.html")]
pub struct ClaimPage {
    /// Around it.
    pub chrome: Chrome,
    /// The claim.
    pub row: ClaimRow,
    /// Its id.
    pub id: String,
    /// Ways of saying it.
    pub phrasings: Vec<String>,
    /// What is on record.
    pub references: Vec<ReferenceRow>,
    /// What the press office answers.
    pub answer: String,
    /// From and until when it is false; empty: always.
    pub validity: String,
    /// Until when it was looked at.
    pub review_by: String,
    /// Texts that it must hit.
    pub must: Vec<String>,
    /// Texts that it must not.
    pub must_not: Vec<String>,
    /// Alerts that it speaks for.
    pub alerts: Vec<AlertRow>,
    /// Documents that tell it.
    pub items: Vec<TextRow>,
    /// Address of the next page of them.
    pub next: Option<String>,
    /// These are not the latest ones: address of those.
    pub first: Option<String>,
    /// Its narrative.
    pub narrative: String,
}

impl ClaimPage {
    /// Of a claim, without its documents and examples.
    pub fn new(chrome: Chrome, claim: ClaimLine, status: &'static str, alerts: &[AlertItem], catalogue: &Catalogue) -> Self {
        let validity = [claim.since.map(|t| format!("từ {}", day(t))), claim.until.map(|t| format!("trước {}", day(t)))];
        Self {
            chrome,
            row: ClaimRow::new(&claim, status, catalogue),
            narrative: address("/narratives", &[("key", &format!("claim:{}", claim.id))]),
            id: claim.id,
            phrasings: claim.phrasings,
            references: claim.references.iter().map(ReferenceRow::from).collect(),
            answer: claim.answer,
            validity: validity.into_iter().flatten().collect::<Vec<_>>().join(", "),
            review_by: claim.review_by.parse::<Day>().map_or(claim.review_by, Day::vi),
            must: vec![],
            must_not: vec![],
            alerts: alerts.iter().map(AlertRow::new).collect(),
            items: vec![],
            next: None,
            first: None,
        }
    }
}
