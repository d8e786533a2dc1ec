//! How do users and tokens come, change and go?
//!
//! Every change stands in one transaction with its entry of the audit log. Bounds are kept here, and that somebody who runs the
//! service is always left: the last administrator can neither be disabled nor be given another role.

use super::{LINK_MS, MOST_TOKENS, MOST_USERS, Token, User};
use crate::store::{Batch, Store, StoreError};
use kiemtin_model::time::DAY_MS;
use kiemtin_model::{Actor, AuditAction, AuditEntry, Right, StaffRole, Time};
use std::collections::BTreeMap;

/// Longest sign-in name, name of a person and name of a token, in Unicode scalar values.
pub const LONGEST_NAME: usize = 64;
/// Most units of one user, and longest name of a unit in Unicode scalar values.
const MOST_UNITS: usize = 50;
const LONGEST_UNIT: usize = 200;
/// Longest address of mail (RFC 5321, section 4.5.3.1.3, less the brackets).
pub const LONGEST_EMAIL: usize = 254;
/// Most days that a token works.
pub const MOST_DAYS: u32 = 366;

/// Why nothing was changed. The words are for the person who asked.
#[derive(Debug, thiserror::Error)]
pub enum StaffError {
    /// The name cannot be a sign-in name.
    #[error("tên đăng nhập cần 2 đến {LONGEST_NAME} ký tự: chữ cái không dấu, chữ số và . _ - @, bắt đầu bằng chữ hoặc số")]
    Name,
    /// Somebody has the name.
    #[error("đã có người dùng tên «{0}»")]
    Taken(String),
    /// The name of a person or of a token cannot be one.
    #[error("tên hiển thị hoặc tên mã cần 1 đến {LONGEST_NAME} ký tự, không có ký tự điều khiển")]
    Display,
    /// There are too many users.
    #[error("đã có {MOST_USERS} người dùng")]
    Full,
    /// There are too many tokens.
    #[error("người dùng này đã có {MOST_TOKENS} mã truy cập còn hiệu lực; hãy thu hồi bớt")]
    FullOfTokens,
    /// It cannot be an address of mail.
    #[error("«{0}» không phải là địa chỉ thư")]
    Email(String),
    /// Somebody has the address: a sign-in service may tell people apart by it.
    #[error("đã có người dùng với địa chỉ thư này")]
    EmailTaken,
    /// The units cannot be units.
    #[error("danh sách đơn vị có nhiều nhất {MOST_UNITS} tên, mỗi tên 1 đến {LONGEST_UNIT} ký tự")]
    Units,
    /// Nobody would be left to run the service.
    #[error("đây là quản trị viên cuối cùng còn hoạt động; hãy thêm một quản trị viên khác trước")]
    LastAdmin,
    /// A token needs something to do, and no more than its owner may.
    #[error("mã truy cập cần ít nhất một quyền, trong các quyền của người dùng: {0}")]
    Rights(String),
    /// So many days are not allowed.
    #[error("mã truy cập có hiệu lực 1 đến {MOST_DAYS} ngày")]
    Days,
    /// There is no such user.
    #[error("không có người dùng này")]
    Unknown,
    /// There is no such token.
    #[error("không có mã truy cập này")]
    UnknownToken,
    /// The user may not come in.
    #[error("người dùng «{0}» đang bị khóa")]
    Disabled(String),
    /// The store failed.
    #[error("the store failed")]
    Store(#[from] StoreError),
}

/// Who acts, and when.
#[derive(Clone, Copy, Debug)]
pub struct By<'a> {
    /// Who.
    pub actor: &'a Actor,
    /// When.
    pub at: Time,
}

impl By<'_> {
    /// The entry of the log for something that this actor did.
    pub fn entry(&self, action: AuditAction, object: String, detail: &[(&str, &str)]) -> AuditEntry {
        let detail: BTreeMap<_, _> = detail.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect();
        AuditEntry { at: self.at, actor: self.actor.clone(), action, object, detail }
    }
}

/// Somebody who is to be added.
#[derive(Clone, Debug)]
pub struct NewUser {
    /// Sign-in name.
    pub name: String,
    /// What people call them; empty: as the sign-in name.
    pub display: String,
    /// What they are here for.
    pub role: StaffRole,
    /// Units whose restricted items they see; none: those of all.
    pub units: Option<Vec<String>>,
    /// Address for their own mail; empty without one.
    pub email: String,
}

