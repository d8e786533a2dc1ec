//! `user` and `token`: who may come in.

use crate::support::Installation;
use serde_json::{Value, json};

fn list(here: &Installation, what: &str) -> Vec<Value> {
    here.run(&[what, "list", "--json"]).json()[format!("{what}s")].as_array().unwrap().clone()
}

#[test]
fn users_come_and_go() {
    let here = Installation::shipped();
    assert!(here.run(&["user", "list"]).ok().contains("Chưa có người dùng nào"));
    let added = here.run(&["user", "add", "boss", "--role", "admin", "--all-units", "--json"]).json();
    let link = added["sign_in"].as_str().unwrap();
    assert!(link.starts_with("http://127.0.0.1:8080/sign-in?code=") && added["user"]["units"].is_null(), "{added}");
    let told = here.run(&["user", "add", "lan", "--role", "reader", "--unit", "Cục Điện lực", "--email", "lan@bct.example"]).ok();
    assert!(told.contains("đã thêm «lan» (Người đọc)") && told.contains("\nopen http://127.0.0.1:8080/sign-in?code="), "{told}");
    let secret =
        here.run_with(&["user", "add", "minh", "--role", "analyst", "--password-stdin", "--json"], "con mèo trèo cây cau\n".as_bytes());
    let minh = secret.json();
    assert_eq!((&minh["user"]["has_password"], &minh["sign_in"], &minh["user"]["units"]), (&json!(true), &json!(null), &json!([])));
    let names: Vec<_> = list(&here, "user").iter().map(|u| u["name"].as_str().unwrap().to_owned()).collect();
    assert_eq!(names, ["boss", "lan", "minh"]);
    for (args, code, words) in [
        (&["user", "add", "LAN", "--role", "reader"][..], 2, "đã có người dùng tên «lan»"),
        (&["user", "add", "a b", "--role", "reader"], 2, "tên đăng nhập cần"),
        (&["user", "add", "an", "--role", "boss"], 2, "expected one of: reader, analyst, reviewer, admin"),
        (&["user", "add", "an", "--role", "reader", "--unit", "Cục Lạ"], 2, "các đơn vị: "),
        (&["user", "add", "an", "--role", "reader", "--unit", "Cục Điện lực", "--all-units"], 2, "--all-units"),
        (&["user", "add", "an", "--role", "reader", "--email", "x"], 2, "không phải là địa chỉ thư"),
        (&["user", "disable", "ai"], 1, "kiemtin user list"),
        (&["user", "disable", "boss"], 1, "quản trị viên cuối cùng"),
        (&["token", "create", "a", "--user", "lan", "--right", "administer"], 2, "trong các quyền của người dùng: read, feed"),
        (&["token", "create", "a", "--user", "lan", "--right", "fly"], 2, "expected one of: read"),
        (&["token", "create", "a", "--user", "lan"], 2, "--right"),
        (&["token", "create", "a", "--user", "lan", "--right", "read", "--days", "999"], 2, "1 đến 366 ngày"),
        (&["token", "create", "a", "--user", "ai", "--right", "read"], 1, "kiemtin user list"),
        (&["token", "revoke", "9"], 1, "không có mã truy cập này"),
        (&["saved", "add", "a", "b", "--unit", "Cục Lạ"], 2, "các đơn vị: "),
    ] {
        let ran = here.run(args);
        assert!(ran.code == Some(code) && ran.stderr.contains(words), "{args:?}: {ran:?}");
    }
    let short = here.run_with(&["user", "add", "an", "--role", "reader", "--password-stdin"], b"ngan\n");
    assert!(short.code == Some(2) && short.stderr.contains("ít nhất 12 ký tự"), "{short:?}");
    assert!(here.run(&["user", "disable", "Minh"]).ok().contains("đã khóa «minh»"));
    assert!(here.run(&["user", "link", "minh"]).stderr.contains("đang bị khóa"));
    assert!(here.run(&["user", "list"]).ok().contains("minh · minh · Chuyên viên tổng hợp · bị khóa từ 23/11/2026"));
    assert!(here.run(&["user", "enable", "minh", "--json"]).json()["user"]["disabled_at"].is_null());
    assert!(here.run(&["user", "link", "minh"]).ok().starts_with("open http://"));
    let saved = here.run(&["saved", "add", "Riêng", "điện", "--unit", "Cục Điện lực", "--json"]).json();
    assert_eq!(saved["unit"], "Cục Điện lực");
}

#[test]
fn a_token_is_told_once() {
    let here = Installation::shipped();
    here.run(&["user", "add", "lan", "--role", "reviewer"]).ok();
    let made = here.run(&["token", "create", "tin", "--user", "LAN", "--right", "feed", "--right", "read", "--days", "7", "--json"]).json();
    let secret = made["secret"].as_str().unwrap();
    assert!(secret.starts_with("kt_") && made["token"]["rights"] == json!(["read", "feed"]), "{made}");
    assert!(here.run(&["token", "create", "hai", "--user", "lan", "--right", "read"]).ok().starts_with("token kt_"));
    let all = list(&here, "token");
    assert_eq!(all.iter().map(|t| t["name"].as_str().unwrap()).collect::<Vec<_>>(), ["hai", "tin"]);
    let database = std::fs::read(here.data().join("var/kiemtin.db")).unwrap();
    assert!(!database.windows(secret.len()).any(|w| w == secret.as_bytes()), "only its hash is kept");
    assert!(here.run(&["token", "revoke", "1"]).ok().contains("đã thu hồi mã 1 «tin» của «lan»"));
    assert!(here.run(&["token", "list"]).ok().contains("đã thu hồi 23/11/2026"));
    assert!(list(&here, "token")[1]["revoked_at"].is_string());
}
