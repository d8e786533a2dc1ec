//! How does the forum software write its feed, threads and refusals?

use super::{Board, IN_FEED, PER_PAGE, Post, Thread, member};
use crate::calendar::PubDate;
use crate::markup::{cdata, escape};
use crate::networks::people;

/// The feed: threads by their last post, newest first.
pub(super) fn rss(board: &Board, origin: &str) -> String {
    let mut threads: Vec<&Thread> = board.threads.iter().filter(|thread| !thread.posts.is_empty()).collect();
    threads.sort_by_key(|thread| std::cmp::Reverse(thread.last()));
    let item = |thread: &&Thread| {
        let Some(first) = thread.posts.first() else { return String::new() };
        let (name, ..) = member(first.number);
        format!(
            "<item>\n<title>{title}</title>\n<pubDate>{date}</pubDate>\n<link>{origin}{path}</link>\n<guid isPermaLink=\"false\">{id}</guid>\n\
             <author>invalid@example.com ({name})</author>\n<category domain=\"{origin}/f/chuyen-tro.17/\">Chuyện trò</category>\n\
             <dc:creator>{name}</dc:creator>\n<content:encoded>{content}</content:encoded>\n<slash:comments>{replies}</slash:comments>\n</item>\n",
            title = escape(&thread.title),
            date = first.at.rss(PubDate::Offset),
            path = thread.path(),
            id = thread.id,
            content = cdata(&format!("<div class=\"bbWrapper\">{}</div>", escape(&first.text))),
            replies = thread.posts.len() - 1,
        )
    };
    let items: String = threads.iter().take(IN_FEED).map(item).collect();
    format!(
        "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<rss version=\"2.0\" xmlns:atom=\"http://www.w3.org/2005/Atom\" \
         xmlns:dc=\"http://purl.org/dc/elements/1.1/\" xmlns:content=\"http://purl.org/rss/1.0/modules/content/\" \
         xmlns:slash=\"http://purl.org/rss/1.0/modules/slash/\">\n<channel>\n<title>Chuyện trò</title>\n<link>{origin}/f/chuyen-tro.17/</link>\n\
         {items}</channel>\n</rss>\n"
    )
}

/// A page of a thread.
pub(super) fn thread(thread: &Thread, number: usize) -> String {
    let shown = thread.posts.iter().enumerate().skip((number - 1) * PER_PAGE).take(PER_PAGE);
    let posts: String = shown.map(|(order, one)| post(thread, order, one)).collect();
    let body = format!(
        "<div class=\"p-title\"><h1 class=\"p-title-value\"><span class=\"label label--primary\" dir=\"auto\">Thảo luận</span>\
         <span class=\"label-append\">&nbsp;</span>{}</h1></div>\n{}<div class=\"block-body js-replyNewMessageContainer\">\n{posts}</div>\n",
        escape(&thread.title),
        navigation(thread, number),
    );
    frame("thread_view", &body)
}

/// First, last and the pages around; none for a thread of one page.
fn navigation(thread: &Thread, number: usize) -> String {
    let pages = thread.pages();
    if pages == 1 {
        return String::new();
    }
    let shown: Vec<usize> = (1..=pages).filter(|page| *page == 1 || *page == pages || page.abs_diff(number) <= 2).collect();
    let mut list = String::new();
    let mut before = 0;
    for page in shown {
        if page > before + 1 {
            list.push_str("<li class=\"pageNav-page pageNav-page--skip\"><a data-xf-init=\"tooltip\" role=\"button\">…</a></li>\n");
        }
        let current = if page == number { " pageNav-page--current" } else { "" };
        list.push_str(&format!("<li class=\"pageNav-page{current}\"><a href=\"{}page-{page}\">{page}</a></li>\n", thread.path()));
        before = page;
    }
    let next = if number < pages {
        format!("<a href=\"{}page-{}\" class=\"pageNav-jump pageNav-jump--next\">Next</a>\n", thread.path(), number + 1)
    } else {
        String::new()
    };
    format!("<nav class=\"pageNavWrapper\"><div class=\"pageNav\"><ul class=\"pageNav-main\">\n{list}</ul>{next}</div></nav>\n")
}

