//! People of the staff for the tests, and the pages and the API on which they are kept.

use crate::world::{Answer, World};
use axum::body::Body;
use axum::http::{Method, Request, StatusCode, header};
use kiemtin_model::{Actor, AuditAction, Right, StaffRole, Time};
use kiemtin_store::staff::change::{self, By, NewUser};
use kiemtin_store::staff::{User, hash_of};
use kiemtin_store::{AuditFilter, AuditStore, StaffStore, Store};
use kiemtin_web::access::password::hashed;
use serde_json::{Value, json};

pub const PASSWORD: &str = "con mèo trèo cây cau";

pub fn now(world: &World) -> Time {
    world.now()
}

/// Adds somebody; units: those whose restricted items they see, none: all.
pub async fn user(world: &World, name: &str, role: StaffRole, units: Option<&[&str]>) -> User {
    let units = units.map(|u| u.iter().map(|u| (*u).to_owned()).collect());
    let new = NewUser { name: name.into(), display: String::new(), role, units, email: String::new() };
    change::add_user(&*world.store, new, By { actor: &Actor::command(), at: now(world) }).await.unwrap()
}

/// Gives somebody [`PASSWORD`].
pub async fn with_password(world: &World, user: &User) {
    let hash = hashed(PASSWORD, b"sixteen bytes...").unwrap();
    change::set_password(&*world.store, user.id, &hash, "", By { actor: &Actor::command(), at: now(world) }).await.unwrap();
}

/// A session of somebody, as a cookie.
pub async fn session(world: &World, user: &User, secret: &str) -> String {
    let mut batch = world.store.begin().await.unwrap();
    batch.put_session(&hash_of(secret), user.id, now(world)).await.unwrap();
    batch.commit().await.unwrap();
    format!("kiemtin_session={secret}")
}

/// A token of somebody.
pub async fn token(world: &World, user: &User, secret: &str, rights: &[Right], days: u32) -> i64 {
    let (hash, actor) = (hash_of(secret), Actor::command());
    let by = By { actor: &actor, at: now(world) };
    let made = change::add_token(&*world.store, (user.id, secret, &hash), rights.to_vec(), days, by);
    made.await.unwrap().id
}

/// Posts a form of a page.
pub async fn post(world: &World, cookie: &str, path: &str, fields: &[(&str, &str)]) -> Answer {
    let escape = |text: &str| text.bytes().map(|b| format!("%{b:02X}")).collect::<String>();
    let body = fields.iter().map(|(name, value)| format!("{name}={}", escape(value))).collect::<Vec<_>>().join("&");
    let request =
        Request::post(path).header("sec-fetch-site", "same-origin").header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
    world.ask(request.header(header::COOKIE, cookie).body(Body::from(body)).unwrap()).await
}

/// Sends JSON with a token.
pub async fn send(world: &World, token: &str, method: Method, path: &str, body: &Value) -> Answer {
    let request = Request::builder().method(method).uri(path).header(header::CONTENT_TYPE, "application/json");
    world.ask(request.header(header::AUTHORIZATION, format!("Bearer {token}")).body(Body::from(body.to_string())).unwrap()).await
}

/// Actions of the log on an object, the latest first.
pub async fn logged(world: &World, object: &str) -> Vec<(AuditAction, String, String)> {
    let filter = AuditFilter { object: Some(object.into()), ..AuditFilter::default() };
    let page = world.store.audit(&filter, None, 100).await.unwrap();
    let entry = |e: kiemtin_model::AuditEntry| (e.action, e.actor.name, serde_json::to_string(&e.detail).unwrap());
    page.items.into_iter().map(|r| entry(r.entry.unwrap())).collect()
}

