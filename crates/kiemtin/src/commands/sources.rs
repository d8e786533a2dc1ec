//! `sources`: how the sources are, and what became of an address.

use crate::cli::{Common, Sources};
use crate::config::Config;
use crate::data::DataFolders;
use crate::{clock, config, out};
use kiemtin_model::outcome_vi;
use kiemtin_store::{Configured, Store, fate, source_health};
use std::process::ExitCode;

/// Runs the command.
pub async fn run(common: &Common, what: &Sources) -> anyhow::Result<ExitCode> {
    let config = config::load_valid(&common.config)?;
    let store = DataFolders::of(common).open_store().await?;
    let done = match what {
        Sources::List => list(common, &config, &store).await,
        Sources::Why { url } => why(common, &config, &store, url).await,
    };
    store.close().await;
    done
}

async fn list(common: &Common, config: &Config, store: &dyn Store) -> anyhow::Result<ExitCode> {
    let addresses: Vec<Vec<String>> = config.sources.iter().map(|s| s.feeds.iter().map(|f| f.url.clone()).collect()).collect();
    let configured = config.sources.iter().zip(&addresses);
    let asked: Vec<_> = configured.map(|(s, listings)| Configured { id: &s.id, enabled: s.enabled, listings }).collect();
    let health = source_health(store, &asked, clock::clock(common.now)()).await?;
    let mut rows: Vec<_> = config.sources.iter().zip(health).collect();
    rows.sort_by(|a, b| a.1.state.cmp(&b.1.state).then_with(|| a.0.id.cmp(&b.0.id)));
    if common.json {
        let item = |(source, health): &(&std::sync::Arc<kiemtin_model::Source>, kiemtin_model::SourceHealth)| serde_json::json!({ "id": source.id, "name": source.name, "group": source.group, "health": health });
        out::line(serde_json::json!({ "items": rows.iter().map(item).collect::<Vec<_>>() }))?;
        return Ok(ExitCode::SUCCESS);
    }
    out::line(format_args!("{:<24} {:<16} {:>8} {:>7} {:>7}  {}", "nguồn", "tình trạng", "hôm nay", "7 ngày", "thường", "lý do"))?;
    for (source, h) in rows {
        let usual = h.usual_week.map_or_else(|| "–".to_owned(), |usual| format!("{usual:.0}"));
        out::line(format_args!("{:<24} {:<16} {:>8} {:>7} {:>7}  {}", source.id, h.state.vi(), h.today(), h.last_week, usual, h.reason))?;
    }
    Ok(ExitCode::SUCCESS)
}

async fn why(common: &Common, config: &Config, store: &dyn Store, url: &str) -> anyhow::Result<ExitCode> {
    let Some(fate) = fate(store, url).await? else {
        eprintln!("lỗi: «{url}» không phải địa chỉ http(s) tải được; hãy viết cả địa chỉ, gồm https://");
        return Ok(ExitCode::from(2));
    };
    let (lead, document) = (fate.lead.as_ref(), fate.document.as_ref());
    if common.json {
        out::line(serde_json::json!({
            "url": fate.url,
            "source": lead.map(|l| &l.source),
            "first_seen": lead.map(|l| l.first_seen),
            "fetched_at": lead.and_then(|l| l.fetched_at),
            "outcome": lead.map(|l| &l.outcome),
            "failures": lead.map(|l| l.failures),
            "document": document.map(|d| &d.assessed.document.id),
            "story": document.map(|d| &d.story),
            "version": document.map(|d| d.version),
        }))?;
        return Ok(ExitCode::SUCCESS);
    }
    out::line(&fate.url)?;
    match lead {
        Some(lead) => {
            let name = config.sources.iter().find(|s| s.id == lead.source).map_or(lead.source.as_str(), |s| s.name.as_str());
            out::line(format_args!("được nguồn {name} nêu lần đầu lúc {}", lead.first_seen.vi()))?;
            let when = lead.fetched_at.map_or_else(String::new, |at| format!(" ({})", at.vi()));
            out::line(format_args!("kết quả: {}{when}", outcome_vi(&lead.outcome)))?;
        }
        None => out::line("chưa danh sách nào nêu địa chỉ này")?,
    }
    match document {
        Some(stored) => {
            let document = &stored.assessed.document;
            let story = if stored.story == document.id { "" } else { ", nội dung trùng một bài đã có" };
            out::line(format_args!("đang lưu: {} «{}», bản {}{story}", document.id.0, document.title, stored.version))?;
        }
        None => out::line("không lưu tài liệu nào ở địa chỉ này")?,
    }
    Ok(ExitCode::SUCCESS)
}
