//! Does the file hold what was said, as words, and open anywhere?

use super::*;
use crate::formats::paper::{Block, Chart, ChartKind, Closing, Grid, GridColumn, Run, Series};
use kiemtin_model::Time;
use std::io::Read;

const HOSTILE: &str = "=cmd|'/c calc'!A0 {HYPERLINK \"x\"} <w:instrText> ]]> & \u{0}\u{b}\u{202e}đảo\u{ffff} </w:t>";

fn chart(kind: ChartKind) -> Chart {
    let series = |name: &str, values: [Option<f64>; 3]| Series { name: name.into(), values: values.to_vec() };
    Chart {
        title: HOSTILE.into(),
        kind,
        labels: vec!["21/11".into(), HOSTILE.into(), "23/11".into()],
        series: vec![
            series("Bài", [Some(1234.0), None, Some(2.5)]),
            series(HOSTILE, [Some(f64::NAN), Some(3.0), None]),
            series("không có", [None, None, None]),
        ],
    }
}

fn paper() -> Paper {
    let column = |head: &str, share, numbers| GridColumn { head: head.into(), share, numbers };
    Paper {
        lang: Lang::Vi,
        issuer: ("BỘ CÔNG THƯƠNG".into(), "VĂN PHÒNG BỘ".into()),
        number: "Số hiệu: CB-2026-0007".into(),
        dated: "Ngày 23 tháng 11 năm 2026".into(),
        title: "HỒ SƠ CẢNH BÁO".into(),
        subject: HOSTILE.into(),
        banner: "CẦN KIỂM CHỨNG".into(),
        blocks: vec![
            Block::Heading(1, "1. Nội dung".into()),
            Block::Paragraph(vec![Run::bold("Giá điện "), Run::linked("nguồn", Some("https://a.vn/x?a=1&b=\"2\" 3".into()))]),
            Block::Paragraph(vec![Run::linked(HOSTILE, Some("javascript:alert(1)".into())), Run::plain("dòng một\ndòng hai")]),
            Block::List { numbered: true, items: vec![vec![Run::plain("một")], vec![Run::italic("hai")]] },
            Block::List { numbered: true, items: vec![vec![Run::linked("nguồn", Some("https://a.vn/x?a=1&b=\"2\" 3".into()))]] },
            Block::List { numbered: false, items: vec![vec![Run { marked: true, ..Run::plain("ba") }]] },
            Block::Table(Grid {
                columns: vec![column("Ngày", 3, false), column("Bài", 1, true)],
                rows: vec![vec![vec![Run::plain("23/11/2026")], vec![Run::plain("1.234")]]],
            }),
            Block::Chart(chart(ChartKind::Lines)),
            Block::Chart(chart(ChartKind::Columns)),
            Block::Chart(Chart { series: vec![], ..chart(ChartKind::Columns) }),
            Block::Chart(Chart { series: chart(ChartKind::Bars).series.into_iter().take(1).collect(), ..chart(ChartKind::Bars) }),
        ],
        closing: Some(Closing {
            recipients: vec!["Bộ trưởng (để báo cáo)".into(), HOSTILE.into(), "Lưu: VT".into()],
            signer: vec!["TL. BỘ TRƯỞNG".into(), "CHÁNH VĂN PHÒNG".into()],
        }),
        as_of: Time::local(2026, 11, 23, 8, 5, 0),
    }
}

/// The parts of a file by name.
fn parts(bytes: Vec<u8>) -> Vec<(String, String)> {
    let mut zip = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
    let names: Vec<String> = zip.file_names().map(|name| name.unwrap().into_owned()).collect();
    names
        .into_iter()
        .map(|name| {
            let mut text = String::new();
            zip.by_name(&name).unwrap().read_to_string(&mut text).unwrap();
            (name, text)
        })
        .collect()
}

/// Every element that begins ends where it may, and text holds no bare sign of markup.
fn assert_well_formed(name: &str, text: &str) {
    let mut open: Vec<&str> = vec![];
    for piece in text.split('<').skip(1) {
        let (tag, words) = piece.split_once('>').unwrap_or_else(|| panic!("{name}: <{piece}"));
        assert!(!words.contains('>'), "{name}: {words}");
        let bare = |part: &str| part.split('&').skip(1).all(|p| ["amp;", "lt;", "gt;", "quot;"].iter().any(|e| p.starts_with(e)));
        assert!(bare(tag) && bare(words), "{name}: {piece}");
        let element = tag.split([' ', '\n', '/']).next().unwrap();
        if tag.starts_with('?') || tag.ends_with('/') {
            continue;
        }
        match tag.strip_prefix('/') {
            Some(ended) => assert_eq!(open.pop(), Some(ended), "{name}"),
            None => open.push(element),
        }
    }
    assert!(open.is_empty(), "{name}: {open:?}");
}

#[test]
fn the_same_document_gives_the_same_bytes() {
    let bytes = docx(&paper()).unwrap();
    std::thread::sleep(std::time::Duration::from_millis(2_100));
    assert!(bytes == docx(&paper()).unwrap(), "also when the clock of zips has moved on");
    assert!(docx(&Paper { subject: "khác".into(), ..paper() }).unwrap() != bytes);
}

