//! A small filled store behind the whole router: three alerts, a narrative with copies, a guard and an answer.

use crate::configured::{catalogue, policies};
use crate::push::Taker;
use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use kiemtin_model::time::{DAY_MS, HOUR_MS};
use kiemtin_model::*;
use kiemtin_store::follow::follow;
use kiemtin_store::{EnrolledFeed, FeedState, Joining, LeadState, SqliteStore, Store, TantivyIndex};
use kiemtin_web::{Access, Allowed, Limits, Secrets, Service, ServiceStatus, router};
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex};
use tower::ServiceExt;

pub const NOW: Time = Time(1_795_395_900_000); // 23/11/2026 08:05 in Vietnam
pub const PRICE: &str = "Giá điện bình quân tăng lên 2.500 đồng/kWh từ 10/5";
pub const HOSTILE: &str = "<script>alert(1)</script> Bài \"độc\" & hại";

pub struct World {
    pub router: axum::Router,
    pub secrets: Secrets,
    pub status: Arc<ServiceStatus>,
    pub store: Arc<SqliteStore>,
    pub index: Arc<TantivyIndex>,
    /// Milliseconds that passed since [`NOW`].
    pub later: Arc<AtomicI64>,
    pub intake: Arc<Taker>,
    pub live: Arc<kiemtin_web::Live>,
    /// Keeps the data until the test ends.
    _folder: tempfile::TempDir,
}

pub struct Answer {
    pub status: StatusCode,
    pub headers: axum::http::HeaderMap,
    pub body: String,
}

impl Answer {
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.body).unwrap()
    }
    pub fn header(&self, name: header::HeaderName) -> &str {
        self.headers.get(name).map_or("", |v| v.to_str().unwrap())
    }
}

impl World {
    /// With the samples.
    pub async fn filled() -> Self {
        Self::made(true, false, false, Allowed::default()).await
    }

    /// Without any document.
    pub async fn empty() -> Self {
        Self::made(false, false, false, Allowed::default()).await
    }

    /// Without any document; hubs that sign by SHA-1 are believed.
    pub async fn believing_sha1() -> Self {
        Self::made(false, true, false, Allowed::default()).await
    }

    /// With the samples; only so much is allowed.
    pub async fn allowing(allowed: Allowed) -> Self {
        Self::made(true, false, false, allowed).await
    }

    /// Without any document; reached by https alone.
    pub async fn secure() -> Self {
        Self::made(false, false, true, Allowed::default()).await
    }

