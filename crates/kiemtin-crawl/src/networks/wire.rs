//! What do the wires of several networks share? Bounded texts, masked places, cursors, and the end of a round.

use super::{Harvest, Round};
use crate::sources::Listing;
use kiemtin_model::{Failure, Outcome, Refusal, Time};
use kiemtin_text::date::parse_when;
use kiemtin_text::mask::Personal;
use scraper::{Html, Selector};
use serde::Serialize;
use serde::de::DeserializeOwned;
use sha2::{Digest, Sha256};

/// Most characters of a post that are read.
pub(super) const MOST_OF_TEXT: usize = 20_000;
/// Longest cursor that is read, in bytes; none that is written comes near.
const MOST_OF_CURSOR: usize = 256 << 10;

/// A text, cut where it is too long.
pub(super) fn bounded(mut text: String) -> String {
    if let Some((end, _)) = text.char_indices().nth(MOST_OF_TEXT) {
        text.truncate(end);
    }
    text
}

/// A written time.
pub(super) fn when(text: &str) -> Option<Time> {
    parse_when(text.trim()).and_then(|when| Time::from_when(&when))
}

/// Four bytes that tell whether a text is the same as before.
pub(super) fn print(text: &str) -> u32 {
    Sha256::digest(text).iter().take(4).fold(0, |sum, byte| sum << 8 | u32::from(*byte))
}

/// A selector that is written in the code.
pub(super) fn selector(css: &str) -> Result<Selector, Outcome> {
    Selector::parse(css).map_err(|e| crate::sources::unreadable(format!("selector {css}: {e}")))
}

/// Takes everything that `what` finds out of the page.
pub(super) fn cut(page: &mut Html, what: &Selector) {
    let found: Vec<_> = page.select(what).map(|element| element.id()).collect();
    for id in found {
        if let Some(mut node) = page.tree.get_mut(id) {
            node.detach();
        }
    }
}

/// Puts the label of a masked account in the place of everything that `what` finds and `is_person` says is one.
pub(super) fn mask(page: &mut Html, what: &Selector, is_person: impl Fn(scraper::ElementRef<'_>) -> bool) {
    let found: Vec<_> = page.select(what).filter(|element| is_person(*element)).map(|element| element.id()).collect();
    for id in found {
        if let Some(mut node) = page.tree.get_mut(id) {
            node.insert_before(scraper::Node::Text(scraper::node::Text { text: Personal::Handle.label().into() }));
            node.detach();
        }
    }
}

/// Reads a page off the async threads: a tree of a large page takes a while, and a reader that panics ends that page and nothing
/// else.
pub(super) async fn apart<T: Send + 'static>(text: String, read: fn(&str) -> Result<T, Outcome>) -> Result<T, Outcome> {
    let given_up = |_| crate::sources::unreadable("the reader gave up on it");
    tokio::task::spawn_blocking(move || read(&text)).await.map_err(given_up)?
}

/// Where the round before ended: what stands behind `name` in the cursor. Another name, and what cannot be read, begins anew.
pub(super) fn read_cursor<T: DeserializeOwned + Default>(round: &Round<'_>, name: &str, listing: &mut Listing) -> T {
    let Some(cursor) = round.cursor else { return T::default() };
    let body = cursor.strip_prefix(name).and_then(|rest| rest.strip_prefix(' ')).filter(|_| cursor.len() <= MOST_OF_CURSOR);
    body.and_then(|body| serde_json::from_str(body).ok()).unwrap_or_else(|| {
        listing.note("where the last round ended cannot be read: begun anew".into());
        T::default()
    })
}

/// The cursor that [`read_cursor`] reads.
pub(super) fn write_cursor<T: Serialize>(name: &str, state: &T) -> Option<String> {
    serde_json::to_string(state).ok().map(|body| format!("{name} {body}"))
}

/// Whether an outcome of one page says nothing of the others, so that a round goes on with them.
pub(super) fn is_of_the_page(outcome: &Outcome) -> bool {
    match outcome {
        Outcome::Failed(Failure::Status(_) | Failure::Parse(_)) => true,
        Outcome::Refused(refusal) => !matches!(refusal, Refusal::Budget | Refusal::Challenge | Refusal::Token),
        _ => false,
    }
}

/// Ends a round: what stopped it is an error where nothing came and no pause is asked for.
pub(super) fn ended(harvest: Harvest, stopped: Option<Outcome>) -> Result<Harvest, Outcome> {
    match stopped {
        Some(outcome) if harvest.listing.leads.is_empty() && harvest.deleted.is_empty() && harvest.pause.is_none() => Err(outcome),
        stopped => Ok(Harvest { stopped, ..harvest }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_cut_at_a_character() {
        assert_eq!(bounded("điện".into()), "điện");
        assert_eq!(bounded("đ".repeat(MOST_OF_TEXT + 5)).chars().count(), MOST_OF_TEXT);
    }

    #[test]
    fn people_are_masked_and_quotes_are_cut() {
        let mut page =
            Html::parse_document("<div id=t>Hỏi <a class=u>Nguyễn A</a> xem <a class=x>đây</a><q>lời <b>người khác</b></q> nhé</div>");
        mask(&mut page, &selector("a").unwrap(), |a| a.attr("class") == Some("u"));
        cut(&mut page, &selector("q").unwrap());
        let text: String = page.select(&selector("#t").unwrap()).map(|t| kiemtin_text::markup::strip_tags(&t.inner_html())).collect();
        assert_eq!(text, "Hỏi [tên tài khoản] xem đây nhé");
    }

    #[test]
    fn times_of_the_wires() {
        let at = Time::parse("2025-05-12T08:30:00+07:00").unwrap();
        for text in [
            "2025-05-12T08:30:00+0700",
            "2025-05-12T01:30:00Z",
            "2025-05-12T01:30:00+0000",
            "2025-05-12T01:30:00+00:00",
            "Mon, 12 May 2025 08:30:00 +0700",
        ] {
            assert_eq!(when(text), Some(at), "{text}");
        }
        assert_eq!(when("2025-05-12T01:30:00.123Z").map(|t| t.0 / 1000), Some(at.0 / 1000));
    }
}
