//! What became of alerts in a period, which claims were found to be false, and what burst?

use super::Basis;
use super::scope::{has_alert, topics};
use crate::hidden::Hidden;
use kiemtin_model::report::{AlertFigures, BurstCause, BurstLine, BurstParts, FindingLine, Scope};
use kiemtin_model::{Alert, AlertStatus, Level, LikelyCause, Sight, SubjectKind, Time, Warning};
use kiemtin_store::found::FindError;
use std::collections::BTreeMap;

/// What was counted at the desk.
pub(super) struct Desk {
    pub(super) figures: AlertFigures,
    pub(super) findings: Vec<FindingLine>,
}

type Stretch = (Time, Time);

fn within(at: Option<Time>, (from, to): Stretch) -> bool {
    at.is_some_and(|at| from <= at && at < to)
}

/// Figures and findings of a time.
pub(super) async fn count(basis: &Basis<'_>, scope: &Scope, time: Stretch) -> Result<Desk, FindError> {
    let (alerts, expired) = alerts(basis, scope, time).await?;
    let mut findings = vec![];
    let found = |alert: &&Alert| found_false(alert, time) && !alert.restricted;
    for alert in alerts.iter().filter(found) {
        findings.extend(finding(basis, alert).await?);
    }
    findings.sort_by(|a, b| a.decided_at.cmp(&b.decided_at).then_with(|| a.number.cmp(&b.number)));
    Ok(Desk { figures: tally(&alerts, expired, time), findings })
}

/// Figures of a time alone.
pub(super) async fn figures(basis: &Basis<'_>, scope: &Scope, time: Stretch) -> Result<AlertFigures, FindError> {
    let (alerts, expired) = alerts(basis, scope, time).await?;
    Ok(tally(&alerts, expired, time))
}

async fn alerts(basis: &Basis<'_>, scope: &Scope, (from, to): Stretch) -> Result<(Vec<Alert>, u64), FindError> {
    let mut read = basis.store.report_alerts(from, to).await?;
    let topics = topics(basis, scope);
    read.alerts.retain(|alert| has_alert(scope, topics.as_deref(), alert));
    read.expired.retain(|alert| has_alert(scope, topics.as_deref(), alert));
    Ok((read.alerts, read.expired.len() as u64))
}

/// Two reviewers found it to be false then.
fn found_false(alert: &Alert, time: Stretch) -> bool {
    // A first reviewer's conclusion has no time.
    alert.decision.finding.is_some() && within(alert.decision.decided_at, time)
}

fn tally(alerts: &[Alert], expired: u64, time: Stretch) -> AlertFigures {
    let new: Vec<&Alert> = alerts.iter().filter(|a| within(Some(a.first_seen), time)).collect();
    let answered: Vec<&Alert> = alerts.iter().filter(|a| within(a.decision.answered_at, time)).collect();
    let owed = |a: &&&Alert| {
        let open = !matches!(a.status, AlertStatus::Dismissed | AlertStatus::Expired | AlertStatus::Closed);
        (open || a.decision.finding.is_some()) && a.decision.answered_at.is_none()
    };
    let mut hours: Vec<f64> = answered.iter().filter_map(|a| a.hours_to_answer()).collect();
    hours.sort_by(f64::total_cmp);
    let mut kinds: Vec<_> = counted(new.iter().filter_map(|a| a.kinds.first().copied()));
    kinds.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    AlertFigures {
        new: new.len() as u64,
        urgent: new.iter().filter(|a| a.level == Level::Urgent).count() as u64,
        kinds,
        statuses: counted(new.iter().map(|a| a.status)),
        confirmed: counted(alerts.iter().filter(|a| found_false(a, time)).filter_map(|a| a.decision.finding)),
        dismissed: counted(alerts.iter().filter(|a| within(a.decision.decided_at, time)).filter_map(|a| a.decision.dismissed_as)),
        expired,
        answered: answered.len() as u64,
        in_time: answered.iter().filter(|a| a.decision.answered_at.is_some_and(|at| at <= a.deadline)).count() as u64,
        unanswered: new.iter().filter(owed).count() as u64,
        median_hours: median(&hours),
        restricted: alerts.iter().filter(|a| a.restricted).count() as u64,
    }
}

