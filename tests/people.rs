//! Is nothing of a person kept? Public posts with planted names, handles, pictures, numbers of followers, telephones, accounts and
//! identity papers are crawled; then the database, the index, the API, the pages, exports, notices and logs are looked through for
//! every one of them. What was found by keyword has no link.
#![allow(clippy::unwrap_used, reason = "a test that panics fails, as it should")]

mod support;

use serde_json::Value;
use std::io::{BufRead, BufReader, Read};
use std::path::Path;
use support::web::{Answers, TinyServer, body, client, write_profile};
use support::{Child, Installation, drain};

/// What may be found nowhere. Names are such that no other text has them.
const PLANTED: &[&str] = &[
    "Đặng Thị Xuyến Chi",
    "Quách Tuấn Phẩm",
    "Lục Bình Nguyên Hạ",
    "xuyenchi_dien",
    "tuanpham.q",
    "nguyenha99",
    "0912345678",
    "0912 345 678",
    "0987.654.321",
    "xuyenchi@thu-rieng.example",
    "19034567891011",
    "001099012345",
    "anh-dai-dien",
    "48213",
];
/// The same without accents, as the index may keep them.
const FOLDED: &[&str] = &["dang thi xuyen chi", "quach tuan pham", "luc binh nguyen ha"];

const TIMELINE: &str = r#"[{"id":"110001","uri":"ORIGIN/users/xuyenchi_dien/statuses/110001","url":"ORIGIN/@xuyenchi_dien/110001",
"created_at":"2026-11-23T02:30:00.000Z","visibility":"public",
"account":{"id":"7","username":"xuyenchi_dien","acct":"xuyenchi_dien","display_name":"Đặng Thị Xuyến Chi","avatar":"ORIGIN/anh-dai-dien.png",
"followers_count":48213,"note":"Gọi 0912345678"},
"content":"<p>Giá bán lẻ điện bình quân bây giờ là 2.870 đồng/kWh đó bà con! Gọi mình 0912 345 678 hoặc <a href=\"ORIGIN/@tuanpham.q\">@tuanpham.q</a>, thư xuyenchi@thu-rieng.example</p>",
"mentions":[{"username":"tuanpham.q","acct":"tuanpham.q"}],"media_attachments":[]}]"#;

const CHANNEL: &str = r#"<html><body><div class="tgme_channel_info"><div class="tgme_channel_info_counter">48213 subscribers</div></div>
<div class="tgme_widget_message" data-post="kenhthu/12"><a class="tgme_widget_message_owner_name"><span>Kênh thử</span></a>
<img src="ORIGIN/anh-dai-dien.png"><span class="tgme_widget_message_from_author">Quách Tuấn Phẩm</span>
<a class="tgme_widget_message_forwarded_from_name" href="https://t.me/nguyenha99">Lục Bình Nguyên Hạ</a>
<div class="tgme_widget_message_text">EVN thông báo: hóa đơn tiền điện quá hạn, sẽ cắt điện trong 2 giờ nếu không thanh toán ngay qua đường link.
Chuyển khoản số tài khoản 19034567891011, liên hệ 0987.654.321 (@nguyenha99), CCCD 001099012345</div>
<a class="tgme_widget_message_date" href="https://t.me/kenhthu/12"><time datetime="2026-11-23T03:00:00+00:00"></time></a></div></body></html>"#;

const FORUM: &str = r#"<?xml version="1.0"?><rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:content="http://purl.org/rss/1.0/modules/content/">
<channel><title>Diễn đàn</title><link>ORIGIN/</link><item><title>Sắp hết xăng toàn quốc</title><link>ORIGIN/bai/1</link>
<guid isPermaLink="false">nguyenha99-1</guid><dc:creator>Lục Bình Nguyên Hạ</dc:creator><author>xuyenchi@thu-rieng.example (Đặng Thị Xuyến Chi)</author>
<pubDate>Mon, 23 Nov 2026 10:00:00 +0700</pubDate></item></channel></rss>"#;

const ARTICLE: &str = r#"<html lang="vi"><head><title>Sắp hết xăng toàn quốc</title><meta name="author" content="Lục Bình Nguyên Hạ">
<script type="application/ld+json">{"@type":"DiscussionForumPosting","author":{"@type":"Person","name":"Lục Bình Nguyên Hạ","url":"ORIGIN/thanh-vien/nguyenha99"}}</script></head>
<body><article><h1>Sắp hết xăng toàn quốc</h1><div class="author"><a rel="author" href="/thanh-vien/nguyenha99">Lục Bình Nguyên Hạ</a> <img src="/anh-dai-dien.png"></div>
<p>Mọi người ơi sắp hết xăng toàn quốc rồi, các cây xăng sẽ đóng cửa từ tối nay, mua tích trữ ngay kẻo muộn, chia sẻ gấp trước khi bị xóa nhé mọi người.</p>
<p>Ai cần thì nhắn mình theo số 0912345678 hoặc tài khoản @nguyenha99, mình chỉ chỗ còn xăng cho, đừng để ngày mai không có xăng đi làm nhé bà con ơi.</p>
<p class="author">Đặng Thị Xuyến Chi</p></article></body></html>"#;

