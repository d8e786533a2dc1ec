//! Where a fetched page becomes an alert: extract, find duplicates, assess, raise, record.
//!
//! Works on batches. Everything pure runs off the async threads; one transaction makes a batch durable, and only then is
//! it acknowledged. See ARCHITECTURE.md, "Follow one article".

mod ends;
mod forgetting;

use crate::crew;
use crate::identity::{known_under_earlier_salt, same_documents, twin};
use crate::narratives::{Raiser, Raising};
use crate::reload::LiveKnowledge;
use crate::salt_file::SaltFile;
use crate::stories::{Open, Stories};
use ends::LeadEnds;
use forgetting::Deletion;
use kiemtin_analyze::assess::assess_and_ask;
use kiemtin_analyze::events::Terms;
use kiemtin_analyze::record::learn;
use kiemtin_analyze::{ExtractError, Knowledge, extract, stored_hash};
use kiemtin_crawl::Clock;
use kiemtin_model::{
    AssessedDocument, DateOrigin, Dating, DocId, Document, Failure, FetchedPage, FoundBy, HostPause, JustAssessed, Lead, LeadBody,
    LearnedDocument, Outcome, PublishedFrom, Refusal, Restrictions, Salts, Source, Subscription, Tally, Time,
};
use kiemtin_store::coverage::{POLL_FAILED, POLLED};
use kiemtin_store::saved::{Matcher, Searches};
use kiemtin_store::{Batch, FeedState, GuidState, Known, LeadState, Reserved, SourceEvent, SourceEventKind, Store};
use kiemtin_text::winnow::Prints;
use std::collections::HashMap;
use std::sync::Arc;

/// How leads are counted that turned out to be another address of a document.
const ALIAS: &str = "alias";

/// The stages between a lead and the store.
pub struct Pipeline {
    /// Rules, topics, facts: the set in force when a batch begins is that of the whole batch.
    pub knowledge: Arc<LiveKnowledge>,
    /// The truth.
    pub store: Arc<dyn Store>,
    /// Who is told of alerts, and what decides how pressing they are.
    pub raising: Raising,
    /// The clock.
    pub clock: Clock,
    /// The secret under which posts are known that were found by keyword.
    pub salts: Arc<SaltFile>,
    /// Finds the story of a text.
    pub stories: Stories,
    /// What people want to be told of.
    pub searches: Arc<Searches>,
}

/// A lead on its way through the pipeline.
pub enum Intake {
    /// A page to be read, with what is known of its address.
    Page(Box<FetchedPage>, Arc<Source>, LeadState),
    /// A document that needs no extraction: a line of a file, or a post from a listing.
    Document(Document, Option<LeadState>),
    /// A lead that ended before it became a document.
    Ended(LeadState, Outcome),
    /// What these leads (canonical addresses, or the keys of posts found by keyword) became was taken down where it was published: what
    /// went before is forgotten, what comes after is taken in.
    Deleted(Vec<String>),
    /// By what the feed of a source knows the leads that went before.
    Named(Vec<Named>),
    /// All leads of a poll went before: its validators may be kept now.
    FeedDone(PolledFeed),
    /// Everything of a source that was due went before.
    SourceDone(String),
}

/// What a poll leaves to be kept.
pub struct PolledFeed {
    /// The feed with its next poll.
    pub state: FeedState,
    /// What is worth telling.
    pub events: Vec<SourceEvent>,
    /// Hosts that asked to be left alone meanwhile.
    pub pauses: Vec<HostPause>,
    /// When the poll began: what a hub told since may not be in it.
    pub began: Time,
    /// What was set aside for a round over a network, and what it took.
    pub took: Option<(Reserved, u32)>,
    /// The subscription to be asked for, when the feed names a hub that was not known.
    pub wanted: Option<Box<Subscription>>,
}

/// A lead that its feed knows by an id.
pub struct Named {
    /// The id, and the address under which it is listed now.
    pub guid: GuidState,
    /// The document that is found at that address from now on, when it was another address before.
    pub moved: Option<DocId>,
}

/// What is ready to be recorded.
pub(crate) struct Ready {
    pub(crate) outcome: Result<Document, Outcome>,
    pub(crate) lead: Option<LeadState>,
    /// The feed says by an id which document the lead is.
    pub(crate) named: bool,
}

/// A lead with what the pure stages say of it.
struct Judged {
    verdict: Verdict,
    lead: Option<LeadState>,
}

