//! What is the same for the pages and the API of users and tokens?

use crate::access::secret::{secret, token};
use crate::asker::Asker;
use crate::fault::Fault;
use crate::gate::failed;
use crate::service::Service;
use kiemtin_model::{AuditAction, Right, Sight};
use kiemtin_store::staff::change::{self, By, NewUser, StaffError};
use kiemtin_store::staff::{Token, User, hash_of};

/// Tokens that a list holds at most.
pub const MOST_LISTED: usize = 1_000;

/// Who acts now.
pub fn by<'a>(service: &Service, asker: &'a Asker) -> By<'a> {
    By { actor: &asker.actor, at: service.now() }
}

/// What was wrong with a change, for people and programs.
pub fn fault(error: StaffError) -> Fault {
    match error {
        StaffError::Store(error) => error.into(),
        StaffError::Unknown => Fault::not_found("người dùng này"),
        StaffError::UnknownToken => Fault::not_found("mã truy cập này"),
        StaffError::Taken(_)
        | StaffError::EmailTaken
        | StaffError::Full
        | StaffError::FullOfTokens
        | StaffError::LastAdmin
        | StaffError::Disabled(_) => Fault::conflict(error.to_string()),
        error => Fault::body(error.to_string()),
    }
}

/// The user with the id in an address.
pub async fn user(service: &Service, id: &str) -> Result<User, Fault> {
    let missing = || Fault::not_found("người dùng này");
    service.store.user(id.parse().map_err(|_| missing())?).await?.ok_or_else(missing)
}

/// Units, if each is one of the configuration's.
pub fn known_units(service: &Service, units: Option<Vec<String>>) -> Result<Option<Vec<String>>, Fault> {
    let known = service.catalogue.units();
    match units.iter().flatten().find(|unit| !known.contains(&unit.as_str())) {
        Some(unknown) => Err(Fault::parameter("units", unknown, &format!("một trong: {}", known.join("; ")))),
        None => Ok(units),
    }
}

/// Adds a user, and gives the path of the link with which they choose a password.
pub async fn add(service: &Service, asker: &Asker, new: NewUser) -> Result<(User, String), Fault> {
    let new = NewUser { units: known_units(service, new.units)?, ..new };
    let user = change::add_user(&*service.store, new, by(service, asker)).await.map_err(fault)?;
    let link = link(service, asker, user.id).await?;
    Ok((user, link))
}

/// Makes a link with which a user chooses a password, and gives its path. It is told once.
pub async fn link(service: &Service, asker: &Asker, user: i64) -> Result<String, Fault> {
    let code = secret().map_err(|e| failed(&e))?;
    change::make_link(&*service.store, user, &hash_of(&code), by(service, asker)).await.map_err(fault)?;
    Ok(format!("/sign-in?code={code}"))
}

/// Makes a token, and gives its secret. It is told once.
pub async fn add_token(
    service: &Service,
    asker: &Asker,
    (user, name): (i64, &str),
    rights: Vec<Right>,
    days: u32,
) -> Result<(Token, String), Fault> {
    let secret = token().map_err(|e| failed(&e))?;
    let made = change::add_token(&*service.store, (user, name, &hash_of(&secret)), rights, days, by(service, asker)).await;
    Ok((made.map_err(fault)?, secret))
}

/// Notes that somebody reads a restricted alert.
pub async fn note_read(service: &Service, asker: &Asker, alert: i64) -> Result<(), Fault> {
    let entry = by(service, asker).entry(AuditAction::ReadRestricted, format!("alert/{alert}"), &[]);
    Ok(service.store.put_audit(&[entry]).await?)
}

/// Notes that a feed which somebody reads holds these restricted alerts: one entry an answer, as feeds are asked for all day.
pub async fn note_feed(service: &Service, asker: &Asker, alerts: &[i64]) -> Result<(), Fault> {
    let alerts = alerts.iter().map(i64::to_string).collect::<Vec<_>>().join(", ");
    let entry = by(service, asker).entry(AuditAction::ReadRestricted, "feed/alerts".to_owned(), &[("alerts", &alerts)]);
    Ok(service.store.put_audit(&[entry]).await?)
}

/// Which restricted items somebody sees, in words.
pub fn sight_in_words(sight: &Sight) -> String {
    match sight {
        Sight::All => "mọi đơn vị".into(),
        Sight::Units(units) if units.is_empty() => "không mục hạn chế nào".into(),
        Sight::Units(units) => units.join("; "),
    }
}
