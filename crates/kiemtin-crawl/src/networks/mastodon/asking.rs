//! How is a Mastodon server asked for a page, and what does its refusal mean?

use super::super::{Answered, Round, Secret};
use super::status::{Status, is_id, is_later};
use crate::sources::{Listing, read_json, unreadable};
use kiemtin_model::{Failure, Outcome, Refusal};
use serde::Deserialize;
use std::time::Duration;
use url::Url;

/// Posts on a page: the most that the API gives.
pub(super) const LIMIT: usize = 40;
/// Parameters that are ours to set.
const OURS: &[&str] = &["limit", "max_id", "min_id", "since_id"];

/// A page of a timeline.
pub(super) struct Page {
    /// What could be read, oldest first, with its place in notes.
    pub(super) posts: Vec<(String, Status)>,
    /// Posts on it, readable or not.
    pub(super) count: usize,
    /// The last and the first id, by their order.
    pub(super) newest: Option<String>,
    pub(super) oldest: Option<String>,
    /// No request is left; the wait until there are some.
    pub(super) used_up: Option<Duration>,
}

/// Asks for a page at one of its ends, e.g. `("min_id", "7")`. `number` names it in notes.
pub(super) async fn page(round: &Round<'_>, number: usize, end: Option<(&str, &str)>, listing: &mut Listing) -> Result<Page, Outcome> {
    let mut url = Url::parse(round.address).map_err(|_| Outcome::Refused(Refusal::Address))?;
    let own: Vec<(String, String)> = url.query_pairs().into_owned().filter(|(name, _)| !OURS.contains(&name.as_str())).collect();
    url.query_pairs_mut().clear().extend_pairs(own).append_pair("limit", &LIMIT.to_string()).extend_pairs(end);
    let answered = round.api(&url, Secret::Bearer, 1).await?;
    if answered.status != 200 {
        return Err(refused(&answered, round.has_token()));
    }
    let values: Vec<serde_json::Value> = read_json(&answered.text).map_err(|e| unreadable(format!("no list of posts: {e}")))?;
    let mut page = Page { posts: vec![], count: values.len(), newest: None, oldest: None, used_up: answered.used_up(round.now) };
    for (place, value) in (1..).zip(values) {
        let place = format!("page {number}, post {place}");
        match serde_json::from_value::<Status>(value) {
            Ok(status) if is_id(&status.id) => {
                if page.newest.as_ref().is_none_or(|id| is_later(&status.id, id)) {
                    page.newest = Some(status.id.clone());
                }
                if page.oldest.as_ref().is_none_or(|id| is_later(id, &status.id)) {
                    page.oldest = Some(status.id.clone());
                }
                page.posts.push((place, status));
            }
            // What serde says may quote the value.
            _ => listing.note(format!("{place}: left out, it has not the fields of a post")),
        }
    }
    page.posts.reverse();
    Ok(page)
}

/// What a status other than 200 means.
fn refused(answered: &Answered, has_token: bool) -> Outcome {
    let asks_who = match answered.status.as_u16() {
        401 => true,
        422 => answered.text.contains("authenticated user"),
        403 => has_token,
        _ => false,
    };
    match (asks_who, has_token) {
        (true, true) => Outcome::Refused(Refusal::Token),
        (true, false) => Outcome::Refused(Refusal::Closed),
        (false, _) => Outcome::Failed(Failure::Status(answered.status.as_u16())),
    }
}

/// What became of a post that is no longer listed.
pub(super) enum Gone {
    /// Its server has it no more.
    Deleted,
    /// It is there.
    Kept,
    /// Its server does not say.
    Unknown,
}

/// Asks for one post by its id.
pub(super) async fn is_gone(round: &Round<'_>, id: &str) -> Result<Gone, Outcome> {
    let url = at(round, &format!("/api/v1/statuses/{id}"))?;
    let answered = round.api(&url, Secret::Bearer, 1).await?;
    Ok(match answered.status.as_u16() {
        404 | 410 => Gone::Deleted,
        200 => Gone::Kept,
        _ => Gone::Unknown,
    })
}

/// `configuration.timelines_access` of the entity `Instance` (since 4.5.0).
#[derive(Deserialize)]
struct Instance {
    configuration: Option<Configuration>,
}

#[derive(Deserialize)]
struct Configuration {
    timelines_access: Option<Accesses>,
}

#[derive(Deserialize)]
struct Accesses {
    live_feeds: Option<Access>,
    hashtag_feeds: Option<Access>,
}

#[derive(Deserialize)]
struct Access {
    local: Option<String>,
    remote: Option<String>,
}

/// Whether the server says of itself that this timeline is not for us; older servers say nothing. Asked when a timeline is empty,
/// because some servers answer so instead of refusing.
pub(super) async fn is_closed(round: &Round<'_>, by_keyword: bool) -> Result<bool, Outcome> {
    let url = at(round, "/api/v2/instance")?;
    let answered = round.api(&url, Secret::Bearer, 1).await?;
    if answered.status != 200 {
        return Ok(false);
    }
    let instance: Instance = match read_json(&answered.text) {
        Ok(instance) => instance,
        Err(_) => return Ok(false),
    };
    let accesses = instance.configuration.and_then(|configuration| configuration.timelines_access);
    let access = accesses.and_then(|all| if by_keyword { all.hashtag_feeds } else { all.live_feeds });
    let Some(Access { local, remote }) = access else { return Ok(false) };
    let shut = |access: Option<String>| match access.as_deref() {
        Some("authenticated") => !round.has_token(),
        Some("disabled") => true,
        _ => false,
    };
    let asks = |name: &str| round.address.contains(&format!("{name}=true"));
    Ok(match (asks("local"), asks("remote")) {
        (true, _) => shut(local),
        (_, true) => shut(remote),
        _ => shut(local) && shut(remote),
    })
}

fn at(round: &Round<'_>, path: &str) -> Result<Url, Outcome> {
    Url::parse(round.address).and_then(|url| url.join(path)).map_err(|_| Outcome::Refused(Refusal::Address))
}
