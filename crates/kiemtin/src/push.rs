//! How do pushed lines pass the pipeline? As those of a file do, a bounded number of pushes one after the other.

use crate::crew;
use crate::pipeline::{Ended, Intake, Pipeline};
use async_trait::async_trait;
use kiemtin_analyze::line::{LineRules, ReadLine, read_line};
use kiemtin_model::{Actor, AuditAction, AuditEntry, Failure, Outcome, SourceGroup, Tally};
use kiemtin_store::StoreError;
use kiemtin_store::pushes::PushAnswer;
use kiemtin_web::ServiceStatus;
use kiemtin_web::intake::{IntakeError, LineOutcome, Push, PushAnswered, PushEnd, PushedLine, Remember};
use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Semaphore;

/// Lines per transaction.
const BATCH: usize = 500;
/// Longest wait for the pushes before.
const WAIT: Duration = Duration::from_secs(10);

/// Number of a line with a date that could not be read; or why it is no document.
type Head = (u32, Result<Option<String>, String>);

/// Takes pushes in.
#[derive(Clone)]
pub struct PushIntake {
    pipeline: Arc<Pipeline>,
    groups: Arc<HashMap<String, SourceGroup>>,
    status: Arc<ServiceStatus>,
    /// One at a time: the store has one writer, and collecting wants its turn as well.
    turn: Arc<Semaphore>,
}

impl PushIntake {
    /// Over the pipeline of the service; `groups` are those of the configured sources.
    pub fn new(pipeline: Arc<Pipeline>, groups: HashMap<String, SourceGroup>, status: Arc<ServiceStatus>) -> Self {
        Self { pipeline, groups: Arc::new(groups), status, turn: Arc::new(Semaphore::new(1)) }
    }

    async fn take(&self, push: Push) -> anyhow::Result<PushEnd> {
        let store = &self.pipeline.store;
        if let Some(Remember { owner, key, body_hash }) = &push.remember
            && let Some(before) = store.push_answer(owner, key, (self.pipeline.clock)()).await?
        {
            // The same push came twice at the same time: the first one was taken in meanwhile.
            return Ok(if before.body_hash == *body_hash { PushEnd::Replayed(before.answer) } else { PushEnd::OtherBody });
        }
        let Push { lines, by, remember } = push;
        let (mut items, mut tally) = (Vec::with_capacity(lines.len()), Tally::default());
        let mut rest = lines.into_iter().peekable();
        while rest.peek().is_some() {
            let part: Vec<PushedLine> = rest.by_ref().take(BATCH).collect();
            let span = (part.first().map_or(0, |l| l.number), part.last().map_or(0, |l| l.number));
            let (heads, documents) = self.read(part).await?;
            let mut taken = self.pipeline.take(documents).await?;
            let told = told(heads, std::mem::take(&mut taken.ended), &mut taken.tally);
            tally.add(&taken.tally);
            items.extend(told);
            let recorded = taken.tally;
            taken.transaction.put_audit(&self.logged(&by, span, &recorded)).await?;
            if rest.peek().is_some() {
                taken.commit().await?;
                self.status.ingested(&recorded);
                continue;
            }
            let answer = serde_json::to_string(&PushAnswered { items, tally })?;
            if let Some(Remember { owner, key, body_hash }) = remember {
                let kept = PushAnswer { body_hash, answer: answer.clone(), at: (self.pipeline.clock)() };
                taken.transaction.put_push_answer(&owner, &key, &kept).await?;
            }
            taken.commit().await?;
            self.status.ingested(&recorded);
            return Ok(PushEnd::Taken(answer));
        }
        anyhow::bail!("a push without a line")
    }

