//! `search`: what was written about something.

use crate::cli::{Common, Search};
use crate::config;
use crate::data::DataFolders;
use crate::out;
use crate::{clock, followers, progress, typed};
use kiemtin_model::{DocId, Sight, Time};
use kiemtin_store::found::{find, find_like};
use kiemtin_store::{Meant, Order, SearchRequest};
use std::io::IsTerminal;
use std::process::ExitCode;
use std::sync::Arc;

/// Runs the command.
pub async fn run(common: &Common, search: &Search) -> anyhow::Result<ExitCode> {
    let query = search.query.as_deref().map(typed::query).transpose()?;
    let (from, to) = typed::days(search.from.as_deref(), search.to.as_deref())?;
    let lexicon = config::lexicon(&common.config)?;
    let folders = DataFolders::of(common);
    let store = folders.open_store().await?;
    let index = folders.open_index()?;
    // The index may have been deleted, or left behind by a crash; a running service keeps it up to date itself.
    let bar = progress::spinner("cập nhật chỉ mục");
    followers::index_now(&store, &index, &|_, _| {}).await?;
    bar.finish_and_clear();
    let order = match () {
        () if search.newest => Order::Newest,
        () if search.fresh => Order::Fresh,
        () => Order::Best,
    };
    let request = SearchRequest {
        query,
        now: clock::clock(common.now)(),
        from,
        to,
        source: search.source.clone(),
        topic: search.topic.clone(),
        order,
        offset: 0,
        limit: usize::from(search.limit),
        facets: true,
        as_typed: search.as_typed,
        lexicon: Arc::new(lexicon),
        sight: Sight::All,
    };
    let page = match &search.like {
        Some(id) => find_like(&store, &index, &DocId(id.clone()), request).await?,
        None => find(&store, &index, &request).await?,
    };
    index.close().await?;
    store.close().await;
    if common.json {
        out::line(serde_json::to_string(&page)?)?;
        return Ok(ExitCode::SUCCESS);
    }
    let bold = if std::io::stdout().is_terminal() { ("\x1b[1m", "\x1b[0m") } else { ("", "") };
    if let Some(like) = &page.like {
        out::line(format_args!("tương tự «{}», theo: {}", like.title, like.query))?;
    }
    for expansion in &page.expanded {
        out::line(format_args!("tìm cả: {} → {}", expansion.typed, expansion.into.join(", ")))?;
    }
    if let Some(instead) = &page.instead {
        out::line(format_args!("không có «{}»; kết quả của «{instead}»", search.query.as_deref().unwrap_or_default()))?;
    }
    for condition in &page.unknown {
        out::line(format_args!("không có tài liệu nào có {condition}"))?;
    }
    for meant in &page.meant {
        let more = if meant.count == Meant::MOST_COUNTED { " trở lên" } else { "" };
        out::line(format_args!("có phải ý bạn là «{}»? ({} tài liệu{more})", meant.text, meant.count))?;
    }
    let only_partial = if page.total == 0 && !page.hits.is_empty() {
        " có đủ các từ; những tài liệu sau chỉ có một số từ"
    } else {
        ""
    };
    out::line(format_args!("{} tài liệu{only_partial}", page.total))?;
    for hit in &page.hits {
        let when = hit.published_at.map_or("(không rõ ngày)".into(), Time::vi);
        let partial = if hit.partial { " · chỉ có một số từ" } else { "" };
        let copies = if hit.copies > 0 { format!(" · {} bài đăng lại", hit.copies) } else { String::new() };
        let spread = &hit.spread;
        let story = match spread.stories {
            ..2 => String::new(),
            _ => format!(" · luồng tin {} bài, {} nguồn", spread.documents, spread.sources),
        };
        out::line(format_args!("\n{}{}{}\n{} · {}{copies}{story}{partial}", bold.0, hit.title, bold.1, hit.source, when))?;
        out::line(marked(&hit.snippet, &hit.highlights, bold))?;
        if let Some(url) = &hit.url {
            out::line(format_args!("{url}"))?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn marked(snippet: &str, highlights: &[(usize, usize)], (on, off): (&str, &str)) -> String {
    let mut out = String::new();
    for (i, c) in snippet.chars().enumerate() {
        if highlights.iter().any(|h| h.0 == i) {
            out.push_str(on);
        }
        if highlights.iter().any(|h| h.1 == i) {
            out.push_str(off);
        }
        out.push(c);
    }
    out.push_str(off);
    out
}
