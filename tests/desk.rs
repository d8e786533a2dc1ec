//! The morning at the alert desk, in a real browser, with the keyboard alone: an alert is announced, read, taken, given to a
//! colleague, concluded by two people, answered and closed; another one is criticism and is dismissed.
#![allow(clippy::unwrap_used, reason = "a test that panics fails, as it should")]

mod support;

use serde_json::Value;
use std::path::PathBuf;
use support::chromium::{Chromium, installed};
use support::served::{PASSWORD, Served};
use support::{Installation, NOW, finish, ndjson};

/// Where the pictures of the morning are kept.
fn pictures() -> PathBuf {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("desk");
    std::fs::create_dir_all(&folder).unwrap();
    folder
}

/// A post of a public channel that tells a false figure, and one that complains.
fn post(id: &str, text: &str) -> Value {
    serde_json::json!({
        "url": format!("https://dien-dan.example/bai/{id}"), "title": "", "text": text, "source": "dien-dan-thu",
        "kind": "social", "found_by": "channel", "published_at": "2026-11-23T21:00:00+07:00",
    })
}

const PRICE: &str = "Tin mới nhận: giá bán lẻ điện bình quân từ hôm nay là 2.950 đồng/kWh, mọi người chú ý.";
const FUEL: &str = "Mọi người ơi sắp hết xăng toàn quốc rồi, mua tích trữ ngay kẻo muộn, chia sẻ gấp trước khi bị xóa!";

fn reviewer(here: &Installation, name: &str) {
    let mut command = here.command(&["user", "add", name, "--role", "reviewer", "--all-units", "--password-stdin"]);
    command.stdin(std::process::Stdio::piped());
    let added = finish(command, format!("{PASSWORD}\n").as_bytes());
    assert_eq!(added.code, Some(0), "{added:?}");
}

/// Signs in by the keyboard and stays on the desk.
fn sign_in(browser: &mut Chromium, served: &Served, name: &str) {
    browser.go(&format!("{}/sign-in", served.base));
    browser.tab_to("#name");
    browser.call("Input.insertText", serde_json::json!({ "text": name }));
    browser.press("Tab");
    browser.compose(PASSWORD);
    browser.leading(|b| b.press("Enter"));
    assert!(browser.words().contains("Bàn cảnh báo"), "{}", browser.words());
}

