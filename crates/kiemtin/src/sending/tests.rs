//! Does sending keep its promises, against receivers that fail in every way? With a clock that the test moves.

#[path = "../../../../tests/support/hook.rs"]
mod hook;
#[path = "../../../../tests/support/smtp.rs"]
mod smtp;

use super::*;
use hook::{Hook, Reply};
use kiemtin_deliver::MailSettings;
use kiemtin_model::*;
use kiemtin_store::{DeliveryFilter, DeliveryLine, ReceiverStore, SqliteStore};
use smtp::{ACCOUNT, Mailed, Smtp};
use std::sync::atomic::{AtomicI64, Ordering};

/// 2 March 2026, a Monday, 08:00 in Vietnam.
const START: i64 = 1_772_413_200_000;
const MINUTE: i64 = 60_000;

struct House {
    store: Arc<SqliteStore>,
    dispatcher: Arc<Dispatcher>,
    now: Arc<AtomicI64>,
    folder: tempfile::TempDir,
}

impl House {
    async fn new(smtp: Option<&Smtp>) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let store = Arc::new(SqliteStore::open(&folder.path().join("kiemtin.db")).await.unwrap());
        let now = Arc::new(AtomicI64::new(START));
        let shown = now.clone();
        let clock: Clock = Arc::new(move || Time(shown.load(Ordering::SeqCst)));
        let deliver = DeliverSettings { allow_networks: vec!["127.0.0.0/8".into()], timeout_s: 1, ..Default::default() };
        let mail = smtp.map_or_else(MailSettings::default, |server| mail_settings(folder.path(), server));
        let sender = Arc::new(Sender::new(&deliver, &mail, "https://kiemtin.example").unwrap());
        let dispatcher = Arc::new(Dispatcher::new(store.clone(), sender, clock, folder.path(), Default::default()));
        assert!(dispatcher.is_ours().await.unwrap());
        Self { store, dispatcher, now, folder }
    }

    fn now(&self) -> Time {
        Time(self.now.load(Ordering::SeqCst))
    }

    async fn pass(&self, ms: i64) -> u64 {
        self.now.fetch_add(ms, Ordering::SeqCst);
        self.store.fan_out(self.now(), 30 * MINUTE, 1_000).await.unwrap();
        self.store.make_digests(self.now()).await.unwrap();
        let mut sent = 0;
        for receiver in self.store.receivers_ready(self.now()).await.unwrap() {
            sent += self.dispatcher.round_of(receiver).await.unwrap();
        }
        sent
    }

    async fn add(&self, channel: &str, target: &str, pace: Pace) -> i64 {
        let receiver = Receiver {
            id: 0,
            channel: channel.into(),
            name: channel.into(),
            target: target.into(),
            filter: ReceiverFilter { notices: vec![], ..Default::default() },
            schedule: Schedule { pace, hour: 9, weekday: 0 },
            quiet: None,
            skip_if_empty: true,
            enabled: true,
            units: None,
            created_by: String::new(),
            created_at: self.now(),
        };
        let mut batch = self.store.begin().await.unwrap();
        let id = batch.put_receiver(&receiver, &Secret::new("khoa")).await.unwrap();
        batch.commit().await.unwrap();
        id
    }

    /// An alert with this key opens, or its level changes.
    async fn alert(&self, key: &str, level: Level, event: AlertEventKind) {
        let mut batch = self.store.begin().await.unwrap();
        let narrative = match batch.narrative(key).await.unwrap() {
            Some(state) => state.id,
            None => {
                let state = NarrativeState::new(NarrativeKey { key: key.into(), claim: format!("tin {key}") }, self.now());
                batch.put_narrative(&state).await.unwrap()
            }
        };
        let opened = batch.open_alert(&alert(narrative, key, level, self.now())).await.unwrap();
        let moved = Alert { level, ..opened };
        batch.update_alert(&moved).await.unwrap();
        batch.put_delivery(&moved, event, RECEIVERS, self.now()).await.unwrap();
        batch.commit().await.unwrap();
    }

    async fn log(&self, receiver: i64) -> Vec<DeliveryLine> {
        let mut log = self.store.deliveries(&DeliveryFilter { receiver: Some(receiver), state: None }, None, 200).await.unwrap().items;
        log.reverse();
        log
    }
}

