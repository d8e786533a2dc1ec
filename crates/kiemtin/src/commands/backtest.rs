//! `backtest`: which early warnings would have been given, by the clock of the documents?
//!
//! Every hour is judged by what was published up to its end, with the same detectors and gates as the running service.

mod events;

use crate::cli::{Backtest, Common};
use crate::data::DataFolders;
use crate::service::topics;
use crate::warnings::{Evidence, Known, Planned, begun, between, counted, gather, of_topic};
use crate::{config, followers, out, typed};
use anyhow::Context;
use events::{Scored, read_events, score};
use kiemtin_analyze::bursts::{Judged, READ_DAYS, Reach, Series, Standing, Step, judge};
use kiemtin_analyze::policies::Occurrence;
use kiemtin_model::time::{DAY_MS, HOUR_MS};
use kiemtin_model::{Sight, Subject, Time, Warning};
use kiemtin_store::{Dimension, HourCount, SearchIndex, Span, SqliteStore, TrendRequest, WarningStore};
use serde::Serialize;
use std::collections::BTreeMap;
use std::process::ExitCode;

/// Most days that are replayed at once: ten years.
const MOST_DAYS: i64 = 3_700;

/// What is replayed.
enum Asked {
    /// Counted when its documents came in.
    Subject(Subject, String),
    /// A search: counted by the index, each document 1; by hour and source.
    Query(String, BTreeMap<i64, BTreeMap<String, u32>>),
}

/// A warning that would have been given.
#[derive(Serialize)]
struct Given {
    #[serde(flatten)]
    warning: Warning,
    /// Minutes from the first hour that was counted to the warning.
    delay_minutes: i64,
    /// In one line.
    text: String,
}

/// Runs the command.
pub async fn run(common: &Common, asked: &Backtest) -> anyhow::Result<ExitCode> {
    let (from, to) = typed::days(asked.from.as_deref(), asked.to.as_deref())?;
    let folders = DataFolders::of(common);
    let store = folders.open_store().await?;
    let configured = config::load_valid(&common.config)?;
    let events = asked.events.as_deref().map(read_events).transpose()?;
    let all = store.hour_counts(None, 0, i64::MAX).await?;
    let (Some(first), Some(last)) = (all.first(), all.last()) else { anyhow::bail!("kho chưa có tài liệu nào") };
    let from = from.map_or(first.hour, |t| t.0.div_euclid(HOUR_MS)).max(first.hour);
    let to = to.map_or(last.hour, |t| t.0.div_euclid(HOUR_MS) - 1).min(last.hour);
    anyhow::ensure!(from <= to, "không có tài liệu nào trong khoảng thời gian này");
    anyhow::ensure!((to - from) / 24 <= MOST_DAYS, "khoảng thời gian dài quá {MOST_DAYS} ngày; hãy thu hẹp bằng --from và --to");
    let range = (from - (READ_DAYS + 1) * 24, to);
    let subject = what(&store, &folders, asked, &topics(&configured), &configured.lexicon, range).await?;
    let own = match &subject {
        Asked::Subject(subject, _) => store.hour_counts(Some(subject), range.0, range.1).await?,
        Asked::Query(_, hours) => hours.iter().map(|(hour, by)| HourCount { hour: *hour, counts: by.values().sum() }).collect(),
    };
    let series = between(&own, &all, range);
    let planned = Planned::between(&configured.policies.calendar, range);
    let given = replay(&store, &subject, &series, &planned, (from, to)).await?;
    let scored = events.map(|events| score(&events, &given, (to - from) as f64 / (30.0 * 24.0)));
    store.close().await;
    tell(common.json, given, scored, (from, to))?;
    Ok(ExitCode::SUCCESS)
}

async fn what(
    store: &SqliteStore,
    folders: &DataFolders,
    asked: &Backtest,
    topics: &[(String, String)],
    lexicon: &kiemtin_text::lexicon::Lexicon,
    (from, to): (i64, i64),
) -> anyhow::Result<Asked> {
    if let Some(topic) = &asked.topic {
        let known = topics.iter().find(|(id, _)| id == topic);
        let (id, name) = known.with_context(|| {
            let all: Vec<&str> = topics.iter().map(|(id, _)| id.as_str()).collect();
            format!("không có chủ đề \"{topic}\"; các chủ đề: {}", all.join(", "))
        })?;
        return Ok(Asked::Subject(Subject::topic(id), name.clone()));
    }
    if let Some(key) = &asked.claim {
        let number = store.narrative_number(key).await?.with_context(|| format!("không có luận điệu mang khóa \"{key}\""))?;
        let subject = Subject::narrative(number);
        let known = Known::read(store, topics, std::slice::from_ref(&subject)).await?;
        let name = known.name(&subject).unwrap_or_default();
        return Ok(Asked::Subject(subject, name));
    }
    let text = asked.query.clone().unwrap_or_default();
    let query = typed::query(&text)?;
    let index = folders.open_index()?;
    followers::index_now(store, &index, &|_, _| {}).await?;
    let query = kiemtin_store::saved::resolve(store, &index, (lexicon, &Sight::All), &query).await?.asked;
    let query = kiemtin_text::lexicon::expand(&query, lexicon, &|_| vec![]).0;
    let request = TrendRequest {
        query: Some(query),
        now: Time(to * HOUR_MS),
        from: Some(Time(from * HOUR_MS)),
        to: Some(Time((to + 1) * HOUR_MS)),
        span: Span::Hour,
        by: vec![Dimension::Source],
        most_cells: 5_000_000,
        ..TrendRequest::default()
    };
    let trend = index.trend(&request).await?;
    index.close().await?;
    let mut hours: BTreeMap<i64, BTreeMap<String, u32>> = BTreeMap::new();
    for cell in &trend.cells {
        let start = trend.periods.get(cell.period as usize).and_then(|p| p.start);
        let source = trend.values.first().and_then(|v| v.get(cell.values[0] as usize));
        if let (Some(start), Some(source)) = (start, source) {
            *hours.entry(start.0.div_euclid(HOUR_MS)).or_default().entry(source.clone()).or_default() += cell.documents;
        }
    }
    Ok(Asked::Query(text, hours))
}

