//! Does a reader that is not of our library find in the file what was said, as what it was?

use super::*;
use crate::formats::paper::ChartKind;
use crate::formats::{Cell, Column, SheetChart, Table};
use calamine::{Data, Reader, Xlsx};
use kiemtin_model::Time;
use kiemtin_model::time::Day;
use std::io::{Cursor, Read};
use std::time::{Duration, Instant};

const HOSTILE: [&str; 4] = ["=HYPERLINK(\"https://la.example\")", "+1", "@SUM(A1)", "a\u{0}\u{b}\u{202e}đảo\u{ffff} _x0041_ <c>&"];

fn sheet(title: &str) -> Sheet {
    let column = |head| Column { key: "x", head };
    let row = |text: &str, count| {
        vec![
            Cell::Day("2026-11-23".parse().unwrap()),
            Cell::Text(text.into()),
            Cell::Link(text.into(), "https://a.vn/ti%C3%AAn?a=1&b=[2]#m%20c".into()),
            count,
            Cell::Number(2.25),
            Cell::Part(0.125),
            Cell::Moment(Time::local(2026, 11, 23, 18, 0, 30).unwrap()),
        ]
    };
    Sheet {
        above: vec!["Bài về giá điện".into(), "=1+1".into(), "Một dòng dài. ".repeat(20)],
        table: Table {
            title: title.into(),
            columns: ["Ngày", "Tiêu đề", "Bài", "Số bài", "Giờ", "Tỷ lệ", "Lúc"].map(column).to_vec(),
            rows: HOSTILE.iter().map(|text| row(text, Cell::Count(1_234_567))).chain([row(&"x".repeat(40_000), Cell::Empty)]).collect(),
        },
        charts: vec![
            SheetChart { title: "=A!B1".into(), kind: ChartKind::Lines, labels: 0, values: vec![3, 4], rows: 4 },
            SheetChart { title: "Thanh & cột".into(), kind: ChartKind::Bars, labels: 1, values: vec![3], rows: 99 },
            SheetChart { title: "không có cột".into(), kind: ChartKind::Columns, labels: 9, values: vec![3], rows: 4 },
        ],
    }
}

fn whole() -> Book {
    let sheets = vec![sheet("Tin"), sheet("TIN"), Sheet { charts: vec![], ..sheet("[a]") }];
    Book { title: "Sổ theo dõi & báo cáo".into(), sheets, as_of: Time::local(2026, 11, 23, 8, 5, 0), lang: Lang::Vi }
}

fn read(bytes: Vec<u8>) -> Xlsx<Cursor<Vec<u8>>> {
    Xlsx::new(Cursor::new(bytes)).unwrap()
}

fn part(bytes: &[u8], name: &str) -> String {
    let mut text = String::new();
    zip::ZipArchive::new(Cursor::new(bytes)).unwrap().by_name(name).unwrap().read_to_string(&mut text).unwrap();
    text
}

#[test]
fn cells_are_read_as_what_they_are() {
    let mut read = read(book(&whole()).unwrap());
    assert_eq!(read.sheet_names(), ["Tin", "TIN (2)", "a"]);
    let cells = read.worksheet_range("Tin").unwrap();
    let cell = |row, place| cells.get_value((row, place)).unwrap();
    assert_eq!(cell(0, 0), &Data::String("Bài về giá điện".into()));
    assert_eq!(cell(1, 0), &Data::String("=1+1".into()));
    assert_eq!((cell(4, 0), cell(4, 6)), (&Data::String("Ngày".into()), &Data::String("Lúc".into())), "a gap, then the heads");
    for (row, text) in (5..).zip(["=HYPERLINK(\"https://la.example\")", "+1", "@SUM(A1)", "ađảo _x0041_ <c>&"]) {
        assert_eq!((cell(row, 1), cell(row, 2)), (&Data::String(text.into()), &Data::String(text.into())));
    }
    let long = cell(9, 1).to_string();
    assert!(long.encode_utf16().count() == 32_767 && long.ends_with("x…"));
    let Data::DateTime(day) = cell(5, 0) else { panic!("{:?}", cell(5, 0)) };
    assert_eq!((day.as_f64(), day.is_datetime()), (46_349.0, true));
    assert_eq!((cell(5, 3), cell(9, 3)), (&Data::Float(1_234_567.0), &Data::Empty));
    assert_eq!((cell(5, 4), cell(5, 5)), (&Data::Float(2.25), &Data::Float(0.125)));
    let Data::DateTime(at) = cell(5, 6) else { panic!("{:?}", cell(5, 6)) };
    assert_eq!(at.as_f64(), 46_349.75, "Vietnamese time, to the minute");
    for name in ["Tin", "TIN (2)", "a"] {
        assert!(read.worksheet_formula(name).unwrap().is_empty(), "no formula");
    }
}

