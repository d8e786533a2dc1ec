//! How are receivers added, tested and removed, and dead letters dealt with? For the API, the pages and the command line: each change
//! and its entry in the audit log stand in one transaction.

use crate::access::AccessError;
use crate::access::secret::secret;
use crate::fault::Fault;
use kiemtin_deliver::address::host_of;
use kiemtin_deliver::{ReceiverKind, SecretUse, Sender, kind, receivers};
use kiemtin_model::{Actor, AuditAction, AuditEntry, QuietHours, Receiver, ReceiverFilter, Schedule, Secret, Sight, Time};
use kiemtin_store::receivers::MOST_RECEIVERS;
use kiemtin_store::{Batch, DeliveryLine, Store, StoreError};
use schemars::JsonSchema;
use serde::Deserialize;
use std::collections::BTreeMap;

/// Longest name in characters.
pub const LONGEST_NAME: usize = 80;
/// Longest secret in bytes.
const LONGEST_SECRET: usize = 2_000;
/// Most units or topics of a filter, and the longest of them in characters.
const MOST_IN_LIST: (usize, usize) = (50, 200);

/// A receiver that is to be added.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct NewReceiver {
    /// What people call it.
    #[schemars(length(min = 1, max = LONGEST_NAME))]
    pub name: String,
    /// Id of the channel.
    #[serde(default = "webhook")]
    #[schemars(extend("enum" = receivers::KINDS.iter().map(|kind| kind.id).collect::<Vec<_>>()))]
    pub channel: String,
    /// https address, chat, user or mailbox, as the channel reads it.
    #[schemars(length(max = kiemtin_deliver::address::LONGEST))]
    pub target: String,
    /// Token of Telegram or Zalo; for a webhook a key of at least 16 characters, or none to have one made.
    #[serde(default)]
    #[schemars(length(max = LONGEST_SECRET))]
    pub secret: String,
    /// What it wants.
    #[serde(default)]
    pub filter: ReceiverFilter,
    /// When it is told.
    #[serde(default)]
    pub schedule: Schedule,
    /// When it is told of urgent notices only.
    #[serde(default)]
    pub quiet: Option<QuietHours>,
    /// No digest without anything in it.
    #[serde(default = "yes")]
    pub skip_if_empty: bool,
    /// It may be told of the restricted alerts of all units.
    #[serde(default)]
    pub all_units: bool,
    /// Units whose restricted alerts it may be told of.
    #[serde(default)]
    #[schemars(length(max = MOST_IN_LIST.0))]
    pub units: Vec<String>,
}

fn webhook() -> String {
    "webhook".to_owned()
}

fn yes() -> bool {
    true
}

/// Why a receiver was not added or changed.
#[derive(Debug, thiserror::Error)]
pub enum ReceiverFault {
    /// A field is wrong; says which and what is expected, in Vietnamese.
    #[error("{field}: {detail}")]
    Wrong {
        /// The field.
        field: &'static str,
        /// What is expected.
        detail: String,
    },
    /// There are too many.
    #[error("đã có {MOST_RECEIVERS} nơi nhận, không thêm được nữa")]
    Full,
    /// There is no such receiver or dead letter.
    #[error("không có mục này")]
    Unknown,
    /// No key could be made.
    #[error(transparent)]
    Key(#[from] AccessError),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<ReceiverFault> for Fault {
    fn from(fault: ReceiverFault) -> Self {
        match fault {
            ReceiverFault::Wrong { .. } => Self::body(fault.to_string()),
            ReceiverFault::Full => Self::conflict(fault.to_string()),
            ReceiverFault::Unknown => Self::not_found("mục này"),
            ReceiverFault::Key(_) => Self::ours("a key could not be made", &fault),
            ReceiverFault::Store(error) => error.into(),
        }
    }
}

fn wrong(field: &'static str, detail: impl Into<String>) -> ReceiverFault {
    ReceiverFault::Wrong { field, detail: detail.into() }
}

/// Who changes something, and when.
#[derive(Clone, Copy, Debug)]
pub struct By<'a> {
    /// Who.
    pub actor: &'a Actor,
    /// Which restricted alerts they see: a receiver may be told of no others.
    pub sight: &'a Sight,
    /// When.
    pub at: Time,
}