fn alert(narrative: i64, key: &str, level: Level, at: Time) -> Alert {
    Alert {
        id: 0,
        number: String::new(),
        narrative,
        wave: 1,
        claim: format!("tin {key}"),
        status: AlertStatus::New,
        level,
        kinds: vec![FlagKind::PanicRumour],
        topics: vec!["xang_dau".into()],
        units: vec![],
        documents: 12,
        stories: 3,
        sources: 5,
        responses: 0,
        points: 6.0,
        first_seen: at,
        last_seen: at,
        opened_at: at,
        deadline: at.plus(DAY_MS),
        assignee: None,
        restricted: false,
        severity: 0.0,
        decision: kiemtin_model::Decision::default(),
    }
}

fn mail_settings(folder: &Path, server: &Smtp) -> MailSettings {
    let (ca, password) = (folder.join("ca.pem"), folder.join("mail.secret"));
    std::fs::write(&ca, &server.certificate).unwrap();
    std::fs::write(&password, format!("{}\n", ACCOUNT.1)).unwrap();
    MailSettings {
        host: "127.0.0.1".into(),
        port: server.address.port(),
        ca_file: Some(ca),
        user: ACCOUNT.0.into(),
        password_file: Some(password),
        from: "canh-bao@kiemtin.example".into(),
        allow_domains: vec!["kiemtin.example".into()],
        timeout_s: 1,
        ..Default::default()
    }
}

#[tokio::test]
async fn after_48_hours_down_everything_arrives_once_and_oldest_first() {
    for down in [Reply::Close, Reply::Status(503)] {
        let (house, hook) = (House::new(None).await, Hook::start(move || down));
        let receiver = house.add("webhook", &hook.url(), Pace::Each).await;
        for hour in 0..48 {
            house.alert(&format!("{hour:02}"), Level::Alert, AlertEventKind::Opened).await;
            if hour == 20 {
                // Of this one only the newest is to be seen.
                house.alert("03", Level::Urgent, AlertEventKind::Escalated).await;
            }
            for _ in 0..12 {
                house.pass(5 * MINUTE).await;
            }
        }
        let asked = hook.all().len();
        assert!((5..=25).contains(&asked), "{down:?}: {asked} requests in 48 hours: a receiver that is down is left alone");
        assert!(hook.taken().is_empty());
        hook.now(|| Reply::Status(200));
        for _ in 0..20 {
            house.pass(30 * MINUTE).await;
        }
        let taken = hook.taken();
        assert!(taken.iter().all(|g| g.is_signed_with("khoa")));
        let told: Vec<_> = taken.iter().map(|g| g.json()["alert"]["claim"].as_str().unwrap().to_owned()).collect();
        let mut once = told.clone();
        once.sort();
        once.dedup();
        assert_eq!((told.len(), once.len()), (48, 48), "{down:?}");
        let log = house.log(receiver).await;
        let done: Vec<i64> = log.iter().filter(|l| l.state == DeliveryState::Done).map(|l| l.id).collect();
        assert_eq!(done.len(), 48, "{down:?}");
        let order: Vec<_> = taken.iter().map(|g| log.iter().find(|l| l.idempotency_key == g.key()).unwrap().id).collect();
        // A receiver that answers is asked with the next one in turn; from then on the oldest goes first.
        let settled = if matches!(down, Reply::Close) { 0 } else { 1 };
        assert!(order[settled..].is_sorted(), "{down:?}: {order:?}");
        let escalated = taken.iter().find(|g| g.json()["alert"]["claim"] == "tin 03").unwrap().json();
        assert_eq!((&escalated["event"], &escalated["alert"]["level"]), (&"escalated".into(), &"urgent".into()));
        assert_eq!(house.pass(30 * DAY_MS).await, 0, "nothing comes twice");
    }
}

