#[test]
fn real() {
    for f in std::fs::read_dir("/work/shared/data/feeds").unwrap() {
        let p = f.unwrap().path();
        if p.extension().is_some_and(|e| e == "json") { continue; }
        let b = std::fs::read(&p).unwrap();
        match kiemtin_crawl::parse_feed(&b, "https://x.vn/") {
            Ok(f) => println!("{:?} {} entries, {} dated, notes {:?}; first {:?}", p.file_name().unwrap(), f.entries.len(), f.entries.iter().filter(|e| e.published_at.is_some()).count(), f.notes, f.entries.first().map(|e| (&e.title, &e.link, e.published_at.map(|t| t.to_string()), e.summary.chars().take(80).collect::<String>()))),
            Err(e) => println!("{:?} ERR {e}", p.file_name().unwrap()),
        }
    }
    for root in [std::env::var("FEEDRS").unwrap()] {
        let mut n = (0, 0);
        for f in std::fs::read_dir(root).unwrap() {
            let p = f.unwrap().path();
            if p.is_dir() { continue; }
            let b = std::fs::read(&p).unwrap();
            match kiemtin_crawl::parse_feed(&b, "https://x.vn/") {
                Ok(f) => { n.0 += 1; if f.entries.is_empty() || !f.notes.is_empty() { println!("  {:?} {} {:?}", p.file_name().unwrap(), f.entries.len(), f.notes) } },
                Err(e) => { n.1 += 1; println!("{:?} ERR {e}", p.file_name().unwrap()) }
            }
        }
        println!("{n:?}");
    }
    let mut n = (0, 0);
    for dir in ["/work/shared/data/pages", "/work/shared/data/extraction_dev"] {
        for f in std::fs::read_dir(dir).unwrap() {
            let p = f.unwrap().path();
            let b = std::fs::read(&p).unwrap();
            let mut out = Vec::new();
            if b.starts_with(&[0x1f, 0x8b]) { use std::io::Read; flate2::read::GzDecoder::new(&b[..]).read_to_end(&mut out).unwrap(); } else { out = b; }
            let t = String::from_utf8_lossy(&out);
            match kiemtin_text::markup::prescan(&t) { Ok(()) => n.0 += 1, Err(e) => { n.1 += 1; println!("{p:?} {e}") } }
        }
    }
    println!("prescan {n:?}");
}
