//! `classify`: verdict lines in order, exact evidence, nothing kept.

use crate::support::{Installation, alerting_posts, ndjson};
use serde_json::{Value, json};

/// Words of the contract.
const STANCES: [&str; 7] = ["asserts", "reports", "refutes", "criticises", "asks", "predicts", "satirises"];
const LEVELS: [&str; 3] = ["none", "watch", "alert"];
const GUARDS: [&str; 9] = ["refutation", "warning", "attributed", "question", "prediction", "criticism", "satire", "history", "official"];

/// Lines of many sorts: claims, the same with the claim in the title after astral letters, ordinary ones.
fn lines() -> Vec<Value> {
    let mut lines = vec![];
    for (i, post) in alerting_posts().into_iter().enumerate() {
        lines.push(json!({"id": format!("bai-{i}"), "url": format!("https://a.example/{i}"), "kind": "social", "text": post}));
        lines.push(json!({"id": 1000 + i, "title": "📣 Tin 🛢️ nóng", "text": format!("Đọc ngay 🙂🙂. {post}"), "kind": "social"}));
    }
    lines.push(
        json!({"id": "thuong", "title": "Chợ phiên", "text": "Phiên chợ họp từ sáng sớm, hàng hóa đủ loại. Gọi 0912345678 để đặt chỗ."}),
    );
    lines
}

fn score(value: &Value) -> f64 {
    value.as_f64().unwrap_or_else(|| panic!("no number: {value}"))
}

/// Evidence is exactly the substring that its offsets, in Unicode scalar values, say.
fn evidence_is_exact(line: &Value, holder: &Value) {
    for e in holder["evidence"].as_array().unwrap() {
        let field: Vec<char> = line[e["field"].as_str().unwrap()].as_str().unwrap().chars().collect();
        let (start, end) = (e["start"].as_u64().unwrap() as usize, e["end"].as_u64().unwrap() as usize);
        let text: String = field.get(start..end).unwrap_or_else(|| panic!("{e} lies outside of {line}")).iter().collect();
        assert_eq!(Some(text.as_str()), e["text"].as_str(), "{e} in {line}");
        assert!(start < end, "{e}");
    }
}

#[test]
fn verdicts_hold_what_the_contract_says() {
    let here = Installation::shipped();
    let lines = lines();
    let file = here.file("lines.ndjson", ndjson(&lines));
    let verdicts = here.run(&["classify", &file]).json_lines();
    assert_eq!(verdicts.len(), lines.len());
    for (line, v) in lines.iter().zip(&verdicts) {
        let echoed = line["id"].as_str().map_or_else(|| line["id"].to_string(), str::to_owned);
        assert_eq!((v["id"].as_str(), v["url"].as_str()), (Some(echoed.as_str()), line["url"].as_str()), "order and ids are kept");
        assert!(STANCES.contains(&v["stance"].as_str().unwrap()) && LEVELS.contains(&v["level"].as_str().unwrap()), "{v}");
        assert!(v["lang"].is_string() && v["units"].is_array() && v["provinces"].is_array() && v["kinds"].is_array(), "{v}");
        assert!(v["topics"].as_array().unwrap().iter().all(|t| t["id"].is_string() && t["score"].is_number()), "{v}");
        let signals = v["signals"].as_array().unwrap();
        assert_eq!(score(&v["score"]), signals.iter().map(|s| score(&s["score"])).sum::<f64>(), "{v}");
        assert!(score(&v["score_after_guards"]) <= score(&v["score"]), "{v}");
        for s in signals {
            assert!(s["rule"].is_string() && s["kind"].is_string() && s["message"].is_string(), "{s}");
            assert!(!s["evidence"].as_array().unwrap().is_empty(), "a signal without evidence: {s}");
            evidence_is_exact(line, s);
        }
        for g in v["guards"].as_array().unwrap() {
            assert!(
                GUARDS.contains(&g["guard"].as_str().unwrap())
                    && g["rule"].is_string()
                    && g["effect"].is_string()
                    && g["message"].is_string(),
                "{g}"
            );
            evidence_is_exact(line, g);
        }
        if v["flag"] == true {
            assert_ne!(v["level"], "none", "{v}");
        }
    }
    let of_examples = verdicts.iter().filter(|v| v["url"].is_string());
    assert!(of_examples.clone().all(|v| v["level"] == "alert" && v["flag"] == true), "the rules' own examples alert");
    let shifted = verdicts.iter().filter(|v| v["url"].is_null() && v["level"] == "alert").count();
    assert!(shifted * 10 >= of_examples.count() * 8, "a greeting before the claim hides it: only {shifted} alert");
    assert_eq!(verdicts.last().unwrap()["level"], "none");
    assert!(!here.data().exists(), "classify keeps nothing");
}

#[test]
fn no_score_is_a_negative_zero() {
    let here = Installation::shipped();
    let post = format!("{} Có thật không mọi người, xin nguồn với?", alerting_posts()[0]);
    let out = here.run_with(&["classify"], ndjson(&[json!({"text": post, "kind": "social"})]).as_bytes()).ok();
    assert!(!out.contains("-0.0"), "{out}");
}

#[test]
fn bad_lines_are_told_by_number_and_the_order_is_kept() {
    let here = Installation::shipped();
    let mut input = String::new();
    for i in 0..700 {
        input.push_str(&format!("{{\"id\":\"{i}\",\"text\":\"Bài thử {i}\",\"author\":\"Người Viết\"}}\n"));
        if i % 100 == 50 {
            input.push_str("{broken\n");
        }
    }
    let ran = here.run_with(&["classify", "-"], input.as_bytes());
    for number in [52, 153, 254, 355, 456, 557, 658] {
        assert!(ran.stderr.contains(&format!("{number}:")), "line {number} is not told: {}", ran.stderr);
    }
    assert!(!ran.stdout.contains("Người Viết"), "authors are dropped");
    let ids: Vec<String> = ran.json_lines().iter().map(|v| v["id"].as_str().unwrap().to_owned()).collect();
    assert_eq!(ids, (0..700).map(|i| i.to_string()).collect::<Vec<_>>());
}

#[test]
fn the_same_lines_give_the_same_bytes() {
    let here = Installation::shipped();
    let input = ndjson(&lines());
    let first = here.run_with(&["classify"], input.as_bytes()).ok();
    assert_eq!(first, here.run_with(&["classify"], input.as_bytes()).ok());
}