/// Where the alert on the page stands, as the page says.
fn status(browser: &mut Chromium) -> String {
    browser
        .eval("[...document.querySelectorAll('.facts div')].map(d => d.innerText).find(t => t.startsWith('Tình trạng'))")
        .as_str()
        .unwrap_or("")
        .to_owned()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_morning_from_alert_to_answer() {
    if installed().is_none() {
        return;
    }
    let here = Installation::shipped();
    let served = Served::start(&here, NOW);
    let mut boss = Chromium::start(1280, 900).unwrap();
    served.sign_in(&mut boss);
    reviewer(&here, "lan");
    reviewer(&here, "minh");
    let (mut lan, mut minh) = (Chromium::start(1280, 900).unwrap(), Chromium::start(390, 844).unwrap());
    sign_in(&mut lan, &served, "lan");
    sign_in(&mut minh, &served, "minh");
    lan.picture(&pictures().join("1-empty.png"));

    // It is announced while the desk is open; nothing on the page moves before the reader wants it.
    let file = here.file("posts.ndjson", ndjson(&[post("1", PRICE), post("2", FUEL)]));
    let tally = here.ingest(&file);
    assert_eq!(tally["alerts"], 2, "{tally}");
    lan.wait("document.getElementById('live-news').textContent === '2 cảnh báo mới'");
    assert_eq!(lan.eval("document.querySelectorAll('[data-row]').length"), 0, "rows come when they are asked for");
    lan.picture(&pictures().join("2-announced.png"));
    lan.tab_to("#live-load");
    lan.leading(|b| b.press("Enter"));
    assert_eq!(lan.eval("document.querySelectorAll('[data-row]').length"), 2);

    // Open it by j and o, read why, take it by a.
    let first = if lan.eval("document.querySelector('[data-row] h2').innerText.includes('2.950')") == true { 1 } else { 2 };
    for _ in 0..first {
        lan.press("j");
    }
    lan.leading(|b| b.press("o"));
    let words = lan.words();
    assert!(words.contains("Cần kiểm chứng") && words.contains("Vì sao bị gắn cờ") && words.contains("2.950"), "{words}");
    let alert = lan.at();
    lan.leading(|b| b.press("a"));
    assert!(status(&mut lan).contains("Đã tiếp nhận") && status(&mut lan).contains("lan"), "{}", status(&mut lan));

    // Give it to Minh.
    lan.tab_to("#assign summary");
    lan.press("Enter");
    lan.tab_to("#assignee");
    lan.call("Input.insertText", serde_json::json!({ "text": "" }));
    lan.press("m");
    lan.tab_to("#assign button");
    lan.leading(|b| b.press("Enter"));
    assert!(status(&mut lan).contains("minh"), "{}", status(&mut lan));

    // Minh has it on the phone and concludes, typing as Vietnamese is typed.
    minh.go(&alert);
    minh.press("c");
    minh.wait("document.activeElement.name === 'finding'");
    minh.press("ArrowDown");
    minh.tab_to("#confirm-reason");
    minh.compose("Số liệu trái với Quyết định 599/QĐ-EVN, giá bình quân là 2.204,0655 đồng/kWh");
    minh.tab_to("#confirm-reference");
    minh.compose("599/QĐ-EVN");
    minh.picture(&pictures().join("3-conclusion.png"));
    minh.tab_to("#confirm button");
    minh.leading(|b| b.press("Enter"));
    let words = minh.words();
    assert!(words.contains("đề nghị kết luận") && words.contains("Chờ người khác xác nhận"), "{words}");
    assert_eq!(minh.eval("document.documentElement.scrollWidth <= innerWidth"), true, "wider than a phone");
    assert_eq!(minh.eval("!!document.querySelector('#confirm button')"), false, "nobody confirms alone");

    // Lan's page is from before: what she sends is refused, and nothing that she typed is lost.
    lan.tab_to("#note summary");
    lan.press("Enter");
    lan.tab_to("#note button[value=restrict]");
    lan.leading(|b| b.press("Enter"));
    assert!(lan.words().contains("đã được người khác thay đổi"), "{}", lan.words());

    // She reads it anew, and confirms.
    lan.go(&alert);
    lan.press("c");
    lan.tab_to("#confirm button");
    lan.leading(|b| b.press("Enter"));
    assert!(lan.words().contains("Kết luận"), "{}", lan.words());
    assert!(lan.eval("!document.querySelector('.banner').innerText.includes('Cần kiểm chứng')") == true, "two people have concluded");
    lan.picture(&pictures().join("4-confirmed.png"));

    // The answer, and the end.
    lan.tab_to("#respond summary");
    lan.press("Enter");
    lan.tab_to("#answer-url");
    lan.call("Input.insertText", serde_json::json!({ "text": "https://moit.gov.vn/tra-loi-bao-chi/gia-dien" }));
    lan.tab_to("#answer-channel");
    lan.compose("Cổng thông tin điện tử");
    lan.tab_to("#respond button");
    lan.leading(|b| b.press("Enter"));
    assert!(status(&mut lan).contains("Đã phản hồi"), "{}", status(&mut lan));
    lan.tab_to("button[value=close]");
    lan.leading(|b| b.press("Enter"));
    assert!(status(&mut lan).contains("Đã đóng"), "{}", status(&mut lan));
    lan.picture(&pictures().join("5-closed.png"));
    let history = lan.eval("[...document.querySelectorAll('.history strong')].map(e => e.innerText).join(', ')");
    assert_eq!(history, "Đóng, Phản hồi, Kết luận, Đề nghị kết luận, Giao việc, Tiếp nhận, Mở cảnh báo");

    // The other one is somebody's anger: dismissed, taken back within the minute, dismissed again.
    lan.go(&format!("{}/", served.base));
    lan.press("j");
    lan.leading(|b| b.press("o"));
    let other = lan.at();
    assert_ne!(other, alert, "what is closed is not on the desk");
    for round in 0..2 {
        lan.press("d");
        lan.wait("document.activeElement.name === 'reason'");
        lan.press(" ");
        lan.tab_to("#dismiss button");
        lan.leading(|b| b.press("Enter"));
        assert!(status(&mut lan).contains("Bỏ qua"), "{}", status(&mut lan));
        if round == 0 {
            lan.leading(|b| b.press("u"));
            assert!(status(&mut lan).contains("Mới"), "{}", status(&mut lan));
        }
    }
    assert!(lan.words().contains("Ý kiến, phê bình"), "{}", lan.words());
    lan.picture(&pictures().join("6-dismissed.png"));
    lan.go(&format!("{}/", served.base));
    assert_eq!(lan.eval("document.querySelectorAll('[data-row]').length"), 0, "the desk is empty");
    for browser in [&mut boss, &mut lan, &mut minh] {
        let complaints: Vec<String> = browser.complaints().into_iter().filter(|c| !c.contains("412")).collect();
        assert!(complaints.is_empty(), "{complaints:?}");
    }
    // The reader of the audit log sees who did what.
    boss.go(&format!("{}/admin/audit?action=alert", served.base));
    assert!(boss.words().contains("minh") && boss.words().contains("lan"), "{}", boss.words());
}
