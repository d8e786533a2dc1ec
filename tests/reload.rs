//! Edited rules come into force in a running service, and faulty ones do not.
#![allow(clippy::unwrap_used, reason = "a test that panics fails, as it should")]

#[path = "support/mod.rs"]
mod support;

use serde_json::Value;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::time::{Duration, Instant};
use support::web::{client, text, write_profile};
use support::{Child, Installation, drain};

/// Longest time in which an edit must be noticed.
const NOTICED: Duration = Duration::from_secs(60);

fn rule(query: &str) -> String {
    format!(
        "[[rule]]\nid = \"thu\"\nkind = \"panic_rumour\"\nclaim = \"Thử\"\ndescribe = \"Thử\"\nreview_by = \"2027-06-30\"\nrequire = [\"a\"]\n\
         [rule.evidence.a]\nquery = '{query}'\nweight = 5.0\n\
         [[rule.example]]\ntext = \"phiên chợ thử họp đông\"\nwant = \"alert\"\n[[rule.example]]\ntext = \"không\"\nwant = \"none\"\n"
    )
}

struct Service {
    base: String,
    http: reqwest::Client,
}

impl Service {
    async fn rules(&self) -> Value {
        let answer = self.http.get(format!("{}/readyz", self.base)).send().await.unwrap();
        serde_json::from_str::<Value>(&text(answer).await).unwrap()["rules"].clone()
    }

    /// Waits until what `/readyz` says of the rules is as expected.
    async fn until(&self, what: &str, expected: impl Fn(&Value) -> bool) -> Value {
        let begun = Instant::now();
        loop {
            let rules = self.rules().await;
            if expected(&rules) {
                return rules;
            }
            assert!(begun.elapsed() < NOTICED, "{what}: {rules}");
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }
}

fn write(config: &Path, text: &str) {
    std::fs::write(config.join("rules/thu.toml"), text).unwrap();
}

#[tokio::test]
async fn an_edit_comes_into_force_and_a_faulty_one_does_not() {
    let here = Installation::shipped();
    let config = here.folder.path().join("config");
    write_profile(&config, &[], 0);
    let here = Installation { config: config.clone(), folder: here.folder };
    let mut command = here.command(&["serve", "--port", "0"]);
    command.env("RUST_LOG", "info");
    let mut child = Child(command.spawn().unwrap());
    let log = drain(child.0.stderr.take());
    let mut said = BufReader::new(child.0.stdout.take().unwrap()).lines();
    let address = said.next().unwrap().unwrap();
    let base = address.strip_prefix("listening on ").unwrap().to_owned();
    let service = Service { base, http: client() };

    let first = service.until("the service tells its rules", |r| r["version"].as_str().is_some_and(|v| !v.is_empty())).await;
    assert_eq!(first["faults"], 0, "{first}");
    let fault = |words: &'static str| move |r: &Value| r["fault"].as_str().is_some_and(|f| f.contains(words));
    write(&config, &rule("\"phiên chợ thử\" AND ("));
    let broken = service.until("a query that cannot be read", |r| r["faults"].as_u64() > Some(0)).await;
    assert!(broken["fault"].as_str().is_some_and(|f| f.contains("thu.toml:")), "{broken}");
    assert_eq!(broken["version"], first["version"], "the set before stays");
    write(&config, &rule("\"câu không có trong ví dụ\""));
    let untrue = service.until("an example that does not hold", fault("expected alert")).await;
    assert_eq!(untrue["version"], first["version"], "the set before stays");
    write(&config, &rule("\"phiên chợ thử\""));
    let edited = service.until("a sound edit", |r| r["version"] != first["version"]).await;
    assert_eq!((&edited["faults"], &edited["fault"]), (&Value::from(0), &Value::Null), "{edited}");
    std::fs::remove_file(config.join("rules/thu.toml")).unwrap();
    service.until("a file that is taken away", |r| r["version"] == first["version"]).await;

    drop(child);
    let log = log.join().unwrap();
    assert_eq!(log.matches("thu.toml:9:").count(), 1, "a fault is told once: {log}");
    for words in ["the set before stays in force", "the edited rules were tried", "the edited rules are in force"] {
        assert!(log.contains(words), "{words}: {log}");
    }
}
