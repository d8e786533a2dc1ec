//! `ingest --mapping`: tables of another house become documents; a bad row is told and the rest goes on.

use crate::support::{Installation, counts};
use std::io::Write;

const MAPPING: &str = "format = \"csv\"\nsource = \"kho-bao\"\ndelimiter = \";\"\ndate_format = \"%d/%m/%Y %H:%M\"\n\n[columns]\n\
    title = \"Tiêu đề\"\ntext = \"Nội dung\"\nurl = \"Liên kết\"\npublished_at = \"Ngày\"\nid = \"Mã\"\n\n[fixed]\nkind = \"news\"\n";

const TABLE: &str = "\u{feff}Mã;Tác giả;Tiêu đề;Nội dung;Ngày;Liên kết\r\n\
    1;Lê Thị Kín;Gạo được mùa;\"Gạo ở đồng bằng được mùa; giá giữ.\n\nDòng thứ hai có \"\"ngoặc\"\".\";03/06/2025 08:15;https://kho.example/1\r\n\
    2;Lê Thị Kín;Cá được giá;Cá ở chợ được giá cả tuần.;hôm nọ;https://kho.example/2\r\n\
    3;thiếu cột\r\n\
    4;Lê Thị Kín;;;01/06/2025 07:00;https://kho.example/4\r\n\
    5;Lê Thị Kín;Muối vào vụ;Diêm dân vào vụ muối mới từ sáng sớm.;02/06/2025 06:00;https://kho.example/5\r\n";

fn import(here: &Installation, file: &str, mapping: &str) -> crate::support::Ran {
    here.run(&["ingest", file, "--mapping", mapping, "--json"])
}

#[test]
fn a_table_is_taken_in_and_a_repeat_adds_nothing() {
    let here = Installation::shipped();
    let mapping = here.file("anh-xa.toml", MAPPING);
    let mut gz = flate2::write::GzEncoder::new(vec![], flate2::Compression::fast());
    gz.write_all(TABLE.as_bytes()).unwrap();
    let first = import(&here, &here.file("kho.csv", gz.finish().unwrap()), &mapping);
    assert!(first.stderr.contains("kho.csv:4: got 2 columns, expected 6"), "{}", first.stderr);
    assert!(first.stderr.contains("kho.csv:5:4: \"Nội dung\": neither title nor text"), "{}", first.stderr);
    assert!(first.stderr.contains("1 ngày đăng không đọc được"), "{}", first.stderr);
    counts(&first.json(), &[("read", 5), ("new", 3), ("failed", 2)]);
    for (name, bytes) in [("lai.csv", TABLE.as_bytes().to_vec()), ("lai.zst", zstd::encode_all(TABLE.as_bytes(), 3).unwrap())] {
        counts(&import(&here, &here.file(name, bytes), &mapping).json(), &[("read", 5), ("unchanged", 3), ("new", 0)]);
    }
    assert_eq!(here.found("source:kho-bao"), 3);
    let hit = &here.search("\"dòng thứ hai\"")["hits"][0];
    assert_eq!(
        (hit["published_at"].as_str(), hit["url"].as_str()),
        (Some("2025-06-03T08:15:00+07:00"), Some("https://kho.example/1")),
        "{hit}"
    );
    assert_eq!(here.found("\"Lê Thị Kín\""), 0, "a column of authors was read");
}

#[test]
fn old_encodings_tabs_and_lines_of_json() {
    let here = Installation::shipped();
    let mapping = "format = \"csv\"\nsource = \"cu\"\nencoding = \"windows-1258\"\ndelimiter = \"tab\"\n[columns]\ntext = \"noi dung\"\n";
    // \"Giá xăng dầu\", and in windows-1258 accents follow their letters: \"ngày mới\".
    let table = b"noi dung\tkhac\nGi\xe1 x\xe3ng d\xe2\xccu ng\xe0y m\xf5\xeci\tx\n";
    let file = here.file("cu.tsv", table);
    counts(&import(&here, &file, &here.file("cu.toml", mapping)).json(), &[("new", 1)]);
    assert_eq!(here.found("\"giá xăng\""), 1);
    let mapping = "format = \"ndjson\"\n[columns]\ntitle = \"data.headline\"\ntext = \"/data/paragraphs\"\nurl = \"data.link\"\nsource = \"outlet\"\n";
    let lines = "{\"outlet\":\"hang-tin\",\"data\":{\"headline\":\"Chè xuân\",\"paragraphs\":[\"Chè xuân hái sớm.\",\"Giá chè giữ.\"],\"link\":\"https://hang.example/1\"}}\nhỏng\n";
    let ran = import(&here, &here.file("hang.ndjson", lines), &here.file("hang.toml", mapping));
    assert!(ran.stderr.contains("hang.ndjson:2: not JSON"), "{}", ran.stderr);
    counts(&ran.json(), &[("read", 2), ("new", 1), ("failed", 1)]);
    assert_eq!(here.found("source:hang-tin"), 1);
}

#[test]
fn a_wrong_mapping_takes_nothing_in() {
    let here = Installation::shipped();
    let file = here.file("kho.csv", TABLE);
    let check = |mapping: &str, words: &[&str]| {
        let ran = import(&here, &file, &here.file("sai.toml", mapping));
        assert_eq!((ran.code, ran.stdout.as_str()), (Some(1), ""), "{ran:?}");
        assert!(words.iter().all(|w| ran.stderr.contains(w)), "{words:?}: {}", ran.stderr);
    };
    check(&MAPPING.replace("Nội dung", "Toàn văn"), &["sai.toml:8: columns.text: got \"Toàn văn\"", "\"Nội dung\"", "\"Liên kết\""]);
    check(&MAPPING.replace("\";\"", "\",\""), &["is delimiter right?"]);
    check(&MAPPING.replace("id = \"Mã\"", "author = \"Tác giả\""), &["sai.toml:11:", "author"]);
    check(&MAPPING.replace("\"csv\"", "\"xlsx\""), &["sai.toml:1:", "csv", "ndjson"]);
    assert_eq!(here.found("source:kho-bao"), 0);
}
