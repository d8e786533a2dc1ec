use super::*;
use crate::knowledge::KnowledgeFiles;
use kiemtin_model::{Day, Stage};

const TOPIC: &str = "id = \"xang-dau\"\nname = \"Xăng dầu\"\nunits = [\"Cục A\"]\nthreshold = 1.0\n[terms]\n\"xăng\" = 1.0\n";
const DOCUMENT: &str = "[[document]]\nnumber = \"80/2023/NĐ-CP\"\nkind = \"Nghị định\"\nissuer = \"Chính phủ\"\ndate = \"2023-11-17\"\ntitle = \"Về xăng dầu\"\n";
const POLICY: &str = r#"
[policy]
id = "gia-xang"
title = "Điều hành giá xăng dầu"
topic = "xang-dau"
unit = "Cục A"
query = '"giá xăng" OR "điều hành giá"'
documents = ["80/2023/NĐ-CP"]

[[stage]]
stage = "drafting"
from = "2025-02-01"

[[stage]]
stage = "issue"
from = "2025-06-01"

[[event]]
id = "ky-dieu-hanh"
title = "Kỳ điều hành giá"
every = "thursday"
since = "2023-11-17"
"#;

fn load(files: &[(&str, &str)]) -> (PolicyRegister, Vec<String>) {
    let file = |(path, text): &(&str, &str)| ConfigFile { path: (*path).into(), text: (*text).into() };
    let mut faults = vec![];
    let topics = vec![file(&("topics/xang-dau.toml", TOPIC))];
    let documents = vec![file(&("documents/documents.toml", DOCUMENT))];
    let knowledge = Knowledge::load(&KnowledgeFiles { topics, documents, ..KnowledgeFiles::default() }, vec![], &mut faults);
    let files: Vec<ConfigFile> = files.iter().map(file).collect();
    let register = PolicyRegister::load(&files, &knowledge, &mut faults);
    (register, faults.iter().map(ToString::to_string).collect())
}

fn day(text: &str) -> Day {
    text.parse().unwrap()
}

#[test]
fn a_policy_knows_its_stage() {
    let (register, faults) = load(&[("policies/gia-xang.toml", POLICY)]);
    assert_eq!(faults, Vec::<String>::new());
    let policy = register.policy("gia-xang").unwrap();
    let documents: Vec<_> = policy.documents.iter().map(|d| (d.number.as_str(), d.date.to_string(), d.title.as_str())).collect();
    assert_eq!(documents, [("80/2023/NĐ-CP", "2023-11-17".to_owned(), "Về xăng dầu")]);
    let stage = |on: &str| policy.stage_on(day(on)).map(|s| s.stage);
    assert_eq!([stage("2025-01-31"), stage("2025-02-01"), stage("2025-05-31")], [None, Some(Stage::Drafting), Some(Stage::Drafting)]);
    assert_eq!(stage("2030-01-01"), Some(Stage::Issue));
    let spans: Vec<_> = policy.spans().map(|(s, until)| (s.stage, until.map(|d| d.to_string()))).collect();
    assert_eq!(spans, [(Stage::Drafting, Some("2025-06-01".into())), (Stage::Issue, None)]);
}

#[test]
fn days_are_found_by_rule() {
    let calendar = |event: &str| load(&[("policies/lich.toml", &format!("[[event]]\nid = \"e\"\ntitle = \"E\"\n{event}"))]).0.calendar;
    let check = |event: &str, from: &str, to: &str, expected: &[(&str, u8)]| {
        let found = calendar(event).occurrences(day(from).0, day(to).0);
        let found: Vec<(String, u8)> = found.into_iter().map(|o| (Day(o.day).to_string(), o.nth)).collect();
        assert_eq!(found, expected.iter().map(|(d, n)| ((*d).to_owned(), *n)).collect::<Vec<_>>(), "{event}");
    };
    check("every = \"thursday\"", "2026-11-20", "2026-12-03", &[("2026-11-26", 1), ("2026-12-03", 1)]);
    check("every = \"thursday\"\nsince = \"2026-12-01\"", "2026-11-20", "2026-12-03", &[("2026-12-03", 1)]);
    check("every = \"thursday\"\nuntil = \"2026-11-30\"", "2026-11-20", "2026-12-03", &[("2026-11-26", 1)]);
    check("every = \"monthly 31\"", "2026-01-01", "2026-05-01", &[("2026-01-31", 1), ("2026-03-31", 1)]);
    check("every = \"yearly 12-25\"", "2024-12-25", "2026-01-01", &[("2024-12-25", 1), ("2025-12-25", 1)]);
    // One that began before the first day asked for goes on in it.
    check("on = [\"2026-02-14\"]\ndays = 9", "2026-02-21", "2026-03-01", &[("2026-02-21", 8), ("2026-02-22", 9)]);
    assert_eq!(calendar("every = \"yearly 12-25\"").events[0].next(day("2026-11-26")), Some(day("2026-12-25")));
    assert_eq!(calendar("on = [\"2026-02-14\"]").events[0].next(day("2026-02-15")), None);
}

