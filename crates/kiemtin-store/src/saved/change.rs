//! How does a search get a name, and lose it again?

use super::predicate::{Predicates, hash, name_key};
use super::store::SavedState;
use crate::store::{Store, StoreError};
use kiemtin_model::{Actor, AuditAction, AuditEntry, Notify, SavedSearch, Time};
use kiemtin_text::lexicon::Lexicon;
use kiemtin_text::query::{Filter, QueryError, SavedError, parse};

/// Most saved searches.
pub const MOST_SAVED: usize = 500;
/// Longest name, in Unicode scalar values.
pub const LONGEST_NAME: usize = 80;
/// Most terms of all saved searches together: what every document is asked.
const MOST_TERMS: usize = 50_000;

/// Why a search was not saved. The words are for the person who asked.
#[derive(Debug, thiserror::Error)]
pub enum SaveError {
    /// The name cannot be one.
    #[error("tên cần 1 đến {LONGEST_NAME} ký tự, không có dấu «\"» và ký tự điều khiển")]
    Name,
    /// The query cannot be read.
    #[error(transparent)]
    Query(#[from] QueryError),
    /// The searches that it names cannot be put in.
    #[error(transparent)]
    Saved(#[from] SavedError),
    /// It would match nearly everything.
    #[error("câu tìm chỉ có điều kiện loại trừ; hãy thêm ít nhất một từ cần có, ví dụ: xăng -dầu")]
    OnlyExcludes,
    /// There is one of this name.
    #[error("đã có tìm kiếm tên «{0}»")]
    Taken(String),
    /// It names a search that belongs to a unit, and would show its matches to others.
    #[error("tìm kiếm «{0}» chỉ dành cho một đơn vị; chỉ tìm kiếm của chính đơn vị đó được dùng lại nó")]
    OtherUnit(String),
    /// There are too many.
    #[error("đã có {MOST_SAVED} tìm kiếm, hoặc quá {MOST_TERMS} từ trong tất cả; hãy xóa bớt")]
    Full,
    /// The store failed.
    #[error("the store failed")]
    Store(#[from] StoreError),
}

/// Why a search was not removed.
#[derive(Debug, thiserror::Error)]
pub enum RemoveError {
    /// There is none with this number.
    #[error("không có tìm kiếm đã lưu này")]
    Unknown,
    /// Another one names it.
    #[error("tìm kiếm «{0}» đang dùng tìm kiếm này; hãy xóa «{0}» trước")]
    Named(String),
    /// The store failed.
    #[error("the store failed")]
    Store(#[from] StoreError),
}

/// Saves a search for all of the staff, and logs who did. From this moment on new documents are asked, also those that other
/// processes take in.
pub async fn save(
    store: &dyn Store,
    lexicon: &Lexicon,
    asked: (&str, &str),
    notify: Notify,
    now: Time,
    by: &Actor,
) -> Result<SavedSearch, SaveError> {
    save_for(store, lexicon, asked, None, notify, now, by).await
}

/// As [`save`], for the people of one unit alone. Its name is taken for all the same.
pub async fn save_for(
    store: &dyn Store,
    lexicon: &Lexicon,
    (name, query): (&str, &str),
    unit: Option<&str>,
    notify: Notify,
    now: Time,
    by: &Actor,
) -> Result<SavedSearch, SaveError> {
    let name = name.split_whitespace().collect::<Vec<_>>().join(" ");
    if !(1..=LONGEST_NAME).contains(&name.chars().count()) || name.contains(|c: char| c == '"' || c.is_control()) {
        return Err(SaveError::Name);
    }
    let query = query.trim();
    parse(query)?;
    let mut batch = store.begin().await?;
    let all = batch.saved_searches().await?;
    let key = name_key(&name);
    if let Some(same) = all.iter().find(|s| name_key(&s.search.name) == key) {
        return Err(SaveError::Taken(same.search.name.clone()));
    }
    // Whoever sees this search sees what it matches: it names only what they all see.
    let other = |s: &&SavedState| s.search.unit.is_some() && s.search.unit.as_deref() != unit && mentions(query, &name_key(&s.search.name));
    if let Some(other) = all.iter().find(other) {
        return Err(SaveError::OtherUnit(other.search.name.clone()));
    }
    let predicates = Predicates::new(&all, lexicon).with(&name, query);
    let predicate = predicates.of(&name)?;
    if predicate.only_excludes() {
        return Err(SaveError::OnlyExcludes);
    }
    let others: usize = all.iter().filter_map(|s| predicates.of(&s.search.name).ok()).map(|q| q.terms()).sum();
    if all.len() >= MOST_SAVED || others + predicate.terms() > MOST_TERMS {
        return Err(SaveError::Full);
    }
    let search = SavedSearch { id: 0, name, query: query.to_owned(), notify, created_at: now, unit: unit.map(str::to_owned) };
    let id = batch.put_saved_search(&search, &key, &hash(&predicate)).await?;
    let search = SavedSearch { id, ..search };
    batch.put_audit(&logged(&search, "added", now, by)).await?;
    batch.commit().await?;
    Ok(search)
}

/// Removes a search that no other one names, and logs who did.
pub async fn remove(store: &dyn Store, id: i64, now: Time, by: &Actor) -> Result<(), RemoveError> {
    let mut batch = store.begin().await?;
    let all = batch.saved_searches().await?;
    let own = all.iter().find(|s| s.search.id == id).ok_or(RemoveError::Unknown)?;
    let key = name_key(&own.search.name);
    if let Some(other) = all.iter().find(|s| s.search.id != id && names(s, &key)) {
        return Err(RemoveError::Named(other.search.name.clone()));
    }
    batch.remove_saved_search(id).await?;
    batch.put_audit(&logged(&own.search, "removed", now, by)).await?;
    Ok(batch.commit().await?)
}

fn logged(search: &SavedSearch, change: &str, at: Time, by: &Actor) -> AuditEntry {
    let detail = [("change", change), ("name", &search.name), ("query", &search.query), ("notify", search.notify.as_str())];
    let detail = detail.into_iter().map(|(key, value)| (key.to_owned(), value.to_owned())).collect();
    AuditEntry { at, actor: by.clone(), action: AuditAction::SavedSearch, object: format!("saved_search/{}", search.id), detail }
}

fn names(state: &SavedState, key: &str) -> bool {
    mentions(&state.search.query, key)
}

fn mentions(query: &str, key: &str) -> bool {
    let query = parse(query);
    query.is_ok_and(|q| q.filters().iter().any(|f| matches!(f, Filter::Saved(name) if name_key(name) == key)))
}

/// Compares everything anew with those searches that mean something else than when they were compared: the lexicon was edited,
/// or this version matches in another way. Gives their number.
pub async fn settle(store: &dyn Store, lexicon: &Lexicon) -> Result<usize, StoreError> {
    let mut batch = store.begin().await?;
    let all = batch.saved_searches().await?;
    let predicates = Predicates::new(&all, lexicon);
    let mut other = 0;
    for state in &all {
        let Ok(predicate) = predicates.of(&state.search.name) else { continue };
        let hash = hash(&predicate);
        if hash != state.predicate {
            other += 1;
            batch.walk_again(state.search.id, &hash).await?;
        }
    }
    if other > 0 {
        batch.commit().await?;
    }
    Ok(other)
}