fn answers(origin: &str) -> Answers {
    let of = |media: &'static str, text: &str| (media, text.replace("ORIGIN", origin).into_bytes());
    Answers::from([
        ("/api/v1/timelines/tag/dien?limit=40".to_owned(), of("application/json", TIMELINE)),
        ("/s/kenhthu".to_owned(), of("text/html; charset=utf-8", CHANNEL)),
        ("/feed".to_owned(), of("application/rss+xml", FORUM)),
        ("/bai/1".to_owned(), of("text/html; charset=utf-8", ARTICLE)),
    ])
}

fn source(id: &str, origin: &str, (path, kind): (&str, &str)) -> (String, String) {
    // A hashtag is a search: its posts are found by keyword.
    let found_by = if path.contains("/tag/") { "keyword" } else { "channel" };
    let text = format!(
        "id = \"{id}\"\nname = \"Nguồn {id}\"\nsite = \"{origin}/\"\ngroup = \"social\"\nfound_by = \"{found_by}\"\nlang = \"vi\"\nenabled = true\n\n\
         [[feeds]]\nurl = \"{origin}{path}\"\nkind = \"{kind}\"\n"
    );
    (format!("{id}.toml"), text)
}

/// What of the planted stands in these bytes, whatever their case.
fn found(bytes: &[u8]) -> Vec<&'static str> {
    let text = String::from_utf8_lossy(bytes).to_lowercase();
    PLANTED.iter().chain(FOLDED).copied().filter(|p| text.contains(&p.to_lowercase())).collect()
}

fn nothing_in(what: &str, bytes: &[u8]) {
    let found = found(bytes);
    assert!(found.is_empty(), "{what} holds {found:?}");
}

/// Every file below a folder.
fn files(folder: &Path, each: &mut impl FnMut(&Path)) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { files(&path, each) } else { each(&path) }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_of_a_person_is_kept() {
    // The fixtures do hold what is looked for.
    let raw = [TIMELINE, CHANNEL, FORUM, ARTICLE].concat();
    assert_eq!(found(raw.as_bytes()), PLANTED);
    let web = TinyServer::start(answers);
    let origin = format!("http://{}", web.address);
    let here = Installation::on("unset");
    let config = here.folder.path().join("config");
    let sources = [
        source("the-dien", &origin, ("/api/v1/timelines/tag/dien", "mastodon")),
        source("kenh-thu", &origin, ("/s/kenhthu", "channel_preview")),
        source("dien-dan", &origin, ("/feed", "feed")),
    ];
    write_profile(&config, &sources, 10);
    let here = Installation { config, folder: here.folder };
    let mut crawl = here.command(&["crawl", "--once", "--json"]);
    crawl.env("RUST_LOG", "trace");
    let ran = support::finish(crawl, &[]);
    assert_eq!(ran.code, Some(0), "{}", ran.stderr.chars().take(2_000).collect::<String>());
    let tally: Value = serde_json::from_str(&ran.stdout).unwrap();
    assert_eq!((&tally["new"], &tally["alerts"]), (&Value::from(3), &Value::from(3)), "{tally}");
    nothing_in("what crawl printed", ran.stdout.as_bytes());
    // At `trace`, libraries tell what they are sent, which is the fixtures' own bytes; at every level that people use, nothing.
    let told: String = ran.stderr.lines().filter(|l| !l.contains("TRACE") && !l.contains("DEBUG")).collect();
    nothing_in("the log of crawl", told.as_bytes());

    // What a search for a keyword brought, as another program hands it over.
    let post = serde_json::json!({
        "url": "https://mxh.example/@xuyenchi_dien/9", "id": "xuyenchi_dien-9", "author": "Đặng Thị Xuyến Chi", "followers": 48213,
        "text": "Giá bán lẻ điện bình quân bây giờ là 2.990 đồng/kWh, hỏi mình 0912345678 nhé", "source": "tu-khoa", "kind": "social",
        "found_by": "keyword", "published_at": "2026-11-23T09:00:00+07:00",
    });
    let file = here.file("posts.ndjson", format!("{post}\n"));
    let ingested = here.run(&["ingest", &file, "--json"]);
    nothing_in("what ingest printed", [ingested.stdout.as_bytes(), ingested.stderr.as_bytes()].concat().as_slice());
    std::fs::remove_file(file).unwrap();
    assert_eq!(ingested.json()["alerts"], 1);

    let backup = here.folder.path().join("backup");
    assert_eq!(here.run(&["backup", backup.to_str().unwrap(), "--json"]).json()["documents"], 4);
    let secret: Value = serde_json::from_slice(&std::fs::read(here.data().join("var/salt.secret")).unwrap()).unwrap();
    let secret = secret["now"].as_str().unwrap().as_bytes();
    for (folder, least) in [(here.data(), 6), (backup, 2)] {
        let mut seen = 0;
        files(&folder, &mut |path| {
            let mut bytes = vec![];
            std::fs::File::open(path).unwrap().read_to_end(&mut bytes).unwrap();
            nothing_in(&path.display().to_string(), &bytes);
            let salted = bytes.windows(secret.len()).any(|part| part == secret);
            assert_eq!(salted, path.ends_with("var/salt.secret"), "{}", path.display());
            seen += 1;
        });
        assert!(seen >= least, "what was looked for is there: {seen} files in {}", folder.display());
    }
    // The index packs its documents: it is asked.
    for planted in PLANTED {
        assert_eq!(here.found(&format!("\"{planted}\"")), 0, "«{planted}» is found");
    }
    assert!(here.found("\"2.870 đồng\"") == 1 && here.found("\"cắt điện trong 2 giờ\"") == 1, "the texts themselves are kept");

    let serve = here.command(&["serve", "--port", "0"]);
    for name in ["user", "token"] {
        let args: &[&str] = if name == "user" {
            &["user", "add", "may", "--role", "admin", "--all-units"]
        } else {
            &["token", "create", "doc", "--user", "may", "--right", "read", "--right", "feed", "--json"]
        };
        let ran = here.run(args);
        assert_eq!(ran.code, Some(0), "{ran:?}");
        if name == "token" {
            let made: Value = serde_json::from_str(&ran.stdout).unwrap();
            ask_everything(serve, made["secret"].as_str().unwrap()).await;
            return;
        }
    }
}

