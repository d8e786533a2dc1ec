//! Người dùng và mã truy cập: who may come in, and by what?

use crate::staff::sight_in_words;
use crate::view::chrome::Chrome;
use crate::view::words::ago;
use askama::Template;
use kiemtin_model::{Right, StaffRole, Time};
use kiemtin_store::staff::{Token, User};

/// The page that leads to all of the administration.
#[derive(Template)]
#[template(path = "admin.html")]
pub struct AdminPage {
    /// Around it.
    pub chrome: Chrome,
}

/// All users.
#[derive(Template)]
#[template(path = "users.html")]
pub struct UsersPage {
    /// Around it.
    pub chrome: Chrome,
    /// Every user.
    pub rows: Vec<UserRow>,
    /// The form that adds one.
    pub form: UserForm,
    /// What is told of what was just done.
    pub told: Told,
}

/// One user.
#[derive(Template)]
#[template(path = "user.html")]
pub struct UserPage {
    /// Around it.
    pub chrome: Chrome,
    /// The user.
    pub row: UserRow,
    /// The form that changes them.
    pub form: UserForm,
    /// Their tokens.
    pub tokens: Vec<TokenRow>,
    /// What is told of what was just done.
    pub told: Told,
}

/// All tokens.
#[derive(Template)]
#[template(path = "tokens.html")]
pub struct TokensPage {
    /// Around it.
    pub chrome: Chrome,
    /// Every token.
    pub rows: Vec<TokenRow>,
    /// Where a token is taken back.
    pub action: &'static str,
}

/// Somebody's own page.
#[derive(Template)]
#[template(path = "account.html")]
pub struct AccountPage {
    /// Around it.
    pub chrome: Chrome,
    /// Who it is; none for the operator of a trial run.
    pub row: Option<UserRow>,
    /// Their tokens.
    pub rows: Vec<TokenRow>,
    /// Where a token is taken back.
    pub action: &'static str,
    /// Rights that a token may have.
    pub rights: Vec<(&'static str, &'static str)>,
    /// What is told of what was just done.
    pub told: Told,
}

/// What is told of what was just done.
#[derive(Clone, Debug, Default)]
pub struct Told {
    /// What is wrong; empty when nothing is.
    pub wrong: String,
    /// What went well; empty without anything to say.
    pub done: String,
    /// A secret that is shown this once; empty without one.
    pub secret: String,
}

impl Told {
    /// Something is wrong.
    pub fn wrong(words: impl Into<String>) -> Self {
        Self { wrong: words.into(), ..Self::default() }
    }

    /// Something went well.
    pub fn done(words: impl Into<String>) -> Self {
        Self { done: words.into(), ..Self::default() }
    }
}

/// A user.
#[derive(Clone, Debug)]
pub struct UserRow {
    /// Sign-in name.
    pub name: String,
    /// What people call them.
    pub display: String,
    /// What they are here for.
    pub role: &'static str,
    /// Which restricted items they see.
    pub sight: String,
    /// Address for their own mail.
    pub email: String,
    /// Whether they may not come in.
    pub disabled: bool,
    /// `hoạt động`, `đang bị khóa từ …`, `chưa đặt mật khẩu`.
    pub state: String,
    /// Their page.
    pub href: String,
}

impl UserRow {
    /// A user.
    pub fn new(user: &User) -> Self {
        let state = match (user.disabled_at, user.has_password || user.subject.is_some()) {
            (Some(at), _) => format!("bị khóa từ {}", at.vi()),
            (None, true) => "hoạt động".into(),
            (None, false) => "chưa đặt mật khẩu".into(),
        };
        Self {
            name: user.name.clone(),
            display: user.display.clone(),
            role: user.role.vi(),
            sight: sight_in_words(&user.sight()),
            email: user.email.clone(),
            disabled: user.disabled_at.is_some(),
            state,
            href: format!("/admin/users/{}", user.id),
        }
    }
}

/// A token.
#[derive(Clone, Debug)]
pub struct TokenRow {
    /// Its number.
    pub id: i64,
    /// What its owner calls it.
    pub name: String,
    /// Sign-in name of its owner.
    pub owner: String,
    /// What it may do.
    pub rights: String,
    /// Until when it works, or since when it does not.
    pub state: String,
    /// When it was last used.
    pub used: String,
    /// Whether it can be taken back.
    pub works: bool,
}

impl TokenRow {
    /// A token as of `now`.
    pub fn new(token: Token, now: Time) -> Self {
        let works = token.works(now);
        let state = match token.revoked_at {
            Some(at) => format!("đã thu hồi {}", at.vi()),
            None if works => format!("đến {}", token.expires_at.vi()),
            None => format!("hết hạn {}", token.expires_at.vi()),
        };
        Self {
            id: token.id,
            name: token.name,
            owner: token.user_name,
            rights: token.rights.iter().map(|r| r.vi()).collect::<Vec<_>>().join(", "),
            state,
            used: token.last_used_at.map_or("chưa dùng".into(), |at| format!("dùng lần cuối {}", ago(at, now))),
            works,
        }
    }
}

/// What is in the form of a user.
#[derive(Clone, Debug)]
pub struct UserForm {
    /// Sign-in name.
    pub name: String,
    /// What people call them.
    pub display: String,
    /// Address for their own mail.
    pub email: String,
    /// (word, in Vietnamese, chosen).
    pub roles: Vec<(&'static str, &'static str, bool)>,
    /// Sees the restricted items of all units.
    pub all: bool,
    /// (unit, chosen).
    pub units: Vec<(String, bool)>,
}

impl UserForm {
    /// As it is filled in.
    pub fn new([name, display, email]: [&str; 3], role: StaffRole, units: &Option<Vec<String>>, known: &[&str]) -> Self {
        let chosen = |unit: &str| units.iter().flatten().any(|u| u == unit);
        // Units that the configuration no longer names stay until they are taken out.
        let further = units.iter().flatten().map(String::as_str).filter(|unit| !known.contains(unit));
        Self {
            name: name.into(),
            display: display.into(),
            email: email.into(),
            roles: StaffRole::ALL.iter().map(|r| (r.as_str(), r.vi(), *r == role)).collect(),
            all: units.is_none(),
            units: known.iter().copied().chain(further).map(|unit| (unit.to_owned(), chosen(unit))).collect(),
        }
    }
}

/// Rights of a role, to be chosen from.
pub fn choice(rights: &[Right]) -> Vec<(&'static str, &'static str)> {
    rights.iter().map(|r| (r.as_str(), r.vi())).collect()
}
