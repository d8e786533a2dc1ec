//! How does a proposal stand in a file for `config/sources/`?

use super::in_words;
use kiemtin_crawl::{Found, Proposal};
use kiemtin_model::Time;

/// The file: what is recommended, and what was left aside as comments.
pub(super) fn source_file(proposal: &Proposal, date_selector: Option<&str>, now: Time) -> String {
    let mut file = format!(
        "# {}: đề xuất tự động ngày {}, cần người xem lại. Lưu thành {}.toml\nid = {}\nname = {}\nsite = {}\n\
         # Kiểm tra: press, own_media, official (không bao giờ bị gắn cờ), forum, social.\ngroup = \"press\"\n",
        comment(&proposal.name),
        now.day(),
        proposal.id,
        quoted(&proposal.id),
        quoted(&proposal.name),
        quoted(&proposal.site),
    );
    let mut seen = vec![];
    for found in &proposal.found {
        // An address stands in a configuration once.
        let first = !seen.contains(&&found.feed.url);
        seen.push(&found.feed.url);
        file.push_str(&feed(found, found.recommended && first, now));
    }
    if !proposal.not_asked.is_empty() {
        file.push_str("\n# Thấy nhưng chưa hỏi:\n");
        proposal.not_asked.iter().for_each(|url| file.push_str(&format!("# {}\n", comment(url))));
    }
    if let Some(css) = date_selector {
        file.push_str(&format!("\n[article]\ndate_selector = {}\n", quoted(css)));
    }
    file
}

/// One `[[feeds]]`, commented out when it is not to be used.
fn feed(found: &Found, used: bool, now: Time) -> String {
    let mut lines =
        vec!["[[feeds]]".to_owned(), format!("url = {}", quoted(&found.feed.url)), format!("kind = {}", quoted(found.feed.kind.as_str()))];
    lines.extend(found.feed.link_selector.as_deref().map(|css| format!("link_selector = {}", quoted(css))));
    let mark = if used { "" } else { "# " };
    let lines: String = lines.into_iter().map(|line| format!("{mark}{line}\n")).collect();
    format!("\n# {}\n{lines}", comment(&in_words(found, now)))
}

/// A TOML string.
fn quoted(text: &str) -> String {
    toml::Value::String(text.to_owned()).to_string()
}

/// What a site says, on the one line of a comment.
fn comment(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use kiemtin_crawl::Known;
    use kiemtin_model::{FeedKind, FeedSpec, Source};

    #[test]
    fn whatever_a_site_says_the_file_can_be_read() {
        let one = |kind: FeedKind, css: Option<&str>, recommended: bool| Found {
            feed: FeedSpec { link_selector: css.map(str::to_owned), ..FeedSpec::of(kind, format!("https://bao.vn/{kind}")) },
            known: Known::Named,
            entries: 12,
            articles: 0.95,
            newest: Time::local(2025, 5, 12, 8, 0, 0),
            news: false,
            recommended,
            notes: vec![],
        };
        let proposal = Proposal {
            site: "https://bao.vn/".into(),
            id: "bao".into(),
            name: "Báo \"Thử\" \\ [[feeds]]\nenabled = 1\u{1}".into(),
            found: vec![
                one(FeedKind::Listing, Some("a[href^='/tin'], h3.\"x\" a"), true),
                one(FeedKind::Feed, None, true),
                one(FeedKind::Feed, None, true),
                one(FeedKind::NewsSitemap, None, false),
            ],
            tried: vec![],
            not_asked: vec!["https://bao.vn/rss/1\nenabled = false".into()],
            article: None,
        };
        let text = source_file(&proposal, Some("span.\"luc\""), Time(0));
        let source: Source = toml::from_str(&text).unwrap_or_else(|e| panic!("{e}\n{text}"));
        assert_eq!((&source.id, &source.name, source.enabled), (&proposal.id, &proposal.name, true));
        let kinds: Vec<FeedKind> = source.feeds.iter().map(|f| f.kind).collect();
        assert_eq!(kinds, [FeedKind::Listing, FeedKind::Feed], "{text}");
        assert_eq!(source.feeds[0].link_selector, proposal.found[0].feed.link_selector);
        assert_eq!(source.article.0[0].date_selector.as_deref(), Some("span.\"luc\""));
        assert!(text.contains("# kind = \"news_sitemap\""), "{text}");
        assert!(text.contains("12 mục") && text.contains("95 % giống địa chỉ bài"), "{text}");
    }
}
