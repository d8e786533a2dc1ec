//! Which crate may use which? Read from the manifests, so that Cargo itself is what proves it.

use std::collections::{BTreeMap, BTreeSet, HashMap};

/// Each crate of ours with the crates of ours that it may depend on.
const ALLOWED: &[(&str, &[&str])] = &[
    ("kiemtin-text", &[]),
    ("kiemtin-model", &["kiemtin-text"]),
    ("kiemtin-analyze", &["kiemtin-model", "kiemtin-text"]),
    ("kiemtin-crawl", &["kiemtin-model", "kiemtin-text"]),
    ("kiemtin-store", &["kiemtin-model", "kiemtin-text"]),
    ("kiemtin-deliver", &["kiemtin-model", "kiemtin-text"]),
    ("kiemtin-web", &["kiemtin-store", "kiemtin-deliver", "kiemtin-analyze", "kiemtin-model", "kiemtin-text"]),
    ("kiemtin-miniweb", &[]),
    (
        "kiemtin",
        &[
            "kiemtin-text",
            "kiemtin-model",
            "kiemtin-analyze",
            "kiemtin-crawl",
            "kiemtin-store",
            "kiemtin-deliver",
            "kiemtin-web",
            "kiemtin-miniweb",
        ],
    ),
];
/// Arrows that only tests may have besides.
const IN_TESTS: &[(&str, &str)] = &[("kiemtin", "kiemtin-miniweb"), ("kiemtin-crawl", "kiemtin-miniweb")];
/// Crates without clock, network or disk …
const PURE: &[&str] = &["kiemtin-text", "kiemtin-model", "kiemtin-analyze"];
/// … and so without these, directly or through others.
const IMPURE: &[&str] = &["tokio", "reqwest", "hyper", "sqlx", "axum", "tantivy"];

/// What is wrong with the arrows of these manifests (crate name, manifest).
fn forbidden(manifests: &BTreeMap<String, toml::Table>) -> Vec<String> {
    let mut faults = vec![];
    for (name, manifest) in manifests {
        let Some((_, allowed)) = ALLOWED.iter().find(|(n, _)| n == name) else {
            faults.push(format!("{name} has no line in the table of allowed arrows"));
            continue;
        };
        let ours = |to: &String| to == "kiemtin" || to.starts_with("kiemtin-");
        for to in dependencies(manifest, &["dependencies", "build-dependencies"]) {
            if ours(&to) && !allowed.contains(&to.as_str()) {
                faults.push(format!("{name} must not depend on {to}"));
            }
            if PURE.contains(&name.as_str()) && IMPURE.contains(&to.as_str()) {
                faults.push(format!("{name} is pure and must not depend on {to}"));
            }
        }
        for to in dependencies(manifest, &["dev-dependencies"]) {
            if ours(&to) && !IN_TESTS.contains(&(name.as_str(), to.as_str())) {
                faults.push(format!("tests of {name} must not depend on {to}"));
            }
        }
    }
    for (name, _) in ALLOWED.iter().filter(|(n, _)| !manifests.contains_key(*n)) {
        faults.push(format!("{name} is in the table of allowed arrows, but there is no such crate"));
    }
    faults
}

/// Names of the packages in these tables of a manifest, those for one platform included.
fn dependencies(manifest: &toml::Table, tables: &[&str]) -> BTreeSet<String> {
    let platforms = manifest.get("target").and_then(|t| t.as_table()).into_iter().flatten().filter_map(|(_, t)| t.as_table());
    let places = std::iter::once(manifest).chain(platforms);
    let of = |place: &toml::Table| -> Vec<String> {
        let found = tables.iter().filter_map(|t| place.get(*t)?.as_table()).flatten();
        // A dependency may go by another name here than its package has.
        found.map(|(key, value)| value.get("package").and_then(|p| p.as_str()).unwrap_or(key).to_owned()).collect()
    };
    places.flat_map(of).collect()
}

