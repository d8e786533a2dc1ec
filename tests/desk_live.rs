//! The desk in a real browser: what happens is announced and moves nothing, keys decide, and typing Vietnamese sets nothing off.
#![allow(clippy::unwrap_used, reason = "a test that panics fails, as it should")]

mod support;

use serde_json::{Value, json};
use support::chromium::Chromium;
use support::served::Served;
use support::web::write_profile;
use support::{Installation, NOW, line, ndjson};

/// A text that states another price as the one in force.
fn claim(name: &str, price: &str, source: &str, hour: u32, around: &str) -> Value {
    let text = format!("{around} Giá bán lẻ điện bình quân bây giờ là {price} đồng/kWh.");
    let mut line = line(&format!("https://{source}.example/{name}"), &text);
    line["source"] = json!(source);
    line["published_at"] = json!(format!("2026-11-23T{hour:02}:00:00+07:00"));
    line
}

/// Presses a key as a person does.
fn press(browser: &mut Chromium, key: &str) {
    for kind in ["keyDown", "keyUp"] {
        browser.call("Input.dispatchKeyEvent", json!({ "type": kind, "key": key, "text": if kind == "keyDown" { key } else { "" } }));
    }
}

/// Where the rows stand.
fn places(browser: &mut Chromium) -> Value {
    browser.eval("[...document.querySelectorAll('[data-row]')].map(r => [r.dataset.alert, r.getBoundingClientRect().top, r.offsetHeight])")
}

fn said(browser: &mut Chromium, words: &str) {
    browser.wait(&format!("document.getElementById('live-said').textContent.includes({words:?})"));
}

#[test]
fn what_happens_is_announced_and_keys_decide() {
    let folder = tempfile::tempdir().unwrap();
    let config = folder.path().join("config");
    write_profile(&config, &[], 0);
    let here = Installation { config, folder };
    let take_in = |name: &str, lines: &[Value], alerts: u64| {
        let tally = here.ingest(&here.file(name, ndjson(lines)));
        assert!(tally["alerts"].as_u64() >= Some(alerts), "{tally}");
    };
    take_in("first", &[claim("1", "3.001", "mot", 8, ""), claim("2", "3.002", "mot", 8, ""), claim("3", "3.003", "mot", 8, "")], 3);
    let Some(mut browser) = Chromium::start(1280, 900) else { return };
    let served = Served::start(&here, NOW);
    served.sign_in(&mut browser);
    browser.wait("document.querySelectorAll('[data-row]').length === 3");
    let before = places(&mut browser);

    // New ones are counted; nothing moves.
    take_in("second", &[claim("4", "3.004", "hai", 9, ""), claim("5", "3.005", "hai", 9, "")], 2);
    browser.wait("document.getElementById('live-news').textContent === '2 cảnh báo mới' && document.title.startsWith('(2) ')");
    assert_eq!(browser.eval("document.getElementById('live-news').getAttribute('role')"), "status");
    assert_eq!(places(&mut browser), before);

    // A shown one rises: its level changes where it stands, in words.
    let sources = ["ba", "bon", "nam", "sau", "bay", "tam"];
    let words = [
        "Bà con truyền tai nhau.",
        "Chợ sáng nay ai cũng nói.",
        "Tin từ nhóm cư dân.",
        "Hóa đơn tháng này cao.",
        "Nghe trên xe khách.",
        "Họp tổ dân phố có người hỏi.",
    ];
    let wider: Vec<Value> = sources.iter().zip(words).map(|(source, words)| claim("6", "3.001", source, 20, words)).collect();
    take_in("third", &wider, 1);
    said(&mut browser, "tăng mức: Khẩn");
    let level = "document.querySelector('[data-alert=\"1\"] [data-level]').innerText.trim()";
    browser.wait(&format!("{level} === '▲ Khẩn'"));
    assert_eq!(places(&mut browser), before);

    browser.follow("#live-load");
    browser.wait("document.querySelectorAll('[data-row]').length === 5");
    assert_eq!(browser.eval("document.querySelector('[data-row]').dataset.alert"), "1", "the most pressing is the first");

    let status = "document.querySelector('[data-row] [data-status]').innerText";
    press(&mut browser, "j");
    // Telex sends letters while a word is composed: none of them decides.
    for event in ["{ key: 'a', isComposing: true, bubbles: true }", "{ key: 'a', keyCode: 229, bubbles: true }"] {
        browser.eval(&format!("document.activeElement.dispatchEvent(new KeyboardEvent('keydown', {event}))"));
    }
    press(&mut browser, "a");
    said(&mut browser, "đã tiếp nhận");
    assert_eq!(browser.eval(status), "Đã tiếp nhận · quan-tri");
    press(&mut browser, "u");
    said(&mut browser, "đã hoàn tác");
    assert_eq!(browser.eval(status), "Mới, cần kiểm chứng · Chưa ai nhận");
    let changes = here.run(&["audit", "list", "--json"]).json();
    let acts = changes["items"].as_array().unwrap().iter().filter(|i| i["entry"]["action"] == "alert").count();
    assert_eq!(acts, 2, "nothing was done while composing: {changes}");

    press(&mut browser, "d");
    browser.wait("location.pathname === '/alerts/1' && location.hash === '#dismiss'");
    browser.go(&format!("{}/search", served.base));
    browser.fill("#q", "");
    for key in ["j", "a", "?", "/"] {
        press(&mut browser, key);
    }
    assert_eq!(browser.eval("[document.getElementById('q').value, document.getElementById('keys').open]"), json!(["ja?/", false]));
    browser.eval("document.activeElement.blur()");
    press(&mut browser, "?");
    browser.wait("document.getElementById('keys').open");
    browser.eval("document.getElementById('keys-off').click(); document.getElementById('keys').close()");
    press(&mut browser, "?");
    assert_eq!(browser.eval("document.getElementById('keys').open"), false, "switched off");
    browser.eval("localStorage.clear()");

    // What is lost is told, and what came meanwhile is not.
    browser.go(&format!("{}/", served.base));
    browser.wait("document.querySelectorAll('[data-row]').length === 5");
    let port: u16 = served.base.rsplit(':').next().unwrap().parse().unwrap();
    drop(served);
    browser.wait("document.getElementById('live-lost').textContent.startsWith('Mất kết nối')");
    take_in("fourth", &[claim("7", "3.007", "hai", 21, "")], 1);
    let _served = Served::again_on(&here, NOW, port);
    browser
        .wait("document.getElementById('live-news').textContent === '1 cảnh báo mới' && !document.getElementById('live-lost').textContent");
    let complaints: Vec<String> = browser.complaints().into_iter().filter(|c| !c.contains("ERR_")).collect();
    assert!(complaints.is_empty(), "{complaints:?}");
}