async fn ask_everything(mut serve: std::process::Command, token: &str) {
    let mut child = Child(serve.spawn().unwrap());
    let log = drain(child.0.stderr.take());
    let mut lines = BufReader::new(child.0.stdout.take().unwrap()).lines();
    let line = lines.next().unwrap().unwrap();
    let base = line.strip_prefix("listening on ").unwrap().to_owned();
    let http = client();
    let get = async |path: &str| {
        let answer = http.get(format!("{base}{path}")).header("authorization", format!("Bearer {token}")).send().await.unwrap();
        assert_eq!(answer.status(), 200, "{path}");
        let bytes = body(answer).await;
        nothing_in(path, &bytes);
        bytes
    };
    let list: Value = serde_json::from_slice(&get("/api/v1/alerts").await).unwrap();
    let mut paths: Vec<String> =
        ["/api/v1/search?q=xăng+hoặc+điện", "/api/v1/sources", "/api/v1/warnings", "/feeds/alerts.atom", "/feeds/alerts.json"]
            .map(str::to_owned)
            .into();
    let mut links = vec![];
    for alert in list["items"].as_array().unwrap() {
        let briefing: Value = serde_json::from_slice(&get(&format!("/api/v1/alerts/{}", alert["id"])).await).unwrap();
        for document in briefing["appearances"].as_array().unwrap().iter().flat_map(|s| s["documents"].as_array().unwrap()) {
            links.push((document["source"].as_str().unwrap().to_owned(), document["url"].clone(), document["source_id"].clone()));
            paths.push(format!("/api/v1/documents/{}", document["id"].as_str().unwrap()));
            paths.push(format!("/api/v1/stories/{}", document["id"].as_str().unwrap()));
        }
    }
    for path in &paths {
        get(path).await;
    }
    let by_keyword: Vec<_> = links.iter().filter(|(source, ..)| source == "tu-khoa").collect();
    assert!(!by_keyword.is_empty() && by_keyword.iter().all(|(_, url, id)| url.is_null() && id.is_null()), "{by_keyword:?}");
    assert!(
        links.iter().any(|(source, url, _)| source == "kenh-thu" && url.as_str().is_some_and(|url| url.ends_with("/kenhthu/12"))),
        "a listed channel keeps its link: {links:?}"
    );
    drop(child);
    nothing_in("the log of serve", log.join().unwrap().as_bytes());
}