    async fn made(filled: bool, accept_sha1: bool, secure: bool, allowed: Allowed) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let store = Arc::new(SqliteStore::open(&folder.path().join("store.db")).await.unwrap());
        let index = Arc::new(TantivyIndex::open(&folder.path().join("index")).unwrap());
        if filled {
            fill(&*store).await;
            follow(&*store, &*index, 100, &|_, _| {}).await.unwrap();
        }
        let status = Arc::new(ServiceStatus::new());
        let (access, secrets) = Access::with_operator(store.clone(), secure).unwrap();
        let later = Arc::new(AtomicI64::new(0));
        let clock: kiemtin_web::Clock = {
            let later = later.clone();
            Arc::new(move || NOW.plus(later.load(Ordering::Relaxed)))
        };
        let intake = Arc::new(Taker { store: store.clone(), pushes: Mutex::default() });
        let lexicon = Arc::default();
        let live = Arc::new(kiemtin_web::Live::beating(std::time::Duration::from_millis(100)));
        let (catalogue, policies) = (catalogue(), Arc::new(policies()));
        let service = Service {
            notice_channels: vec!["journal".into()],
            store: store.clone(),
            index: index.clone(),
            lexicon,
            knowledge: Arc::new(crate::configured::knowledge),
            policies,
            catalogue,
            status: status.clone(),
            access,
            oidc: None,
            accept_sha1,
            limits: Limits::new(allowed),
            live: live.clone(),
            intake: intake.clone(),
            sender: Arc::new(crate::configured::sender()),
            letterhead: Default::default(),
            timetable: vec![],
            clock,
        };
        Self { router: router(Arc::new(service)), secrets, status, store, index, later, intake, live, _folder: folder }
    }

    /// Lets time go by.
    pub fn wait(&self, ms: i64) {
        self.later.fetch_add(ms, Ordering::Relaxed);
    }

    /// What time it is.
    pub fn now(&self) -> Time {
        NOW.plus(self.later.load(Ordering::Relaxed))
    }

    pub async fn ask(&self, request: Request<Body>) -> Answer {
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        // A live stream has no end.
        let is_stream = parts.headers.get(header::CONTENT_TYPE).is_some_and(|kind| kind.as_bytes().starts_with(b"text/event-stream"));
        let body = if is_stream { Body::empty() } else { body };
        let bytes = axum::body::to_bytes(body, 10_000_000).await.unwrap();
        // A file is looked at by itself.
        let file = parts.headers.get(header::CONTENT_TYPE).is_some_and(|kind| kind.as_bytes().starts_with(b"application/vnd."));
        let body = if file { String::new() } else { String::from_utf8(bytes.to_vec()).unwrap() };
        Answer { status: parts.status, headers: parts.headers, body }
    }

    /// Of an answer that is no text.
    pub async fn status_of(&self, request: Request<Body>) -> StatusCode {
        self.router.clone().oneshot(request).await.unwrap().status()
    }

    /// With neither token nor session.
    pub async fn bare(&self, path: &str) -> Answer {
        self.ask(Request::get(path).body(Body::empty()).unwrap()).await
    }

    /// With the token.
    pub async fn api(&self, path: &str) -> Answer {
        let auth = format!("Bearer {}", self.secrets.token);
        self.ask(Request::get(path).header(header::AUTHORIZATION, auth).body(Body::empty()).unwrap()).await
    }

    /// Uses the one-time link and gives the cookie.
    pub async fn sign_in(&self) -> String {
        let answer = self.bare(&format!("/sign-in?code={}", self.secrets.sign_in_code)).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER);
        answer.header(header::SET_COOKIE).split(';').next().unwrap().to_owned()
    }

    /// The listing of a source was polled, for the third time without success where there is an error.
    pub async fn polled(&self, source: &str, standing: FeedStanding, error: &str) {
        let feed = |id: &str| EnrolledFeed {
            source: id.into(),
            url: format!("https://{id}.vn/rss"),
            not_before: NOW,
            priority: kiemtin_model::Priority::Normal,
        };
        self.store.enrol_feeds(&["bao-a", "dien-dan", "evn"].map(feed), NOW).await.unwrap();
        let plan = FeedPlan { standing, ..FeedPlan::default() };
        let failures = if error.is_empty() { 0 } else { 3 };
        let url = format!("https://{source}.vn/rss");
        let (next_poll_at, source, error) = (Some(NOW), source.into(), error.into());
        let state = FeedState { url, source, polled_at: NOW, failures, error, next_poll_at, plan, ..FeedState::default() };
        let mut batch = self.store.begin().await.unwrap();
        batch.put_feed(&state).await.unwrap();
        batch.commit().await.unwrap();
    }

    /// A source named an address, and fetching it ended so; three others of that day became documents.
    pub async fn named(&self, url: &str, source: &str, outcome: &str) {
        let lead = LeadState {
            url: url.into(),
            source: source.into(),
            first_seen: NOW,
            fetched_at: Some(NOW),
            listed_update: None,
            validators: Validators::default(),
            outcome: outcome.into(),
            failures: 0,
            document: None,
        };
        let mut batch = self.store.begin().await.unwrap();
        batch.count_source(source, NOW.day_number(), "new", 3).await.unwrap();
        batch.put_lead(&lead).await.unwrap();
        batch.commit().await.unwrap();
    }

    /// Of an answer that is no text, with the token.
    pub async fn bytes(&self, path: &str) -> (axum::http::response::Parts, Vec<u8>) {
        let auth = format!("Bearer {}", self.secrets.token);
        let request = Request::get(path).header(header::AUTHORIZATION, auth).body(Body::empty()).unwrap();
        let (parts, body) = self.router.clone().oneshot(request).await.unwrap().into_parts();
        (parts, axum::body::to_bytes(body, 10_000_000).await.unwrap().to_vec())
    }

    /// One more alert with a false figure about electricity, told in one document; gives its id.
    pub async fn raised(&self, key: &str, claim: &str) -> i64 {
        let d = document(key, "trang-b", SourceGroup::Press, claim, claim, 9);
        let key = NarrativeKey { key: key.into(), claim: claim.into() };
        let s = signal(&d, "so-lieu-gia-dien", FlagKind::FalseFigure, 4.5, "Sai số liệu.", &["Giá điện"], &key);
        let parts = vec![(assessed(d, "gia-dien", Stance::Asserts, vec![s], vec![]), Role::Asserts, 4.5)];
        narrative(&*self.store, &key, "gia-dien", Level::Alert, 4.5, self.now().plus(-8 * HOUR_MS), parts).await;
        let newest = self.store.latest_alerts(&kiemtin_store::AlertFilter::default(), 100).await.unwrap();
        newest.iter().map(|(alert, _)| alert.id).max().unwrap()
    }

    /// With a session.
    pub async fn page(&self, cookie: &str, path: &str) -> Answer {
        self.ask(Request::get(path).header(header::COOKIE, cookie).body(Body::empty()).unwrap()).await
    }
}

