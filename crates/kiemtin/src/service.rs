//! The running service: the followers, the pages, and a clean end.

use crate::audit_watch;
use crate::config::Config;
use crate::data::DataFolders;
use crate::desk_rounds::{self, Terms};
use crate::followers::{self, Channels, PAUSE, ROUND};
use crate::out;
use crate::pipeline::Pipeline;
use crate::push::PushIntake;
use crate::reload::LiveKnowledge;
use crate::report_rounds::ReportRounds;
use crate::retention::{Keeping, RetentionRounds};
use crate::sampling;
use crate::sending::Dispatcher;
use crate::stories::Stories;
use crate::warnings::{self, About};
use anyhow::Context;
use kiemtin_analyze::provinces::department;
use kiemtin_crawl::{Clock, Crawler};
use kiemtin_model::time::HOUR_MS;
use kiemtin_model::{Source, Time};
use kiemtin_store::saved::Searches;
use kiemtin_store::{SearchIndex, SqliteStore, Store, TantivyIndex};
use kiemtin_web::{Access, Catalogue, CatalogueSource, CatalogueTopic, Limits, Live, Oidc, Secrets, Service, ServiceStatus};
use std::net::SocketAddr;
use std::sync::Arc;
use tokio::sync::watch;
use tokio::task::JoinHandle;

/// Parts of a running service.
pub struct Running {
    /// The truth.
    pub store: Arc<SqliteStore>,
    /// Finds what is stored.
    pub index: Arc<TantivyIndex>,
    /// What the pages show of the service itself.
    pub status: Arc<ServiceStatus>,
    /// Takes documents in.
    pub pipeline: Arc<Pipeline>,
    /// Collects.
    pub collector: crate::collect::Collector,
    /// What warnings are given about.
    pub about: Arc<About>,
    channels: Vec<String>,
    /// Documents of a random sample.
    sample: u32,
    /// Address that the pages are served on.
    pub address: SocketAddr,
    /// The same as people write it.
    public: String,
    stop: watch::Sender<bool>,
    tasks: Vec<JoinHandle<()>>,
}