#[test]
fn what_excel_does_not_know_is_words_or_nothing() {
    let days = [Day(-40_000), Day(i64::MAX)].map(Cell::Day);
    let moments = [Time(-3_000_000_000_000), Time(i64::MIN)].map(Cell::Moment);
    let numbers = [Cell::Number(f64::NAN), Cell::Part(f64::INFINITY), Cell::Link("tệp".into(), "file:///etc/passwd".into())];
    let row: Vec<Cell> = days.into_iter().chain(moments).chain(numbers).collect();
    let columns = vec![Column { key: "x", head: "Cột" }; row.len()];
    let sheet = Sheet { table: Table { rows: vec![row], columns, ..Table::default() }, ..Sheet::default() };
    let mut read = read(book(&Book { sheets: vec![sheet], ..Book::default() }).unwrap());
    let cells = read.worksheet_range("Bảng").unwrap();
    let words: Vec<String> = (0..7).map(|place| cells.get_value((1, place)).map(ToString::to_string).unwrap_or_default()).collect();
    assert_eq!(words, ["26/06/1860", "", "08/12/1874 01:40", "", "", "", "tệp"]);
}

#[test]
fn links_lead_where_they_should() {
    let bytes = book(&whole()).unwrap();
    let relations = part(&bytes, "xl/worksheets/_rels/sheet1.xml.rels");
    assert!(relations.contains("Target=\"https://a.vn/ti%C3%AAn?a=1&amp;b=%5b2%5d\" TargetMode=\"External\""), "{relations}");
    let sheet = part(&bytes, "xl/worksheets/sheet1.xml");
    assert!(sheet.contains("location=\"m%20c\"") && !sheet.contains("<f>"));
    assert_eq!(sheet.matches("<hyperlink ").count(), 5);
}

#[test]
fn a_sheet_can_be_read_filtered_and_printed() {
    let bytes = book(&whole()).unwrap();
    let sheet = part(&bytes, "xl/worksheets/sheet1.xml");
    for expected in [
        "<pane ySplit=\"5\" topLeftCell=\"A6\" activePane=\"bottomLeft\" state=\"frozen\"/>",
        "<autoFilter ref=\"A5:G10\"/>",
        "<pageSetup paperSize=\"9\" fitToHeight=\"0\" orientation=\"landscape\"",
        "<pageSetUpPr fitToPage=\"1\"/>",
        "&amp;LSổ theo dõi &amp;&amp; báo cáo&amp;RTin",
        "&amp;CTrang &amp;P/&amp;N",
        "<mergeCell ref=\"A3:",
    ] {
        assert!(sheet.contains(expected), "{expected}: {sheet}");
    }
    let names = part(&bytes, "xl/workbook.xml");
    assert!(names.contains("_xlnm.Print_Titles") && names.contains("Tin!$5:$5"), "{names}");
}

#[test]
fn charts_read_the_cells_beside_them() {
    let bytes = book(&whole()).unwrap();
    let lines = part(&bytes, "xl/charts/chart1.xml");
    for expected in [
        "<c:lineChart>",
        "<c:f>Tin!$A$6:$A$9</c:f>",
        "<c:f>Tin!$D$6:$D$9</c:f>",
        "<c:f>Tin!$E$6:$E$9</c:f>",
        "<c:f>Tin!$D$5</c:f>",
        "<a:t> =A!B1 </a:t>",
        "<c:dispBlanksAs val=\"gap\"/>",
        "<c:legendPos val=\"b\"/>",
    ] {
        assert!(lines.contains(expected), "{expected}: {lines}");
    }
    let bars = part(&bytes, "xl/charts/chart2.xml");
    for expected in ["<c:barDir val=\"bar\"/>", "<c:orientation val=\"maxMin\"/>", "<c:f>Tin!$D$6:$D$10</c:f>", "Thanh &amp; cột"] {
        assert!(bars.contains(expected), "{expected}: {bars}");
    }
    let mut few = sheet("Ít");
    few.table.rows.iter_mut().for_each(|row| row[3] = Cell::Count(0));
    let few = part(&book(&Book { sheets: vec![few], ..Book::default() }).unwrap(), "xl/charts/chart2.xml");
    assert!(few.contains("<c:max val=\"1\"/>") && few.contains("<c:majorUnit val=\"1\"/>") && !bars.contains("<c:majorUnit"));
    assert!(!bars.contains("<c:legend>"), "one series needs none");
    assert!(part(&bytes, "xl/charts/chart3.xml").contains("'TIN (2)'!$D$6"), "the chart without a column is none");
    assert!(part(&bytes, "xl/drawings/drawing1.xml").contains("descr=\"=A!B1\""));
}

