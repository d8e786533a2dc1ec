//! Who comes into a running service: from the first start to a restart, with commands beside it.
#![allow(clippy::unwrap_used, reason = "a test that panics fails, as it should")]

#[path = "support/mod.rs"]
mod support;

use std::io::{BufRead, BufReader};
use support::web::{client, text, write_profile};
use support::{Child, Installation, drain};

const PASSWORD: &str = "con+meo+treo+cay+cau";

/// A running service.
struct Service {
    _child: Child,
    base: String,
    /// What it printed after its address, as far as it came at once.
    said: Vec<String>,
    http: reqwest::Client,
}

impl Service {
    /// Starts it; reads so many lines after the first.
    fn start(here: &Installation, lines: usize) -> Self {
        let mut child = Child(here.command(&["serve", "--port", "0"]).spawn().unwrap());
        drain(child.0.stderr.take());
        let mut said = BufReader::new(child.0.stdout.take().unwrap()).lines().map(Result::unwrap);
        let base = said.next().unwrap().strip_prefix("listening on ").unwrap().to_owned();
        let said = said.by_ref().take(lines).collect();
        Self { _child: child, base, said, http: client() }
    }

    async fn get(&self, path: &str, header: (&str, &str)) -> (u16, String) {
        let answer = self.http.get(format!("{}{path}", self.base)).header(header.0, header.1).send().await.unwrap();
        (answer.status().as_u16(), text(answer).await)
    }

    /// Posts a form; gives the status and the cookie that was set.
    async fn post(&self, path: &str, body: &str) -> (u16, String) {
        let request = self.http.post(format!("{}{path}", self.base)).header("content-type", "application/x-www-form-urlencoded");
        let answer = request.header("sec-fetch-site", "same-origin").body(body.to_owned()).send().await.unwrap();
        let cookie = answer.headers().get("set-cookie").map_or(String::new(), |c| c.to_str().unwrap().to_owned());
        (answer.status().as_u16(), cookie.split(';').next().unwrap().to_owned())
    }
}

#[tokio::test]
async fn from_the_first_start_to_a_restart() {
    let here = Installation::shipped();
    let config = here.folder.path().join("config");
    write_profile(&config, &[], 0);
    let here = Installation { config, folder: here.folder };
    let service = Service::start(&here, 1);
    let link = service.said[0].strip_prefix("open ").unwrap().to_owned();
    assert!(link.starts_with(&format!("{}/sign-in?code=", service.base)), "{link}");
    let code = link.split("code=").nth(1).unwrap();
    assert_eq!(service.get("/api/v1/alerts", ("authorization", &format!("Bearer {code}"))).await.0, 401);
    let (status, cookie) = service.post("/sign-in", &format!("code={code}&name=boss&password={PASSWORD}")).await;
    assert!(status == 303 && cookie.starts_with("kiemtin_session="), "{status} {cookie}");
    assert_eq!(service.get("/admin/users", ("cookie", &cookie)).await.0, 200);
    assert_eq!(service.post("/sign-in", &format!("code={code}&name=other&password={PASSWORD}")).await.0, 410);

    // Commands beside the running service take effect with the next request.
    let made = here.run(&["token", "create", "tin", "--user", "boss", "--right", "read", "--json"]).json();
    let bearer = format!("Bearer {}", made["secret"].as_str().unwrap());
    assert_eq!(service.get("/api/v1/alerts", ("authorization", &bearer)).await.0, 200);
    assert_eq!(service.get("/api/v1/users", ("authorization", &bearer)).await.0, 403);
    here.run(&["token", "revoke", "1"]).ok();
    assert_eq!(service.get("/api/v1/alerts", ("authorization", &bearer)).await.0, 401);
    here.run(&["user", "add", "lan", "--role", "reader", "--all-units"]).ok();
    for _ in 0..5 {
        assert_eq!(service.post("/sign-in", "name=lan&password=sai").await.0, 401);
    }
    assert_eq!(service.post("/sign-in", "name=lan&password=sai").await.0, 429);
    drop(service);

    let again = Service::start(&here, 0);
    assert_eq!(again.get("/admin/users", ("cookie", &cookie)).await.0, 200, "sessions survive a restart");
    let (status, second) = again.post("/sign-in", &format!("name=BOSS&password={PASSWORD}")).await;
    assert!(status == 303 && second != cookie);
    here.run(&["user", "add", "vice", "--role", "admin", "--all-units"]).ok();
    here.run(&["user", "disable", "boss"]).ok();
    for cookie in [&cookie, &second] {
        let (status, page) = again.get("/admin/users", ("cookie", cookie)).await;
        // The client may follow to the form.
        assert!(status == 303 || page.contains("<h1>Đăng nhập</h1>"), "{status}: {page}");
    }
    assert_eq!(again.post("/sign-in", &format!("name=boss&password={PASSWORD}")).await.0, 401);
}
