//! Collecting without end: what is due is begun at once, whatever else is still running; a slow source delays nobody.

use super::{Collector, DueSource, QUEUE, SourcePass, consume};
use crate::pipeline::Pipeline;
use kiemtin_model::canonical::{registrable_domain, site_host};
use kiemtin_model::{Source, Tally};
use std::collections::HashMap;
use std::convert::Infallible;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::mpsc;
use tokio::task::JoinSet;
use tokio::time::MissedTickBehavior;

/// How often the feeds are looked through for due ones.
const LOOK: Duration = Duration::from_millis(if cfg!(test) { 100 } else { 5_000 });
/// Most sources that are polled at one time: bounds what is held in memory, whatever is configured.
const SOURCES_AT_ONCE: usize = 500;

/// Most sources of one publisher that are under way at one time: its hosts are asked one request after another, and those that
/// wait for them must not take the places of others.
const OF_ONE_PUBLISHER: usize = 10;

/// What a service wants to hear while it collects.
pub trait Watcher: Sync {
    /// A source was begun while nothing was running.
    fn busy(&self);
    /// A batch is durable.
    fn recorded(&self, batch: &Tally);
    /// A source was polled: the feeds that failed, with reasons; none when all is well. `gaps`: polls that shared nothing with
    /// the poll before.
    fn polled(&self, source: &str, failures: &[(String, String)], gaps: u64);
    /// Nothing is running any more. `since`: what was recorded since the last time.
    fn idle(&self, since: &Tally);
}

/// Sources that were begun and are not wholly recorded: until then their feeds still look due.
#[derive(Default)]
struct UnderWay {
    /// Ids, with the publisher of each.
    sources: HashMap<String, String>,
    recorded: Tally,
}

impl Collector {
    /// Polls what is due of these sources, again and again. Ends only with an error of the store.
    pub async fn watch(&self, pipeline: &Pipeline, sources: &[Arc<Source>], watcher: &dyn Watcher) -> anyhow::Result<Infallible> {
        let (queue, taken) = mpsc::channel(QUEUE);
        let under_way = Mutex::new(UnderWay::default());
        let record = consume(pipeline, taken, |batch, done| {
            watcher.recorded(batch);
            let mut under_way = hold(&under_way);
            under_way.recorded.add(batch);
            for source in done {
                under_way.sources.remove(source);
            }
            if under_way.sources.is_empty() && !done.is_empty() {
                watcher.idle(&std::mem::take(&mut under_way.recorded));
            }
        });
        let begin = async {
            let mut running = JoinSet::new();
            let mut looks = tokio::time::interval(LOOK);
            looks.set_missed_tick_behavior(MissedTickBehavior::Delay);
            loop {
                // Looking costs a query: sources that end do not bring the next look forward.
                tokio::select! {
                    _ = looks.tick() => self.begin_due(sources, &under_way, &queue, &mut running, watcher).await?,
                    Some(done) = running.join_next() => polled(&done??, watcher),
                }
            }
        };
        // Recording ends only when the queue is closed, which `begin` holds open.
        tokio::select! {
            ended = begin => ended,
            ended = record => ended.and_then(|()| Err(anyhow::anyhow!("recording ended"))),
        }
    }

    /// Begins the sources that are due and not under way.
    async fn begin_due(
        &self,
        sources: &[Arc<Source>],
        under_way: &Mutex<UnderWay>,
        queue: &mpsc::Sender<crate::pipeline::Intake>,
        running: &mut JoinSet<anyhow::Result<SourcePass>>,
        watcher: &dyn Watcher,
    ) -> anyhow::Result<()> {
        // Read before what is due: a source that ends meanwhile is seen as due at the next look, never begun twice.
        let busy = hold(under_way).sources.clone();
        let room = SOURCES_AT_ONCE.saturating_sub(busy.len());
        if room == 0 {
            return Ok(());
        }
        let mut limit = 2 * SOURCES_AT_ONCE;
        let due = loop {
            let due = self.due(sources, limit).await?;
            let seen: usize = due.iter().map(|d| d.feeds.len()).sum();
            let chosen = choose(due, &busy, room);
            // What may not begin now can stand in front of what may.
            if chosen.len() == room || seen < limit {
                break chosen;
            }
            limit *= 4;
        };
        if due.is_empty() {
            return Ok(());
        }
        if busy.is_empty() {
            watcher.busy();
        }
        hold(under_way).sources.extend(due.iter().map(|d| (d.source.id.clone(), publisher(d))));
        self.start(due, queue, running).await
    }
}

