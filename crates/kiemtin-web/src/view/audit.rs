//! Nhật ký: what was done, by whom, and does the chain hold?

use crate::params::Params;
use crate::service::Service;
use crate::view::chrome::Chrome;
use crate::view::words::{address, count};
use askama::Template;
use kiemtin_model::{AuditAction, AuditEntry};
use kiemtin_store::{AuditCheck, AuditRecord, Page};

/// Parameters that the next page keeps.
const KEPT: [&str; 5] = ["action", "actor", "object", "from", "to"];

/// The page.
#[derive(Template)]
#[template(path = "audit.html")]
pub struct AuditPage {
    /// Around it.
    pub chrome: Chrome,
    /// What the last check found, in words.
    pub check: Checked,
    /// Entries.
    pub rows: Vec<Row>,
    /// Something is filtered.
    pub filtered: bool,
    /// (word, in Vietnamese, chosen).
    pub actions: Vec<(&'static str, &'static str, bool)>,
    /// As typed: who, to what, from, to.
    pub typed: [String; 4],
    /// Address of the next page.
    pub next: Option<String>,
    /// Address of the same as a file.
    pub file: String,
}

/// What the last check of the chain found.
pub struct Checked {
    /// In words.
    pub words: String,
    /// The head to keep elsewhere; empty before the first check.
    pub head: String,
    /// Somebody changed the log.
    pub broken: bool,
}

/// An entry.
pub struct Row {
    /// Its number.
    pub number: i64,
    /// When.
    pub at: String,
    /// What.
    pub action: &'static str,
    /// Who.
    pub actor: String,
    /// To what.
    pub object: String,
    /// More: (name, value).
    pub detail: Vec<(String, String)>,
    /// Beginning of its hash.
    pub hash: String,
}

impl AuditPage {
    /// From a page of the store.
    pub fn new(service: &Service, params: &Params, page: Page<AuditRecord>, check: Option<AuditCheck>) -> Self {
        let typed = ["actor", "object", "from", "to"].map(|name| params.get(name).unwrap_or("").to_owned());
        let chosen = params.get("action").unwrap_or("");
        let kept: Vec<(&str, &str)> = KEPT.iter().filter_map(|name| Some((*name, params.get(name)?))).collect();
        let with = |path: &str, name: &'static str, value: &str| address(path, &[kept.as_slice(), &[(name, value)]].concat());
        Self {
            chrome: Chrome::admin(service),
            check: checked(check),
            rows: page.items.into_iter().map(Row::new).collect(),
            filtered: !kept.is_empty(),
            actions: AuditAction::ALL.iter().map(|a| (a.as_str(), a.vi(), a.as_str() == chosen)).collect(),
            typed,
            next: page.next_cursor.map(|cursor| with("/admin/audit", "cursor", &cursor)),
            file: with("/api/v1/audit", "format", "csv"),
        }
    }
}

fn checked(check: Option<AuditCheck>) -> Checked {
    let Some(AuditCheck { entries, head, broken, at }) = check else {
        let words = "Chuỗi nhật ký chưa được kiểm tra lần nào; dịch vụ tự kiểm tra mỗi ngày.".into();
        return Checked { words, head: String::new(), broken: false };
    };
    let at = at.map(|at| format!("Kiểm tra lúc {}: ", at.vi())).unwrap_or_default();
    let words = match &broken {
        None => format!("{at}{} mục, chuỗi nguyên vẹn.", count(entries)),
        Some(broken) => format!(
            "{at}mục số {} {}. Hãy giữ nguyên tệp kho dữ liệu và báo người phụ trách an toàn thông tin.",
            broken.number,
            broken.kind.vi()
        ),
    };
    Checked { words, head: head.to_string(), broken: broken.is_some() }
}

impl Row {
    fn new(AuditRecord { number, hash, entry }: AuditRecord) -> Self {
        let hash = hash.chars().take(12).collect();
        let Some(AuditEntry { at, actor, action, object, detail }) = entry else {
            let (action, none) = ("Mục không đọc được: đã bị sửa", String::new);
            return Self { number, at: none(), action, actor: none(), object: none(), detail: vec![], hash };
        };
        let token = if actor.token.is_empty() { String::new() } else { format!(" · {}", actor.token) };
        let name = if actor.name.is_empty() { String::new() } else { format!("{} · ", actor.name) };
        let actor = format!("{name}{}{token}", actor.kind.vi());
        Self { number, at: at.vi(), action: action.vi(), actor, object, detail: detail.into_iter().collect(), hash }
    }
}