async fn replay(
    store: &SqliteStore,
    asked: &Asked,
    series: &Series,
    planned: &Planned,
    (from, to): (i64, i64),
) -> anyhow::Result<Vec<Given>> {
    let (mut standing, mut given) = (Standing::default(), vec![]);
    let mut wave = 0;
    let own = match asked {
        Asked::Subject(subject, _) => planned.of_topics(of_topic(subject)),
        Asked::Query(..) => planned.of_topics([]),
    };
    for hour in from..=to {
        let mut judged = judge(series, hour, 1.0, &own);
        let mut evidence = Evidence::default();
        if !standing.open && judged.detector.is_some() {
            evidence = look(store, asked, &judged, hour).await?;
            let topics: Vec<Occurrence> = planned.of_topics(evidence.topics.iter().map(String::as_str).chain(topic_of(asked)));
            judged = judge(series, hour, 1.0, &topics);
        }
        let step = standing.step(hour, &judged, || evidence.reach);
        if let Step::Begins(detector) = step {
            wave += 1;
            let (subject, name) = match asked {
                Asked::Subject(subject, name) => (subject.clone(), name.clone()),
                Asked::Query(typed, _) => (Subject::search(0), typed.clone()),
            };
            let at = Time((hour + 1) * HOUR_MS);
            let warning = counted(begun(subject, wave, name, detector, &judged, at), &judged, evidence, at);
            let delay_minutes = (at.0 - warning.since.0) / 60_000;
            given.push(Given { text: warning.line(), delay_minutes, warning });
        } else if step == Step::Ends
            && let Some(last) = given.last_mut()
        {
            last.warning.ended_at = Some(Time((hour + 1) * HOUR_MS));
        }
        standing = standing.after(hour, step);
    }
    Ok(given)
}

fn topic_of(asked: &Asked) -> Option<&str> {
    match asked {
        Asked::Subject(subject, _) => of_topic(subject),
        Asked::Query(..) => None,
    }
}

async fn look(store: &SqliteStore, asked: &Asked, judged: &Judged, hour: i64) -> anyhow::Result<Evidence> {
    let hours = match asked {
        Asked::Subject(subject, _) => return Ok(gather(store, subject, judged, hour).await?),
        Asked::Query(_, hours) => hours,
    };
    let mut sources: BTreeMap<&str, u32> = BTreeMap::new();
    for (source, n) in hours.range(judged.from..=hour).flat_map(|(_, by)| by) {
        *sources.entry(source).or_default() += n;
    }
    let mut top: Vec<(String, u32)> = sources.into_iter().map(|(source, n)| (source.to_owned(), n)).collect();
    top.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    let reach = Reach { documents: judged.count as u32, sources: top.len() as u32 };
    top.truncate(5);
    Ok(Evidence { reach, top_sources: top, ..Evidence::default() })
}

fn tell(as_json: bool, given: Vec<Given>, scored: Option<Scored>, (from, to): (i64, i64)) -> anyhow::Result<()> {
    let (begin, end) = (Time(from * HOUR_MS), Time((to + 1) * HOUR_MS));
    if as_json {
        return Ok(out::line(serde_json::json!({ "from": begin, "to": end, "warnings": given, "events": scored }))?);
    }
    out::line(format_args!(
        "{} – {}: {} cảnh báo sớm ({:.1} mỗi tháng)",
        begin.vi(),
        end.vi(),
        given.len(),
        per_month(given.len(), begin, end)
    ))?;
    for one in &given {
        let sources: Vec<String> = one.warning.top_sources.iter().map(|(source, n)| format!("{source} ({n})")).collect();
        let ended = one.warning.ended_at.map_or("chưa hết".into(), |at| format!("hết lúc {}", at.vi()));
        out::line(format_args!("\n{} · {} · sau {} phút · {ended}", one.warning.at.vi(), one.warning.detector.vi(), one.delay_minutes))?;
        out::line(format_args!("  {}\n  {}", one.text, sources.join(", ")))?;
    }
    if let Some(scored) = scored {
        scored.print()?;
    }
    Ok(())
}

fn per_month(n: usize, from: Time, to: Time) -> f64 {
    n as f64 / ((to.0 - from.0) as f64 / (30.0 * DAY_MS as f64)).max(1.0 / 30.0)
}