#[test]
fn events_of_a_policy_concern_its_topic() {
    let (register, _) = load(&[
        ("policies/gia-xang.toml", POLICY),
        ("policies/lich.toml", "[[event]]\nid = \"le\"\ntitle = \"Lễ\"\nevery = \"yearly 09-02\"\n"),
    ]);
    let topics = |on: &str| {
        let days = register.calendar.occurrences(day(on).0, day(on).0);
        days.into_iter().map(|o| (o.topics, o.policy)).collect::<Vec<_>>()
    };
    assert_eq!(topics("2026-11-26"), [(vec!["xang-dau".to_owned()], Some("gia-xang".to_owned()))]);
    assert_eq!(topics("2026-09-02"), [(vec![], None)], "a holiday concerns everything");
}

#[test]
fn faults_name_line_value_and_what_was_expected() {
    let check = |from: &str, to: &str, line: usize, says: &[&str]| {
        let text = POLICY.replacen(from, to, 1);
        assert_ne!(text, POLICY, "{from}");
        let (_, faults) = load(&[("policies/gia-xang.toml", &text)]);
        let all = faults.join("\n");
        assert_eq!(faults.len(), 1, "{all}");
        for words in says.iter().copied().chain([format!("policies/gia-xang.toml:{line}:").as_str()]) {
            assert!(all.contains(words), "{words} in {all}");
        }
    };
    check("id = \"gia-xang\"", "id = \"gia\"", 3, &["policy.id", "got \"gia\"", "\"gia-xang\""]);
    check("topic = \"xang-dau\"", "topic = \"xang\"", 5, &["policy.topic", "expected one of xang-dau"]);
    check("query = '\"giá", "query = '(\"giá", 7, &["policy.query"]);
    check("query = '\"giá xăng\" OR", "query = 'search:a OR", 7, &["saved search"]);
    check("from = \"2025-06-01\"", "from = \"2025-01-01\"", 16, &["stage.from", "after 2025-02-01"]);
    check("stage = \"issue\"", "stage = \"done\"", 15, &["planning, drafting"]);
    check("[\"80/2023/NĐ-CP\"]", "[\"81/2023/NĐ-CP\"]", 8, &["policy.documents", "documents/"]);
    check("every = \"thursday\"", "every = \"thứ Năm\"", 21, &["event.every", "monthly 15"]);
    check("every = \"thursday\"", "every = \"yearly 02-30\"", 21, &["event.every"]);
    check("every = \"thursday\"", "days = 3", 18, &["event.on", "either on"]);
    check("every = \"thursday\"", "every = \"thursday\"\ndays = 40", 22, &["event.days", "1 to 31"]);
    check("every = \"thursday\"", "every = \"thursday\"\ntopics = [\"x\"]", 22, &["event.topics", "got \"x\""]);
    check("[policy]", "[policy]\ncolour = 1", 3, &["unknown field `colour`"]);
    let (_, faults) = load(&[("policies/a.toml", "[[stage]]\nstage = \"issue\"\nfrom = \"2025-01-01\"\n")]);
    assert!(faults.join("").contains("without [policy]"), "{faults:?}");
    let twice = "[[event]]\nid = \"e\"\ntitle = \"E\"\nevery = \"monday\"\n";
    assert!(load(&[("policies/a.toml", twice), ("policies/b.toml", twice)]).1.join("").contains("given twice"));
}