impl Running {
    /// Starts everything but collecting. Prints nothing.
    pub async fn start(
        config: &Config,
        folders: &DataFolders,
        clock: Clock,
        listen: SocketAddr,
        entrance: Entrance,
    ) -> anyhow::Result<(Self, Opening)> {
        let store = Arc::new(folders.open_store().await?);
        let index = Arc::new(folders.open_index()?);
        let channels = followers::open_channels(&config.settings.alerts.channels, &folders.store)?;
        let status = Arc::new(ServiceStatus::new());
        let sender = Arc::new(config.settings.sender()?);
        let told = config.settings.notice_channels();
        let secure = config.settings.service.is_secure();
        let (access, opening) = match entrance {
            Entrance::Operator => {
                let (access, secrets) = Access::with_operator(store.clone(), secure)?;
                (access, Opening::Operator(secrets))
            }
            Entrance::Users => {
                let access = Access::new(store.clone(), secure)?;
                let first = access.first_link(clock()).await?;
                (access, first.map_or(Opening::Users, Opening::First))
            }
        };
        let searches = Arc::new(Searches::new(config.lexicon.clone()));
        let pipeline = Arc::new(Pipeline {
            salts: folders.salts(),
            knowledge: Arc::new(LiveKnowledge::new(folders.knowledge(&config.knowledge, &store).await?)),
            store: store.clone(),
            raising: config.raising(),
            clock: clock.clone(),
            stories: Stories::default(),
            searches: Arc::clone(&searches),
        });
        let groups = config.sources.iter().map(|s| (s.id.clone(), s.group)).collect();
        let intake = Arc::new(PushIntake::new(pipeline.clone(), groups, status.clone()));
        let live = Arc::new(Live::default());
        let service = Service {
            store: store.clone(),
            index: index.clone(),
            lexicon: config.lexicon.clone(),
            knowledge: {
                let live = pipeline.knowledge.clone();
                Arc::new(move || live.now())
            },
            policies: config.policies.clone(),
            catalogue: catalogue(config),
            status: status.clone(),
            access,
            accept_sha1: config.settings.crawl.websub.accept_sha1,
            oidc: config.oidc.clone().map(Oidc::new).transpose()?,
            limits: Limits::new(config.settings.allowed()),
            live: live.clone(),
            intake,
            notice_channels: told.clone(),
            sender: sender.clone(),
            letterhead: config.settings.reports.letterhead.clone(),
            timetable: config.settings.reports.times(),
            clock: clock.clone(),
        };
        let listener = tokio::net::TcpListener::bind(listen)
            .await
            .with_context(|| format!("cannot listen on {listen}; choose another port with --port (0 picks a free one)"))?;
        let address = listener.local_addr()?;
        let (stop, stopped) = watch::channel(false);
        let pages = serve_pages(listener, Arc::new(service), stopped.clone());
        let round = Followers {
            store: store.clone(),
            index: index.clone(),
            channels,
            cool_down_minutes: config.settings.deliver.cool_down_minutes,
            clock: clock.clone(),
            status: status.clone(),
        };
        let counted = status.clone();
        let dispatcher =
            Arc::new(Dispatcher::new(store.clone(), sender, clock.clone(), &folders.store, config.settings.reports.letterhead.clone()));
        let sending = dispatcher.run(move |sent| counted.delivered(sent), stopped.clone());
        let about = Arc::new(About { topics: topics(config), calendar: config.policies.calendar.clone() });
        let warn = followers::warn(store.clone(), about.clone(), told.clone(), clock.clone(), stopped.clone());
        let terms = Terms { remind_ms: config.settings.desk.remind_ms(), expire_ms: config.settings.desk.expire_ms() };
        let desk = desk_rounds::run(store.clone(), terms, told.clone(), clock.clone(), stopped.clone());
        let walk = followers::walk(store.clone(), searches.clone(), clock.clone(), stopped.clone());
        let audit = audit_watch::run(store.clone(), clock.clone(), stopped.clone());
        let reports = ReportRounds {
            store: store.clone(),
            index: index.clone(),
            catalogue: catalogue(config),
            policies: config.policies.clone(),
            lexicon: config.lexicon.clone(),
            knowledge: {
                let live = pipeline.knowledge.clone();
                Arc::new(move || live.now())
            },
            timetable: config.settings.reports.timetable.clone(),
            remind_yearly: config.settings.reports.remind_yearly,
            channels: told.clone(),
        };
        let reports = reports.run(clock.clone(), stopped.clone());
        let retention = RetentionRounds::new(store.clone(), index.clone(), Keeping::of(config), clock());
        let retention = retention.run(clock.clone(), stopped.clone());
        let sample = sampling::run(store.clone(), config.settings.desk.sample, clock.clone(), stopped.clone());
        let streams = tell_live(live, store.clone(), stopped.clone());
        let round = round.run(stopped);
        let tasks = vec![
            tokio::spawn(pages),
            tokio::spawn(round),
            tokio::spawn(walk),
            tokio::spawn(warn),
            tokio::spawn(audit),
            tokio::spawn(desk),
            tokio::spawn(sending),
            tokio::spawn(sample),
            tokio::spawn(reports),
            tokio::spawn(retention),
            tokio::spawn(streams),
        ];
        let collector = crate::collect::Collector {
            crawler: Arc::new(Crawler::new(config.settings.crawl.fetch.clone(), clock.clone())?),
            store: store.clone(),
            settings: config.settings.crawl.clone(),
            clock,
            salts: Arc::clone(&pipeline.salts),
        };
        let public = config.settings.service.address(&address.to_string());
        let sample = config.settings.desk.sample;
        Ok((Self { store, index, status, pipeline, collector, about, channels: told, sample, address, public, stop, tasks }, opening))
    }

    /// What people and scripts wait for.
    pub fn announce(&self, opening: &Opening) {
        let mut lines = format!("listening on http://{}", self.address);
        match opening {
            Opening::Operator(Secrets { token, sign_in_code }) => {
                lines.push_str(&format!("\ntoken {token}\nopen http://{}/sign-in?code={sign_in_code}", self.address));
            }
            Opening::First(code) => lines.push_str(&format!("\nopen {}/sign-in?code={code}", self.public)),
            Opening::Users => {}
        }
        // The service goes on for those who know its address.
        if let Err(error) = out::line(lines) {
            tracing::warn!(error = %error, "standard output is closed: the address and the secrets of this start were not shown");
        }
    }

    /// Brings the index up to the store now.
    pub async fn index_now(&self) -> anyhow::Result<()> {
        followers::index_now(self.store.as_ref(), self.index.as_ref(), &|at, _| self.status.index_seq(at)).await.map(drop)
    }

    /// Looks for what is written about far more than usual, now.
    pub async fn warn_now(&self) -> anyhow::Result<()> {
        self.warn_at((self.pipeline.clock)()).await
    }

    /// The same as of the end of each of the last `hours`: what would have been told had the service run then. For stores that
    /// have no warnings yet.
    pub async fn warn_back(&self, hours: i64) -> anyhow::Result<()> {
        let last = (self.pipeline.clock)().0.div_euclid(HOUR_MS);
        for hour in last - hours..last {
            // The last moment of the hour.
            self.warn_at(Time((hour + 1) * HOUR_MS - 1)).await?;
        }
        Ok(())
    }