#[tokio::test]
async fn the_api_keeps_users_and_tokens() {
    let world = World::filled().await;
    let admin = world.secrets.token.clone();
    let ask = async |method, path: &str, body: Value| send(&world, &admin, method, path, &body).await;
    let lan = ask(Method::POST, "/api/v1/users", json!({"name": "Lan", "role": "reviewer", "units": ["Cục Điện lực"]})).await;
    assert_eq!((lan.status, lan.header(header::LOCATION)), (StatusCode::CREATED, "/api/v1/users/1"));
    let lan = lan.json();
    assert_eq!((&lan["units"], &lan["has_password"]), (&json!(["Cục Điện lực"]), &json!(false)));
    assert!(
        lan["sign_in"].as_str().unwrap().starts_with("/sign-in?code=") && lan.get("subject").is_none() && lan.get("password").is_none()
    );
    for (body, status) in [
        (json!({"name": "LAN", "role": "reader"}), 409),
        (json!({"name": "l", "role": "reader"}), 400),
        (json!({"name": "minh", "role": "boss"}), 400),
        (json!({"name": "minh", "role": "reader", "units": ["Cục Lạ"]}), 400),
        (json!({"name": "minh", "role": "reader", "units": [], "all_units": true}), 400),
        (json!({"name": "minh", "role": "reader", "email": "không"}), 400),
        (json!({"name": "minh", "role": "reader", "password": "x"}), 400),
    ] {
        assert_eq!(ask(Method::POST, "/api/v1/users", body.clone()).await.status.as_u16(), status, "{body}");
    }
    let token = ask(Method::POST, "/api/v1/tokens", json!({"user": 1, "name": "đọc", "rights": ["read"], "days": 30})).await.json();
    let secret = token["secret"].as_str().unwrap().to_owned();
    assert!(secret.starts_with("kt_") && secret.len() == 67, "{token}");
    for (rights, days, status) in
        [(json!(["administer"]), 1, 400), (json!([]), 1, 400), (json!(["read"]), 0, 400), (json!(["read"]), 367, 400)]
    {
        let body = json!({"user": 1, "name": "a", "rights": rights, "days": days});
        assert_eq!(ask(Method::POST, "/api/v1/tokens", body.clone()).await.status.as_u16(), status, "{body}");
    }
    assert_eq!(
        ask(Method::POST, "/api/v1/tokens", json!({"user": 9, "name": "a", "rights": ["read"], "days": 1})).await.status.as_u16(),
        404
    );
    assert_eq!(send(&world, &secret, Method::GET, "/api/v1/alerts", &json!(null)).await.status, StatusCode::OK);
    let listed = ask(Method::GET, "/api/v1/tokens", json!(null)).await;
    assert!(!listed.body.contains(&secret) && !listed.body.contains(&hash_of(&secret)), "a secret is told once");
    assert_eq!(ask(Method::DELETE, "/api/v1/tokens/1", json!(null)).await.status, StatusCode::NO_CONTENT);
    assert_eq!(send(&world, &secret, Method::GET, "/api/v1/alerts", &json!(null)).await.status, StatusCode::UNAUTHORIZED);
    assert_eq!(ask(Method::DELETE, "/api/v1/tokens/9", json!(null)).await.status, StatusCode::NOT_FOUND);

    let changed = ask(Method::PATCH, "/api/v1/users/1", json!({"role": "admin", "all_units": true})).await.json();
    assert_eq!((&changed["role"], &changed["units"], &changed["name"]), (&json!("admin"), &json!(null), &json!("Lan")));
    for body in [json!({"disabled": true}), json!({"role": "reader"})] {
        let last = ask(Method::PATCH, "/api/v1/users/1", body).await;
        assert!(last.status == StatusCode::CONFLICT && last.body.contains("quản trị viên cuối cùng"), "{}", last.body);
    }
    ask(Method::POST, "/api/v1/users", json!({"name": "minh", "role": "admin", "all_units": true})).await;
    assert!(ask(Method::PATCH, "/api/v1/users/1", json!({"disabled": true})).await.json()["disabled_at"].is_string());
    let minh = ask(Method::PATCH, "/api/v1/users/2", json!({"disabled": true})).await;
    assert_eq!(minh.status, StatusCode::CONFLICT, "a disabled one does not count");
    assert_eq!(ask(Method::GET, "/api/v1/users/x", json!(null)).await.status, StatusCode::NOT_FOUND);
    let log: Vec<AuditAction> = logged(&world, "user/Lan").await.into_iter().map(|e| e.0).collect();
    assert_eq!(log, [AuditAction::User; 4], "added, link, changed, disabled");
    assert_eq!(logged(&world, "token/1").await.len(), 2);
    assert_eq!(world.store.verify_audit(None, &mut |_| ()).await.unwrap().broken, None);
}

#[tokio::test]
async fn the_pages_keep_users_without_script() {
    let world = World::filled().await;
    let cookie = world.sign_in().await;
    let empty = world.page(&cookie, "/admin/users").await.body;
    assert!(empty.contains("Chưa có người dùng nào") && empty.contains("value=\"Cục Điện lực\""), "{empty}");
    let fields = [("name", "lan"), ("display", "<b>Lan</b>"), ("role", "reader"), ("unit", "Cục Điện lực"), ("email", "lan@bct.example")];
    let added = post(&world, &cookie, "/admin/users", &fields).await;
    assert_eq!(added.status, StatusCode::CREATED);
    assert!(added.body.contains("/sign-in?code=") && added.body.contains("&#60;b&#62;Lan&#60;/b&#62;"), "{}", added.body);
    let again = post(&world, &cookie, "/admin/users", &fields).await;
    assert!(
        again.status == StatusCode::CONFLICT && again.body.contains("đã có người dùng tên «lan»") && again.body.contains("value=\"lan\"")
    );
    assert!(!world.page(&cookie, "/admin/users").await.body.contains("/sign-in?code="), "a link is shown once");
    let one = "/admin/users/1";
    let saved = post(&world, &cookie, one, &[("do", "change"), ("role", "analyst"), ("all", "1"), ("display", "Lan"), ("email", "")]).await;
    assert!(
        saved.status == StatusCode::OK && saved.body.contains("Đã lưu.") && saved.body.contains("Chuyên viên tổng hợp"),
        "{}",
        saved.body
    );
    assert!(post(&world, &cookie, one, &[("do", "disable")]).await.body.contains("bị khóa từ 23/11/2026"));
    let link = post(&world, &cookie, one, &[("do", "link")]).await;
    assert!(link.status == StatusCode::CONFLICT && link.body.contains("đang bị khóa"), "{}", link.body);
    assert!(post(&world, &cookie, one, &[("do", "enable")]).await.body.contains("chưa đặt mật khẩu"));
    assert!(post(&world, &cookie, one, &[("do", "link")]).await.body.contains("/sign-in?code="));
    assert_eq!(post(&world, &cookie, one, &[("do", "x")]).await.status, StatusCode::BAD_REQUEST);
    assert_eq!(post(&world, &cookie, "/admin/users/9", &[("do", "disable")]).await.status, StatusCode::NOT_FOUND);
    assert!(world.page(&cookie, "/admin").await.body.contains("href=\"/admin/tokens\""));
    assert!(world.page(&cookie, "/admin/tokens").await.body.contains("Chưa có mã truy cập nào"));
    assert!(world.page(&cookie, "/account").await.body.contains("Bản chạy thử"));
}

