//! In which formats do the news sites list what they publish?

pub(crate) mod atom;
pub(crate) mod json_feed;
pub(crate) mod rdf;
pub(crate) mod rss;
pub(crate) mod sitemap;
