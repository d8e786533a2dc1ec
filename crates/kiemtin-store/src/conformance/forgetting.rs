//! What goes with a forgotten document, what stays, and who hears of it.

use super::warning::warning;
use super::{Checked, START, alert, flagged, narrative, put, sample};
use crate::saved::{Searches, save, tell};
use crate::{GuidState, Joining, LeadState, OldPosts, PrintedText, Quote, RuleHit, Store, StoreError};
use kiemtin_model::time::{DAY_MS, HOUR_MS};
use kiemtin_model::{
    Actor, AlertEventKind, AlertStatus, AssessedDocument, DocId, DocKind, ForgetReason, Forgotten, Level, LikelyCause, Notice, Notify,
    Outcome, Role, Sight, SourceGroup, Subject, Warning, Week,
};
use kiemtin_text::winnow::Prints;

/// A post of a social network.
fn post(name: &str, text: &str, source: &str, hours: i64) -> AssessedDocument {
    let mut post = sample(name, "", text, source, hours);
    (post.document.group, post.document.kind) = (SourceGroup::Social, DocKind::Social);
    post
}

async fn forget(store: &dyn Store, id: &DocId, why: ForgetReason) -> Result<bool, StoreError> {
    let mut batch = store.begin().await?;
    let gone = batch.forget(id, why, START.plus(DAY_MS)).await?;
    batch.commit().await?;
    Ok(gone)
}

fn lead(url: &str, document: &DocId) -> LeadState {
    LeadState {
        url: url.to_owned(),
        source: "mxh".to_owned(),
        first_seen: START,
        fetched_at: Some(START),
        listed_update: None,
        validators: Default::default(),
        outcome: "new".to_owned(),
        failures: 0,
        document: Some(document.clone()),
    }
}

/// Opens an alert in which these stored documents stand.
pub async fn open_alert_of(store: &dyn Store, documents: &[&AssessedDocument]) -> Result<(), StoreError> {
    let mut batch = store.begin().await?;
    let mut claim = narrative("trong cảnh báo");
    claim.id = batch.put_narrative(&claim).await?;
    for document in documents {
        batch.join(claim.id, &part(document, &document.document.id, Role::Asserts)).await?;
    }
    batch.open_alert(&alert(claim.id, 1, Level::Alert, 1)).await?;
    batch.commit().await
}

fn part(document: &AssessedDocument, story: &DocId, role: Role) -> Joining {
    let document = &document.document;
    Joining {
        document: document.id.clone(),
        story: story.clone(),
        mass_copy: true,
        source: document.source.clone(),
        at: document.time(),
        role,
        score: 4.0,
    }
}