impl By<'_> {
    fn entry(&self, action: AuditAction, object: String, detail: &[(&str, &str)]) -> AuditEntry {
        let detail: BTreeMap<_, _> = detail.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        AuditEntry { at: self.at, actor: self.actor.clone(), action, object, detail }
    }

    async fn commit(
        &self,
        mut batch: Box<dyn Batch>,
        action: AuditAction,
        object: String,
        detail: &[(&str, &str)],
    ) -> Result<(), ReceiverFault> {
        batch.put_audit(&self.entry(action, object, detail)).await?;
        Ok(batch.commit().await?)
    }
}

/// Adds a receiver. Gives it with the key that was made for it, which is shown this once.
pub async fn add(store: &dyn Store, sender: &Sender, asked: NewReceiver, by: By<'_>) -> Result<(Receiver, Option<Secret>), ReceiverFault> {
    let kind = kind(asked.channel.trim()).ok_or_else(|| {
        let known: Vec<_> = kiemtin_deliver::KINDS.iter().map(|k| k.id).collect();
        wrong("channel", format!("cần một trong: {}", known.join(", ")))
    })?;
    check(&asked, kind, sender, by.sight)?;
    let target = asked.target.trim().to_owned();
    let given = asked.secret.trim().to_owned();
    let (target, secret, shown) = match kind.secret {
        SecretUse::None => (target, Secret::default(), false),
        SecretUse::Given(_) => (target, Secret::new(given), false),
        SecretUse::Address => (host_of(&target), Secret::new(target), false),
        SecretUse::Made if given.is_empty() => (target, Secret::new(secret()?), true),
        SecretUse::Made => (target, Secret::new(given), false),
    };
    let mut receiver = Receiver {
        id: 0,
        channel: kind.id.to_owned(),
        name: asked.name.trim().to_owned(),
        target,
        filter: asked.filter,
        schedule: asked.schedule,
        quiet: asked.quiet,
        skip_if_empty: asked.skip_if_empty,
        enabled: true,
        units: (!asked.all_units).then_some(asked.units),
        created_by: by.actor.name.clone(),
        created_at: by.at,
    };
    let mut batch = store.begin().await?;
    if batch.count_receivers().await? >= MOST_RECEIVERS {
        return Err(ReceiverFault::Full);
    }
    receiver.id = batch.put_receiver(&receiver, &secret).await?;
    let detail = [("done", "added"), ("channel", &receiver.channel), ("name", &receiver.name), ("target", &receiver.target)];
    by.commit(batch, AuditAction::Receiver, object(receiver.id), &detail).await?;
    Ok((receiver, shown.then_some(secret)))
}

