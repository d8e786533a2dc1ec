//! `/sign-in` and `/sign-out`: by name and password, or by a one-time link with which a password is chosen.

use super::html;
use super::saved::fields;
use crate::access::{Attempt, Chosen, Link, LinkError, SignIn};
use crate::asker::Asker;
use crate::fault::Fault;
use crate::gate::{failed, is_led_by_others, may_change, peer, session};
use crate::params::Params;
use crate::service::Service;
use crate::view::chrome::Chrome;
use crate::view::sign_in::{ChoosePage, OnwardPage, SignInPage};
use crate::view::words::address;
use axum::extract::{Request, State};
use axum::http::header::{LOCATION, RETRY_AFTER, SET_COOKIE};
use axum::http::{HeaderMap, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use std::sync::Arc;

/// Longest address to go on to, in bytes.
const LONGEST_NEXT: usize = 2_000;

/// Leads who is not signed in to the page where one signs in, and back. Whoever comes from another site goes through a page of ours
/// first: only then does the browser send the cookie of their session, if they have one.
pub fn led(service: &Service, request: &Request) -> Response {
    if !request.method().is_safe() {
        return form(
            service,
            StatusCode::UNAUTHORIZED,
            "/",
            "",
            "Bạn chưa đăng nhập hoặc phiên đã hết; nội dung vừa gửi chưa được ghi nhận.",
        );
    }
    // A token that somebody put into the address goes no further.
    let has_token = request.uri().query().is_some_and(|q| q.contains("token="));
    let here = request.uri().path_and_query().map_or("/", |p| if has_token { p.path() } else { p.as_str() });
    if is_led_by_others(request.headers()) && session(service, request.headers()).is_none() {
        return onward(own_path(here), None);
    }
    let next = address("/sign-in", &[("next", own_path(here))]);
    (StatusCode::SEE_OTHER, [(LOCATION, next)]).into_response()
}

/// A page of ours that goes on by itself, with a cookie where one is given: the browser then sends it along, though another site (a
/// mail, a sign-in service) led here. `next` is one of [`own_path`].
pub fn onward(next: &str, cookie: Option<String>) -> Response {
    let mut response = html(StatusCode::OK, &OnwardPage { next: next.to_owned() });
    if let Some(Ok(cookie)) = cookie.map(TryInto::try_into) {
        response.headers_mut().insert(SET_COOKIE, cookie);
    }
    response
}

/// The address to go on to if it is a path of this service, else the desk. Browsers take `\` for `/`, and leave tabs and line ends
/// out: what has any of them is none.
pub fn own_path(next: &str) -> &str {
    let plain = next.len() <= LONGEST_NEXT && next.bytes().all(|b| b.is_ascii_graphic() && b != b'\\');
    let own = next.starts_with('/') && !next.starts_with("//");
    let loops = ["/sign-in", "/sign-out"].iter().any(|p| next.starts_with(p));
    if plain && own && !loops { next } else { "/" }
}

/// The form, or what a link is good for. The link of a trial run signs in at once.
pub async fn page(State(service): State<Arc<Service>>, headers: HeaderMap, uri: Uri) -> Result<Response, Fault> {
    let params = Params::read(&uri)?;
    let next = own_path(params.get("next").unwrap_or("/"));
    let Some(code) = params.get("code") else {
        return Ok(form(&service, StatusCode::OK, next, "", ""));
    };
    match service.access.link(code, service.now()).await.map_err(|e| failed(&e))? {
        Link::Operator => {
            let Some(secret) = service.access.open_operator(service.now()).await.map_err(|e| failed(&e))? else {
                return Err(Fault::link_used());
            };
            tracing::info!("somebody signed in with the one-time link");
            Ok(welcome(&service, &headers, &secret, "/"))
        }
        Link::First => Ok(choose(StatusCode::OK, code, None, "", "")),
        Link::User(user) => Ok(choose(StatusCode::OK, code, Some(&user.name), "", "")),
        Link::Used => Err(Fault::link_used()),
        Link::Unknown => Ok(form(&service, StatusCode::UNAUTHORIZED, next, "", "Liên kết đăng nhập này không đúng hoặc đã hết hạn.")),
    }
}

fn form(service: &Service, status: StatusCode, next: &str, name: &str, wrong: &str) -> Response {
    let page = SignInPage {
        chrome: Chrome { nav: false, ..Chrome::bare() },
        next: next.into(),
        name: name.into(),
        wrong: wrong.into(),
        provider: service.oidc.as_ref().map(|oidc| (oidc.name().to_owned(), address("/sign-in/oidc", &[("next", next)]))),
    };
    html(status, &page)
}

fn choose(status: StatusCode, code: &str, user: Option<&str>, name: &str, wrong: &str) -> Response {
    let page = ChoosePage {
        chrome: Chrome { nav: false, ..Chrome::bare() },
        code: code.into(),
        user: user.unwrap_or_default().into(),
        name: name.into(),
        wrong: wrong.into(),
    };
    html(status, &page)
}

fn welcome(service: &Service, headers: &HeaderMap, secret: &str, next: &str) -> Response {
    let cookie = service.access.cookie(secret);
    if is_led_by_others(headers) {
        return onward(next, Some(cookie));
    }
    (StatusCode::SEE_OTHER, [(SET_COOKIE, cookie), (LOCATION, next.to_owned())]).into_response()
}

/// Signs in: with a name and a password, or with a link and the password that is chosen by it.
pub async fn sign_in(State(service): State<Arc<Service>>, request: Request) -> Result<Response, Fault> {
    if !may_change(&request) {
        return Err(Fault::foreign());
    }
    let (headers, peer) = (request.headers().clone(), peer(request.extensions(), request.headers()));
    let fields = fields(request).await?;
    let of = |name: &str| fields.get(name).unwrap_or("");
    let (before, now) = (session(&service, &headers), service.now());
    // As typed: spaces at the end belong to a password.
    let password = fields.typed("password").unwrap_or("");
    if let Some(code) = fields.get("code") {
        let chosen = service.access.choose(Chosen { code, name: of("name"), password, before }, now).await;
        return match chosen {
            Ok(secret) => Ok(welcome(&service, &headers, &secret, "/")),
            Err(LinkError::Access(error)) => Err(failed(&error)),
            Err(LinkError::Gone) => Err(Fault::link_used()),
            Err(error) => {
                let user = match service.access.link(code, now).await.map_err(|e| failed(&e))? {
                    Link::User(user) => Some(user.name),
                    _ => None,
                };
                Ok(choose(StatusCode::BAD_REQUEST, code, user.as_deref(), of("name"), &error.to_string()))
            }
        };
    }
    let (name, next) = (of("name"), own_path(of("next")));
    match service.access.sign_in(Attempt { name, password, peer, before }, now).await.map_err(|e| failed(&e))? {
        SignIn::Welcome(secret) => Ok(welcome(&service, &headers, &secret, next)),
        SignIn::Refused => Ok(form(&service, StatusCode::UNAUTHORIZED, next, name, "Tên đăng nhập hoặc mật khẩu không đúng.")),
        SignIn::Limited(seconds) => Ok(later(seconds, form(&service, StatusCode::TOO_MANY_REQUESTS, next, name, &too_often(seconds)))),
        SignIn::Busy => Ok(later(
            2,
            form(&service, StatusCode::SERVICE_UNAVAILABLE, next, name, "Đang có quá nhiều người đăng nhập; hãy thử lại sau vài giây."),
        )),
    }
}

/// How long to wait, in words.
pub(super) fn too_often(seconds: i64) -> String {
    format!("Đã sai quá nhiều lần; hãy thử lại sau {} phút. Trong lúc đó mật khẩu đúng cũng không được nhận.", (seconds + 59) / 60)
}

pub(super) fn later(seconds: i64, mut response: Response) -> Response {
    response.headers_mut().insert(RETRY_AFTER, seconds.max(1).into());
    response
}

/// Ends the session.
pub async fn sign_out(State(service): State<Arc<Service>>, asker: Asker, request: Request) -> Result<Response, Fault> {
    if let Some(secret) = session(&service, request.headers()) {
        service.access.sign_out(secret, &asker, service.now()).await.map_err(|e| failed(&e))?;
    }
    Ok((StatusCode::SEE_OTHER, [(SET_COOKIE, service.access.cookie("")), (LOCATION, "/sign-in".to_owned())]).into_response())
}

#[cfg(test)]
mod tests {
    use super::own_path;

    #[test]
    fn only_own_paths_are_gone_on_to() {
        for own in ["/", "/alerts/7", "/search?q=gi%C3%A1&from=2026-11-01", "/a//b", "/?next=https://la.example"] {
            assert_eq!(own_path(own), own);
        }
        for other in [
            "",
            "alerts",
            "//la.example",
            "/\\la.example",
            "\\/la.example",
            "https://la.example",
            "javascript:alert(1)",
            "/\t/la.example",
            "/\n/la.example",
            " /a",
            "/giá",
            "/sign-in?next=/",
            "/sign-out",
        ] {
            assert_eq!(own_path(other), "/", "{other}");
        }
        assert_eq!(own_path(&format!("/{}", "a".repeat(3_000))), "/");
    }
}
