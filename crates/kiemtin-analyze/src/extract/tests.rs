mod hints;
mod times;

use super::*;
use kiemtin_model::Time;
use std::time::{Duration, Instant};

const NOW: Time = Time(1_764_000_000_000);
const SAPO: &str = "Từ chiều mai, giá bán lẻ xăng ở huyện Làng Mới giảm nhẹ theo kỳ điều hành, các cây xăng đã nhận thông báo.";
const PARTS: [&str; 4] = [
    "Theo thông báo của liên bộ, mỗi lít xăng giảm vài trăm đồng so với kỳ trước, còn dầu gần như giữ nguyên mức đang bán tại các đại lý.",
    "Chủ một cây xăng ở thị trấn cho biết lượng hàng trong bồn đủ bán nửa tháng, xe bồn vẫn về đều và không nơi nào phải đóng cửa sớm.",
    "Người dân được khuyên không tích trữ nhiên liệu trong can nhựa vì dễ cháy, nhất là những ngày trời nắng nóng kéo dài ở vùng này.",
    "Kỳ điều hành sau rơi vào thứ năm tuần tới, khi đó mức giá có thể đổi tiếp theo giá nhập khẩu bình quân của mười ngày gần nhất.",
];
const ITEM: &str = "Mức trích quỹ bình ổn giữ nguyên";
const CELL: &str = "Dầu hỏa 18.900";
const QUOTE: &str = "Chúng tôi không thiếu hàng";

/// Templates of Vietnamese sites: where the lead and body stand, and how their elements are named.
const TEMPLATES: [(&str, &str, &str); 9] = [
    ("vnexpress-like", "<p class='description'>", "<article class='fck_detail'>"),
    ("vccorp", "<h2 class='detail-sapo'>", "<div class='detail-content afcbc-body' data-role='content'>"),
    ("dantri-like", "<h2 class='singular-sapo'>", "<div class='singular-content'>"),
    ("wordpress", "<p class='lead'>", "<div class='entry-content'>"),
    ("drupal", "<div class='sapo'>", "<div class='field-name-body'>"),
    ("asp.net", "<div class='article-sapo'>", "<div id='ctl00_detail' class='noidung'>"),
    ("liferay", "<p class='sapo'>", "<div class='journal-content-article'>"),
    ("schema", "<p class='post-sapo'>", "<div itemprop='articleBody'>"),
    ("unmarked", "<p class='sapo'>", "<div class='x1'>"),
];
/// What sites put inside the body, and what of it must not be kept.
const INSIDE: [(&str, &str); 4] = [
    ("<div class='box-related'><a href='/a'>Bài khác về vàng</a><p>Tóm tắt của bài khác</p></div>", "bài khác"),
    ("<figure><img src='x'><figcaption>Một góc cây xăng. Ảnh: Làng Mới</figcaption></figure>", "Một góc"),
    ("<div class='ads'><p>Mua ngay kẻo lỡ</p></div><p><a href='/b'>Lịch cúp nước tuần này</a></p>", "kẻo lỡ"),
    ("<p>Theo dõi Báo Làng trên Google News</p><p>© Bản quyền thuộc Báo Làng</p>", "Báo Làng"),
];

fn page((_, lead, body): (&str, &str, &str), inside: &str) -> String {
    let close = |open: &str| format!("</{}>", open.trim_start_matches('<').split([' ', '>']).next().unwrap_or_default());
    let [a, b, c, d] = PARTS;
    format!(
        "<!doctype html><html><head><title>Giá xăng giảm | Báo Làng</title></head><body><header><span class='time-now'>Thứ bảy, \
         22/11/2025</span></header><nav><a href='/'>Trang chủ</a> <a href='/kt'>Kinh tế</a></nav><main><h1>Giá xăng giảm</h1>{lead}{SAPO}{}\
         {body}<p>{a}</p>{inside}<p>{b}</p><ul><li>{ITEM}</li></ul><table><tr><td>{CELL}</td></tr></table><blockquote>{QUOTE}</blockquote>\
         <p>{c}</p><p>{d}</p>{}</main><div class='comments'><p>Bạn đọc nói gì đó ngắn</p></div><footer>© 2019 Giấy phép ngày 01/02/2018</footer>\
         </body></html>",
        close(lead),
        close(body),
    )
}

