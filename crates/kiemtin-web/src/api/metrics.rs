//! `GET /metrics`: the service in figures, Prometheus text format.

use crate::fault::Fault;
use crate::service::Service;
use crate::status::{Crawl, PushResult};
use axum::extract::State;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use kiemtin_model::ForgetReason;
use kiemtin_store::SourceState;
use kiemtin_store::coverage::{POLL_FAILED, POLLED};
use std::collections::BTreeMap;
use std::fmt::{Display, Write};
use std::sync::Arc;

/// The figures of this moment.
pub async fn metrics(State(service): State<Arc<Service>>) -> Result<Response, Fault> {
    let counts = service.store.counts().await?;
    let status = service.status.snapshot();
    let totals = &status.totals;
    let mut out = String::new();
    let outcomes = [
        ("new", totals.new),
        ("new_version", totals.new_version),
        ("unchanged", totals.unchanged),
        ("duplicate", totals.duplicate),
        ("refused", totals.refused),
        ("failed", totals.failed),
    ];
    head(&mut out, "kiemtin_outcomes_total", "counter", "Leads and document lines by outcome since the start.");
    for (outcome, count) in outcomes {
        line(&mut out, &format!("kiemtin_outcomes_total{{outcome=\"{outcome}\"}}"), count);
    }
    let counter = |out: &mut String, name: &str, help: &str, value: u64| {
        head(out, name, "counter", help);
        line(out, name, value);
    };
    counter(&mut out, "kiemtin_flagged_total", "Documents stored with a flag since the start.", totals.flagged);
    let checks = service.access.password_checks();
    counter(&mut out, "kiemtin_password_checks_total", "Passwords that were hashed since the start.", checks);
    counter(&mut out, "kiemtin_alerts_moved_total", "Alerts opened or moved since the start.", totals.alerts);
    counter(&mut out, "kiemtin_feed_gap_total", "Polls that shared nothing with the poll before, since the start.", status.feed_gaps);
    counter(&mut out, "kiemtin_deliveries_total", "Notices delivered since the start.", status.delivered);
    head(&mut out, "kiemtin_websub_push_total", "counter", "What hubs told, by what became of it, since the start.");
    for (result, count) in PushResult::ALL.iter().zip(status.pushes) {
        line(&mut out, &format!("kiemtin_websub_push_total{{result=\"{result}\"}}"), count);
    }
    let gauges: &[(&str, &str, i64)] = &[
        ("kiemtin_documents", "Stored documents.", signed(counts.documents)),
        ("kiemtin_document_versions", "Stored versions beyond the first.", signed(counts.versions)),
        ("kiemtin_documents_flagged", "Stored documents with a flag.", signed(counts.flagged)),
        ("kiemtin_narratives", "Stored narratives.", signed(counts.narratives)),
        ("kiemtin_alerts", "Stored alerts.", signed(counts.alerts)),
        ("kiemtin_outbox_pending", "Notices not yet delivered.", signed(counts.outbox)),
        ("kiemtin_store_last_seq", "Last change in the store.", counts.last_seq),
        ("kiemtin_index_seq", "Last change in the search index.", status.index_seq),
        ("kiemtin_index_behind", "Changes that the search index has yet to follow.", (counts.last_seq - status.index_seq).max(0)),
        ("kiemtin_live_listeners", "Open live streams.", signed(service.live.listeners() as u64)),
        ("kiemtin_sources_failing", "Sources that cannot be read.", signed(status.failing_sources.len() as u64)),
        ("kiemtin_crawl_running", "1 while a pass over the sources runs.", i64::from(status.crawl == Crawl::Running)),
        ("kiemtin_last_crawl_seconds", "End of the last pass, Unix time.", status.last_run.map_or(0, |(at, _)| at.0 / 1000)),
    ];
    for (name, help, value) in gauges {
        head(&mut out, name, "gauge", help);
        line(&mut out, name, value);
    }
    sources(&mut out, &service).await?;
    Ok(([(CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")], out).into_response())
}

/// Sources by state, and what became of their leads in the present Vietnamese day.
async fn sources(out: &mut String, service: &Service) -> Result<(), Fault> {
    let (now, ids) = (service.now(), service.catalogue.sources.iter().map(|s| s.id.clone()).collect::<Vec<_>>());
    let health = service.store.source_health(&ids, now, 0).await?;
    head(out, "kiemtin_sources", "gauge", "Configured sources by state.");
    for state in SourceState::ALL {
        let count = health.iter().filter(|h| h.state == *state).count();
        line(out, &format!("kiemtin_sources{{state=\"{state}\"}}"), count);
    }
    let mut today: BTreeMap<String, u64> = BTreeMap::new();
    let counts = service.store.source_counts(now.day_number()).await?;
    let (forgotten, counts): (Vec<_>, Vec<_>) = counts.into_iter().partition(|(_, what, _)| what.parse::<ForgetReason>().is_ok());
    for (_, what, count) in counts.into_iter().filter(|(_, what, _)| ![POLLED, POLL_FAILED].contains(&what.as_str())) {
        *today.entry(what).or_default() += count;
    }
    head(out, "kiemtin_leads_today", "gauge", "Leads of the present Vietnamese day by outcome with its reason, and polls with a gap.");
    for (what, count) in today {
        line(out, &format!("kiemtin_leads_today{{outcome=\"{}\"}}", what.replace(['"', '\\', '\n'], " ")), count);
    }
    head(out, "kiemtin_forgotten_today", "gauge", "Documents forgotten in the present Vietnamese day by reason.");
    for why in ForgetReason::ALL {
        let count: u64 = forgotten.iter().filter(|(_, what, _)| what == why.as_str()).map(|(_, _, count)| count).sum();
        line(out, &format!("kiemtin_forgotten_today{{reason=\"{why}\"}}"), count);
    }
    Ok(())
}

fn signed(count: u64) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

fn head(out: &mut String, name: &str, kind: &str, help: &str) {
    // Writing to a string cannot fail.
    let _ = writeln!(out, "# HELP {name} {help}\n# TYPE {name} {kind}");
}

fn line(out: &mut String, name: &str, value: impl Display) {
    let _ = writeln!(out, "{name} {value}");
}