pub(super) async fn all_that_was_made_of_a_text_goes(store: &dyn Store) -> Checked {
    let searches = Searches::default();
    let saved = save(store, searches.lexicon(), ("Xăng", "xăng"), Notify::None, START, &Actor::service()).await?;
    let other = sample("b", "Bài khác", "Nội dung khác hẳn", "bao.vn", 0);
    let mut first = flagged(post("a", "Sắp hết xăng rồi", "mxh", 0), 5.0);
    put(store, std::slice::from_ref(&first)).await?;
    first.document.text = "Sắp hết xăng thật rồi".to_owned();
    first.content_hash = first.document.content_hash();
    let id = first.document.id.clone();
    let mut batch = store.begin().await?;
    batch.put_document(&other, &other.document.id).await?;
    let seq = batch.put_document(&first, &id).await?;
    batch.put_matches(&id, seq, &[saved.id], START).await?;
    let quote = |quoted: &DocId| Quote { quoted: quoted.clone(), of_own: 0.5, of_quoted: 0.5 };
    batch.put_quotes(&id, &[quote(&other.document.id)]).await?;
    batch.put_quotes(&other.document.id, &[quote(&id)]).await?;
    let text = PrintedText { document: id.clone(), story: id.clone(), source: "mxh".into(), at: START };
    let number = batch.put_prints(&text, &Prints { list: vec![1, 2, 3], short: true }).await?;
    batch.put_lead(&lead("https://mxh/a", &id)).await?;
    batch.put_lead(&lead("https://mxh/a?lai", &id)).await?;
    let guid = GuidState {
        source: "mxh".into(),
        guid: "g".into(),
        path: None,
        url: "https://mxh/a".into(),
        title: "Sắp hết xăng".into(),
        published_at: Some(START),
    };
    batch.put_guid(&guid).await?;
    batch.draw_sample(Week::of(START), 5, START).await?;
    batch.commit().await?;
    let before = store.counts().await?;
    assert_eq!((before.documents, before.versions, before.flagged), (2, 1, 1));
    assert!(!forget(store, &DocId("unknown".into()), ForgetReason::Retention).await?);
    assert!(forget(store, &id, ForgetReason::DeletedAtOrigin).await?);
    assert!(!forget(store, &id, ForgetReason::DeletedAtOrigin).await?, "it is gone");

    let after = store.counts().await?;
    assert_eq!((after.documents, after.versions, after.flagged), (1, 0, 0));
    assert_eq!(store.documents(std::slice::from_ref(&id)).await?, []);
    assert_eq!(store.versions(&id, u32::MAX, 9).await?, []);
    assert!(store.known(std::slice::from_ref(&id)).await?.is_empty());
    assert!(store.quotes(&[id.clone(), other.document.id.clone()]).await?.is_empty(), "both ways");
    assert!(store.quoted_by(&other.document.id).await?.is_empty());
    assert_eq!(store.saved_searches().await?.first().map(|s| s.matches), Some(0));
    assert_eq!(store.saved_matches(saved.id, 9).await?, []);
    assert_eq!(store.rule_hits("sample-panic", None, 9).await?.items, Vec::<RuleHit>::new());
    assert_eq!(store.rule_counts().await?.get("sample-panic").map(|c| c.hits), None);
    let hour = START.0 / HOUR_MS;
    assert_eq!(store.hour_counts(None, hour - 5, hour + 5).await?.iter().map(|h| h.counts).collect::<Vec<_>>(), [1]);
    let prints = store.prints_since(0, 9).await?;
    assert_eq!((prints.len(), prints.first().and_then(|p| p.prints.clone())), (1, None), "numbers have no gaps");
    assert!(store.begin().await?.printed(&[number]).await?.is_empty());
    for url in ["https://mxh/a", "https://mxh/a?lai"] {
        let state = store.lead_states(&[url.to_owned()]).await?.remove(url).ok_or("the lead is gone")?;
        assert_eq!((state.document, state.outcome), (None, Outcome::Refused(ForgetReason::DeletedAtOrigin.refusal()).detail()), "{url}");
    }
    let guids = store.guids("mxh", &["g".to_owned()]).await?;
    assert_eq!(guids.iter().map(|g| (g.title.as_str(), g.published_at)).collect::<Vec<_>>(), [("", None)]);
    let counted = store.source_counts(START.plus(DAY_MS).day_number()).await?;
    assert_eq!(counted, [("mxh".to_owned(), "deleted_at_origin".to_owned(), 1)], "why totals shrank");

    // A poll that began before knows the lead as it was.
    let mut batch = store.begin().await?;
    batch.put_lead(&LeadState { outcome: "unchanged".into(), ..lead("https://mxh/a", &id) }).await?;
    batch.commit().await?;
    let stale = store.lead_states(&["https://mxh/a".to_owned()]).await?;
    assert!(stale.values().all(|l| l.outcome == "refused: deleted at its origin"), "{stale:?}");
    put(store, &[first]).await?;
    assert_eq!(store.counts().await?.documents, 2, "it may come again");
    Ok(())
}

