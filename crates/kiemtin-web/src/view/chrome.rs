//! What stands around every page?

use crate::asker::Asker;
use crate::pages::assets;
use crate::service::Service;
use crate::status::Crawl;
use crate::view::words;
use askama::Template;
use askama::filters::HtmlSafe;
use kiemtin_model::{Level, Right};

/// Header and footer of a page.
#[derive(Clone, Debug)]
pub struct Chrome {
    /// Address of the page in the navigation, or empty.
    pub here: &'static str,
    /// The other pages are offered.
    pub nav: bool,
    /// Those of the administrator too.
    pub admin: bool,
    /// State of collecting, in words; empty where nobody is signed in.
    pub crawl: String,
    /// Address of the style sheet.
    pub css: &'static str,
    /// Address of the script.
    pub js: &'static str,
}

impl Chrome {
    /// Of a page for somebody who is signed in.
    pub fn new(here: &'static str, service: &Service, asker: &Asker) -> Self {
        Self { here, admin: asker.may(Right::Administer), crawl: crawl(service), ..Self::bare() }
    }

    /// Of a page that only administrators get.
    pub fn admin(service: &Service) -> Self {
        Self { here: "/admin", admin: true, crawl: crawl(service), ..Self::bare() }
    }

    /// Of a page for anybody.
    pub fn bare() -> Self {
        Self { here: "", nav: true, admin: false, crawl: String::new(), css: assets::css_address(), js: assets::js_address() }
    }
}

/// `Lần thu thập gần nhất: 23/11/2026 14:05, 212 bài mới`.
pub fn crawl(service: &Service) -> String {
    let status = service.status.snapshot();
    let last = status.last_run.map(|(at, run)| {
        let failed = if run.failed > 0 { format!(", {} lỗi", words::count(run.failed)) } else { String::new() };
        format!("Lần thu thập gần nhất: {}, {} bài mới{failed}", at.vi(), words::count(run.new + run.duplicate))
    });
    match (status.crawl, last) {
        (Crawl::Running, None) => "Đang thu thập lần đầu…".to_owned(),
        (Crawl::Running, Some(last)) => format!("Đang thu thập… {last}"),
        (_, Some(last)) => last,
        (_, None) => "Chưa thu thập lần nào từ khi khởi động".to_owned(),
    }
}

/// A level as word, shape and colour.
#[derive(Clone, Copy, Debug, Template)]
#[template(
    ext = "html",
    source = r#"<span class="level {{ word }}"><span class="shape" aria-hidden="true">{{ shape }}</span> {{ name }}</span>"#
)]
pub struct LevelBadge {
    word: &'static str,
    shape: &'static str,
    name: &'static str,
}

impl HtmlSafe for LevelBadge {}

impl From<Level> for LevelBadge {
    fn from(level: Level) -> Self {
        let shape = match level {
            Level::Urgent => "▲",
            Level::Alert => "◆",
            Level::Watch => "●",
            Level::None => "○",
        };
        Self { word: level.as_str(), shape, name: level.vi() }
    }
}

/// Something to follow.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice {
    /// What it is called.
    pub name: String,
    /// Where it leads.
    pub href: String,
    /// It is the one in force.
    pub on: bool,
}
