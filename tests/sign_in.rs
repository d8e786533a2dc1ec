//! Does the ministry's own identity provider sign people in, and nobody else?
//!
//! The real service against a provider on loopback that enforces the standards: once in a real browser, then with everything that
//! can be wrong about an answer or a statement.
#![allow(clippy::unwrap_used, reason = "a test that panics fails, as it should")]

mod support;

use kiemtin_model::Time;
use std::path::Path;
use support::chromium::Chromium;
use support::provider::{CLIENT, Lie, Provider, SECRET};
use support::served::Served;
use support::web::{client, copy_folder, text};
use support::{Installation, NOW, shipped_config};

const BACK: &str = "/sign-in/oidc/back";

/// An installation that knows the provider, with two users, and a port for its service.
struct House {
    here: Installation,
    _config: tempfile::TempDir,
    provider: Provider,
    served: Served,
}

impl House {
    fn new() -> Self {
        let config = tempfile::tempdir().unwrap();
        let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
        let base = format!("http://{free}");
        let provider = Provider::start(&format!("{base}{BACK}"), Time::parse(NOW).unwrap().0 / 1000);
        write_config(config.path(), &base, &provider.issuer);
        let here = Installation::on(config.path());
        here.run(&["user", "add", "lan", "--role", "reviewer", "--email", "lan@bct.example", "--json"]).json();
        here.run(&["user", "add", "minh", "--role", "reader", "--email", "minh@bct.example", "--json"]).json();
        let served = Served::start_on(&here, NOW, free.port());
        Self { here, _config: config, provider, served }
    }
}

fn write_config(to: &Path, base: &str, issuer: &str) {
    copy_folder(&shipped_config(), to);
    std::fs::write(to.join("oidc-secret"), format!("{SECRET}\n")).unwrap();
    let settings = format!(
        "[service]\npublic_url = \"{base}\"\n\n[oidc]\nissuer = \"{issuer}\"\nclient_id = \"{CLIENT}\"\n\
         client_secret_file = \"oidc-secret\"\nname = \"Đăng nhập chung của Bộ\"\n"
    );
    std::fs::write(to.join("kiemtin.toml"), settings).unwrap();
}

/// The provider's form is filled in as a browser does, and the address that it sends the browser back to is given.
async fn at_provider(http: &reqwest::Client, address: &str, user: &str) -> String {
    let form = text(http.get(address).send().await.unwrap()).await;
    let document = scraper::Html::parse_document(&form);
    let hidden = scraper::Selector::parse("input[type=hidden]").unwrap();
    let of = |e: scraper::ElementRef<'_>, name: &str| e.value().attr(name).unwrap_or("").to_owned();
    let mut fields: Vec<(String, String)> = document.select(&hidden).map(|e| (of(e, "name"), of(e, "value"))).collect();
    fields.push(("user".into(), user.into()));
    let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
    let issuer = url::Url::parse(address).unwrap().join("/authorize").unwrap();
    let answer = http.post(issuer).header("content-type", "application/x-www-form-urlencoded").body(body).send().await.unwrap();
    answer.headers()["location"].to_str().unwrap().to_owned()
}

/// A sign-in as far as the provider's answer: the cookie of the browser, and where it is sent back to.
async fn sent_back(house: &House, http: &reqwest::Client, user: &str, next: &str) -> (String, String) {
    let begun = http.get(format!("{}/sign-in/oidc?next={next}", house.served.base)).send().await.unwrap();
    assert_eq!(begun.status(), 303);
    let cookie = begun.headers()["set-cookie"].to_str().unwrap();
    assert!(["HttpOnly", "SameSite=Lax", "Max-Age=600", "Path=/sign-in/oidc"].iter().all(|flag| cookie.contains(flag)), "{cookie}");
    let cookie = cookie.split(';').next().unwrap().to_owned();
    let address = begun.headers()["location"].to_str().unwrap().to_owned();
    (cookie, at_provider(http, &address, user).await)
}

/// The session's cookie when the answer is believed, else the status and the words.
async fn believed(http: &reqwest::Client, cookie: &str, back: &str) -> Result<(String, String), (u16, String)> {
    let answer = http.get(back).header("cookie", cookie).send().await.unwrap();
    let cookies = answer.headers().get_all("set-cookie").iter().filter_map(|v| v.to_str().ok());
    let session = cookies.filter(|c| c.contains("kiemtin_session=")).map(|c| c.split(';').next().unwrap().to_owned()).next();
    let (status, words) = (answer.status().as_u16(), text(answer).await);
    session.map(|s| (s, words.clone())).ok_or((status, words))
}