#[tokio::test]
async fn people_change_what_is_their_own() {
    let world = World::filled().await;
    let lan = user(&world, "lan", StaffRole::Analyst, Some(&["Cục Điện lực"])).await;
    with_password(&world, &lan).await;
    let (cookie, other) = (session(&world, &lan, "here").await, session(&world, &lan, "elsewhere").await);
    let account = async |fields: &[(&str, &str)]| post(&world, &cookie, "/account", fields).await;
    for (old, new, status, words) in [
        ("sai", "một câu khác dễ nhớ", 400, "Mật khẩu hiện tại không đúng"),
        (PASSWORD, "ngắn", 400, "ít nhất 12 ký tự"),
        (PASSWORD, "lanlanlanlan", 400, "quá dễ đoán"),
        (PASSWORD, "một câu khác dễ nhớ", 200, "Đã đổi mật khẩu"),
    ] {
        let answer = account(&[("do", "password"), ("old", old), ("new", new)]).await;
        assert!(answer.status.as_u16() == status && answer.body.contains(words), "{words}: {} {}", answer.status, answer.body);
    }
    assert_eq!(world.page(&cookie, "/").await.status, StatusCode::OK);
    assert_eq!(world.page(&other, "/").await.status, StatusCode::SEE_OTHER, "all other sessions end");
    let made = account(&[("do", "token"), ("name", "tin"), ("right", "feed"), ("right", "read"), ("days", "7")]).await;
    let secret = made.body.split("<code>").nth(1).unwrap().split('<').next().unwrap().to_owned();
    assert!(secret.starts_with("kt_") && made.body.contains("Xem, Đọc nguồn tin cảnh báo"), "{}", made.body);
    assert_eq!(account(&[("do", "token"), ("name", "tin"), ("right", "review")]).await.status, StatusCode::BAD_REQUEST, "not their right");
    assert_eq!(send(&world, &secret, Method::GET, "/api/v1/alerts", &json!(null)).await.status, StatusCode::OK);
    let minh = user(&world, "minh", StaffRole::Reader, None).await;
    let of_minh = session(&world, &minh, "minh").await;
    let boss = user(&world, "boss", StaffRole::Admin, None).await;
    let of_boss = session(&world, &boss, "boss").await;
    for (cookie, offered) in [(&of_minh, false), (&of_boss, true)] {
        assert_eq!(world.page(cookie, "/").await.body.contains("href=\"/admin\""), offered, "who may not is not led there");
    }
    assert_eq!(post(&world, &of_minh, "/account", &[("do", "revoke"), ("id", "1")]).await.status, StatusCode::NOT_FOUND, "not their token");
    assert!(account(&[("do", "revoke"), ("id", "1")]).await.body.contains("Đã thu hồi"));
    assert_eq!(send(&world, &secret, Method::GET, "/api/v1/alerts", &json!(null)).await.status, StatusCode::UNAUTHORIZED);
    // The address decides who somebody is to the identity provider: it is the administrator's.
    assert_eq!(account(&[("do", "email"), ("email", "minh@bct.example")]).await.status, StatusCode::BAD_REQUEST);
    // Guesses of the present password from an open session are limited as sign-ins are.
    for _ in 0..5 {
        account(&[("do", "password"), ("old", "sai"), ("new", "một câu khác hẳn nữa")]).await;
    }
    assert_eq!(account(&[("do", "password"), ("old", "một câu khác dễ nhớ"), ("new", "một câu khác hẳn nữa")]).await.status.as_u16(), 429);
    assert_eq!(StaffStore::user(&*world.store, lan.id).await.unwrap().unwrap().email, "");
}
