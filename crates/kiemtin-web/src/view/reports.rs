//! Báo cáo: the report of a period, how to get it, and what was made before.

use crate::asker::Asker;
use crate::fault::Fault;
use crate::report::{EACH_UNIT, ReportTime};
use crate::service::Service;
use crate::view::chrome::Chrome;
use crate::view::words::{address, count};
use askama::Template;
use kiemtin_deliver::formats::report::{FORMATS, preview};
use kiemtin_model::period::{Period, PeriodLength};
use kiemtin_model::report::{Report, Scope, ScopeKind};
use kiemtin_model::{Lang, Time};
use kiemtin_store::{AuditRecord, KeptReport, Page};

/// The page.
#[derive(Template)]
#[template(path = "reports.html")]
pub struct ReportsPage {
    /// Around it.
    pub chrome: Chrome,
    /// The period as it is typed.
    pub period: String,
    /// The same in words.
    pub period_vi: String,
    /// Of what.
    pub scope: String,
    /// It is not over.
    pub partial: bool,
    /// (value, name, chosen), in three groups: units, topics, policies.
    pub scopes: Vec<(&'static str, Vec<Choice>)>,
    /// (name, address) of other periods.
    pub others: Vec<(String, String)>,
    /// (name, address) of each format.
    pub files: Vec<(&'static str, String)>,
    /// What is made by itself.
    pub timetable: Vec<Planned>,
    /// The page is in English, and so are the report on it and its files.
    pub english: bool,
    /// The report as the inside of a page, made of escaped words alone.
    pub preview: String,
    /// Reports that were made.
    pub kept: Vec<KeptView>,
    /// Address of the next page of them.
    pub next: Option<String>,
}

/// A line of the timetable.
pub struct Planned {
    /// Which reports.
    pub length: &'static str,
    /// Of which unit; empty: of the ministry.
    pub unit: String,
    /// When next.
    pub next: String,
    /// As it is configured.
    pub at: String,
}

/// A scope to choose.
pub struct Choice {
    /// Its value.
    pub value: String,
    /// Its name.
    pub name: String,
    /// It is chosen.
    pub on: bool,
}

/// Somebody got a report.
pub struct Download {
    report: i64,
    who: String,
    at: Time,
}

impl Download {
    /// From the log.
    pub fn of(record: AuditRecord) -> Option<Self> {
        let entry = record.entry?;
        let report = entry.object.strip_prefix("reports/")?.parse().ok()?;
        let who = if entry.actor.name.is_empty() { entry.actor.kind.vi().to_owned() } else { entry.actor.name };
        Some(Self { report, who, at: entry.at })
    }
}

/// A report that was made.
pub struct KeptView {
    /// Its number.
    pub id: i64,
    /// Of when, in words.
    pub period: String,
    /// Of what.
    pub scope: String,
    /// When it was made.
    pub made: String,
    /// Number of the last change that it counts.
    pub seq: String,
    /// (name, address) of each format.
    pub files: Vec<(&'static str, String)>,
    /// Who got it, when: the latest first, each once.
    pub downloads: Vec<(String, String)>,
}

impl ReportsPage {
    /// From a report that was counted now, and those that were kept.
    ///
    /// # Errors
    /// A chart could not be drawn.
    pub fn new(
        (service, asker, lang): (&Service, &Asker, Lang),
        report: &Report,
        kept: Page<KeptReport>,
        downloads: &[Download],
    ) -> Result<Self, Fault> {
        let key = report.scope.key();
        let of = |period: Period| {
            let mut pairs = vec![("period", period.to_string())];
            if report.scope.kind != ScopeKind::Ministry {
                pairs.push(("of", key.clone()));
            }
            let pairs: Vec<(&str, &str)> = pairs.iter().map(|(name, value)| (*name, value.as_str())).collect();
            address("/reports", &pairs)
        };
        let now = service.now();
        let mut others = vec![];
        for length in PeriodLength::ALL {
            let current = length.of(now);
            others.extend([current, current.before()].map(|period| (period.vi(), of(period))));
        }
        let of_scope = (report.scope.kind.as_str(), report.scope.id.as_str());
        let of_scope = (report.scope.kind != ScopeKind::Ministry).then_some(of_scope);
        let query: Vec<(&str, &str)> = of_scope.into_iter().chain(asked_in(lang)).collect();
        let files = FORMATS.iter().map(|f| (f.vi, address(&format!("/api/v1/exports/{}.{}", report.period, f.name), &query))).collect();
        let preview = preview(report, &service.letterhead, lang).map_err(|error| Fault::ours("a report could not be shown", &error))?;
        Ok(Self {
            chrome: Chrome::new("/reports", service, asker),
            period: report.period.to_string(),
            period_vi: report.period_vi.clone(),
            scope: report.scope.name.clone(),
            partial: !report.complete,
            scopes: scopes(service, &report.scope),
            others,
            files,
            english: lang == Lang::En,
            preview,
            timetable: service.timetable.iter().map(|entry| planned(entry, now)).collect(),
            next: kept.next_cursor.map(|cursor| address("/reports", &[("period", &report.period.to_string()), ("cursor", &cursor)])),
            kept: kept.items.into_iter().map(|one| KeptView::new(one, lang, downloads)).collect(),
        })
    }
}

impl KeptView {
    fn new(kept: KeptReport, lang: Lang, downloads: &[Download]) -> Self {
        let query: Vec<_> = asked_in(lang).into_iter().collect();
        let mut got: Vec<(String, String)> = vec![];
        for one in downloads.iter().filter(|one| one.report == kept.id) {
            if got.iter().all(|(who, _)| *who != one.who) {
                got.push((one.who.clone(), one.at.vi()));
            }
        }
        Self {
            id: kept.id,
            period: kept.period.vi(),
            scope: kept.name,
            made: kept.made_at.vi(),
            seq: count(kept.seq.unsigned_abs()),
            files: FORMATS.iter().map(|f| (f.vi, address(&format!("/api/v1/reports/{}.{}", kept.id, f.name), &query))).collect(),
            downloads: got,
        }
    }
}

/// The parameter by which files are asked for in a language that is not that of whoever asks for none.
fn asked_in<'a>(lang: Lang) -> Option<(&'a str, &'a str)> {
    (lang != Lang::default()).then(|| ("lang", lang.as_str()))
}

fn planned(entry: &ReportTime, now: Time) -> Planned {
    let unit = if entry.unit == EACH_UNIT { "từng đơn vị".to_owned() } else { entry.unit.clone() };
    let next = entry.at.next(now).map(|at| at.vi()).unwrap_or_default();
    Planned { length: entry.length.vi(), unit, next, at: entry.at.to_string() }
}

fn scopes(service: &Service, chosen: &Scope) -> Vec<(&'static str, Vec<Choice>)> {
    let choice = |kind: ScopeKind, id: &str, name: &str| {
        let scope = Scope { kind, id: id.to_owned(), name: name.to_owned() };
        Choice { value: scope.key(), on: scope == *chosen, name: scope.name }
    };
    let units = service.catalogue.units().into_iter().map(|unit| choice(ScopeKind::Unit, unit, unit)).collect();
    let topics = service.catalogue.topics.iter().map(|topic| choice(ScopeKind::Topic, &topic.id, &topic.name)).collect();
    let policies = service.policies.policies.iter().map(|policy| choice(ScopeKind::Policy, &policy.id, &policy.title)).collect();
    vec![("Đơn vị", units), ("Chủ đề", topics), ("Chính sách", policies)]
}
