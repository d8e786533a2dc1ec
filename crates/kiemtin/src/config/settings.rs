//! `kiemtin.toml`: every key has a default and is explained in the file itself.

use super::desk::Desk;
use super::file;
use super::oidc::Oidc;
use super::reports::Reports;
use super::retention::Retention;
use kiemtin_analyze::Fault;
use kiemtin_crawl::CrawlSettings;
use kiemtin_deliver::{DeliverSettings, MailSettings, Sender, SettingsError};
use kiemtin_model::RECEIVERS;
use kiemtin_web::Allowed;
use serde::Deserialize;
use std::path::Path;
use url::Url;

/// The whole file.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Settings {
    /// Where the service listens.
    pub service: Service,
    /// By whose word the staff may sign in.
    pub oidc: Oidc,
    /// How publishers are asked.
    pub crawl: Crawl,
    /// What is not masked.
    pub masking: Masking,
    /// Who is told.
    pub alerts: Alerts,
    /// How long answers may take, and what waits for whom.
    pub desk: Desk,
    /// Reports of weeks, months, quarters and years.
    pub reports: Reports,
    /// How long posts are kept.
    pub retention: Retention,
    /// How much may be asked.
    pub limits: Limits,
    /// How much may be pushed in.
    pub push: Push,
    /// Within which limits receivers are told.
    pub deliver: DeliverSettings,
    /// The mail server.
    pub mail: MailSettings,
}

impl Settings {
    /// What one asker may ask, and all at once.
    pub fn allowed(&self) -> Allowed {
        let Limits { reads_per_minute: reads, searches_per_minute: searches, changes_per_minute: changes, .. } = self.limits;
        let Limits { searches_at_once, streams_at_once, streams_of_one, .. } = self.limits;
        let Push { calls_per_minute: pushes, lines_per_minute: lines } = self.push;
        let [searches_at_once, streams, streams_of_one] = [searches_at_once, streams_at_once, streams_of_one].map(|n| n as usize);
        Allowed { reads, searches, changes, pushes, lines, searches_at_once, streams, streams_of_one }
    }

    /// Channels of the outbox: those of the configuration, and the one that receivers are told from.
    pub fn notice_channels(&self) -> Vec<String> {
        self.alerts.channels.iter().cloned().chain([RECEIVERS.to_owned()]).collect()
    }

    /// Sends to receivers.
    pub fn sender(&self) -> Result<Sender, SettingsError> {
        Sender::new(&self.deliver, &self.mail, &self.service.public_url)
    }
}

/// `[service]`
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Service {
    /// Address and port.
    pub listen: String,
    /// Address at which people reach the service, without a path; with https, cookies are sent over it alone. Empty: at `listen`.
    pub public_url: String,
}

impl Default for Service {
    fn default() -> Self {
        Self { listen: "127.0.0.1:8080".into(), public_url: String::new() }
    }
}

impl Service {
    /// Whether people reach it over https alone.
    pub fn is_secure(&self) -> bool {
        self.public_url.starts_with("https://")
    }

    /// Where people reach it, without a slash at the end; `listening` when nothing else is configured.
    pub fn address(&self, listening: &str) -> String {
        if self.public_url.is_empty() { format!("http://{listening}") } else { self.public_url.trim_end_matches('/').to_owned() }
    }

    /// Whether the public address is one that pages can be reached at. Its scheme is written small, as [`Service::is_secure`] reads it.
    fn is_sound(&self) -> bool {
        let plain = |url: &Url| url.username().is_empty() && url.password().is_none() && url.query().is_none() && url.fragment().is_none();
        let web = |url: &Url| ["http", "https"].contains(&url.scheme()) && url.path() == "/" && url.has_host();
        let small = self.public_url.starts_with("http://") || self.public_url.starts_with("https://");
        self.public_url.is_empty() || (small && Url::parse(&self.public_url).is_ok_and(|url| web(&url) && plain(&url)))
    }
}

