//! Which lines of an extracted text belong to the article?

use kiemtin_text::{compose, scan};
use regex::Regex;
use std::sync::LazyLock;

static CLOCK_LINE: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"(?i)^.{0,60}(?:thứ\s+\S+|chủ nhật),?\s+\d{1,2}[/-]\d{1,2}[/-]\d{4}.{0,40}$|^\d{1,2}[/-]\d{1,2}[/-]\d{4}[ ,|-]*\d{1,2}:\d{2}.{0,20}$").ok()
});

/// Longest call to follow or read on, in bytes.
const LONGEST_CALL: usize = 240;

/// NFC on one line, spaces folded, at most `max` characters.
pub fn one_line(text: &str, max: usize) -> String {
    let mut line = String::with_capacity(text.len());
    for word in text.split_whitespace() {
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
    }
    let mut line = compose(line.into()).into_owned();
    if let Some((end, _)) = line.char_indices().nth(max) {
        line.truncate(end);
    }
    line
}

/// Paragraphs without empty ones. For posts: every line is what somebody said, a short line in capitals above all.
pub fn paragraphs(text: &str) -> String {
    lines(text).join("\n")
}

fn lines(text: &str) -> Vec<String> {
    text.lines().map(|l| one_line(l, usize::MAX)).filter(|l| !l.is_empty()).collect()
}

/// Paragraphs without empty ones, header clocks, photo credits and the by-line at the end.
pub fn article_text(text: &str) -> String {
    let mut lines = lines(text);
    lines.retain(|l| !is_call(l));
    while lines.len() > 1 && lines.first().is_some_and(|l| CLOCK_LINE.as_ref().is_some_and(|r| r.is_match(l))) {
        lines.remove(0);
    }
    while lines.len() > 1 && lines.last().is_some_and(|l| is_by_line(l)) {
        lines.pop();
    }
    while lines.len() > 1 && lines.first().is_some_and(|l| is_by_line(l)) {
        lines.remove(0);
    }
    lines.join("\n")
}

/// A call to follow the paper, a line of rights, a link to other articles: no part of what the article says.
fn is_call(line: &str) -> bool {
    const BEGINNINGS: [&str; 12] = [
        "©",
        "copyright ©",
        "bản quyền thuộc",
        "ghi rõ nguồn",
        ">>",
        "» ",
        "xem thêm:",
        "đọc thêm:",
        "tin liên quan:",
        "mời quý độc giả theo dõi",
        "mời bạn đọc theo dõi",
        "chia sẻ bài viết",
    ];
    let small = line.to_lowercase();
    let follow = small.starts_with("theo dõi")
        && ["google news", "zalo", "facebook", "youtube", "tiktok", "fanpage", "telegram"].iter().any(|s| small.contains(s));
    line.len() <= LONGEST_CALL && (follow || BEGINNINGS.iter().any(|b| small.starts_with(b)))
}

/// A short line of names: at most six words, all capitalised, no sentence mark at its end. "Theo X" names a source, not a
/// writer, but is no text of the article either.
fn is_by_line(line: &str) -> bool {
    let words: Vec<&str> = line.split_whitespace().collect();
    let capital = |w: &&str| w.trim_matches(|c: char| !c.is_alphanumeric()).chars().next().is_none_or(char::is_uppercase);
    let ends_sentence = line.ends_with(['!', '?', '…', ':', '"', '”', '%']) || (line.ends_with('.') && words.len() > 3);
    let credit = |w: &&str| matches!(w.to_lowercase().trim_end_matches(':'), "theo" | "ảnh" | "nguồn" | "tác giả" | "bài" | "tin" | "thực");
    let role = line.to_lowercase();
    if role.starts_with("tác giả:") || role.starts_with("ảnh:") || role.starts_with("nguồn:") || role.starts_with("theo dõi") {
        return words.len() <= 10;
    }
    // "Theo Kinh Tế 24h": the paper that a copy was taken from.
    if role.starts_with("theo ") && words.len() <= 8 && !line.ends_with(['.', '!', '?', '…', ':', '"', '”']) {
        return true;
    }
    let name = |w: &&str| capital(w) || matches!(*w, "-" | "–" | "|" | "và" | "&");
    words.len() <= 6
        && !ends_sentence
        && !line.chars().any(|c| c.is_ascii_digit())
        && (words.iter().all(name) || words.first().is_some_and(credit) && words.iter().skip(1).all(name))
}