pub(super) async fn a_story_goes_on_without_its_first_document(store: &dyn Store) -> Checked {
    let text = "Từ chiều nay giá xăng dầu trong nước giảm mạnh theo kỳ điều hành";
    // Of newspapers: what one of them prints again counts once by the hour.
    let printed_by = |(name, source): (&str, &str)| {
        let mut article = post(name, text, source, 0);
        (article.document.group, article.document.kind) = (SourceGroup::Press, DocKind::News);
        article
    };
    let [first, copy, own] = [("a", "mot"), ("b", "hai"), ("c", "mot")].map(printed_by);
    let story = first.document.id.clone();
    put(store, &[first.clone(), copy.clone(), own]).await?;
    let mut batch = store.begin().await?;
    let printed = PrintedText { document: story.clone(), story: story.clone(), source: "mot".into(), at: START };
    let number = batch.put_prints(&printed, &Prints { list: vec![1, 2, 3], short: true }).await?;
    let report = crate::NewReport {
        story: story.clone(),
        event: None,
        at: START,
        joined: "first",
        likeness: None,
        vector: vec![1, 2],
        terms: Some(vec![3]),
    };
    batch.put_report(&report).await?;
    batch.commit().await?;
    let hours = async || {
        let counts = store.hour_counts(None, START.0 / HOUR_MS, START.0 / HOUR_MS).await?;
        Ok::<_, StoreError>(counts.iter().map(|h| h.counts).sum::<u32>())
    };
    assert_eq!(hours().await?, 2, "once per source");
    forget(store, &story, ForgetReason::DeletedAtOrigin).await?;
    assert_eq!(hours().await?, 2, "another one of the source counts in its place");
    assert_eq!(store.copies(std::slice::from_ref(&story)).await?.get(&story), Some(&2));
    assert_eq!(store.story(&story, 9).await?.len(), 2);
    assert_eq!(store.begin().await?.story_of(&copy.text_hash).await?, Some(story.clone()), "further copies join it");
    let heir = store.begin().await?.printed(&[number]).await?.remove(&number).ok_or("the prints are gone")?;
    assert_eq!((heir.document, heir.story, heir.source), (copy.document.id.clone(), story.clone(), "hai".to_owned()), "so do edited ones");
    let file = store.event_file(&story).await?.ok_or("the event is gone")?;
    assert_eq!((file.spread.id, file.spread.documents, file.spread.sources), (story.clone(), 2, 2), "its id stays its name");
    let vectors =
        async || Ok::<_, StoreError>(store.reports_since(0, 9).await?.into_iter().map(|r| (r.vector, r.terms)).collect::<Vec<_>>());
    assert_eq!(vectors().await?, [(vec![1, 2], Some(vec![3]))]);
    for left in store.story(&story, 9).await? {
        forget(store, &left.assessed.document.id, ForgetReason::Retention).await?;
    }
    assert!(store.event_file(&story).await?.is_none() && store.copies(std::slice::from_ref(&story)).await?.is_empty());
    assert_eq!(vectors().await?, [(vec![], None)], "nothing is like what is gone");
    assert_eq!(hours().await?, 0);
    Ok(())
}

pub(super) async fn alerts_stay_and_count_what_they_lost(store: &dyn Store) -> Checked {
    let posts = ["a", "b", "c"].map(|name| flagged(post(name, &format!("Sắp hết xăng {name}"), &format!("mxh-{name}"), 0), 5.0));
    put(store, &posts).await?;
    let mut batch = store.begin().await?;
    let mut state = narrative("k");
    state.id = batch.put_narrative(&state).await?;
    for one in &posts {
        batch.join(state.id, &part(one, &one.document.id, Role::Asserts)).await?;
    }
    let opened = batch.open_alert(&alert(state.id, 1, Level::Urgent, 0)).await?;
    batch.put_event(&opened, AlertEventKind::Opened, START).await?;
    (state.alert, state.documents, state.stories, state.sources) = (Some(opened.id), 3, 3, 3);
    batch.put_narrative(&state).await?;
    batch.commit().await?;
    let file = async || store.alert_file(opened.id, &Sight::All, 9).await?.ok_or(StoreError::Corrupt("no file".into()));
    assert_eq!(file().await?.forgotten, Forgotten::default());
    forget(store, &posts[0].document.id, ForgetReason::DeletedAtOrigin).await?;
    let now = file().await?;
    assert_eq!((now.alert.documents, now.alert.stories, now.alert.sources), (2, 2, 2));
    assert_eq!((now.asserting.len(), now.narrative.documents), (2, 2));
    let mut batch = store.begin().await?;
    for (one, why) in posts[1..].iter().zip([ForgetReason::DeletedAtOrigin, ForgetReason::Retention]) {
        assert!(batch.forget(&one.document.id, why, START).await?);
    }
    batch.commit().await?;
    let last = file().await?;
    assert_eq!(last.forgotten, Forgotten { deleted_at_origin: 2, retention: 1 });
    assert_eq!((last.alert.documents, last.asserting.len(), last.history.len()), (0, 0, 1), "it stays, with its history");
    assert_eq!((last.alert.level, last.alert.points, last.alert.status), (opened.level, opened.points, AlertStatus::New), "as reached");
    assert_eq!(store.hour_counts(Some(&Subject::narrative(state.id)), 0, i64::MAX).await?, []);
    Ok(())
}

