//! Networks against local servers of them, people and all: nothing lost, nothing doubled, nothing of a person, and every refusal
//! has its name.
#![allow(clippy::unwrap_used, reason = "tests")]

mod bluesky;
mod facebook;
mod jetstream;
mod mastodon;
mod reader;
mod rounds;
mod telegram;
mod xenforo;
mod youtube;
