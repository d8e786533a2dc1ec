//! Quy tắc: what fires, how well?

use crate::briefing::AlertItem;
use crate::rules::{ExampleLine, HitItem, RuleFile};
use crate::view::bench::BenchForm;
use crate::view::chrome::{Choice, Chrome};
use crate::view::fares::{AlertRow, Figures, ReferenceRow};
use crate::view::texts::TextRow;
use crate::view::words::{count, percent, points};
use askama::Template;
use kiemtin_analyze::quality::{RuleHealth, Warning};
use kiemtin_model::{Day, Level};

/// Rules or claims on one page.
pub const PAGE: usize = 50;

/// All rules.
#[derive(Template)]
#[template(path = "rules.html")]
pub struct RulesPage {
    /// Around it.
    pub chrome: Chrome,
    /// How many there are and how many ask for attention.
    pub summary: String,
    /// What narrows the list.
    pub filters: Vec<Choice>,
    /// By kind of flag.
    pub kinds: Vec<Choice>,
    /// Words that are looked for.
    pub name: String,
    /// Other filters in force, to be kept by the form: (name, value).
    pub kept: Vec<(&'static str, String)>,
    /// The rules.
    pub rows: Vec<Row>,
    /// `1–50 trong 130`.
    pub shown: String,
    /// Address of the page before.
    pub before: Option<String>,
    /// Address of the next page.
    pub next: Option<String>,
    /// Rules that stored documents still name.
    pub gone: Vec<String>,
    /// For trying a text.
    pub form: BenchForm,
}

/// A rule in the list.
pub struct Row {
    /// Its page.
    pub href: String,
    /// Its id.
    pub id: String,
    /// The claim.
    pub claim: String,
    /// Kind of flag.
    pub kind: &'static str,
    /// Where it is in its life.
    pub status: &'static str,
    /// It works.
    pub working: bool,
    /// What was counted, in words.
    pub figures: Figures,
    /// Why somebody should look at it.
    pub warnings: Vec<&'static str>,
}

impl Row {
    /// A rule with how it fares.
    pub fn new(health: &RuleHealth<'_>) -> Self {
        let RuleHealth { rule, count, warnings } = health;
        Self {
            href: format!("/rules/{}", rule.id),
            id: rule.id.clone(),
            claim: claim(&rule.claim),
            kind: rule.kind.vi(),
            status: rule.status.vi(),
            working: rule.status.as_str() == "stable",
            figures: Figures::new(&count.into()),
            warnings: warnings.iter().map(|w| w.vi()).collect(),
        }
    }
}

/// A claim with words in the place of what each text fills in by itself.
fn claim(pattern: &str) -> String {
    pattern.replace("{fact}", "(số liệu gốc)").replace("{figure}", "(con số)").replace("{document}", "(số hiệu)")
}

/// One rule.
#[derive(Template)]
#[template(path = "rule.html")]
pub struct RulePage {
    /// Around it.
    pub chrome: Chrome,
    /// Its id.
    pub id: String,
    /// The claim.
    pub claim: String,
    /// Why it flags.
    pub describe: String,
    /// Kind of flag.
    pub kind: &'static str,
    /// Where it is in its life.
    pub status: &'static str,
    /// File and line.
    pub place: String,
    /// Until when it was looked at.
    pub review_by: String,
    /// How it fares.
    pub figures: Figures,
    /// By guard: (id, hits, share).
    pub suppressed: Vec<(String, String, String)>,
    /// Why somebody should look at it.
    pub warnings: Vec<&'static str>,
    /// Its evidence: (name, points, needed).
    pub evidence: Vec<(String, String, bool)>,
    /// What is on record.
    pub references: Vec<ReferenceRow>,
    /// Guard classes that do not apply.
    pub guards_off: String,
    /// Texts that it must hit.
    pub must: Vec<ExampleView>,
    /// Texts that it must not flag.
    pub must_not: Vec<ExampleView>,
    /// Alerts that it speaks for.
    pub alerts: Vec<AlertRow>,
    /// Documents in which it found something.
    pub items: Vec<TextRow>,
    /// Address of the next page of them.
    pub next: Option<String>,
    /// These are not the latest ones: address of those.
    pub first: Option<String>,
}

/// An example of a rule.
pub struct ExampleView {
    /// Title and text.
    pub text: String,
    /// What must come out.
    pub want: String,
}

impl ExampleView {
    fn new(example: &ExampleLine) -> Self {
        let guard = example.guard.map_or(String::new(), |g| format!(", vì: {}", g.vi()));
        let text = [&example.title, &example.text].into_iter().filter(|t| !t.is_empty()).cloned().collect::<Vec<_>>().join(" | ");
        let level = if example.want == Level::None { "không gắn cờ" } else { example.want.vi() };
        Self { text, want: format!("{level}{guard}") }
    }
}

/// Documents in which a rule found something.
pub fn hit_rows(hits: &[HitItem]) -> Vec<TextRow> {
    let row = |hit: &HitItem| {
        let guards = if hit.suppressed_by.is_empty() { String::new() } else { format!("loại trừ: {}", hit.suppressed_by.join(", ")) };
        let flag = if hit.adds_to_flag { "góp vào cờ".to_owned() } else { "không góp vào cờ".to_owned() };
        TextRow::short(&hit.text, &[flag, guards])
    };
    hits.iter().map(row).collect()
}

impl RulePage {
    /// Of a rule, without its documents.
    pub fn new(chrome: Chrome, file: RuleFile, warnings: &[Warning], status: &'static str, alerts: &[AlertItem]) -> Self {
        let RuleFile { rule, evidence, references, guards_off, examples } = file;
        let (must, must_not): (Vec<_>, Vec<_>) = examples.iter().partition(|e| e.want != Level::None);
        let suppressed = rule.figures.suppressed.iter().map(|(id, g)| (id.clone(), count(g.hits), percent(g.share)));
        Self {
            chrome,
            figures: Figures::new(&rule.figures),
            suppressed: suppressed.collect(),
            warnings: warnings.iter().map(|w| w.vi()).collect(),
            place: format!("{}, dòng {}", rule.file, rule.line),
            review_by: rule.review_by.parse::<Day>().map_or(rule.review_by, Day::vi),
            kind: rule.kind.vi(),
            id: rule.id,
            claim: claim(&rule.claim),
            describe: rule.describe,
            status,
            evidence: evidence.into_iter().map(|e| (e.name, points(e.weight), e.required)).collect(),
            references: references.iter().map(ReferenceRow::from).collect(),
            guards_off: guards_off.iter().map(|g| g.vi()).collect::<Vec<_>>().join(", "),
            must: must.into_iter().map(ExampleView::new).collect(),
            must_not: must_not.into_iter().map(ExampleView::new).collect(),
            alerts: alerts.iter().map(AlertRow::new).collect(),
            items: vec![],
            next: None,
            first: None,
        }
    }
}
