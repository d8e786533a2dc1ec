//! The public preview page of a channel, as messengers show it to people without an account.

use crate::markup::escape;
use crate::view::View;
use crate::web::Page;

/// Name of the channel in addresses.
pub(crate) const NAME: &str = "kenh_tieu_dung";
/// Posts on one preview page.
const SHOWN: usize = 60;

/// Which posts are asked for.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Window {
    /// Only posts with a smaller number.
    pub(crate) before: Option<u64>,
    /// Only posts with a larger number.
    pub(crate) after: Option<u64>,
}

/// The preview page: oldest post first, as such pages are.
pub(crate) fn preview(view: View<'_>, window: Window) -> String {
    let fits = |page: &&Page| window.before.is_none_or(|n| page.number < n) && window.after.is_none_or(|n| page.number > n);
    let all: Vec<&Page> = view.newest().filter(fits).collect();
    // After a number the nearest posts are shown, else the newest ones.
    let skipped = if window.after.is_some() { all.len().saturating_sub(SHOWN) } else { 0 };
    let shown: Vec<&Page> = all.iter().skip(skipped).take(SHOWN).copied().rev().collect();
    let older = shown.first().filter(|first| view.newest().any(|page| page.number < first.number));
    let pager = older.map_or_else(String::new, |first| {
        format!(
            "<div class=\"tgme_widget_message_centered js-messages_more_wrap\"><a href=\"/s/{NAME}?before={0}\" class=\"tme_messages_more js-messages_more\" \
             data-before=\"{0}\"></a></div>\n",
            first.number
        )
    });
    let posts: String = shown.iter().map(|page| wrapped(view, page)).collect();
    frame(view, &format!("<section class=\"tgme_channel_history js-message_history\">\n{pager}{posts}</section>\n"))
}

/// The page of one post.
pub(crate) fn single(view: View<'_>, page: &Page) -> String {
    frame(view, &wrapped(view, page))
}

fn wrapped(view: View<'_>, page: &Page) -> String {
    let name = escape(view.spec().name);
    let url = escape(&view.url(page));
    let text: Vec<String> = view.text(page).paragraphs.iter().map(|p| emoji(p).replace('\n', "<br/>")).collect();
    format!(
        "<div class=\"tgme_widget_message_wrap js-widget_message_wrap\"><div class=\"tgme_widget_message text_not_supported_wrap js-widget_message\" \
         data-post=\"{NAME}/{number}\">\n<div class=\"tgme_widget_message_bubble\">\n<div class=\"tgme_widget_message_author accent_color\">\
         <a class=\"tgme_widget_message_owner_name\" href=\"/{NAME}\"><span dir=\"auto\">{name}</span></a></div>\n\
         <div class=\"tgme_widget_message_text js-message_text\" dir=\"auto\">{text}</div>\n\
         <div class=\"tgme_widget_message_footer compact js-message_footer\"><div class=\"tgme_widget_message_info short js-message_info\">\
         <span class=\"tgme_widget_message_views\">{views}</span><span class=\"tgme_widget_message_meta\">\
         <a class=\"tgme_widget_message_date\" href=\"{url}\"><time datetime=\"{at}\" class=\"time\">{clock}</time></a></span></div></div>\n\
         </div></div></div>\n",
        number = page.number,
        text = text.join("<br/><br/>"),
        views = views(page.seed),
        at = page.published.iso(),
        clock = page.published.time_first().chars().take(5).collect::<String>(),
    )
}

/// `1.2K`, as the page abbreviates it.
fn views(seed: u64) -> String {
    let count = seed % 9_000 + 80;
    if count < 1000 { count.to_string() } else { format!("{}.{}K", count / 1000, count % 1000 / 100) }
}

/// Escapes, and wraps pictographs as the preview does.
fn emoji(text: &str) -> String {
    let mut out = String::new();
    for c in text.chars() {
        if matches!(c, '\u{1f300}'..='\u{1faff}') {
            out.push_str(&format!("<i class=\"emoji\"><b>{c}</b></i>"));
        } else {
            out.push_str(&escape(c.encode_utf8(&mut [0; 4])));
        }
    }
    out
}

fn frame(view: View<'_>, body: &str) -> String {
    let (name, slogan) = (escape(view.spec().name), escape(view.spec().slogan));
    format!(
        "<!DOCTYPE html>\n<html lang=\"vi\">\n<head>\n<meta charset=\"utf-8\">\n<title>{name} – xem trước kênh</title>\n\
         <meta property=\"og:title\" content=\"{name}\">\n<meta property=\"og:description\" content=\"{slogan}\">\n\
         <link rel=\"stylesheet\" href=\"/giao-dien.css\">\n</head>\n<body class=\"widget_frame_base tgme_webpreview\">\n\
         <header class=\"tgme_header search_collapsed\"><div class=\"tgme_channel_info\"><div class=\"tgme_channel_info_header\">\
         <div class=\"tgme_channel_info_header_title\"><span dir=\"auto\">{name}</span></div>\
         <div class=\"tgme_channel_info_header_username\"><a href=\"/s/{NAME}\">@{NAME}</a></div></div>\
         <div class=\"tgme_channel_info_counters\"><div class=\"tgme_channel_info_counter\"><span class=\"counter_value\">18.4K</span> \
         <span class=\"counter_type\">người theo dõi</span></div></div>\
         <div class=\"tgme_channel_info_description\">{slogan}</div></div></header>\n<main class=\"tgme_main\" data-url=\"/{NAME}\">\n{body}</main>\n</body>\n</html>\n"
    )
}
