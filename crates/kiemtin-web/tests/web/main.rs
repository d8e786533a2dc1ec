//! The router as a whole, over a real store and a real index in a temporary folder.
#![allow(clippy::unwrap_used)]

mod access;
mod acting;
mod api;
mod audit;
mod briefing;
mod configured;
mod crowded;
mod documents;
mod feeds;
mod limits;
mod listing;
mod live;
mod narratives;
mod pages;
mod policies;
mod push;
mod receivers;
mod reports;
mod restricted;
mod reviewing;
mod roles;
mod rules;
mod saved;
mod signing;
mod staff;
mod stories;
mod trends;
mod websub;
mod world;
mod writing;