/// How many of each, in the order of the words.
fn counted<T: Ord>(of: impl Iterator<Item = T>) -> Vec<(T, u64)> {
    let mut counts = BTreeMap::new();
    of.for_each(|one| *counts.entry(one).or_insert(0) += 1);
    counts.into_iter().collect()
}

fn median(sorted: &[f64]) -> Option<f64> {
    let upper = *sorted.get(sorted.len() / 2)?;
    let lower = *sorted.get(sorted.len().saturating_sub(1) / 2)?;
    Some(((upper + lower) * 5.0).round() / 10.0)
}

async fn finding(basis: &Basis<'_>, alert: &Alert) -> Result<Option<FindingLine>, FindError> {
    let (Some(finding), Some(decided_at)) = (alert.decision.finding, alert.decision.decided_at) else { return Ok(None) };
    let answers = basis.store.answers(alert.id).await?;
    let since = alert.decision.answered_at.unwrap_or(decided_at);
    let spread = basis.store.correction(alert.narrative, since).await?;
    Ok(Some(FindingLine {
        number: alert.number.clone(),
        claim: alert.claim.clone(),
        finding,
        decided_at,
        documents: alert.documents,
        stories: alert.stories,
        sources: alert.sources,
        opened_at: alert.opened_at,
        answered_at: alert.decision.answered_at,
        hours: alert.hours_to_answer(),
        answer_url: answers.into_iter().map(|answer| answer.url).find(|url| !url.is_empty()),
        still_told: spread.claim_documents,
        corrections: spread.correction_documents,
        correction_sources: spread.correction_sources,
    }))
}

/// Warnings of a time and scope, without what only some units see.
pub(super) async fn bursts(basis: &Basis<'_>, scope: &Scope, (from, to): Stretch) -> Result<Vec<BurstLine>, FindError> {
    let topics = topics(basis, scope);
    let of_scope = |warning: &Warning| match (&topics, warning.subject.kind) {
        (None, _) => true,
        (Some(topics), SubjectKind::Topic) => topics.contains(&warning.subject.id),
        (Some(_), _) => false,
    };
    let mut warnings = basis.store.warnings_between(from, to).await?;
    warnings.retain(of_scope);
    // A report is read by many: it tells what somebody of no unit sees.
    let hidden = Hidden::of(basis.store, &Sight::Units(vec![])).await?;
    Ok(hidden.shown(warnings).map(|warning| told(&warning)).collect())
}

fn told(warning: &Warning) -> BurstLine {
    let (kind, name) = (warning.subject.kind, warning.name.clone());
    let (cause, about, documents) = match &warning.cause {
        Some(LikelyCause::Narrative { claim, documents, .. }) => (Some(BurstCause::Narrative), claim.clone(), *documents),
        Some(LikelyCause::Story { title, documents, .. }) => (Some(BurstCause::Story), title.clone(), *documents),
        Some(LikelyCause::Planned { title }) => (Some(BurstCause::Planned), title.clone(), 0),
        None if warning.top_words.is_empty() => (None, String::new(), 0),
        None => {
            let words: Vec<&str> = warning.top_words.iter().map(|(word, _)| word.as_str()).collect();
            (Some(BurstCause::Words), words.join(", "), 0)
        }
    };
    BurstLine {
        at: warning.at,
        subject: format!("{} «{name}»", kind.vi()),
        documents: warning.count,
        hours: warning.hours,
        usual: warning.usual,
        sources: warning.sources,
        cause: match cause {
            None => String::new(),
            Some(cause @ (BurstCause::Narrative | BurstCause::Story)) => format!("{} «{about}» ({documents} bài)", cause.vi()),
            Some(cause @ (BurstCause::Planned | BurstCause::Words)) => format!("{}: {about}", cause.vi()),
        },
        parts: Some(BurstParts { kind, name, cause, about, documents }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_middle_is_told() {
        assert_eq!([median(&[]), median(&[3.0]), median(&[1.0, 2.0]), median(&[1.0, 2.0, 9.0])], [None, Some(3.0), Some(1.5), Some(2.0)]);
        let stretch = (Time(10), Time(20));
        assert_eq!([9, 10, 19, 20].map(|at| within(Some(Time(at)), stretch)), [false, true, true, false]);
        assert!(!within(None, stretch));
        assert_eq!(counted(['b', 'a', 'b'].into_iter()), [('a', 1), ('b', 2)]);
    }
}
