//! The only crate that talks to publishers: politely, within robots.txt, and never into a private network.
//!
//! ```text
//! Source + FeedSpec --poll--> Polled { leads, … }             sources/   one file per kind of listing
//!                                                             networks/  one file per network, read on from a cursor
//! Lead              --fetch-> Fetched::Page(FetchedPage)      client.rs  one request, all its hops
//! an address        --propose-> Proposal                      propose.rs how its site could be collected
//! a hub             --subscribe-> HubAnswer                   subscribe.rs to be told of a feed's news
//! ```
//!
//! Every request takes the same way: [`guard`](CrawlSettings::allow_networks) (may this address be asked at all?),
//! robots.txt (does the publisher allow it?), the turn of its host (one request at a time, a pause between starts), the
//! request, the byte cap. A redirect starts again at the guard.
//!
//! Invariants: no request without the guard and robots.txt, but for hubs, streams, and interfaces to which
//! we have a key; no body read past its cap; nothing about who wrote a text is
//! read into any type; every failure is an [`Outcome`](kiemtin_model::Outcome) that says which.

mod charset;
mod client;
mod crawler;
mod guard;
mod hosts;
mod hub;
mod networks;
mod propose;
mod retry_after;
mod robots;
mod robots_rules;
pub mod schedule;
mod settings;
mod sources;
mod subscribe;

pub use charset::decode_html;
pub use crawler::{Clock, CrawlError, Crawler, Fetched, KnownListing, Polled};
pub use hosts::Held;
pub use hub::HubLinks;
pub use kiemtin_model::canonical::canonical_url;
pub use networks::{NETWORKS, Network, is_network};
pub use propose::{End, Found, Known, MAX_ADDRESSES, Proposal, Tried, date_selectors};
pub use settings::CrawlSettings;
pub use sources::check_selector;
pub use sources::{FeedEntry, ParsedFeed, SOURCE_KINDS, SourceKind, parse_feed};
pub use subscribe::{HubAnswer, HubRequest};