/// What is to be changed of a user; what is none stays.
#[derive(Clone, Debug, Default)]
pub struct Change {
    /// What people call them.
    pub display: Option<String>,
    /// What they are here for.
    pub role: Option<StaffRole>,
    /// Units whose restricted items they see; none: those of all.
    pub units: Option<Option<Vec<String>>>,
    /// Address for their own mail; empty without one.
    pub email: Option<String>,
    /// Whether they may not come in.
    pub disabled: Option<bool>,
}

/// Adds a user who cannot sign in yet: that takes a link, a password or the ministry's own sign-in service.
///
/// # Errors
/// A name, an address or units that cannot be; a name that is taken; too many.
pub async fn add_user(store: &dyn Store, new: NewUser, by: By<'_>) -> Result<User, StaffError> {
    let mut batch = store.begin().await?;
    let user = put_new(batch.as_mut(), new, by).await?;
    batch.commit().await?;
    Ok(user)
}

/// As [`add_user`], in the transaction of the caller.
///
/// # Errors
/// As of [`add_user`].
pub async fn put_new(batch: &mut dyn Batch, new: NewUser, by: By<'_>) -> Result<User, StaffError> {
    let name = new.name.trim().to_owned();
    check_name(&name)?;
    if let Some(same) = batch.user_named(&name).await? {
        return Err(StaffError::Taken(same.name));
    }
    let others = batch.users().await?;
    if others.len() >= MOST_USERS {
        return Err(StaffError::Full);
    }
    let display = if new.display.trim().is_empty() { name.clone() } else { new.display };
    let mut user = User {
        id: 0,
        name,
        display: line(&display)?,
        role: new.role,
        units: new.units.map(units).transpose()?,
        email: free(email(&new.email)?, 0, &others)?,
        has_password: false,
        subject: None,
        disabled_at: None,
        created_at: by.at,
    };
    user.id = batch.put_user(&user).await?;
    let detail = [("change", "added"), ("role", user.role.as_str()), ("units", &told(&user.units)), ("email", &user.email)];
    batch.put_audit(&by.entry(AuditAction::User, object(&user), &detail)).await?;
    Ok(user)
}

/// Changes a user. Whoever is disabled loses every session at once; their tokens do not work as long as they are.
///
/// # Errors
/// No such user; a value that cannot be; the last administrator.
pub async fn change_user(store: &dyn Store, id: i64, change: Change, by: By<'_>) -> Result<User, StaffError> {
    let mut batch = store.begin().await?;
    let before = batch.user(id).await?.ok_or(StaffError::Unknown)?;
    let others = batch.users().await?;
    let mut user = before.clone();
    if let Some(display) = change.display {
        user.display = line(&display)?;
    }
    user.role = change.role.unwrap_or(user.role);
    if let Some(new) = change.units {
        user.units = new.map(units).transpose()?;
    }
    if let Some(new) = change.email {
        user.email = free(email(&new)?, id, &others)?;
    }
    match change.disabled {
        Some(true) => user.disabled_at = user.disabled_at.or(Some(by.at)),
        Some(false) => user.disabled_at = None,
        None => {}
    }
    if user == before {
        return Ok(user);
    }
    if before.is_enabled_admin() && !user.is_enabled_admin() && !others.iter().any(|u| u.id != id && u.is_enabled_admin()) {
        return Err(StaffError::LastAdmin);
    }
    batch.put_user(&user).await?;
    if user.disabled_at.is_some() {
        batch.end_sessions(id, "").await?;
    }
    let detail = differences(&before, &user);
    let detail: Vec<(&str, &str)> = detail.iter().map(|(name, words)| (*name, words.as_str())).collect();
    batch.put_audit(&by.entry(AuditAction::User, object(&user), &detail)).await?;
    batch.commit().await?;
    Ok(user)
}

/// What differs, as `before -> after`.
fn differences(before: &User, after: &User) -> Vec<(&'static str, String)> {
    let state = |user: &User| if user.disabled_at.is_some() { "disabled" } else { "enabled" }.to_owned();
    let pairs = [
        ("display", before.display.clone(), after.display.clone()),
        ("role", before.role.to_string(), after.role.to_string()),
        ("units", told(&before.units), told(&after.units)),
        ("email", before.email.clone(), after.email.clone()),
        ("state", state(before), state(after)),
    ];
    pairs.into_iter().filter(|(_, a, b)| a != b).map(|(name, a, b)| (name, format!("{a} -> {b}"))).collect()
}

