//! What was done, by whom: an entry of the audit log.

use crate::time::Time;
use crate::words;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

words! {
    /// By which way somebody acted.
    ActorKind {
        /// A user, through the pages.
        User = "user" / "Người dùng",
        /// A user's token, through the API.
        Token = "token" / "Mã truy cập",
        /// Whoever may run commands on the machine.
        Command = "command" / "Dòng lệnh",
        /// The service by itself.
        Service = "service" / "Dịch vụ",
        /// Nobody known: a sign-in that failed.
        Nobody = "nobody" / "Chưa đăng nhập",
    }
}

/// Who acted. The staff's own names are the one exception to the rule that no person is named.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Actor {
    /// By which way.
    pub kind: ActorKind,
    /// Sign-in name of the user, or of the owner of the token; empty for the others.
    pub name: String,
    /// Name of the token, never the token; not there for the others.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub token: String,
}

impl Actor {
    /// Whoever runs a command on this machine.
    pub fn command() -> Self {
        Self { kind: ActorKind::Command, name: String::new(), token: String::new() }
    }

    /// The service by itself.
    pub fn service() -> Self {
        Self { kind: ActorKind::Service, name: String::new(), token: String::new() }
    }

    /// Nobody known.
    pub fn nobody() -> Self {
        Self { kind: ActorKind::Nobody, name: String::new(), token: String::new() }
    }

    /// A user, through the pages.
    pub fn user(name: impl Into<String>) -> Self {
        Self { kind: ActorKind::User, name: name.into(), token: String::new() }
    }
}

words! {
    /// What is logged.
    AuditAction {
        /// A sign-in that went well.
        SignIn = "sign_in" / "Đăng nhập",
        /// A sign-in that was refused.
        SignInRefused = "sign_in_refused" / "Đăng nhập bị từ chối",
        /// A session ended by its owner.
        SignOut = "sign_out" / "Đăng xuất",
        /// A restricted item was read.
        ReadRestricted = "read_restricted" / "Xem mục hạn chế",
        /// Figures or documents left as a file.
        Export = "export" / "Xuất dữ liệu",
        /// An alert was restricted to its units, or opened to all.
        Restrict = "restrict" / "Đổi phạm vi xem",
        /// Somebody did something with an alert.
        Alert = "alert" / "Xử lý cảnh báo",
        /// A user was added, changed or disabled.
        User = "user" / "Thay đổi người dùng",
        /// A token was made or revoked.
        Token = "token" / "Thay đổi mã truy cập",
        /// Rules, facts, claims, sources or other configuration differ from before.
        Configuration = "configuration" / "Thay đổi cấu hình",
        /// A saved search was added or removed.
        SavedSearch = "saved_search" / "Thay đổi tìm kiếm đã lưu",
        /// A receiver of notices was added, changed, tested or removed.
        Receiver = "receiver" / "Thay đổi nơi nhận",
        /// A notice that could not be delivered was sent again or given up by a person.
        Notice = "notice" / "Xử lý thông báo chưa gửi được",
        /// A document of the random sample was reviewed.
        Review = "review" / "Rà soát mẫu",
        /// Documents were pushed in.
        Push = "push" / "Gửi tài liệu vào",
        /// All of the store was copied into a backup.
        Backup = "backup" / "Sao lưu kho",
        /// The store was put back from a backup: what came after it is not there.
        Restore = "restore" / "Khôi phục kho",
    }
}

/// What is to be logged. The log gives it its number and its place in the chain.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AuditEntry {
    /// When.
    pub at: Time,
    /// Who.
    pub actor: Actor,
    /// What.
    pub action: AuditAction,
    /// To what: `alert/7`, `user/lan`, `rules`. No secret, no text of a document.
    pub object: String,
    /// More, by name: before and after, counts, a query. No secret.
    #[serde(default)]
    pub detail: BTreeMap<String, String>,
}
