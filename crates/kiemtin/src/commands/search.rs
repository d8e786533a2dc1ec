//! `search`: what was written about something.

use crate::cli::{Common, Search};
use crate::config;
use crate::data::DataFolders;
use crate::out;
use crate::{clock, followers, progress};
use anyhow::Context;
use kiemtin_model::{DocId, Time, time::DAY_MS};
use kiemtin_store::found::{find, find_like};
use kiemtin_store::{Order, SearchRequest};
use kiemtin_text::query;
use std::io::IsTerminal;
use std::process::ExitCode;
use std::sync::Arc;

/// Runs the command.
pub async fn run(common: &Common, search: &Search) -> anyhow::Result<ExitCode> {
    let typed = search.query.as_deref().unwrap_or_default();
    let query = match search.query.as_deref().map(query::parse).transpose() {
        Ok(query) => query,
        Err(error) => {
            eprintln!("câu truy vấn sai: {error}\n  {typed}\n  {}^", " ".repeat(error.at));
            if let Some(proposal) = &error.proposal {
                eprintln!("có phải bạn muốn tìm: {proposal}");
            }
            return Ok(ExitCode::from(2));
        }
    };
    let days = search.from.as_deref().map(|d| day(d, false)).transpose().and_then(|from| {
        let to = search.to.as_deref().map(|d| day(d, true)).transpose()?;
        Ok((from, to))
    });
    let (from, to) = match days {
        Ok(days) => days,
        Err(error) => {
            eprintln!("lỗi: {error:#}");
            return Ok(ExitCode::from(2));
        }
    };
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
        out::line(format_args!("không có «{typed}»; kết quả của «{instead}»"))?;
    }
    for meant in &page.meant {
        out::line(format_args!("có phải ý bạn là «{}»? ({} tài liệu)", meant.text, meant.count))?;
    }
    out::line(format_args!("{} tài liệu", page.total))?;
    for hit in &page.hits {
        let when = hit.published_at.map_or("(không rõ ngày)".into(), Time::vi);
        let partial = if hit.partial { " · chỉ có phần lớn các từ" } else { "" };
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

/// A day (its beginning, or its end for `--to`) or a time.
pub fn day(text: &str, end: bool) -> anyhow::Result<Time> {
    if let Ok(time) = Time::parse(text) {
        return Ok(time);
    }
    let day = Time::parse(&format!("{text}T00:00:00+07:00"));
    let day = day.ok().with_context(|| format!("got \"{text}\", expected a day like 2026-11-01 or an RFC 3339 time"))?;
    Ok(if end { day.plus(DAY_MS) } else { day })
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
