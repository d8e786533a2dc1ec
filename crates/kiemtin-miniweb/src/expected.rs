//! What should become of every link of the bundled web when it is crawled?

use crate::listed;
use crate::sites::SITES;
use crate::social::forum;
use crate::view::View;
use crate::web::{Page, Web};

/// What a crawl should make of a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Expected {
    /// Stored as new.
    New,
    /// Its text stands at another address as well: stored, and grouped with the page that was seen first.
    Copy,
    /// Refused: robots.txt forbids it.
    Robots,
    /// Failed: HTTP 404.
    Gone,
}

/// One page, for tests that compare what was crawled with what is there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PageInfo {
    /// Id of the site.
    pub site: &'static str,
    /// Slug of the page; unique.
    pub slug: String,
    /// Its canonical address: after redirects, without tracking parameters.
    pub url: String,
    /// Its address as the site lists it.
    pub listed: String,
    /// Its title; empty for posts of channel and network.
    pub title: String,
    /// Publication time, in milliseconds since 1970-01-01T00:00:00Z.
    pub published_ms: i64,
    /// Label of its first version: `claim`, `refutation`, `warning`, `criticism`, `proposal`, `report`, `question`, `ordinary`,
    /// `official`, `satire` or `off_topic`.
    pub label: String,
    /// The false claim that it is about.
    pub narrative: Option<String>,
    /// Kinds of flags that hold (label `claim` only).
    pub kinds: Vec<String>,
    /// Whether it was taken over from another page.
    pub is_copy: bool,
    /// Slug of that other page.
    pub copy_of: Option<String>,
    /// Whether its text stands in the feed or timeline (posts), so that its page need not be fetched.
    pub inline: bool,
    /// Label of its second version, served after `publish_edits`.
    pub edited_label: Option<String>,
    /// Title of its second version.
    pub edited_title: Option<String>,
    /// What a crawl should make of it.
    pub expected: Expected,
}

/// All pages of all sites, and the listed links that lead to none.
pub(crate) fn pages(web: &Web) -> Vec<PageInfo> {
    let mut all = Vec::new();
    for (site, spec) in SITES.iter().enumerate() {
        let view = View { web, site, edited: false };
        all.extend(view.newest().map(|page| info(view, page)));
        for entry in listed::entries(view) {
            let Some((path, _)) = listed::extra(spec.id).iter().find(|(path, _)| entry.url.ends_with(path)) else { continue };
            let slug = path.rsplit('/').next().unwrap_or_default().trim_end_matches(".html").to_owned();
            all.push(PageInfo {
                site: spec.id,
                slug,
                listed: entry.url.clone(),
                url: entry.url,
                title: entry.title,
                published_ms: entry.published.0,
                label: "off_topic".to_owned(),
                narrative: None,
                kinds: Vec::new(),
                is_copy: false,
                copy_of: None,
                inline: false,
                edited_label: None,
                edited_title: None,
                expected: if spec.id == "tin-tong-hop" { Expected::Robots } else { Expected::Gone },
            });
        }
    }
    all
}

fn info(view: View<'_>, page: &Page) -> PageInfo {
    let spec = view.spec();
    let has_copies =
        || view.web.pages.iter().any(|other| other.copy_of.is_some_and(|original| std::ptr::eq(&view.web.pages[original], page)));
    let title = if spec.group == "forum" { forum::title(view, page) } else { page.first.title.clone() };
    PageInfo {
        site: spec.id,
        slug: page.slug.clone(),
        url: view.url(page),
        listed: listed::listed_url(view, page),
        title,
        published_ms: page.published.0,
        label: page.first.label.clone(),
        narrative: page.narrative.clone(),
        kinds: page.first.kinds.clone(),
        is_copy: page.copy_of.is_some(),
        copy_of: page.copy_of.map(|original| view.web.pages[original].slug.clone()),
        inline: matches!(spec.group, "forum" | "social"),
        edited_label: page.second.as_ref().map(|text| text.label.clone()),
        edited_title: page.second.as_ref().map(|text| text.title.clone()),
        expected: if page.copy_of.is_some() || has_copies() { Expected::Copy } else { Expected::New },
    }
}
