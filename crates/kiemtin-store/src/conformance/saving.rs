//! Searches under a name, what they match, and what is told of them.

use super::{Checked, START, put, sample};
use crate::Store;
use crate::saved::{MOST_PER_HOUR, RemoveError, SaveError, Searches, Step, remove, save, settle, tell, walk};
use kiemtin_model::time::{DAY_MS, HOUR_MS};
use kiemtin_model::{Actor, AssessedDocument, Notice, Notify, SavedNotice, SavedNoticeKind, Time};
use kiemtin_text::lexicon::{Entry, Lexicon};
use std::sync::Arc;

/// Stores documents as the pipeline does: with what they match.
async fn take_in(store: &dyn Store, searches: &Searches, documents: &[AssessedDocument], at: Time) -> Checked {
    let mut batch = store.begin().await?;
    let matcher = searches.inside(batch.as_mut()).await?;
    for assessed in documents {
        let id = &assessed.document.id;
        let story = batch.story_of(&assessed.text_hash).await?.unwrap_or_else(|| id.clone());
        let seq = batch.put_document(assessed, &story).await?;
        batch.put_matches(id, seq, &matcher.matches_of(assessed, &story.0, at), at).await?;
    }
    Ok(batch.commit().await?)
}

async fn walk_to_end(store: &dyn Store, searches: &Searches) -> Result<usize, crate::StoreError> {
    let mut steps = 0;
    while walk(store, searches, START).await? != Step::Done {
        steps += 1;
    }
    Ok(steps)
}

async fn matches(store: &dyn Store, search: i64) -> Result<Vec<String>, crate::StoreError> {
    let ids = store.saved_matches(search, 1_000).await?;
    let mut titles: Vec<_> = store.documents(&ids).await?.into_iter().map(|d| d.assessed.document.title).collect();
    titles.sort();
    Ok(titles)
}

pub(super) async fn names_and_limits(store: &dyn Store) -> Checked {
    let lexicon = Lexicon::default();
    let add = async |name: &str, query: &str| save(store, &lexicon, (name, query), Notify::None, START, &Actor::service()).await;
    let revision = store.saved_revision().await?;
    let first = add(" Giá  điện ", "giá điện").await?;
    assert_eq!(first.name, "Giá điện", "spaces are mended");
    assert!(store.saved_revision().await? > revision, "processes see that a search was saved");
    let second = add("Cả hai", "xăng OR search:\"giá ĐIỆN\"").await?;
    assert!(second.id > first.id);
    let long = "a".repeat(81);
    for (name, query, expected) in [
        ("GIÁ ĐIỆN", "xăng", "Taken"),
        ("Gia\u{301} đie\u{323}\u{302}n", "xăng", "Taken"),
        ("", "xăng", "Name"),
        (long.as_str(), "xăng", "Name"),
        ("a\"b", "xăng", "Name"),
        ("Sai", "(xăng", "Query"),
        ("Trống", " ", "Query"),
        ("Loại trừ", "-xăng", "OnlyExcludes"),
        ("Lạ", "search:\"không có\"", "Saved"),
        ("Vòng", "xăng search:vòng", "Saved"),
    ] {
        let refused = add(name, query).await.err().ok_or_else(|| format!("{name}: {query} was saved"))?;
        assert!(format!("{refused:?}").starts_with(expected), "{name}: {query}: {refused:?}");
    }
    assert!(
        matches!(remove(store, first.id, START, &Actor::service()).await, Err(RemoveError::Named(by)) if by == "Cả hai"),
        "another one names it"
    );
    assert!(matches!(remove(store, 99, START, &Actor::service()).await, Err(RemoveError::Unknown)));
    remove(store, second.id, START, &Actor::service()).await?;
    remove(store, first.id, START, &Actor::service()).await?;
    assert!(store.saved_searches().await?.is_empty());
    assert!(add("Giá điện", "giá điện").await?.id > second.id, "a number is never given again");
    for i in 1..crate::saved::MOST_SAVED {
        add(&format!("s{i}"), "xăng").await?;
    }
    assert!(matches!(add("quá nhiều", "xăng").await, Err(SaveError::Full)));
    Ok(())
}

