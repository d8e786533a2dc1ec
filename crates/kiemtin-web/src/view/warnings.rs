//! Cảnh báo sớm: what is written about far more than usual, as the desk shows it?

use crate::catalogue::Catalogue;
use crate::view::words::{address, ago, count, points};
use kiemtin_model::time::DAY_MS;
use kiemtin_model::{LikelyCause, SubjectKind, Time, Warning};

/// One warning.
pub struct WarningRow {
    /// Its place on the page.
    pub anchor: String,
    /// `chủ đề`.
    pub kind: &'static str,
    /// What people call the subject.
    pub name: String,
    /// How it moves, by hour, or the alert of its claim.
    pub href: String,
    /// `42 bài trong 4 giờ, thường là 9`.
    pub figures: String,
    /// `4,2 lần`; empty when next to nothing is usual.
    pub times: String,
    /// When it was given.
    pub at: String,
    /// When it was over; empty while it lasts.
    pub ended: String,
    /// How it was seen.
    pub detector: &'static str,
    /// `từ 23/11/2026 08:00`.
    pub since: String,
    /// The same relative to now.
    pub since_ago: String,
    /// `bao-a (9), bao-b (4)`.
    pub sources: String,
    /// All its sources.
    pub source_count: String,
    /// Words that stand out.
    pub words: Vec<String>,
    /// What it is likely about.
    pub cause: Option<Cause>,
    /// Fewer than four weeks say what is usual.
    pub immature: bool,
}

/// What a warning is likely about.
pub struct Cause {
    /// `luận điệu`.
    pub kind: &'static str,
    /// In words.
    pub title: String,
    /// Where it is told of; empty when nowhere.
    pub href: String,
    /// `7 bài`; empty for an event of the calendar.
    pub documents: String,
}

impl WarningRow {
    /// A warning as seen `now`.
    pub fn new(warning: Warning, catalogue: &Catalogue, now: Time) -> Self {
        let query = match warning.subject.kind {
            SubjectKind::Topic => format!("topic:{}", warning.subject.id),
            SubjectKind::Search => format!("search:\"{}\"", warning.name),
            SubjectKind::Narrative => String::new(),
        };
        let href = match warning.cause.as_ref() {
            Some(LikelyCause::Narrative { alert: Some(alert), .. }) if query.is_empty() => format!("/alerts/{alert}"),
            _ if query.is_empty() => String::new(),
            _ => address(
                "/trends",
                &[("q", &query), ("by", "hour"), ("from", &warning.since.plus(-3 * DAY_MS).day()), ("to", &warning.counted_at.day())],
            ),
        };
        let usual = points(warning.usual);
        let times =
            if warning.usual >= 0.5 { format!("{} lần", points(f64::from(warning.count) / warning.usual)) } else { String::new() };
        let source = |(id, n): &(String, u32)| format!("{} ({})", catalogue.source(id), count((*n).into()));
        Self {
            anchor: format!("canh-bao-som-{}", warning.id),
            kind: warning.subject.kind.vi(),
            href,
            figures: format!("{} bài trong {} giờ, thường là {usual}", count(warning.count.into()), warning.hours),
            times,
            at: warning.at.vi(),
            ended: warning.ended_at.map(Time::vi).unwrap_or_default(),
            detector: warning.detector.vi(),
            since: warning.since.vi(),
            since_ago: ago(warning.since, now),
            sources: warning.top_sources.iter().map(source).collect::<Vec<_>>().join(", "),
            source_count: format!("{} nguồn", count(warning.sources.into())),
            words: warning.top_words.into_iter().map(|(word, _)| word).collect(),
            cause: warning.cause.map(Cause::new),
            immature: warning.immature,
            name: warning.name,
        }
    }
}

impl Cause {
    fn new(cause: LikelyCause) -> Self {
        let of = |n: u32| format!("{} bài", count(n.into()));
        match cause {
            LikelyCause::Narrative { claim, alert, documents, .. } => Self {
                kind: "luận điệu",
                title: claim,
                href: alert.map(|alert| format!("/alerts/{alert}")).unwrap_or_default(),
                documents: of(documents),
            },
            LikelyCause::Story { story, title, documents } => {
                Self { kind: "luồng tin", title, href: format!("/stories/{story}"), documents: of(documents) }
            }
            LikelyCause::Planned { title } => Self { kind: "lịch", title, href: String::new(), documents: String::new() },
        }
    }
}