/// Impure packages that these packages reach through the lock file.
fn impure_through(lock: &toml::Table, from: &BTreeSet<String>) -> Vec<String> {
    let mut next: HashMap<&str, Vec<&str>> = HashMap::new();
    for package in lock["package"].as_array().unwrap() {
        let to = package.get("dependencies").and_then(|d| d.as_array()).into_iter().flatten();
        let to = to.filter_map(|d| d.as_str()?.split(' ').next());
        next.entry(package["name"].as_str().unwrap()).or_default().extend(to);
    }
    let mut seen: BTreeSet<&str> = BTreeSet::new();
    let mut waiting: Vec<&str> = from.iter().map(String::as_str).collect();
    while let Some(name) = waiting.pop() {
        if seen.insert(name) {
            waiting.extend(next.get(name).into_iter().flatten());
        }
    }
    IMPURE.iter().filter(|i| seen.contains(*i)).map(|i| (*i).to_owned()).collect()
}

fn manifests() -> BTreeMap<String, toml::Table> {
    let tree = crate::tree();
    let paths = tree.iter().filter(|p| p.starts_with("crates/") && p.matches('/').count() == 2 && p.ends_with("/Cargo.toml"));
    paths.map(|p| crate::read(p).parse::<toml::Table>().unwrap()).map(|m| (m["package"]["name"].as_str().unwrap().to_owned(), m)).collect()
}

#[test]
fn only_the_allowed_arrows_are_there() {
    crate::none(forbidden(&manifests()));
}

#[test]
fn pure_crates_reach_nothing_impure() {
    let lock: toml::Table = crate::read("Cargo.lock").parse().unwrap();
    for (name, manifest) in manifests().iter().filter(|(n, _)| PURE.contains(&n.as_str())) {
        // Ours are checked one by one; the lock file would add what only their tests use.
        let others =
            dependencies(manifest, &["dependencies", "build-dependencies"]).into_iter().filter(|d| !d.starts_with("kiemtin")).collect();
        assert_eq!(impure_through(&lock, &others), Vec::<String>::new(), "reached from {name}");
    }
}

#[test]
fn a_forbidden_arrow_is_told() {
    let check = |name: &str, text: &str, expected: &[&str]| {
        let mut all = manifests();
        all.insert(name.into(), text.parse().unwrap());
        assert_eq!(forbidden(&all), expected, "{text}");
    };
    check("kiemtin-text", "[dependencies]\nkiemtin-model.workspace = true", &["kiemtin-text must not depend on kiemtin-model"]);
    check(
        "kiemtin-crawl",
        "[build-dependencies]\nkiemtin-store = { path = \"../x\" }",
        &["kiemtin-crawl must not depend on kiemtin-store"],
    );
    check(
        "kiemtin-store",
        "[target.'cfg(unix)'.dependencies]\nx = { package = \"kiemtin-web\" }",
        &["kiemtin-store must not depend on kiemtin-web"],
    );
    check("kiemtin-analyze", "[dependencies]\ntokio.workspace = true", &["kiemtin-analyze is pure and must not depend on tokio"]);
    check(
        "kiemtin-web",
        "[dev-dependencies]\nkiemtin-miniweb.workspace = true",
        &["tests of kiemtin-web must not depend on kiemtin-miniweb"],
    );
    check("kiemtin-more", "", &["kiemtin-more has no line in the table of allowed arrows"]);
    let mut fewer = manifests();
    fewer.remove("kiemtin-deliver");
    assert_eq!(forbidden(&fewer), ["kiemtin-deliver is in the table of allowed arrows, but there is no such crate"]);
}

#[test]
fn an_impure_package_is_found_behind_others() {
    let lock = "[[package]]\nname = \"a\"\ndependencies = [\"b 1.0.0\"]\n[[package]]\nname = \"b\"\ndependencies = [\"hyper\"]\n[[package]]\nname = \"hyper\"\n";
    let lock: toml::Table = lock.parse().unwrap();
    assert_eq!(impure_through(&lock, &BTreeSet::from(["a".into()])), ["hyper"]);
    assert_eq!(impure_through(&lock, &BTreeSet::from(["c".into()])), Vec::<String>::new());
}