enum Verdict {
    /// No document.
    Ended(Outcome),
    /// The store has this text.
    Same(Box<Document>),
    /// New text.
    Changed(Box<NewText>),
}

/// What a text gave that the store does not have.
struct NewText {
    assessed: AssessedDocument,
    /// By which its copies are found.
    prints: Prints,
    /// By which reports of its event are found.
    terms: Terms,
    /// Official documents that it teaches.
    learned: Vec<LearnedDocument>,
    /// Saved searches that it matches; `None` when that can only be said of a document with a story.
    matches: Option<Vec<i64>>,
}

impl NewText {
    fn of(document: Document, knowledge: &Knowledge, searches: &Matcher, now: Time) -> Self {
        let learned = learn(&document);
        let ask = |of: &JustAssessed<'_>| {
            let matches = (!searches.asks_story()).then(|| searches.matches(of, "", now));
            (matches, Terms::of(of.read))
        };
        let (assessed, prints, (matches, terms)) = assess_and_ask(document, knowledge, ask);
        Self { assessed, prints, terms, learned, matches }
    }
}

impl Judged {
    /// What it matches is to be asked again.
    fn ask_again(&mut self) {
        if let Verdict::Changed(new) = &mut self.verdict {
            new.matches = None;
        }
    }

    fn document(&self) -> Option<DocId> {
        match &self.verdict {
            Verdict::Changed(new) => Some(new.assessed.document.id.clone()),
            Verdict::Same(document) => Some(document.id.clone()),
            Verdict::Ended(_) => None,
        }
    }
}

/// How something without a lead (a line of a file, or one that was pushed) ended, and which document it is.
pub type Ended = (Outcome, Option<DocId>);

/// A batch that is recorded in a transaction that is still open. Dropping it undoes everything.
pub struct Taken<'a> {
    /// What became of it.
    pub tally: Tally,
    /// How each document without a lead ended, in the order of the batch.
    pub ended: Vec<Ended>,
    /// The transaction.
    pub transaction: Box<dyn Batch>,
    stories: Open<'a>,
}

impl Taken<'_> {
    /// Makes it durable.
    pub async fn commit(self) -> anyhow::Result<()> {
        self.transaction.commit().await?;
        self.stories.committed();
        Ok(())
    }
}

impl Pipeline {
    /// Takes a batch in. When this returns, everything in it is durable and counted: one outcome per lead.
    pub async fn take_in(&self, batch: Vec<Intake>) -> anyhow::Result<Tally> {
        let taken = self.take(batch).await?;
        let tally = taken.tally;
        taken.commit().await?;
        Ok(tally)
    }

