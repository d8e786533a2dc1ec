//! A stored document in a list, in words.

use crate::texts::{TextItem, ToldItem};
use crate::view::document::page_address;
use crate::view::words::{link, points};
use kiemtin_model::Time;

/// A document. Its fields are those that `items.html` places.
#[derive(Clone)]
pub struct TextRow {
    /// Its page here.
    pub page: String,
    /// Its title, or what stands for one.
    pub title: String,
    /// Source, group and time.
    pub about: String,
    /// Where it can be read.
    pub link: Option<String>,
    /// The beginning of its text; empty where it stands for the title, or may not be shown.
    pub excerpt: String,
}

impl TextRow {
    /// Of a document.
    pub fn new(text: &TextItem) -> Self {
        let at = text.published_at.map_or_else(|| format!("không rõ ngày đăng, thu thập {}", text.fetched_at.vi()), Time::vi);
        // The beginning of a post is its name; where that may not be shown, its source is.
        let (title, excerpt) = match (text.title.is_empty(), text.excerpt.is_empty()) {
            (false, _) => (text.title.clone(), text.excerpt.clone()),
            (true, false) => (text.excerpt.clone(), String::new()),
            (true, true) => (text.source_name.clone(), String::new()),
        };
        Self {
            page: page_address(&text.id.0),
            title,
            about: format!("{} · {} · {at}", text.source_name, text.group.vi()),
            link: link(text.url.as_deref()),
            excerpt,
        }
    }

    /// Without its excerpt, and with more said of it.
    pub fn short(text: &TextItem, more: &[String]) -> Self {
        let row = Self::new(text);
        let about = [row.about].into_iter().chain(more.iter().filter(|m| !m.is_empty()).cloned()).collect::<Vec<_>>().join(" · ");
        Self { about, excerpt: String::new(), ..row }
    }

    /// A document of a narrative.
    pub fn told(told: &ToldItem) -> Self {
        let score = if told.score > 0.0 { format!("{} điểm", points(told.score)) } else { String::new() };
        Self::short(&told.text, &[told.text.stance.vi().to_owned(), score])
    }
}
