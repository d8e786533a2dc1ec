//! Is this page a document that is known under another address?
//!
//! Keys in their order: the id that the feed gives the item (resolved while collecting, see `collect/recognise.rs`), the
//! canonical address (the id of the document), and the content.

use crate::pipeline::Ready;
use kiemtin_model::{AssessedDocument, DocId, FoundBy, Salts, SourceGroup, titles_agree};
use kiemtin_store::{Batch, Known, Store};
use kiemtin_text::difference::{Change, difference};
use std::collections::HashMap;

/// Of the longer text, the part (one in so many) that two texts must share for one to be an edit of the other.
const SHARED_PART: usize = 2;

/// A lead stays the document that it became, whatever address its page gives itself now: where its feed names it by an id,
/// or its text is that document's, edited. Other text at such an address is a document of its own; so is what the store
/// has as one.
pub(crate) async fn same_documents(store: &dyn Store, ready: &mut [Ready]) -> anyhow::Result<()> {
    let other = |r: &Ready| {
        let (document, lead) = (r.outcome.as_ref().ok()?, r.lead.as_ref()?.document.as_ref()?);
        (document.id != *lead && document.url.is_some()).then(|| (document.id.clone(), lead.clone()))
    };
    let (own, before): (Vec<DocId>, Vec<DocId>) = ready.iter().filter_map(other).unzip();
    if own.is_empty() {
        return Ok(());
    }
    let known = store.known(&own).await?;
    let stored = store.documents(&before).await?;
    for r in ready {
        let Some((own, before)) = other(r) else { continue };
        let (false, Ok(document)) = (known.contains_key(&own), &mut r.outcome) else { continue };
        let Some(stored) = stored.iter().map(|s| &s.assessed.document).find(|d| d.id == before && d.source == document.source) else {
            continue;
        };
        if r.named || is_edit(&stored.text, &document.text) {
            document.id = before;
        }
    }
    Ok(())
}

/// A post found by keyword stays the document that it is under the secret before.
pub(crate) async fn known_under_earlier_salt(store: &dyn Store, salts: &Salts, ready: &mut [Ready]) -> anyhow::Result<()> {
    let ids = |r: &Ready| {
        let document = r.outcome.as_ref().ok().filter(|d| d.found_by != FoundBy::Channel && d.url.is_none())?;
        let mut ids = salts.ids(&document.source, &document.title, &document.text).into_iter();
        Some((ids.next()?, ids.next()?))
    };
    let earlier: Vec<DocId> = ready.iter().filter_map(ids).map(|(_, before)| before).collect();
    if earlier.is_empty() {
        return Ok(());
    }
    let known = store.known(&earlier).await?;
    for r in ready {
        let Some((now, before)) = ids(r) else { continue };
        if let Ok(document) = &mut r.outcome {
            // Also what was read under the secret before, just when it changed.
            document.id = if known.contains_key(&before) { before } else { now };
        }
    }
    Ok(())
}

/// Whether one text is the other one, edited.
fn is_edit(old: &str, new: &str) -> bool {
    let same: usize = difference(old, new).iter().filter(|p| p.change == Change::Same).map(|p| p.text.len()).sum();
    same * SHARED_PART >= old.len().max(new.len())
}

/// The document of the same source that has this text already, when this one would be new: a newspaper's article at a
/// second address. Posts are left alone, for many people telling the same is what is counted there; so are texts under
/// titles that have nothing in common (a notice that stands on every page in the place of its article).
pub(crate) async fn twin(
    store: &mut dyn Batch,
    assessed: &AssessedDocument,
    known: &HashMap<DocId, Known>,
    crawled: bool,
) -> anyhow::Result<Option<DocId>> {
    let document = &assessed.document;
    let post = matches!(document.group, SourceGroup::Forum | SourceGroup::Social);
    if !crawled || post || document.url.is_none() || known.contains_key(&document.id) {
        return Ok(None);
    }
    let Some((first, title)) = store.twin(&assessed.text_hash, &document.source).await? else { return Ok(None) };
    if !titles_agree(&title, &document.title) {
        return Ok(None);
    }
    let seen = kiemtin_model::Document { id: first.clone(), ..document.clone() };
    store.touch_document(&seen).await?;
    Ok(Some(first))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn edits_share_half_of_the_longer_text() {
        let text = "Giá xăng trong nước tăng từ chiều nay theo kỳ điều hành của liên bộ.\nMức tăng là 500 đồng một lít.";
        assert!(is_edit(text, text));
        assert!(is_edit(text, &text.replace("500", "600")));
        assert!(is_edit(text, &format!("{text}\nCập nhật: giá dầu giữ nguyên.")));
        assert!(!is_edit(text, "Bộ Công Thương họp báo thường kỳ về thương mại điện tử."));
        assert!(!is_edit("", text));
    }
}
