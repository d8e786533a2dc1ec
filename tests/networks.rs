//! Rumours start outside the press: does the whole service see what is said on networks and how widely, and never who said it? The
//! real binary against local servers of four networks and two newspapers; and killed again and again while it reads.
#![allow(clippy::unwrap_used, reason = "a test that panics fails, as it should")]

mod support;

use kiemtin_miniweb::networks::jetstream::Jetstream;
use kiemtin_miniweb::networks::mastodon::Mastodon;
use kiemtin_miniweb::networks::people;
use kiemtin_miniweb::networks::xenforo::Forum;
use kiemtin_miniweb::networks::youtube::{KEY, Youtube};
use serde_json::Value;
use std::io::{BufRead, BufReader};
use std::net::Ipv4Addr;
use std::path::Path;
use std::time::Duration;
use support::web::{Answers, TinyServer, body, client, write_profile};
use support::{Child, Installation, drain, minutes_after};

/// The day after the posts of the local networks.
const NOW: &str = "2025-05-13T08:00:00+07:00";
/// When the first post is written, and the time from one to the next.
const FIRST: &str = "2025-05-12T09:00:00+07:00";
const STEP_MS: i64 = 10 * 60_000;

fn ms(time: &str) -> i64 {
    kiemtin_model::Time::parse(time).unwrap().0
}

/// The rumour as people pass it on.
fn rumour(number: usize) -> String {
    const HOW: [&str; 5] = [
        "Bộ Công Thương đã ký lệnh cấm bán hàng livestream trên cả nước rồi mọi người ơi",
        "Nghe chốt rồi nhé, Bộ Công Thương cấm bán hàng livestream trên cả nước từ tháng sau",
        "bộ công thương ra lệnh dẹp livestream bán hàng rồi, tháng sau ai lên live là khóa kênh",
        "bo cong thuong da ky lenh cam ban hang livestream tren ca nuoc roi, ai con len song la bi phat",
        "Lệnh cấm livestream bán hàng trên cả nước của Bộ Công Thương có hiệu lực rồi, các sàn ẩn hết nút phát trực tiếp",
    ];
    const AND: [&str; 6] = [
        "chị em bán hàng online tính sao đây",
        "dọn kho bán gấp thôi",
        "nhà mình ba gian hàng giờ bỏ hết",
        "ai cần hàng thì qua nhà mình lấy rẻ",
        "chuẩn bị đóng kênh nhé cả nhà",
        "khách quen cứ nhắn riêng cho shop",
    ];
    // Who writes without accents does so to the end.
    const BARE: [&str; 6] = [
        "chi em ban hang online tinh sao day",
        "don kho ban gap thoi",
        "nha minh ba gian hang gio bo het",
        "ai can hang thi qua nha minh lay re",
        "chuan bi dong kenh nhe ca nha",
        "khach quen cu nhan rieng cho shop",
    ];
    let (how, and) = (number % HOW.len(), (number / HOW.len()) % AND.len());
    format!("{}, {}.", HOW[how], if how == 3 { BARE[and] } else { AND[and] })
}

/// Two newspapers: one passes the rumour on, one tells what the ministry says of it.
fn papers(origin: &str) -> Answers {
    let feed = |path: &str, title: &str, at: &str| {
        let item = format!("<item><title>{title}</title><link>{origin}{path}</link><pubDate>{at}</pubDate></item>");
        let text = format!("<rss version=\"2.0\"><channel><title>Báo</title><link>{origin}/</link>{item}</channel></rss>");
        ("application/rss+xml", text.into_bytes())
    };
    let page = |title: &str, paragraphs: &[&str]| {
        let text: String = paragraphs.iter().map(|p| format!("<p>{p}</p>")).collect();
        let html =
            format!("<html lang=\"vi\"><head><title>{title}</title></head><body><article><h1>{title}</h1>{text}</article></body></html>");
        ("text/html; charset=utf-8", html.into_bytes())
    };
    let (told, denied) = ("Bộ Công Thương cấm bán hàng livestream trên cả nước", "Bộ Công Thương bác bỏ tin cấm livestream bán hàng");
    Answers::from([
        ("/a.rss".into(), feed("/a1", told, "Mon, 12 May 2025 16:00:00 +0700")),
        ("/b.rss".into(), feed("/b1", denied, "Mon, 12 May 2025 18:30:00 +0700")),
        (
            "/a1".into(),
            page(
                told,
                &[
                    "Bộ Công Thương đã ký lệnh cấm bán hàng livestream trên cả nước, hiệu lực từ tháng sau.",
                    "Các sàn thương mại điện tử sẽ phải ẩn nút phát trực tiếp của mọi gian hàng, người bán còn lên sóng sẽ bị phạt và khóa kênh.",
                    "Hàng nghìn hộ kinh doanh đang tìm cách bán hết hàng tồn trước khi lệnh cấm có hiệu lực.",
                ],
            ),
        ),
        (
            "/b1".into(),
            page(
                denied,
                &[
                    "Chiều 12/5, Bộ Công Thương bác bỏ thông tin cấm bán hàng livestream trên cả nước đang lan truyền trên mạng.",
                    "Đại diện Bộ khẳng định không có lệnh cấm nào, thông tin này là tin giả, đề nghị người dân không chia sẻ.",
                    "Người bán hàng livestream thực hiện nghĩa vụ thông tin hàng hóa, hóa đơn và thuế như với các hình thức khác.",
                ],
            ),
        ),
    ])
}