    /// The documents of these lines, and of each line its number with a date that could not be read, or why it is no document.
    async fn read(&self, lines: Vec<PushedLine>) -> anyhow::Result<(Vec<Head>, Vec<Intake>)> {
        let now = (self.pipeline.clock)();
        let (groups, salts) = (Arc::clone(&self.groups), self.pipeline.salts.at(now)?);
        let numbers: Vec<u32> = lines.iter().map(|line| line.number).collect();
        let read = crew::map(lines, move |line| {
            let rules = LineRules { now, salt: salts.now(), group_of: &|id| groups.get(id).copied(), as_given: false };
            line.text.and_then(|text| read_line(&text, &rules))
        });
        let mut documents = vec![];
        let mut head = |line: Result<Result<ReadLine, String>, String>| {
            let ReadLine { document, bad_date, .. } = line.unwrap_or_else(|panic| Err(format!("reading the line failed: {panic}")))?;
            documents.push(Intake::Document(document, None));
            Ok(bad_date)
        };
        let heads = numbers.into_iter().zip(read.await?).map(|(number, line)| (number, head(line))).collect();
        Ok((heads, documents))
    }

    fn logged(&self, by: &Actor, (first, last): (u32, u32), tally: &Tally) -> AuditEntry {
        let Tally { read, new, new_version, unchanged, duplicate, refused, failed, flagged, alerts } = *tally;
        let counts = [
            ("read", read),
            ("new", new),
            ("new_version", new_version),
            ("unchanged", unchanged),
            ("duplicate", duplicate),
            ("refused", refused),
            ("failed", failed),
            ("flagged", flagged),
            ("alerts", alerts),
        ];
        let counts = counts.into_iter().filter(|(_, n)| *n > 0).map(|(name, n)| (name.to_owned(), n.to_string()));
        let detail = counts.chain([("lines".to_owned(), format!("{first}-{last}"))]).collect();
        AuditEntry { at: (self.pipeline.clock)(), actor: by.clone(), action: AuditAction::Push, object: "documents".into(), detail }
    }
}

/// What became of each line, in order; lines that could not be read are added to the tally.
fn told(heads: Vec<Head>, ended: Vec<Ended>, tally: &mut Tally) -> Vec<LineOutcome> {
    let mut ended = ended.into_iter();
    let told = heads.into_iter().map(|(line, head)| match head {
        Err(reason) => {
            tally.count(&Outcome::Failed(Failure::Parse(String::new())));
            LineOutcome { line, outcome: "failed", id: None, reason: Some(reason) }
        }
        Ok(bad_date) => {
            // As many ended as were handed in.
            let (outcome, id) = ended.next().unwrap_or((Outcome::Unchanged, None));
            let reason = match &outcome {
                Outcome::Refused(_) | Outcome::Failed(_) => Some(outcome.detail()),
                _ => bad_date.map(|date| format!("published_at cannot be read and was left out: {date}")),
            };
            LineOutcome { line, outcome: word(&outcome), id: id.map(|id| id.0), reason }
        }
    });
    told.collect()
}

fn word(outcome: &Outcome) -> &'static str {
    match outcome {
        Outcome::New => "new",
        Outcome::NewVersion => "new_version",
        Outcome::Unchanged => "unchanged",
        Outcome::Duplicate => "duplicate",
        Outcome::Refused(_) => "refused",
        Outcome::Failed(_) => "failed",
    }
}

#[async_trait]
impl kiemtin_web::Intake for PushIntake {
    async fn push(&self, push: Push) -> Result<PushEnd, IntakeError> {
        let turn = tokio::time::timeout(WAIT, Arc::clone(&self.turn).acquire_owned());
        let Ok(Ok(turn)) = turn.await else { return Err(IntakeError::Busy) };
        let intake = self.clone();
        // By itself: whoever pushes may hang up, what was begun is ended and can be asked for again under its key.
        let taking = tokio::spawn(async move {
            let ended = intake.take(push).await;
            drop(turn);
            ended
        });
        match taking.await {
            Ok(Ok(end)) => Ok(end),
            Ok(Err(error)) if matches!(error.downcast_ref(), Some(StoreError::Busy)) => Err(IntakeError::Busy),
            Ok(Err(error)) => Err(IntakeError::Failed(error.into())),
            Err(error) => Err(IntakeError::Failed(Box::new(error))),
        }
    }
}