/// `[crawl]`
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Crawl {
    /// Minutes between two polls of a feed of which nothing is known yet; then the pace of what it publishes counts (between
    /// 2 minutes and 6 hours). 0: every feed is always due.
    pub poll_minutes: u32,
    /// Hours of the Vietnamese day, from and before, in which feeds are polled half as often; `[22, 5]` passes midnight.
    pub quiet_hours: Option<(u8, u8)>,
    /// Hours after publication during which an article is asked again for changes.
    pub recheck_hours: u32,
    /// Least minutes between two such questions.
    pub recheck_minutes: u32,
    /// `[crawl.fetch]`: limits of every request.
    pub fetch: CrawlSettings,
    /// `[crawl.websub]`: hubs that tell of news.
    pub websub: Websub,
}

impl Default for Crawl {
    fn default() -> Self {
        Self {
            poll_minutes: 10,
            quiet_hours: None,
            recheck_hours: 24,
            recheck_minutes: 60,
            fetch: CrawlSettings::default(),
            websub: Websub::default(),
        }
    }
}

/// `[crawl.websub]`
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Websub {
    /// Public https address of this service, without a path. Empty: no hub is asked.
    pub callback: String,
    /// Whether what a hub tells is believed when it is signed by SHA-1 only.
    pub accept_sha1: bool,
}

impl Websub {
    /// Whether hubs are asked.
    pub fn is_on(&self) -> bool {
        !self.callback.is_empty()
    }

    /// The address that a hub calls for the subscription with this name.
    pub fn address(&self, name: &str) -> String {
        format!("{}/websub/{name}", self.callback.trim_end_matches('/'))
    }

    /// Whether the callback is one that hubs can be told.
    fn is_sound(&self) -> bool {
        let plain = |url: &Url| url.username().is_empty() && url.password().is_none() && url.query().is_none() && url.fragment().is_none();
        let public = |url: &Url| url.scheme() == "https" && url.path() == "/" && url.host_str().is_some_and(|host| host.contains('.'));
        !self.is_on() || Url::parse(&self.callback).is_ok_and(|url| public(&url) && plain(&url))
    }
}

/// `[masking]`
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Masking {
    /// Phone numbers of organisations, digits only.
    pub hotlines: Vec<String>,
}

/// `[alerts]`
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Alerts {
    /// Channels that are told of opened and escalated alerts.
    pub channels: Vec<String>,
}

impl Default for Alerts {
    fn default() -> Self {
        Self { channels: vec!["journal".into()] }
    }
}

/// `[limits]`: of each user and token.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Limits {
    /// Requests in a minute that read little.
    pub reads_per_minute: u32,
    /// Searches, trends and what counts like them in a minute.
    pub searches_per_minute: u32,
    /// Requests in a minute that change something.
    pub changes_per_minute: u32,
    /// Searches of everybody at once.
    pub searches_at_once: u32,
    /// Live streams of everybody that are open.
    pub streams_at_once: u32,
    /// Live streams of one asker.
    pub streams_of_one: u32,
}

impl Default for Limits {
    fn default() -> Self {
        let Allowed { reads, searches, changes, searches_at_once, streams, streams_of_one, .. } = Allowed::default();
        Self {
            reads_per_minute: reads,
            searches_per_minute: searches,
            changes_per_minute: changes,
            searches_at_once: searches_at_once as u32,
            streams_at_once: streams as u32,
            streams_of_one: streams_of_one as u32,
        }
    }
}

/// `[push]`: of each user and token.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Push {
    /// Calls in a minute.
    pub calls_per_minute: u32,
    /// Lines in a minute; one call's 10,000 may come at once.
    pub lines_per_minute: u32,
}

impl Default for Push {
    fn default() -> Self {
        let Allowed { pushes, lines, .. } = Allowed::default();
        Self { calls_per_minute: pushes, lines_per_minute: lines }
    }
}