pub fn document(name: &str, source: &str, group: SourceGroup, title: &str, text: &str, hours: i64) -> Document {
    let url = format!("https://{source}.vn/{name}");
    let kind = match group {
        SourceGroup::Official => DocKind::Official,
        SourceGroup::Forum | SourceGroup::Social => DocKind::Social,
        _ => DocKind::News,
    };
    Document {
        id: DocId::from_url(&url),
        url: Some(url),
        source: source.into(),
        source_id: Some(name.into()),
        group,
        kind,
        found_by: FoundBy::Channel,
        title: title.into(),
        text: text.into(),
        lang: "vi".into(),
        published_at: Some(NOW.plus(-hours * HOUR_MS)),
        date_origin: DateOrigin::Page,
        dating: Default::default(),
        fetched_at: NOW.plus(-hours * HOUR_MS + 60_000),
        restrictions: Default::default(),
    }
}

fn evidence(document: &Document, words: &str) -> Evidence {
    let (field, start) = match document.text.find(words) {
        Some(at) => (Field::Text, at),
        None => (Field::Title, document.title.find(words).unwrap()),
    };
    Evidence { field, start, end: start + words.len(), text: words.into() }
}

fn signal(document: &Document, rule: &str, kind: FlagKind, score: f64, message: &str, words: &[&str], key: &NarrativeKey) -> Signal {
    Signal {
        rule: rule.into(),
        kind,
        score,
        parts: vec![],
        message: message.into(),
        evidence: words.iter().map(|w| evidence(document, w)).collect(),
        narrative: key.clone(),
        references: vec![Reference {
            label: "599/QĐ-EVN".into(),
            text: "Giá bán lẻ điện bình quân là 2.204,0655 đồng/kWh (chưa gồm VAT) từ 10/5/2025.".into(),
            url: Some("https://www.evn.com.vn/599".into()),
        }],
    }
}

pub fn assessed(document: Document, topic: &str, stance: Stance, signals: Vec<Signal>, guards: Vec<GuardHit>) -> AssessedDocument {
    let score: f64 = signals.iter().map(|s| s.score).sum();
    let left = if guards.is_empty() { score } else { 0.0 };
    AssessedDocument {
        content_hash: document.content_hash(),
        text_hash: kiemtin_model::text_hash(&document.title, &document.text),
        topics: vec![TopicScore { id: topic.into(), score: 5.0 }],
        units: vec!["Cục Điện lực".into()],
        provinces: vec![],
        assessment: Assessment {
            stance,
            kinds: signals.iter().map(|s| s.kind).collect(),
            score,
            score_after_guards: left,
            level: if left >= 4.0 { Level::Alert } else { Level::None },
            flag: left >= 4.0,
            rules_version: "mau".into(),
            suggestion: false,
            suggestions: vec![],
            signals,
            guards,
        },
        document,
    }
}

