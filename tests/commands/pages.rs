//! `extract`: what a page says, for real pages of the bundled web in their real encodings.

use crate::support::nfc;
use crate::support::{Installation, NOW, now_ms, shipped_config, web, web::copy_folder};
use kiemtin_miniweb::{Expected, MiniWeb, PageInfo};
use kiemtin_model::Time;
use serde_json::Value;
use std::io::Write;

/// The first article of each newspaper, with its bytes.
async fn articles(web: &MiniWeb) -> Vec<(PageInfo, Vec<u8>)> {
    let client = web::client();
    let mut found: Vec<(PageInfo, Vec<u8>)> = vec![];
    for page in web.pages() {
        if page.inline || page.expected != Expected::New || found.iter().any(|(p, _)| p.site == page.site) {
            continue;
        }
        let mut answer = client.get(&page.url).send().await.unwrap();
        if answer.status() == 429 {
            answer = client.get(&page.url).send().await.unwrap();
        }
        assert_eq!(answer.status(), 200, "{}", page.url);
        found.push((page, web::body(answer).await));
    }
    assert!(found.len() >= 12, "only {} newspapers", found.len());
    found
}

/// Sites whose pages give their date in words only: reading it takes the selector of the source file, which `extract`
/// does not know.
fn dated_by_selector(web: &MiniWeb) -> Vec<String> {
    let hinted = web.sources().into_iter().filter(|(_, text)| text.contains("date_selector"));
    hinted.map(|(name, _)| name.trim_end_matches(".toml").to_owned()).collect()
}