#[tokio::test]
async fn refusals_and_waits_are_obeyed() {
    let (house, hook) = (House::new(None).await, Hook::start(|| Reply::Status(410)));
    let receiver = house.add("webhook", &hook.url(), Pace::Each).await;
    house.alert("a", Level::Alert, AlertEventKind::Opened).await;
    house.pass(0).await;
    let log = house.log(receiver).await;
    assert_eq!((log[0].state, log[0].attempts), (DeliveryState::Dead, 1));
    assert!(log[0].reason.contains("HTTP 410"), "{}", log[0].reason);
    for refusing in [301, 400, 404] {
        hook.now(move || Reply::Status(refusing));
        house.alert(&format!("s{refusing}"), Level::Alert, AlertEventKind::Opened).await;
        house.pass(MINUTE).await;
        assert_eq!(house.log(receiver).await.last().unwrap().state, DeliveryState::Dead, "{refusing}");
    }
    // 429 says how long.
    hook.now(|| Reply::Later(3_600));
    house.alert("b", Level::Alert, AlertEventKind::Opened).await;
    house.pass(MINUTE).await;
    hook.now(|| Reply::Status(200));
    assert_eq!(house.pass(59 * MINUTE).await, 0, "not before the hour is over");
    assert_eq!(house.pass(2 * MINUTE).await, 1);
    // Silence is a failure too; what keeps failing becomes a dead letter after 48 hours, which a person can send again.
    hook.now(|| Reply::Silence(Duration::from_secs(3)));
    house.alert("c", Level::Alert, AlertEventKind::Opened).await;
    house.pass(MINUTE).await;
    let waiting = house.log(receiver).await.pop().unwrap();
    assert_eq!(waiting.state, DeliveryState::Due);
    assert!(waiting.reason.contains("không trả lời trong 1 giây"), "{}", waiting.reason);
    hook.now(|| Reply::Status(500));
    house.pass(49 * HOUR_MS).await;
    let dead = house.log(receiver).await.pop().unwrap();
    assert_eq!(dead.state, DeliveryState::Dead);
    assert!(dead.reason.starts_with("quá 48 giờ: HTTP 500"), "{}", dead.reason);
    hook.now(|| Reply::Status(200));
    let mut batch = house.store.begin().await.unwrap();
    batch.send_again(dead.id, house.now()).await.unwrap().unwrap();
    batch.commit().await.unwrap();
    assert_eq!(house.pass(12 * HOUR_MS).await, 1);
    assert_eq!(hook.taken().last().unwrap().key(), dead.idempotency_key);
}

#[tokio::test]
async fn a_message_that_fails_alone_does_not_hold_up_the_others() {
    let (house, hook) = (House::new(None).await, Hook::start(|| Reply::Status(500)));
    let receiver = house.add("webhook", &hook.url(), Pace::Each).await;
    house.alert("a", Level::Alert, AlertEventKind::Opened).await;
    house.pass(0).await;
    hook.now(|| Reply::Status(200));
    house.alert("b", Level::Alert, AlertEventKind::Opened).await;
    house.alert("c", Level::Alert, AlertEventKind::Opened).await;
    let sent = house.pass(MINUTE).await;
    let done = house.log(receiver).await.iter().filter(|l| l.state == DeliveryState::Done).count();
    assert_eq!((sent, done), (3, 3));
    // No name that leads inside is told of anything, although its address looked public when it was added.
    let inside = House::new(None).await;
    let receiver = inside.add("webhook", "https://10.0.0.1/vao", Pace::Each).await;
    inside.alert("a", Level::Alert, AlertEventKind::Opened).await;
    inside.pass(0).await;
    let log = inside.log(receiver).await;
    assert_eq!(log[0].state, DeliveryState::Dead);
    assert!(log[0].reason.contains("mạng nội bộ"), "{}", log[0].reason);
}

