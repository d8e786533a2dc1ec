//! `sources propose URL`: how can a site be collected? A file for `config/sources/` on standard output; what was found,
//! where, and what was tried on standard error.

mod file;

use super::sources::same_host;
use crate::cli::Common;
use crate::config::Config;
use crate::{clock, crew, out, progress};
use kiemtin_analyze::extract::extract;
use kiemtin_crawl::{Crawler, End, Found, Known, Proposal, Tried, date_selectors};
use kiemtin_model::source::{ArticleHints, ArticleVersions};
use kiemtin_model::{FeedKind, FetchedPage, PublishedFrom, Time, outcome_vi};
use serde_json::json;
use std::process::ExitCode;

/// Runs the command.
pub async fn run(common: &Common, config: &Config, url: &str) -> anyhow::Result<ExitCode> {
    let clock = clock::clock(common.now);
    let crawler = Crawler::new(config.settings.crawl.fetch.clone(), clock.clone())?;
    // People leave the scheme out.
    let address = if url.contains("://") { url.to_owned() } else { format!("https://{url}") };
    let bar = progress::spinner("đang hỏi trang, lần lượt và có khoảng nghỉ");
    let proposed = crawler.propose(&address).await;
    bar.finish_and_clear();
    let mut proposal = match proposed {
        Ok(proposal) => proposal,
        Err(outcome) => {
            eprintln!("lỗi: «{url}»: {}", outcome_vi(&outcome.detail()));
            return Ok(ExitCode::from(2));
        }
    };
    let now = clock();
    let date = match proposal.article.take() {
        Some(page) => Some(date_of(page, now).await?),
        None => None,
    };
    let selector = date.as_ref().and_then(|d| d.selector.as_deref());
    let file = proposal.found.iter().any(|f| f.recommended).then(|| file::source_file(&proposal, selector, now));
    tell(&proposal, date.as_ref(), config, now);
    if common.json {
        let mut object = serde_json::to_value(&proposal)?;
        object["date"] = date.as_ref().map_or(json!(null), |d| json!({"url": d.url, "from": d.from, "selector": d.selector}));
        object["toml"] = json!(file);
        out::line(object)?;
    } else if let Some(file) = &file {
        out::line(file.trim_end())?;
    }
    Ok(if file.is_some() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// How the date of one article is read.
struct ArticleDate {
    url: String,
    /// What names it without any hint; `None` when the page gives no article.
    from: Option<PublishedFrom>,
    /// What would name it, where nothing else does.
    selector: Option<String>,
}

/// Reads an article as collecting does, then with each selector that may hold its date.
async fn date_of(page: FetchedPage, now: Time) -> anyhow::Result<ArticleDate> {
    let read = move |page: FetchedPage| {
        let from = |hints: ArticleHints| {
            extract(&page.html, Some(&page.final_url), &ArticleVersions(vec![hints]), now).map(|e| e.published_from).ok()
        };
        let plain = from(ArticleHints::default());
        let selector = matches!(plain, Some(PublishedFrom::Missing | PublishedFrom::Rejected)).then(|| {
            let works = |css: &String| {
                from(ArticleHints { date_selector: Some(css.clone()), ..ArticleHints::default() }) == Some(PublishedFrom::Selector)
            };
            date_selectors(&page.html).into_iter().find(works)
        });
        ArticleDate { from: plain, selector: selector.flatten(), url: page.final_url }
    };
    let read = crew::map(vec![page], read).await?.pop();
    read.unwrap_or_else(|| Err("not run".into())).map_err(|panic| anyhow::anyhow!("reading the article failed: {panic}"))
}

fn tell(proposal: &Proposal, date: Option<&ArticleDate>, config: &Config, now: Time) {
    eprintln!("{} ({})", proposal.name, proposal.site);
    if let Some(source) = config.sources.iter().find(|s| same_host(&proposal.site, s)) {
        eprintln!("đã có nguồn {} ({}) ở máy chủ này", source.id, source.name);
    } else if config.sources.iter().any(|s| s.id == proposal.id) {
        eprintln!("mã {} đã là của một nguồn khác: đổi mã và tên tệp", proposal.id);
    }
    if proposal.found.is_empty() {
        eprintln!("không tìm thấy nguồn cấp tin, sơ đồ trang hay danh mục bài nào đọc được");
    }
    for found in &proposal.found {
        let use_vi = if found.recommended { "dùng" } else { "để lại" };
        eprintln!("{use_vi}: {} {}: {}", found.feed.kind.vi(), found.feed.url, in_words(found, now));
        found.notes.iter().take(3).for_each(|note| eprintln!("    lưu ý: {note}"));
    }
    eprintln!("đã hỏi {} địa chỉ:", proposal.tried.len());
    proposal.tried.iter().for_each(|tried| eprintln!("    {}: {} ({})", tried.url, end_in_words(tried), known_in_words(tried.known)));
    if !proposal.not_asked.is_empty() {
        eprintln!("thấy nhưng chưa hỏi, để không làm phiền trang: {}", proposal.not_asked.join(" "));
    }
    match date {
        None => eprintln!("ngày đăng: chưa thử, không có bài nào tải được"),
        Some(ArticleDate { from: None, url, .. }) => eprintln!("ngày đăng: chưa thử, không đọc được bài {url}"),
        Some(ArticleDate { selector: Some(css), url, .. }) => eprintln!("ngày đăng: chỉ đọc được nhờ date_selector = \"{css}\" ({url})"),
        Some(ArticleDate { from: Some(PublishedFrom::Missing | PublishedFrom::Rejected), url, .. }) => {
            eprintln!("ngày đăng: không thấy trên bài {url}")
        }
        Some(ArticleDate { url, .. }) => eprintln!("ngày đăng: đọc được, không cần date_selector ({url})"),
    }
}

/// What a listing holds, and why it is used or not.
fn in_words(found: &Found, now: Time) -> String {
    let newest = found.newest.map_or("không rõ ngày".into(), |at| format!("mới nhất {}", at.vi()));
    let stale = if found.is_stale(now) { ", có vẻ đã bỏ" } else { "" };
    let share = format!("{:.0} % giống địa chỉ bài", found.articles * 100.0);
    match (found.feed.kind, &found.feed.link_selector) {
        (FeedKind::Listing, Some(css)) => format!("{} liên kết theo «{css}», {share}", found.entries),
        (FeedKind::NewsSitemap, _) => {
            let kind = if found.news { "của tin mới" } else { "của cả kho bài" };
            format!("{kind}, {} mục, {share}, {newest}{stale}; {}", found.entries, known_in_words(found.known))
        }
        _ => format!("{} mục, {newest}{stale}; {}", found.entries, known_in_words(found.known)),
    }
}

fn end_in_words(tried: &Tried) -> String {
    match tried.end {
        End::Feed => "nguồn cấp tin".into(),
        End::Sitemap => "sơ đồ trang".into(),
        End::Index => "mục lục các sơ đồ trang".into(),
        End::Empty => format!("không có mục nào: {}", tried.detail),
        End::Page => "trang".into(),
        End::Failed => outcome_vi(&tried.detail),
    }
}

fn known_in_words(known: Known) -> &'static str {
    match known {
        Known::Given => "địa chỉ được nêu",
        Known::Home => "trang chủ",
        Known::Named => "trang khai báo trong phần đầu",
        Known::Linked => "liên kết trên trang",
        Known::Directory => "liên kết trên trang các nguồn cấp tin",
        Known::Robots => "robots.txt nêu",
        Known::Index => "mục lục sơ đồ trang nêu",
        Known::Usual => "đường dẫn thường gặp",
        Known::Article => "một bài, để thử ngày đăng",
    }
}