/// Those that may begin beside the ones that are under way, in their order, at most `room`.
fn choose(due: Vec<DueSource>, busy: &HashMap<String, String>, room: usize) -> Vec<DueSource> {
    let mut of_publisher: HashMap<String, usize> = HashMap::new();
    for publisher in busy.values() {
        *of_publisher.entry(publisher.clone()).or_default() += 1;
    }
    let may_begin = |due: &DueSource| {
        let places = of_publisher.entry(publisher(due)).or_default();
        let free = !busy.contains_key(&due.source.id) && *places < OF_ONE_PUBLISHER;
        *places += usize::from(free);
        free
    };
    due.into_iter().filter(may_begin).take(room).collect()
}

/// Whose hosts a source asks: the registrable domain of its first feed.
fn publisher(due: &DueSource) -> String {
    let host = due.feeds.first().and_then(|feed| site_host(&feed.url)).unwrap_or_default();
    registrable_domain(&host).to_owned()
}

fn hold(under_way: &Mutex<UnderWay>) -> MutexGuard<'_, UnderWay> {
    under_way.lock().unwrap_or_else(PoisonError::into_inner)
}

fn polled(pass: &SourcePass, watcher: &dyn Watcher) {
    for note in &pass.notes {
        tracing::debug!(note, "a listing was repaired or lost something");
    }
    watcher.polled(&pass.source, &pass.failures, pass.gaps);
}

#[cfg(test)]
mod tests {
    use super::super::world::World;
    use super::*;
    use kiemtin_store::Store;
    use std::sync::atomic::{AtomicU32, Ordering};

    #[derive(Default)]
    struct Heard {
        busy: AtomicU32,
        idle: AtomicU32,
        new: Mutex<u64>,
        failing: Mutex<Vec<String>>,
    }

    impl Watcher for Heard {
        fn busy(&self) {
            self.busy.fetch_add(1, Ordering::SeqCst);
        }
        fn recorded(&self, batch: &Tally) {
            *self.new.lock().unwrap() += batch.new;
        }
        fn polled(&self, source: &str, failures: &[(String, String)], _: u64) {
            if !failures.is_empty() {
                self.failing.lock().unwrap().push(source.into());
            }
        }
        fn idle(&self, _: &Tally) {
            self.idle.fetch_add(1, Ordering::SeqCst);
        }
    }

    #[test]
    fn many_sources_of_one_publisher_leave_room_for_others() {
        let source = |n: usize, host: &str| {
            let text = format!(
                "id = \"s{n}\"\nname = \"Báo\"\nsite = \"https://{host}/\"\ngroup = \"press\"\n[[feeds]]\nurl = \"https://{host}/{n}\"\nkind = \"feed\"\n"
            );
            DueSource::whole(&Arc::new(toml::from_str(&text).unwrap()))
        };
        let mut due: Vec<DueSource> = (0..30).map(|n| source(n, &format!("b{n}.lon.com.vn"))).collect();
        due.extend((30..33).map(|n| source(n, "nho.vn")));
        let begun = |busy: &HashMap<String, String>, room| -> Vec<String> {
            choose(due.clone(), busy, room).into_iter().map(|d| d.source.id.clone()).collect()
        };
        let first = begun(&HashMap::new(), 100);
        assert_eq!((first.len(), &first[10..]), (13, &["s30", "s31", "s32"].map(String::from)[..]));
        let busy: HashMap<String, String> = (0..9).map(|n| (format!("s{n}"), "lon.com.vn".into())).collect();
        assert_eq!(begun(&busy, 100), ["s9", "s30", "s31", "s32"]);
        assert_eq!(begun(&busy, 2), ["s9", "s30"]);
    }

