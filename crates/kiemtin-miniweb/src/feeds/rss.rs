//! RSS 2.0, with the date habits of Vietnamese newspapers.

use crate::calendar::PubDate;
use crate::charset::Charset;
use crate::listed::{self, Entry};
use crate::markup::{cdata, escape};
use crate::view::View;

/// The feed of a site.
pub(crate) fn write(view: View<'_>, habit: PubDate) -> String {
    let spec = view.spec();
    let items: String = listed::entries(view).iter().map(|entry| item(entry, habit, spec.charset, &view.origin())).collect();
    format!(
        "<?xml version=\"1.0\" encoding=\"{charset}\"?>\n<rss version=\"2.0\" xmlns:atom=\"http://www.w3.org/2005/Atom\">\n<channel>\n\
         <title>{name} - Tin mới</title>\n<link>{origin}/</link>\n<description>{slogan}</description>\n<language>vi-vn</language>\n\
         <atom:link href=\"{origin}{path}\" rel=\"self\" type=\"application/rss+xml\" />\n<lastBuildDate>{built}</lastBuildDate>\n\
         <generator>{name}</generator>\n{items}</channel>\n</rss>\n",
        charset = spec.charset.name(),
        name = escape(spec.name),
        slogan = escape(spec.slogan),
        origin = view.origin(),
        path = escape(spec.feed_path),
        built = view.changed().rss(habit),
    )
}

fn item(entry: &Entry, habit: PubDate, charset: Charset, origin: &str) -> String {
    let url = escape(&entry.url);
    let teaser = format!("<a href=\"{url}\"><img src=\"{origin}/anh/nho.svg\" alt=\"\" /></a><br />{}", escape(&entry.summary));
    // Numeric references for what the code page lacks are not read inside CDATA.
    let description = if charset == Charset::Windows1258 { escape(&teaser) } else { cdata(&teaser) };
    format!(
        "<item>\n<title>{title}</title>\n<description>{description}</description>\n<link>{url}</link>\n\
         <guid isPermaLink=\"true\">{id}</guid>\n<category>{section}</category>\n<pubDate>{date}</pubDate>\n</item>\n",
        title = escape(&entry.title),
        id = escape(&entry.id),
        section = escape(&entry.section),
        date = entry.published.rss(habit),
    )
}
