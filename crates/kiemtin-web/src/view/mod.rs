//! What stands on the pages? Structs that the templates read: names, words and numbers ready to be shown.

pub mod audit;
pub mod bench;
pub mod chart;
pub mod chrome;
pub mod desk;
pub mod document;
pub mod facts;
pub mod fares;
pub mod file;
pub mod found;
pub mod lines;
pub mod marked;
pub mod narratives;
pub mod policies;
pub mod receivers;
pub mod review;
pub mod rules;
pub mod saved;
pub mod sign_in;
pub mod sources;
pub mod staff;
pub mod story;
pub mod texts;
pub mod trends;
pub mod warnings;
pub mod words;
