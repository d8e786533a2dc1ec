//! `user`: who may come in.

use crate::cli::{Common, Users};
use crate::config::{self, Config};
use crate::data::DataFolders;
use crate::typed::Wrong;
use crate::{clock, out, random};
use kiemtin_analyze::provinces::department;
use kiemtin_model::{Actor, StaffRole};
use kiemtin_store::staff::change::{By, Change, NewUser, StaffError, add_user, change_user, make_link, set_password};
use kiemtin_store::staff::{User, hash_of};
use kiemtin_store::{SqliteStore, StaffStore};
use kiemtin_web::access::password::{fit, hashed};
use kiemtin_web::access::secret;
use kiemtin_web::staff::sight_in_words;
use serde_json::json;
use std::io::BufRead;
use std::process::ExitCode;

/// Runs the command.
pub async fn run(common: &Common, what: &Users) -> anyhow::Result<ExitCode> {
    let config = config::load_valid(&common.config)?;
    let store = DataFolders::of(common).open_store().await?;
    let actor = Actor::command();
    let by = By { actor: &actor, at: clock::clock(common.now)() };
    let done = match what {
        Users::Add { name, role, display, unit, all_units, email, password_stdin } => {
            let units = if *all_units { None } else { Some(unit.clone()) };
            let new = NewUser { name: name.clone(), display: display.clone(), role: *role, units, email: email.clone() };
            add((&config, &store), new, *password_stdin, by, common.json).await
        }
        Users::List => list(&store, common.json).await,
        Users::Disable { name } => switch(&store, name, true, by, common.json).await,
        Users::Enable { name } => switch(&store, name, false, by, common.json).await,
        Users::Link { name } => link((&config, &store), name, by, common.json).await,
    };
    store.close().await;
    done
}

/// Refuses units that no topic of the configuration names and that are no province's department.
///
/// # Errors
/// [`Wrong`] with those that there are.
pub fn known_units(config: &Config, units: &[String]) -> Result<(), Wrong> {
    let of_topics = config.knowledge.topics.topics.iter().flat_map(|t| t.units.iter().cloned());
    let mut known: Vec<String> = of_topics.chain(config.knowledge.provinces.names().map(department)).collect();
    known.sort_unstable();
    known.dedup();
    match units.iter().find(|unit| !known.contains(unit)) {
        Some(unit) => Err(Wrong(format!("không có đơn vị «{unit}»; các đơn vị: {}", known.join("; ")))),
        None => Ok(()),
    }
}

/// What was typed wrong ends with 2, what cannot be done as things stand with 1.
pub fn refused(error: StaffError) -> anyhow::Error {
    match error {
        StaffError::Name
        | StaffError::Taken(_)
        | StaffError::EmailTaken
        | StaffError::Display
        | StaffError::Email(_)
        | StaffError::Units
        | StaffError::Rights(_)
        | StaffError::Days => Wrong(error.to_string()).into(),
        error => error.into(),
    }
}

/// The user of this name.
///
/// # Errors
/// There is none: says where to look.
pub async fn named(store: &SqliteStore, name: &str) -> anyhow::Result<User> {
    let found = StaffStore::user_named(store, name).await?;
    found.map(|(user, _)| user).ok_or_else(|| anyhow::anyhow!("không có người dùng «{name}»; xem: kiemtin user list"))
}

async fn add(
    (config, store): (&Config, &SqliteStore),
    new: NewUser,
    by_stdin: bool,
    by: By<'_>,
    as_json: bool,
) -> anyhow::Result<ExitCode> {
    known_units(config, new.units.as_deref().unwrap_or_default())?;
    let password = if by_stdin { Some(typed_password(&[&new.name, &new.display])?) } else { None };
    let user = add_user(store, new, by).await.map_err(refused)?;
    let link = match password {
        Some(password) => {
            let salt = random::random_hex::<16>()?;
            set_password(store, user.id, &hashed(&password, salt.as_bytes())?, "", by).await?;
            None
        }
        None => Some(new_link(config, store, &user, by).await?),
    };
    if as_json {
        let user = StaffStore::user(store, user.id).await?;
        out::line(json!({ "user": user, "sign_in": link }))?;
        return Ok(ExitCode::SUCCESS);
    }
    out::line(format_args!("đã thêm «{}» ({})", user.name, user.role.vi()))?;
    if user.role != StaffRole::Admin && user.units.as_ref().is_some_and(Vec::is_empty) {
        eprintln!("người này không xem được mục hạn chế nào; cho xem: --unit ĐƠN_VỊ hoặc --all-units");
    }
    tell_link(link.as_deref())
}

