//! Which links does a site list, and where does each lead?

use crate::calendar::{self, Moment};
use crate::sites::Validators;
use crate::view::View;
use crate::web::Page;

/// How many of its newest pages a feed lists: more than any site holds, so that all pages are reached (a test sees to it).
pub(crate) const NEWEST: usize = 150;

/// The aggregator's pages that its robots.txt keeps to itself: path, title.
pub(crate) const INTERNAL: [(&str, &str); 3] = [
    ("/noi-bo/lich-truc-ban-bien-tap", "Lịch trực ban biên tập tuần này"),
    ("/noi-bo/huong-dan-dan-nguon", "Hướng dẫn dẫn nguồn khi đăng lại"),
    ("/noi-bo/bien-ban-giao-ban", "Biên bản giao ban đầu tuần"),
];
/// Links of the youth newspaper to pages that were taken down: path, title.
pub(crate) const DEAD: [(&str, &str); 2] = [
    ("/giao-duc/lich-thi-thu-dot-hai-4990001.html", "Lịch thi thử đợt hai"),
    ("/the-thao/giai-bong-ban-sinh-vien-4990002.html", "Giải bóng bàn sinh viên khởi tranh"),
];
/// The aggregator adds these to its links.
const TRACKING: &str = "?utm_source=rss&utm_medium=feed&utm_campaign=tin-moi";

/// One entry of a feed, sitemap or listing.
pub(crate) struct Entry {
    /// The link as listed.
    pub(crate) url: String,
    pub(crate) title: String,
    pub(crate) summary: String,
    pub(crate) section: String,
    pub(crate) published: Moment,
    pub(crate) updated: Moment,
    /// What feeds use as the entry's id.
    pub(crate) id: String,
}

/// Everything a news site lists, newest first.
pub(crate) fn entries(view: View<'_>) -> Vec<Entry> {
    let mut entries: Vec<Entry> = view.newest().take(NEWEST).map(|page| entry(view, page)).collect();
    for (order, (path, title)) in extra(view.spec().id).iter().enumerate() {
        let published = calendar::place(view.web.now, order as i64 + 1, 7, 5);
        let url = format!("{}{path}", view.origin());
        entries.push(Entry {
            id: url.clone(),
            url,
            title: (*title).to_owned(),
            summary: (*title).to_owned(),
            section: "Tin nội bộ".to_owned(),
            published,
            updated: published,
        });
    }
    entries.sort_by_key(|entry| std::cmp::Reverse(entry.published));
    entries
}

fn entry(view: View<'_>, page: &Page) -> Entry {
    let text = view.text(page);
    Entry {
        url: listed_url(view, page),
        title: text.title.clone(),
        summary: text.sapo.clone().unwrap_or_default(),
        section: page.section.clone(),
        published: page.published,
        updated: view.updated(page),
        id: view.url(page),
    }
}

/// Listed links of a site that lead to none of its pages: path, title.
pub(crate) fn extra(site: &str) -> &'static [(&'static str, &'static str)] {
    match site {
        "tin-tong-hop" => &INTERNAL,
        "ban-doc-tre" => &DEAD,
        _ => &[],
    }
}

/// The address of a page as its site lists it.
pub(crate) fn listed_url(view: View<'_>, page: &Page) -> String {
    match view.spec().id {
        "tin-tong-hop" => format!("{}{TRACKING}", view.url(page)),
        "ban-doc-tre" if is_moved(view, page) => format!("{}{}", view.origin(), old_path(page)),
        // A network names a post by the account that wrote it; its page also has an address that does not.
        "mang-xa-hoi-viet" => format!("{}/@{}/{}", view.origin(), page.member(), page.number),
        _ => view.url(page),
    }
}

/// The youth newspaper still lists its newest article under the address of its former content system.
pub(crate) fn moved(view: View<'_>) -> Option<&Page> {
    if view.spec().id == "ban-doc-tre" { view.newest().next() } else { None }
}

fn is_moved(view: View<'_>, page: &Page) -> bool {
    moved(view).is_some_and(|first| first.number == page.number)
}

/// The address that redirects to the page.
pub(crate) fn old_path(page: &Page) -> String {
    format!("/tin/{}.html", page.number)
}

/// robots.txt of a site.
pub(crate) fn robots(view: View<'_>) -> String {
    let mut text = String::from("User-agent: *\n");
    match view.spec().id {
        "tin-tong-hop" => text.push_str("Disallow: /noi-bo/\nCrawl-delay: 0.1\n"),
        "dien-dan-dan-sinh" => text.push_str("Disallow: /account/\nDisallow: /login/\n"),
        "cong-bct" => text.push_str("Disallow: /quan-tri/\n"),
        "ban-tin-nhanh" => text.push_str("Disallow: /tim-kiem\n"),
        _ => text.push_str("Disallow:\n"),
    }
    if view.spec().validators == Validators::Weak {
        text.push_str("\nUser-agent: BadBot\nDisallow: /\n");
    }
    if view.spec().id == "ban-tin-nhanh" {
        text.push_str(&format!("\nSitemap: {}/sitemap.xml\n", view.origin()));
    }
    text
}
