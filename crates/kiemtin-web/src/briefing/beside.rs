//! What stands beside the file of an alert: what is on record, what was answered before and now, what is meant to be answered?

use super::earlier::{EarlierClaim, earlier};
use super::make::main_topics;
use super::record::{FactOfRecord, facts_of_record};
use super::related::{Related, related};
use crate::fault::Fault;
use crate::service::Service;
use kiemtin_model::{Answer, KeptDraft, Reference, Role, Sight, SourceGroup, Time};
use kiemtin_store::{AlertFile, Correction};
use schemars::JsonSchema;
use serde::Serialize;

/// What a briefing holds beside the alert's own documents.
#[derive(Clone, Debug, Default, Serialize, JsonSchema)]
pub struct Beside {
    /// Facts of record that bear on the claim: the value when it appeared and the value now.
    pub facts: Vec<FactOfRecord>,
    /// Official texts that may bear on it, best first; no verdict.
    pub related: Related,
    /// Earlier waves of the claim, then settled claims like it.
    pub earlier: Vec<EarlierClaim>,
    /// Answers that were given, first first: the response ledger.
    pub answers: Vec<Answer>,
    /// Hours from the opening of the alert to the first of them; none without one.
    pub hours_to_answer: Option<f64>,
    /// How far the answer went, next to the claim, since it was given: the first of the ledger, or of an official or press text
    /// that denies the claim. None before there is one.
    pub correction: Option<Correction>,
    /// What is meant to be answered.
    pub draft: KeptDraft,
}

/// Reads it. The index is asked while the store is read.
///
/// # Errors
/// The store failed. A slow or failing index is no error.
pub async fn beside(service: &Service, sight: &Sight, file: &AlertFile, references: &[Reference]) -> Result<Beside, Fault> {
    let topics = main_topics(file);
    let (related, kept) = tokio::join!(related(service, file, references, &topics), kept(service, sight, file));
    let knowledge = (service.knowledge)();
    let facts = facts_of_record(&knowledge.facts, &file.narrative.key.key, &topics, file.alert.first_seen, service.now());
    Ok(Beside { related, facts, ..kept? })
}

/// What the store keeps of it.
async fn kept(service: &Service, sight: &Sight, file: &AlertFile) -> Result<Beside, Fault> {
    let store = &service.store;
    let answers = store.answers(file.alert.id).await?;
    let given = answers.first().map(|a| a.at);
    let since = [given, first_response(file)].into_iter().flatten().min();
    Ok(Beside {
        correction: match since {
            Some(since) => Some(store.correction(file.narrative.id, since).await?),
            None => None,
        },
        hours_to_answer: given.and_then(|_| file.alert.hours_to_answer()),
        earlier: earlier(service, sight, file).await?,
        draft: store.draft(file.alert.id).await?.unwrap_or_default(),
        answers,
        ..Beside::default()
    })
}

/// When the first text of an office or newspaper denied the claim; not what people write to each other.
fn first_response(file: &AlertFile) -> Option<Time> {
    let printed = |group: SourceGroup| !matches!(group, SourceGroup::Forum | SourceGroup::Social);
    let responding = file.others.iter().filter(|d| d.role == Role::Responds).map(|d| &d.document.assessed.document);
    responding.filter(|d| printed(d.group)).map(|d| d.time()).min()
}
