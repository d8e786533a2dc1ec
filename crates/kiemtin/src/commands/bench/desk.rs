//! Does the desk answer at once when there are ten thousand alerts?
//!
//! The alerts are made by the pipeline out of texts that each state another price as the one in force, then moved on by the store as
//! people would have moved them: most are done with, a few thousand wait. The real service runs in this process and is asked over
//! HTTP, one request after another; the time is that of the whole answer.

use super::Figures;
use super::load::client::Client;
use crate::cli::Common;
use crate::clock;
use crate::config::{self, Limits};
use crate::data::DataFolders;
use crate::pipeline;
use crate::service::{Entrance, Opening, Running};
use anyhow::Context;
use kiemtin_analyze::line::{LineRules, read_line};
use kiemtin_model::Level;
use kiemtin_model::time::HOUR_MS;
use kiemtin_store::{AlertFilter, Store};
use kiemtin_web::ask;
use std::net::{Ipv4Addr, SocketAddr};
use std::time::{Duration, Instant};

/// Name of what is measured on.
pub const CORPUS: &str = "10000 made alerts";
/// Alerts, and texts that are taken in together.
const ALERTS: usize = 10_000;
const BATCH: usize = 500;
/// Documents of the widest alert: copies of one text.
const COPIES: usize = 300;
/// How often each address is asked before, and while it is measured.
const WARM: usize = 20;
const ASKED: usize = 200;
/// Of a hundred alerts so many still wait.
const WAITING: usize = 40;
const TOPICS: [&str; 4] = ["gia-dien", "xang-dau", "xuat-nhap-khau", "cong-nghiep"];
const UNITS: [&str; 3] = ["Cục Điện lực", "Cục Công nghiệp", "Cục Quản lý và Phát triển thị trường trong nước"];

/// Runs the bench in a temporary folder.
pub async fn run(common: &Common, figures: &mut Figures) -> anyhow::Result<()> {
    let dir = tempfile::tempdir()?;
    let folders = DataFolders { store: dir.path().join("var"), index: dir.path().join("index") };
    let mut config = config::load_valid(&common.config)?;
    config.settings.limits = Limits { reads_per_minute: u32::MAX, searches_per_minute: u32::MAX, ..Limits::default() };
    let listen = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
    let (running, opening) = Running::start(&config, &folders, clock::clock(common.now), listen, Entrance::Operator).await?;
    let Opening::Operator(secrets) = opening else { anyhow::bail!("a trial run has an operator") };
    let ended = measure(&running, &secrets, figures).await;
    running.stop().await?;
    ended
}

async fn measure(running: &Running, secrets: &kiemtin_web::Secrets, figures: &mut Figures) -> anyhow::Result<()> {
    let begun = Instant::now();
    fill(running).await?;
    figures.tell("made in", begun.elapsed().as_secs_f64(), "s")?;
    let alerts = running.store.counts().await?.alerts;
    figures.tell("alerts", alerts as f64, "alerts")?;
    anyhow::ensure!(alerts as usize >= ALERTS, "only {alerts} alerts were opened");

    let mut client = Client::new(running.address, &secrets.token);
    let (_, head, _) = client.get(&format!("/sign-in?code={}", secrets.sign_in_code), "").await?;
    let cookie = head.iter().find_map(|line| line.strip_prefix("set-cookie: ")).context("no session")?;
    let cookie = format!("Cookie: {}\r\n", cookie.split(';').next().unwrap_or_default());
    let far = far_cursor(running).await?;
    let waiting = "new,acknowledged,verifying,confirm_pending,confirmed";
    for (name, path, least) in [
        ("desk", "/".to_owned(), 8_000),
        ("desk, all", "/?status=all".into(), 8_000),
        ("desk, done", "/?status=done".into(), 8_000),
        ("desk, urgent of a topic", "/?level=urgent&topic=gia-dien".into(), 8_000),
        ("desk, a topic that none has", "/?topic=hoa-chat".into(), 1_000),
        ("desk, mine", "/?mine=1".into(), 1_000),
        ("desk, soon due", "/?due=1".into(), 1_000),
        ("desk, far page", format!("/?cursor={far}"), 8_000),
        ("list of 200", format!("/api/v1/alerts?limit=200&status={waiting}"), 50_000),
        ("file", "/alerts/2".into(), 5_000),
        ("file of 300 copies", "/alerts/1".into(), 15_000),
        ("rules", "/rules".into(), 8_000),
        ("claims", "/claims".into(), 1_000),
        ("facts", "/facts".into(), 1_000),
        ("review", "/review".into(), 1_000),
        ("narratives", "/narratives".into(), 8_000),
    ] {
        let times = times(&mut client, &path, &cookie, least).await.with_context(|| format!("{name}: {path}"))?;
        super::load::tell_times(figures, name, times)?;
    }
    Ok(())
}