    /// A newspaper that takes three seconds for its feed, and one that is due all the time.
    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn a_slow_source_delays_no_other_and_is_not_begun_twice() {
        let mut world = World::new().await;
        world.collector.settings.poll_minutes = 0;
        let slow = world.at_another_host("cham").await;
        world.sources = vec![world.sources[0].clone(), slow];
        world.feed("bao", &[("1", "/1", "Giá xăng", 0)]);
        world.page("/1", "Giá xăng", "Giá xăng tăng từ 15 giờ chiều nay, theo Bộ Công Thương.");
        world.site.slow.lock().unwrap().insert("/rss/cham".into(), Duration::from_secs(3));
        world.collector.enrol(&world.sources, false).await.unwrap();
        let heard = Heard::default();
        let watch = world.collector.watch(&world.pipeline, &world.sources, &heard);
        tokio::select! {
            ended = watch => panic!("{ended:?}"),
            () = tokio::time::sleep(Duration::from_millis(4_500)) => {}
        }
        let asked = world.site.asked.lock().unwrap().clone();
        let times = |path: &str| asked.iter().filter(|p| *p == path).count();
        assert!(times("/rss/bao") >= 5, "{asked:?}");
        assert!((1..=2).contains(&times("/rss/cham")), "{asked:?}");
        assert_eq!((times("/1"), *heard.new.lock().unwrap()), (1, 1));
        assert!(heard.failing.lock().unwrap().iter().all(|s| s == "cham") && !heard.failing.lock().unwrap().is_empty());
        assert!(heard.busy.load(Ordering::SeqCst) >= 1);
        assert_eq!(world.store.counts().await.unwrap().documents, 1);
    }

    /// Two polls of a feed have nothing in common: what fell out of it between them is found in the sitemap at once.
    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn a_gap_is_filled_from_the_sitemap() {
        let mut world = World::new().await;
        let source = world.sources[0].as_ref().clone();
        let sitemap = format!("url = \"{}/news.xml\"\nkind = \"news_sitemap\"\n", world.origin);
        let mut feeds = source.feeds.clone();
        feeds.push(toml::from_str(&sitemap).unwrap());
        let source = Arc::new(Source { feeds, ..source });
        for n in 1..=3 {
            let subject = ["xăng", "điện", "than"][n - 1];
            let text = format!("Giá {subject} thay đổi từ 15 giờ chiều nay, theo thông báo của Bộ Công Thương về {subject}.");
            world.page(&format!("/{n}"), &format!("Giá {subject}"), &text);
        }
        let address = |n: u32| format!("<url><loc>{}/{n}</loc></url>", world.origin);
        let listed: String = (1..=3).map(address).collect();
        world.site.bodies.lock().unwrap().insert("/news.xml".into(), format!("<urlset>{listed}</urlset>"));
        let feed_alone = || super::super::DueSource { feeds: vec![source.feeds[0].clone()], source: source.clone() };
        world.feed("bao", &[("1", "/1", "Giá xăng", 0)]);
        world.collector.pass(&world.pipeline, vec![feed_alone()], &|_| {}).await.unwrap();
        assert_eq!(world.pages_asked(), ["/1"]);
        world.feed("bao", &[("3", "/3", "Giá than", 1)]);
        let pass = world.collector.pass(&world.pipeline, vec![feed_alone()], &|_| {}).await.unwrap();
        assert_eq!((pass.tally.new, pass.feeds), (2, 2), "{:?}", world.pages_asked());
        world.sources = vec![source];
        let health = world.store.source_health(&["bao".into()], (world.collector.clock)(), 10).await.unwrap();
        assert_eq!(health[0].gaps, 1);
    }
}
