//! Signing in and out: passwords, links, cookies, limits, and what other sites may not do.

use crate::staff::{PASSWORD, logged, post, session, token, user, with_password};
use crate::world::{Answer, World};
use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use kiemtin_model::time::{DAY_MS, MINUTE_MS};
use kiemtin_model::{Actor, AuditAction, Right, StaffRole};
use kiemtin_store::staff::change::{By, Change, change_user, make_link};
use kiemtin_store::staff::{IDLE_MS, SESSION_MS, hash_of};
use kiemtin_store::{StaffStore, Store};

async fn sign_in(world: &World, name: &str, password: &str) -> Answer {
    post(world, "", "/sign-in", &[("name", name), ("password", password), ("next", "/search")]).await
}

fn cookie(answer: &Answer) -> String {
    answer.header(header::SET_COOKIE).split(';').next().unwrap().to_owned()
}

/// How many passwords were hashed so far, as `/metrics` tells.
async fn hashes(world: &World) -> u64 {
    let metrics = world.bare("/metrics").await.body;
    let line = metrics.lines().find(|l| l.starts_with("kiemtin_password_checks_total ")).unwrap().to_owned();
    line.split(' ').nth(1).unwrap().parse().unwrap()
}

#[tokio::test]
async fn a_name_and_a_password_open_a_session() {
    let world = World::empty().await;
    let lan = user(&world, "Lan", StaffRole::Reader, Some(&[])).await;
    with_password(&world, &lan).await;
    let open = sign_in(&world, "LAN", PASSWORD).await;
    assert_eq!((open.status, open.header(header::LOCATION)), (StatusCode::SEE_OTHER, "/search"));
    let set = open.header(header::SET_COOKIE);
    assert!(set.starts_with("kiemtin_session=") && set.ends_with("; HttpOnly; SameSite=Strict; Path=/; Max-Age=43200"), "{set}");
    let cookie = cookie(&open);
    assert_eq!(world.page(&cookie, "/account").await.status, StatusCode::OK);
    assert!(world.page(&cookie, "/account").await.body.contains("<strong translate=\"no\">Lan</strong>"));
    for (name, password) in [("lan", "con mèo trèo cây xoài"), ("lan", ""), ("", ""), ("minh", PASSWORD), ("lan", &"a".repeat(5_000))] {
        let refused = sign_in(&world, name, password).await;
        assert_eq!(refused.status, StatusCode::UNAUTHORIZED, "{name}");
        assert!(refused.body.contains("Tên đăng nhập hoặc mật khẩu không đúng.") && refused.header(header::SET_COOKIE).is_empty());
    }
    let log = logged(&world, "user").await;
    assert_eq!(log.iter().filter(|e| e.0 == AuditAction::SignInRefused).count(), 5);
    assert_eq!(log.iter().filter(|e| e.0 == AuditAction::SignIn && e.1 == "Lan").count(), 1);
    assert!(!log.iter().any(|e| e.2.contains("mèo")) && logged(&world, "user/minh").await.is_empty(), "{log:?}");

    let out = post(&world, &cookie, "/sign-out", &[]).await;
    assert_eq!((out.status, out.header(header::LOCATION)), (StatusCode::SEE_OTHER, "/sign-in"));
    assert!(out.header(header::SET_COOKIE).starts_with("kiemtin_session=; ") && out.header(header::SET_COOKIE).contains("Max-Age=0"));
    assert_eq!(world.page(&cookie, "/").await.status, StatusCode::SEE_OTHER, "the session itself has ended");
    assert_eq!(logged(&world, "user/Lan").await[0].0, AuditAction::SignOut);
}