fn audit(house: &House, action: &str) -> Vec<serde_json::Value> {
    let log = house.here.run(&["audit", "list", "--limit", "100", "--json"]).json();
    log["items"].as_array().unwrap().iter().map(|e| e["entry"].clone()).filter(|e| e["action"] == action).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_person_signs_in_with_the_provider_in_a_browser() {
    let Some(mut browser) = Chromium::start(1280, 900) else { return };
    let house = House::new();
    house.provider.email("lan@bct.example", true);
    // Somebody planted a session before the sign-in: it must not become theirs.
    browser.go(&format!("{}/sign-in", house.served.base));
    browser.eval("document.cookie = 'kiemtin_session=' + 'a'.repeat(64) + '; path=/'");
    browser.go(&format!("{}/search?q=xăng", house.served.base));
    assert!(browser.words().contains("Đăng nhập chung của Bộ"), "{}", browser.words());
    browser.follow("a[href*='/sign-in/oidc']");
    assert!(browser.at().starts_with(&house.provider.issuer), "{}", browser.at());
    browser.fill("#user", "lan-tai-co-quan");
    browser.follow("#go");
    browser.wait("location.pathname === '/search'");
    assert!(browser.at().contains("q="), "it leads where the person wanted to go: {}", browser.at());
    let session = browser.cookies().into_iter().find(|c| c["name"] == "kiemtin_session").unwrap();
    assert!(session["httpOnly"] == true && session["sameSite"] == "Strict", "{session}");
    assert_ne!(session["value"].as_str().unwrap(), "a".repeat(64));
    assert_eq!(browser.eval("document.cookie"), "", "scripts see no cookie");
    assert_eq!(browser.complaints().into_iter().filter(|c| !c.contains("favicon.ico")).collect::<Vec<_>>(), Vec::<String>::new());
    let signed_in = audit(&house, "sign_in");
    assert_eq!((signed_in.len(), &signed_in[0]["actor"]["name"]), (1, &"lan".into()), "{signed_in:?}");
    assert_eq!(house.provider.asked(), (1, 1, 1));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_but_a_sound_statement_about_a_known_user_signs_in() {
    let (house, http) = (House::new(), client());
    house.provider.email("lan@bct.example", true);
    let sign_in = async |user: &'static str| {
        let (cookie, back) = sent_back(&house, &http, user, "/trends").await;
        believed(&http, &cookie, &back).await
    };
    // The first sound statement ties the person to the user of that address; then the address does not matter any more.
    let (session, page) = sign_in("lan-1").await.unwrap();
    assert!(page.contains("url=/trends"), "{page}");
    let desk = http.get(format!("{}/", house.served.base)).header("cookie", &session).send().await.unwrap();
    assert_eq!(desk.status(), 200);
    house.provider.email("doi-dia-chi@bct.example", true);
    assert!(sign_in("lan-1").await.is_ok());

    house.provider.email("minh@bct.example", true);
    for lie in [Lie::Nonce, Lie::Audience, Lie::Issuer, Lie::Expired, Lie::Unsigned, Lie::ForeignKey, Lie::SharedSecret, Lie::Changed] {
        house.provider.lie(lie);
        let (status, words) = sign_in("minh-1").await.unwrap_err();
        assert!(status == 403 && words.contains("Không đăng nhập được"), "{lie:?}: {status} {words}");
    }
    house.provider.lie(Lie::None);
    // Nobody who was not added, no address that was not verified, no second person for one user.
    house.provider.email("la@bct.example", true);
    assert_eq!(sign_in("la").await.unwrap_err().0, 403);
    house.provider.email("minh@bct.example", false);
    assert_eq!(sign_in("minh-gia").await.unwrap_err().0, 403);
    house.provider.email("lan@bct.example", true);
    assert_eq!(sign_in("nguoi-thu-hai").await.unwrap_err().0, 403, "lan is somebody else already");
    let users = house.here.run(&["user", "list", "--json"]).json();
    assert_eq!(users["users"].as_array().map(Vec::len), Some(2), "{users}");
    // The person said no.
    assert_eq!(sign_in("").await.unwrap_err().0, 403);

    // An answer belongs to the browser that asked, works once, and the provider's keys may change.
    house.provider.email("minh@bct.example", true);
    let (cookie, back) = sent_back(&house, &http, "minh-1", "/").await;
    let (other, _) = sent_back(&house, &http, "ke-gian", "/").await;
    for foreign in ["", &other, "kiemtin_oidc=1.2.3"] {
        assert_eq!(believed(&http, foreign, &back).await.unwrap_err().0, 403, "{foreign}");
    }
    house.provider.change_key();
    assert!(believed(&http, &cookie, &back).await.is_ok(), "new keys are fetched");
    assert_eq!(believed(&http, &cookie, &back).await.unwrap_err().0, 403, "the code was used");
    let mixed = back.replace("iss=http", "iss=https");
    assert_eq!(believed(&http, &cookie, &mixed).await.unwrap_err().0, 403, "another provider's answer");

    // A page of another site is not led to.
    let (cookie, back) = sent_back(&house, &http, "minh-1", "//evil.example/").await;
    assert!(believed(&http, &cookie, &back).await.unwrap().1.contains("url=/\""));

    house.here.run(&["user", "disable", "minh"]).ok();
    assert_eq!(sign_in("minh-1").await.unwrap_err().0, 403, "a disabled user");
    assert!(audit(&house, "sign_in_refused").len() >= 8);
    let log = house.here.run(&["audit", "verify", "--json"]);
    assert_eq!(log.code, Some(0), "{log:?}");
}