async fn fill(store: &dyn Store) {
    let key = NarrativeKey { key: "gia-dien-2500".into(), claim: PRICE.into() };
    let lead = "Nhiều trang mạng chia sẻ bảng giá mới. Giá điện bình quân sẽ là 2.500 đồng/kWh từ 10/5, tăng 13 % so với hiện nay! Người dân nên tính lại chi tiêu.";
    let more = "Mọi người chia sẻ gấp kẻo bị xóa: giá điện lên 2.500 đồng/kWh rồi nhé, cả khu nhà mình ai cũng nói vậy.";
    let answer = "EVN bác bỏ thông tin giá điện 2.500 đồng/kWh. Giá bán lẻ điện bình quân hiện hành là 2.204,0655 đồng/kWh.";
    let mut parts: Vec<(AssessedDocument, Role, f64)> = vec![];
    let fact = |d: &Document| {
        let why = "Nêu giá điện bình quân 2.500 đồng/kWh; số liệu gốc ngày đó là 2.204,07 đồng/kWh.";
        signal(d, "so-lieu-gia-dien", FlagKind::FalseFigure, 4.5, why, &["2.500 đồng/kWh"], &key)
    };
    for i in 0..12_i64 {
        let source = ["bao-a", "trang-b", "trang-c-co-ten-rat-dai-khong-ngat-dong-duoc.example", "trang-d", "trang-e"][i as usize % 5];
        let d = document(&format!("bang-gia-{i}"), source, SourceGroup::Press, "Bảng giá điện mới từ 10/5", lead, 30 - 2 * i);
        let rise = signal(
            &d,
            "gan-sai-chu-truong",
            FlagKind::MisattributedPolicy,
            2.0,
            "Nói việc tăng giá đã chốt, không có quyết định nào.",
            &["Giá điện bình quân", "tăng 13 %"],
            &key,
        );
        let signals = vec![fact(&d), rise];
        parts.push((assessed(d, "gia-dien", Stance::Asserts, signals, vec![]), Role::Asserts, 6.5));
    }
    let d = document("gap", "dien-dan", SourceGroup::Forum, "", more, 3);
    let panic =
        signal(&d, "keu-goi-chia-se", FlagKind::PanicRumour, 1.5, "Thúc giục chia sẻ, không nêu nguồn.", &["chia sẻ gấp kẻo bị xóa"], &key);
    let signals = vec![fact(&d), panic];
    parts.push((assessed(d, "gia-dien", Stance::Asserts, signals, vec![]), Role::Asserts, 6.0));
    let d = document("dinh-chinh", "evn", SourceGroup::Official, "EVN bác bỏ tin giá điện 2.500 đồng", answer, 1);
    let guard = GuardHit {
        guard: GuardKind::Refutation,
        rule: "bac-bo".into(),
        effect: GuardEffect::Respond,
        message: "Bài bác bỏ thông tin này.".into(),
        evidence: vec![evidence(&d, "bác bỏ thông tin")],
        over: vec![0],
    };
    let signals = vec![fact(&d)];
    parts.push((assessed(d, "gia-dien", Stance::Refutes, signals, vec![guard]), Role::Responds, 0.0));
    narrative(store, &key, "gia-dien", Level::Urgent, 9.5, NOW.plus(-5 * HOUR_MS), parts).await;

    let key = NarrativeKey { key: "xang".into(), claim: "Sắp hết xăng toàn quốc, mua tích trữ ngay".into() };
    let d = document(
        "xang",
        "trang-b",
        SourceGroup::Press,
        HOSTILE,
        "Sắp hết xăng toàn quốc, mua tích trữ ngay. <b>Đậm</b> javascript: không chạy.",
        40,
    );
    let d = Document { url: Some("javascript:alert(1)".into()), ..d };
    let s = signal(&d, "hoang-mang", FlagKind::PanicRumour, 4.0, "Kêu gọi tích trữ, không nêu nguồn.", &["mua tích trữ ngay"], &key);
    narrative(
        store,
        &key,
        "xang-dau",
        Level::Alert,
        4.0,
        NOW.plus(-30 * HOUR_MS),
        vec![(assessed(d, "xang-dau", Stance::Asserts, vec![s], vec![]), Role::Asserts, 4.0)],
    )
    .await;

    let claim = "Bộ Công Thương tuyển cộng tác viên trực tuyến, đặt cọc trước khi nhận việc tại địa chỉ tuyen-dung-cong-tac-vien-bo-cong-thuong-viet-nam-chinh-thuc.example";
    let key = NarrativeKey { key: "tuyen".into(), claim: claim.into() };
    let d = document(
        "tuyen",
        "dien-dan",
        SourceGroup::Forum,
        "",
        "Bộ Công Thương tuyển cộng tác viên, đặt cọc 500.000 đồng trước khi nhận việc.",
        20,
    );
    let s = signal(&d, "gia-danh", FlagKind::ImpersonationScam, 5.0, "Nhân danh Bộ để đòi đặt cọc.", &["Bộ Công Thương", "đặt cọc"], &key);
    narrative(
        store,
        &key,
        "thuong-mai-dien-tu",
        Level::Alert,
        5.0,
        NOW.plus(-HOUR_MS),
        vec![(assessed(d, "thuong-mai-dien-tu", Stance::Asserts, vec![s], vec![]), Role::Asserts, 5.0)],
    )
    .await;

    let mut batch = store.begin().await.unwrap();
    for i in 0..30 {
        let text = format!(
            "Phiên họp thứ {i} bàn về giá xăng dầu và nguồn cung quý tới. Đại diện các doanh nghiệp đầu mối cho biết tồn kho bảo đảm."
        );
        let d =
            document(&format!("thuong-{i}"), "bao-a", SourceGroup::Press, &format!("Nguồn cung xăng dầu ổn định, kỳ {i}"), &text, 50 + i);
        let a = assessed(d, "xang-dau", Stance::Reports, vec![], vec![]);
        let id = a.document.id.clone();
        batch.put_document(&a, &id).await.unwrap();
    }
    batch.commit().await.unwrap();
}

