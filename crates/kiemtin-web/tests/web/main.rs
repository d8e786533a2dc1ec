//! The router as a whole, over a real store and a real index in a temporary folder.
#![allow(clippy::unwrap_used)]

mod access;
mod api;
mod audit;
mod briefing;
mod configured;
mod documents;
mod feeds;
mod limits;
mod pages;
mod policies;
mod push;
mod receivers;
mod restricted;
mod roles;
mod saved;
mod signing;
mod staff;
mod stories;
mod trends;
mod websub;
mod world;