pub(super) async fn followers_hear_of_it(store: &dyn Store) -> Checked {
    let names = ["a", "b", "c", "d", "e"];
    let documents = names.map(|name| post(name, &format!("Bài {name}"), "mxh", 0));
    put(store, &documents).await?;
    let id = |n: usize| documents[n].document.id.clone();
    for n in [1, 3] {
        forget(store, &id(n), ForgetReason::Retention).await?;
    }
    put(store, std::slice::from_ref(&documents[1])).await?;
    let all = store.news_since(0, 100).await?;
    assert_eq!(all.forgotten, [id(1), id(3)]);
    assert_eq!(all.documents.iter().map(|d| d.assessed.document.id.clone()).collect::<Vec<_>>(), [id(0), id(2), id(4), id(1)]);
    assert_eq!((all.through, store.counts().await?.last_seq), (8, 8));
    assert_eq!(store.last_forgotten().await?, 7);
    assert_eq!(store.news_since(8, 100).await?, crate::News { through: 8, ..Default::default() });
    // In small parts nothing is left out, and what comes again after it went is there at the end.
    for limit in 1..4 {
        let (mut reached, mut here) = (0, std::collections::BTreeSet::new());
        loop {
            let news = store.news_since(reached, limit).await?;
            if news.through == reached {
                break;
            }
            reached = news.through;
            here.retain(|id| !news.forgotten.contains(id));
            here.extend(news.documents.into_iter().map(|d| d.assessed.document.id));
        }
        assert_eq!((reached, here), (8, [0, 1, 2, 4].map(id).into()), "{limit} at a time");
    }
    forget(store, &id(1), ForgetReason::Retention).await?;
    let last = store.news_since(8, 100).await?;
    assert_eq!((last.documents.len(), last.forgotten, last.through), (0, vec![id(1)], 9), "the last change of all");
    Ok(())
}

pub(super) async fn posts_by_age(store: &dyn Store) -> Checked {
    let free = post("free", "Bài một", "mxh", 0);
    let (watched, ended) = (post("watched", "Bài hai", "mxh", 1), post("ended", "Bài ba", "mxh", 2));
    let young = post("young", "Bài bốn", "mxh", 30);
    let press = sample("press", "Bài báo", "Bài năm", "bao.vn", 0);
    put(store, &[young.clone(), ended.clone(), watched.clone(), free.clone(), press.clone()]).await?;
    let mut batch = store.begin().await?;
    for (key, document, status) in [("k", &watched, AlertStatus::New), ("l", &ended, AlertStatus::Expired)] {
        let mut state = narrative(key);
        state.id = batch.put_narrative(&state).await?;
        batch.join(state.id, &part(document, &document.document.id, Role::Asserts)).await?;
        let opened = batch.open_alert(&alert(state.id, 1, Level::Alert, 1)).await?;
        batch.put_desk(&kiemtin_model::Alert { status, ..opened }).await?;
    }
    batch.commit().await?;
    let old = async |hours: i64| {
        let posts = store.old_posts(OldPosts { source: None, before: START.plus(hours * HOUR_MS) }, None, 9).await?;
        Ok::<_, StoreError>(posts.into_iter().map(|p| (p.id, p.held)).collect::<Vec<_>>())
    };
    let id = |of: &AssessedDocument| of.document.id.clone();
    assert_eq!(old(-1).await?, []);
    assert_eq!(old(1).await?, [(id(&free), false)], "oldest first, and the press not at all");
    assert_eq!(old(20).await?, [(id(&free), false), (id(&watched), true), (id(&ended), false)], "what somebody decides on is held");
    // An edit does not make it younger.
    let mut edited = free.clone();
    edited.document.text = "Bài một, sửa".to_owned();
    (edited.content_hash, edited.document.fetched_at) = (edited.document.content_hash(), START.plus(99 * HOUR_MS));
    put(store, &[edited]).await?;
    assert_eq!(old(1).await?, [(id(&free), false)]);
    let twenty = OldPosts { source: None, before: START.plus(20 * HOUR_MS) };
    let first = store.old_posts(twenty, None, 2).await?;
    let rest = store.old_posts(twenty, first.last().map(|p| p.place), 2).await?;
    assert_eq!((first.len(), rest.into_iter().map(|p| p.id).collect::<Vec<_>>()), (2, vec![id(&ended)]), "goes on where it stood");

    for (source, posts) in [("mxh", 3), ("bao.vn", 0)] {
        let of = OldPosts { source: Some(source), ..twenty };
        assert_eq!(store.old_posts(of, None, 9).await?.len(), posts, "of {source}");
    }

    let mut batch = store.begin().await?;
    assert!(batch.is_post(&id(&free)).await? && !batch.is_post(&id(&press)).await?);
    batch.put_lead(&lead("https://mxh/free", &id(&free))).await?;
    batch.put_lead(&LeadState { document: None, outcome: "failed: HTTP 503".into(), ..lead("https://mxh/cho", &id(&free)) }).await?;
    for (url, gone) in
        [("https://mxh/free", Some(id(&free))), ("https://mxh/free", None), ("https://mxh/cho", None), ("https://mxh/la", None)]
    {
        assert_eq!(batch.forget_lead(url, ForgetReason::DeletedAtOrigin, START).await?, gone, "{url}");
    }
    batch.commit().await?;
    let leads = store.lead_states(&["https://mxh/free", "https://mxh/cho", "https://mxh/la"].map(str::to_owned)).await?;
    assert!(leads.len() == 2 && leads.values().all(|l| l.outcome == "refused: deleted at its origin"), "{leads:?}");
    assert_eq!(old(1).await?, []);
    assert!(store.scrub().await?);
    Ok(())
}

