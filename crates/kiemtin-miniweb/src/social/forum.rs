//! A XenForo forum: its feed of new threads, its list of threads, its thread pages.

use crate::calendar::PubDate;
use crate::listed::NEWEST;
use crate::markup::{self, cdata, escape};
use crate::view::View;
use crate::web::{self, Page};

/// What others answer; nothing that could be checked.
const REPLIES: &[&str] = &[
    "Hóng cao nhân vào giải thích.",
    "Cảm ơn bác chủ thớt đã chia sẻ.",
    "Bác nào có kinh nghiệm thì nói thêm đi ạ.",
    "Mình cũng đang thắc mắc y chang.",
    "Đánh dấu để tối về đọc kỹ.",
    "Mỗi nhà mỗi cảnh bác ơi.",
    "Nên hỏi thẳng nơi có thẩm quyền cho chắc.",
    "Lên cho nhiều người cùng bàn.",
];

/// Title of a thread; what came from a channel without one is named by its first words, as the software does.
pub(crate) fn title(view: View<'_>, page: &Page) -> String {
    let text = view.text(page);
    if text.title.is_empty() { markup::headline(&text.paragraphs.join(" "), 70) } else { text.title.clone() }
}

fn body(view: View<'_>, page: &Page) -> String {
    let paragraphs: Vec<String> = view.text(page).paragraphs.iter().map(|p| escape(p).replace('\n', "<br />\n")).collect();
    paragraphs.join("<br />\n<br />\n")
}

/// The feed of new threads, posts inline.
pub(crate) fn rss(view: View<'_>) -> String {
    let (spec, origin) = (view.spec(), view.origin());
    let items: String = view
        .newest()
        .take(NEWEST)
        .map(|page| {
            let url = escape(&view.url(page));
            let section = markup::fold(&page.section);
            format!(
                "<item>\n<title>{title}</title>\n<pubDate>{date}</pubDate>\n<link>{url}</link>\n<guid isPermaLink=\"false\">{number}</guid>\n\
                 <author>invalid@example.com ({member})</author>\n<category domain=\"{origin}/forums/{section}/\">{category}</category>\n\
                 <dc:creator>{member}</dc:creator>\n<content:encoded>{content}</content:encoded>\n\
                 <slash:comments>{comments}</slash:comments>\n</item>\n",
                title = escape(&title(view, page)),
                date = page.published.rss(PubDate::Offset),
                number = page.number,
                member = page.member(),
                category = escape(&page.section),
                content = cdata(&format!("<div class=\"bbWrapper\">{}</div>", body(view, page))),
                comments = replies(page).len(),
            )
        })
        .collect();
    format!(
        "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<rss version=\"2.0\" xmlns:atom=\"http://www.w3.org/2005/Atom\" \
         xmlns:dc=\"http://purl.org/dc/elements/1.1/\" xmlns:content=\"http://purl.org/rss/1.0/modules/content/\" \
         xmlns:slash=\"http://purl.org/rss/1.0/modules/slash/\">\n<channel>\n<title>{name}</title>\n<description>{slogan}</description>\n\
         <pubDate>{changed}</pubDate>\n<lastBuildDate>{changed}</lastBuildDate>\n<generator>{name}</generator>\n<link>{origin}/forums/</link>\n\
         <atom:link rel=\"self\" type=\"application/rss+xml\" href=\"{origin}{path}\"/>\n{items}</channel>\n</rss>\n",
        name = escape(spec.name),
        slogan = escape(spec.slogan),
        changed = view.changed().rss(PubDate::Offset),
        path = spec.feed_path,
    )
}

/// Seeds of the replies of a thread.
fn replies(page: &Page) -> Vec<u64> {
    (1..=page.seed % 4).map(|order| page.seed.rotate_left(8).wrapping_add(order * 5)).collect()
}

