//! Does a report say the same in both languages, each in its own words, and the same way each time?

use super::*;
use kiemtin_model::report::{
    AlertFigures, BurstCause, BurstLine, BurstParts, CoursePoint, FeedbackLine, Figure, FindingLine, GapLine, Method, MethodSource,
    PolicyShare, ReportExcerpt, Scope, ShareLine, TopStory, TopicLine,
};
use kiemtin_model::{AlertStatus, DismissReason, DocId, Finding, FlagKind, SourceGroup, Stage, SubjectKind, Time};

/// A report whose data have no letter that only Vietnamese has: what has one is the report's own word.
fn report(period: &str, complete: bool) -> Report {
    let period: kiemtin_model::period::Period = period.parse().unwrap();
    let at = Some(period.start());
    let figure = |key: &str| Figure { key: key.into(), name: "Tên".into(), now: 1_234, before: 1_000 };
    let share = |id: &str| ShareLine { id: id.into(), name: "(không xác định)".into(), documents: 1_234, before: 1_000, share: 0.5 };
    let topic = |id: &str| TopicLine { line: ShareLine { name: "Gia dien".into(), ..share(id) }, stories: 3, own_media: 7 };
    let words = |word: &str| word.to_owned();
    let burst = |kind, cause| BurstLine {
        at: period.start(),
        subject: "chủ đề «Gia dien»".into(),
        documents: 40,
        hours: 4,
        usual: 2.5,
        sources: 9,
        cause: "sự việc «x»".into(),
        parts: Some(BurstParts { kind, name: "Gia dien".into(), cause, about: "x".into(), documents: 30 }),
    };
    let gap = |key: &str| GapLine {
        source: "bao".into(),
        first: period.start().day().parse().unwrap(),
        last: period.start().day().parse().unwrap(),
        days: 1,
        kind: "không đọc được".into(),
        key: key.into(),
    };
    let finding = |answered_at, answer_url: Option<&str>| FindingLine {
        number: "CB-2026-0001".into(),
        claim: "x".into(),
        finding: Finding::False,
        decided_at: period.start(),
        documents: 3,
        stories: 2,
        sources: 2,
        opened_at: period.start(),
        answered_at,
        hours: Some(4.5),
        answer_url: answer_url.map(words),
        still_told: 1,
        corrections: 2,
        correction_sources: 2,
    };
    Report {
        period,
        period_vi: period.vi(),
        from: period.start(),
        to: period.end(),
        previous: period.before(),
        complete,
        scope: Scope::ministry(),
        seq: 12_345,
        headline: ["documents", "stories", "sources", "feedback", "alerts", "findings", "answered"].map(figure).into(),
        course: vec![CoursePoint {
            day: period.start().day().parse().unwrap(),
            name: "Tuần một".into(),
            documents: 5,
            all: 9,
            stories: 4,
            missing: vec!["bao".into()],
        }],
        words: vec!["dien".into()],
        topics: vec![topic("gia-dien"), TopicLine { line: share(""), stories: 1, own_media: 0 }],
        groups: SourceGroup::ALL.iter().map(|group| share(group.as_str())).collect(),
        sources: (0..20).map(|n| ShareLine { name: format!("bao {n}"), ..share(&format!("bao-{n}")) }).collect(),
        policies: Stage::ALL
            .iter()
            .map(|stage| PolicyShare { id: "p".into(), title: "x".into(), stage: Some(*stage), documents: 3, before: 2, feedback: 1 })
            .collect(),
        stories: vec![TopStory {
            id: DocId("a".into()),
            title: "=x".into(),
            url: Some("https://a.vn/1".into()),
            source: "bao".into(),
            published_at: at,
            documents: 12,
            sources: 4,
        }],
        feedback: vec![FeedbackLine {
            topic: "gia-dien".into(),
            name: "Gia dien".into(),
            criticism: 3,
            proposals: 2,
            questions: 1,
            before: 4,
            excerpts: vec![ReportExcerpt {
                text: "x".into(),
                title: "y".into(),
                url: "https://a.vn/2".into(),
                source: "bao".into(),
                published_at: at,
            }],
        }],
        alerts: AlertFigures {
            new: 1_234,
            kinds: FlagKind::ALL.iter().map(|kind| (*kind, 1)).collect(),
            statuses: AlertStatus::ALL.iter().map(|status| (*status, 1)).collect(),
            confirmed: Finding::ALL.iter().map(|finding| (*finding, 1)).collect(),
            dismissed: DismissReason::ALL.iter().map(|reason| (*reason, 1)).collect(),
            answered: 8,
            in_time: 3,
            median_hours: Some(2.5),
            restricted: 2,
            ..AlertFigures::default()
        },
        findings: vec![finding(None, None), finding(at, None), finding(at, Some("https://moit.gov.vn/1"))],
        bursts: SubjectKind::ALL
            .iter()
            .zip(BurstCause::ALL.iter().map(|cause| Some(*cause)).chain([None]).cycle())
            .chain(BurstCause::ALL.iter().map(|cause| (&SubjectKind::Topic, Some(*cause))))
            .map(|(kind, cause)| burst(*kind, cause))
            .collect(),
        gaps: ["gap", "silent", "failed"].map(gap).into(),
        method: Method {
            query: String::new(),
            feedback_query: "stance:asks".into(),
            proposal_query: "x".into(),
            rules_version: "1".into(),
            report_version: 2,
            sources: vec![MethodSource { id: "bao".into(), name: "bao".into(), group: SourceGroup::Press, enabled: true }],
            undated: 1_234,
        },
    }
}