/// Headings under which a page lists other things than its article.
const AFTER_ARTICLE: [&str; 14] = [
    "tin liên quan",
    "tin cùng chuyên mục",
    "cùng chuyên mục",
    "bài liên quan",
    "tin khác",
    "các tin khác",
    "các bài khác",
    "tin mới hơn",
    "tin cũ hơn",
    "bình luận",
    "ý kiến bạn đọc",
    "có thể bạn quan tâm",
    "đọc nhiều nhất",
    "ý kiến của bạn",
];

/// Puts the lead first when the body does not hold it, and cuts what stands before a repeated title (header, menus) and
/// after the heading of a list of other articles.
pub fn with_lead(body: &str, title: &str, sapo: &str) -> String {
    let mut lines: Vec<&str> = body.lines().collect();
    // A title repeated near the end names the article in a list; one that most of the text follows is its heading.
    let size = |of: &[&str]| of.iter().map(|l| l.len()).sum::<usize>();
    let heading = |at: &usize| size(lines.get(at + 1..).unwrap_or_default()) * 2 >= size(&lines) && lines.len() > 1;
    if let Some(at) = lines.iter().position(|l| same(l, title)).filter(heading) {
        lines.drain(..=at);
    }
    let other = |l: &&str| AFTER_ARTICLE.iter().any(|h| same(l.trim_end_matches(':'), h));
    if let Some(at) = lines.iter().position(other).filter(|at| *at > 0) {
        lines.truncate(at);
    }
    while lines.len() > 1 && lines.last().is_some_and(|l| is_by_line(l)) {
        lines.pop();
    }
    let rest = lines.join("\n");
    if sapo.is_empty() || same(sapo, title) || holds(&rest, sapo) {
        return rest;
    }
    if rest.is_empty() { sapo.to_owned() } else { format!("{sapo}\n{rest}") }
}

fn keys(text: &str) -> Vec<kiemtin_text::Key> {
    scan(text).tokens.iter().map(|t| t.key).collect()
}

fn same(a: &str, b: &str) -> bool {
    keys(a) == keys(b)
}

/// Whether most of `part` stands in `text` in a row.
fn holds(text: &str, part: &str) -> bool {
    let (text, part) = (keys(text), keys(part));
    let middle = part.len() / 4..(part.len() * 3).div_ceil(4).max(part.len().min(1));
    part.get(middle).is_none_or(|m| m.is_empty() || text.windows(m.len()).any(|w| w == m))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn by_lines_and_clocks_go() {
        let text = "Thứ bảy, 22/11/2025, 08:30 (GMT+7)\nGiá xăng giảm.\n\n Người dân vui. \nMinh Hà - Thu Anh";
        assert_eq!(article_text(text), "Giá xăng giảm.\nNgười dân vui.");
        for kept in ["Giá xăng giảm.\nNgười dân nói không biết", "Giá xăng giảm.\nHết hàng!", "Giá xăng giảm.\nHà Nội tăng 5%"]
        {
            assert_eq!(article_text(kept), kept);
        }
        for credit in ["Theo Nhịp Sống Mới", "Theo Kinh Tế 24h", "N. Khoa\nTheo Cổng thông tin Bộ Công Thương"] {
            assert_eq!(article_text(&format!("Giá xăng giảm.\n{credit}")), "Giá xăng giảm.");
        }
    }

    #[test]
    fn posts_keep_every_line() {
        let post = "Nhập mã OTP để nhận quà\n\nCHUYỂN KHOẢN NGAY";
        assert_eq!(paragraphs(post), "Nhập mã OTP để nhận quà\nCHUYỂN KHOẢN NGAY");
    }

    #[test]
    fn the_lead_comes_first_once() {
        let sapo = "Từ chiều nay giá xăng giảm mạnh theo điều hành của liên Bộ.";
        assert_eq!(with_lead("Thân bài một.\nThân bài hai.", "Tiêu đề", sapo), format!("{sapo}\nThân bài một.\nThân bài hai."));
        let has = format!("{sapo}\nThân bài.");
        assert_eq!(with_lead(&format!("Tiêu đề\n{has}"), "Tiêu đề", sapo), has);
        let page = format!("Báo Làng\nTIN MỚI\nTiêu đề\n{has}\nTin cùng chuyên mục\nBài khác");
        assert_eq!(with_lead(&page, "Tiêu đề", sapo), has);
    }
}
