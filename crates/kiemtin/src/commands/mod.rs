//! One file per command.

pub mod audit;
pub mod backtest;
pub mod bench;
pub mod check;
pub mod cite;
pub mod classify;
pub mod crawl;
pub mod demo;
pub mod export;
pub mod extract;
pub mod feed;
pub mod ingest;
pub mod mask;
pub mod propose;
pub mod prune;
pub mod receivers;
pub mod reindex;
pub mod rules;
pub mod saved;
pub mod search;
pub mod serve;
pub mod sources;
pub mod token;
pub mod trends;
pub mod user;
