//! Does every page read in English? The demo's pages are read by an administrator who chose English, each with its links, and what is
//! left in Vietnamese outside of what is quoted is told.
#![allow(clippy::unwrap_used, reason = "a test that panics fails, as it should")]

mod support;

use kiemtin_web::routes::{Door, ROUTES};
use scraper::{ElementRef, Html, Node};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use support::demo::Demo;
use support::web::{client, text};

/// Addresses of one shape (numbers and values of parameters left out) that are read.
const OF_A_SHAPE: usize = 6;
/// Pages that no link leads to, and questions that are refused.
const MORE: [&str; 22] = [
    "/search?q=%29",
    "/search?q=zzzz",
    "/search?q=a&from=x",
    "/search?q=a&sort=x",
    "/search?q=%22gi%C3%A1",
    "/search?q=title%3A",
    "/trends?q=%C4%91i%E1%BB%87n",
    "/trends?from=2026-11-20&to=2026-11-01",
    "/trends?by=x",
    "/nowhere",
    "/?status=all",
    "/?status=x",
    "/?level=x",
    "/?cursor=x",
    "/?x=1",
    "/alerts/x",
    "/alerts/999999",
    "/rules/x",
    "/policies/x",
    "/narratives?topic=x",
    "/admin/audit?action=x",
    "/sign-in?code=x",
];
/// Elements that quote: what is typed, keys, the title of the window (it names what the page is about).
const QUOTES: [&str; 7] = ["code", "kbd", "q", "script", "style", "textarea", "title"];
/// Attributes that people read or hear.
const SPOKEN: [&str; 4] = ["aria-label", "placeholder", "title", "alt"];

/// The demo, and the session of its administrator.
struct Reader {
    demo: Demo,
    cookie: String,
}

impl Reader {
    async fn start() -> Self {
        let demo = Demo::start().await;
        let cookie = demo.sign_in().await;
        Self { demo, cookie }
    }

    async fn page(&self, path: &str, language: &str) -> Option<String> {
        let answer = self.demo.answer(path, Some(("cookie", &format!("{}{language}", self.cookie)))).await;
        let page = answer.headers().get("content-type").is_some_and(|kind| kind.as_bytes().starts_with(b"text/html"));
        if page { Some(text(answer).await) } else { None }
    }
}

impl Reader {
    async fn post(&self, token: &str, path: &str, body: Value) -> Value {
        let request = client()
            .post(format!("{}{path}", self.demo.base))
            .bearer_auth(token)
            .header("content-type", "application/json")
            .body(body.to_string());
        let answer = request.send().await.unwrap();
        let (status, said): (_, String) = (answer.status(), text(answer).await);
        assert!(status.is_success(), "{path} {body}: {said}");
        serde_json::from_str(&said).unwrap_or(Value::Null)
    }

    /// Names of sources and units.
    async fn names(&self) -> BTreeSet<String> {
        let mut names = BTreeSet::new();
        for (path, key) in [("/api/v1/sources", "name"), ("/api/v1/topics", "units"), ("/api/v1/facts", "name")] {
            named(&self.demo.api(path).await, key, &mut names);
        }
        names
    }

