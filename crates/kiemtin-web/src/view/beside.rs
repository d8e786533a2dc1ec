//! What is on record, what came up before and how far did the answer go, in words?

use crate::briefing::{Beside, Briefing, EarlierClaim, FactOfRecord, RelatedDocument};
use crate::view::chart::{Moment, MomentKind};
use crate::view::document::page_address;
use crate::view::marked::Marked;
use crate::view::words::{count, decimal, link, percent};
use kiemtin_model::{AlertStatus, Answer, SourceGroup, Time};
use kiemtin_store::Correction;

/// Most answers of offices and the press that are marked on the chart.
const MOST_MARKED: usize = 5;

/// A value of a fact of record.
pub struct FactView {
    /// What it is.
    pub name: String,
    /// The value with its unit.
    pub value: String,
    /// From when to when.
    pub valid: String,
    /// Document that set it.
    pub document: String,
    /// Until when it was confirmed, when that has passed.
    pub stale: String,
    /// The claim is about this very fact.
    pub of_claim: bool,
}

/// An official text that may bear on the claim.
pub struct RelatedView {
    /// Its title.
    pub title: String,
    /// Its address.
    pub link: Option<String>,
    /// Its page here.
    pub page: String,
    /// Source, group, time, before or after the claim.
    pub about: String,
    /// The passage with what matched.
    pub passage: Option<Marked>,
}

/// A claim that came up before.
pub struct EarlierView {
    /// Page of its alert.
    pub href: String,
    /// What people call it.
    pub number: String,
    /// The claim.
    pub claim: String,
    /// Why it stands here.
    pub why: String,
    /// Where it ended: what was concluded, or where it stands.
    pub ended: String,
    /// The reason of that, and the document that it rests on.
    pub reason: String,
    /// Answers.
    pub answers: Vec<AnswerView>,
    /// How long the first one took.
    pub hours: String,
}

/// An answer that was given.
pub struct AnswerView {
    /// When.
    pub at: String,
    /// Its address as it may be followed.
    pub link: Option<String>,
    /// Its address in words.
    pub url: String,
    /// Where it was given, what was said and who noted it.
    pub about: String,
}

/// The answer's coverage next to the claim's.
pub struct CorrectionView {
    /// Since when.
    pub since: String,
    /// `12 bài, 5 nguồn` for the claim.
    pub claim: String,
    /// The same for the answer.
    pub correction: String,
    /// What they are to one another.
    pub ratio: String,
    /// By day: (day, documents of the claim, documents of the answer).
    pub days: Vec<(String, String, String)>,
}

/// Facts of record.
pub fn facts(beside: &Beside) -> Vec<FactView> {
    beside.facts.iter().map(fact).collect()
}

fn fact(fact: &FactOfRecord) -> FactView {
    let until = fact.valid_to.map(|to| format!(" đến {}", day(to.plus(-1)))).unwrap_or_default();
    FactView {
        name: fact.name.clone(),
        value: format!("{} {}", decimal(fact.value), fact.unit),
        valid: format!("từ {}{until}", day(fact.valid_from)),
        document: fact.document.clone(),
        stale: if fact.stale { format!("chưa xác nhận lại sau {}", day(fact.verified_until)) } else { String::new() },
        of_claim: fact.of_claim,
    }
}

/// Official texts that may bear on the claim.
pub fn related(beside: &Beside) -> Vec<RelatedView> {
    let view = |d: &RelatedDocument| RelatedView {
        title: if d.title.is_empty() { d.source_name.clone() } else { d.title.clone() },
        link: link(d.url.as_deref()),
        page: page_address(&d.id.0),
        about: about_related(d),
        passage: (!d.passage.is_empty()).then(|| Marked::chars(&d.passage, &d.highlights)),
    };
    beside.related.documents.iter().map(view).collect()
}

/// `Bộ Công Thương · Nguồn chính thống · 23/11/2026 08:05 · trước khi tin xuất hiện`.
pub fn about_related(d: &RelatedDocument) -> String {
    let at = d.published_at.map_or_else(|| "không rõ ngày đăng".to_owned(), Time::vi);
    let order = match d.before_claim {
        Some(true) => " · trước khi tin xuất hiện",
        Some(false) => " · sau khi tin xuất hiện",
        None => "",
    };
    format!("{} · {} · {at}{order}", d.source_name, d.group.vi())
}

