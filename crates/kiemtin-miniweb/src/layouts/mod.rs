//! How do the newspapers lay out their pages? One file a layout; each is work of another kind for the extraction.

mod business;
mod daily;
mod head;
mod listing;
mod magazine;
mod market;
mod parts;
mod portal;
mod provincial;

use crate::sites::Layout;
use crate::sites::Listing;
use crate::social::{channel, forum, mastodon};
use crate::view::View;
use crate::web::Page;

pub(crate) use listing::{LINK_SELECTOR, TITLE_SELECTOR, list};
pub(crate) use market::DATE_SELECTOR as MARKET_DATE;
pub(crate) use portal::DATE_SELECTOR as PORTAL_DATE;

/// The page of an article or post.
pub(crate) fn article(view: View<'_>, page: &Page) -> String {
    match view.spec().layout {
        Layout::Daily => daily::write(view, page),
        Layout::Business => business::write(view, page),
        Layout::Portal => portal::write(view, page),
        Layout::Market => market::write(view, page),
        Layout::Provincial => provincial::write(view, page),
        Layout::Magazine => magazine::write(view, page),
        Layout::Post => match view.spec().listing {
            Listing::Channel => channel::single(view, page),
            Listing::Mastodon => mastodon::single(view, page),
            _ => forum::thread(view, page),
        },
    }
}

/// The home page of a site, or the page of one of its sections.
pub(crate) fn front(view: View<'_>, section: Option<&str>) -> String {
    match view.spec().listing {
        Listing::Channel => channel::preview(view, channel::Window::default()),
        Listing::Mastodon => mastodon::home(view),
        Listing::ForumRss => forum::list(view, section),
        _ => list(view, section),
    }
}

/// A short page of a site that is no article: what is kept from robots, what is gone.
pub(crate) fn plain(view: View<'_>, title: &str, text: &str) -> String {
    use crate::markup::escape;
    format!(
        "<!DOCTYPE html>\n<html lang=\"vi\">\n<head>\n<meta charset=\"{charset}\">\n<title>{title} - {name}</title>\n\
         <link rel=\"stylesheet\" href=\"/giao-dien.css\">\n</head>\n<body>\n<h1>{title}</h1>\n<p>{text}</p>\n\
         <p><a href=\"/\">Về trang chủ {name}</a></p>\n</body>\n</html>\n",
        charset = view.spec().charset.name(),
        title = escape(title),
        name = escape(view.spec().name),
        text = escape(text),
    )
}

/// The one style sheet of all sites.
pub(crate) const STYLE: &str = "body{font:16px/1.6 sans-serif;max-width:60rem;margin:0 auto;padding:0 1rem;color:#222}\
nav ul,.menu ul,.p-nav ul{display:flex;flex-wrap:wrap;gap:.2rem 1rem;list-style:none;padding:0;font-size:.9rem}\
h1{line-height:1.3}.sapo,.description,.sa-po,.lead{font-weight:bold}figure{margin:1rem 0}img{max-width:100%}\
figcaption,.chu-thich,.Image td{font-size:.85rem;color:#555}aside,.ads,.quang-cao{background:#f4f4f4;padding:.5rem 1rem;margin:1rem 0}\
footer,.footer,.chan-trang{border-top:1px solid #ccc;margin-top:2rem;font-size:.85rem;color:#555}.invisible{display:none}";

/// The one picture of all sites.
pub(crate) const PICTURE: &str = "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"680\" height=\"380\"><rect width=\"680\" height=\"380\" fill=\"#cdd6dd\"/>\
<circle cx=\"520\" cy=\"110\" r=\"46\" fill=\"#eef2f5\"/><path d=\"M0 380 210 190 340 300 460 220 680 380Z\" fill=\"#93a5b1\"/></svg>";