/// A thread with its replies.
pub(crate) fn thread(view: View<'_>, page: &Page) -> String {
    let mut posts = post(page.number, page.member(), &page.published.iso(), &body(view, page));
    for (order, seed) in replies(page).into_iter().enumerate() {
        let at = crate::calendar::Moment(page.published.0 + (order as i64 + 1) * 11 * 60_000);
        let reply = markup::choose(REPLIES, seed, 1).concat();
        posts.push_str(&post(page.number * 10 + order as u64, web::member(seed), &at.iso(), &escape(&reply)));
    }
    let title = escape(&title(view, page));
    frame(
        view,
        &title,
        &format!(
            "<link rel=\"canonical\" href=\"{}\" />\n<meta property=\"og:type\" content=\"website\" />\n<meta property=\"og:title\" content=\"{title}\" />\n",
            escape(&view.url(page))
        ),
        &format!(
            "<ul class=\"p-breadcrumbs\"><li><a href=\"/\">Trang chủ</a></li><li><a href=\"/forums/{}/\">{}</a></li></ul>\n\
             <div class=\"p-title\"><h1 class=\"p-title-value\">{title}</h1></div>\n\
             <div class=\"block-container lbContainer\"><div class=\"block-body js-replyNewMessageContainer\">\n{posts}</div></div>\n",
            markup::fold(&page.section),
            escape(&page.section),
        ),
    )
}

fn post(number: u64, member: &str, at: &str, body: &str) -> String {
    format!(
        "<article class=\"message message--post js-post\" data-author=\"{member}\" data-content=\"post-{number}\" id=\"js-post-{number}\">\n\
         <div class=\"message-cell message-cell--user\"><h4 class=\"message-name\"><a href=\"/members/{member}.1/\" class=\"username\">{member}</a></h4>\
         <h5 class=\"userTitle message-userTitle\">Thành viên</h5></div>\n<div class=\"message-cell message-cell--main\">\n\
         <header class=\"message-attribution\"><time class=\"u-dt\" dir=\"auto\" datetime=\"{at}\">{at}</time></header>\n\
         <div class=\"message-userContent\"><div class=\"message-body js-selectToQuote\"><div class=\"bbWrapper\">{body}</div></div></div>\n</div>\n</article>\n"
    )
}

/// The list of threads, newest first; with a section only its own.
pub(crate) fn list(view: View<'_>, section: Option<&str>) -> String {
    let threads: String = view
        .newest()
        .filter(|page| section.is_none_or(|wanted| markup::fold(&page.section) == wanted))
        .take(NEWEST)
        .map(|page| {
            format!(
                "<div class=\"structItem structItem--thread\" data-author=\"{member}\">\n<div class=\"structItem-title\"><a href=\"{path}\">{title}</a></div>\n\
                 <div class=\"structItem-minor\"><a href=\"/members/{member}.1/\" class=\"username\">{member}</a> · \
                 <time class=\"u-dt\" datetime=\"{at}\">{at}</time></div>\n<dl class=\"pairs\"><dt>Trả lời:</dt><dd>{count}</dd></dl>\n</div>\n",
                member = page.member(),
                path = escape(&page.path),
                title = escape(&title(view, page)),
                at = page.published.iso(),
                count = replies(page).len(),
            )
        })
        .collect();
    frame(view, &escape(view.spec().name), "", &format!("<div class=\"structItemContainer\">\n{threads}</div>\n"))
}

fn frame(view: View<'_>, title: &str, head: &str, body: &str) -> String {
    let name = escape(view.spec().name);
    let forums: String = view
        .sections()
        .iter()
        .map(|section| format!("<li><a href=\"/forums/{}/\">{}</a></li>\n", markup::fold(section), escape(section)))
        .collect();
    format!(
        "<!DOCTYPE html>\n<html id=\"XF\" lang=\"vi-VN\" dir=\"LTR\" data-app=\"public\">\n<head>\n<meta charset=\"utf-8\" />\n<title>{title} | {name}</title>\n\
         <link rel=\"alternate\" type=\"application/rss+xml\" title=\"RSS\" href=\"{feed}\" />\n<link rel=\"stylesheet\" href=\"/giao-dien.css\" />\n{head}</head>\n<body>\n\
         <div class=\"p-pageWrapper\"><header class=\"p-header\"><a href=\"/\">{name}</a></header>\n<nav class=\"p-nav\"><ul>\n{forums}\
         <li><a href=\"/login/\">Đăng nhập</a></li>\n<li><a href=\"/account/\">Đăng ký</a></li>\n</ul></nav>\n<div class=\"p-body\">\n{body}</div>\n\
         <footer class=\"p-footer\"><a href=\"/help/\">Nội quy</a> <a href=\"/misc/contact/\">Liên hệ</a> © 2019 {name}</footer></div>\n</body>\n</html>\n",
        feed = view.spec().feed_path,
    )
}
