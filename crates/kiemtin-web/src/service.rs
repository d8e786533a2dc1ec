//! What does every handler get to work with?

use crate::access::Access;
use crate::catalogue::Catalogue;
use crate::intake::Intake;
use crate::limits::Limits;
use crate::live::Live;
use crate::oidc::Oidc;
use crate::report::ReportTime;
use crate::status::ServiceStatus;
use kiemtin_analyze::{Knowledge, PolicyRegister};
use kiemtin_deliver::Sender;
use kiemtin_deliver::formats::report::Letterhead;
use kiemtin_model::Time;
use kiemtin_store::{SearchIndex, Store};
use kiemtin_text::lexicon::Lexicon;
use std::sync::Arc;

/// Tells the time. The binary owns the clock; replays and tests give their own.
pub type Clock = Arc<dyn Fn() -> Time + Send + Sync>;

/// Everything the API and the pages are made from.
pub struct Service {
    /// The truth.
    pub store: Arc<dyn Store>,
    /// Its search index.
    pub index: Arc<dyn SearchIndex>,
    /// Abbreviations and synonyms that searches look for beside what was typed.
    pub lexicon: Arc<Lexicon>,
    /// Rules, claims and facts that are in force: a reload shows at once.
    pub knowledge: Arc<dyn Fn() -> Arc<Knowledge> + Send + Sync>,
    /// Names of topics and sources.
    pub catalogue: Catalogue,
    /// The policies that are followed, and what is expected when.
    pub policies: Arc<PolicyRegister>,
    /// What the rest of the service is doing.
    pub status: Arc<ServiceStatus>,
    /// Who may come in.
    pub access: Access,
    /// The identity provider by which the staff may sign in too.
    pub oidc: Option<Oidc>,
    /// Whether what hubs tell is believed when it is signed by SHA-1 only.
    pub accept_sha1: bool,
    /// How much may be asked.
    pub limits: Limits,
    /// Tells who listens what happens to alerts.
    pub live: Arc<Live>,
    /// Takes in what is pushed.
    pub intake: Arc<dyn Intake>,
    /// Channels of the outbox that are told what people decide.
    pub notice_channels: Vec<String>,
    /// Knows which receivers can be told, and how.
    pub sender: Arc<Sender>,
    /// What stands above and below reports.
    pub letterhead: Letterhead,
    /// When reports are made by themselves.
    pub timetable: Vec<ReportTime>,
    /// What time it is.
    pub clock: Clock,
}

impl Service {
    /// The time now, by the clock that was given.
    pub fn now(&self) -> Time {
        (self.clock)()
    }
}