    /// As [`Pipeline::take_in`], but leaves it to the caller to add to the transaction and to commit it.
    pub async fn take(&self, batch: Vec<Intake>) -> anyhow::Result<Taken<'_>> {
        let mut feeds = vec![];
        let mut leads = vec![];
        let (mut named, mut deletions) = (vec![], vec![]);
        for intake in batch {
            match intake {
                Intake::FeedDone(feed) => feeds.push(feed),
                Intake::SourceDone(_) => {}
                Intake::Named(names) => named.extend(names),
                Intake::Deleted(keys) => deletions.push((leads.len(), keys)),
                other => leads.push(other),
            }
        }
        let salts = self.salts.at((self.clock)())?;
        let mut ready = self.read(leads, &salts).await?;
        known_under_earlier_salt(self.store.as_ref(), &salts, &mut ready).await?;
        same_documents(self.store.as_ref(), &mut ready).await?;
        let asked = self.searches.now(self.store.as_ref()).await?;
        let mut judged = self.assess_changed(ready, self.knowledge.now(), asked.clone()).await?;
        let mut stories = self.stories.open(self.store.as_ref()).await?;
        let mut transaction = self.store.begin().await?;
        stories.catch_up(transaction.as_mut()).await?;
        // Nobody saves or removes a search until this transaction ends.
        let searches = self.searches.inside(transaction.as_mut()).await?;
        if !Arc::ptr_eq(&asked, &searches) {
            judged.iter_mut().for_each(Judged::ask_again);
        }
        let (tally, ended) = self.record(transaction.as_mut(), &mut stories, &searches, (judged, deletions)).await?;
        for Named { guid, moved } in &named {
            transaction.put_guid(guid).await?;
            if let Some(document) = moved {
                transaction.move_document(document, &guid.url).await?;
            }
        }
        for PolledFeed { state, events, pauses, began, wanted, took } in &feeds {
            transaction.put_feed(state).await?;
            let polled = if state.error.is_empty() { POLLED } else { POLL_FAILED };
            transaction.count_source(&state.source, state.polled_at.day_number(), polled, 1).await?;
            transaction.bring_forward(&state.source, &state.url, *began, state.polled_at).await?;
            if let Some((reserved, spent)) = took {
                transaction.settle(reserved, *spent).await?;
            }
            if let Some(wanted) = wanted {
                transaction.put_subscription(wanted).await?;
            }
            for pause in pauses {
                transaction.put_host_pause(pause, (self.clock)()).await?;
            }
            for event in events {
                transaction.put_source_event(event).await?;
                if event.kind == SourceEventKind::Gap {
                    transaction.count_source(&event.source, event.at.day_number(), event.kind.as_str(), 1).await?;
                }
            }
        }
        Ok(Taken { tally, ended, transaction, stories })
    }

    /// Stage 1, extract: pages become documents.
    async fn read(&self, leads: Vec<Intake>, salts: &Arc<Salts>) -> anyhow::Result<Vec<Ready>> {
        let known: Vec<(Option<LeadState>, bool)> = leads.iter().map(|l| (l.lead_state(), l.is_named())).collect();
        let salts = Arc::clone(salts);
        let read = crew::map(leads, move |intake| match intake {
            Intake::Page(page, source, _) => read_page(&page, &source).map(|d| without_link(d, &salts)),
            Intake::Document(document, _) => Ok(without_link(document, &salts)),
            Intake::Ended(_, outcome) => Err(outcome),
            Intake::Deleted(_) | Intake::Named(_) | Intake::FeedDone(_) | Intake::SourceDone(_) => Err(Outcome::Unchanged),
        })
        .await?;
        let ready = read.into_iter().zip(known).map(|(result, (lead, named))| {
            let outcome = result.unwrap_or_else(|panic| Err(Outcome::Failed(Failure::Parse(format!("extraction failed: {panic}")))));
            Ready { outcome, lead, named }
        });
        Ok(ready.collect())
    }

    /// Stages 2 and 3, duplicates and assess: documents whose stored text is the same are not assessed again.
    async fn assess_changed(&self, ready: Vec<Ready>, knowledge: Arc<Knowledge>, searches: Arc<Matcher>) -> anyhow::Result<Vec<Judged>> {
        let now = (self.clock)();
        let ids: Vec<DocId> = ready.iter().filter_map(|r| r.outcome.as_ref().ok()).map(|d| d.id.clone()).collect();
        let mut known = self.store.known(&ids).await?;
        let known = ready.iter().map(|r| r.outcome.as_ref().ok().and_then(|d| known.remove(&d.id)));
        let items: Vec<(Option<Known>, Ready)> = known.collect::<Vec<_>>().into_iter().zip(ready).collect();
        let judged = crew::map(items, move |(known, Ready { outcome, lead, .. })| {
            let verdict = match outcome {
                Err(outcome) => Verdict::Ended(outcome),
                Ok(document) => match known {
                    Some(k) if is_known(&k, &document, &stored_hash(&document, &knowledge), lead.is_none()) => {
                        Verdict::Same(Box::new(document))
                    }
                    _ => Verdict::Changed(Box::new(NewText::of(document, &knowledge, &searches, now))),
                },
            };
            Judged { verdict, lead }
        })
        .await?;
        judged.into_iter().map(|r| r.map_err(|panic| anyhow::anyhow!("assessing a document failed: {panic}"))).collect()
    }

    /// Stages 4 and 5, raise and record: inside the one write transaction there is.
    async fn record(
        &self,
        store: &mut dyn Batch,
        stories: &mut Open<'_>,
        searches: &Arc<Matcher>,
        (judged, deletions): (Vec<Judged>, Vec<Deletion>),
    ) -> anyhow::Result<(Tally, Vec<Ended>)> {
        let ids: Vec<DocId> = judged.iter().filter_map(Judged::document).collect();
        let mut known = store.known(&ids).await?;
        let (mut tally, mut lines) = (Tally::default(), vec![]);
        let mut ended: HashMap<(String, String), u64> = HashMap::new();
        let mut deletions = deletions.into_iter().peekable();
        for (place, Judged { verdict, mut lead }) in judged.into_iter().enumerate() {
            while let Some((_, keys)) = deletions.next_if(|(before, _)| *before <= place) {
                self.forget(store, &keys, &mut known).await?;
            }
            let mut alias = false;
            let (document, outcome) = match self.as_of_now(verdict, searches, &known).await? {
                Verdict::Ended(outcome) => (None, self.is_gone(store, &mut lead, &outcome, &mut known).await?.unwrap_or(outcome)),
                Verdict::Same(document) => {
                    store.touch_document(&document).await?;
                    (Some(document.id), Outcome::Unchanged)
                }
                Verdict::Changed(new) => {
                    store.put_learned(&new.learned, (self.clock)()).await?;
                    if let Some(first) = twin(store, &new.assessed, &known, lead.is_some()).await? {
                        // Another address of a document: it is counted, but nothing was published.
                        alias = true;
                        (Some(first), Outcome::Duplicate)
                    } else {
                        let outcome =
                            self.record_one(store, (&mut *stories, searches), &new, lead.is_none(), &mut known, &mut tally).await?;
                        (Some(new.assessed.document.id), outcome)
                    }
                }
            };
            tally.count(&outcome);
            let Some(lead) = lead else {
                lines.push((outcome, document));
                continue;
            };
            let what = if alias { ALIAS.to_owned() } else { outcome.class() };
            *ended.entry((lead.source.clone(), what)).or_default() += 1;
            store.put_lead(&lead.ended(&outcome, document)).await?;
        }
        for (_, keys) in deletions {
            self.forget(store, &keys, &mut known).await?;
        }
        let today = (self.clock)().day_number();
        for ((source, outcome), count) in ended {
            store.count_source(&source, today, &outcome, count).await?;
        }
        Ok((tally, lines))
    }

    async fn record_one(
        &self,
        store: &mut dyn Batch,
        (stories, searches): (&mut Open<'_>, &Matcher),
        NewText { assessed, prints, terms, matches, .. }: &NewText,
        imported: bool,
        known: &mut HashMap<DocId, Known>,
        tally: &mut Tally,
    ) -> anyhow::Result<Outcome> {
        let id = &assessed.document.id;
        let before = known.get(id);
        if before.is_some_and(|k| is_known(k, &assessed.document, &assessed.content_hash, imported)) {
            store.touch_document(&assessed.document).await?;
            return Ok(Outcome::Unchanged);
        }
        let placed = stories.place(store, assessed, prints, before.map(|k| &k.story)).await?;
        let outcome = match before {
            Some(_) => Outcome::NewVersion,
            None if placed.exact => Outcome::Duplicate,
            None => Outcome::New,
        };
        let version = before.map_or(1, |k| k.version + 1);
        let earlier = before.map_or(vec![], |k| k.earlier.iter().chain([&k.content_hash]).cloned().collect());
        let seq = store.put_document(assessed, &placed.story).await?;
        let matches = matches.clone().unwrap_or_else(|| searches.matches_of(assessed, &placed.story.0, (self.clock)()));
        if before.is_some() || !matches.is_empty() {
            store.put_matches(id, seq, &matches, (self.clock)()).await?;
        }
        stories.record(store, assessed, prints, &placed, version > 1).await?;
        stories.report(store, &assessed.document, terms, &placed, (self.clock)()).await?;
        tally.flagged += u64::from(assessed.assessment.flag);
        let knowledge = self.knowledge.now();
        let raiser = Raiser { raising: &self.raising, topics: &knowledge.topics, now: (self.clock)() };
        tally.alerts += raiser.join_all(store, assessed, &placed, version > 1).await?;
        let (content_hash, url) = (assessed.content_hash.clone(), assessed.document.url.clone());
        known.insert(id.clone(), Known { content_hash, earlier, version, story: placed.story, url });
        Ok(outcome)
    }
}