pub(super) async fn notices_no_longer_name_it(store: &dyn Store) -> Checked {
    let searches = Searches::default();
    save(store, searches.lexicon(), ("Xăng", "xăng"), Notify::Each, START, &Actor::service()).await?;
    let saved = store.saved_searches().await?.first().map(|s| s.search.id).ok_or("none")?;
    let named = sample("a", "Sắp hết xăng ở quận 1", "", "mxh", 0);
    let untitled = post("b", "Mai có chợ phiên", "mxh", 0);
    // A post without a title is named by the beginning of its text.
    let story = |title: &str| Some(LikelyCause::Story { story: "s".into(), title: title.into(), documents: 3 });
    let about = Warning { cause: story("Mai có chợ phiên"), ..warning(&Subject::topic("cho"), 1, 0) };
    let other = Warning { cause: story("Chuyện khác"), ..warning(&Subject::topic("khac"), 1, 0) };
    let mut batch = store.begin().await?;
    let seq = batch.put_document(&named, &named.document.id).await?;
    batch.put_matches(&named.document.id, seq, &[saved], START).await?;
    batch.put_document(&untitled, &untitled.document.id).await?;
    for one in [&about, &other] {
        batch.put_warning(one).await?;
        batch.put_warning_notice(one, "mail").await?;
    }
    batch.commit().await?;
    assert_eq!(tell(store, &["journal".into()], START.plus(HOUR_MS)).await?, 1);
    let told = async || {
        let due = store.outbox_due(START.plus(DAY_MS), 9).await?;
        Ok::<_, StoreError>(due.into_iter().filter(|d| d.channel == "journal").map(|d| d.notice).collect::<Vec<_>>())
    };
    forget(store, &untitled.document.id, ForgetReason::DeletedAtOrigin).await?;
    let causes: Vec<_> = store.warnings(false, None, 9).await?.items.into_iter().map(|w| w.cause).collect();
    assert!(causes.contains(&None) && causes.contains(&other.cause), "{causes:?}");
    let notices = store.outbox_due(START.plus(DAY_MS), 9).await?.into_iter().map(|d| d.notice);
    let causes: Vec<_> = notices.filter_map(|n| if let Notice::Warning(told) = n { Some(told.cause) } else { None }).collect();
    assert!(causes.len() == 2 && causes.contains(&None) && causes.contains(&other.cause), "{causes:?}");
    let before = told().await?;
    assert!(matches!(before.as_slice(), [Notice::SavedSearch(told)] if told.newest.len() == 1), "{before:?}");
    forget(store, &named.document.id, ForgetReason::DeletedAtOrigin).await?;
    let after = told().await?;
    assert!(matches!(after.as_slice(), [Notice::SavedSearch(told)] if told.newest.is_empty() && told.documents == 1), "{after:?}");
    Ok(())
}