fn check(page: &PageInfo, read: &Value, dated_by_selector: &[String]) {
    for key in ["url", "canonical_url", "title", "text", "description", "published_at", "site_name", "lang"] {
        assert!(read.get(key).is_some(), "{key} is missing for {}", page.url);
    }
    assert_eq!(read["canonical_url"], page.url.as_str());
    assert_eq!(read["title"].as_str(), Some(nfc(&page.title).as_str()), "{}", page.url);
    assert_eq!(read["lang"], "vi", "{}", page.url);
    let published = Time(page.published_ms).to_string();
    let day = published.split('T').next().unwrap();
    let stated = read["published_at"].as_str();
    let hidden = stated.is_none() && dated_by_selector.iter().any(|site| site == page.site);
    assert!(hidden || stated.is_some_and(|p| p.starts_with(day)), "{}: {stated:?} is not {published}", page.url);
    let text = read["text"].as_str().unwrap();
    assert!(text.chars().count() > 200 && text == nfc(text), "{}: {text}", page.url);
    assert!(!text.contains("<p>") && !text.contains('\u{fffd}'), "{}: {text}", page.url);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn pages_of_every_newspaper_are_read() {
    let web = MiniWeb::start(now_ms()).await.unwrap();
    let here = Installation::shipped();
    let folder = here.folder.path().join("pages");
    std::fs::create_dir(&folder).unwrap();
    let (articles, by_selector) = (articles(&web).await, dated_by_selector(&web));
    for (i, (page, bytes)) in articles.iter().enumerate() {
        let path = folder.join(format!("{:02}.html", i));
        std::fs::write(&path, bytes).unwrap();
        let read = here.run(&["extract", "--url", &page.url, path.to_str().unwrap()]).json();
        check(page, &read, &by_selector);
        assert_eq!(read["url"], page.url.as_str());
    }
    // A folder at once, one page of it packed.
    let mut packed = flate2::write::GzEncoder::new(std::fs::File::create(folder.join("00.html.gz")).unwrap(), flate2::Compression::fast());
    packed.write_all(&articles[0].1).unwrap();
    packed.finish().unwrap();
    std::fs::remove_file(folder.join("00.html")).unwrap();
    std::fs::write(folder.join("notes.txt"), "not a page").unwrap();
    let lines = here.run(&["extract", "--batch", folder.to_str().unwrap()]).json_lines();
    assert_eq!(lines.len(), articles.len());
    for (i, ((page, _), read)) in articles.iter().zip(&lines).enumerate() {
        check(page, read, &by_selector);
        assert_eq!(read["file"], if i == 0 { "00.html.gz".to_owned() } else { format!("{i:02}.html") });
    }
    web.stop().await;
}

/// The tables of a source tell how its pages are read; what does not hold any more or finds nothing is told.
#[test]
fn hints_of_a_source_are_used_and_told_when_they_fail() {
    let here = Installation::shipped();
    let config = here.folder.path().join("config");
    copy_folder(&shipped_config(), &config);
    let source = |article: &str| {
        let head = "id = \"thu\"\nname = \"Thử\"\nsite = \"https://thu.example/\"\ngroup = \"press\"\n[[feeds]]\nurl = \"https://thu.example/rss\"\nkind = \"feed\"\n";
        std::fs::write(config.join("sources/thu.toml"), format!("{head}{article}")).unwrap();
    };
    let here = Installation { config: config.clone(), folder: here.folder };
    let paragraph = "Câu chuyện ở chợ quê vào một buổi sáng mùa đông có nhiều điều để kể lại cho người đọc. ".repeat(6);
    let html = format!("<html><body><h1>Báo Thử</h1><b class=t>Chợ quê</b><p>{paragraph}</p><i class=n>05-12-2026</i></body></html>");
    let read = |id: &str| here.run_with(&["extract", "--source", id], html.as_bytes());
    let used = "title_selector = \"b.t\"\ndate_selector = \"i.n\"\ndate_format = \"%m-%d-%Y\"\n";

    source(&format!("[[article]]\nuntil = \"2026-11-22\"\n[[article]]\nfrom = \"2026-11-23\"\n{used}"));
    let ran = read("thu");
    assert_eq!(ran.stderr, "");
    let page = ran.json();
    assert_eq!((page["title"].as_str(), page["published_from"].as_str()), (Some("Chợ quê"), Some("selector")));
    assert_eq!(page["published_at"], "2026-05-12T00:00:00+07:00");
    let checked = here.run(&["check"]);
    assert_eq!((checked.code, checked.stdout.as_str()), (Some(0), ""), "a warning is no fault: {checked:?}");
    assert!(checked.stderr.contains("thu.toml:9: article.until: ended on 2026-11-22"), "{checked:?}");

    source(&format!("[article]\nuntil = \"2026-11-22\"\n{used}"));
    let ran = read("thu");
    assert!(ran.stderr.contains("ended on 2026-11-22"), "{ran:?}");
    assert_eq!(ran.json()["title"], "Báo Thử");
    source("[article]\ntitle_selector = \"h7\"\n");
    let ran = read("thu");
    assert!(ran.stderr.contains("title_selector \"h7\" finds no text"), "{ran:?}");
    assert_eq!(ran.json()["title"], "Báo Thử");
    let unknown = read("khong-co");
    assert!(unknown.code == Some(1) && unknown.stderr.contains("khong-co"), "{unknown:?}");

    source("[[article]]\nbody_selector = \"p[\"\n[[article]]\ndate_selector = \"i\"\ndate_format = \"%H\"\n");
    let checked = here.run(&["check"]);
    assert_eq!(checked.code, Some(1), "{checked:?}");
    for words in [":9: article.body_selector: got \"p[\"", ":10: article.from: got the beginning", ":12: article.date_format: got \"%H\""] {
        assert!(checked.stdout.contains(words), "{words} is not told: {checked:?}");
    }
}

#[test]
fn a_page_comes_from_standard_input_too() {
    let here = Installation::shipped();
    let paragraph = "Câu chuyện ở chợ quê vào một buổi sáng mùa đông có nhiều điều để kể lại cho người đọc. ".repeat(6);
    let html = format!(
        "<html lang=vi><head><meta charset=utf-8><title>Chợ quê ngày đông</title></head><body><article><h1>Chợ quê ngày đông</h1><p>{paragraph}</p><p>{paragraph}</p></article></body></html>"
    );
    let read = here.run_with(&["extract"], html.as_bytes()).json();
    assert_eq!(read["title"], "Chợ quê ngày đông");
    assert!(read["text"].as_str().unwrap().contains("buổi sáng mùa đông"), "{read}");
    assert!(read["published_at"].is_null(), "no date is stated, so none is made up (it is {NOW}): {read}");
    let empty = here.run_with(&["extract"], b"");
    assert!(empty.code == Some(1) && !empty.stderr.is_empty(), "{empty:?}");
}
