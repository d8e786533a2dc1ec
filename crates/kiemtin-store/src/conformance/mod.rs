//! Does an implementation keep the promises of [`crate::Store`] and [`crate::SearchIndex`]?
//!
//! One suite for each, to be run by the tests of every implementation: `store_suite(make)` and `index_suite(make)`, where
//! `make` gives a new, empty one at each call. A broken promise panics with the words of the promise; an error of the
//! implementation is returned.

mod allowing;
mod answering;
mod archive;
mod audit;
mod conditions;
mod desk;
mod documents;
mod events;
mod following;
mod forgetting;
mod listing;
mod narratives;
mod outbox;
mod prints;
mod pushing;
mod receiving;
mod reporting;
mod reviewing;
mod ruling;
mod saving;
mod scheduling;
mod searching;
mod staff;
mod subscribing;
mod telling;
mod trending;
mod versions;
mod warning;

pub use forgetting::open_alert_of;

use crate::{SearchIndex, Store};
use kiemtin_model::*;
use std::error::Error;

/// What a check ends with.
pub type Checked = Result<(), Box<dyn Error + Send + Sync>>;
/// What `make` gives.
pub type Made<T> = Result<T, Box<dyn Error + Send + Sync>>;

/// Everything that a store promises.
pub async fn store_suite<S: Store>(make: impl AsyncFn() -> Made<S>) -> Checked {
    documents::atomic(&make().await?).await?;
    documents::versions(&make().await?).await?;
    documents::changes(&make().await?).await?;
    documents::stories(&make().await?).await?;
    prints::numbered_without_gaps(&make().await?).await?;
    prints::quotes_are_replaced(&make().await?).await?;
    events::merging(&make().await?).await?;
    events::corrections(&make().await?).await?;
    documents::everything_comes_back(&make().await?).await?;
    documents::leads_and_feeds(&make().await?).await?;
    scheduling::due_feeds(&make().await?).await?;
    scheduling::host_pauses(&make().await?).await?;
    allowing::allowances(&make().await?).await?;
    scheduling::health(&make().await?).await?;
    scheduling::troubles(&make().await?).await?;
    subscribing::kept_and_due(&make().await?).await?;
    subscribing::told_is_polled(&make().await?).await?;
    versions::earlier_ones(&make().await?).await?;
    versions::members_of_a_story(&make().await?).await?;
    versions::twins_and_moves(&make().await?).await?;
    versions::guids(&make().await?).await?;
    documents::learned(&make().await?).await?;
    archive::reads_all_once(&make().await?).await?;
    archive::filters(&make().await?).await?;
    archive::tells_of_alerts(&make().await?).await?;
    narratives::joining(&make().await?).await?;
    narratives::leaving(&make().await?).await?;
    narratives::alerts_are_unique(&make().await?).await?;
    narratives::list_of_alerts(&make().await?).await?;
    listing::most_pressing_first(&make().await?).await?;
    listing::only_what_is_asked_for(&make().await?).await?;
    listing::counted_by_status_and_day(&make().await?).await?;
    listing::what_was_asserted_lately(&make().await?).await?;
    narratives::restricted_alerts_are_seen_by_their_units(&make().await?).await?;
    narratives::file_of_an_alert(&make().await?).await?;
    answering::drafts_are_not_overwritten_unseen(&make().await?).await?;
    answering::settled_claims_and_waves(&make().await?).await?;
    answering::corrections_are_counted(&make().await?).await?;
    reporting::reports_are_kept_once_and_come_back_as_they_were(&make().await?).await?;
    reporting::a_run_is_noted_once_with_its_news(&make().await?).await?;
    reporting::alerts_of_a_time_are_found_by_all_that_happened(&make().await?).await?;
    saving::names_and_limits(&make().await?).await?;
    saving::matches_follow_documents(&make().await?).await?;
    saving::walks_survive_changes(&make().await?).await?;
    saving::each_story_is_told_once(&make().await?).await?;
    saving::digests_come_once(&make().await?).await?;
    warning::hours_are_counted(&make().await?).await?;
    warning::searches_are_counted(&make().await?).await?;
    warning::warnings_are_told_once(&make().await?).await?;
    audit::listed_and_chained(&make().await?).await?;
    audit::stands_with_its_change(&make().await?).await?;
    pushing::kept_for_a_day_and_bounded(&make().await?).await?;
    receiving::given_once_to_those_who_take_it(&make().await?).await?;
    receiving::queues(&make().await?).await?;
    receiving::digests(&make().await?).await?;
    receiving::restricted_ones(&make().await?).await?;
    staff::users(&make().await?).await?;
    staff::sessions_and_links(&make().await?).await?;
    staff::tokens(&make().await?).await?;
    staff::restricting(&make().await?).await?;
    desk::from_new_to_closed(&make().await?).await?;
    desk::undoing(&make().await?).await?;
    desk::due(&make().await?).await?;
    desk::merging(&make().await?).await?;
    desk::claims_in_one_alert(&make().await?).await?;
    ruling::counted_as_documents_change(&make().await?).await?;
    ruling::judged_by_people(&make().await?).await?;
    telling::listed_by_last_seen(&make().await?).await?;
    telling::file_of_a_narrative(&make().await?).await?;
    reviewing::drawn_once_from_what_has_no_flag(&make().await?).await?;
    reviewing::answered_with_who_and_when(&make().await?).await?;
    forgetting::all_that_was_made_of_a_text_goes(&make().await?).await?;
    forgetting::a_story_goes_on_without_its_first_document(&make().await?).await?;
    forgetting::alerts_stay_and_count_what_they_lost(&make().await?).await?;
    forgetting::followers_hear_of_it(&make().await?).await?;
    forgetting::posts_by_age(&make().await?).await?;
    forgetting::notices_no_longer_name_it(&make().await?).await?;
    outbox::once_and_again(&make().await?).await
}

