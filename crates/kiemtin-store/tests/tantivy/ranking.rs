//! What stands first: documents with some of the words where they belong, and what was meant by a slip.

use super::{Checked, Made, request};
use kiemtin_model::DocId;
use kiemtin_store::conformance::{put, sample};
use kiemtin_store::{Hit, SearchIndex, SqliteStore, TantivyIndex, follow};
use std::path::Path;

/// An index of texts, and their ids.
async fn index_of(folder: &Path, texts: &[(String, String)]) -> Made<(TantivyIndex, Vec<DocId>)> {
    let store = SqliteStore::open(&folder.join("kiemtin.db")).await?;
    let samples: Vec<_> = (0i64..).zip(texts).map(|(at, (title, text))| sample(&format!("d{at}"), title, text, "bao.vn", at)).collect();
    put(&store, &samples).await?;
    let index = TantivyIndex::open(&folder.join("index"))?;
    follow(&store, &index, 100, &|_, _| ()).await?;
    Ok((index, samples.into_iter().map(|sample| sample.document.id).collect()))
}

async fn hits(index: &TantivyIndex, query: &str) -> Made<Vec<Hit>> {
    Ok(index.search(&request(query)).await?.hits)
}

#[tokio::test]
async fn of_many_words_a_report_of_the_matter_is_better_than_all_of_them_by_chance() -> Checked {
    let folder = tempfile::tempdir()?;
    // More documents than are looked at closely have all the words, far from one another.
    let chance = (0..260).map(|at| {
        let words = ["khách", "quốc", "tế", "đến", "tăng"].map(|word| format!("{word}. Chuyện khác số {at}. "));
        (format!("Bài số {at}"), words.concat())
    });
    let matter = ("Khách quốc tế đến đông".to_owned(), "Khách quốc tế đến nhiều hơn năm trước.".to_owned());
    let others = (0..600).map(|at| (format!("Tin ngắn {at}"), format!("Điều khác, hôm {at}.")));
    let texts: Vec<_> = others.chain(chance).chain([matter]).collect();
    let (index, ids) = index_of(folder.path(), &texts).await?;
    let found = index.search(&request("khách quốc tế đến tăng")).await?;
    assert_eq!(found.total, 260, "what has some of the words is not counted");
    let first = found.hits.first().map(|hit| (&hit.id, hit.partial));
    assert_eq!(first, ids.last().map(|matter| (matter, true)), "it stands first, and is marked");
    assert!(found.hits.iter().skip(1).all(|hit| !hit.partial), "{:?}", found.hits);
    // Few words must all be there when many have them.
    assert!(hits(&index, "khách tăng").await?.iter().all(|hit| !hit.partial));
    Ok(())
}

#[tokio::test]
async fn a_slip_is_looked_for_beside_what_was_typed() -> Checked {
    let folder = tempfile::tempdir()?;
    let mut texts: Vec<(String, String)> =
        (0..40).map(|at| (format!("Cá tra kỳ {at}"), format!("Doanh nghiệp thứ {at} bán cá tra sang nước ngoài."))).collect();
    // Somebody wrote what was typed, so it is not replaced.
    texts.extend((0..8).map(|at| (format!("Con cá của cha {at}"), "Con mua cá cha thích và bán sang nhà bên.".to_owned())));
    let (index, ids) = index_of(folder.path(), &texts).await?;
    let found = index.search(&request("bán cá cha sang nước ngoài")).await?;
    assert_eq!((found.instead, found.total), (None, 0));
    let meant = ids.get(..40).unwrap_or_default();
    assert!(found.hits.len() >= 5 && found.hits.iter().take(5).all(|hit| meant.contains(&hit.id)), "{:?}", found.hits);
    assert!(found.hits.iter().all(|hit| hit.partial));
    Ok(())
}

#[tokio::test]
async fn what_the_best_have_in_common_puts_the_others_in_order() -> Checked {
    let folder = tempfile::tempdir()?;
    let fillers = (0..400).map(|at| (format!("Tin ngắn {at}"), format!("Hôm nay có điều khác ở nơi thứ {at}, không ai biết.")));
    let best = (0..6)
        .map(|at| (format!("Giá tiêu kỳ {at}"), format!("Kỳ {at}: thương lái mua hạt tiêu của nông dân Gia Lai, hạt tiêu xuất khẩu.")));
    // Both have the word once, at one place; the one of another matter is newer.
    let same = ("Bài thứ nhất".to_owned(), "Nơi đây tiêu được thương lái và nông dân nhắc đến.".to_owned());
    let other = ("Bài thứ hai".to_owned(), "Nơi đây tiêu được đầu bếp và thực khách nhắc đến.".to_owned());
    let texts: Vec<_> = fillers.chain(best).chain([same, other]).collect();
    let (index, ids) = index_of(folder.path(), &texts).await?;
    let found = hits(&index, "tiêu").await?;
    let order: Vec<_> = found.iter().filter_map(|hit| ids.iter().position(|id| *id == hit.id)).collect();
    assert_eq!(order.len(), 8, "nothing more is found");
    assert!(order.iter().take(6).all(|at| (400..406).contains(at)), "{order:?}");
    assert_eq!(order.get(6..), Some(&[406, 407][..]), "the same matter first");
    Ok(())
}