/// Whether the store has this content of a document. An import may carry a version that was overtaken since, and so may
/// another address than the one that gave the present version: taking it again would only turn the wheel. A page that shows
/// an earlier version of its own again was set back by its publisher.
fn is_known(known: &Known, document: &Document, content_hash: &str, imported: bool) -> bool {
    known.content_hash == content_hash || ((imported || known.url != document.url) && known.earlier.iter().any(|e| e == content_hash))
}

/// What was found by keyword keeps no link and no id of its origin; its own id is a salted hash.
fn without_link(document: Document, salts: &Salts) -> Document {
    if document.found_by == FoundBy::Channel || document.url.is_none() {
        return document;
    }
    let id = DocId::from_content(&document.source, &document.title, &document.text, salts.now());
    Document { id, url: None, source_id: None, ..document }
}

/// A fetched page as a document, or why it is none.
fn read_page(page: &FetchedPage, source: &Source) -> Result<Document, Outcome> {
    let read = extract(&page.html, Some(&page.final_url), &source.article, page.fetched_at).map_err(|e| match e {
        ExtractError::Hostile(_) => Outcome::Refused(Refusal::HostileMarkup),
        ExtractError::Empty => Outcome::Failed(Failure::Parse(e.to_string())),
    })?;
    for note in &read.notes {
        tracing::warn!(source = %source.id, url = %page.final_url, "{note}; the page is read in the general way");
    }
    let url = read.canonical_url.unwrap_or_else(|| page.final_url.clone());
    // What the listing says of its own article is more exact than what a page shows around it.
    let (published_at, date_origin, from) = match page.lead.published_at {
        Some(at) => (Some(at), DateOrigin::Listing, PublishedFrom::Listing),
        None if read.published_at.is_none() && page.lead.date_note.is_some() => (None, read.date_origin, PublishedFrom::Rejected),
        None => (read.published_at, read.date_origin, read.published_from),
    };
    let date_note = page.lead.date_note.clone().or(read.date_note);
    let dating = Dating { published_from: from, modified_at: read.modified_at, date_note };
    let title = if read.title.is_empty() { page.lead.title.clone() } else { read.title };
    Ok(Document {
        id: DocId::from_url(&url),
        url: Some(url),
        source: source.id.clone(),
        source_id: None,
        group: source.group,
        kind: source.doc_kind(),
        found_by: source.found_by,
        title,
        text: read.text,
        lang: read.lang,
        published_at,
        date_origin,
        dating,
        fetched_at: page.fetched_at,
        restrictions: read.restrictions.and(page.restrictions),
    })
}