/// Reads the file; a missing one gives the defaults.
pub fn read(dir: &Path, faults: &mut Vec<Fault>) -> anyhow::Result<Settings> {
    let path = dir.join("kiemtin.toml");
    if !path.exists() {
        return Ok(Settings::default());
    }
    let file = file(&path)?;
    let mut settings: Settings = file.read(faults).unwrap_or_default();
    // Secrets and certificates lie beside the file, unless it says where.
    for path in [&mut settings.mail.ca_file, &mut settings.mail.password_file].into_iter().flatten() {
        *path = dir.join(&path);
    }
    for (i, channel) in settings.alerts.channels.iter().enumerate() {
        let known: Vec<_> = kiemtin_deliver::CHANNELS.iter().map(|c| c.id).collect();
        if !known.contains(&channel.as_str()) {
            let at = file.text.find(&format!("\"{channel}\"")).unwrap_or(0);
            let message = format!("got \"{channel}\", expected one of: {}", known.join(", "));
            faults.push(file.fault(at, &format!("alerts.channels[{i}]"), message));
        }
    }
    for number in settings.masking.hotlines.iter().filter(|h| h.is_empty() || !h.chars().all(|c| c.is_ascii_digit())) {
        let at = file.text.find(number.as_str()).unwrap_or(0);
        faults.push(file.fault(at, "masking.hotlines", format!("got \"{number}\", expected digits only")));
    }
    if settings.service.listen.parse::<std::net::SocketAddr>().is_err() {
        let at = file.text.find("listen").unwrap_or(0);
        let message = format!("got \"{}\", expected an address and port like 127.0.0.1:8080", settings.service.listen);
        faults.push(file.fault(at, "service.listen", message));
    }
    if !settings.service.is_sound() {
        let at = file.text.find("public_url").unwrap_or(0);
        let got = &settings.service.public_url;
        let message = format!("got \"{got}\", expected the address that people use, like https://kiemtin.example, without a path");
        faults.push(file.fault(at, "service.public_url", message));
    }
    if let Some((from, before)) = settings.crawl.quiet_hours.filter(|(from, before)| *from > 23 || *before > 23) {
        let at = file.text.find("quiet_hours").unwrap_or(0);
        faults.push(file.fault(at, "crawl.quiet_hours", format!("got [{from}, {before}], expected two hours from 0 to 23")));
    }
    let Limits { reads_per_minute, searches_per_minute, changes_per_minute, searches_at_once, streams_at_once, streams_of_one } =
        settings.limits;
    let Push { calls_per_minute, lines_per_minute } = settings.push;
    for (table, key, value) in [
        ("limits", "reads_per_minute", reads_per_minute),
        ("limits", "searches_per_minute", searches_per_minute),
        ("limits", "changes_per_minute", changes_per_minute),
        ("limits", "searches_at_once", searches_at_once),
        ("limits", "streams_at_once", streams_at_once),
        ("limits", "streams_of_one", streams_of_one),
        ("push", "calls_per_minute", calls_per_minute),
        ("push", "lines_per_minute", lines_per_minute),
    ] {
        if value == 0 {
            let at = file.text.find(&format!("\n{key}")).map_or(0, |at| at + 1);
            faults.push(file.fault(at, &format!("{table}.{key}"), "got 0, expected a number from 1"));
        }
    }
    if settings.desk.sample > kiemtin_store::review::MOST_SAMPLED {
        let at = file.text.find("\nsample").map_or(0, |at| at + 1);
        let message = format!("got {}, expected a number from 0 to {}", settings.desk.sample, kiemtin_store::review::MOST_SAMPLED);
        faults.push(file.fault(at, "desk.sample", message));
    }
    if !settings.crawl.websub.is_sound() {
        let table = file.text.find("[crawl.websub]").unwrap_or(0);
        let key = file.text.get(table..).and_then(|t| t.find("\ncallback"));
        let at = key.map_or(table, |key| table + key + 1);
        let got = &settings.crawl.websub.callback;
        let message = format!("got \"{got}\", expected the public address of this service like https://kiemtin.example, without a path");
        faults.push(file.fault(at, "crawl.websub.callback", message));
    }
    if let Err(error) = settings.crawl.fetch.check() {
        let at = file.text.find("[crawl.fetch]").unwrap_or(0);
        faults.push(file.fault(at, "crawl.fetch", crate::reasons(&error)));
    }
    settings.desk.check(&file, faults);
    settings.reports.check(&file, faults);
    settings.retention.check(&file, faults);
    settings.oidc.check(&file, &settings.service.public_url, faults);
    for (table, sound) in [("deliver", settings.deliver.check()), ("mail", settings.mail.check())] {
        if let Err(error) = sound {
            let at = file.text.find(&format!("[{table}]")).unwrap_or(0);
            faults.push(file.fault(at, table, crate::reasons(&error)));
        }
    }
    Ok(settings)
}
