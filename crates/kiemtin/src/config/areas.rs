//! Does what is configured differ from what the audit log told of it last?
//!
//! Per area (a folder of the configuration, and the settings) a digest of its files. It is compared with the digest of the
//! area's last entry in the log, so that an edit shows whoever made it and whether the service ran meanwhile or not.

use super::{ConfigFile, file, folder};
use kiemtin_model::hex::hex;
use kiemtin_model::{Actor, AuditAction, AuditEntry, Time};
use kiemtin_store::{AuditFilter, Store};
use sha2::{Digest, Sha256};
use std::path::Path;

/// Folders that a running service reads again.
pub const LIVE: &[&str] = &["rules", "claims", "topics", "facts", "documents", "provinces", "domains"];
/// Every area.
pub const ALL: &[&str] =
    &["rules", "claims", "topics", "facts", "documents", "provinces", "domains", "sources", "policies", "lexicon", SETTINGS];
const SETTINGS: &str = "settings";
/// Parts of the names of settings whose values are no business of the log.
const SECRET: [&str; 4] = ["secret", "password", "token", "key"];

/// An area as it stands in the folder.
#[derive(Debug, PartialEq, Eq)]
struct Area {
    /// SHA-256 of its files, in hexadecimal digits.
    digest: String,
    /// Tables in lists (`[[rule]]`); a file without any counts as one.
    entries: usize,
}

/// Logs every one of these areas that differs from what was logged last, in one transaction. Gives their number.
pub async fn log_changes(dir: &Path, areas: &[&'static str], store: &dyn Store, at: Time) -> anyhow::Result<usize> {
    let (dir, names) = (dir.to_owned(), areas.to_vec());
    let read = tokio::task::spawn_blocking(move || names.iter().map(|name| Ok((*name, area(&dir, name)?))).collect());
    let read: anyhow::Result<Vec<(&str, Area)>> = read.await?;
    let mut entries = vec![];
    for (name, now) in read? {
        let object = format!("configuration/{name}");
        let filter = AuditFilter { action: Some(AuditAction::Configuration), object: Some(object.clone()), ..AuditFilter::default() };
        let last = store.audit(&filter, None, 1).await?.items.pop().and_then(|record| record.entry);
        let told = |key: &str| last.as_ref().and_then(|entry| entry.detail.get(key)).cloned();
        let before = told("after");
        if before.as_ref() == Some(&now.digest) {
            continue;
        }
        let mut detail = vec![("after", now.digest), ("entries_after", now.entries.to_string())];
        detail.extend(before.map(|digest| ("before", digest)));
        detail.extend(told("entries_after").map(|entries| ("entries_before", entries)));
        let detail = detail.into_iter().map(|(key, value)| (key.to_owned(), value)).collect();
        entries.push(AuditEntry { at, actor: Actor::service(), action: AuditAction::Configuration, object, detail });
    }
    store.put_audit(&entries).await?;
    Ok(entries.len())
}

fn area(dir: &Path, name: &str) -> anyhow::Result<Area> {
    if name == SETTINGS {
        let path = dir.join("kiemtin.toml");
        return settings(path.exists().then(|| file(&path)).transpose()?.map_or(String::new(), |file| file.text).as_str());
    }
    let files = folder(dir, name)?;
    let mut hash = Sha256::new();
    for ConfigFile { path, text } in &files {
        // The name without the folder, which may have been moved; lengths, so that no two lists of files look the same.
        let name = Path::new(path).file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        hash.update(format!("{} {name} {} ", name.len(), text.len()));
        hash.update(text);
    }
    Ok(Area { digest: hex(&hash.finalize()), entries: files.iter().map(|file| entries(&file.text)).sum() })
}

/// What is set: comments and order do not count, secrets are left out.
fn settings(text: &str) -> anyhow::Result<Area> {
    let mut values: toml::Value = toml::Value::Table(text.parse()?);
    leave_secrets_out(&mut values);
    let entries = values.as_table().map_or(0, toml::Table::len);
    Ok(Area { digest: hex(&Sha256::digest(serde_json::to_string(&values)?)), entries })
}

fn leave_secrets_out(value: &mut toml::Value) {
    match value {
        toml::Value::Table(table) => {
            table.retain(|name, _| !SECRET.iter().any(|word| name.to_lowercase().contains(word)));
            table.iter_mut().for_each(|(_, value)| leave_secrets_out(value));
        }
        toml::Value::Array(list) => list.iter_mut().for_each(leave_secrets_out),
        _ => {}
    }
}

/// Files were checked before: one that cannot be read any more counts as one entry.
fn entries(text: &str) -> usize {
    let lists = |table: toml::Table| {
        let of = |value: &toml::Value| value.as_array().filter(|list| list.iter().all(toml::Value::is_table)).map_or(0, Vec::len);
        table.values().map(of).sum::<usize>()
    };
    text.parse().map_or(1, lists).max(1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use kiemtin_store::{AuditStore, SqliteStore};

    #[test]
    fn settings_are_compared_without_secrets_and_comments() {
        let same = |a: &str, b: &str| settings(a).unwrap() == settings(b).unwrap();
        assert!(same("# a\n[service]\nlisten = \"x\"", "[service]\n\nlisten = 'x'"));
        assert!(same("[oidc]\nclient_secret = \"a\"\nid = 1", "[oidc]\nid = 1\nclient_secret = \"b\""));
        assert!(!same("[service]\nlisten = \"x\"", "[service]\nlisten = \"y\""));
        assert!(same("", ""));
        assert_eq!((entries("[[rule]]\na = 1\n[[rule]]\na = 2"), entries("id = \"x\""), entries("[[")), (2, 1, 1));
    }

    #[tokio::test]
    async fn what_was_edited_is_logged_once() {
        let folder = tempfile::tempdir().unwrap();
        let store = SqliteStore::open(&folder.path().join("kiemtin.db")).await.unwrap();
        let write = |path: &str, text: &str| {
            let path = folder.path().join(path);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, text).unwrap();
        };
        let look = async |areas: &'static [&'static str]| log_changes(folder.path(), areas, &store, Time(5)).await.unwrap();
        write("rules/a.toml", "[[rule]]\n[[rule]]\n");
        assert_eq!((look(ALL).await, look(ALL).await), (ALL.len(), 0), "the first time all, then what differs");
        write("rules/a.toml", "[[rule]]\n[[rule]]\n[[rule]]\n");
        write("rules/not-read.txt", "x");
        write("sources/a.toml", "id = \"a\"");
        assert_eq!((look(LIVE).await, look(ALL).await, look(ALL).await), (1, 1, 0));
        let log = store.audit(&AuditFilter::default(), None, 2).await.unwrap().items;
        let told: Vec<_> = log.iter().filter_map(|r| r.entry.as_ref()).map(|e| (e.object.as_str(), e.actor.clone())).collect();
        assert_eq!(told, [("configuration/sources", Actor::service()), ("configuration/rules", Actor::service())]);
        let detail = &log[1].entry.as_ref().unwrap().detail;
        assert_eq!((detail["entries_before"].as_str(), detail["entries_after"].as_str()), ("2", "3"));
        assert!(detail["before"] != detail["after"] && detail["after"].len() == 64);
        std::fs::rename(folder.path().join("rules/a.toml"), folder.path().join("rules/b.toml")).unwrap();
        assert_eq!(look(LIVE).await, 1, "a file under another name is another file");
    }
}