/// The user signs in with a password of this hash from now on; all their sessions end but the one with the hash `but`.
///
/// # Errors
/// No such user.
pub async fn set_password(store: &dyn Store, id: i64, hash: &str, but: &str, by: By<'_>) -> Result<(), StaffError> {
    let mut batch = store.begin().await?;
    put_password(batch.as_mut(), id, hash, but, by).await?;
    Ok(batch.commit().await?)
}

/// As [`set_password`], in the transaction of the caller.
///
/// # Errors
/// As of [`set_password`].
pub async fn put_password(batch: &mut dyn Batch, id: i64, hash: &str, but: &str, by: By<'_>) -> Result<(), StaffError> {
    let user = batch.user(id).await?.ok_or(StaffError::Unknown)?;
    batch.put_password(id, hash).await?;
    batch.end_sessions(id, but).await?;
    Ok(batch.put_audit(&by.entry(AuditAction::User, object(&user), &[("change", "password")])).await?)
}

/// Makes a one-time link of this hash with which the user sets a password; earlier ones no longer work.
///
/// # Errors
/// No such user, or a disabled one.
pub async fn make_link(store: &dyn Store, id: i64, hash: &str, by: By<'_>) -> Result<User, StaffError> {
    let mut batch = store.begin().await?;
    let user = batch.user(id).await?.ok_or(StaffError::Unknown)?;
    if user.disabled_at.is_some() {
        return Err(StaffError::Disabled(user.name));
    }
    batch.put_link(hash, Some(id), Some(by.at.plus(LINK_MS)), by.at).await?;
    batch.put_audit(&by.entry(AuditAction::User, object(&user), &[("change", "link")])).await?;
    batch.commit().await?;
    Ok(user)
}

/// Makes a token of this hash.
///
/// # Errors
/// No such user, or a disabled one; rights that the user has not; a name or a number of days that cannot be; too many.
pub async fn add_token(
    store: &dyn Store,
    (id, name, hash): (i64, &str, &str),
    mut rights: Vec<Right>,
    days: u32,
    by: By<'_>,
) -> Result<Token, StaffError> {
    let mut batch = store.begin().await?;
    let user = batch.user(id).await?.ok_or(StaffError::Unknown)?;
    if user.disabled_at.is_some() {
        return Err(StaffError::Disabled(user.name));
    }
    rights.sort();
    rights.dedup();
    if rights.is_empty() || rights.iter().any(|right| !user.role.rights().contains(right)) {
        return Err(StaffError::Rights(words(user.role.rights())));
    }
    if !(1..=MOST_DAYS).contains(&days) {
        return Err(StaffError::Days);
    }
    if batch.tokens(id).await?.iter().filter(|t| t.works(by.at)).count() >= MOST_TOKENS {
        return Err(StaffError::FullOfTokens);
    }
    let mut token = Token {
        id: 0,
        user: id,
        user_name: user.name.clone(),
        name: line(name)?,
        rights,
        created_at: by.at,
        expires_at: by.at.plus(i64::from(days) * DAY_MS),
        last_used_at: None,
        revoked_at: None,
    };
    token.id = batch.put_token(&token, hash).await?;
    let detail = [
        ("change", "added"),
        ("owner", user.name.as_str()),
        ("name", &token.name),
        ("rights", &words(&token.rights)),
        ("days", &days.to_string()),
    ];
    batch.put_audit(&by.entry(AuditAction::Token, format!("token/{}", token.id), &detail)).await?;
    batch.commit().await?;
    Ok(token)
}

/// Takes a token back, of this owner where one is given. One that was taken back before stays so.
///
/// # Errors
/// No such token.
pub async fn revoke_token(store: &dyn Store, id: i64, owner: Option<i64>, by: By<'_>) -> Result<Token, StaffError> {
    let mut batch = store.begin().await?;
    let found = batch.token_numbered(id).await?.filter(|t| owner.is_none_or(|owner| owner == t.user));
    let token = found.ok_or(StaffError::UnknownToken)?;
    if token.revoked_at.is_some() {
        return Ok(token);
    }
    batch.revoke_token(id, by.at).await?;
    let detail = [("change", "revoked"), ("owner", token.user_name.as_str()), ("name", &token.name)];
    batch.put_audit(&by.entry(AuditAction::Token, format!("token/{id}"), &detail)).await?;
    batch.commit().await?;
    Ok(Token { revoked_at: Some(by.at), ..token })
}