pub(super) async fn matches_follow_documents(store: &dyn Store) -> Checked {
    let searches = Searches::default();
    let a = sample("a", "Giá điện tăng", "", "bao.vn", 0);
    take_in(store, &searches, &[a.clone(), sample("b", "Giá xăng giảm", "", "bao.vn", 1)], START).await?;
    let power = save(store, searches.lexicon(), ("Điện", "điện"), Notify::None, START, &Actor::service()).await?;
    let fuel = save(store, searches.lexicon(), ("Xăng", "xang title:gia"), Notify::None, START, &Actor::service()).await?;
    // What comes after is matched at once, before the walk has come to what was there.
    take_in(store, &searches, &[sample("c", "Điện mặt trời", "", "bao.vn", 2), sample("d", "Giá than", "", "bao.vn", 3)], START).await?;
    assert_eq!((matches(store, power.id).await?, matches(store, fuel.id).await?), (vec!["Điện mặt trời".to_owned()], vec![]));
    let before = store.counts().await?.last_seq;
    let open = store.saved_searches().await?;
    assert!(open.iter().all(|s| s.walk.complete_at.is_none() && s.walk.share() == 0.0), "{open:?}");
    assert_eq!(walk_to_end(store, &searches).await?, 1, "searches that stand at the same place walk together");
    assert_eq!(matches(store, power.id).await?, ["Giá điện tăng", "Điện mặt trời"]);
    assert_eq!(matches(store, fuel.id).await?, ["Giá xăng giảm"]);
    let changed = store.changes_since(before, 10).await?;
    let seen: Vec<_> = changed.iter().map(|d| (d.assessed.document.title.as_str(), d.version, d.saved.as_slice())).collect();
    // Newest first is how they were walked.
    assert_eq!(seen, [("Giá xăng giảm", 1, &[fuel.id][..]), ("Giá điện tăng", 1, &[power.id])], "the index sees them again");
    let last = store.counts().await?.last_seq;
    let done = store.saved_searches().await?;
    assert!(done.iter().all(|s| s.walk.complete_at == Some(last) && s.walk.share() == 1.0), "{done:?}");
    // An edited document loses its match, another one gets it, and one that still matches keeps it.
    let edited = |name: &str, title: &str| sample(name, title, "", "bao.vn", 0);
    let three = [edited("a", "Giá nước tăng"), edited("b", "Giá xăng, điện"), edited("c", "Điện mặt trời mái nhà")];
    take_in(store, &searches, &three, START.plus(HOUR_MS)).await?;
    assert_eq!(matches(store, power.id).await?, ["Giá xăng, điện", "Điện mặt trời mái nhà"]);
    let counts: Vec<_> = store.saved_searches().await?.iter().map(|s| s.matches).collect();
    assert_eq!(counts, [2, 1]);
    let figures = store.saved_figures(START.plus(1)).await?;
    let of = figures.get(&power.id).ok_or("no figures")?;
    assert_eq!((of.recent, of.newest), (1, Some(START.plus(HOUR_MS))), "since then, and the newest");
    remove(store, power.id, START, &Actor::service()).await?;
    assert!(matches(store, power.id).await?.is_empty());
    Ok(())
}

pub(super) async fn walks_survive_changes(store: &dyn Store) -> Checked {
    let searches = Searches::default();
    let many: Vec<_> = (0..1_200).map(|i| sample(&format!("d{i}"), &format!("Giá xăng kỳ {i}"), "", "bao.vn", i)).collect();
    put(store, &many).await?;
    let one = save(store, searches.lexicon(), ("Một", "xăng"), Notify::Each, START, &Actor::service()).await?;
    assert!(matches!(walk(store, &searches, START).await?, Step::Left(_)));
    let halfway = store.saved_searches().await?;
    assert!((0.4..0.5).contains(&halfway.first().ok_or("none")?.walk.share()), "{halfway:?}");
    // A second search begins at the end and is joined where the first one stands.
    let two = save(store, searches.lexicon(), ("Hai", "kỳ"), Notify::Each, START, &Actor::service()).await?;
    take_in(store, &searches, &[sample("d3", "Giá than", "sửa", "bao.vn", 3)], START).await?;
    // The walk of a process that read before somebody else went on is not recorded.
    let stale = crate::saved::WalkedPart { searches: vec![(one.id, String::new())], from: 1, to: 0, ended: true, documents: vec![] };
    let mut batch = store.begin().await?;
    assert!(!batch.put_walked(&stale).await?);
    drop(batch);
    walk_to_end(store, &searches).await?;
    let all = store.saved_searches().await?;
    assert_eq!(all.iter().map(|s| s.matches).collect::<Vec<_>>(), [1_199, 1_199], "every one but the edited one, once");
    assert_eq!(all.len(), 2);
    assert!(all.iter().any(|s| s.search.id == two.id));
    assert_eq!(tell(store, &["journal".into()], START.plus(DAY_MS)).await?, 0, "what was there before is no news");
    // Other words of the lexicon: compared anew.
    let lexicon = Lexicon::new([Entry::Synonyms(vec!["kỳ".into(), "than".into()])]);
    assert_eq!((settle(store, searches.lexicon()).await?, settle(store, &lexicon).await?, settle(store, &lexicon).await?), (0, 1, 0));
    walk_to_end(store, &Searches::new(Arc::new(lexicon))).await?;
    assert_eq!(store.saved_searches().await?.iter().map(|s| s.matches).collect::<Vec<_>>(), [1_199, 1_200]);
    Ok(())
}

async fn told(store: &dyn Store, now: Time) -> Result<Vec<SavedNotice>, crate::StoreError> {
    tell(store, &["journal".into()], now).await?;
    let mut told = vec![];
    for delivery in store.outbox_due(now, 1_000).await? {
        store.outbox_done(delivery.id, now).await?;
        if let Notice::SavedSearch(notice) = delivery.notice {
            told.push(notice);
        }
    }
    Ok(told)
}

