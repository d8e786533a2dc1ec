//! What stands on the public preview page of a channel?
//!
//! Only the blocks of posts are read, and of them the text, the time and the link: nothing about who wrote.

use super::listing::parse_page;
use super::{Item, Listed, Listing, unreadable};
use kiemtin_model::{Outcome, Time};
use kiemtin_text::date::parse_when;
use kiemtin_text::markup::strip_tags;
use scraper::Selector;

pub(super) fn read(listed: &Listed<'_>) -> Result<Listing, Outcome> {
    let select = |css: &str| Selector::parse(css).map_err(|e| unreadable(format!("selector {css}: {e}")));
    let (post, text) = (select(".tgme_widget_message")?, select(".tgme_widget_message_text")?);
    let (link, time) = (select("a.tgme_widget_message_date[href]")?, select("time[datetime]")?);
    let page = parse_page(listed.text)?;
    let mut listing = Listing::default();
    let mut posts = 0;
    for block in page.select(&post) {
        posts += 1;
        let place = format!("post {posts}");
        let text = block.select(&text).next().map(|t| strip_tags(&t.inner_html())).unwrap_or_default();
        // Pictures and videos without words.
        if text.is_empty() {
            continue;
        }
        let Some(anchor) = block.select(&link).next() else {
            listing.note(format!("{place}: no link, left out"));
            continue;
        };
        let date = anchor.select(&time).next().or_else(|| block.select(&time).next());
        let published_at = date.and_then(|t| t.attr("datetime")).and_then(parse_when).and_then(|w| Time::from_when(&w));
        let link = anchor.attr("href").unwrap_or_default().to_owned();
        listing.add(listed, &place, Item { link, title: String::new(), published_at, text: Some(text), ..Item::default() });
    }
    if posts == 0 {
        listing.note("no posts: the channel has no public preview, or its page has changed".into());
    }
    Ok(listing)
}

#[cfg(test)]
mod tests {
    use super::super::tests::read_as;
    use kiemtin_model::{FeedKind, LeadBody, SourceGroup};

    #[test]
    fn posts_of_a_channel() {
        let html = r#"<div class="tgme_channel_info">…</div>
            <div class="tgme_widget_message_wrap js-widget_message_wrap"><div class="tgme_widget_message js-widget_message" data-post="kenh/12">
              <a class="tgme_widget_message_owner_name" href="https://t.me/kenh"><span>Tên Kênh</span></a>
              <div class="tgme_widget_message_text js-message_text" dir="auto">Giá điện<br/>tăng &amp; giảm <b>5%</b></div>
              <span class="tgme_widget_message_from_author">Người Viết</span>
              <a class="tgme_widget_message_date" href="https://t.me/kenh/12"><time datetime="2025-05-12T01:30:00+00:00" class="time">08:30</time></a>
            </div></div>
            <div class="tgme_widget_message" data-post="kenh/13"><a class="tgme_widget_message_photo_wrap"></a>
              <a class="tgme_widget_message_date" href="https://t.me/kenh/13"><time datetime="2025-05-12T02:30:00+00:00"></time></a></div>"#;
        let listing = read_as(FeedKind::ChannelPreview, SourceGroup::Social, html, |_| {}).unwrap();
        let [lead] = listing.leads.as_slice() else { panic!("{listing:?}") };
        assert_eq!(lead.body, LeadBody::Inline("Giá điện\ntăng & giảm 5%".into()));
        assert_eq!(lead.url, "https://t.me/kenh/12");
        assert_eq!(lead.published_at.unwrap().to_string(), "2025-05-12T08:30:00+07:00");
        assert!(!format!("{listing:?}").contains("Người Viết"));
    }

    #[test]
    fn a_page_without_posts_is_told() {
        let listing = read_as(FeedKind::ChannelPreview, SourceGroup::Social, "<html><p>x</p></html>", |_| {}).unwrap();
        assert!(listing.leads.is_empty() && listing.notes.len() == 1);
    }
}