#[test]
fn all_parts_are_there_and_well_formed() {
    let parts = parts(docx(&paper()).unwrap());
    for (name, text) in &parts {
        assert_well_formed(name, text);
        let bad = |c: char| c.is_control() && c != '\n' || matches!(c, '\u{fffe}' | '\u{ffff}' | '\u{202e}');
        assert!(!text.contains(bad), "{name}");
    }
    let types = &parts.iter().find(|(name, _)| name == "[Content_Types].xml").unwrap().1;
    for named in types.split("PartName=\"/").skip(1).map(|p| p.split('"').next().unwrap()) {
        assert!(parts.iter().any(|(name, _)| name == named), "{named} is named and missing");
    }
    let empty = super::docx(&Paper::default()).unwrap();
    self::parts(empty).iter().for_each(|(name, text)| assert_well_formed(name, text));
}

#[test]
fn words_from_outside_stay_words() {
    let parts = parts(docx(&paper()).unwrap());
    let part = |name: &str| parts.iter().find(|(n, _)| n == name).unwrap().1.clone();
    let document = part("word/document.xml");
    assert!(document.contains("=cmd|'/c calc'!A0 {HYPERLINK &quot;x&quot;} &lt;w:instrText&gt; ]]&gt; &amp; đảo &lt;/w:t&gt;"));
    assert!(!document.contains("<w:instrText") && !document.contains("w:fldSimple"), "no field in the body");
    assert!(document.contains("dòng một</w:t><w:br/><w:t xml:space=\"preserve\">dòng hai"));
    let relations = part("word/_rels/document.xml.rels");
    assert_eq!(relations.matches("TargetMode=\"External\"").count(), 1, "one address, named once; a script is none");
    assert!(relations.contains("Target=\"https://a.vn/x?a=1&amp;b=%222%22%203\"") && !relations.contains("javascript"));
    let numbering = part("word/numbering.xml");
    assert_eq!(numbering.matches("<w:startOverride w:val=\"1\"/>").count(), 2, "each numbered list begins with 1");
    assert!(part("word/header.xml").contains("CẦN KIỂM CHỨNG"));
    assert!(part("docProps/core.xml").contains("2026-11-23T08:05:00+07:00"));
}

#[test]
fn charts_are_drawn_by_word() {
    let parts = parts(docx(&paper()).unwrap());
    let part = |name: &str| parts.iter().find(|(n, _)| n == name).unwrap().1.clone();
    let document = part("word/document.xml");
    assert_eq!(document.matches("<wp:inline ").count(), 3, "one has nothing to draw, and says so");
    assert!(document.contains(": không có dữ liệu") && document.contains("cx=\"5760000\" cy=\"2700000\""));
    assert!(document.contains("name=\"Biểu đồ 1\" descr=\"=cmd|"));
    let (relations, types) = (part("word/_rels/document.xml.rels"), part("[Content_Types].xml"));
    for number in 1..=3 {
        assert!(document.contains(&format!("r:id=\"rIdChart{number}\"")));
        assert!(relations.contains(&format!("Id=\"rIdChart{number}\"")) && relations.contains(&format!("charts/chart{number}.xml")));
        assert!(types.contains(&format!("PartName=\"/word/charts/chart{number}.xml\"")));
    }
    let [lines, columns, bars] = [1, 2, 3].map(|number| part(&format!("word/charts/chart{number}.xml")));
    assert!(
        lines.contains("<c:lineChart>") && lines.contains("<c:dispBlanksAs val=\"gap\"/>") && lines.contains("<c:legendPos val=\"b\"/>")
    );
    assert!(lines.contains("<c:ptCount val=\"3\"/><c:pt idx=\"0\"><c:v>1234</c:v></c:pt><c:pt idx=\"2\"><c:v>2.5</c:v></c:pt></c:numLit>"));
    assert!(lines.contains("<c:ptCount val=\"3\"/><c:pt idx=\"1\"><c:v>3</c:v></c:pt></c:numLit>"), "what is no number is a gap");
    assert_eq!(lines.matches("<c:ser>").count(), 2, "a series without numbers is not drawn");
    let few = |value| {
        super::chart::part(
            &Chart { series: vec![Series { name: "Bài".into(), values: vec![Some(value)] }], ..chart(ChartKind::Lines) },
            Lang::Vi,
        )
    };
    assert!(few(3.0).contains("<c:majorUnit val=\"1\"/>") && few(0.0).contains("<c:max val=\"1\"/>") && !lines.contains("<c:majorUnit"));
    assert!(columns.contains("<c:barDir val=\"col\"/><c:grouping val=\"clustered\"/>"));
    assert!(bars.contains("<c:barDir val=\"bar\"/>") && bars.contains("<c:orientation val=\"maxMin\"/>") && !bars.contains("<c:legend>"));
}

#[test]
fn a_document_ends_with_who_gets_and_who_signs_it() {
    let document = |closing| parts(super::docx(&Paper { closing, ..Paper::default() }).unwrap()).swap_remove(3).1;
    let none = document(None);
    assert_eq!(document(Some(Closing::default())), none, "nothing to say");
    let both = document(paper().closing);
    for expected in ["Nơi nhận:", "- Bộ trưởng (để báo cáo);", "- Lưu: VT.", "TL. BỘ TRƯỞNG"] {
        assert!(both.contains(expected), "{expected}");
    }
    assert_eq!(both.matches("<w:pStyle w:val=\"Signer\"/>").count(), 2 + 4, "with room for the signature");
    let unsigned = document(Some(Closing { recipients: vec!["Lưu: VT".into()], signer: vec![] }));
    assert!(unsigned.contains("- Lưu: VT.") && !unsigned.contains("\"Signer\""));
}
