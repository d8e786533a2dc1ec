//! What does a newspaper's page look like: much around little?

use super::words::{Draw, paragraph, title};
use super::{ARTICLES, Host};
use crate::calendar::Moment;
use std::fmt::Write;

/// Milliseconds between two articles of a host.
const APART: i64 = 17 * 60_000;

/// The number in the address of an article.
pub(super) fn number_in(path: &str) -> Option<u32> {
    let stem = path.strip_prefix("/kinh-te/bai-viet-")?.strip_suffix(".html")?;
    stem.parse().ok().filter(|number| *number < ARTICLES)
}

fn path(number: u32) -> String {
    format!("/kinh-te/bai-viet-{number}.html")
}

fn published(host: Host, number: u32) -> Moment {
    Moment(host.now_ms - i64::from(number + 1) * APART)
}

fn headline(host: Host, number: u32) -> String {
    title(&mut Draw::new(host.host, number), 11)
}

/// The RSS feed of all articles.
pub(super) fn feed(host: Host) -> String {
    let site = host.site();
    let mut text = format!(
        "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<rss version=\"2.0\"><channel><title>Báo số {}</title><link>{site}/</link>\n",
        host.host
    );
    for number in 0..ARTICLES {
        let (at, date) = (path(number), published(host, number).iso());
        let summary = paragraph(&mut Draw::new(host.host, number + ARTICLES), 1);
        let head = headline(host, number);
        // Writing to a string cannot fail.
        let _ = writeln!(
            text,
            "<item><title>{head}</title><link>{site}{at}</link><guid>{site}{at}</guid><pubDate>{date}</pubDate>\
             <description><![CDATA[<img src=\"/anh/{number}.jpg\">{summary}]]></description></item>"
        );
    }
    text.push_str("</channel></rss>\n");
    text
}

/// The front page: cards of all articles.
pub(super) fn front(host: Host) -> String {
    let mut text = head(host, "Trang nhất");
    (0..ARTICLES).for_each(|number| card(&mut text, host, number));
    text.push_str(FOOT);
    text
}

/// An article with everything that stands around one.
pub(super) fn article(host: Host, number: u32) -> String {
    let mut draw = Draw::new(host.host, number + 2 * ARTICLES);
    let head_line = headline(host, number);
    let date = published(host, number).iso();
    let mut text = head(host, &head_line);
    let _ = write!(
        text,
        "<div class=\"breadcrumb\"><a href=\"/\">Trang chủ</a> <a href=\"/kinh-te\">Kinh tế</a></div>\n<article class=\"detail\">\
         <h1 class=\"title-detail\">{head_line}</h1>\n<time class=\"date\" datetime=\"{date}\">{date}</time>\n\
         <p class=\"description\">{}</p>\n<div class=\"content-detail\">\n",
        paragraph(&mut draw, 2)
    );
    for at in 0..8 + draw.below(11) {
        let sentences = 1 + draw.below(3);
        let _ = writeln!(text, "<p class=\"Normal\" style=\"text-align:justify\">{}</p>", paragraph(&mut draw, sentences));
        if at % 6 == 3 {
            let _ = writeln!(
                text,
                "<figure class=\"photo\"><img data-src=\"/anh/{number}-{at}.jpg\" width=\"680\"><figcaption>{}</figcaption></figure>",
                title(&mut draw, 9)
            );
        }
    }
    text.push_str("</div>\n</article>\n<div class=\"box-tag\">");
    for _ in 0..6 {
        let tag = title(&mut draw, 2);
        let _ = write!(text, "<a href=\"/tim-kiem?q={tag}\">{tag}</a> ");
    }
    text.push_str("</div>\n<section class=\"box-comment\">");
    for _ in 0..4 {
        let _ = write!(text, "<div class=\"comment\"><p>{}</p></div>", paragraph(&mut draw, 1));
    }
    text.push_str("</section>\n<section class=\"box-related\"><h2>Tin liên quan</h2>");
    for other in 1..36 {
        card(&mut text, host, (number + other) % ARTICLES);
    }
    text.push_str("</section>\n");
    scripts(&mut text, 2 + draw.below(4));
    text.push_str(FOOT);
    text
}

fn head(host: Host, head_line: &str) -> String {
    let mut text = String::with_capacity(80 << 10);
    let _ = write!(
        text,
        "<!DOCTYPE html>\n<html lang=\"vi\"><head><meta charset=\"utf-8\"><title>{head_line} - Báo số {0}</title>\n\
         <meta property=\"og:title\" content=\"{head_line}\"><meta property=\"og:site_name\" content=\"Báo số {0}\">\n<style>",
        host.host
    );
    for rule in 0..120 {
        let _ = writeln!(text, ".box-{rule} .item:hover{{margin:{rule}px 8px;display:flex;color:#{:06x}}}", rule * 9_973);
    }
    text.push_str("</style></head>\n<body><header><nav class=\"main-nav\"><ul>\n");
    for section in 0..90 {
        let mut draw = Draw::new(0, section);
        let _ = writeln!(
            text,
            "<li class=\"menu-{section}\"><a href=\"/chuyen-muc-{section}\" title=\"Chuyên mục {section}\">{}</a></li>",
            title(&mut draw, 2)
        );
    }
    text.push_str("</ul></nav></header>\n<main class=\"container\">\n");
    text
}

fn card(text: &mut String, host: Host, number: u32) {
    let (at, head_line) = (path(number), headline(host, number));
    let summary = paragraph(&mut Draw::new(host.host, number + ARTICLES), 1);
    let _ = writeln!(
        text,
        "<div class=\"item-news item-news-common\" data-id=\"{number}\"><a class=\"thumb\" href=\"{at}\" title=\"{head_line}\">\
         <picture><source media=\"(max-width: 480px)\" data-srcset=\"/anh/nho/{number}.jpg?w=220&amp;h=132&amp;q=100\">\
         <img class=\"lazy\" src=\"data:image/gif;base64,R0lGODlhAQABAAAAACH5BAEKAAEALAAAAAABAAEAAAICTAEAOw==\" alt=\"{head_line}\"></picture></a>\
         <h3 class=\"title-news\"><a href=\"{at}\">{head_line}</a></h3><p class=\"description\">{summary}</p></div>"
    );
}

fn scripts(text: &mut String, blocks: usize) {
    for block in 0..blocks {
        text.push_str("<script>\n");
        for line in 0..60 {
            let _ = writeln!(text, "window.dataLayer=window.dataLayer||[];dataLayer.push({{'slot':'{block}_{line}','w':{line}}});");
        }
        text.push_str("</script>\n");
    }
}

const FOOT: &str = "</main>\n<footer><p>Giấy phép số 01/GP-BTTTT. Bản quyền thuộc về tòa soạn.</p></footer>\n</body></html>\n";
