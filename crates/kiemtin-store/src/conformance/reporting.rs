//! What reports count, and that each is kept once.

use super::{Checked, START, alert, narrative};
use crate::Store;
use kiemtin_model::period::Period;
use kiemtin_model::report::{AlertFigures, Method, Report, ReportNotice, Scope};
use kiemtin_model::time::HOUR_MS;
use kiemtin_model::{Level, Notice, Time};

fn report(seq: i64) -> Report {
    let period: Period = "2026-W09".parse().unwrap_or(Period::Year(2026));
    Report {
        period,
        period_vi: period.vi(),
        from: period.start(),
        to: period.end(),
        previous: period.before(),
        complete: true,
        scope: Scope::ministry(),
        seq,
        headline: vec![],
        course: vec![],
        words: vec!["giá điện".into()],
        topics: vec![],
        groups: vec![],
        sources: vec![],
        policies: vec![],
        stories: vec![],
        feedback: vec![],
        alerts: AlertFigures::default(),
        findings: vec![],
        bursts: vec![],
        gaps: vec![],
        method: Method {
            query: String::new(),
            feedback_query: String::new(),
            proposal_query: String::new(),
            rules_version: "v".into(),
            report_version: 1,
            sources: vec![],
            undated: 0,
        },
    }
}

pub(super) async fn reports_are_kept_once_and_come_back_as_they_were(store: &dyn Store) -> Checked {
    let keep = async |report: &Report, hours: i64| {
        let mut batch = store.begin().await?;
        let id = batch.keep_report(report, START.plus(hours * HOUR_MS)).await?;
        batch.commit().await?;
        Ok::<i64, crate::StoreError>(id)
    };
    let first = keep(&report(7), 1).await?;
    assert_eq!(keep(&report(7), 2).await?, first, "the same again is the same");
    let second = keep(&report(8), 3).await?;
    assert!(second != first);
    let (kept, content) = store.report(first).await?.unwrap_or_else(|| panic!("it is there"));
    assert_eq!((content, kept.seq, kept.made_at, kept.scope.as_str()), (report(7), 7, START.plus(HOUR_MS), "ministry"));
    assert_eq!(kept.digest.len(), 64);
    let page = store.reports(None, 1).await?;
    assert_eq!((page.items.len(), page.items.first().map(|r| r.id)), (1, Some(second)), "the last one first");
    let next = store.reports(page.next_cursor.as_deref(), 1).await?;
    assert_eq!((next.items.first().map(|r| r.id), next.next_cursor), (Some(first), None));
    assert!(store.reports(Some("x"), 1).await.is_err() && store.report(99).await?.is_none());
    Ok(())
}

pub(super) async fn a_run_is_noted_once_with_its_news(store: &dyn Store) -> Checked {
    let period = report(1).period;
    let notice = ReportNotice {
        report: Some(1),
        period,
        scope: "Bộ Công Thương".into(),
        unit: None,
        formats: vec!["pdf".into()],
        lines: vec!["Tin, bài: 7".into()],
        before: None,
        at: START,
    };
    for (round, noted) in [(1, true), (2, false)] {
        let mut batch = store.begin().await?;
        assert_eq!(batch.put_run("weekly", period, "ministry", START, Some(1)).await?, noted, "round {round}");
        batch.put_report_notice("weekly:ministry", &notice, "journal").await?;
        batch.commit().await?;
    }
    let mut batch = store.begin().await?;
    assert!(batch.put_run("weekly", period, "unit:Cục A", START, None).await?, "of another scope");
    drop(batch);
    assert_eq!(store.last_run("weekly", "ministry").await?, Some(period));
    assert_eq!((store.last_run("weekly", "unit:Cục A").await?, store.last_run("yearly", "ministry").await?), (None, None), "undone");
    let due = store.outbox_due(Time(i64::MAX), 10).await?;
    let told: Vec<&Notice> = due.iter().map(|delivery| &delivery.notice).collect();
    assert_eq!(told, [&Notice::Report(Box::new(notice))], "told once");
    Ok(())
}

pub(super) async fn alerts_of_a_time_are_found_by_all_that_happened(store: &dyn Store) -> Checked {
    let at = |hours: i64| START.plus(hours * HOUR_MS);
    let mut ids = vec![];
    // Whose claim appeared then; that were decided then; answered; none of it.
    for (n, (seen, decided, answered)) in
        [(5, None, None), (50, Some(6), None), (60, None, Some(7)), (70, Some(80), Some(90)), (10, None, None)].into_iter().enumerate()
    {
        let mut batch = store.begin().await?;
        let narrative = batch.put_narrative(&narrative(&format!("r{n}"))).await?;
        let mut open = batch.open_alert(&alert(narrative, 1, Level::Alert, seen)).await?;
        open.first_seen = at(seen);
        open = batch.update_alert(&open).await?;
        (open.decision.decided_at, open.decision.answered_at) = (decided.map(at), answered.map(at));
        batch.put_desk(&open).await?;
        batch.commit().await?;
        ids.push(open.id);
    }
    let found = store.report_alerts(at(5), at(10)).await?;
    let numbers: Vec<i64> = found.alerts.iter().map(|a| a.id).collect();
    assert_eq!(numbers, ids.get(..3).unwrap_or_default(), "from 5 on, before 10");
    assert!(found.expired.is_empty());
    assert!(store.warnings_between(at(0), at(100)).await?.is_empty());
    Ok(())
}
