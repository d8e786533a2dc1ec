//! `token`: what programs come in with.

use super::user::{named, refused};
use crate::cli::{Common, Tokens};
use crate::data::DataFolders;
use crate::{clock, out};
use kiemtin_model::{Actor, Right};
use kiemtin_store::staff::change::{By, add_token, revoke_token};
use kiemtin_store::staff::hash_of;
use kiemtin_store::{SqliteStore, StaffStore};
use kiemtin_web::access::secret;
use kiemtin_web::staff::MOST_LISTED;
use serde_json::json;
use std::process::ExitCode;

/// Runs the command.
pub async fn run(common: &Common, what: &Tokens) -> anyhow::Result<ExitCode> {
    let store = DataFolders::of(common).open_store().await?;
    let actor = Actor::command();
    let by = By { actor: &actor, at: clock::clock(common.now)() };
    let done = match what {
        Tokens::Create { name, user, right, days } => create(&store, (user, name), right, *days, by, common.json).await,
        Tokens::List => list(&store, by, common.json).await,
        Tokens::Revoke { id } => revoke(&store, *id, by, common.json).await,
    };
    store.close().await;
    done
}

async fn create(
    store: &SqliteStore,
    (user, name): (&str, &str),
    rights: &[Right],
    days: u32,
    by: By<'_>,
    as_json: bool,
) -> anyhow::Result<ExitCode> {
    let user = named(store, user).await?;
    let secret = secret::token()?;
    let token = add_token(store, (user.id, name, &hash_of(&secret)), rights.to_vec(), days, by).await.map_err(refused)?;
    if as_json {
        out::line(json!({ "token": token, "secret": secret }))?;
    } else {
        out::line(format_args!("token {secret}"))?;
        eprintln!("mã số {} của «{}», đến {}; chỉ in ra lần này", token.id, token.user_name, token.expires_at.vi());
    }
    Ok(ExitCode::SUCCESS)
}

async fn list(store: &SqliteStore, by: By<'_>, as_json: bool) -> anyhow::Result<ExitCode> {
    let all = StaffStore::tokens(store, None, MOST_LISTED).await?;
    if as_json {
        out::line(json!({ "tokens": all }))?;
        return Ok(ExitCode::SUCCESS);
    }
    if all.is_empty() {
        out::line("Chưa có mã truy cập nào. Tạo: kiemtin token create TÊN --user NGƯỜI_DÙNG --right read")?;
    }
    for token in &all {
        let rights = token.rights.iter().map(|r| r.as_str()).collect::<Vec<_>>().join(", ");
        let state = match token.revoked_at {
            Some(at) => format!("đã thu hồi {}", at.vi()),
            None if token.works(by.at) => format!("đến {}", token.expires_at.vi()),
            None => format!("hết hạn {}", token.expires_at.vi()),
        };
        let used = token.last_used_at.map_or("chưa dùng".into(), |at| format!("dùng lần cuối {}", at.vi()));
        out::line(format_args!("{} · {} · {} · {rights} · {state} · {used}", token.id, token.user_name, token.name))?;
    }
    Ok(ExitCode::SUCCESS)
}

async fn revoke(store: &SqliteStore, id: i64, by: By<'_>, as_json: bool) -> anyhow::Result<ExitCode> {
    let token = revoke_token(store, id, None, by).await.map_err(refused)?;
    if as_json {
        out::line(json!({ "token": token }))?;
    } else {
        out::line(format_args!("đã thu hồi mã {} «{}» của «{}»", token.id, token.name, token.user_name))?;
    }
    Ok(ExitCode::SUCCESS)
}
