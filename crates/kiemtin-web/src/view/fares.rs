//! How does a rule or a claim fare, in words? Its figures, what is on record, and the alerts that it speaks for.

use crate::briefing::AlertItem;
use crate::view::desk;
use crate::view::words::{count, link, percent};
use kiemtin_analyze::quality::RuleFigures;
use kiemtin_model::Reference;

/// Fewer judged alerts say nothing of a rule.
const ENOUGH: u64 = 5;

/// How a rule or a claim fares, in words.
pub struct Figures {
    /// `1.234 bài`.
    pub hits: String,
    /// `900 bài gắn cờ, 120 chỉ nhờ quy tắc này`.
    pub flagged: String,
    /// `12,5 % bị loại trừ`; empty without hits.
    pub suppressed: String,
    /// Day of the latest hit; empty without any.
    pub last: String,
    /// `92,3 % (95 %: 67–99 %; 13 kết luận)`.
    pub precision: String,
}

impl Figures {
    /// In words.
    pub fn new(figures: &RuleFigures) -> Self {
        let day = |day: &String| day.parse::<kiemtin_model::Day>().map_or_else(|_| day.clone(), kiemtin_model::Day::vi);
        Self {
            hits: count(figures.hits),
            flagged: format!("{} bài gắn cờ, {} chỉ nhờ riêng nó", count(figures.flagged), count(figures.unique)),
            suppressed: if figures.hits == 0 { String::new() } else { format!("{} bị loại trừ", percent(figures.suppressed_share)) },
            last: figures.last_hit.as_ref().map(day).unwrap_or_default(),
            precision: precision(figures),
        }
    }
}

/// Too few conclusions are told as what they are.
fn precision(figures: &RuleFigures) -> String {
    let (right, judged) = (figures.reviews.right, figures.reviews.judged);
    match figures.precision {
        None => "chưa có kết luận nào".to_owned(),
        Some(_) if judged < ENOUGH => format!("chưa đủ kết luận (đúng {right} trong {judged})"),
        Some(p) => format!("đúng {} (95 %: {}–{}; {} kết luận)", percent(p.share), percent(p.low), percent(p.high), count(judged)),
    }
}

/// An official statement.
pub struct ReferenceRow {
    /// Number or source.
    pub label: String,
    /// What it says.
    pub text: String,
    /// Where it can be read.
    pub link: Option<String>,
}

impl From<&Reference> for ReferenceRow {
    fn from(r: &Reference) -> Self {
        Self { label: r.label.clone(), text: r.text.clone(), link: link(r.url.as_deref()) }
    }
}

/// An alert that a rule or claim speaks for.
pub struct AlertRow {
    /// Its file.
    pub href: String,
    /// What people call it.
    pub number: String,
    /// The claim.
    pub claim: String,
    /// Where it stands, and what was concluded.
    pub status: String,
    /// When it opened.
    pub opened: String,
}

impl AlertRow {
    /// Of an alert.
    pub fn new(alert: &AlertItem) -> Self {
        let concluded = alert.decision.finding.filter(|_| alert.reviewed).map(|f| f.vi());
        let concluded = concluded.or(alert.decision.dismissed_as.map(|r| r.vi()));
        let words = [Some(desk::status(alert.status)), concluded].into_iter().flatten().collect::<Vec<_>>();
        Self {
            href: format!("/alerts/{}", alert.id),
            number: alert.number.clone(),
            claim: alert.claim.clone(),
            status: words.join(": "),
            opened: alert.opened_at.vi(),
        }
    }
}
