//! How does a site look at this moment: before or after the edits?

use crate::calendar::Moment;
use crate::sites::{SITES, Spec};
use crate::web::{Page, Text, Web};

/// One site as it is served now.
#[derive(Clone, Copy)]
pub(crate) struct View<'a> {
    pub(crate) web: &'a Web,
    pub(crate) site: usize,
    pub(crate) edited: bool,
}

impl<'a> View<'a> {
    pub(crate) fn spec(self) -> &'static Spec {
        &SITES[self.site]
    }

    /// `http://127.0.71.1:8080`
    pub(crate) fn origin(self) -> String {
        self.web.origin(self.site)
    }

    pub(crate) fn url(self, page: &Page) -> String {
        format!("{}{}", self.web.origin(page.site), page.path)
    }

    /// All pages of the site, newest first.
    pub(crate) fn newest(self) -> impl DoubleEndedIterator<Item = &'a Page> + Clone {
        self.web.newest(self.site).iter().map(|index| &self.web.pages[*index])
    }

    /// The words of a page.
    pub(crate) fn text(self, page: &'a Page) -> &'a Text {
        page.second.as_ref().filter(|_| self.edited).unwrap_or(&page.first)
    }

    /// When those words last changed. An edit is dated at the start of the run: never in the future, later than all pages.
    pub(crate) fn updated(self, page: &Page) -> Moment {
        if self.edited && page.second.is_some() { self.web.now.whole_seconds() } else { page.published }
    }

    /// When anything of the site last changed.
    pub(crate) fn changed(self) -> Moment {
        self.newest().map(|page| self.updated(page)).max().unwrap_or(self.web.now.plus_days(-42).whole_seconds())
    }

    /// The name of the newspaper that a copy was taken from.
    pub(crate) fn credit(self, page: &Page) -> Option<&'static str> {
        page.copy_of.map(|original| SITES[self.web.pages[original].site].name)
    }

    /// Sections of the site, most used names first come, each once.
    pub(crate) fn sections(self) -> Vec<&'a str> {
        let mut sections = Vec::new();
        for page in self.newest() {
            if !sections.contains(&page.section.as_str()) {
                sections.push(page.section.as_str());
            }
        }
        sections
    }
}