    /// Lets people do what there is to do, so that pages have something to tell of it.
    async fn used(&self) {
        let by = async |token: &str, alert: u32, body: Value| self.post(token, &format!("/api/v1/alerts/{alert}/actions"), body).await;
        let user = json!({"name": "minh", "role": "reviewer", "email": "minh@bct.example", "all_units": true});
        let minh = self.post(&self.demo.token, "/api/v1/users", user).await["id"].clone();
        let rights = json!({"user": minh, "name": "bàn", "rights": ["read", "review", "feed"], "days": 30});
        let minh = self.post(&self.demo.token, "/api/v1/tokens", rights).await["secret"].as_str().unwrap().to_owned();
        let admin = self.demo.token.as_str();
        by(&minh, 1, json!({"action": "acknowledge"})).await;
        by(&minh, 1, json!({"action": "verify"})).await;
        let finding = json!({"action": "confirm", "reason": "trái số liệu gốc", "reference": "599/QĐ-EVN", "finding": "fake"});
        by(&minh, 1, finding.clone()).await;
        by(admin, 1, finding.clone()).await;
        by(&minh, 1, json!({"action": "respond", "url": "https://moit.gov.vn/tra-loi", "channel": "Cổng"})).await;
        by(&minh, 1, json!({"action": "close"})).await;
        by(&minh, 2, json!({"action": "acknowledge"})).await;
        by(admin, 7, json!({"action": "assign", "assignee": "minh"})).await;
        by(&minh, 2, finding).await;
        by(&minh, 2, json!({"action": "note", "note": "đã gửi"})).await;
        for (alert, reason) in [(3, "opinion"), (4, "wrong_flag"), (5, "out_of_scope")] {
            by(&minh, alert, json!({"action": "dismiss", "reason": reason, "note": "đã xem"})).await;
        }
        by(&minh, 5, json!({"action": "undo"})).await;
        by(&minh, 4, json!({"action": "reopen", "reason": "xem lại"})).await;
        by(admin, 6, json!({"action": "restrict"})).await;
        self.post(admin, "/api/v1/saved-searches", json!({"name": "giá", "query": "giá xăng", "notify": "daily"})).await;
        let hook = json!({"name": "bàn", "target": "https://hooks.example.vn/a"});
        self.post(admin, "/api/v1/webhooks", hook).await;
    }
}

/// All values of a key, wherever it stands.
fn named(value: &Value, key: &str, names: &mut BTreeSet<String>) {
    let each = |value: &Value| value.as_array().cloned().unwrap_or_else(|| vec![value.clone()]);
    match value {
        Value::Array(items) => items.iter().for_each(|item| named(item, key, names)),
        Value::Object(fields) => {
            names.extend(fields.get(key).into_iter().flat_map(each).filter_map(|name| name.as_str().map(str::to_owned)));
            fields.values().for_each(|field| named(field, key, names));
        }
        _ => {}
    }
}

/// A letter that only Vietnamese has among our two languages.
fn vietnamese(text: &str) -> bool {
    text.chars().any(|c| c.is_alphabetic() && !c.is_ascii() && !"µ".contains(c))
}