/// Everything that a search index promises.
pub async fn index_suite<I: SearchIndex>(make: impl AsyncFn() -> Made<I>) -> Checked {
    following::cursor_moves_with_documents(&make().await?).await?;
    following::repeats_change_nothing(&make().await?).await?;
    searching::accents(&make().await?).await?;
    searching::typed_without_accents(&make().await?).await?;
    searching::phrases(&make().await?).await?;
    searching::operators(&make().await?).await?;
    searching::stories_and_facets(&make().await?).await?;
    searching::filters_and_dates(&make().await?).await?;
    conditions::fields(&make().await?).await?;
    conditions::beginnings(&make().await?).await?;
    trending::counts_as_one_by_one(&make().await?).await?;
    trending::stories_count_where_they_began(&make().await?).await?;
    trending::too_much_is_refused(&make().await?).await?;
    following::what_was_removed_is_not_found(&make().await?).await?;
    searching::hostile(&make().await?).await
}

/// The moment all samples count from: 2 March 2026, 08:00 in Vietnam.
pub const START: Time = Time(1_772_413_200_000);

/// A document of source `source`, published `hours` after [`START`], without any signal.
pub fn sample(name: &str, title: &str, text: &str, source: &str, hours: i64) -> AssessedDocument {
    let published = START.plus(hours * kiemtin_model::time::HOUR_MS);
    let url = format!("https://{source}/{name}");
    let document = Document {
        id: DocId::from_url(&url),
        url: Some(url),
        source: source.to_owned(),
        source_id: None,
        group: SourceGroup::Press,
        kind: DocKind::News,
        found_by: FoundBy::Channel,
        title: title.to_owned(),
        text: text.to_owned(),
        lang: "vi".to_owned(),
        published_at: Some(published),
        date_origin: DateOrigin::Page,
        dating: Default::default(),
        fetched_at: published.plus(60_000),
        restrictions: Default::default(),
    };
    let assessment = Assessment::nothing(Stance::Reports, "sample");
    AssessedDocument {
        content_hash: document.content_hash(),
        text_hash: kiemtin_model::text_hash(&document.title, &document.text),
        document,
        topics: vec![],
        units: vec![],
        provinces: vec![],
        assessment,
    }
}

/// The same document with a signal, and flagged.
pub fn flagged(mut assessed: AssessedDocument, score: f64) -> AssessedDocument {
    let evidence = Evidence { field: Field::Title, start: 0, end: assessed.document.title.len(), text: assessed.document.title.clone() };
    assessed.assessment = Assessment {
        stance: Stance::Asserts,
        signals: vec![Signal {
            rule: "sample-panic".to_owned(),
            kind: FlagKind::PanicRumour,
            score,
            parts: vec![SignalPart { evidence: "call".to_owned(), points: score }],
            message: "kêu gọi mua tích trữ".to_owned(),
            evidence: vec![evidence],
            narrative: NarrativeKey { key: "sample-panic".to_owned(), claim: "Sắp hết xăng".to_owned() },
            references: vec![Reference { label: "BCT".to_owned(), text: "Nguồn cung bảo đảm".to_owned(), url: None }],
        }],
        guards: vec![],
        score,
        score_after_guards: score,
        level: Level::Alert,
        flag: true,
        kinds: vec![FlagKind::PanicRumour],
        rules_version: "sample".to_owned(),
        suggestion: false,
        suggestions: vec![],
    };
    assessed
}

/// Stores documents in one batch, each as its own story, and gives their sequence numbers.
pub async fn put(store: &dyn Store, documents: &[AssessedDocument]) -> Made<Vec<crate::Seq>> {
    let mut batch = store.begin().await?;
    let mut numbers = vec![];
    for assessed in documents {
        let story = batch.story_of(&assessed.text_hash).await?.unwrap_or_else(|| assessed.document.id.clone());
        numbers.push(batch.put_document(assessed, &story).await?);
    }
    batch.commit().await?;
    Ok(numbers)
}

/// A narrative as it is before anything joined it.
fn narrative(key: &str) -> NarrativeState {
    NarrativeState {
        id: 0,
        key: NarrativeKey { key: key.to_owned(), claim: format!("tin: {key}") },
        kinds: vec![FlagKind::PanicRumour],
        topics: vec!["xang_dau".to_owned()],
        units: vec!["Vụ Thị trường trong nước".to_owned()],
        documents: 1,
        stories: 1,
        sources: 1,
        responses: 0,
        best_score: 4.5,
        copy_sources: 1,
        first_seen: START,
        last_seen: START.plus(1_234),
        wave: 1,
        points: 4.5,
        level: Level::Watch,
        alert: None,
        reach: 0.5,
    }
}

/// The alert of a narrative, last seen `hours` after [`START`].
fn alert(narrative: i64, wave: u32, level: Level, hours: i64) -> Alert {
    let opened_at = START.plus(hours * kiemtin_model::time::HOUR_MS);
    Alert {
        id: 0,
        number: String::new(),
        narrative,
        wave,
        claim: "Sắp hết xăng".to_owned(),
        status: AlertStatus::New,
        level,
        kinds: vec![FlagKind::PanicRumour],
        topics: vec!["xang_dau".to_owned()],
        units: vec!["Vụ Thị trường trong nước".to_owned()],
        documents: 3,
        stories: 2,
        sources: 2,
        responses: 0,
        points: 12.5,
        first_seen: START,
        last_seen: opened_at,
        opened_at,
        deadline: opened_at.plus(kiemtin_model::time::DAY_MS),
        assignee: None,
        restricted: false,
        severity: 0.0,
        decision: kiemtin_model::Decision::default(),
    }
}