    /// Draws the samples of the weeks that are over, now: all that will come in has.
    pub async fn sample_now(&self) -> anyhow::Result<()> {
        Ok(sampling::draw_now(self.store.as_ref(), self.sample, (self.pipeline.clock)()).await?)
    }

    async fn warn_at(&self, now: Time) -> anyhow::Result<()> {
        warnings::round(self.store.as_ref(), &self.about, &self.channels, now).await.map(drop)
    }

    /// Ends the followers and the pages, and closes the store.
    pub async fn stop(self) -> anyhow::Result<()> {
        self.stop.send_replace(true);
        for task in self.tasks {
            task.await?;
        }
        self.index.close().await?;
        self.store.close().await;
        Ok(())
    }
}

/// Who may come in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Entrance {
    /// Beside the users, whoever started it, with every right: a trial run.
    Operator,
    /// The users alone.
    Users,
}

/// How one comes in after this start.
pub enum Opening {
    /// With these secrets.
    Operator(Secrets),
    /// Nobody can yet: the link with this code makes the first administrator.
    First(String),
    /// As the users do.
    Users,
}

/// Topics as (id, name).
pub fn topics(config: &Config) -> Vec<(String, String)> {
    config.knowledge.topics.topics.iter().map(|t| (t.id.clone(), t.name.clone())).collect()
}

/// Names of what is configured.
pub fn catalogue(config: &Config) -> Catalogue {
    let topics = config.knowledge.topics.topics.iter();
    Catalogue {
        topics: topics
            .map(|t| CatalogueTopic { id: t.id.clone(), name: t.name.clone(), units: t.units.clone(), weight: t.weight })
            .collect(),
        departments: config.knowledge.provinces.names().map(department).collect(),
        sources: config.sources.iter().map(|s| catalogue_source(s)).collect(),
    }
}

fn catalogue_source(source: &Source) -> CatalogueSource {
    CatalogueSource {
        id: source.id.clone(),
        name: source.name.clone(),
        group: source.group,
        site: source.site.clone(),
        enabled: source.enabled,
    }
}

async fn serve_pages(listener: tokio::net::TcpListener, service: Arc<Service>, mut stopped: watch::Receiver<bool>) {
    let ended = async move {
        // An error means that the service is gone: stop as well.
        stopped.wait_for(|s| *s).await.map(drop).unwrap_or_default();
    };
    if let Err(error) = kiemtin_web::serve(listener, service, ended).await {
        tracing::error!(error = %error, "the pages can no longer be served");
    }
}

/// Tells those who listen what happens to alerts. The streams end when the service does, not when its pages have: these wait for
/// them.
async fn tell_live(live: Arc<Live>, store: Arc<SqliteStore>, mut stopped: watch::Receiver<bool>) {
    let commits = store.commits();
    tokio::select! {
        () = live.follow(store.as_ref(), commits) => {}
        _ = stopped.wait_for(|stopped| *stopped) => {}
    }
    live.end();
}

struct Followers {
    store: Arc<SqliteStore>,
    index: Arc<TantivyIndex>,
    channels: Channels,
    cool_down_minutes: u32,
    clock: Clock,
    status: Arc<ServiceStatus>,
}

impl Followers {
    /// The index and the notices do not wait for one another: a channel that answers late must not keep a document from being
    /// found.
    async fn run(self, stopped: watch::Receiver<bool>) {
        tokio::join!(self.keep_index(stopped.clone()), self.keep_sending(stopped));
    }

    async fn keep_index(&self, mut stopped: watch::Receiver<bool>) {
        let mut commits = self.store.commits();
        while !*stopped.borrow() {
            commits.mark_unchanged();
            let index: &dyn SearchIndex = self.index.as_ref();
            let followed = followers::index_now(self.store.as_ref(), index, &|at, _| self.status.index_seq(at)).await;
            tell_failure(followed.map(drop));
            // What is recorded within the pause goes into one commit of the index.
            let woken = async {
                tokio::time::sleep(PAUSE).await;
                tokio::select! {
                    () = tokio::time::sleep(ROUND) => {}
                    _ = commits.changed() => {}
                }
            };
            tokio::select! {
                () = woken => {}
                _ = stopped.changed() => {}
            }
        }
    }

    async fn keep_sending(&self, mut stopped: watch::Receiver<bool>) {
        while !*stopped.borrow() {
            let sent = followers::dispatch(self.store.as_ref() as &dyn Store, &self.channels, self.cool_down_minutes, &self.clock).await;
            tell_failure(sent.map(|delivered| self.status.delivered(delivered)));
            tokio::select! {
                () = tokio::time::sleep(ROUND) => {}
                _ = stopped.changed() => {}
            }
        }
    }
}

fn tell_failure(done: anyhow::Result<()>) {
    if let Err(error) = done {
        tracing::error!(error = format!("{error:#}"), "a follower of the store failed and is tried again");
    }
}
