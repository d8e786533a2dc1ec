//! `[deliver]` and `[mail]`: within which limits is sent, and by which mail server?

use kiemtin_model::network::Network;
use serde::Deserialize;
use std::net::IpAddr;
use std::path::PathBuf;

/// Settings that cannot be worked with.
#[derive(Debug, thiserror::Error)]
pub enum SettingsError {
    /// Not a network.
    #[error("got \"{0}\", expected a network in CIDR form such as \"10.1.0.0/16\"")]
    Network(String),
    /// A number that is out of its range.
    #[error("{0}")]
    Number(&'static str),
    /// Not an address of a service.
    #[error("got \"{0}\", expected an address such as \"https://api.telegram.org\"")]
    Address(String),
    /// Mail without TLS leaves the machine.
    #[error("tls = \"none\" is for a mail server on this machine alone, but host is \"{0}\"")]
    PlainMail(String),
    /// Not an address of mail.
    #[error("got \"{0}\" for `from`, expected an address such as \"canh-bao@example.gov.vn\"")]
    From(String),
    /// No domain that mail may go to.
    #[error("`allow_domains` must name the domains of our own mailboxes: mail goes to no others")]
    Domains,
    /// A file that cannot be read.
    #[error("cannot read {path}")]
    File {
        /// The file.
        path: String,
        /// The reason.
        #[source]
        source: std::io::Error,
    },
    /// TLS of mail cannot be set up.
    #[error("cannot set up TLS for mail")]
    Tls(#[source] lettre::transport::smtp::Error),
    /// The HTTP client cannot be made.
    #[error("cannot set up the HTTP client for receivers")]
    Client(#[source] reqwest::Error),
}

/// `[deliver]`
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct DeliverSettings {
    /// Networks that are not public but may be connected to, in CIDR form.
    pub allow_networks: Vec<String>,
    /// Longest time for one attempt, in seconds.
    pub timeout_s: u64,
    /// Wait after a first failure, in milliseconds; it doubles with each further one.
    pub retry_first_ms: u64,
    /// Longest such wait, in milliseconds.
    pub retry_longest_ms: u64,
    /// Hours after the first attempt from which on a failure makes a dead letter.
    pub give_up_hours: u32,
    /// Minutes after a notice of an alert in which the same receiver gets no other of it, unless it is urgent.
    pub cool_down_minutes: u32,
    /// Days that ended deliveries stay in the log.
    pub keep_days: u32,
    /// Where Telegram's Bot API is.
    pub telegram_api: String,
    /// Where the API of Zalo Official Accounts is.
    pub zalo_api: String,
}

impl Default for DeliverSettings {
    fn default() -> Self {
        Self {
            allow_networks: vec![],
            timeout_s: 10,
            retry_first_ms: 30_000,
            retry_longest_ms: 6 * 3_600_000,
            give_up_hours: 48,
            cool_down_minutes: 30,
            keep_days: 90,
            telegram_api: "https://api.telegram.org".into(),
            zalo_api: "https://openapi.zalo.me".into(),
        }
    }
}

impl DeliverSettings {
    /// Whether they can be worked with.
    pub fn check(&self) -> Result<(), SettingsError> {
        if let Some(wrong) = self.allow_networks.iter().find(|n| Network::parse(n).is_none()) {
            return Err(SettingsError::Network(wrong.clone()));
        }
        if !(1..=120).contains(&self.timeout_s) {
            return Err(SettingsError::Number("timeout_s must be from 1 to 120"));
        }
        if self.retry_first_ms == 0 || self.retry_longest_ms < self.retry_first_ms || self.retry_longest_ms > 86_400_000 {
            return Err(SettingsError::Number("retry_first_ms must be from 1, retry_longest_ms from that to 86400000"));
        }
        if self.keep_days == 0 || self.keep_days > 3_650 || self.give_up_hours > 24 * 365 || self.cool_down_minutes > 24 * 60 {
            return Err(SettingsError::Number("keep_days must be 1 to 3650, give_up_hours at most 8760, cool_down_minutes at most 1440"));
        }
        let service = |address: &&String| url::Url::parse(address).is_ok_and(|u| u.has_host() && matches!(u.scheme(), "http" | "https"));
        match [&self.telegram_api, &self.zalo_api].into_iter().find(|a| !service(a)) {
            Some(wrong) => Err(SettingsError::Address(wrong.clone())),
            None => Ok(()),
        }
    }
}

/// How the connection to the mail server is kept from others.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum MailTls {
    /// Begins in plain text and must go over to TLS (port 587).
    #[default]
    Starttls,
    /// TLS from the first byte (port 465).
    Implicit,
    /// None: for a server on the same machine alone.
    None,
}

/// `[mail]`
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct MailSettings {
    /// Name of the mail server; empty: no mail is sent.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// How the connection is protected.
    pub tls: MailTls,
    /// Certificate of the authority that the server's comes from (PEM); none: those that the machine knows.
    pub ca_file: Option<PathBuf>,
    /// Name to sign in with; empty: no sign-in.
    pub user: String,
    /// File with the password and nothing else.
    pub password_file: Option<PathBuf>,
    /// Address that mails come from.
    pub from: String,
    /// Domains of our own mailboxes: mail goes to no others.
    pub allow_domains: Vec<String>,
    /// Longest wait for the server's next answer, in seconds.
    pub timeout_s: u64,
}

impl Default for MailSettings {
    fn default() -> Self {
        Self {
            host: String::new(),
            port: 587,
            tls: MailTls::Starttls,
            ca_file: None,
            user: String::new(),
            password_file: None,
            from: String::new(),
            allow_domains: vec![],
            timeout_s: 20,
        }
    }
}

impl MailSettings {
    /// Whether they can be worked with.
    pub fn check(&self) -> Result<(), SettingsError> {
        if self.host.is_empty() {
            return Ok(());
        }
        let here = self.host == "localhost" || self.host.parse().is_ok_and(|ip: IpAddr| ip.is_loopback());
        if self.tls == MailTls::None && !here {
            return Err(SettingsError::PlainMail(self.host.clone()));
        }
        if self.from.parse::<lettre::Address>().is_err() {
            return Err(SettingsError::From(self.from.clone()));
        }
        if self.allow_domains.is_empty() || self.allow_domains.iter().any(|d| d.is_empty() || d.contains('@')) {
            return Err(SettingsError::Domains);
        }
        if !(1..=120).contains(&self.timeout_s) {
            return Err(SettingsError::Number("timeout_s must be from 1 to 120"));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mail_stays_inside_and_protected() {
        let sound = MailSettings {
            host: "thu.example.vn".into(),
            from: "canh-bao@example.vn".into(),
            allow_domains: vec!["example.vn".into()],
            ..MailSettings::default()
        };
        assert!(sound.check().is_ok() && MailSettings::default().check().is_ok());
        let check = |change: fn(&mut MailSettings), sound: &MailSettings| {
            let mut other = sound.clone();
            change(&mut other);
            other.check().is_ok()
        };
        assert!(!check(|m| m.tls = MailTls::None, &sound), "plain text leaves the machine");
        assert!(check(|m| (m.tls, m.host) = (MailTls::None, "127.0.0.1".into()), &sound));
        assert!(!check(|m| m.from = "x\r\nBcc: y@z".into(), &sound));
        assert!(!check(|m| m.allow_domains.clear(), &sound));
    }

    #[test]
    fn limits_have_ranges() {
        assert!(DeliverSettings::default().check().is_ok());
        assert!(DeliverSettings { allow_networks: vec!["abc".into()], ..Default::default() }.check().is_err());
        assert!(DeliverSettings { timeout_s: 0, ..Default::default() }.check().is_err());
        assert!(DeliverSettings { zalo_api: "zalo".into(), ..Default::default() }.check().is_err());
    }
}