#[test]
fn the_same_book_gives_the_same_bytes() {
    let bytes = book(&whole()).unwrap();
    std::thread::sleep(Duration::from_millis(2_100));
    assert!(bytes == book(&whole()).unwrap(), "also when the clock of zips has moved on");
    assert!(part(&bytes, "docProps/core.xml").contains("2026-11-23T01:05:00Z"), "as of its time");
    assert!(part(&book(&Book::default()).unwrap(), "docProps/core.xml").contains("2000-01-01T00:00:00Z"));
}

#[test]
fn what_is_missing_is_said() {
    let mut empty = read(book(&Book { title: "Sổ".into(), ..Book::default() }).unwrap());
    let cells = empty.worksheet_range("Sổ").unwrap();
    assert_eq!(cells.get_value((1, 0)), Some(&Data::String("Không có dữ liệu.".into())));
    let mut table = sheet("Tin").table;
    let mut said = |most: usize| {
        let sheets = vec![Sheet { above: vec!["Tin".into()], table: table.clone(), charts: sheet("Tin").charts }];
        let mut read = read(cut_to(&Book { sheets, ..Book::default() }, most).unwrap());
        let cells = read.worksheet_range("Tin").unwrap();
        table.rows.clear();
        (cells.get_value((1, 0)).unwrap().to_string(), cells.height())
    };
    assert_eq!(said(8), ("Chỉ ghi 4 trong 5 dòng: một trang tính không chứa được nhiều hơn.".into(), 8));
    assert_eq!(said(8), ("Không có dữ liệu.".into(), 4), "and no chart of nothing");
}

#[test]
fn names_of_sheets_are_the_only_ones() {
    let mut names = HashSet::new();
    let long = "x".repeat(31);
    let mut only = |name: &str| only(name, &mut names);
    assert_eq!([only("Tin"), only("tin"), only("TIN"), only("tin (2)")], ["Tin", "tin (2)", "TIN (3)", "tin (2) (2)"]);
    assert_eq!(only(&long), long);
    assert_eq!(only(&long), format!("{}… (2)", "x".repeat(26)));
}

#[test]
fn a_large_table_is_written_in_seconds() {
    let rows = 100_000;
    let table = Table {
        title: "Tin".into(),
        columns: vec![Column { key: "x", head: "Cột" }; 8],
        rows: (0..rows)
            .map(|i| {
                vec![
                    Cell::Moment(Time(1_795_000_000_000 + i * 61_000)),
                    Cell::Text(format!("Giá điện bán lẻ bình quân được điều chỉnh từ hôm nay, tin số {i}")),
                    Cell::Link("nguồn".into(), format!("https://bao.example.vn/kinh-te/{i}.html")),
                    Cell::Text("Báo Công Thương".into()),
                    Cell::Count(i as u64 * 37),
                    Cell::Number(i as f64 / 7.0),
                    Cell::Part(i as f64 / rows as f64),
                    Cell::Day(Day(20_000 + i % 365)),
                ]
            })
            .collect(),
    };
    let large = Book { sheets: vec![Sheet { above: vec!["Tin".into()], table, charts: vec![] }], ..Book::default() };
    let begun = Instant::now();
    let bytes = book(&large).unwrap();
    let taken = begun.elapsed();
    println!("{} rows: {taken:?}, {} bytes", rows, bytes.len());
    // Ten times what it takes: the machines of tests are slow and shared.
    assert!(taken < Duration::from_secs(20), "{taken:?}");
}
