//! Prints and quotes.

use super::{Checked, START};
use crate::{PrintedText, Quote, Store};
use kiemtin_model::DocId;
use kiemtin_text::winnow::Prints;

fn text(document: &str) -> PrintedText {
    PrintedText { document: DocId(document.into()), story: DocId("a".into()), source: "bao.vn".into(), at: START.plus(7) }
}

fn prints(list: &[u32]) -> Prints {
    Prints { list: list.to_vec(), short: list.len() < 3 }
}

pub(super) async fn numbered_without_gaps(store: &dyn Store) -> Checked {
    assert_eq!((store.last_print().await?, store.prints_since(0, 10).await?), (0, vec![]));
    let all = [prints(&[7, 3, u32::MAX]), prints(&[]), prints(&[5]), prints(&[7, 3, u32::MAX])];
    for (round, kept) in [true, false, true, true].into_iter().enumerate() {
        let mut batch = store.begin().await?;
        for (i, prints) in all.iter().enumerate() {
            let number = batch.put_prints(&text(&format!("d{i}")), prints).await?;
            let before = batch.prints_since(number - 1, 10).await?;
            assert_eq!(before.iter().map(|p| (p.number, p.prints.as_ref())).collect::<Vec<_>>(), [(number, Some(prints))], "as it was put");
        }
        if kept {
            batch.commit().await?;
        } else {
            drop(batch);
        }
        let expected = all.len() as u32 * if round == 0 { 1 } else { round as u32 };
        assert_eq!(store.last_print().await?, expected, "a dropped batch leaves no gap");
    }
    let numbers: Vec<u32> = store.prints_since(4, 6).await?.iter().map(|p| p.number).collect();
    assert_eq!(numbers, [5, 6, 7, 8, 9, 10], "in order, no more than asked");
    let mut batch = store.begin().await?;
    let printed = batch.printed(&[3, 12, 99]).await?;
    assert_eq!(printed.len(), 2, "unknown numbers are left out");
    assert_eq!((printed.get(&3), printed.get(&12)), (Some(&text("d2")), Some(&text("d3"))));
    Ok(())
}

pub(super) async fn quotes_are_replaced(store: &dyn Store) -> Checked {
    let (a, b, c) = (DocId("a".into()), DocId("b".into()), DocId("c".into()));
    let quote = |quoted: &DocId, of_own| Quote { quoted: quoted.clone(), of_own, of_quoted: 0.75 };
    let mut batch = store.begin().await?;
    batch.put_quotes(&a, &[quote(&b, 0.25), quote(&c, 0.5)]).await?;
    batch.put_quotes(&c, &[quote(&b, 1.0)]).await?;
    batch.commit().await?;
    let quotes = store.quotes(&[a.clone(), b.clone(), c.clone()]).await?;
    assert_eq!((quotes.len(), quotes.get(&a)), (2, Some(&vec![quote(&c, 0.5), quote(&b, 0.25)])), "most of the document first");
    assert_eq!((store.quoted_by(&b).await?, store.quoted_by(&a).await?), (vec![a.clone(), c.clone()], vec![]));
    let mut batch = store.begin().await?;
    batch.put_quotes(&a, &[quote(&c, 0.3)]).await?;
    batch.put_quotes(&c, &[]).await?;
    batch.commit().await?;
    assert_eq!(store.quotes(&[a.clone(), c]).await?.into_iter().collect::<Vec<_>>(), [(a, vec![quote(&DocId("c".into()), 0.3)])]);
    Ok(())
}