/// A post that stands in the listing itself, as a document.
pub fn read_post(lead: &Lead, text: &str, source: &Source, clock: &Clock) -> Result<Document, Outcome> {
    use kiemtin_analyze::extract::clean::{one_line, paragraphs};
    let (title, text) = (one_line(&lead.title, 1_000), paragraphs(text));
    if title.is_empty() && text.is_empty() {
        return Err(Outcome::Refused(Refusal::Empty));
    }
    Ok(Document {
        id: DocId::from_url(&lead.url),
        // The lead of a post found by keyword is a salted hash: no link.
        url: (source.found_by == FoundBy::Channel).then(|| lead.url.clone()),
        source: source.id.clone(),
        source_id: None,
        group: source.group,
        kind: source.doc_kind(),
        found_by: source.found_by,
        lang: kiemtin_analyze::language::language(&title, &text),
        title,
        text,
        published_at: lead.published_at,
        date_origin: if lead.published_at.is_some() { DateOrigin::Listing } else { DateOrigin::Missing },
        // A listing without times of change has the publication read as one.
        dating: Dating {
            modified_at: lead.updated_at.filter(|t| Some(*t) != lead.published_at),
            ..Dating::listed(lead.published_at, lead.date_note.clone())
        },
        fetched_at: clock(),
        restrictions: Restrictions::default(),
    })
}

impl Intake {
    fn lead_state(&self) -> Option<LeadState> {
        match self {
            Self::Page(page, _, lead) => Some(LeadState { validators: page.validators.clone(), ..lead.clone() }),
            Self::Document(_, lead) => lead.clone(),
            Self::Ended(lead, _) => Some(lead.clone()),
            Self::Deleted(_) | Self::Named(_) | Self::FeedDone(_) | Self::SourceDone(_) => None,
        }
    }

    /// The feed says by an id which document it is. Where a redirect leads is not what the feed named.
    fn is_named(&self) -> bool {
        matches!(self, Self::Page(page, ..) if page.lead.guid.is_some() && page.final_url == page.lead.url)
    }

    /// Takes a lead whose text stands in the listing.
    pub fn inline(lead: &Lead, source: &Source, state: LeadState, clock: &Clock) -> Option<Self> {
        let LeadBody::Inline(text) = &lead.body else { return None };
        Some(match read_post(lead, text, source, clock) {
            Ok(document) => Self::Document(document, Some(state)),
            Err(outcome) => Self::Ended(state, outcome),
        })
    }
}
