//! Does the nearest name take a figure, and does the date that a text states decide the value?

use super::*;
use crate::faults::ConfigFile;

const BOOK: &str = r#"
[[fact]]
id = "gia"
name = "Giá bình quân"
unit = "đồng/kWh"
verified_until = "2026-12-31"
subject = ["giá điện bình quân"]
not_subject = ["bậc", "Thái Lan"]
[[fact.variant]]
said = ["gồm VAT"]
factors = [1.1]
[[fact.value]]
value = 2103.1
valid_from = "2024-10-11"
document = "1046/QĐ-EVN"
[[fact.value]]
value = 2204.07
valid_from = "2025-05-10"
document = "599/QĐ-EVN"
[[fact.example]]
published_at = "2025-11-20T08:00:00+07:00"
text = "Giá điện bình quân là 2.500 đồng/kWh."
want = "wrong"
[[fact.example]]
text = "Giá điện bình quân."
want = "none"
[[words]]
role = "carry"
phrases = ["mức mới"]
[[words]]
role = "not"
phrases = ["chưa"]
[[words]]
role = "about"
phrases = ["khoảng"]
[[words]]
role = "unsettled"
phrases = ["đề xuất"]
"#;

fn book(text: &str) -> (FactBook, Vec<crate::faults::Fault>) {
    let mut faults = vec![];
    let file = ConfigFile { path: "facts.toml".into(), text: text.into() };
    (FactBook::load(&[file], &mut faults), faults)
}

#[test]
fn the_nearest_name_takes_a_figure() {
    let (book, faults) = book(BOOK);
    assert_eq!((faults, book.examples()), (vec![], vec![]));
    let check = |text: &str, expect: Option<(FigureFault, &str)>| {
        let (title, text) = (kiemtin_text::scan(""), kiemtin_text::scan(text));
        let no_queries = kiemtin_text::query::QuerySet::default();
        let view = View::new(&no_queries, &title, &text, "", "news");
        let found = compare(&book, &view, Time::parse("2025-11-20T08:00:00+07:00").ok());
        let got = found.figures.first().map(|f| (f.fault, text.text.get(f.place.start..f.place.end).unwrap()));
        assert_eq!(got, expect, "{}", text.text);
    };
    let wrong = |shown| Some((FigureFault::Wrong, shown));
    check("Giá điện bình quân 2.500 đồng/kWh chưa gồm VAT.", wrong("2.500 đồng/kWh"));
    check("2.500 đồng/kWh là giá điện bình quân.", wrong("2.500 đồng/kWh"));
    check("EVN tăng giá điện bình quân. Mức mới là 2.500 đồng/kWh.", wrong("2.500 đồng/kWh"));
    check("Bậc 1 giá 1.984 đồng, còn giá điện bình quân là 2.500 đồng.", wrong("2.500 đồng"));
    check("gia dien binh quan bay gio 2.650d/kwh", wrong("2.650d/kwh"));
    check("Giá điện bình quân là 2.103,1 đồng/kWh.", Some((FigureFault::Outdated, "2.103,1 đồng/kWh")));
    check("Giá điện bình quân là 2.204,07 đồng, bậc 6 là 3.460 đồng/kWh.", None);
    check("Giá điện bình quân, bậc 6 là 3.460 đồng/kWh.", None);
    check("Giá điện bình quân ở Thái Lan là 3.300 đồng/kWh.", None);
    check("Giá điện bình quân gồm VAT là 2.424 đồng/kWh.", None);
    check("Giá điện bình quân khoảng 2.200 đồng, hay 2,2 nghìn đồng.", None);
    check("Tháng 11/2024 giá điện bình quân là 2.103 đồng/kWh.", None);
    check("Năm 2019 giá điện bình quân là 1.864 đồng/kWh.", None);
    check("Đề xuất giá điện bình quân 2.400 đồng/kWh.", None);
    check("Giá điện bình quân có lên 2.500 đồng/kWh?", None);
}

#[test]
fn faults_of_the_file_are_told_once() {
    let (_, faults) = book("[[fakt]]\nid = \"x\"\n");
    assert_eq!(faults.len(), 1, "{faults:?}");
    let (_, faults) = book(&BOOK.replace("want = \"none\"", "want = \"wrong\""));
    assert!(faults.iter().any(|f| f.message.contains("want = \"none\"")), "{faults:?}");
}
