//! Do the commands keep what the contract promises to those who script against them?
#![allow(clippy::unwrap_used, reason = "a test that panics fails, as it should")]

mod backing_up;
mod classifying;
mod configuration;
mod copying;
mod finding;
mod forgetting;
mod importing;
mod intake;
mod loading;
mod pages;
mod proposing;
mod rules;
mod saving;
mod staff;
#[path = "../support/mod.rs"]
mod support;
mod trending;
mod warning;

use support::Installation;

#[test]
fn wrong_usage_ends_with_2_and_says_how() {
    let here = Installation::shipped();
    for args in [
        &[][..],
        &["nothing"],
        &["search"],
        &["backtest"],
        &["backtest", "--topic", "xang-dau", "--query", "xăng"],
        &["rules"],
        &["rules", "score"],
        &["rules", "dry-run"],
        &["rules", "dry-run", "--since", "lately"],
        &["ingest"],
        &["backup"],
        &["restore"],
        &["restore", "a", "b"],
        &["saved"],
        &["saved", "add", "a"],
        &["audit"],
        &["audit", "verify", "--anchor", "12:zz"],
        &["audit", "list", "--action", "look"],
        &["audit", "list", "--from", "lately"],
        &["sources", "propose"],
        &["crawl"],
        &["user"],
        &["user", "add", "lan"],
        &["token", "create", "a"],
        &["token", "revoke", "x"],
        &["search", "a", "--limit", "0"],
        &["check", "--now", "yesterday"],
    ] {
        let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_kiemtin"));
        command.args(args).current_dir(here.folder.path()).stdin(std::process::Stdio::null());
        let ran = command.output().unwrap();
        assert_eq!(ran.status.code(), Some(2), "{args:?}: {ran:?}");
        assert!(!ran.stderr.is_empty() && ran.stdout.is_empty(), "{args:?}: {ran:?}");
    }
}

#[test]
fn every_command_explains_itself() {
    let here = Installation::shipped();
    for command in [
        "rules test",
        "rules list",
        "rules dry-run",
        "rules score",
        "demo",
        "serve",
        "check",
        "crawl",
        "ingest",
        "extract",
        "classify",
        "search",
        "backtest",
        "trends",
        "reindex",
        "backup",
        "restore",
        "bench",
        "cite",
        "user add",
        "user list",
        "token create",
        "audit verify",
        "audit list",
        "sources list",
        "sources why",
        "sources propose",
    ] {
        let help = here.run(&command.split(' ').chain(["--help"]).collect::<Vec<_>>()).ok();
        for option in ["--config", "--data", "--now", "--json"] {
            assert!(help.contains(option), "{command} --help does not tell of {option}: {help}");
        }
    }
}

#[test]
fn what_fails_ends_with_1_and_names_the_file() {
    let here = Installation::shipped();
    let missing = here.run(&["ingest", "no-such-file.ndjson"]);
    assert_eq!(missing.code, Some(1), "{missing:?}");
    assert!(missing.stderr.contains("no-such-file.ndjson"), "{missing:?}");
    let nowhere = Installation::on("/no/such/folder").run(&["check"]);
    assert!(nowhere.code == Some(1) && nowhere.stderr.contains("/no/such/folder"), "{nowhere:?}");
}
