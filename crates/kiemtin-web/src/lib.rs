//! What do people and programs see of the service over HTTP?
//!
//! Two doors to the same facts: the API under `/api/v1` (programs, bearer token) and the pages (people, session
//! cookie). Both are listed in the one route table, [`routes::ROUTES`]. A request goes
//!
//! ```text
//! envelope (size, time, headers, shape of errors) -> gate (who may) -> handler -> store / index -> view -> template
//! ```
//!
//! Invariants: crawled HTML is never rendered, only text that the templates escape; nothing of a page needs another
//! host; every answer carries the security headers; secrets are held as hashes; no clock but the one given.

pub mod access;
pub mod api;
pub mod ask;
pub mod asker;
pub mod bench;
pub mod briefing;
pub mod catalogue;
pub mod desk;
pub mod documents;
pub mod drafts;
pub mod english;
pub mod envelope;
pub mod facts;
pub mod fault;
pub mod feedback;
pub mod feeds;
pub mod gate;
pub mod hidden;
pub mod intake;
pub mod limits;
pub mod live;
pub mod narratives;
pub mod oidc;
pub mod pages;
pub mod params;
pub mod passage;
pub mod policies;
pub mod problem;
pub mod receivers;
pub mod report;
pub mod review;
pub mod routes;
pub mod rules;
pub mod serve;
pub mod service;
pub mod staff;
pub mod status;
pub mod stories;
pub mod texts;
pub mod trends;
pub mod view;
pub mod websub;

pub use access::{Access, AccessError, Secrets};
pub use asker::Asker;
pub use catalogue::{Catalogue, CatalogueSource, CatalogueTopic};
pub use intake::Intake;
pub use limits::{Allowed, Limits};
pub use live::Live;
pub use oidc::{Oidc, OidcSettings};
pub use routes::router;
pub use serve::serve;
pub use service::{Clock, Service};
pub use status::{Crawl, PushResult, ServiceStatus, StatusSnapshot};