/// The report when nothing happened: other sentences stand in it.
fn empty(report: Report) -> Report {
    Report {
        topics: vec![],
        stories: vec![],
        feedback: vec![],
        findings: vec![],
        bursts: vec![],
        gaps: vec![],
        alerts: AlertFigures::default(),
        headline: report.headline.into_iter().map(|figure| Figure { before: figure.now, ..figure }).collect(),
        ..report
    }
}

fn all() -> Vec<Report> {
    let periods = ["2026-W47", "2026-11", "2026-Q4", "2026"];
    let full = periods.into_iter().flat_map(|period| [report(period, true), report(period, false)]);
    full.chain([empty(report("2026-11", true))]).collect()
}

fn file(report: &Report, format: &str, lang: Lang) -> String {
    String::from_utf8(super::format(format).unwrap().bytes(report, &Letterhead::default(), lang).unwrap()).unwrap()
}

/// Letters that only Vietnamese has.
fn vietnamese(text: &str) -> Option<&str> {
    let only = |c: char| "ăâđêôơưĂÂĐÊÔƠƯàáéèíìóòúùýỳãẽĩõũỹÀÁ".contains(c) || ('\u{1ea0}'..='\u{1ef9}').contains(&c);
    let at = text.find(only)?;
    text.get(text[..at].char_indices().rev().nth(40).map_or(0, |(at, _)| at)..at + 2)
}

#[test]
fn english_files_say_all_of_their_own_words_in_english() {
    for report in all() {
        for format in ["csv", "json", "html"] {
            let text = file(&report, format, Lang::En);
            let found = vietnamese(&text);
            assert!(found.is_none(), "{} {format}: {found:?}", report.period);
        }
        let sheets = format!("{:?}", sheets(&report, Lang::En));
        assert!(vietnamese(&sheets).is_none(), "{} xlsx: {:?}", report.period, vietnamese(&sheets));
        assert!(vietnamese(&file(&report, "html", Lang::Vi)).is_some());
    }
    let html = file(&report("2026-11", true), "html", Lang::En);
    for words in [
        "<html lang=\"en\">",
        "SOCIALIST REPUBLIC OF VIET NAM",
        "Independence – Freedom – Happiness",
        "MINISTRY OF INDUSTRY AND TRADE",
        "Hanoi, 1 December 2026",
        "November 2026",
        "1,234, 23.4% more than in the period before",
        "1 November 2026",
        "Recipients:",
    ] {
        assert!(html.contains(words), "{words}: {html}");
    }
}

