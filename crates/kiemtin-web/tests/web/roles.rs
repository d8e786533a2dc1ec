//! Every address × everybody × every method: who is let in follows from the route table alone.

use crate::staff::{session, token, user};
use crate::world::World;
use axum::body::Body;
use axum::http::{Method, Request, StatusCode, header};
use kiemtin_model::time::DAY_MS;
use kiemtin_model::{Actor, Right, StaffRole};
use kiemtin_store::staff::User;
use kiemtin_store::staff::change::{By, Change, change_user, revoke_token};
use kiemtin_web::routes::{Door, ROUTES};

/// What somebody comes with.
enum With {
    Nothing,
    Session(Option<User>, String),
    Token(String),
}

/// Somebody, and what they may do; none: they are not let in at all.
struct Somebody {
    name: String,
    with: With,
    rights: Option<Vec<Right>>,
}

fn somebody(name: impl Into<String>, with: With, rights: Option<&[Right]>) -> Somebody {
    Somebody { name: name.into(), with, rights: rights.map(<[Right]>::to_vec) }
}

/// The four roles by session; a token of each single right; and everybody who is kept out.
async fn everybody(world: &World) -> Vec<Somebody> {
    let by = By { actor: &Actor::command(), at: crate::staff::now(world) };
    let boss = user(world, "boss", StaffRole::Admin, None).await;
    let mut all = vec![somebody("nobody", With::Nothing, None)];
    // These two end while the others are made.
    let expired = token(world, &boss, "kt_expired", Right::ALL, 1).await;
    let idle = session(world, &boss, "idle").await;
    world.wait(DAY_MS);
    all.push(somebody(format!("expired token {expired}"), With::Token("kt_expired".into()), None));
    all.push(somebody("ended session", With::Session(None, idle), None));
    all.push(somebody("wrong token", With::Token("kt_wrong".into()), None));
    all.push(somebody("wrong session", With::Session(None, "kiemtin_session=wrong".into()), None));
    for role in StaffRole::ALL {
        let one = user(world, &format!("role.{role}"), *role, Some(&[])).await;
        let cookie = session(world, &one, role.as_str()).await;
        all.push(somebody(role.as_str(), With::Session(Some(one), cookie), Some(role.rights())));
    }
    for right in Right::ALL {
        let secret = format!("kt_{right}");
        token(world, &boss, &secret, &[*right], 1).await;
        all.push(somebody(format!("token to {right}"), With::Token(secret), Some(&[*right])));
    }
    let revoked = token(world, &boss, "kt_revoked", Right::ALL, 1).await;
    revoke_token(&*world.store, revoked, None, by).await.unwrap();
    all.push(somebody("revoked token", With::Token("kt_revoked".into()), None));
    let lowered = user(world, "lowered", StaffRole::Admin, None).await;
    token(world, &lowered, "kt_lowered", Right::ALL, 1).await;
    let cookie = session(world, &lowered, "lowered").await;
    let change = Change { role: Some(StaffRole::Reader), ..Change::default() };
    let lowered = change_user(&*world.store, lowered.id, change, by).await.unwrap();
    all.push(somebody("token of a lowered admin", With::Token("kt_lowered".into()), Some(StaffRole::Reader.rights())));
    all.push(somebody("session of a lowered admin", With::Session(Some(lowered), cookie), Some(StaffRole::Reader.rights())));
    let out = user(world, "out", StaffRole::Admin, None).await;
    token(world, &out, "kt_out", Right::ALL, 1).await;
    let cookie = session(world, &out, "out").await;
    change_user(&*world.store, out.id, Change { disabled: Some(true), ..Change::default() }, by).await.unwrap();
    all.push(somebody("token of a disabled user", With::Token("kt_out".into()), None));
    all.push(somebody("session of a disabled user", With::Session(None, cookie), None));
    all
}

