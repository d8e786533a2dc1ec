//! `sources list`: how is every source doing? `sources why URL`: what happened to an address, and why is it (not) here?
//! `sources propose URL` stands in a file of its own: it asks the site and needs no store.

use crate::cli::{Common, Sources};
use crate::data::DataFolders;
use crate::out;
use crate::{clock, config};
use kiemtin_model::canonical::site_host;
use kiemtin_model::{Source, SubscriptionState, Time, outcome_vi};
use kiemtin_store::health::HEALTH_EVENTS;
use kiemtin_store::{Fate, FeedSubscription, LeadState, SourceHealth, SourceState, Store, StoredDocument, fate};
use serde_json::json;
use std::process::ExitCode;
use std::sync::Arc;

/// Runs the command.
pub async fn run(common: &Common, what: &Sources) -> anyhow::Result<ExitCode> {
    let config = config::load_valid(&common.config)?;
    let asked = match what {
        Sources::Propose { url } => return super::propose::run(common, &config, url).await,
        Sources::List => None,
        Sources::Why { url } => Some(url),
    };
    let store = DataFolders::of(common).open_store().await?;
    let now = clock::clock(common.now)();
    let code = match asked {
        None => list(&store, &config.sources, now, common.json).await,
        Some(url) => why(&store, &config.sources, url, now, common.json).await,
    };
    store.close().await;
    code
}

async fn list(store: &dyn Store, sources: &[Arc<Source>], now: Time, as_json: bool) -> anyhow::Result<ExitCode> {
    let ids: Vec<String> = sources.iter().map(|s| s.id.clone()).collect();
    let all = store.source_health(&ids, now, HEALTH_EVENTS).await?;
    if as_json {
        let named: Vec<_> =
            sources.iter().zip(&all).map(|(s, health)| json!({"name": s.name, "enabled": s.enabled, "health": health})).collect();
        out::line(json!({ "sources": named }))?;
        return Ok(ExitCode::SUCCESS);
    }
    let head = ["nguồn", "tình trạng", "mới 7 ngày", "thường", "sót?", "lần cuối", "ghi chú"].map(str::to_owned);
    let rows: Vec<_> = std::iter::once(head).chain(sources.iter().zip(&all).map(|(s, health)| cells(s, health))).collect();
    let wide = |column: usize| rows.iter().filter_map(|row| row.get(column)).map(|cell| cell.chars().count()).max().unwrap_or(0);
    let widths = std::array::from_fn(wide);
    for cells in &rows {
        out::line(row(cells, &widths))?;
    }
    Ok(ExitCode::SUCCESS)
}

fn cells(source: &Source, health: &SourceHealth) -> [String; 7] {
    let state = if source.enabled { health.state_vi } else { "đã tắt" };
    let told = health.subscriptions.iter().find(|s| s.state == SubscriptionState::Active || s.state == SubscriptionState::Refused);
    let note = health.error.as_deref().map(outcome_vi).or_else(|| health.volume.map(|v| v.vi().to_owned()));
    let note = note.or_else(|| told.map(|s| s.state_vi.to_owned())).unwrap_or_default();
    [
        source.id.clone(),
        state.to_owned(),
        health.new_7_days.to_string(),
        format!("{:.0}", health.usual_7_days),
        health.gaps.to_string(),
        health.last_poll.map_or("–".into(), Time::vi),
        note,
    ]
}

/// One line of the table; figures stand to the right.
fn row(cells: &[String; 7], widths: &[usize; 7]) -> String {
    let [source, state, new, usual, gaps, last, note] = cells;
    let [a, b, c, d, e, f, _] = *widths;
    format!("{source:<a$}  {state:<b$}  {new:>c$}  {usual:>d$}  {gaps:>e$}  {last:<f$}  {note}").trim_end().to_owned()
}

/// What is known of an address.
struct Found {
    canonical: String,
    lead: Option<LeadState>,
    document: Option<StoredDocument>,
    /// The configured source that it belongs to, by its lead or else by its host.
    source: Option<Arc<Source>>,
    health: Option<SourceHealth>,
}

async fn why(store: &dyn Store, sources: &[Arc<Source>], url: &str, now: Time, as_json: bool) -> anyhow::Result<ExitCode> {
    let Some(Fate { url: canonical, lead, document }) = fate(store, url).await? else {
        eprintln!("lỗi: «{url}» không phải địa chỉ http(s) tải được; hãy viết cả địa chỉ, gồm https://");
        return Ok(ExitCode::from(2));
    };
    let of_lead = lead.as_ref().and_then(|l| sources.iter().find(|s| s.id == l.source));
    let source = of_lead.or_else(|| sources.iter().find(|s| same_host(&canonical, s))).cloned();
    let health = match &source {
        Some(source) => store.source_health(std::slice::from_ref(&source.id), now, HEALTH_EVENTS).await?.into_iter().next(),
        None => None,
    };
    let found = Found { canonical, lead, document, source, health };
    let reasons = reasons(&found);
    if as_json {
        out::line(as_object(&found, &reasons))?;
    } else {
        reasons.iter().try_for_each(out::line)?;
    }
    Ok(ExitCode::SUCCESS)
}

