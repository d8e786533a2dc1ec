//! `saved`: searches under a name, with what they match and when somebody is told.

use crate::cli::{Common, SavedSearches};
use crate::data::DataFolders;
use crate::{clock, config, followers, out, progress};
use kiemtin_model::time::DAY_MS;
use kiemtin_model::{Actor, Notify, Time};
use kiemtin_store::saved::{RemoveError, SaveError, SavedFigures, SavedState, Searches, Step, remove, save_for, walk};
use kiemtin_store::{SavedStore, SqliteStore};
use serde_json::json;
use std::process::ExitCode;
use std::sync::Arc;

/// Runs the command.
pub async fn run(common: &Common, what: &SavedSearches) -> anyhow::Result<ExitCode> {
    let folders = DataFolders::of(common);
    let store = folders.open_store().await?;
    let now = clock::clock(common.now)();
    let code = match what {
        SavedSearches::List => list(&store, now, common.json).await,
        SavedSearches::Add { name, query, notify, unit } => {
            let unit = unit.as_deref();
            if let Some(unit) = unit {
                super::user::known_units(&config::load_valid(&common.config)?, &[unit.to_owned()])?;
            }
            add(common, &folders, &store, (name, query, unit), *notify, now).await
        }
        SavedSearches::Remove { name } => forget(&store, name, now, common.json).await,
    };
    store.close().await;
    code
}

async fn list(store: &SqliteStore, now: Time, as_json: bool) -> anyhow::Result<ExitCode> {
    let (all, figures) = tokio::try_join!(store.saved_searches(), store.saved_figures(now.plus(-7 * DAY_MS)))?;
    let figures_of = |s: &SavedState| figures.get(&s.search.id).copied().unwrap_or_default();
    if as_json {
        let all: Vec<_> = all.iter().map(|s| line(s, figures_of(s))).collect();
        out::line(json!({ "saved_searches": all }))?;
        return Ok(ExitCode::SUCCESS);
    }
    if all.is_empty() {
        out::line("Chưa có tìm kiếm đã lưu nào. Thêm: kiemtin saved add TÊN CÂU_TÌM --notify daily")?;
    }
    for state in &all {
        let SavedFigures { recent, newest } = figures_of(state);
        let newest = newest.map_or("chưa có bài nào".into(), |at| format!("bài mới nhất {}", at.vi()));
        let walked = if state.walk.complete_at.is_some() { String::new() } else { walked(state.walk.share()) };
        let SavedState { search, matches, .. } = state;
        let unit = search.unit.as_ref().map_or(String::new(), |unit| format!(" · chỉ dành cho {unit}"));
        out::line(format_args!("{} · {}{unit}\n  {}", search.name, search.notify.vi(), search.query))?;
        out::line(format_args!("  {matches} bài, {recent} trong 7 ngày, {newest}{walked}"))?;
    }
    Ok(ExitCode::SUCCESS)
}

fn line(state: &SavedState, figures: SavedFigures) -> serde_json::Value {
    let SavedState { search, matches, walk, .. } = state;
    json!({
        "id": search.id, "name": search.name, "query": search.query, "notify": search.notify, "created_at": search.created_at, "unit": search.unit,
        "matches": matches, "matches_7_days": figures.recent, "newest_match": figures.newest,
        "complete": walk.complete_at.is_some(), "compared": walk.share(),
    })
}

fn walked(share: f64) -> String {
    format!(" (đang đối chiếu bài cũ: {:.0} %)", share * 100.0)
}

async fn add(
    common: &Common,
    folders: &DataFolders,
    store: &SqliteStore,
    (name, query, unit): (&str, &str, Option<&str>),
    notify: Notify,
    now: Time,
) -> anyhow::Result<ExitCode> {
    let lexicon = Arc::new(config::lexicon(&common.config)?);
    let search = match save_for(store, &lexicon, (name, query), unit, notify, now, &Actor::command()).await {
        Ok(search) => search,
        Err(SaveError::Store(error)) => return Err(error.into()),
        Err(error) => {
            eprintln!("không lưu được: {error}");
            if let SaveError::Query(error) = &error {
                eprintln!("  {query}\n  {}^", " ".repeat(error.at));
                if let Some(proposal) = &error.proposal {
                    eprintln!("có phải bạn muốn tìm: {proposal}");
                }
            }
            return Ok(ExitCode::from(2));
        }
    };
    let searches = Searches::new(lexicon);
    let bar = progress::spinner("đối chiếu với các bài đã có");
    while let Step::Left(share) = walk(store, &searches, now).await? {
        bar.set_message(format!("đối chiếu với các bài đã có: {:.0} %", share * 100.0));
    }
    bar.finish_and_clear();
    // A running service has the index and follows by itself.
    let index = folders.open_index()?;
    followers::index_now(store, &index, &|_, _| {}).await?;
    index.close().await?;
    let all = store.saved_searches().await?;
    let Some(state) = all.iter().find(|s| s.search.id == search.id) else { anyhow::bail!("the search was removed meanwhile") };
    let figures = store.saved_figures(now.plus(-7 * DAY_MS)).await?.get(&search.id).copied().unwrap_or_default();
    if common.json {
        out::line(line(state, figures))?;
    } else {
        out::line(format_args!("đã lưu «{}» ({}): {} bài khớp", search.name, notify.vi(), state.matches))?;
    }
    Ok(ExitCode::SUCCESS)
}

async fn forget(store: &SqliteStore, name: &str, now: Time, as_json: bool) -> anyhow::Result<ExitCode> {
    let all = store.saved_searches().await?;
    let wanted = name.trim().to_lowercase();
    let Some(found) = all.iter().find(|s| s.search.name.to_lowercase() == wanted) else {
        eprintln!("không có tìm kiếm đã lưu tên «{name}»; xem: kiemtin saved list");
        return Ok(ExitCode::FAILURE);
    };
    match remove(store, found.search.id, now, &Actor::command()).await {
        Ok(()) => {}
        Err(RemoveError::Store(error)) => return Err(error.into()),
        Err(error) => {
            eprintln!("không xóa được: {error}");
            return Ok(ExitCode::FAILURE);
        }
    }
    if as_json {
        out::line(json!({ "removed": found.search.name }))?;
    } else {
        out::line(format_args!("đã xóa «{}»", found.search.name))?;
    }
    Ok(ExitCode::SUCCESS)
}
