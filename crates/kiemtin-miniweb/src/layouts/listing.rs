//! The front page of a newspaper and of its sections: one item an article, among links that lead elsewhere.

use super::parts;
use crate::listed::{self, NEWEST};
use crate::markup::{escape, fold};
use crate::view::View;

/// The links to articles on a front page.
pub(crate) const LINK_SELECTOR: &str = "article.item-news h3.title-news a";
/// The title inside such a link, beside the label of its section.
pub(crate) const TITLE_SELECTOR: &str = "span.ten-bai";

/// The front page; with a section (as written in addresses) only its articles.
pub(crate) fn list(view: View<'_>, section: Option<&str>) -> String {
    let items: String = view
        .newest()
        .filter(|page| section.is_none_or(|wanted| fold(&page.section) == wanted))
        .take(NEWEST)
        .map(|page| {
            let text = view.text(page);
            format!(
                "<article class=\"item-news\"><div class=\"thumb-art\"><a href=\"/anh/{number}.svg\"><img src=\"/anh/{number}.svg\" alt=\"\"></a></div>\n\
                 <h3 class=\"title-news\"><a href=\"{url}\"><span class=\"nhan\">{section}</span> <span class=\"ten-bai\">{title}</span></a></h3>\n\
                 <p class=\"description\">{sapo}</p></article>\n",
                number = page.number,
                url = escape(listed::listed_url(view, page).strip_prefix(&view.origin()).unwrap_or(&page.path)),
                section = escape(&page.section),
                title = escape(&text.title),
                sapo = escape(text.sapo.as_deref().unwrap_or_default()),
            )
        })
        .collect();
    format!(
        "<!DOCTYPE html>\n<html lang=\"vi\">\n<head>\n<meta charset=\"{charset}\">\n<title>{name} - {slogan}</title>\n\
         <meta property=\"og:type\" content=\"website\">\n<link rel=\"canonical\" href=\"{origin}/\">\n{feed}\
         <link rel=\"stylesheet\" href=\"/giao-dien.css\">\n</head>\n<body>\n<header><a href=\"/\">{name}</a> <span class=\"time-now\">{clock}</span></header>\n\
         <nav><ul>\n{menu}</ul></nav>\n<section class=\"tin-moi\">\n{items}</section>\n\
         <aside class=\"chuyen-de\"><h3><a href=\"/chuyen-de/mua-sam-thong-minh/\">Chuyên đề: Mua sắm thông minh</a></h3>\
         <h3><a href=\"/qc/8\">Ưu đãi dành cho bạn đọc</a></h3></aside>\n<footer>{licence}</footer>\n</body>\n</html>\n",
        charset = view.spec().charset.name(),
        name = escape(view.spec().name),
        slogan = escape(view.spec().slogan),
        origin = view.origin(),
        feed = feed_link(view),
        clock = view.web.now.weekday_date(),
        menu = parts::menu(view),
        licence = parts::licence(view),
    )
}

/// Lets programs find the feed.
fn feed_link(view: View<'_>) -> String {
    use crate::sites::Listing;
    let media_type = match view.spec().listing {
        Listing::Rss(_) | Listing::Rdf | Listing::ForumRss => "application/rss+xml",
        Listing::Atom => "application/atom+xml",
        Listing::JsonFeed => "application/feed+json",
        Listing::Sitemap | Listing::Page | Listing::Channel | Listing::Mastodon => return String::new(),
    };
    format!(
        "<link rel=\"alternate\" type=\"{media_type}\" title=\"{}\" href=\"{}\">\n",
        escape(view.spec().name),
        escape(view.spec().feed_path)
    )
}