fn check(asked: &NewReceiver, kind: &ReceiverKind, sender: &Sender, sight: &Sight) -> Result<(), ReceiverFault> {
    let name = asked.name.trim();
    if name.is_empty() || name.chars().count() > LONGEST_NAME || name.chars().any(char::is_control) {
        return Err(wrong("name", format!("cần một tên, tối đa {LONGEST_NAME} ký tự")));
    }
    receivers::check(kind, asked.target.trim(), sender).map_err(|detail| wrong("target", detail))?;
    let secret = asked.secret.trim();
    let plain = secret.len() <= LONGEST_SECRET && secret.chars().all(|c| c.is_ascii_graphic());
    match kind.secret {
        SecretUse::Given(what) if secret.is_empty() => return Err(wrong("secret", format!("cần {what}"))),
        SecretUse::None | SecretUse::Address if !secret.is_empty() => return Err(wrong("secret", "kênh này không dùng mã riêng")),
        SecretUse::Made if (1..16).contains(&secret.len()) => {
            return Err(wrong("secret", "khóa cần ít nhất 16 ký tự; bỏ trống để tạo mới"));
        }
        _ if !plain => return Err(wrong("secret", format!("chỉ gồm chữ, số, dấu ASCII, tối đa {LONGEST_SECRET} ký tự"))),
        _ => {}
    }
    let (most, longest) = MOST_IN_LIST;
    for (field, list) in [("filter.units", &asked.filter.units), ("filter.topics", &asked.filter.topics), ("units", &asked.units)] {
        if list.len() > most || list.iter().any(|w| w.trim().is_empty() || w.chars().count() > longest) {
            return Err(wrong(field, format!("nhiều nhất {most} mục, mỗi mục tối đa {longest} ký tự")));
        }
    }
    if asked.schedule.hour > 23 || asked.schedule.weekday > 6 {
        return Err(wrong("schedule", "giờ từ 0 đến 23, ngày từ 0 (thứ Hai) đến 6"));
    }
    if asked.quiet.is_some_and(|q| q.from > 23 || q.to > 23) {
        return Err(wrong("quiet", "giờ từ 0 đến 23"));
    }
    // Nobody lets out what they do not see themselves.
    match sight {
        Sight::All => Ok(()),
        Sight::Units(own) if !asked.all_units && asked.units.iter().all(|u| own.contains(u)) => Ok(()),
        Sight::Units(_) => Err(wrong("units", "chỉ chọn được đơn vị mà chính bạn được xem mục hạn chế")),
    }
}

fn object(receiver: i64) -> String {
    format!("receiver/{receiver}")
}

/// Removes a receiver; what is unsent is given up.
pub async fn remove(store: &dyn Store, id: i64, by: By<'_>) -> Result<Receiver, ReceiverFault> {
    let mut batch = store.begin().await?;
    let gone = batch.remove_receiver(id, by.at).await?.ok_or(ReceiverFault::Unknown)?;
    by.commit(batch, AuditAction::Receiver, object(id), &[("done", "removed"), ("name", &gone.name)]).await?;
    Ok(gone)
}

/// Lets a receiver be told, or not.
pub async fn enable(store: &dyn Store, id: i64, enabled: bool, by: By<'_>) -> Result<(), ReceiverFault> {
    let mut batch = store.begin().await?;
    batch.enable_receiver(id, enabled).await?.ok_or(ReceiverFault::Unknown)?;
    let done = if enabled { "enabled" } else { "disabled" };
    by.commit(batch, AuditAction::Receiver, object(id), &[("done", done)]).await
}

/// Puts a test into the queue of a receiver; gives its number in the log.
pub async fn test(store: &dyn Store, id: i64, by: By<'_>) -> Result<i64, ReceiverFault> {
    let key = format!("test:{}", secret()?);
    let mut batch = store.begin().await?;
    let delivery = batch.put_test(id, &key, by.at).await?.ok_or(ReceiverFault::Unknown)?;
    by.commit(batch, AuditAction::Receiver, object(id), &[("done", "tested"), ("delivery", &delivery.to_string())]).await?;
    Ok(delivery)
}

/// A dead letter is sent again, or given up.
pub async fn settle(store: &dyn Store, delivery: i64, again: bool, by: By<'_>) -> Result<DeliveryLine, ReceiverFault> {
    let mut batch = store.begin().await?;
    let line = if again { batch.send_again(delivery, by.at).await? } else { batch.give_up(delivery, by.at).await? };
    let line = line.ok_or(ReceiverFault::Unknown)?;
    let done = if again { "sent again" } else { "given up" };
    let detail = [("done", done), ("receiver", &*line.receiver_name), ("notice", &*line.title)];
    by.commit(batch, AuditAction::Notice, format!("delivery/{delivery}"), &detail).await?;
    Ok(line)
}
