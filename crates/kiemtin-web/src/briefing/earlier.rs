//! Which claims like this one came up before, and what was concluded and answered then?

use super::likeness::{ALIKE, SIMILAR, likeness};
use super::record::fact_of;
use crate::fault::Fault;
use crate::service::Service;
use kiemtin_model::{AlertStatus, Answer, DismissReason, Finding, Sight, Time};
use kiemtin_store::{AlertFile, Precedent, SettledFilter};
use schemars::JsonSchema;
use serde::Serialize;

/// Most claims that are shown, earlier waves of the claim itself not counted.
const MOST: usize = 6;
/// Most settled claims that are compared, the latest of those with a kind or topic in common.
const COMPARED: usize = 1_000;

/// A claim that came up before.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct EarlierClaim {
    /// Store id of its alert.
    pub id: i64,
    /// What people call it.
    pub number: String,
    /// The claim.
    pub claim: String,
    /// It is the same claim: this is an earlier wave of it.
    pub same_claim: bool,
    /// It is about the same fact of record, with whatever value.
    pub same_fact: bool,
    /// How alike the words of the two claims are, 0 to 1.
    #[schemars(range(min = 0, max = 1))]
    pub likeness: f64,
    /// Where its alert stands.
    pub status: AlertStatus,
    /// When that opened.
    pub opened_at: Time,
    /// What was concluded.
    pub finding: Option<Finding>,
    /// Why it was none.
    pub dismissed_as: Option<DismissReason>,
    /// Why, in the words of who concluded.
    pub reason: String,
    /// Official document that the conclusion rests on.
    pub reference: String,
    /// Answers that were given.
    pub answers: Vec<Answer>,
    /// Hours from its opening to the first answer.
    pub hours_to_answer: Option<f64>,
}

/// Earlier waves of the claim, then settled claims that are alike, likest first; only what this sight may see.
pub async fn earlier(service: &Service, sight: &Sight, file: &AlertFile) -> Result<Vec<EarlierClaim>, Fault> {
    let alert = &file.alert;
    let waves = service.store.waves_before(alert.narrative, alert.wave, sight).await?;
    let filter = SettledFilter { narrative: alert.narrative, kinds: &alert.kinds, topics: &alert.topics, sight };
    let settled = service.store.settled(&filter, COMPARED).await?;
    let claims: Vec<&str> = settled.iter().map(|s| s.claim.as_str()).collect();
    let fact = fact_of(&file.narrative.key.key);
    let measured = likeness(&alert.claim, &claims).into_iter().zip(&settled);
    let related = |topics: &[String]| topics.iter().any(|topic| alert.topics.contains(topic));
    let mut alike: Vec<(bool, f64, i64)> = measured
        .filter_map(|(likeness, s)| {
            let same_fact = fact.is_some() && fact_of(&s.key) == fact;
            let least = if related(&s.topics) { SIMILAR } else { ALIKE };
            (same_fact || likeness >= least).then_some((same_fact, likeness, s.alert))
        })
        .collect();
    alike.sort_by(|a, b| b.0.cmp(&a.0).then(b.1.total_cmp(&a.1)).then(b.2.cmp(&a.2)));
    alike.truncate(MOST);
    let ids: Vec<i64> = alike.iter().map(|(.., id)| *id).collect();
    let found = service.store.precedents(&ids, sight).await?;
    let told = |precedent: Precedent| {
        let (same_fact, likeness, _) = alike.iter().find(|(.., id)| *id == precedent.alert.id)?;
        Some(EarlierClaim { same_fact: *same_fact, likeness: rounded(*likeness), ..claim(precedent) })
    };
    let same = waves.into_iter().map(|wave| EarlierClaim { same_claim: true, same_fact: fact.is_some(), likeness: 1.0, ..claim(wave) });
    Ok(same.chain(found.into_iter().filter_map(told)).collect())
}

fn claim(precedent: Precedent) -> EarlierClaim {
    let Precedent { alert, reason, reference, answers } = precedent;
    EarlierClaim {
        id: alert.id,
        hours_to_answer: alert.hours_to_answer(),
        number: alert.number,
        claim: alert.claim,
        same_claim: false,
        same_fact: false,
        likeness: 0.0,
        status: alert.status,
        opened_at: alert.opened_at,
        finding: alert.decision.finding.filter(|_| alert.decision.decided_at.is_some()),
        dismissed_as: alert.decision.dismissed_as,
        reason,
        reference,
        answers,
    }
}

fn rounded(likeness: f64) -> f64 {
    (likeness * 100.0).round() / 100.0
}