#[test]
fn both_languages_tell_the_same_figures_under_the_same_keys() {
    for report in all() {
        let rows = |lang| -> Vec<(String, usize)> {
            let of = |section: Section| {
                let keys: Vec<&str> = section.sheet.table.columns.iter().map(|column| column.key).collect();
                (format!("{} {}", section.key, keys.join(",")), section.sheet.table.rows.len())
            };
            sections(&report, lang).into_iter().map(of).collect()
        };
        assert_eq!(rows(Lang::Vi), rows(Lang::En));
        let counts = |lang| -> Vec<String> {
            let cells = sections(&report, lang).into_iter().flat_map(|section| section.sheet.table.rows).flatten();
            cells
                .filter(|cell| !matches!(cell, crate::formats::Cell::Text(_) | crate::formats::Cell::Link(..)))
                .map(|c| format!("{c:?}"))
                .collect()
        };
        assert_eq!(counts(Lang::Vi), counts(Lang::En));
        let read = |lang| -> Report { serde_json::from_str(&file(&report, "json", lang)).unwrap() };
        assert_eq!(read(Lang::Vi), report, "what is kept is Vietnamese");
        assert_eq!(read(Lang::En).alerts, report.alerts);
    }
}

#[test]
fn the_same_report_gives_the_same_bytes_in_each_language() {
    let (report, head) = (report("2026-11", true), Letterhead::default());
    for format in FORMATS {
        let [vi, en] = [Lang::Vi, Lang::En].map(|lang| {
            let bytes = format.bytes(&report, &head, lang).unwrap();
            assert!(bytes == format.bytes(&report, &head, lang).unwrap(), "{} {lang}", format.name);
            bytes
        });
        assert!(vi != en, "{}", format.name);
    }
    assert_eq!(file_name(&report, Lang::Vi, "pdf"), "bao-cao-2026-11.pdf");
    assert_eq!(file_name(&report, Lang::En, "pdf"), "bao-cao-2026-11.en.pdf");
}

#[test]
fn what_is_written_is_hashed_on_its_way() {
    let (report, head) = (report("2026-W47", true), Letterhead::default());
    let mut out = Hashed::new(vec![]);
    (super::format("csv").unwrap().write)(&report, &head, Lang::En, &mut out).unwrap();
    let (bytes, file) = out.finish("a.csv".into());
    assert_eq!(bytes, super::format("csv").unwrap().bytes(&report, &head, Lang::En).unwrap());
    let list: serde_json::Value = serde_json::from_slice(&manifest(&report, Lang::En, std::slice::from_ref(&file)).unwrap()).unwrap();
    assert_eq!((list["lang"].as_str(), list["files"][0]["bytes"].as_u64()), (Some("en"), Some(bytes.len() as u64)));
    let mut empty = Hashed::new(vec![]);
    empty.write_all(b"abc").unwrap();
    // FIPS 180-2, appendix B.1.
    let known = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
    assert_eq!(empty.finish(String::new()).1, ManifestFile { name: String::new(), bytes: 3, sha256: known.into() });
}

#[test]
fn reports_of_before_the_second_version_can_be_read() {
    let mut old = serde_json::to_value(report("2026-11", true)).unwrap();
    for burst in old["bursts"].as_array_mut().unwrap() {
        burst.as_object_mut().unwrap().remove("parts");
    }
    for gap in old["gaps"].as_array_mut().unwrap() {
        gap.as_object_mut().unwrap().remove("key");
    }
    let read: Report = serde_json::from_value(old).unwrap();
    let english = english::told(&read, Lang::En);
    assert_eq!((english.bursts[0].subject.as_str(), english.gaps[0].kind.as_str()), ("chủ đề «Gia dien»", "không đọc được"));
    assert_eq!(read.to, Time::parse("2026-12-01T00:00:00+07:00").unwrap());
}