fn tell_link(link: Option<&str>) -> anyhow::Result<ExitCode> {
    if let Some(link) = link {
        out::line(format_args!("open {link}"))?;
        eprintln!("liên kết đặt mật khẩu, dùng một lần trong 24 giờ");
    }
    Ok(ExitCode::SUCCESS)
}

/// One line of standard input.
fn typed_password(names: &[&str]) -> anyhow::Result<String> {
    let mut line = String::new();
    // One byte more than any password and its line end: what is longer is refused, whatever follows.
    let most = kiemtin_web::access::password::LONGEST as u64 + 3;
    std::io::Read::take(std::io::stdin().lock(), most)
        .read_line(&mut line)
        .map_err(|_| Wrong("mật khẩu không phải là văn bản UTF-8".into()))?;
    let password = line.strip_suffix('\n').unwrap_or(&line);
    let password = password.strip_suffix('\r').unwrap_or(password);
    Ok(fit(password, names).map_err(|e| Wrong(e.to_string()))?)
}

async fn new_link(config: &Config, store: &SqliteStore, user: &User, by: By<'_>) -> anyhow::Result<String> {
    let code = secret::secret()?;
    make_link(store, user.id, &hash_of(&code), by).await.map_err(refused)?;
    let service = &config.settings.service;
    Ok(format!("{}/sign-in?code={code}", service.address(&service.listen)))
}

async fn link((config, store): (&Config, &SqliteStore), name: &str, by: By<'_>, as_json: bool) -> anyhow::Result<ExitCode> {
    let user = named(store, name).await?;
    let link = new_link(config, store, &user, by).await?;
    if as_json {
        out::line(json!({ "user": user, "sign_in": link }))?;
        return Ok(ExitCode::SUCCESS);
    }
    tell_link(Some(&link))
}

async fn switch(store: &SqliteStore, name: &str, disabled: bool, by: By<'_>, as_json: bool) -> anyhow::Result<ExitCode> {
    let user = named(store, name).await?;
    let change = Change { disabled: Some(disabled), ..Change::default() };
    let user = change_user(store, user.id, change, by).await.map_err(refused)?;
    if as_json {
        out::line(json!({ "user": user }))?;
    } else {
        out::line(format_args!("{} «{}»", if disabled { "đã khóa" } else { "đã mở khóa" }, user.name))?;
    }
    Ok(ExitCode::SUCCESS)
}

async fn list(store: &SqliteStore, as_json: bool) -> anyhow::Result<ExitCode> {
    let all = StaffStore::users(store).await?;
    if as_json {
        out::line(json!({ "users": all }))?;
        return Ok(ExitCode::SUCCESS);
    }
    if all.is_empty() {
        out::line("Chưa có người dùng nào. Thêm: kiemtin user add TÊN --role admin --all-units")?;
    }
    for user in &all {
        let state = match user.disabled_at {
            Some(at) => format!("bị khóa từ {}", at.vi()),
            None if user.has_password || user.subject.is_some() => "hoạt động".into(),
            None => "chưa đặt mật khẩu".into(),
        };
        out::line(format_args!("{} · {} · {} · {state}", user.name, user.display, user.role.vi()))?;
        out::line(format_args!("  mục hạn chế: {}", sight_in_words(&user.sight())))?;
    }
    Ok(ExitCode::SUCCESS)
}