/// What the table says: refused with this status, or let in.
fn expected(door: Door, method: &Method, who: &Somebody) -> Option<StatusCode> {
    let (page, read, change) = match door {
        Door::Operations | Door::Open => return None,
        Door::Page(read, change) => (true, read, change),
        Door::Api(read, change) | Door::Stream(read, change) | Door::Feed(read, change) => (false, read, change),
    };
    // Tokens are for programs.
    let rights = who.rights.as_ref().filter(|_| !page || !matches!(who.with, With::Token(_)));
    let right = if method.is_safe() { read } else { change };
    match rights {
        None if page && method.is_safe() => Some(StatusCode::SEE_OTHER),
        None => Some(StatusCode::UNAUTHORIZED),
        Some(rights) if rights.contains(&right) => None,
        Some(_) => Some(StatusCode::FORBIDDEN),
    }
}

#[tokio::test]
async fn who_is_let_in_follows_from_the_table() {
    let world = World::filled().await;
    let everybody = everybody(&world).await;
    let (mut asked, mut refused) = (0, 0);
    for route in ROUTES.iter().filter(|r| !matches!(r.door, Door::Operations | Door::Open)) {
        let path = route.path.replace("{id}", "999999").replace("{name}", "x").replace("{n}", "1");
        for method in [Method::GET, Method::HEAD, Method::POST, Method::PUT, Method::PATCH, Method::DELETE] {
            // What an address does not take is taken from nobody, whoever it is.
            let mut unserved = None;
            for (number, who) in everybody.iter().enumerate() {
                let mut request = Request::builder().method(&method).uri(&path).header("sec-fetch-site", "same-origin");
                match &who.with {
                    With::Nothing => {}
                    With::Token(token) => request = request.header(header::AUTHORIZATION, format!("Bearer {token}")),
                    // Signing out ends a session: that takes one of its own.
                    With::Session(Some(user), _) if path == "/sign-out" => {
                        request = request.header(header::COOKIE, session(&world, user, &format!("{method}{number}")).await);
                    }
                    With::Session(_, cookie) => request = request.header(header::COOKIE, cookie),
                }
                let answer = world.ask(request.body(Body::empty()).unwrap()).await;
                let at = format!("{method} {path} by {}: {}", who.name, answer.status);
                asked += 1;
                let is_unserved = answer.status == StatusCode::METHOD_NOT_ALLOWED;
                assert_eq!(*unserved.get_or_insert(is_unserved), is_unserved, "{at}");
                if is_unserved {
                    continue;
                }
                match expected(route.door, &method, who) {
                    Some(status) => {
                        refused += 1;
                        assert_eq!(answer.status, status, "{at}");
                        if status == StatusCode::SEE_OTHER {
                            assert!(answer.header(header::LOCATION).starts_with("/sign-in?next="), "{at}");
                        }
                        if matches!(route.door, Door::Api(..)) && method != Method::HEAD {
                            let problem = answer.json();
                            assert_eq!(problem["status"].as_u64(), Some(status.as_u16().into()), "{at}");
                        }
                    }
                    None => {
                        assert!(![StatusCode::UNAUTHORIZED, StatusCode::FORBIDDEN].contains(&answer.status), "{at}");
                        assert!(!answer.header(header::LOCATION).starts_with("/sign-in?"), "{at}");
                        assert!(!answer.status.is_server_error(), "{at}");
                    }
                }
            }
        }
    }
    println!("{asked} requests, {refused} refused");
    assert!(asked > 3_000 && refused > 1_000, "{asked} {refused}");
}

#[tokio::test]
async fn what_is_open_is_open_to_all_alike() {
    let world = World::filled().await;
    let everybody = everybody(&world).await;
    for route in ROUTES.iter().filter(|r| matches!(r.door, Door::Operations | Door::Open)) {
        let path = route.path.replace("{name}", "kiemtin.css");
        let mut seen = vec![];
        for who in &everybody {
            let request = Request::get(&path);
            let request = match &who.with {
                With::Nothing => request,
                With::Token(token) => request.header(header::AUTHORIZATION, format!("Bearer {token}")),
                With::Session(_, cookie) => request.header(header::COOKIE, cookie),
            };
            seen.push(world.ask(request.body(Body::empty()).unwrap()).await.status);
        }
        assert!(seen.windows(2).all(|pair| pair[0] == pair[1]), "{path}: {seen:?}");
    }
}