#[tokio::test]
async fn over_https_cookies_are_sent_over_https_alone() {
    let world = World::secure().await;
    let lan = user(&world, "lan", StaffRole::Reader, None).await;
    with_password(&world, &lan).await;
    let open = sign_in(&world, "lan", PASSWORD).await;
    let set = open.header(header::SET_COOKIE);
    assert!(
        set.starts_with("__Host-kiemtin_session=") && set.ends_with("; Path=/; Max-Age=43200; Secure") && !set.contains("Domain"),
        "{set}"
    );
    assert_eq!(world.page(&cookie(&open), "/").await.status, StatusCode::OK);
    let bare = cookie(&open).replace("__Host-", "");
    assert_eq!(world.page(&bare, "/").await.status, StatusCode::SEE_OTHER, "a cookie that a neighbour could have set");
}

#[tokio::test]
async fn a_session_that_somebody_else_put_there_is_worth_nothing() {
    let world = World::empty().await;
    let lan = user(&world, "lan", StaffRole::Reader, None).await;
    let eve = user(&world, "eve", StaffRole::Reader, None).await;
    with_password(&world, &lan).await;
    let planted = session(&world, &eve, "planted").await;
    for before in ["kiemtin_session=made-up", &planted] {
        let open = post(&world, before, "/sign-in", &[("name", "lan"), ("password", PASSWORD)]).await;
        assert_eq!(open.status, StatusCode::SEE_OTHER);
        assert_ne!(cookie(&open), before);
        assert_eq!(world.page(before, "/").await.status, StatusCode::SEE_OTHER, "{before}");
        assert!(world.page(&cookie(&open), "/account").await.body.contains("<strong translate=\"no\">lan</strong>"));
    }
}

#[tokio::test]
async fn guessing_is_slowed_down_for_right_and_wrong_passwords_alike() {
    let world = World::empty().await;
    let lan = user(&world, "lan", StaffRole::Reader, None).await;
    with_password(&world, &lan).await;
    for i in 0..5 {
        assert_eq!(sign_in(&world, "lan", "sai").await.status, StatusCode::UNAUTHORIZED, "{i}");
        assert_eq!(sign_in(&world, "khong-co-ai", "sai").await.status, StatusCode::UNAUTHORIZED, "{i}");
    }
    let before = hashes(&world).await;
    for name in ["lan", "Lan ", "khong-co-ai"] {
        for password in [PASSWORD, "sai"] {
            let limited = sign_in(&world, name, password).await;
            assert_eq!((limited.status, limited.header(header::RETRY_AFTER)), (StatusCode::TOO_MANY_REQUESTS, "60"), "{name}");
            assert!(limited.body.contains("thử lại sau 1 phút") && limited.header(header::SET_COOKIE).is_empty());
        }
    }
    assert_eq!(hashes(&world).await, before, "nothing is computed for them");
    world.wait(MINUTE_MS - 1);
    assert_eq!(sign_in(&world, "lan", PASSWORD).await.status, StatusCode::TOO_MANY_REQUESTS);
    world.wait(1);
    assert_eq!(sign_in(&world, "lan", "sai").await.status, StatusCode::UNAUTHORIZED);
    assert_eq!(sign_in(&world, "lan", PASSWORD).await.header(header::RETRY_AFTER), "120", "the wait grows");
    world.wait(2 * MINUTE_MS);
    assert_eq!(sign_in(&world, "lan", PASSWORD).await.status, StatusCode::SEE_OTHER);
    assert_eq!(sign_in(&world, "lan", PASSWORD).await.status, StatusCode::SEE_OTHER, "a right one starts anew");
}

#[tokio::test]
async fn an_unknown_name_costs_as_much_as_a_known_one() {
    let world = World::empty().await;
    let lan = user(&world, "lan", StaffRole::Reader, None).await;
    let minh = user(&world, "minh", StaffRole::Reader, None).await;
    let out = user(&world, "out", StaffRole::Reader, None).await;
    with_password(&world, &lan).await;
    with_password(&world, &out).await;
    let disabled = Change { disabled: Some(true), ..Change::default() };
    change_user(&*world.store, out.id, disabled, By { actor: &Actor::command(), at: crate::world::NOW }).await.unwrap();
    assert!(!minh.has_password);
    let mut bodies = vec![];
    for (name, password) in [("lan", "sai"), ("minh", "sai"), ("out", PASSWORD), ("ai-do", "sai")] {
        let before = hashes(&world).await;
        let answer = sign_in(&world, name, password).await;
        assert_eq!((answer.status, hashes(&world).await), (StatusCode::UNAUTHORIZED, before + 1), "{name}");
        bodies.push(answer.body.replace(&format!("value=\"{name}\""), ""));
    }
    assert!(bodies.windows(2).all(|pair| pair[0] == pair[1]), "nothing tells one from another");
}

