//! Early warnings, replayed over six invented weeks: a claim that spreads, a planned day, an unplanned one.

use crate::support::{Installation, Numbers, alerting_posts, line, ndjson};
use kiemtin_model::Time;
use kiemtin_model::time::{DAY_MS, HOUR_MS};
use kiemtin_store::{AlertFilter, Store};
use serde_json::Value;

/// Monday.
const FIRST: &str = "2026-10-12T00:00:00+07:00";
const DAYS: i64 = 42;
const SOURCES: u64 = 12;
/// Syllables of invented texts.
const SYLLABLES: &str = "bến làng sông chợ sáng chiều thuyền cá rau hoa cầu đường trẻ thầy trường sách nhạc hội mùa gió mưa nắng núi rừng \
    biển đảo tàu xe phố đèn quán phim tranh bóng sân giải đội vườn cây quả lúa gạo trà men gốm lụa vải thợ nghề";

/// A document on nothing in particular; no two are alike.
fn document(numbers: &mut Numbers, title: &str, at: Time, source: u64) -> Value {
    let syllables: Vec<&str> = SYLLABLES.split_whitespace().collect();
    let mut words = |n| (0..n).map(|_| syllables[numbers.next() as usize % syllables.len()]).collect::<Vec<_>>().join(" ");
    let text = format!("{}. {}. {}.", words(14), words(14), words(14));
    let mut line = line(&format!("https://nguon{source}.example/{}", numbers.next()), &text);
    let more = syllables[numbers.next() as usize % syllables.len()];
    line["title"] = format!("{title} {more} {}", numbers.next() % 1_000).into();
    line["source"] = format!("nguon{source}").into();
    line["published_at"] = at.to_string().into();
    line
}

/// Ordinary weeks: some fifty documents a day, four of them on fuel, and twenty more on Thursday afternoons, when prices are set.
fn weeks(numbers: &mut Numbers) -> Vec<Value> {
    let first = Time::parse(FIRST).unwrap();
    let mut lines = vec![];
    for day in 0..DAYS {
        for i in 0..48 {
            let at = first.plus(day * DAY_MS + 6 * HOUR_MS + (numbers.next() % (16 * HOUR_MS as u64)) as i64);
            let title = if i % 12 == 0 { "Giá xăng dầu hôm nay" } else { "Chuyện quê nhà" };
            lines.push(document(numbers, title, at, numbers.0 % SOURCES));
        }
        if day % 7 == 3 {
            afternoon(numbers, &mut lines, first.plus(day * DAY_MS));
        }
    }
    lines
}

/// Twenty documents on fuel prices between 15:00 and 17:00 of this day.
fn afternoon(numbers: &mut Numbers, lines: &mut Vec<Value>, midnight: Time) {
    for i in 0..20 {
        let at = midnight.plus(15 * HOUR_MS + i * HOUR_MS / 10);
        lines.push(document(numbers, "Điều chỉnh giá xăng dầu:", at, i as u64 % SOURCES));
    }
}

fn at(day: i64, hour: i64) -> Time {
    Time::parse(FIRST).unwrap().plus(day * DAY_MS + hour * HOUR_MS)
}

#[tokio::test]
async fn a_claim_is_told_before_it_is_refuted_and_a_planned_day_is_not() {
    let here = Installation::shipped();
    let mut numbers = Numbers(7);
    let mut lines = weeks(&mut numbers);
    // On a Sunday evening channels and forums tell a claim; the next noon a ministry denies it.
    let post = alerting_posts().into_iter().find(|p| p.contains("xăng")).unwrap();
    let (told, refuted) = (at(34, 19), at(35, 12));
    for source in 0..5 {
        let mut one = line(&format!("https://kenh{source}.example/x"), &format!("{post} Kênh số {source} chuyển tiếp."));
        one["source"] = format!("kenh{source}").into();
        one["kind"] = "social".into();
        one["published_at"] = told.plus(source * HOUR_MS / 4).to_string().into();
        lines.push(one);
    }
    // On the last Saturday, which nobody planned, as much is written as on a Thursday.
    afternoon(&mut numbers, &mut lines, at(40, 0));
    here.ingest(&here.file("weeks", ndjson(&lines)));

    let store = here.store().await;
    let alert = store.alerts(&AlertFilter::default(), None, 10).await.unwrap().items.remove(0);
    let key = store.alert_file(alert.id, &kiemtin_model::Sight::All, 1).await.unwrap().unwrap().narrative.key.key;
    store.close().await;
    let claim = here.run(&["backtest", "--claim", &key, "--json"]).json();
    let [warning] = claim["warnings"].as_array().unwrap().as_slice() else { panic!("one warning: {claim}") };
    let given = Time::parse(warning["at"].as_str().unwrap()).unwrap();
    println!("{} at {given}; refuted {refuted}", warning["text"]);
    assert!(given > told && given.0 <= told.plus(2 * HOUR_MS).0 && given < refuted, "{warning}");
    assert!(warning["count"].as_u64() >= Some(3) && warning["sources"].as_u64() >= Some(3), "{warning}");
    assert!(warning["detector"] == "rare" && warning["immature"] == false, "{warning}");
    assert!(!warning["top_sources"].as_array().unwrap().is_empty() && !warning["top_words"].as_array().unwrap().is_empty(), "{warning}");
    assert_eq!(warning["cause"]["kind"], "narrative", "{warning}");

    let on = |day: &str| here.run(&["backtest", "--topic", "xang-dau", "--from", day, "--to", day, "--json"]).json()["warnings"].clone();
    assert_eq!(on("2026-11-19"), serde_json::json!([]), "a Thursday as busy as Thursdays are");
    let saturday = on("2026-11-21");
    assert_eq!(saturday.as_array().map(Vec::len), Some(1), "as much on a Saturday: {saturday}");
    assert!(saturday[0]["count"].as_u64() >= Some(8) && saturday[0]["usual"].as_f64() < Some(3.0), "{saturday}");

    let query = here.run(&["backtest", "--query", "\"giá xăng dầu\"", "--from", "2026-11-21", "--json"]).json();
    assert_eq!(query["warnings"].as_array().map(Vec::len), Some(1), "a search is judged as well: {query}");
    let events = here.file("events", "2026-11-21T15:00:00+07:00, Thứ Bảy bất thường\n2026-11-05, không có tin\n");
    let scored = here.run(&["backtest", "--topic", "xang-dau", "--from", "2026-11-16", "--events", &events, "--json"]).json();
    assert_eq!(scored["events"]["recall"], 0.5, "{scored}");
    assert_eq!(scored["events"]["false_alarms_per_month"], 0.0, "{scored}");
    let shown = here.run(&["backtest", "--topic", "xang-dau", "--from", "2026-11-21"]).ok();
    assert!(shown.contains("Cảnh báo sớm: chủ đề «") && shown.contains("nguon"), "{shown}");
    let unknown = here.run(&["backtest", "--topic", "khong-co"]);
    assert!(unknown.code == Some(1) && unknown.stderr.contains("xang-dau"), "{unknown:?}");
}
