//! `bench load`: the running service, asked while it takes documents in.

use crate::support::{Installation, line, ndjson};
use std::collections::BTreeMap;

#[test]
fn clients_are_answered_while_documents_are_taken_in() {
    let here = Installation::shipped();
    let text = "Giá xăng dầu tăng từ chiều nay, nhiều cửa hàng ở các tỉnh vẫn bán đủ cho người dân, theo báo cáo của các thương nhân";
    let lines: Vec<_> = (0..300).map(|n| line(&format!("https://a.example/{n}"), &format!("{text} số {n}"))).collect();
    let corpus = here.file("corpus", ndjson(&lines));
    for way in [&[][..], &["--pipeline"]] {
        let mut args = vec!["bench", "load", "--corpus", &corpus, "--clients", "4", "--minutes", "0.03", "--rate", "30", "--filled", "50"];
        args.extend(way);
        let figures: BTreeMap<String, f64> = here
            .run(&args)
            .json_lines()
            .iter()
            .map(|line| (line["figure"].as_str().unwrap().to_owned(), line["value"].as_f64().unwrap()))
            .collect();
        assert_eq!((figures["errors"], figures["clients"]), (0.0, 4.0), "{figures:?}");
        assert!(figures["requests"] >= 50.0 && figures["all, number"] == figures["requests"], "every planned request: {figures:?}");
        assert!(figures["documents taken in"] > 0.0 && figures["stored to searchable, number"] > 0.0, "{figures:?}");
        for kind in ["term", "newest", "trend of everything", "trend of a phrase"] {
            assert!(figures[&format!("{kind}, p50")] > 0.0, "{kind}: {figures:?}");
        }
    }
}
