//! Hồ sơ cảnh báo: what is claimed, is it wrong, what do we answer?

use crate::briefing::{Briefing, DocumentItem, HeldGuard, Reason, StoryGroup};
use crate::catalogue::Catalogue;
use crate::view::actions::Actions;
use crate::view::beside::{self, AnswerView, CorrectionView, EarlierView, FactView, RelatedView};
use crate::view::chart::Chart;
use crate::view::chrome::Chrome;
use crate::view::desk;
use crate::view::document::page_address;
use crate::view::draft::DraftView;
use crate::view::history::{HistoryLine, lines};
use crate::view::marked::Marked;
use crate::view::words::{count, decimal, link, points};
use askama::Template;
use kiemtin_model::{Field, GuardEffect, Reference, Time};

/// The page.
#[derive(Template)]
#[template(path = "alert.html")]
pub struct FilePage {
    /// Around it.
    pub chrome: Chrome,
    /// The alert.
    pub head: desk::Row,
    /// Only its units see it.
    pub restricted: bool,
    /// Units that see it then.
    pub seen_by: String,
    /// What may be done with it.
    pub actions: Actions,
    /// No person has concluded anything yet.
    pub unverified: bool,
    /// First appearance.
    pub first: String,
    /// Signals of the strongest document.
    pub why: Vec<ReasonView>,
    /// The strongest document.
    pub strongest: Option<DocumentView>,
    /// Sum of the signals.
    pub sum: String,
    /// What the guards leave of it, when that is less.
    pub after_guards: Option<String>,
    /// Points of the narrative.
    pub points: String,
    /// How pressing it is among others.
    pub severity: String,
    /// What that is made of, beginning with the points of the narrative: (what, points).
    pub parts: Vec<(&'static str, String)>,
    /// Signals in other documents.
    pub elsewhere: Vec<ReasonView>,
    /// Refuted claims that the strongest document may tell as well.
    pub alike: Vec<String>,
    /// Official facts and answers.
    pub references: Vec<ReferenceView>,
    /// Answers, official ones first.
    pub responses: Vec<DocumentView>,
    /// The course of it.
    pub chart: Option<Chart>,
    /// By source: (name, documents).
    pub per_source: Vec<(String, String)>,
    /// Where it appeared.
    pub stories: Vec<StoryView>,
    /// Documents that appeared but are not listed.
    pub unlisted: String,
    /// Documents that were taken down where they were published; empty for none.
    pub gone_at_origin: String,
    /// Documents that were kept long enough; empty for none.
    pub gone_by_age: String,
    /// Documents that mention it otherwise.
    pub mentions: Vec<DocumentView>,
    /// Posts that tell it in too few words to count.
    pub suggested: Vec<DocumentView>,
    /// `3 báo, 4 kênh`.
    pub carried: String,
    /// Reasons not to flag that held.
    pub guards: Vec<GuardView>,
    /// Facts of record.
    pub facts: Vec<FactView>,
    /// Official texts that may bear on the claim.
    pub related: Vec<RelatedView>,
    /// The index was too slow to look for them.
    pub related_left_out: bool,
    /// Claims like it that came up before.
    pub earlier: Vec<EarlierView>,
    /// Answers that were given.
    pub answers: Vec<AnswerView>,
    /// How long the first one took, in hours; empty without one.
    pub hours_to_answer: String,
    /// How far the answer went.
    pub correction: Option<CorrectionView>,
    /// What is meant to be answered.
    pub draft: DraftView,
    /// All of it as a document of Word.
    pub docx: String,
    /// What happened, newest first.
    pub history: Vec<HistoryLine>,
}

/// A signal.
pub struct ReasonView {
    /// Kind of flag.
    pub kind: &'static str,
    /// Why.
    pub message: String,
    /// Id of the rule.
    pub rule: String,
    /// Its points.
    pub score: String,
    /// Its share of the sum, in percent.
    pub share: u32,
    /// A guard takes its points away.
    pub suppressed: bool,
    /// The words in their sentences: (part of the document, sentence).
    pub passages: Vec<(&'static str, Marked)>,
    /// Where they stand.
    pub document: DocumentView,
}

/// A guard.
pub struct GuardView {
    /// Class of the reason.
    pub guard: &'static str,
    /// What it does.
    pub effect: &'static str,
    /// Why.
    pub message: String,
    /// Id of the rule.
    pub rule: String,
    /// Number of documents.
    pub documents: String,
    /// The words in their sentences.
    pub passages: Vec<(&'static str, Marked)>,
    /// The first document.
    pub document: DocumentView,
}

/// An official statement.
pub struct ReferenceView {
    /// Number or source.
    pub label: String,
    /// What it says.
    pub text: String,
    /// Where it can be read.
    pub link: Option<String>,
}

/// A document.
#[derive(Clone)]
pub struct DocumentView {
    /// Its title, or the beginning of its text.
    pub title: String,
    /// Its address.
    pub link: Option<String>,
    /// Name of its source.
    pub source: String,
    /// Group of its source.
    pub group: &'static str,
    /// How its text stands to its claims.
    pub stance: &'static str,
    /// When it was published.
    pub at: String,
    /// Its points.
    pub score: String,
    /// Its page here; empty without one.
    pub page: String,
    /// Number of its present version.
    pub version: u32,
}

/// A text and its copies.
pub struct StoryView {
    /// First published.
    pub first: DocumentView,
    /// Its copies.
    pub copies: Vec<DocumentView>,
}

impl FilePage {
    /// The page of a briefing as seen `now`.
    pub fn new(briefing: Briefing, (chrome, actions): (Chrome, Actions), catalogue: &Catalogue, now: Time) -> Self {
        let listed: usize = briefing.appearances.iter().map(|s| s.documents.len()).sum();
        let missing = (briefing.spread.documents as usize).saturating_sub(listed);
        let strongest = briefing.why.first().map(|r| document(&r.document));
        let total = briefing.score;
        Self {
            chrome,
            restricted: briefing.alert.restricted,
            seen_by: briefing.alert.units.join("; "),
            actions,
            unverified: !briefing.alert.reviewed && briefing.alert.status != kiemtin_model::AlertStatus::Expired,
            first: briefing.alert.first_seen.vi(),
            why: briefing.why.iter().map(|r| reason(r, total)).collect(),
            strongest,
            sum: points(total),
            after_guards: (briefing.score_after_guards < total).then(|| points(briefing.score_after_guards)),
            points: points(briefing.points),
            severity: points(briefing.points_parts.iter().map(|p| p.points).sum()),
            parts: briefing.points_parts.iter().map(|p| (p.name, points(p.points))).collect(),
            elsewhere: briefing.why_elsewhere.iter().map(|r| reason(r, total)).collect(),
            alike: briefing.suggestions.iter().map(|s| format!("{} ({:.0} %)", s.statement, s.score * 100.0)).collect(),
            references: on_record(&briefing).into_iter().map(reference).collect(),
            responses: briefing.responses.iter().map(document).collect(),
            chart: Chart::with_moments(&briefing.spread.per_hour, beside::moments(&briefing)),
            facts: beside::facts(&briefing.beside),
            related: beside::related(&briefing.beside),
            related_left_out: briefing.beside.related.left_out,
            earlier: beside::earlier(&briefing.beside),
            answers: briefing.beside.answers.iter().map(beside::answer).collect(),
            hours_to_answer: briefing.beside.hours_to_answer.map(decimal).unwrap_or_default(),
            correction: briefing.beside.correction.as_ref().map(beside::correction),
            draft: DraftView::new(&briefing.beside.draft),
            docx: format!("/api/v1/alerts/{}/briefing.docx", briefing.alert.id),
            per_source: briefing.spread.per_source.iter().map(|s| (s.name.clone(), count(s.documents.into()))).collect(),
            stories: briefing.appearances.into_iter().map(story).collect(),
            unlisted: if missing == 0 { String::new() } else { count(missing as u64) },
            mentions: briefing.mentions.iter().filter(|d| !d.suggestion).map(document).collect(),
            suggested: briefing.mentions.iter().filter(|d| d.suggestion).map(document).collect(),
            carried: desk::carried(briefing.spread.press_sources, briefing.spread.channels),
            gone_at_origin: some(briefing.spread.forgotten.deleted_at_origin),
            gone_by_age: some(briefing.spread.forgotten.retention),
            guards: briefing.guards.into_iter().map(guard).collect(),
            history: lines(&briefing.history, now),
            head: desk::Row::new(briefing.alert, catalogue, now),
        }
    }
}

/// A number, if there is anything to count.
fn some(documents: u32) -> String {
    if documents == 0 { String::new() } else { count(documents.into()) }
}

/// References without the responding documents and the facts of record, which are listed by themselves.
pub fn on_record(briefing: &Briefing) -> Vec<Reference> {
    let is_response = |r: &Reference| briefing.responses.iter().any(|d| d.source_name == r.label && d.title == r.text && d.url == r.url);
    let is_fact =
        |r: &Reference| r.url.is_none() && briefing.beside.facts.iter().any(|f| f.document == r.label && r.text.starts_with(&f.name));
    briefing.references.iter().filter(|r| !is_response(r) && !is_fact(r)).cloned().collect()
}

fn reason(reason: &Reason, total: f64) -> ReasonView {
    ReasonView {
        kind: reason.kind.vi(),
        message: reason.message.clone(),
        rule: reason.rule.clone(),
        score: points(reason.score),
        // A share is between 0 and 100; the cast of a float saturates.
        share: if total > 0.0 { (reason.score / total * 100.0).round() as u32 } else { 0 },
        suppressed: reason.suppressed,
        passages: passages(&reason.passages),
        document: document(&reason.document),
    }
}

fn guard(guard: HeldGuard) -> GuardView {
    GuardView {
        guard: guard.guard.vi(),
        effect: match guard.effect {
            GuardEffect::Suppress => "không tính điểm",
            GuardEffect::Respond => "không tính điểm, là phản hồi",
            GuardEffect::CapWatch => "tối đa mức Theo dõi",
        },
        message: guard.message,
        rule: guard.rule,
        documents: count(guard.documents.into()),
        passages: passages(&guard.passages),
        document: document(&guard.document),
    }
}

fn passages(passages: &[crate::passage::Passage]) -> Vec<(&'static str, Marked)> {
    let part = |f: Field| if f == Field::Title { "Tiêu đề" } else { "" };
    passages.iter().map(|p| (part(p.field), Marked::bytes(&p.text, &p.marks))).collect()
}

fn reference(reference: Reference) -> ReferenceView {
    ReferenceView { link: link(reference.url.as_deref()), label: reference.label, text: reference.text }
}

fn story(group: StoryGroup) -> StoryView {
    let mut documents = group.documents.iter().map(document);
    // A group is made for its first document.
    let first = documents.next().unwrap_or_else(|| DocumentView {
        title: group.story.to_string(),
        link: None,
        source: String::new(),
        group: "",
        stance: "",
        at: String::new(),
        score: String::new(),
        page: String::new(),
        version: 0,
    });
    StoryView { first, copies: documents.collect() }
}

/// What stands in place of a publication time, with the reason why a date of the page is not believed.
fn undated(d: &DocumentItem) -> String {
    let why = d.dating.date_note.as_ref().map(|note| format!(" (ngày ghi trên trang {})", note.why.vi())).unwrap_or_default();
    format!("không rõ ngày đăng{why}, thu thập {}", d.fetched_at.vi())
}

fn document(d: &DocumentItem) -> DocumentView {
    DocumentView {
        // The beginning of a post is its name; where that may not be shown, its source is.
        title: [&d.title, &d.excerpt, &d.source_name].into_iter().find(|t| !t.is_empty()).cloned().unwrap_or_default(),
        link: link(d.url.as_deref()),
        source: d.source_name.clone(),
        group: d.group.vi(),
        stance: d.stance.vi(),
        at: d.published_at.map_or_else(|| undated(d), Time::vi),
        score: points(d.score),
        page: page_address(&d.id.0),
        version: d.version,
    }
}