fn on_big_stack<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> T {
    std::thread::Builder::new().stack_size(STACK_BYTES).spawn(work).unwrap().join().unwrap()
}

#[test]
fn thirty_six_pages_keep_the_article_and_nothing_else() {
    for template in TEMPLATES {
        for (inside, gone) in INSIDE {
            let html = page(template, inside);
            let read = on_big_stack(move || extract(&html, None, &ArticleVersions::default(), NOW)).unwrap();
            let name = template.0;
            assert_eq!(read.title, "Giá xăng giảm", "{name}");
            assert!(read.text.starts_with(SAPO), "{name} loses its lead: {}", read.text);
            assert_eq!(read.text.matches(SAPO).count(), 1, "{name} tells its lead twice");
            for kept in PARTS.iter().chain(&[ITEM, CELL, QUOTE]) {
                assert!(read.text.contains(kept), "{name} loses {kept}: {}", read.text);
            }
            for out in [gone, "Trang chủ", "22/11/2025", "Giấy phép", "Bạn đọc nói"] {
                assert!(!read.text.contains(out), "{name} keeps {out}: {}", read.text);
            }
            assert_eq!((read.published_at, read.published_from), (None, PublishedFrom::Missing), "{name} invents a date");
        }
    }
}

/// Every page ends, as an article or as a named refusal, on a thread as the service uses it.
#[test]
fn hostile_pages_end_in_time() {
    let n = |piece: &str, times: usize| piece.repeat(times);
    let pages = [
        ("nested div", n("<div>", 100_000)),
        ("nested b", n("<b>", 100_000)),
        ("nested g", format!("<svg>{}", n("<g>", 100_000))),
        ("a font i", n("<a><font><i>", 20_000)),
        ("tables", n("<table><tr><td>", 20_000)),
        ("foster parents", format!("<table>{}", n("<b>x", 50_000))),
        ("formatting list", (0..20_000).map(|i| format!("<b id={i}><p>")).collect()),
        ("attributes", format!("<p {}>", (0..100_000).map(|i| format!("a{i}=1 ")).collect::<String>())),
        ("entities", n("&am", 700_000)),
        ("signs", n("<", 1_000_000)),
        ("zeros", n("\0", 1_000_000)),
        ("unclosed", n("<div><p>chữ ", 5_000)),
        ("dates", n("12/05/2025 ", 100_000)),
        ("links", n("<a href='/x'>liên kết</a> ", 40_000)),
        ("more links than a page may have", n("<a href='/x'>liên kết</a> ", 200_000)),
        ("deep ld+json", format!("<script type='application/ld+json'>{}</script><p>a</p>", n("[", 100_000))),
        ("long attribute", format!("<p title='{}'>a</p>", n("x", 4_000_000))),
        ("empty", String::new()),
    ];
    for (name, html) in pages {
        let begun = Instant::now();
        let result = on_big_stack(move || extract(&html, None, &ArticleVersions::default(), NOW).map(|r| r.text.len()));
        assert!(begun.elapsed() < Duration::from_secs(5), "{name} took {:?}: {result:?}", begun.elapsed());
    }
}

#[test]
fn a_short_notice_keeps_its_list() {
    let page = "<html><body><h1>Thông báo</h1><div class=\"entry-content\">\
        <p>Giá bán lẻ điện giữ nguyên trong tháng này, theo thông báo gửi các đơn vị điện lực trên cả nước.</p>\
        <p>Các hộ dùng điện sinh hoạt vẫn trả theo sáu bậc như trước, không có thay đổi nào về cách tính.</p>\
        <ul><li>Bậc một: năm mươi số đầu</li><li>Bậc hai: năm mươi số tiếp theo</li></ul></div></body></html>";
    let read = extract(page, Some("https://bo.vn/a.html"), &Default::default(), Time(0)).unwrap();
    assert!(read.text.ends_with("Bậc một: năm mươi số đầu\nBậc hai: năm mươi số tiếp theo"), "{}", read.text);
}
