//! What of a report's own words stands in its data, and how does it read in English? Names of figures, groups, parts of the period, and
//! of what is known of gaps and early warnings. Titles, excerpts, claims and names of topics, units and policies are data: they stay.

use kiemtin_model::lang::Lang;
use kiemtin_model::period::Period;
use kiemtin_model::report::{BurstCause, BurstLine, BurstParts, CoursePoint, Report, ScopeKind};
use kiemtin_model::{AlertStatus, DismissReason, Finding, FlagKind, SourceGroup, Stage, SubjectKind, Week};
use std::borrow::Cow;

/// The report with its own words in a language; they are kept in Vietnamese.
pub(super) fn told(report: &Report, lang: Lang) -> Cow<'_, Report> {
    if lang == Lang::Vi {
        return Cow::Borrowed(report);
    }
    let mut told = report.clone();
    told.period_vi = lang.period(report.period);
    if told.scope.kind == ScopeKind::Ministry {
        "Ministry of Industry and Trade".clone_into(&mut told.scope.name);
    }
    for figure in &mut told.headline {
        if let Some(name) = headline(&figure.key) {
            name.clone_into(&mut figure.name);
        }
    }
    told.course.iter_mut().for_each(|point| point.name = part(report.period, point));
    let unknown = told.topics.iter_mut().map(|topic| &mut topic.line).chain(&mut told.groups).chain(&mut told.sources);
    unknown.filter(|line| line.id.is_empty()).for_each(|line| "(not known)".clone_into(&mut line.name));
    for line in &mut told.groups {
        if let Ok(of) = line.id.parse() {
            group(of, lang).clone_into(&mut line.name);
        }
    }
    told.bursts.iter_mut().for_each(burst);
    for line in &mut told.gaps {
        if let Some(kind) = gap_name(&line.key) {
            kind.clone_into(&mut line.kind);
        }
    }
    Cow::Owned(told)
}

/// Figures that are read first, by what programs call them.
fn headline(key: &str) -> Option<&'static str> {
    Some(match key {
        "documents" => "Articles and posts",
        "stories" => "Independent stories",
        "sources" => "Sources with articles or posts",
        "feedback" => "Articles that criticise, propose or ask",
        "alerts" => "Alerts about claims that first appeared",
        "findings" => "Findings of fake news or false information",
        "answered" => "Alerts that were answered",
        _ => return None,
    })
}

/// A part of the period, as long as periods of this length are divided.
fn part(period: Period, point: &CoursePoint) -> String {
    match period {
        Period::Week(_) | Period::Month(..) => point.day.en(),
        Period::Quarter(..) => Week::of(point.day.start()).en(),
        Period::Year(year) => Period::Month(year, point.day.month_and_day().0).en(),
    }
}

/// What is known of a source that lacks documents, by what programs call it, in English.
pub fn gap_name(key: &str) -> Option<&'static str> {
    Some(match key {
        "gap" => "some may have been missed",
        "silent" => "nothing, though it usually has articles",
        "failed" => "could not be read",
        _ => return None,
    })
}

fn burst(line: &mut BurstLine) {
    let Some(BurstParts { kind, name, cause, about, documents }) = &line.parts else { return };
    let subject = match kind {
        SubjectKind::Topic => "topic",
        SubjectKind::Narrative => "narrative",
        SubjectKind::Search => "saved search",
    };
    line.subject = format!("{subject} “{name}”");
    line.cause = match cause {
        None => String::new(),
        Some(BurstCause::Narrative) => format!("narrative “{about}” ({documents} articles)"),
        Some(BurstCause::Story) => format!("event “{about}” ({documents} articles)"),
        Some(BurstCause::Planned) => format!("scheduled: {about}"),
        Some(BurstCause::Words) => format!("prominent words: {about}"),
    };
}

pub(super) fn group(group: SourceGroup, lang: Lang) -> &'static str {
    lang.of([
        group.vi(),
        match group {
            SourceGroup::Press => "Press",
            SourceGroup::OwnMedia => "Press of the Ministry",
            SourceGroup::Official => "Official sources",
            SourceGroup::Forum => "Forums",
            SourceGroup::Social => "Social networks",
        },
    ])
}

pub(super) fn scope(kind: ScopeKind, lang: Lang) -> &'static str {
    lang.of([
        kind.vi(),
        match kind {
            ScopeKind::Ministry => "The whole ministry",
            ScopeKind::Unit => "Unit",
            ScopeKind::Topic => "Topic",
            ScopeKind::Policy => "Policy",
        },
    ])
}

pub(super) fn stage(stage: Stage, lang: Lang) -> &'static str {
    lang.of([
        stage.vi(),
        match stage {
            Stage::Planning => "Planning",
            Stage::Drafting => "Drafting, consultation",
            Stage::Completion => "Appraisal, completion",
            Stage::Issue => "Issue",
            Stage::Enforcement => "Enforcement",
        },
    ])
}

pub(super) fn flag(kind: FlagKind, lang: Lang) -> &'static str {
    lang.of([
        kind.vi(),
        match kind {
            FlagKind::RefutedClaim => "Repeats a refuted claim",
            FlagKind::FalseFigure => "False figure",
            FlagKind::FabricatedDocument => "Forged or misquoted document",
            FlagKind::ImpersonationScam => "Impersonation, scam",
            FlagKind::PanicRumour => "Panic rumour",
            FlagKind::RecycledNews => "Recycled news",
            FlagKind::MisattributedPolicy => "Misattributed policy",
            FlagKind::CoordinatedCopy => "Coordinated copies",
        },
    ])
}

pub(super) fn status(status: AlertStatus, lang: Lang) -> &'static str {
    lang.of([
        status.vi(),
        match status {
            AlertStatus::New => "New",
            AlertStatus::Acknowledged => "Acknowledged",
            AlertStatus::Verifying => "Being verified",
            AlertStatus::ConfirmPending => "Awaiting second confirmation",
            AlertStatus::Confirmed => "Finding: false information",
            AlertStatus::Dismissed => "Dismissed",
            AlertStatus::Responded => "Answered",
            AlertStatus::Closed => "Closed",
            AlertStatus::Expired => "Expired",
        },
    ])
}

pub(super) fn finding(finding: Finding, lang: Lang) -> &'static str {
    lang.of([
        finding.vi(),
        match finding {
            Finding::Fake => "Fake news",
            Finding::False => "False information",
        },
    ])
}

/// Under a head that says that it is a finding.
pub(super) fn finding_alone(finding: Finding, lang: Lang) -> &'static str {
    lang.of([
        finding.vi(),
        match finding {
            Finding::Fake => "Fake",
            Finding::False => "False",
        },
    ])
}

pub(super) fn reason(reason: DismissReason, lang: Lang) -> &'static str {
    lang.of([
        reason.vi(),
        match reason {
            DismissReason::Opinion => "Opinion, criticism",
            DismissReason::Correct => "True information",
            DismissReason::Satire => "Satire",
            DismissReason::Duplicate => "Duplicate",
            DismissReason::OutOfScope => "Out of scope",
            DismissReason::WrongFlag => "Wrong flag",
        },
    ])
}