#[tokio::test]
async fn sessions_end_when_idle_and_after_twelve_hours() {
    let world = World::empty().await;
    let lan = user(&world, "lan", StaffRole::Reader, None).await;
    let cookie = session(&world, &lan, "a").await;
    let open = async || world.page(&cookie, "/saved").await.status == StatusCode::OK;
    // Used every 59 minutes: alive until the twelve hours are over.
    let step = IDLE_MS - MINUTE_MS;
    for _ in 0..SESSION_MS / step {
        assert!(open().await);
        world.wait(step);
    }
    assert!(open().await, "within twelve hours");
    world.wait(SESSION_MS - (SESSION_MS / step) * step - 1);
    assert!(open().await);
    world.wait(1);
    assert!(!open().await, "after twelve hours, used or not");
    let idle = session(&world, &lan, "b").await;
    world.wait(IDLE_MS);
    assert_eq!(world.page(&idle, "/saved").await.status, StatusCode::SEE_OTHER, "not used for an hour");
    assert_eq!(world.page(&idle, "/api/v1/alerts").await.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn who_is_disabled_is_out_at_once() {
    let world = World::empty().await;
    let lan = user(&world, "lan", StaffRole::Reader, None).await;
    let cookie = session(&world, &lan, "a").await;
    token(&world, &lan, "kt_lan", &[Right::Read], 9).await;
    let api = async || {
        let request = Request::get("/api/v1/alerts").header(header::AUTHORIZATION, "Bearer kt_lan");
        world.ask(request.body(Body::empty()).unwrap()).await.status
    };
    assert_eq!((world.page(&cookie, "/").await.status, api().await), (StatusCode::OK, StatusCode::OK));
    let by = By { actor: &Actor::command(), at: crate::world::NOW };
    change_user(&*world.store, lan.id, Change { disabled: Some(true), ..Change::default() }, by).await.unwrap();
    assert_eq!((world.page(&cookie, "/").await.status, api().await), (StatusCode::SEE_OTHER, StatusCode::UNAUTHORIZED));
    change_user(&*world.store, lan.id, Change { disabled: Some(false), ..Change::default() }, by).await.unwrap();
    assert_eq!(world.page(&cookie, "/").await.status, StatusCode::SEE_OTHER, "a session that ended stays so");
    assert_eq!(api().await, StatusCode::OK, "a token is the owner's to use again");
}

#[tokio::test]
async fn links_work_once_and_let_a_password_be_chosen() {
    let world = World::empty().await;
    let lan = user(&world, "lan", StaffRole::Reader, None).await;
    let by = By { actor: &Actor::command(), at: crate::world::NOW };
    make_link(&*world.store, lan.id, &hash_of("earlier"), by).await.unwrap();
    make_link(&*world.store, lan.id, &hash_of("code"), by).await.unwrap();
    assert_eq!(world.bare("/sign-in?code=earlier").await.status, StatusCode::UNAUTHORIZED, "a new link ends the one before");
    for _ in 0..2 {
        let form = world.bare("/sign-in?code=code").await;
        assert!(
            form.status == StatusCode::OK && form.body.contains("<strong translate=\"no\">lan</strong>"),
            "looking does not use it up: {}",
            form.body
        );
    }
    let choose = async |password: &str| post(&world, "", "/sign-in", &[("code", "code"), ("name", "boss"), ("password", password)]).await;
    let weak = choose("lan123456789").await;
    assert!(weak.status == StatusCode::BAD_REQUEST && weak.body.contains("quá dễ đoán") && weak.body.contains("value=\"code\""));
    let open = choose(PASSWORD).await;
    assert_eq!(open.status, StatusCode::SEE_OTHER);
    assert!(
        world.page(&cookie(&open), "/account").await.body.contains("<strong translate=\"no\">lan</strong>"),
        "a name in the form makes nobody else of it"
    );
    assert_eq!((choose(PASSWORD).await.status, world.bare("/sign-in?code=code").await.status), (StatusCode::GONE, StatusCode::GONE));
    assert_eq!(sign_in(&world, "lan", PASSWORD).await.status, StatusCode::SEE_OTHER);
    make_link(&*world.store, lan.id, &hash_of("late"), by).await.unwrap();
    world.wait(DAY_MS);
    assert_eq!(world.bare("/sign-in?code=late").await.status, StatusCode::UNAUTHORIZED);
    assert_eq!(post(&world, "", "/sign-in", &[("code", "late"), ("password", PASSWORD)]).await.status, StatusCode::GONE);
}

#[tokio::test]
async fn the_first_link_makes_the_first_administrator() {
    let world = World::empty().await;
    let access = kiemtin_web::Access::new(world.store.clone(), false).unwrap();
    let code = access.first_link(crate::world::NOW).await.unwrap().unwrap();
    let next = access.first_link(crate::world::NOW).await.unwrap().unwrap();
    assert_eq!(world.bare(&format!("/sign-in?code={code}")).await.status, StatusCode::UNAUTHORIZED, "the next start ends it");
    let form = world.bare(&format!("/sign-in?code={next}")).await.body;
    assert!(form.contains("Quản trị viên đầu tiên") && form.contains("name=\"name\""), "{form}");
    let choose = async |name: &str| post(&world, "", "/sign-in", &[("code", next.as_str()), ("name", name), ("password", PASSWORD)]).await;
    let wrong = choose("x y").await;
    assert!(wrong.status == StatusCode::BAD_REQUEST && wrong.body.contains("tên đăng nhập cần"), "{}", wrong.body);
    let open = choose("boss").await;
    assert_eq!(open.status, StatusCode::SEE_OTHER);
    assert_eq!(world.page(&cookie(&open), "/admin/users").await.status, StatusCode::OK);
    assert_eq!((choose("other").await.status, access.first_link(crate::world::NOW).await.unwrap()), (StatusCode::GONE, None));
    let boss = StaffStore::user(&*world.store, 1).await.unwrap().unwrap();
    assert_eq!((boss.name.as_str(), boss.role, boss.units), ("boss", StaffRole::Admin, None));
    assert_eq!(
        logged(&world, "user/boss").await.into_iter().map(|e| e.0).collect::<Vec<_>>(),
        [AuditAction::SignIn, AuditAction::User, AuditAction::User]
    );
}

#[tokio::test]
async fn other_sites_can_neither_post_nor_lead_elsewhere() {
    let world = World::filled().await;
    let lan = user(&world, "lan", StaffRole::Admin, None).await;
    with_password(&world, &lan).await;
    let cookie = session(&world, &lan, "a").await;
    let body = format!("name=lan&password={}", PASSWORD.replace(' ', "+"));
    for (path, body) in [
        ("/sign-in", body.as_str()),
        ("/sign-out", ""),
        ("/saved", "name=a&query=b"),
        ("/account", "do=email"),
        ("/admin/users", "name=x"),
        ("/admin/users/1", "do=disable"),
        ("/admin/tokens", "id=1"),
        ("/alerts/1", "action=restrict"),
    ] {
        for (name, value) in [
            ("sec-fetch-site", "cross-site"),
            ("sec-fetch-site", "same-site"),
            ("sec-fetch-site", "none"),
            ("origin", "https://la.example"),
            ("origin", "http://kiemtin.example.la.example"),
        ] {
            let request = Request::post(path).header(header::COOKIE, &cookie).header(header::HOST, "kiemtin.example").header(name, value);
            let answer = world.ask(request.body(Body::from(body.to_owned())).unwrap()).await;
            assert_eq!(answer.status, StatusCode::FORBIDDEN, "{path} {name}: {value}");
            assert!(answer.header(header::SET_COOKIE).is_empty());
        }
    }
    assert_eq!(world.page(&cookie, "/").await.status, StatusCode::OK, "still signed in");
    for (next, to) in [
        ("/alerts/1?a=b", "/alerts/1?a=b"),
        ("https://la.example/", "/"),
        ("//la.example", "/"),
        ("/\\la.example", "/"),
        ("/\t/la.example", "/"),
    ] {
        let open = post(&world, "", "/sign-in", &[("name", "lan"), ("password", PASSWORD), ("next", next)]).await;
        assert_eq!((open.status, open.header(header::LOCATION)), (StatusCode::SEE_OTHER, to), "{next}");
        let escaped: String = next.bytes().map(|b| format!("%{b:02X}")).collect();
        let form = world.bare(&format!("/sign-in?next={escaped}")).await.body;
        assert!(form.contains(&format!("name=\"next\" value=\"{}\"", to.replace('&', "&#38;"))), "{form}");
    }
    let led = world.bare("/search?q=gi%C3%A1&from=2026-11-01").await;
    assert_eq!(led.header(header::LOCATION), "/sign-in?next=%2Fsearch%3Fq%3Dgi%25C3%25A1%26from%3D2026-11-01");
}

#[tokio::test]
async fn a_link_of_a_mail_leads_there_with_the_session_that_there_is() {
    let world = World::filled().await;
    let lan = user(&world, "lan", StaffRole::Reader, None).await;
    let open = session(&world, &lan, "a").await;
    // The browser keeps a strict cookie back when another site leads here; from a page of ours it sends it.
    let led = world.ask(Request::get("/alerts/1?x=1&y=2").header("sec-fetch-site", "cross-site").body(Body::empty()).unwrap()).await;
    assert_eq!(led.status, StatusCode::OK);
    assert!(
        led.body.contains("http-equiv=\"refresh\" content=\"0; url=/alerts/1?x=1&#38;y=2\"") && !led.body.contains("<script"),
        "{}",
        led.body
    );
    let from_here = Request::get("/alerts/1?x=1&y=2").header("sec-fetch-site", "same-origin");
    assert_eq!(world.ask(from_here.header(header::COOKIE, &open).body(Body::empty()).unwrap()).await.status, StatusCode::OK);
    let nobody = Request::get("/alerts/1").header("sec-fetch-site", "same-origin").body(Body::empty()).unwrap();
    assert_eq!(world.ask(nobody).await.status, StatusCode::SEE_OTHER);
    let link = format!("/sign-in?code={}", world.secrets.sign_in_code);
    let mailed = world.ask(Request::get(link).header("sec-fetch-site", "cross-site").body(Body::empty()).unwrap()).await;
    assert!(mailed.status == StatusCode::OK && mailed.body.contains("content=\"0; url=/\"") && !cookie(&mailed).is_empty());
    assert_eq!(world.page(&cookie(&mailed), "/").await.status, StatusCode::OK);
}

#[tokio::test]
async fn there_are_at_most_twenty_sessions_of_one_user() {
    let world = World::empty().await;
    let lan = user(&world, "lan", StaffRole::Reader, None).await;
    let mut cookies = vec![];
    for i in 0..21 {
        cookies.push(session(&world, &lan, &format!("s{i}")).await);
        world.wait(1);
    }
    assert_eq!(world.page(&cookies[0], "/").await.status, StatusCode::SEE_OTHER);
    for cookie in &cookies[1..] {
        assert_eq!(world.page(cookie, "/").await.status, StatusCode::OK);
    }
    let mut batch = world.store.begin().await.unwrap();
    batch.end_sessions(lan.id, &hash_of("s7")).await.unwrap();
    batch.commit().await.unwrap();
    assert_eq!(world.page(&cookies[7], "/").await.status, StatusCode::OK);
    assert_eq!(world.page(&cookies[8], "/").await.status, StatusCode::SEE_OTHER);
}
