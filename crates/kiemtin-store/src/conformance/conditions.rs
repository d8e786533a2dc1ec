//! What a search finds by conditions on other things than words, and by beginnings of words.

use super::following::cursor;
use super::searching::{numbered, request, titles};
use super::{Checked, START, sample};
use crate::{IndexError, SearchIndex, SearchRequest};
use kiemtin_model::time::DAY_MS;
use kiemtin_model::{Level, SourceGroup, Stance};

pub(super) async fn fields(index: &dyn SearchIndex) -> Checked {
    let mut a = sample("a", "Giá điện", "tăng", "bao.vn", 0);
    a.units = vec!["Cục Điện lực".into(), "Vụ Pháp chế".into()];
    a.provinces = vec!["Đà Nẵng".into()];
    a.assessment.stance = Stance::Refutes;
    let mut b = sample("b", "Giá điện", "giảm", "bao.vn", 24);
    b.assessment.level = Level::Alert;
    b.document.group = SourceGroup::OwnMedia;
    b.provinces = vec!["Hà Nội".into(), "Huế".into()];
    let mut c = sample("c", "Power price", "unchanged", "bao.vn", 48);
    c.document.lang = "en".into();
    let mut d = sample("d", "Giá điện", "không đổi", "bao.vn", 72);
    d.document.published_at = None;
    let mut stored = numbered(&[a, b, c, d]);
    let story = stored.first().map(|first| first.story.clone()).ok_or("no sample")?;
    if let Some(d) = stored.last_mut() {
        d.story = story.clone();
    }
    index.apply(stored.clone(), &cursor(index, 4)).await?;
    let of_story = format!("story:{}", story.0);
    for (query, expected) in [
        ("unit:\"Cục Điện lực\"", "a"),
        ("unit:\"cuc dien luc\"", "a"),
        ("province:\"Da Nang\"", "a"),
        ("province:\"Hà Nội\",Huế", "b"),
        ("stance:refutes", "a"),
        ("stance:reports -level:alert", "cd"),
        ("level:alert,urgent", "b"),
        ("group:own_media", "b"),
        ("lang:en", "c"),
        ("date:2026-03-02", "a"),
        ("date:2026-03-03..", "bc"),
        ("date:..2026-03-03 điện", "ab"),
        ("date:P2D", "bc"),
        ("điện -date:P2D", "a"),
    ] {
        let request = SearchRequest { now: START.plus(3 * DAY_MS - 1), ..request(query) };
        let found = index.search(&request).await?;
        assert_eq!(found.hits.len(), expected.len(), "{query}");
        let names = ["a", "b", "c", "d"].into_iter().filter(|name| {
            let id = kiemtin_model::DocId::from_url(&format!("https://bao.vn/{name}"));
            found.hits.iter().any(|hit| hit.id == id)
        });
        let names = names.collect::<String>();
        assert_eq!(names, expected, "{query}");
    }
    assert_eq!(index.search(&request(&of_story)).await?.total, 2, "all documents of a story");
    let unknown = index.search(&request("source:bao -topic:lạ điện")).await?;
    assert_eq!((unknown.total, unknown.unknown), (0, vec!["source:bao".to_owned(), "topic:lạ".into()]));
    let meant = unknown.meant.first().map(|meant| (meant.text.as_str(), meant.count));
    assert_eq!(meant, Some(("source:bao.vn NOT topic:lạ điện", 3)), "what is meant is proposed");
    let of_both = index.search(&request(&format!("{of_story} source:bao"))).await?;
    assert_eq!((of_both.unknown.len(), of_both.meant.len()), (1, 0), "a story stands in the place of what was typed");
    let known = index.search(&request("source:bao.vn province:huế điện")).await?;
    assert_eq!((known.total, known.unknown, known.meant), (1, vec![], vec![]));
    let saved = index.search(&request("search:\"Giá điện\"")).await;
    assert!(matches!(saved, Err(IndexError::Query(_))), "a saved search is put in before");
    Ok(())
}

pub(super) async fn beginnings(index: &dyn SearchIndex) -> Checked {
    let texts = [
        ("a", "đường sắt"),
        ("b", "đương nhiên"),
        ("c", "được mùa"),
        ("d", "duong sat gia xang dau tang manh tu hom nay nguoi dan xep hang"),
        ("e", "giá xăng dầu, điện"),
        ("f", "giá xăng đắt"),
        ("g", "kỹ thuật livestreaming"),
        ("h", "#tẩychayđiệnlực"),
    ];
    let documents: Vec<_> = texts.iter().map(|(name, text)| sample(name, "", text, "bao.vn", 0)).collect();
    index.apply(numbered(&documents), &cursor(index, 8)).await?;
    for (query, expected) in [
        ("duo*", "abcd"),
        ("đươ*", "abcd"),
        ("đườ*", "ad"),
        ("~\"đườ*\"", "abcd"),
        ("\"giá xăng d*\"", "def"),
        ("\"giá xăng đ*\"", "df"),
        ("\"giá xăng đắ*\"", "df"),
        ("live*", "g"),
        ("LIVESTREAMIN*", "g"),
        ("tẩ*", "d"),
        ("tayc*", "h"),
        ("kĩ*", "g"),
        ("xe* OR live*", "dg"),
        ("đườ* -livestreaming", "ad"),
        ("đườ* -sắt", ""),
        ("title:duo*", ""),
    ] {
        assert_eq!(titles(index, query).await?.concat(), expected, "{query}");
    }
    // More words than may be looked for.
    let many: Vec<_> = (0..12).map(|i| sample(&format!("m{i}"), "", &words(i), "bao.vn", 0)).collect();
    index.apply(numbered(&many), &cursor(index, 20)).await?;
    let refused = index.search(&request("qu*")).await;
    assert!(matches!(refused, Err(IndexError::Query(_))), "too many words begin so");
    Ok(())
}

fn words(i: usize) -> String {
    (0..1_000).map(|n| format!("qu{i}x{n}")).collect::<Vec<_>>().join(" ")
}
