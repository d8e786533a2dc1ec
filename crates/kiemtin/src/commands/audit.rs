//! `audit`: is the log as it was written, and what stands in it?

use crate::cli::{AuditLog, Common};
use crate::data::DataFolders;
use crate::{clock, out, progress, typed};
use kiemtin_model::{AuditEntry, Time};
use kiemtin_store::{AuditCheck, AuditFilter, AuditHead, AuditRecord, AuditStore, SqliteStore};
use serde_json::json;
use std::process::ExitCode;

/// Entries that are read at once.
const PAGE: usize = 500;

/// Runs the command.
pub async fn run(common: &Common, what: &AuditLog) -> anyhow::Result<ExitCode> {
    let filter = match what {
        AuditLog::Verify { .. } => AuditFilter::default(),
        AuditLog::List { action, actor, object, from, to, .. } => {
            let (from, to) = typed::days(from.as_deref(), to.as_deref())?;
            AuditFilter { action: *action, actor: actor.clone(), object: object.clone(), from, to }
        }
    };
    let store = DataFolders::of(common).open_store().await?;
    let code = match what {
        AuditLog::Verify { anchor } => verify(&store, anchor.as_ref(), clock::clock(common.now)(), common.json).await,
        AuditLog::List { limit, .. } => list(&store, &filter, *limit as usize, common.json).await,
    };
    store.close().await;
    code
}

async fn verify(store: &SqliteStore, anchor: Option<&AuditHead>, now: Time, as_json: bool) -> anyhow::Result<ExitCode> {
    let bar = progress::spinner("đang kiểm tra");
    let check = store.verify_audit(anchor, &mut |number| bar.set_message(format!("đến mục {number}"))).await?;
    bar.finish_and_clear();
    store.keep_audit_check(&check, now).await?;
    let AuditCheck { entries, head, broken, .. } = &check;
    if as_json {
        let broken = broken.as_ref().map(|b| json!({ "number": b.number, "kind": b.kind }));
        out::line(json!({ "ok": broken.is_none(), "entries": entries, "head": head.to_string(), "break": broken }))?;
    } else if let Some(broken) = broken {
        out::line(format_args!("mục số {} {} ({}); chuỗi chỉ nguyên vẹn đến {head}", broken.number, broken.kind.vi(), broken.kind))?;
    } else {
        out::line(format_args!("{entries} mục, chuỗi nguyên vẹn; đầu chuỗi, hãy giữ ở nơi khác:\n{head}"))?;
    }
    Ok(if broken.is_none() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

async fn list(store: &SqliteStore, filter: &AuditFilter, limit: usize, as_json: bool) -> anyhow::Result<ExitCode> {
    let (mut all, mut cursor): (Vec<AuditRecord>, Option<String>) = (vec![], None);
    while all.len() < limit {
        let page = store.audit(filter, cursor.as_deref(), (limit - all.len()).min(PAGE)).await?;
        all.extend(page.items);
        cursor = page.next_cursor;
        if cursor.is_none() {
            break;
        }
    }
    if as_json {
        out::line(json!({ "items": all }))?;
        return Ok(ExitCode::SUCCESS);
    }
    if all.is_empty() {
        eprintln!("không có mục nào");
    }
    for AuditRecord { number, entry, .. } in &all {
        match entry {
            Some(entry) => out::line(told(*number, entry))?,
            None => out::line(format_args!("{number:>6}  không đọc được: đã bị sửa"))?,
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn told(number: i64, AuditEntry { at, actor, action, object, detail }: &AuditEntry) -> String {
    let who: Vec<&str> = [actor.name.as_str(), actor.kind.vi(), actor.token.as_str()].into_iter().filter(|w| !w.is_empty()).collect();
    let detail: String = detail.iter().map(|(name, value)| format!(", {name}: {value}")).collect();
    // One line per entry, whatever somebody typed.
    format!("{number:>6}  {}  {}  {}  {object}{detail}", at.vi(), who.join(" · "), action.vi()).replace(char::is_control, " ")
}