fn words(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// What stands on a page in Vietnamese, outside of what is quoted.
fn left(element: ElementRef<'_>, found: &mut Vec<String>, quotes: &mut BTreeSet<String>) {
    let value = element.value();
    let quoted = value.name() != "html" && value.attr("lang").is_some_and(|language| language != "en");
    if quoted || value.attr("translate") == Some("no") || QUOTES.contains(&value.name()) {
        quotes.insert(words(&element.text().collect::<String>()));
        return;
    }
    found.extend(SPOKEN.iter().filter_map(|name| value.attr(name)).filter(|said| vietnamese(said)).map(str::to_owned));
    for child in element.children() {
        match (child.value(), ElementRef::wrap(child)) {
            (Node::Text(said), _) if vietnamese(said) => found.push(words(said)),
            (_, Some(inner)) => left(inner, found, quotes),
            _ => {}
        }
    }
}

/// The address without what makes it one of many.
fn shape(path: &str) -> String {
    let (path, query) = path.split_once('?').unwrap_or((path, ""));
    let of = |route: &&str| {
        let (pattern, parts): (Vec<_>, Vec<_>) = (route.split('/').collect(), path.split('/').collect());
        pattern.len() == parts.len() && pattern.iter().zip(&parts).all(|(p, a)| p.starts_with('{') || p == a)
    };
    let route = ROUTES.iter().map(|r| r.path).find(of).unwrap_or(path);
    let names: BTreeSet<_> = query.split('&').filter_map(|part| part.split('=').next()).collect();
    format!("{route}?{}", names.into_iter().collect::<Vec<_>>().join(","))
}

fn links(page: &Html) -> Vec<String> {
    let anchor = scraper::Selector::parse("a[href^='/']").unwrap();
    let addresses = page.select(&anchor).filter_map(|a| a.attr("href")).map(|href| href.split('#').next().unwrap_or("").to_owned());
    addresses.filter(|href| ["/api/", "/assets/", "/feeds/"].iter().all(|other| !href.starts_with(other))).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_page_reads_in_english() {
    let demo = Reader::start().await;
    demo.used().await;
    let gets = |door: &Door| matches!(door, Door::Page(..));
    let form = |path: &str| path == "/sign-out" || path.ends_with("/draft");
    let pages: Vec<&str> = ROUTES.iter().filter(|r| gets(&r.door) && !form(r.path)).map(|r| r.path).collect();
    let start = pages.iter().filter(|p| !p.contains('{')).chain(&MORE);
    let mut queue: VecDeque<String> = start.map(|p| (*p).to_owned()).collect();
    let (mut asked, mut shapes) = (BTreeSet::new(), BTreeMap::<String, usize>::new());
    let mut missing: BTreeMap<String, String> = BTreeMap::new();
    let mut quotes = demo.names().await;
    while let Some(path) = queue.pop_front() {
        if !asked.insert(path.clone()) {
            continue;
        }
        let Some(page) = demo.page(&path, "; ui=en").await else { continue };
        let html = Html::parse_document(&page);
        assert_eq!(html.root_element().attr("lang"), Some("en"), "{path}");
        let mut found = vec![];
        left(html.root_element(), &mut found, &mut quotes);
        for phrase in found {
            missing.entry(phrase).or_insert_with(|| path.clone());
        }
        for link in links(&html) {
            let seen = shapes.entry(shape(&link)).or_default();
            if *seen < OF_A_SHAPE && !asked.contains(&link) {
                *seen += 1;
                queue.push_back(link);
            }
        }
    }
    println!("{} pages of {} shapes", asked.len(), shapes.len());
    let unread: Vec<_> = pages.iter().filter(|page| !asked.iter().any(|path| shape(path).split('?').next() == Some(page))).collect();
    assert!(unread.is_empty(), "no link leads to {unread:?}");
    // What is quoted or named somewhere may stand within a phrase of ours.
    let mut quotes: Vec<_> = quotes.into_iter().filter(|quote| vietnamese(quote)).collect();
    quotes.sort_by_key(|quote| std::cmp::Reverse(quote.len()));
    missing.retain(|phrase, _| vietnamese(&quotes.iter().fold(phrase.clone(), |rest, quote| rest.replace(quote.as_str(), "…"))));
    let lines: Vec<_> = missing.iter().map(|(phrase, path)| format!("{path}: {phrase}")).collect();
    assert!(lines.is_empty(), "{} phrases have no English and are not marked as quoted:\n{}", lines.len(), lines.join("\n"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn only_words_change() {
    let demo = Reader::start().await;
    for path in ["/", "/alerts/1", "/search?q=gi%C3%A1", "/trends", "/rules", "/sources"] {
        let (vietnamese, english) = (demo.page(path, "").await.unwrap(), demo.page(path, "; ui=en").await.unwrap());
        let [before, after] = [vietnamese, english].map(|page| Html::parse_document(&page));
        let tags = |page: &Html| -> Vec<String> {
            let all = page.root_element().descendent_elements().filter(|e| e.value().name() != "html" && e.attr("id") != Some("english"));
            let told = |e: ElementRef<'_>| {
                let attributes = e.value().attrs().filter(|(name, _)| !SPOKEN.contains(name));
                let told: Vec<String> = attributes.map(|(name, value)| format!("{name}={value}")).collect();
                format!("{} {}", e.value().name(), told.join(" "))
            };
            all.map(told).collect()
        };
        assert_eq!(tags(&before), tags(&after), "{path}");
        let quotes = |page: &Html| -> Vec<String> {
            let quoted = scraper::Selector::parse("body [lang=vi], body [translate=no], body textarea").unwrap();
            page.select(&quoted).map(|e| e.text().collect()).collect()
        };
        assert!(quotes(&before) == quotes(&after), "{path}: what is quoted stays as it is");
    }
}