fn source(id: &str, group: &str, found_by: &str, feed: &str) -> (String, String) {
    let text = format!(
        "id = \"{id}\"\nname = \"Nguồn {id}\"\nsite = \"https://{id}.example/\"\ngroup = \"{group}\"\nfound_by = \"{found_by}\"\n\n[[feeds]]\n{feed}\n"
    );
    (format!("{id}.toml"), text)
}

/// An installation on these sources.
fn installed(sources: &[(String, String)]) -> Installation {
    let here = Installation::on("unset");
    let config = here.folder.path().join("config");
    write_profile(&config, sources, 5);
    std::fs::create_dir_all(config.join("secrets")).unwrap();
    std::fs::write(config.join("secrets/youtube.key"), KEY).unwrap();
    Installation { config, folder: here.folder }
}

/// Crawls so many minutes after the day began.
fn crawl(here: &Installation, minutes: i64) -> Value {
    let ran = support::finish(here.command_at(&minutes_after(NOW, minutes), &["crawl", "--once", "--json"]), &[]);
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    nobody_in("what crawl printed and logged", format!("{}{}", ran.stdout, ran.stderr).as_bytes());
    serde_json::from_str(&ran.stdout).unwrap()
}

/// Nothing of what the local networks say of persons stands in these bytes.
fn nobody_in(what: &str, bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes).to_lowercase();
    let found: Vec<&str> = people::all().filter(|planted| text.contains(&planted.to_lowercase())).collect();
    assert!(found.is_empty(), "{what} holds {found:?}");
}

fn nobody_below(folder: &Path) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            nobody_below(&path);
        } else {
            nobody_in(&path.display().to_string(), &std::fs::read(&path).unwrap());
        }
    }
}