pub(super) async fn each_story_is_told_once(store: &dyn Store) -> Checked {
    let searches = Searches::default();
    save(store, searches.lexicon(), ("Xăng", "xăng"), Notify::Each, START, &Actor::service()).await?;
    save(store, searches.lexicon(), ("Im lặng", "xăng"), Notify::None, START, &Actor::service()).await?;
    let story = |i: i64, source: &str| {
        sample(&format!("{i}-{source}"), &format!("Giá xăng kỳ {i}"), &format!("Bài số {i} về giá xăng dầu trong nước."), source, i)
    };
    assert!(told(store, START).await?.is_empty());
    take_in(store, &searches, &[story(0, "mot.vn"), story(0, "hai.vn"), sample("x", "Giá than", "", "mot.vn", 0)], START).await?;
    let first = told(store, START).await?;
    assert_eq!(first.iter().map(SavedNotice::line).collect::<Vec<_>>(), ["tìm kiếm đã lưu «Xăng»: bài mới «Giá xăng kỳ 0» (mot.vn)"]);
    take_in(store, &searches, &[story(0, "ba.vn")], START).await?;
    assert!(told(store, START).await?.is_empty(), "a copy of a told story is no news");
    // An edited document that still matches is none either; one that begins to match is.
    let edited =
        [sample("0-mot.vn", "Giá xăng kỳ 0 sửa", "Khác hẳn trước.", "mot.vn", 0), sample("x", "Giá xăng và than", "", "mot.vn", 0)];
    take_in(store, &searches, &edited, START).await?;
    assert_eq!(told(store, START).await?.iter().map(|n| n.newest[0].title.clone()).collect::<Vec<_>>(), ["Giá xăng và than"]);
    // An hour has room for so many; the rest comes as one when it ends.
    let many: Vec<_> = (1..=30).map(|i| story(i, "mot.vn")).collect();
    take_in(store, &searches, &many, START).await?;
    let in_hour = told(store, START).await?;
    assert_eq!(in_hour.len(), MOST_PER_HOUR as usize - 2);
    assert!(told(store, START.plus(HOUR_MS - 1)).await?.is_empty(), "nothing more in this hour");
    let rest = told(store, START.plus(HOUR_MS)).await?;
    let [summary] = rest.as_slice() else { return Err(format!("{rest:?}").into()) };
    assert_eq!((summary.kind, summary.documents, summary.stories, summary.newest.len()), (SavedNoticeKind::Summary, 22, 22, 10));
    assert_eq!(summary.line(), "tìm kiếm đã lưu «Xăng»: tổng hợp, 22 bài mới thuộc 22 luồng tin");
    take_in(store, &searches, &[story(31, "mot.vn")], START.plus(HOUR_MS)).await?;
    assert_eq!(told(store, START.plus(HOUR_MS)).await?.len(), 1, "then one by one again");
    Ok(())
}

pub(super) async fn digests_come_once(store: &dyn Store) -> Checked {
    let searches = Searches::default();
    // START is 08:00 in Vietnam, a Monday.
    for (name, notify) in [("giờ", Notify::Hourly), ("ngày", Notify::Daily), ("tuần", Notify::Weekly)] {
        save(store, searches.lexicon(), (name, "xăng"), notify, START, &Actor::service()).await?;
    }
    let documents: Vec<_> = (0..12)
        .map(|i| {
            sample(
                &format!("d{i}"),
                &format!("Giá xăng {}", i / 2),
                &format!("Nội dung bài {}.", i / 2),
                ["a.vn", "b.vn", "c.vn"][i as usize % 3],
                i,
            )
        })
        .collect();
    take_in(store, &searches, &documents, START.plus(60_000)).await?;
    assert!(told(store, START.plus(HOUR_MS - 1)).await?.is_empty(), "not before its time");
    let names = |all: &[SavedNotice]| all.iter().map(|n| (n.search.name.clone(), n.documents, n.stories)).collect::<Vec<_>>();
    let hourly = told(store, START.plus(HOUR_MS)).await?;
    assert_eq!(names(&hourly), [("giờ".into(), 12, 6)]);
    assert_eq!(hourly[0].sources, [("a.vn".to_owned(), 4), ("b.vn".to_owned(), 4), ("c.vn".to_owned(), 4)]);
    assert_eq!(hourly[0].newest.iter().map(|d| d.title.as_str()).collect::<Vec<_>>()[..2], ["Giá xăng 5", "Giá xăng 4"]);
    assert!(told(store, START.plus(2 * HOUR_MS)).await?.is_empty(), "an empty digest is not sent");
    take_in(store, &searches, &[sample("z", "Giá xăng mai", "", "a.vn", 0)], START.plus(20 * HOUR_MS)).await?;
    assert_eq!(names(&told(store, START.plus(23 * HOUR_MS)).await?), [("giờ".into(), 1, 1), ("ngày".into(), 13, 7)], "7:00 next day");
    assert!(told(store, START.plus(23 * HOUR_MS + 1)).await?.is_empty());
    assert_eq!(names(&told(store, START.plus(7 * DAY_MS)).await?), [("tuần".into(), 13, 7)], "Monday");
    Ok(())
}
