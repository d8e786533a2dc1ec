//! A news sitemap for what is new and a plain one for what is older, under an index.

use crate::listed::{self, Entry};
use crate::markup::escape;
use crate::view::View;

/// Path of the index.
pub(crate) const INDEX: &str = "/sitemap.xml";
/// Paths of the parts: the last two days with the news extension, and before that without it.
pub(crate) const PARTS: [&str; 2] = ["/sitemaps/news-moi.xml", "/sitemaps/news-cu.xml"];
/// Entries of the last so many days stand in the first part: no older ones belong into a news sitemap.
const RECENT_DAYS: i64 = 2;

/// The sitemap index.
pub(crate) fn index(view: View<'_>) -> String {
    let mut out =
        String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<sitemapindex xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\">\n");
    for (part, path) in PARTS.iter().enumerate() {
        let changed = entries(view, part).iter().map(|entry| entry.updated).max().unwrap_or_else(|| view.changed());
        out.push_str(&format!("<sitemap><loc>{}{path}</loc><lastmod>{}</lastmod></sitemap>\n", view.origin(), changed.iso()));
    }
    out.push_str("</sitemapindex>\n");
    out
}

/// One part (its place in [`PARTS`]).
pub(crate) fn part(view: View<'_>, part: usize) -> String {
    let mut out = String::from(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<urlset xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\" \
         xmlns:news=\"http://www.google.com/schemas/sitemap-news/0.9\">\n",
    );
    for entry in entries(view, part) {
        if part > 0 {
            out.push_str(&format!("<url><loc>{}</loc><lastmod>{}</lastmod></url>\n", escape(&entry.url), entry.updated.iso()));
            continue;
        }
        out.push_str(&format!(
            "<url>\n<loc>{}</loc>\n<lastmod>{}</lastmod>\n<news:news>\n<news:publication><news:name>{}</news:name>\
             <news:language>vi</news:language></news:publication>\n<news:publication_date>{}</news:publication_date>\n\
             <news:title>{}</news:title>\n</news:news>\n</url>\n",
            escape(&entry.url),
            entry.updated.iso(),
            escape(view.spec().name),
            entry.published.iso(),
            escape(&entry.title),
        ));
    }
    out.push_str("</urlset>\n");
    out
}

fn entries(view: View<'_>, part: usize) -> Vec<Entry> {
    let border = view.web.now.plus_days(-RECENT_DAYS);
    listed::entries(view).into_iter().filter(|entry| (entry.published >= border) == (part == 0)).collect()
}
