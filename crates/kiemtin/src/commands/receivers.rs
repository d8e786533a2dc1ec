//! `receivers`: who outside the pages is told, how that goes, and a test of it.

use crate::cli::{Common, NewReceiverArgs, Receivers};
use crate::data::DataFolders;
use crate::sending::Dispatcher;
use crate::{clock, config, out};
use anyhow::Context;
use kiemtin_deliver::Sender;
use kiemtin_model::{Actor, DeliveryState, ReceiverFilter, Schedule, Sight};
use kiemtin_store::{DeliveryFilter, DeliveryLine, ReceiverState, ReceiverStore, SqliteStore};
use kiemtin_web::receivers::{By, NewReceiver, ReceiverFault, add, remove, test};
use serde_json::json;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

/// How long a test waits for the running service to send it.
const WAIT: Duration = Duration::from_secs(30);
/// Between two looks at the log.
const LOOK: Duration = Duration::from_millis(200);

/// Runs the command.
pub async fn run(common: &Common, what: &Receivers) -> anyhow::Result<ExitCode> {
    let settings = config::load_valid(&common.config)?.settings;
    let sender = Arc::new(settings.sender()?);
    let letterhead = settings.reports.letterhead.clone();
    let folders = DataFolders::of(common);
    let store = Arc::new(folders.open_store().await?);
    let clock = clock::clock(common.now);
    let actor = Actor::command();
    let by = By { actor: &actor, sight: &Sight::All, at: clock() };
    let done = match what {
        Receivers::List => list(&store, common.json).await,
        Receivers::Add(args) => add_one(&store, &sender, args, by, common.json).await,
        Receivers::Remove { id } => match remove(store.as_ref(), *id, by).await {
            Ok(gone) => told(common.json, json!({ "removed": gone.id }), format!("đã xóa «{}»", gone.name)),
            Err(fault) => refused(fault, ExitCode::FAILURE),
        },
        Receivers::Test { id } => match test(store.as_ref(), *id, by).await {
            Ok(delivery) => {
                let dispatcher = Dispatcher::new(store.clone(), sender, clock, &folders.store, letterhead);
                tried(&store, &dispatcher, delivery, *id, common.json).await
            }
            Err(fault) => refused(fault, ExitCode::FAILURE),
        },
    };
    store.close().await;
    done
}

async fn list(store: &SqliteStore, as_json: bool) -> anyhow::Result<ExitCode> {
    let all = store.receivers().await?;
    if as_json {
        out::line(json!({ "receivers": all.iter().map(line).collect::<Vec<_>>() }))?;
        return Ok(ExitCode::SUCCESS);
    }
    if all.is_empty() {
        out::line("Chưa có nơi nhận nào. Thêm: kiemtin receivers add TÊN ĐỊA_CHỈ --channel webhook")?;
    }
    for state in &all {
        let ReceiverState { receiver, failures, pending, dead, last_reason, .. } = state;
        let name = kiemtin_deliver::kind(&receiver.channel).map_or("", |k| k.name);
        out::line(format_args!("{} · {} · {name} · {}", receiver.id, receiver.name, receiver.target))?;
        let last = state.last_done_at.map_or("chưa gửi lần nào".to_owned(), |at| format!("gửi gần nhất {}", at.vi()));
        out::line(format_args!("  {}, {last}, {pending} chờ gửi, {dead} không gửi được", receiver.schedule.pace.vi()))?;
        if *failures > 0 {
            out::line(format_args!("  đang lỗi: {last_reason}"))?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn line(state: &ReceiverState) -> serde_json::Value {
    let ReceiverState { receiver, next_digest_at, failures, last_done_at, last_reason, pending, dead, .. } = state;
    json!({
        "receiver": receiver, "next_digest_at": next_digest_at, "failures": failures, "last_done_at": last_done_at,
        "last_reason": last_reason, "pending": pending, "dead": dead,
    })
}

async fn add_one(store: &SqliteStore, sender: &Sender, args: &NewReceiverArgs, by: By<'_>, as_json: bool) -> anyhow::Result<ExitCode> {
    // On the command line a secret would stand in the history of the shell and in the list of processes.
    let secret = match &args.secret_file {
        Some(path) => std::fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?,
        None => String::new(),
    };
    let asked = NewReceiver {
        name: args.name.clone(),
        channel: args.channel.clone(),
        target: args.target.clone(),
        secret,
        filter: ReceiverFilter {
            units: args.unit.clone(),
            topics: args.topic.clone(),
            least: args.least,
            notices: args.notice.clone(),
            reviewed: args.reviewed,
        },
        schedule: Schedule { pace: args.pace, hour: args.hour, weekday: args.weekday },
        quiet: None,
        skip_if_empty: !args.send_empty,
        all_units: args.all_units,
        units: args.restricted_unit.clone(),
    };
    match add(store, sender, asked, by).await {
        Ok((receiver, made)) => {
            let secret = made.as_ref().map(|s| s.reveal());
            let shown = secret.map_or(String::new(), |s| format!("\nkhóa ký, chỉ hiện một lần: {s}"));
            let words = format!("đã thêm nơi nhận số {} «{}»{shown}", receiver.id, receiver.name);
            told(as_json, json!({ "added": receiver.id, "secret": secret }), words)
        }
        Err(fault) => refused(fault, ExitCode::from(2)),
    }
}

/// Sends the test, or waits for the service that is running to do it.
async fn tried(store: &SqliteStore, dispatcher: &Dispatcher, delivery: i64, receiver: i64, as_json: bool) -> anyhow::Result<ExitCode> {
    let ours = dispatcher.is_ours().await?;
    if ours {
        dispatcher.round_of(receiver).await?;
    }
    let begun = std::time::Instant::now();
    let line = loop {
        let line = logged(store, receiver, delivery).await?;
        let open = line.as_ref().is_some_and(|l| matches!(l.state, DeliveryState::Due | DeliveryState::Sending));
        if ours || !open || begun.elapsed() > WAIT {
            break line;
        }
        tokio::time::sleep(LOOK).await;
    };
    let line = line.context("the test is not in the log")?;
    let words = format!("{}: {}", line.state.vi(), line.reason);
    told(as_json, json!({ "state": line.state, "reason": line.reason }), words)?;
    Ok(if line.state == DeliveryState::Done { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

async fn logged(store: &SqliteStore, receiver: i64, delivery: i64) -> anyhow::Result<Option<DeliveryLine>> {
    let filter = DeliveryFilter { receiver: Some(receiver), state: None };
    let newest = store.deliveries(&filter, None, 50).await?.items;
    Ok(newest.into_iter().find(|l| l.id == delivery))
}

fn told(as_json: bool, value: serde_json::Value, words: String) -> anyhow::Result<ExitCode> {
    if as_json {
        out::line(value)?
    } else {
        out::line(words)?
    }
    Ok(ExitCode::SUCCESS)
}

fn refused(fault: ReceiverFault, code: ExitCode) -> anyhow::Result<ExitCode> {
    match fault {
        ReceiverFault::Store(error) => Err(error.into()),
        fault => {
            eprintln!("không làm được: {fault}");
            Ok(code)
        }
    }
}