/// `user/lan`: a user as the audit log names them.
pub fn object(user: &User) -> String {
    format!("user/{}", user.name)
}

fn words(rights: &[Right]) -> String {
    rights.iter().map(|r| r.as_str()).collect::<Vec<_>>().join(", ")
}

fn told(units: &Option<Vec<String>>) -> String {
    units.as_ref().map_or("(all)".into(), |units| units.join("; "))
}

/// A sign-in name is plain ASCII, so that no two names look alike.
fn check_name(name: &str) -> Result<(), StaffError> {
    let begins = name.starts_with(|c: char| c.is_ascii_alphanumeric());
    let plain = name.chars().all(|c| c.is_ascii_alphanumeric() || "._-@".contains(c));
    if begins && plain && (2..=LONGEST_NAME).contains(&name.len()) { Ok(()) } else { Err(StaffError::Name) }
}

fn line(text: &str) -> Result<String, StaffError> {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let fits = (1..=LONGEST_NAME).contains(&text.chars().count()) && !text.contains(char::is_control);
    if fits { Ok(text) } else { Err(StaffError::Display) }
}

/// What can be an address of mail, written plainly (RFC 5321 without quotation and comments); empty is none.
fn email(text: &str) -> Result<String, StaffError> {
    let text = text.trim();
    let plain = |part: &str, more: &str| !part.is_empty() && part.chars().all(|c| c.is_ascii_alphanumeric() || more.contains(c));
    let host = |host: &str| host.contains('.') && host.split('.').all(|label| plain(label, "-"));
    let sound = text.split_once('@').is_some_and(|(local, at)| plain(local, "!#$%&'*+-/=?^_`{|}~.") && host(at));
    if text.is_empty() || (sound && text.len() <= LONGEST_EMAIL) {
        Ok(text.to_owned())
    } else {
        Err(StaffError::Email(text.chars().take(80).collect()))
    }
}

/// The address, if no other user has it, whatever its capital letters.
fn free(email: String, own: i64, all: &[User]) -> Result<String, StaffError> {
    let taken = !email.is_empty() && all.iter().any(|u| u.id != own && u.email.eq_ignore_ascii_case(&email));
    if taken { Err(StaffError::EmailTaken) } else { Ok(email) }
}

fn units(units: Vec<String>) -> Result<Vec<String>, StaffError> {
    let mut units: Vec<String> = units.into_iter().map(|unit| unit.trim().to_owned()).collect();
    units.sort();
    units.dedup();
    let sound = |unit: &String| (1..=LONGEST_UNIT).contains(&unit.chars().count()) && !unit.contains(char::is_control);
    if units.len() <= MOST_UNITS && units.iter().all(sound) { Ok(units) } else { Err(StaffError::Units) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_addresses_are_plain() {
        for (name, sound) in
            [("lan", true), ("lan.nguyen-2@bct", true), ("l", false), (".lan", false), ("lan nguyen", false), ("Lân", false)]
        {
            assert_eq!(check_name(name).is_ok(), sound, "{name}");
        }
        for (address, sound) in [
            ("", true),
            ("lan@moit.example.vn", true),
            ("lan+tin@a.vn", true),
            ("lan", false),
            ("lan@vn", false),
            ("lan@a..vn", false),
            ("a@b.vn\nbcc:x@y.vn", false),
            ("a@b@c.vn", false),
            ("<a@b.vn>", false),
        ] {
            assert_eq!(email(address).is_ok(), sound, "{address}");
        }
        assert!(line(" Nguyễn  Lan ").is_ok_and(|n| n == "Nguyễn Lan") && line("").is_err() && line(&"a".repeat(65)).is_err());
        assert!(units(vec!["B".into(), "A".into(), "B ".into()]).is_ok_and(|u| u == ["A", "B"]) && units(vec![String::new()]).is_err());
    }
}