/// Claims that came up before.
pub fn earlier(beside: &Beside) -> Vec<EarlierView> {
    let view = |e: &EarlierClaim| EarlierView {
        href: format!("/alerts/{}", e.id),
        number: e.number.clone(),
        claim: e.claim.clone(),
        why: why_earlier(e),
        ended: ended(e),
        reason: [e.reason.as_str(), e.reference.as_str()].into_iter().filter(|t| !t.is_empty()).collect::<Vec<_>>().join(" · "),
        answers: e.answers.iter().map(answer).collect(),
        hours: e.hours_to_answer.map(|h| format!("trả lời sau {} giờ", decimal(h))).unwrap_or_default(),
    };
    beside.earlier.iter().map(view).collect()
}

/// Why an earlier claim stands here.
pub fn why_earlier(e: &EarlierClaim) -> String {
    match (e.same_claim, e.same_fact) {
        (true, _) => format!("đợt trước của chính luận điệu này, mở {}", e.opened_at.vi()),
        (false, true) => format!("cùng số liệu gốc, mở {}", e.opened_at.vi()),
        (false, false) => format!("giống {}, mở {}", percent(e.likeness).replace(",0 %", " %"), e.opened_at.vi()),
    }
}

/// What was concluded of an earlier claim, or where it stands.
pub fn ended(e: &EarlierClaim) -> String {
    match (e.finding, e.dismissed_as) {
        (Some(finding), _) => format!("Kết luận: {}", finding.vi().to_lowercase()),
        (None, Some(reason)) => format!("Bỏ qua: {}", reason.vi().to_lowercase()),
        (None, None) => e.status.vi().to_owned(),
    }
}

/// An answer.
pub fn answer(a: &Answer) -> AnswerView {
    let parts = [a.channel.as_str(), a.note.as_str()].into_iter().filter(|t| !t.is_empty()).map(str::to_owned);
    AnswerView {
        at: a.at.vi(),
        link: link(Some(&a.url)),
        url: a.url.clone(),
        about: parts.chain([format!("{} ghi", a.by)]).collect::<Vec<_>>().join(" · "),
    }
}

/// The answer's coverage next to the claim's.
pub fn correction(c: &Correction) -> CorrectionView {
    let told = |documents: u32, sources: u32| format!("{} bài, {} nguồn", count(documents.into()), count(sources.into()));
    CorrectionView {
        since: c.since.vi(),
        claim: told(c.claim_documents, c.claim_sources),
        correction: told(c.correction_documents, c.correction_sources),
        ratio: match c.claim_documents {
            0 => "luận điệu không còn lan thêm".to_owned(),
            claims => format!(
                "{} bài phản hồi trên mỗi bài lan truyền",
                decimal((f64::from(c.correction_documents) / f64::from(claims) * 10.0).round() / 10.0)
            ),
        },
        days: c.per_day.iter().map(|d| (day(d.day), count(d.claim_documents.into()), count(d.correction_documents.into()))).collect(),
    }
}

/// What is marked on the chart of an alert.
pub fn moments(briefing: &Briefing) -> Vec<Moment> {
    let alert = &briefing.alert;
    let moment = |at, kind, title: &str| Moment { at, kind, title: title.to_owned() };
    let mut moments = vec![moment(alert.first_seen, MomentKind::First, "")];
    let printed = briefing.responses.iter().filter(|d| !matches!(d.group, SourceGroup::Forum | SourceGroup::Social));
    let told = printed.filter_map(|d| d.published_at.map(|at| moment(at, MomentKind::Answer, &d.source_name)));
    moments.extend(told.take(MOST_MARKED));
    moments.extend(briefing.beside.answers.iter().map(|a| moment(a.at, MomentKind::Answer, &a.channel)));
    moments.extend(alert.decision.decided_at.map(|at| {
        let words = match (alert.decision.finding, alert.decision.dismissed_as) {
            (Some(finding), _) => finding.vi().to_lowercase(),
            (None, Some(reason)) => format!("bỏ qua, {}", reason.vi().to_lowercase()),
            (None, None) => String::new(),
        };
        moment(at, MomentKind::Decision, &words)
    }));
    let waits = !matches!(alert.status, AlertStatus::Dismissed | AlertStatus::Expired);
    if waits {
        moments.push(moment(alert.deadline, MomentKind::Deadline, ""));
    }
    moments.sort_by_key(|m| m.at);
    moments
}

/// `10/05/2025`.
pub fn day(at: Time) -> String {
    at.vi().split(' ').next().unwrap_or_default().to_owned()
}
