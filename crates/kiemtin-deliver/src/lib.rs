//! Who is told of an alert, and how? The only crate that sends.
//!
//! [`CHANNELS`] stand on this machine and are told of everything; [`KINDS`] are the channels of receivers, which people add. Either
//! way a channel is one file and one line.
//!
//! A notice comes from the store and may come twice (a crash between sending and noting it): a channel drops a repeat by its
//! idempotency key, or hands the key on so that the receiver can.

pub mod address;
pub mod formats;
mod journal;
pub mod message;
pub mod receivers;
#[cfg(test)]
mod samples;
pub mod sender;
pub mod settings;

pub use receivers::{KINDS, ReceiverKind, SecretUse, kind};
pub use sender::{Attachment, SendError, Sender, Times};
pub use settings::{DeliverSettings, MailSettings, SettingsError};

use async_trait::async_trait;
use kiemtin_model::{Delivery, Time};
use std::path::Path;
use std::sync::Arc;

/// A notice that could not be delivered.
#[derive(Debug, thiserror::Error)]
pub enum DeliverError {
    /// Reading or writing failed.
    #[error("cannot write the notice to {path}")]
    File {
        /// The file.
        path: String,
        /// The reason.
        #[source]
        source: std::io::Error,
    },
    /// The notice cannot be written as JSON.
    #[error("cannot write the notice as JSON")]
    Json(#[from] serde_json::Error),
}

/// One way out of the house.
#[async_trait]
pub trait Channel: Send + Sync {
    /// Delivers one notice; returns when the receiver has it for good. A repeat of the same key delivers nothing.
    async fn deliver(&self, notice: &Delivery, at: Time) -> Result<(), DeliverError>;
}

/// A kind of channel.
pub struct ChannelKind {
    /// Id in `alerts.channels`.
    pub id: &'static str,
    /// What it is, for people.
    pub name: &'static str,
    /// Opens it for a data folder.
    pub open: fn(&Path) -> Result<Arc<dyn Channel>, DeliverError>,
}

/// All channels there are.
pub const CHANNELS: &[ChannelKind] = &[ChannelKind { id: "journal", name: "Sổ cảnh báo (tệp alerts.ndjson)", open: journal::open }];