/// A token for reading everything.
fn token(here: &Installation) -> String {
    here.run(&["user", "add", "may", "--role", "admin", "--all-units"]).ok();
    let made = here.run(&["token", "create", "doc", "--user", "may", "--right", "read", "--right", "feed", "--json"]);
    made.json()["secret"].as_str().unwrap().to_owned()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_rumour_on_four_networks_is_one_narrative_without_anybody() {
    let forum = Forum::start(Ipv4Addr::new(127, 0, 72, 40)).await.unwrap();
    let mastodon = Mastodon::start(Ipv4Addr::new(127, 0, 72, 41), ms(NOW)).await.unwrap();
    let stream = Jetstream::start(Ipv4Addr::new(127, 0, 72, 42)).await.unwrap();
    let youtube = Youtube::start(Ipv4Addr::new(127, 0, 72, 43)).await.unwrap();
    let press = TinyServer::start(papers);
    let at = |number: usize| ms(FIRST) + i64::try_from(number).unwrap() * STEP_MS;
    // A stream is first read from some minutes ago.
    let streamed = |number: usize| u64::try_from(ms(NOW) - 4 * 60_000 + i64::try_from(number).unwrap() * 5_000).unwrap() * 1_000;
    // Thirty posts: a thread with seven, eight in a stream, eight under a hashtag, seven comments.
    let thread = forum.open("Bán hàng online sắp hết đường sống?", &rumour(0));
    let replies: Vec<u64> = (1..7).map(|number| forum.reply(thread, &rumour(number))).collect();
    forum.reply(thread, "Hóng cao nhân vào giải thích giúp em với ạ, em cảm ơn các bác.");
    for number in 7..15 {
        let text = format!("{} {} @{}", rumour(number), people::NUMBERS[number % 4], people::HANDLES[number % 4]);
        stream.post(streamed(number), "create", &format!("3k{number}"), &text);
        stream.identity(streamed(number) + 1);
    }
    for number in 15..23 {
        let tag = "<a href=\"/tags/banhang\" class=\"mention hashtag\" rel=\"tag\">#<span>banhang</span></a>";
        mastodon.post(&format!("<p>{} {tag}</p>", rumour(number)), at(number));
    }
    let video = youtube.publish("Bán hàng livestream có bị cấm không?", "Chuyện trò về nghề bán hàng livestream.");
    for number in 23..30 {
        youtube.comment(&video, &rumour(number));
    }
    let words = "keywords = [\"livestream\"]";
    let here = installed(&[
        source("dien-dan", "forum", "channel", &format!("url = \"{}\"\nkind = \"xenforo\"", forum.feed())),
        source(
            "luong-bai",
            "social",
            "keyword",
            &format!("url = \"{}/subscribe\"\nkind = \"bluesky_jetstream\"\n{words}", stream.local().origin()),
        ),
        source(
            "the-ban-hang",
            "social",
            "keyword",
            &format!("url = \"{}/api/v1/timelines/tag/banhang\"\nkind = \"mastodon\"", mastodon.local().origin()),
        ),
        source(
            "binh-luan",
            "social",
            "keyword",
            &format!(
                "url = \"{}\"\napi = \"{}\"\nkind = \"youtube_comments\"\ntoken_file = \"secrets/youtube.key\"\nper_day = 40\n{words}",
                youtube.feed(),
                youtube.api()
            ),
        ),
        source("bao-a", "press", "channel", &format!("url = \"http://{}/a.rss\"\nkind = \"feed\"", press.address)),
        source("bao-b", "press", "channel", &format!("url = \"http://{}/b.rss\"\nkind = \"feed\"", press.address)),
    ]);
    let first = crawl(&here, 0);
    assert_eq!((&first["failed"], &first["refused"]), (&0.into(), &0.into()), "{first}");
    assert_eq!(first["new"].as_u64().unwrap() + first["duplicate"].as_u64().unwrap(), 33, "30 posts, a question, two articles: {first}");
    let again = crawl(&here, 1);
    assert_eq!((&again["new"], &again["duplicate"], &again["new_version"]), (&0.into(), &0.into(), &0.into()), "{again}");
    assert!(youtube.units() <= 40, "{} units", youtube.units());

    let token = token(&here);
    let mut child = Child(here.command_at(NOW, &["serve", "--port", "0"]).spawn().unwrap());
    let log = drain(child.0.stderr.take());
    let line = BufReader::new(child.0.stdout.take().unwrap()).lines().next().unwrap().unwrap();
    let base = line.strip_prefix("listening on ").unwrap().to_owned();
    let http = client();
    let get = async |path: &str| {
        let answer = http.get(format!("{base}{path}")).header("authorization", format!("Bearer {token}")).send().await.unwrap();
        assert_eq!(answer.status(), 200, "{path}");
        let bytes = body(answer).await;
        nobody_in(path, &bytes);
        bytes
    };
    let json = async |path: &str| serde_json::from_slice::<Value>(&get(path).await).unwrap();
    let alerts = json("/api/v1/alerts").await;
    let [alert] = alerts["items"].as_array().unwrap().as_slice() else { panic!("one alert: {alerts}") };
    let briefing = json(&format!("/api/v1/alerts/{}", alert["id"])).await;
    assert_eq!((alert["documents"].as_u64(), alert["sources"].as_u64()), (Some(31), Some(5)), "{alert}");
    let spread = &briefing["spread"];
    assert_eq!((spread["press_sources"].as_u64(), spread["channels"].as_u64()), (Some(1), Some(4)), "{spread}");
    let per_hour: u64 =
        spread["per_hour"].as_array().unwrap().iter().map(|hour| hour[1].as_u64().or(hour["documents"].as_u64()).unwrap()).sum();
    assert_eq!(per_hour, 31, "the timeline holds each once: {spread}");
    assert!(briefing["first_seen"].as_str().unwrap() < "2025-05-12T10:00", "{}", briefing["first_seen"]);
    let told: Vec<&Value> =
        briefing["appearances"].as_array().unwrap().iter().flat_map(|story| story["documents"].as_array().unwrap()).collect();
    for document in &told {
        let by_keyword = ["luong-bai", "the-ban-hang", "binh-luan"].contains(&document["source"].as_str().unwrap());
        assert_eq!(document["url"].is_null(), by_keyword, "{document}");
        get(&format!("/api/v1/documents/{}", document["id"].as_str().unwrap())).await;
    }
    let responses = briefing["responses"].as_array().unwrap();
    assert!(responses.iter().any(|d| d["source"] == "bao-b"), "{responses:?}");
    for path in ["/api/v1/search?q=livestream&limit=100", "/api/v1/sources", "/api/v1/narratives", "/feeds/alerts.atom", "/metrics"] {
        get(path).await;
    }
    for format in ["json", "csv", "html"] {
        get(&format!("/api/v1/exports/2025-W20.{format}")).await;
    }
    drop(child);
    nobody_in("the log of serve", log.join().unwrap().as_bytes());
    nobody_below(&here.data());
    for planted in people::all() {
        assert_eq!(here.found(&format!("\"{planted}\"")), 0, "«{planted}» is found");
    }

    // What its origin takes down is taken down here.
    stream.delete(streamed(40), "3k7");
    let before = here.found("livestream");
    forum.delete(replies[3]);
    crawl(&here, 2);
    assert_eq!(here.found("livestream"), before - 2, "a post of the stream and a reply are gone");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_while_it_reads_nothing_is_lost_or_doubled() {
    const POSTS: usize = 600;
    const PER_DAY: u32 = 200;
    let mastodon = Mastodon::start(Ipv4Addr::new(127, 0, 72, 44), ms(NOW)).await.unwrap();
    let stream = Jetstream::start(Ipv4Addr::new(127, 0, 72, 45)).await.unwrap();
    let origin = mastodon.local().origin();
    let feed = format!("url = \"{origin}/api/v1/timelines/public?local=true\"\nkind = \"mastodon\"\nper_day = {PER_DAY}");
    let words = "keywords = [\"giá điện\"]";
    let here = installed(&[
        source("may-chu", "social", "channel", &feed),
        source(
            "luong-bai",
            "social",
            "keyword",
            &format!("url = \"{}/subscribe\"\nkind = \"bluesky_jetstream\"\n{words}", stream.local().origin()),
        ),
    ]);
    let text =
        |number: usize| format!("Bài số {number} về giá điện: nhà tôi tháng này dùng {number} số điện, không biết tháng sau thế nào.");
    let began = ms(NOW) - 4 * 60_000;
    mastodon.post(&format!("<p>{}</p>", text(0)), began);
    stream.post(u64::try_from(began).unwrap() * 1_000, "create", "3k0", &text(0));
    crawl(&here, 0);
    let mut numbers = support::Numbers(11);
    for part in 0..6_usize {
        for number in part * POSTS / 6 + 1..=(part + 1) * POSTS / 6 {
            let at = began + i64::try_from(number).unwrap() * 300;
            mastodon.post(&format!("<p>{}</p>", text(number)), at);
            stream.post(u64::try_from(at).unwrap() * 1_000, "create", &format!("3k{number}"), &text(number));
        }
        let now = minutes_after(NOW, i64::try_from(part).unwrap() + 1);
        let mut child = here.command_at(&now, &["crawl", "--once", "--json"]).spawn().unwrap();
        tokio::time::sleep(Duration::from_millis(30 + numbers.next() % 700)).await;
        // It may have ended already.
        let _ = child.kill();
        child.wait().unwrap();
    }
    let mut rounds = 0;
    while crawl(&here, 7 + rounds)["new"].as_u64().unwrap() > 0 {
        rounds += 1;
        assert!(rounds < 20, "no end");
    }
    let asked = mastodon.local().requests().len();
    assert!(asked <= PER_DAY as usize, "{asked} requests of {PER_DAY}");
    let found = |source: &str| here.found(&format!("\"giá điện\" source:{source}"));
    assert_eq!(
        (found("may-chu"), found("luong-bai")),
        (POSTS as u64 + 1, POSTS as u64 + 1),
        "after {rounds} more rounds, {asked} requests"
    );
}
