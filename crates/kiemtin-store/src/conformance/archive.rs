//! Reading everything again.

use super::{Checked, START, alert, flagged, narrative, put, sample};
use crate::{ArchiveRequest, Archived, Joining, Store, StoreError};
use kiemtin_model::time::HOUR_MS;
use kiemtin_model::{AlertStatus, Level, Role};

async fn all(store: &dyn Store, asked: ArchiveRequest) -> Result<Vec<Archived>, StoreError> {
    let mut found: Vec<Archived> = vec![];
    loop {
        let after = found.last().map_or(0, |d| d.first_seq);
        let part = store.archive(&ArchiveRequest { after, ..asked }).await?;
        assert!(part.len() <= asked.limit, "at most as many as asked for");
        if part.is_empty() {
            return Ok(found);
        }
        found.extend(part);
    }
}

fn titles(found: &[Archived]) -> Vec<&str> {
    found.iter().map(|d| d.document.title.as_str()).collect()
}

pub(super) async fn reads_all_once(store: &dyn Store) -> Checked {
    assert_eq!(store.oldest().await?, None);
    assert!(store.archive(&ArchiveRequest { limit: 5, ..Default::default() }).await?.is_empty());
    let mut documents: Vec<_> = (0..7).map(|i| sample(&format!("d{i}"), &format!("bài {i}"), "Nội dung", "bao.vn", i)).collect();
    put(store, &documents).await?;
    if let Some(edited) = documents.get_mut(1) {
        *edited = flagged(sample("d1", "bài sửa", "Nội dung mới", "bao.vn", 1), 5.0);
        put(store, std::slice::from_ref(edited)).await?;
    }
    let found = all(store, ArchiveRequest { limit: 3, ..Default::default() }).await?;
    assert_eq!(titles(&found), ["bài 0", "bài sửa", "bài 2", "bài 3", "bài 4", "bài 5", "bài 6"], "once, as it is now, in first order");
    for (archived, stored) in found.iter().zip(&documents) {
        assert_eq!((&archived.document, &archived.assessment), (&stored.document, &stored.assessment), "comes back whole");
    }
    Ok(())
}

pub(super) async fn filters(store: &dyn Store) -> Checked {
    let mut undated = sample("u", "không ngày", "", "bao.vn", 9);
    undated.document.published_at = None;
    let quoting = sample("q", "\"signals\":[]", "", "bao.vn", 4);
    put(store, &[sample("a", "một", "Nội dung", "bao.vn", 0), flagged(quoting, 5.0), undated]).await?;
    assert_eq!(store.oldest().await?, Some(START));
    let since = ArchiveRequest { since: Some(START.plus(4 * HOUR_MS)), limit: 10, ..Default::default() };
    assert_eq!(titles(&all(store, since).await?), ["\"signals\":[]", "không ngày"], "at that time or later, arrival when undated");
    let found = all(store, ArchiveRequest { only_signals: true, limit: 10, ..Default::default() }).await?;
    assert_eq!(found.len(), 1, "only what a rule found something in");
    assert!(found.iter().all(|d| d.document.title.is_empty() && d.assessment.signals.len() == 1), "without its text");
    Ok(())
}

pub(super) async fn tells_of_alerts(store: &dyn Store) -> Checked {
    let documents = ["a", "b"].map(|n| flagged(sample(n, n, "", "bao.vn", 0), 5.0));
    put(store, &documents).await?;
    let mut batch = store.begin().await?;
    let id = batch.put_narrative(&narrative("k")).await?;
    let mut opened = vec![];
    for wave in 1..=2 {
        opened.push(batch.open_alert(&alert(id, wave, Level::Alert, i64::from(wave))).await?.id);
    }
    for (document, role) in documents.iter().zip([Role::Asserts, Role::Responds]) {
        let (id_of, source) = (&document.document.id, &document.document.source);
        let joining = Joining {
            document: id_of.clone(),
            story: id_of.clone(),
            source: source.clone(),
            at: START,
            role,
            score: 5.0,
            mass_copy: false,
        };
        batch.join(id, &joining).await?;
    }
    batch.commit().await?;
    let found = all(store, ArchiveRequest { limit: 10, ..Default::default() }).await?;
    let [first, second] = found.as_slice() else { return Err("two documents".into()) };
    assert_eq!(first.reviews.iter().map(|r| r.alert).collect::<Vec<_>>(), opened, "every alert of its narrative");
    assert!(first.reviews.iter().all(|r| r.narrative == "k" && r.status == AlertStatus::New && r.right().is_none()));
    assert!(second.reviews.is_empty(), "what answers a claim is no hit");
    Ok(())
}