/// Records documents, their narrative and its alert as the pipeline does.
async fn narrative(
    store: &dyn Store,
    key: &NarrativeKey,
    topic: &str,
    level: Level,
    points: f64,
    opened_at: Time,
    parts: Vec<(AssessedDocument, Role, f64)>,
) {
    let mut batch = store.begin().await.unwrap();
    let told: Vec<_> = parts.iter().filter(|p| p.1 == Role::Asserts).map(|p| &p.0).collect();
    let mut sources: Vec<_> = told.iter().map(|a| a.document.source.clone()).collect();
    sources.sort();
    sources.dedup();
    let mut stories: Vec<_> = told.iter().map(|a| a.text_hash.clone()).collect();
    stories.sort();
    stories.dedup();
    let mut kinds: Vec<FlagKind> = told.iter().flat_map(|a| a.assessment.kinds.clone()).collect();
    kinds.dedup();
    kinds.truncate(2);
    let count = |n: usize| u32::try_from(n).unwrap();
    let mut state = NarrativeState {
        reach: 0.0,
        id: 0,
        key: key.clone(),
        kinds: kinds.clone(),
        topics: vec![topic.into()],
        units: vec!["Cục Điện lực".into()],
        documents: count(told.len()),
        stories: count(stories.len()),
        sources: count(sources.len()),
        responses: count(parts.len() - told.len()),
        best_score: parts.iter().map(|p| p.2).fold(0.0, f64::max),
        copy_sources: 1,
        first_seen: told.iter().map(|a| a.document.time()).min().unwrap(),
        last_seen: told.iter().map(|a| a.document.time()).max().unwrap(),
        wave: 1,
        points,
        level,
        alert: None,
    };
    state.id = batch.put_narrative(&state).await.unwrap();
    for (assessed, role, score) in &parts {
        let id = assessed.document.id.clone();
        let story = batch.story_of(&assessed.text_hash).await.unwrap().unwrap_or_else(|| id.clone());
        batch.put_document(assessed, &story).await.unwrap();
        let (source, at) = (assessed.document.source.clone(), assessed.document.time());
        batch.join(state.id, &Joining { document: id, story, mass_copy: true, source, at, role: *role, score: *score }).await.unwrap();
    }
    let alert = Alert {
        id: 0,
        number: String::new(),
        narrative: state.id,
        wave: 1,
        claim: key.claim.clone(),
        status: AlertStatus::New,
        level,
        kinds,
        topics: state.topics.clone(),
        units: state.units.clone(),
        documents: state.documents,
        stories: state.stories,
        sources: state.sources,
        responses: state.responses,
        points,
        first_seen: state.first_seen,
        last_seen: state.last_seen,
        opened_at,
        deadline: opened_at.plus(DAY_MS),
        assignee: None,
        restricted: false,
        severity: 0.0,
        decision: kiemtin_model::Decision::default(),
    };
    let alert = batch.open_alert(&alert).await.unwrap();
    batch.put_event(&alert, AlertEventKind::Opened, opened_at).await.unwrap();
    state.alert = Some(alert.id);
    batch.put_narrative(&state).await.unwrap();
    batch.commit().await.unwrap();
}