#[tokio::test]
async fn a_slow_receiver_delays_no_other() {
    let house = House::new(None).await;
    let (slow, fast) = (Hook::start(|| Reply::Silence(Duration::from_secs(5))), Hook::start(|| Reply::Status(200)));
    house.add("webhook", &slow.url(), Pace::Each).await;
    house.add("webhook", &fast.url(), Pace::Each).await;
    for i in 0..20 {
        house.alert(&i.to_string(), Level::Alert, AlertEventKind::Opened).await;
    }
    house.store.fan_out(house.now(), 0, 100).await.unwrap();
    let (stop, stopped) = watch::channel(false);
    let running = tokio::spawn(house.dispatcher.clone().run(|_| {}, stopped));
    let begun = std::time::Instant::now();
    while fast.taken().len() < 20 {
        assert!(begun.elapsed() < Duration::from_secs(5), "only {} arrived", fast.taken().len());
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    assert_eq!(slow.all().len(), 1, "one at a time");
    // Another process of the same store does not send.
    let sender = house.dispatcher.sender.clone();
    let second = Dispatcher::new(house.store.clone(), sender, house.dispatcher.clock.clone(), house.folder.path(), Default::default());
    assert!(!second.is_ours().await.unwrap());
    stop.send_replace(true);
    running.await.unwrap();
}

#[tokio::test]
async fn mails_go_over_tls_through_greylisting_and_silence_once() {
    let smtp = Smtp::start(|| Mailed::Greylisted);
    let house = House::new(Some(&smtp)).await;
    let receiver = house.add("mail", "phong@kiemtin.example", Pace::Each).await;
    house.alert("a", Level::Urgent, AlertEventKind::Opened).await;
    house.pass(0).await;
    let log = house.log(receiver).await;
    assert_eq!(log[0].state, DeliveryState::Due);
    assert!(log[0].reason.contains("SMTP 451"), "{}", log[0].reason);
    for (mailed, said) in [(Mailed::Full, "SMTP 452"), (Mailed::Hangs(Duration::from_secs(4)), "máy chủ thư")] {
        smtp.now(move || mailed);
        house.pass(HOUR_MS).await;
        let log = house.log(receiver).await;
        assert_eq!(log[0].state, DeliveryState::Due, "{mailed:?}");
        assert!(log[0].reason.contains(said), "{mailed:?}: {}", log[0].reason);
    }
    // The server took it, but we did not hear of it: the repeat is the same message.
    smtp.now(|| Mailed::TakenUnheard);
    house.pass(HOUR_MS).await;
    smtp.now(|| Mailed::Taken);
    assert_eq!(house.pass(HOUR_MS).await, 1);
    let taken = smtp.taken();
    assert_eq!(taken.len(), 2);
    assert_eq!(taken[0].header("Message-ID"), taken[1].header("Message-ID"));
    let mail = &taken[1];
    assert!(mail.protected && mail.to == ["phong@kiemtin.example"], "{mail:?}");
    assert_eq!(mail.header("Auto-Submitted"), "auto-generated");
    assert!(mail.raw.contains("multipart/alternative") && mail.raw.contains("https://kiemtin.example/alerts/1"));
    // "No such mailbox" is for good.
    smtp.now(|| Mailed::Rejected);
    house.alert("b", Level::Alert, AlertEventKind::Opened).await;
    house.pass(HOUR_MS).await;
    let dead = house.log(receiver).await.pop().unwrap();
    assert_eq!(dead.state, DeliveryState::Dead);
    assert!(dead.reason.contains("SMTP 550"), "{}", dead.reason);
}

#[tokio::test]
async fn a_daily_mail_comes_once_after_days_away() {
    let smtp = Smtp::start(|| Mailed::Taken);
    let house = House::new(Some(&smtp)).await;
    house.add("mail", "phong@kiemtin.example", Pace::Daily).await;
    for key in ["a", "b"] {
        house.alert(key, Level::Alert, AlertEventKind::Opened).await;
    }
    assert_eq!(house.pass(59 * MINUTE).await, 0, "not before nine");
    assert_eq!(house.pass(MINUTE).await, 1);
    assert_eq!(house.pass(MINUTE).await, 0);
    house.alert("c", Level::Alert, AlertEventKind::Opened).await;
    assert_eq!(house.pass(5 * DAY_MS).await, 1, "once for all days");
    assert_eq!(house.pass(5 * DAY_MS).await, 0, "nothing to tell");
    assert_eq!((smtp.taken().len(), smtp.tries()), (2, 2));
    let subjects: Vec<_> = smtp.taken().iter().map(|m| m.header("Subject")).collect();
    assert_ne!(subjects[0], subjects[1]);
    assert_ne!(smtp.taken()[0].header("Message-ID"), smtp.taken()[1].header("Message-ID"));
}

#[test]
fn waits_double_up_to_the_longest() {
    let settings = DeliverSettings::default();
    for failures in 1..=40 {
        let whole = (30_000_i64 << (failures - 1).min(20)).min(6 * HOUR_MS);
        let wait = backoff(&settings, failures as u32, "k");
        assert!((whole * 3 / 4..=whole).contains(&wait), "{failures}: {wait}");
    }
    assert_ne!(backoff(&settings, 5, "a"), backoff(&settings, 5, "b"));
}
