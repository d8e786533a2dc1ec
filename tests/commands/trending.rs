//! `trends`: the columns of the contract, every period, and what drives a query.

use crate::support::{Installation, line, ndjson};

fn library() -> Installation {
    let here = Installation::shipped();
    let at = |n: usize, day: u32, text: &str| {
        let mut one = line(&format!("https://s{}.example/{n}", n % 3), text);
        one["published_at"] = format!("2026-11-{day:02}T09:00:00+07:00").into();
        one["source"] = format!("s{}.example", n % 3).into();
        one
    };
    let same = "Giá điện bình quân tháng này giữ nguyên như tháng trước, các hộ gia đình và doanh nghiệp không phải trả thêm tiền";
    let lines = vec![
        at(0, 9, same),
        at(1, 9, "Chuyện mùa màng ở đồng bằng năm nay được mùa lúa nhưng giá bán thấp hơn năm ngoái nhiều"),
        at(2, 10, same),
        at(3, 18, "Giá điện sinh hoạt sắp tới thế nào là câu hỏi của nhiều người dân ở các thành phố lớn trong mùa nắng"),
        at(4, 18, "Lịch bóng đá cuối tuần này có nhiều trận cầu hay giữa các đội đầu bảng của giải vô địch quốc gia"),
    ];
    here.ingest(&here.file("a", ndjson(&lines)));
    here
}

const RANGE: [&str; 4] = ["--from", "2026-11-09", "--to", "2026-11-19"];

#[test]
fn csv_has_the_columns_of_the_contract_and_every_period() {
    let here = library();
    let run = |more: &[&str]| here.run(&[&["trends", "\"giá điện\"", "--format", "csv"][..], &RANGE, more].concat()).ok();
    let days = run(&[]);
    let rows: Vec<&str> = days.split("\r\n").collect();
    assert_eq!(rows[0], "date,count,total_count,ratio,stories,missing,steady_ratio");
    assert_eq!((rows.len(), rows[1], rows[2]), (13, "2026-11-09,1,2,0.5,1,,0.5", "2026-11-10,1,1,1,0,,1"), "a reprint is no story");
    assert_eq!((rows[3], rows[10]), ("2026-11-11,0,0,,0,,", "2026-11-18,1,2,0.5,1,,0.5"));
    let weeks = run(&["--by", "week", "--previous"]);
    let weeks: Vec<&str> = weeks.split("\r\n").collect();
    assert!(
        weeks[0].ends_with(",previous_count,previous_ratio")
            && weeks[1].starts_with("2026-W46,2,3,")
            && weeks[2].starts_with("2026-W47,1,2,")
    );
    let groups = run(&["--by", "month", "--group", "source"]);
    let groups: Vec<&str> = groups.split("\r\n").collect();
    assert_eq!(
        groups[..3],
        ["date,count,total_count,ratio,stories,value,missing", "2026-11,2,5,0.4,2,s0.example,", "2026-11,1,5,0.2,0,s2.example,"]
    );
    let two = here.run(&[&["trends", "điện", "lúa", "--format", "csv", "--by", "month"][..], &RANGE].concat()).ok();
    assert!(two.contains("steady_ratio,query\r\n") && two.contains(",điện\r\n2026-11,1,5,0.2,1,,0.2,lúa\r\n"), "{two}");
}

#[test]
fn json_is_one_object_and_the_table_is_for_people() {
    let here = library();
    let told = here.run(&[&["trends", "\"giá điện\"", "--json", "--previous"][..], &RANGE].concat()).json();
    let series = &told["series"][0];
    assert_eq!((series["count"].as_u64(), series["stories"].as_u64(), series["previous"]["count"].as_u64()), (Some(3), Some(2), Some(0)));
    assert_eq!(series["points"].as_array().map(Vec::len), Some(11));
    assert_eq!((series["drivers"][0]["documents"].as_u64(), series["drivers"][0]["sources"].as_u64()), (Some(2), Some(2)), "{series}");
    let table = here.run(&[&["trends", "\"giá điện\"", "--by", "week"][..], &RANGE].concat()).ok();
    for words in ["Luồng tin", "Tuần 46 (09–15/11/2026)", "█", "3 bài, 60,0 % của 5 bài, 2 luồng tin"] {
        assert!(table.contains(words), "{words}: {table}");
    }
    let everything = here.run(&[&["trends", "--group", "source"][..], &RANGE].concat()).ok();
    assert!(everything.contains("Tất cả bài: 5 bài") && everything.contains("s1.example"), "{everything}");
    let groups = here.run(&[&["trends", "--group", "group"][..], &RANGE].concat()).ok();
    assert!(groups.contains("  Báo chí  ") && !groups.contains("press"), "people are told names: {groups}");
}

#[test]
fn what_cannot_be_counted_ends_with_2_and_advice() {
    let here = library();
    for (args, words) in [
        (&["trends", "(giá"][..], "sai"),
        (&["trends", "a", "--from", "lately"], "nhận được \"lately\", cần ngày như 2026-11-01"),
        (&["trends", "a", "--from", "2026-11-02", "--to", "2026-11-01"], "khoảng ngày trống"),
        (&["trends", "a", "--by", "hour", "--from", "2020-01-01"], "chọn kỳ dài hơn"),
        (&["trends", "a", "--by", "year"], "hour"),
        (&["trends", "a", "--group", "level"], "stance"),
        (&["trends", "a", "b", "c", "d", "e", "f"], "nhiều nhất 5"),
    ] {
        let ran = here.run(args);
        assert!(ran.code == Some(2) && ran.stderr.contains(words), "{args:?}: {ran:?}");
    }
}