/// Alerts by the pipeline, then moved on.
async fn fill(running: &Running) -> anyhow::Result<()> {
    let now = (running.pipeline.clock)();
    let rules = LineRules { now, salt: "", group_of: &|_| None, as_given: false };
    let line = |number: usize, price: usize| {
        // Tenths of a đồng: every price is one of its own.
        let price = format!("{}.{:03},{}", 3 + price / 10_000, price / 10 % 1_000, price % 10);
        let text = format!("Giá bán lẻ điện bình quân bây giờ là {price} đồng/kWh.");
        let at = now.plus(-HOUR_MS - (number as i64 % 600) * HOUR_MS / 10);
        let url = format!("https://tin-{}.example/{number}", number % 50);
        serde_json::json!({"url": url, "title": "Giá điện", "text": text, "published_at": at})
    };
    let all = (0..ALERTS).map(|n| line(n, n + 1)).chain((0..COPIES).map(|n| line(ALERTS + n, 1)));
    let all: Vec<String> = all.map(|line| line.to_string()).collect();
    for batch in all.chunks(BATCH) {
        let read = batch.iter().map(|line| read_line(line, &rules).map_err(anyhow::Error::msg));
        let batch = read.map(|line| Ok(pipeline::Intake::Document(line?.document, None))).collect::<anyhow::Result<Vec<_>>>()?;
        running.pipeline.take_in(batch).await?;
    }
    move_on(running).await
}

/// As people would have left them.
async fn move_on(running: &Running) -> anyhow::Result<()> {
    let mut batch = running.store.begin().await?;
    let mut n = 1;
    while let Some(mut alert) = batch.alert(n as i64).await? {
        let one = |all: &[&str]| all.get(n % all.len()).map(|word| (*word).to_owned());
        let statuses = if n % 100 < WAITING { ask::OPEN } else { ask::DONE };
        alert.status = statuses.get(n / 7 % statuses.len()).copied().context("no status")?;
        alert.level = if n.is_multiple_of(10) { Level::Urgent } else { Level::Alert };
        alert.severity = (n % 37) as f64 + 5.0;
        alert.topics = one(&TOPICS).into_iter().collect();
        alert.units = one(&UNITS).into_iter().collect();
        alert.assignee = n.is_multiple_of(3).then(|| format!("chuyen-vien-{}", n % 20));
        alert.deadline = alert.opened_at.plus((24 - n as i64 % 48) * HOUR_MS);
        batch.update_alert(&alert).await?;
        batch.put_desk(&alert).await?;
        n += 1;
    }
    Ok(batch.commit().await?)
}

/// Where the desk goes on after a thousand alerts.
async fn far_cursor(running: &Running) -> anyhow::Result<String> {
    let filter = AlertFilter { status: ask::OPEN.to_vec(), ..AlertFilter::default() };
    let mut cursor = None;
    for _ in 0..2 {
        cursor = running.store.alerts(&filter, cursor.as_deref(), 500).await?.next_cursor;
    }
    cursor.context("fewer than a thousand alerts wait")
}

/// How long each answer takes; what is shorter than `least` bytes is no such page.
async fn times(client: &mut Client, path: &str, cookie: &str, least: usize) -> anyhow::Result<Vec<Duration>> {
    let mut times = vec![];
    for number in 0..WARM + ASKED {
        let begun = Instant::now();
        let (status, _, body) = client.get(path, cookie).await?;
        anyhow::ensure!(status == 200 && body.len() >= least, "HTTP {status} with {} bytes", body.len());
        if number >= WARM {
            times.push(begun.elapsed());
        }
    }
    Ok(times)
}