/// A post as guests see it: with everything about its author, whom it answers and whom it names.
fn post(thread: &Thread, order: usize, post: &Post) -> String {
    let (name, account, avatar) = member(post.number);
    let (number, at) = (post.number, post.at.iso().replace("+07:00", "+0700"));
    let quoted = order.checked_sub(1).and_then(|before| thread.posts.get(before)).filter(|_| order % 3 == 2).map(|other| {
        let (other_name, other_account, _) = member(other.number);
        format!(
            "<blockquote data-attributes=\"member: {other_account}\" data-quote=\"{other_name}\" data-source=\"post: {}\" \
             class=\"bbCodeBlock bbCodeBlock--expandable bbCodeBlock--quote js-expandWatch\"><div class=\"bbCodeBlock-title\">\
             <a href=\"/goto/post?id={}\" class=\"bbCodeBlock-sourceJump\" rel=\"nofollow\">{other_name} said:</a></div>\
             <div class=\"bbCodeBlock-content\"><div class=\"bbCodeBlock-expandContent js-expandContent\">TRICH-DAN {}</div></div></blockquote>",
            other.number,
            other.number,
            escape(&other.text),
        )
    });
    let mention = (order % 4 == 3).then(|| {
        let (other, id, _) = member(number + 3);
        format!("<a href=\"/u/{id}/\" class=\"username\" data-xf-init=\"member-tooltip\" data-user-id=\"{id}\" data-username=\"@{other}\">@{other}</a> ")
    });
    let edited = post.edited.map(|at| {
        let at = at.iso().replace("+07:00", "+0700");
        format!("<div class=\"message-lastEdit\">Last edited: <time class=\"u-dt\" dir=\"auto\" datetime=\"{at}\" data-short=\"1m\">{at}</time></div>")
    });
    let text = escape(&post.text).replace('\n', "<br />\n");
    let phone = if order % 5 == 4 { format!(" Gọi {}", people::nth(people::NUMBERS, order)) } else { String::new() };
    format!(
        "<article class=\"message message--post js-post js-inlineModContainer\" data-author=\"{name}\" data-content=\"post-{number}\" id=\"js-post-{number}\">\n\
         <span class=\"u-anchorTarget\" id=\"post-{number}\"></span>\n<div class=\"message-inner\"><div class=\"message-cell message-cell--user\">\
         <section class=\"message-user\"><div class=\"message-avatar\"><a href=\"/u/{account}/\" class=\"avatar\" data-user-id=\"{account}\">\
         <img src=\"/{avatar}\" alt=\"{name}\"></a></div><h4 class=\"message-name\"><a href=\"/u/{account}/\" class=\"username\" \
         data-user-id=\"{account}\">{name}</a></h4><h5 class=\"userTitle message-userTitle\">Senior Member</h5></section></div>\n\
         <div class=\"message-cell message-cell--main\"><div class=\"message-main\"><header class=\"message-attribution\">\
         <a href=\"{path}post-{number}\"><time class=\"u-dt\" dir=\"auto\" datetime=\"{at}\" data-time=\"{seconds}\">{at}</time></a></header>\n\
         <div class=\"message-userContent lbContainer\"><article class=\"message-body js-selectToQuote\"><div class=\"bbWrapper\">{quote}{mention}{text}{phone}</div>\
         <div class=\"js-selectToQuoteEnd\">&nbsp;</div></article></div>\n{edited}<aside class=\"message-signature\"><div class=\"bbWrapper\">CHU-KY {name} \
         {handle}</div></aside></div></div></div>\n</article>\n",
        path = thread.path(),
        seconds = post.at.0 / 1_000,
        quote = quoted.unwrap_or_default(),
        mention = mention.unwrap_or_default(),
        edited = edited.unwrap_or_default(),
        handle = people::nth(people::HANDLES, order),
    )
}

/// What guests see where only members may look.
pub(super) fn login() -> String {
    frame(
        "login",
        "<div class=\"blockMessage\">You must be logged-in to do that.</div>\n<form action=\"/login/login\" method=\"post\" class=\"block\"></form>\n",
    )
}

/// An error of the software.
pub(super) fn error(words: &str) -> String {
    frame(
        "error",
        &format!(
            "<div class=\"p-title\"><h1 class=\"p-title-value\">Oops! We ran into some problems.</h1></div><div class=\"blockMessage\">{words}</div>\n"
        ),
    )
}

/// A thread whose template is out of order.
pub(super) fn broken() -> String {
    frame("thread_view", "<div class=\"block-body\"></div>\n")
}

fn frame(template: &str, body: &str) -> String {
    format!(
        "<!DOCTYPE html>\n<html id=\"XF\" lang=\"vi-VN\" dir=\"LTR\" data-app=\"public\" data-template=\"{template}\" data-logged-in=\"false\">\n<head>\n\
         <meta charset=\"utf-8\" />\n<title>Diễn đàn thử</title>\n</head>\n<body data-template=\"{template}\">\n<div class=\"p-body\">\n{body}</div>\n</body>\n</html>\n"
    )
}