/// Whether a source's home page or one of its feeds stands at the host of this address, with or without `www.`.
pub(super) fn same_host(address: &str, source: &Source) -> bool {
    let own = site_host(address);
    own.is_some() && (site_host(&source.site) == own || source.feeds.iter().any(|f| site_host(&f.url) == own))
}

fn reasons(found: &Found) -> Vec<String> {
    let mut told = vec![format!("địa chỉ: {}", found.canonical)];
    match &found.lead {
        Some(lead) => {
            told.push(format!("thấy lần đầu: {}, trong danh mục của nguồn {}", lead.first_seen.vi(), lead.source));
            told.push(lead.fetched_at.map_or("chưa tải trang".into(), |at| format!("tải lần cuối: {}", at.vi())));
            told.push(format!("kết quả lần cuối: {}", outcome_vi(&lead.outcome)));
            if lead.failures > 0 {
                told.push(format!("lỗi liên tiếp: {}; sẽ thử lại khi danh mục còn nêu địa chỉ này", lead.failures));
            }
        }
        None => told.push("chưa danh mục nào nêu địa chỉ này".into()),
    }
    match &found.document {
        Some(document) => {
            let id = &document.assessed.document.id;
            told.push(format!("đã lưu: {} «{}», bản {}", id.0, document.assessed.document.title, document.version));
            if document.story != *id {
                told.push(format!("trùng nội dung với: {}", document.story.0));
            }
        }
        None => told.push("chưa có trong kho".into()),
    }
    let Some((source, health)) = found.source.as_ref().zip(found.health.as_ref()) else {
        told.push("không nguồn nào đã khai báo có máy chủ này; «kiemtin sources propose» đề xuất cách thu thập trang".into());
        return told;
    };
    let state = if source.enabled { health.state_vi } else { "đã tắt" };
    told.push(format!("nguồn {} ({}): {state}", source.name, source.id));
    told.extend(health.error.as_ref().map(|error| format!("lỗi của nguồn: {}", outcome_vi(error))));
    told.extend(health.subscriptions.iter().map(told_by));
    if found.document.is_none() {
        if health.gaps > 0 {
            told.push(format!("trong 7 ngày có {} lần hai lượt đọc danh mục không trùng bài nào: có thể đã sót bài", health.gaps));
        }
        if health.state == SourceState::Waiting {
            told.push("nguồn chưa được thu thập lần nào".into());
        }
        told.extend(health.next_poll.map(|at| format!("lượt đọc kế tiếp: {}", at.vi())));
    }
    told
}

/// How a feed stands with the hub that tells of its news.
fn told_by(one: &FeedSubscription) -> String {
    let last = one.pushed_at.map(|at| format!(", báo lần cuối {}", at.vi())).unwrap_or_default();
    let error = if one.error.is_empty() { String::new() } else { format!(" ({})", outcome_vi(&one.error)) };
    format!("hub {} của {}: {}{error}{last}", one.hub, one.feed, one.state_vi)
}

fn as_object(found: &Found, reasons: &[String]) -> serde_json::Value {
    let lead = found.lead.as_ref().map(|l| {
        json!({"source": l.source, "first_seen": l.first_seen, "fetched_at": l.fetched_at, "outcome": l.outcome, "failures": l.failures})
    });
    let document = found.document.as_ref().map(|d| {
        let document = &d.assessed.document;
        let duplicate_of = (d.story != document.id).then_some(&d.story);
        json!({"id": document.id, "title": document.title, "published_at": document.published_at, "version": d.version,
            "duplicate_of": duplicate_of})
    });
    json!({
        "url": found.canonical,
        "here": found.document.is_some(),
        "listed": lead,
        "document": document,
        "source": found.source.as_ref().map(|s| &s.id),
        "health": found.health,
        "reasons": reasons,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_belongs_to_the_source_of_its_host() {
        let text = "id = \"bao\"\nname = \"Báo\"\nsite = \"https://www.bao.vn/\"\ngroup = \"press\"\n\
            [[feeds]]\nurl = \"https://rss.bao.vn/tin.rss\"\nkind = \"feed\"\n";
        let source: Source = toml::from_str(text).unwrap();
        let check = |address: &str, expected: bool| assert_eq!(same_host(address, &source), expected, "{address}");
        check("https://bao.vn/kinh-te/a.html", true);
        check("http://WWW.bao.vn?x=1", true);
        check("https://rss.bao.vn/", true);
        check("https://xbao.vn/", false);
        check("https://khac.vn/https://bao.vn/", false);
        check("", false);
    }

    #[test]
    fn what_is_unknown_is_said() {
        let found = Found { canonical: "https://bao.vn/a".into(), lead: None, document: None, source: None, health: None };
        let told = reasons(&found).join("\n");
        assert!(told.contains("chưa danh mục nào") && told.contains("chưa có trong kho") && told.contains("không nguồn nào"), "{told}");
        let object = as_object(&found, &reasons(&found));
        assert_eq!((&object["here"], &object["listed"]), (&json!(false), &json!(null)));
    }
}
