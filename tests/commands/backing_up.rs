//! `backup` and `restore`: is what is put back what was there, also when others write, when the copy is damaged, when either is killed?

use crate::forgetting::files_with;
use crate::support::served::Served;
use crate::support::{Child, Installation, NOW, Ran, alerting_posts, drain, finish, line, ndjson, web};
use kiemtin_store::backup::GAP;
use kiemtin_store::{AlertFilter, DeskStore, Store};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Ordinary lines about this, `from..to`, and in every tenth a claim that is flagged.
fn lines(word: &str, from: usize, to: usize) -> Vec<Value> {
    let posts = alerting_posts();
    let text = |n: usize| match n % 10 {
        0 => format!("{} Tin chép lần {n}.", posts[n / 10 % posts.len()]),
        _ => format!("Sổ tay {word} số {n}: hàng {} bán được {} mớ, trời {} độ.", n % 17, n % 23, 15 + n % 20),
    };
    (from..to).map(|n| line(&format!("https://trang{}.example/{word}/{n}", n % 12).replace(' ', "-"), &text(n))).collect()
}

fn backup(here: &Installation, dir: &Path) -> Ran {
    here.run(&["backup", dir.to_str().unwrap(), "--json"])
}

fn restore(here: &Installation, dir: &Path) -> Ran {
    here.run(&["restore", dir.to_str().unwrap(), "--json"])
}

fn refused(ran: &Ran, why: &str) {
    assert!(ran.code == Some(1) && ran.stdout.is_empty() && ran.stderr.contains(why), "«{why}»: {ran:?}");
}

fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<_> = std::fs::read_dir(folder).unwrap().map(|e| e.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

/// An installation with a hundred documents, and a backup of it.
fn backed_up() -> (Installation, PathBuf) {
    let here = Installation::shipped();
    here.ingest(&here.file("lines", ndjson(&lines("chợ phiên", 0, 100))));
    let dir = here.folder.path().join("backup");
    backup(&here, &dir).json();
    (here, dir)
}

/// Documents, alerts with the length of their histories, and how many documents have the word.
async fn held(here: &Installation) -> (u64, Vec<(String, u32, usize)>, u64) {
    let store = here.store().await;
    let documents = store.changes_since(0, 1_000_000).await.unwrap();
    let counts = store.counts().await.unwrap();
    assert_eq!(counts.documents, documents.len() as u64);
    let mut alerts = vec![];
    for alert in store.alerts(&AlertFilter::default(), None, 1_000).await.unwrap().items {
        let file = store.alert_file(alert.id, &kiemtin_model::Sight::All, 10).await.unwrap().unwrap();
        alerts.push((alert.number, alert.documents, file.history.len()));
    }
    store.close().await;
    let word = documents.iter().filter(|d| d.assessed.document.text.contains("chợ phiên")).count() as u64;
    (counts.documents, alerts, word)
}

#[tokio::test]
async fn made_while_lines_are_taken_in_it_is_put_back_whole_and_goes_on() {
    const LINES: usize = 10_000;
    let here = Installation::shipped();
    let file = here.file("lines", ndjson(&lines("chợ phiên", 0, LINES)));
    let mut ingest = Child(here.command(&["ingest", &file, "--json"]).spawn().unwrap());
    let (_out, _err) = (drain(ingest.0.stdout.take()), drain(ingest.0.stderr.take()));
    let mut made: Vec<(PathBuf, Value)> = vec![];
    while ingest.0.try_wait().unwrap().is_none() {
        if !here.data().join("var/kiemtin.db").exists() {
            std::thread::sleep(Duration::from_millis(5));
            continue;
        }
        let dir = here.folder.path().join(format!("backup-{}", made.len()));
        let told = backup(&here, &dir).json();
        if told["documents"].as_u64() > made.last().map(|(_, m)| m["documents"].as_u64().unwrap()).or(Some(0)) {
            made.push((dir, told));
        } else {
            std::fs::remove_dir_all(dir).unwrap();
        }
    }
    assert!(ingest.ended().success());
    let (all, all_alerts, _) = held(&here).await;
    println!("{:?} of {all}", made.iter().map(|(_, m)| &m["documents"]).collect::<Vec<_>>());
    made.retain(|(_, told)| told["documents"].as_u64().unwrap() < all);
    assert!(!made.is_empty(), "no backup was made in between");
    for (dir, told) in &made {
        assert_eq!(names(dir), ["kiemtin.db", "manifest.json"]);
        let bytes = std::fs::read(dir.join("kiemtin.db")).unwrap();
        let hash: String = Sha256::digest(&bytes).iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!((&told["bytes"], &told["sha256"]), (&json!(bytes.len()), &json!(hash)));
        let mut manifest: Value = serde_json::from_slice(&std::fs::read(dir.join("manifest.json")).unwrap()).unwrap();
        manifest["dir"] = json!(dir);
        assert_eq!(&manifest, told);
    }
    let (dir, told) = &made[made.len() / 2];
    let other = Installation::shipped();
    let put = restore(&other, dir).json();
    assert_eq!((&put["documents"], &put["last_seq"], &put["made"]), (&told["documents"], &told["last_seq"], &told["made"]));
    let (documents, alerts, word) = held(&other).await;
    assert_eq!(json!(documents), told["documents"]);
    assert!(!alerts.is_empty() && alerts.iter().all(|(_, documents, history)| *documents > 0 && *history > 0), "{alerts:?}");
    assert!(word > 0 && other.found("\"chợ phiên\"") == word, "{word} documents have it");
    let verified = other.run(&["audit", "verify", "--json"]).json();
    assert_eq!((&verified["ok"], verified["entries"].as_u64() >= Some(2)), (&json!(true), true), "{verified}");
    // The same file again: what is missing comes in, and all is as if nothing had happened.
    let tally = other.ingest(&file);
    assert_eq!(tally["new"].as_u64(), Some(all - documents), "{tally}");
    let (end, end_alerts, _) = held(&other).await;
    assert_eq!((end, end_alerts.len()), (all, all_alerts.len()));
}

#[test]
fn nothing_is_overwritten() {
    let (here, dir) = backed_up();
    let beside = |name: &str| here.folder.path().join(name);
    let before = std::fs::read(dir.join("kiemtin.db")).unwrap();
    refused(&backup(&here, &dir), "đã có");
    refused(&backup(&here, &here.data()), "đã có");
    here.file("tep", "x");
    refused(&backup(&here, &beside("tep")), "đã có");
    refused(&backup(&here, Path::new("/")), "không thể là thư mục sao lưu");
    assert_eq!(std::fs::read(dir.join("kiemtin.db")).unwrap(), before);
    // Something else stands where it is made.
    std::fs::create_dir(beside("khac.partial")).unwrap();
    here.file("khac.partial/thu.txt", "thư");
    refused(&backup(&here, &beside("khac")), "không do lệnh này tạo ra");
    assert_eq!(names(&beside("khac.partial")), ["thu.txt"]);
    // Empty folders are taken, and those on the way are made.
    std::fs::create_dir(beside("trong")).unwrap();
    backup(&here, &beside("trong")).json();
    let told = here.run(&["backup", beside("nam/thang/ngay/").to_str().unwrap()]).ok();
    assert!(told.starts_with("đã sao lưu 100 tài liệu ("), "{told}");
    assert_eq!(names(&beside("nam/thang/ngay")), ["kiemtin.db", "manifest.json"]);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        for name in ["trong", "nam/thang/ngay"] {
            assert_eq!(std::fs::metadata(beside(name)).unwrap().permissions().mode() & 0o777, 0o700, "{name}");
        }
    }
    // A store, or what may be a part of one, is not touched.
    let database = here.data().join("var/kiemtin.db");
    let before = std::fs::read(&database).unwrap();
    refused(&restore(&here, &dir), "lệnh này không ghi đè lên kho");
    assert_eq!(std::fs::read(&database).unwrap(), before);
    let part = Installation::shipped();
    std::fs::create_dir_all(part.data().join("var")).unwrap();
    std::fs::write(part.data().join("var/kiemtin.db-wal"), "x").unwrap();
    refused(&restore(&part, &dir), "kiemtin.db-wal");
    assert_eq!(names(&part.data().join("var")), ["kiemtin.db-wal"]);
    // Nothing to copy, nothing to put back.
    let empty = Installation::shipped();
    refused(&backup(&empty, &empty.folder.path().join("b")), "không có kho dữ liệu");
    refused(&restore(&empty, &empty.folder.path().join("b")), "manifest.json");
    assert_eq!(names(empty.folder.path()), Vec::<String>::new());
}

#[test]
fn what_is_damaged_is_told_and_nothing_of_it_is_left() {
    let (here, dir) = backed_up();
    let (database, manifest) = (dir.join("kiemtin.db"), dir.join("manifest.json"));
    let (whole, written) = (std::fs::read(&database).unwrap(), std::fs::read_to_string(&manifest).unwrap());
    let other = Installation::shipped();
    let fails = |bytes: &[u8], text: &str, why: &str| {
        std::fs::write(&database, bytes).unwrap();
        std::fs::write(&manifest, text).unwrap();
        refused(&restore(&other, &dir), why);
        assert_eq!(names(other.folder.path()), Vec::<String>::new(), "{why}");
    };
    let with = |key: &str, value: Value| {
        let mut changed: Value = serde_json::from_str(&written).unwrap();
        changed[key] = value;
        changed.to_string()
    };
    let hash = |bytes: &[u8]| json!(Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect::<String>());
    let mut torn = whole.clone();
    let middle = torn.len() / 2;
    torn[middle..middle + 20_000].fill(0);
    fails(&torn, &written, "mã băm");
    fails(&torn, &with("sha256", hash(&torn)), "không khôi phục được");
    fails(&whole[..whole.len() - 1], &written, "đã bị hỏng");
    fails(b"", &written, "đã bị hỏng");
    let text = "đây không phải là kho".repeat(1_000).into_bytes();
    let mut of_text: Value = serde_json::from_str(&with("sha256", hash(&text))).unwrap();
    of_text["bytes"] = json!(text.len());
    fails(&text, &of_text.to_string(), "không khôi phục được");
    fails(&whole, &with("schema", json!(1_000)), "mới hơn");
    fails(&whole, &with("format", json!(2)), "định dạng 2");
    fails(&whole, &with("documents", json!(99)), "không khớp");
    fails(&whole, &with("log_id", json!("khac")), "không khớp");
    fails(&whole, "{", "manifest.json");
    fails(&whole, &" ".repeat(100_000), "manifest.json");
    std::fs::write(&manifest, &written).unwrap();
    std::fs::remove_file(&database).unwrap();
    refused(&restore(&other, &dir), "kiemtin.db");
    assert_eq!(names(other.folder.path()), Vec::<String>::new());
    std::fs::write(&database, &whole).unwrap();
    assert_eq!(restore(&other, &dir).json()["documents"], 100);
    assert_eq!((other.found("\"chợ phiên\""), names(&other.data().join("var"))), (here.found("\"chợ phiên\""), vec!["kiemtin.db".into()]));
}

/// Kills the command as soon as this path is there; `false` when it ended before it could be.
fn killed_when(here: &Installation, args: &[&str], there: &Path) -> bool {
    let mut child = Child(here.command(args).spawn().unwrap());
    let (_out, _err) = (drain(child.0.stdout.take()), drain(child.0.stderr.take()));
    while !there.exists() {
        if child.0.try_wait().unwrap().is_some() {
            return false;
        }
    }
    child.0.kill().unwrap();
    !child.ended().success()
}

#[test]
fn killed_at_any_moment_there_is_nothing_or_all_of_it() {
    let (here, whole) = backed_up();
    let (dir, partial) = (here.folder.path().join("toi-nay"), here.folder.path().join("toi-nay.partial"));
    let args = ["backup", dir.to_str().unwrap(), "--json"];
    let mut kills = 0;
    // From its first trace on, and when each of its files begins.
    for file in [partial.clone(), partial.join("kiemtin.db"), partial.join("manifest.json")] {
        if killed_when(&here, &args, &file) && !dir.exists() {
            kills += 1;
            assert!(partial.exists(), "what is not whole has another name");
        }
        if dir.exists() {
            assert_eq!(restore(&Installation::shipped(), &dir).json()["documents"], 100);
            std::fs::remove_dir_all(&dir).unwrap();
        }
    }
    assert!(kills > 0, "every run ended before it was killed");
    assert_eq!(backup(&here, &dir).json()["documents"], 100);
    assert!(dir.exists() && !partial.exists());

    let (other, mut kills) = (Installation::shipped(), 0);
    let var = other.data().join("var");
    let (database, copy) = (var.join("kiemtin.db"), var.join("kiemtin.db.restoring"));
    for there in [&var, &copy, &copy] {
        kills += usize::from(killed_when(&other, &["restore", whole.to_str().unwrap()], there) && !database.exists());
        if database.exists() {
            assert_eq!(other.found("\"chợ phiên\""), 90);
            std::fs::remove_dir_all(other.data()).unwrap();
        }
    }
    assert!(kills > 0, "every run ended before it was killed");
    assert_eq!(restore(&other, &whole).json()["documents"], 100);
    assert_eq!(names(&var), ["kiemtin.db"]);
    assert_eq!(other.found("\"chợ phiên\""), 90);
}

#[test]
fn neither_what_was_forgotten_nor_a_secret_is_in_it() {
    const WORD: &str = "xứlạkiềuvân";
    let folder = tempfile::tempdir().unwrap();
    let config = folder.path().join("config");
    web::write_profile(&config, &[], 0);
    let here = Installation { config, folder };
    let post = |n: usize, found_by: &str| {
        let mut post =
            line(&format!("https://mxh.example/bai/{n}"), &format!("Bài {n} về {WORD}: hàng đan lát, quà quê, chợ sớm, đường vui"));
        (post["kind"], post["found_by"], post["id"]) = (json!("social"), json!(found_by), json!(n.to_string()));
        post
    };
    let posts = [post(1, "channel"), post(2, "keyword"), line("https://bao.example/1", "Một bài báo về chợ phiên ở lại trong kho")];
    here.ingest(&here.file("bai.ndjson", ndjson(&posts)));
    let (before, after) = (here.folder.path().join("truoc"), here.folder.path().join("sau"));
    assert_eq!(backup(&here, &before).json()["documents"], 3);
    assert!(!files_with(&before, WORD.as_bytes()).is_empty(), "it was in the one before");
    let later = |args: &[&str]| finish(here.command_at("2027-02-25T09:00:00+07:00", args), &[]);
    assert_eq!(later(&["prune", "--json"]).json()["forgotten"], 2);
    assert_eq!(later(&["backup", after.to_str().unwrap(), "--json"]).json()["documents"], 1);
    assert_eq!(files_with(&after, WORD.as_bytes()), Vec::<String>::new());
    let secret: Value = serde_json::from_slice(&std::fs::read(here.data().join("var/salt.secret")).unwrap()).unwrap();
    for dir in [&before, &after] {
        assert_eq!(files_with(dir, secret["now"].as_str().unwrap().as_bytes()), Vec::<String>::new());
        assert_eq!(names(dir), ["kiemtin.db", "manifest.json"]);
    }
    // What was forgotten since comes back with the backup, and goes by itself again.
    let other = Installation { config: here.config.clone(), folder: tempfile::tempdir().unwrap() };
    restore(&other, &before).json();
    assert_eq!(other.found(WORD), 2);
    let pruned = finish(other.command_at("2027-02-25T09:00:00+07:00", &["prune", "--json"]), &[]).json();
    assert_eq!((&pruned["forgotten"], other.found(WORD)), (&json!(2), 0), "{pruned}");
}

#[tokio::test]
async fn what_followed_the_store_before_is_not_taken_for_what_follows_it_now() {
    let (here, dir) = backed_up();
    here.ingest(&here.file("more", ndjson(&lines("bến tàu", 100, 150))));
    assert_eq!(here.found("\"bến tàu\""), 45);
    let log = here.store().await.log_id().await.unwrap();
    // A service runs on it: a backup disturbs nobody, a restore is not begun.
    let served = Served::start(&here, NOW);
    assert_eq!(backup(&here, &here.folder.path().join("trong-luc-chay")).json()["documents"], 150);
    let var = here.data().join("var");
    // Held for a moment only: the service takes it in its next round.
    let held = || std::fs::File::open(var.join("sending.lock")).is_ok_and(|lock| lock.try_lock().is_err());
    let mut looks = 0;
    while !held() {
        looks += 1;
        assert!(looks < 200, "the service does not say that it is there");
        std::thread::sleep(Duration::from_millis(50));
    }
    for name in names(&var).iter().filter(|name| name.starts_with("kiemtin.db")) {
        std::fs::remove_file(var.join(name)).unwrap();
    }
    refused(&restore(&here, &dir), "đang chạy");
    drop(served);
    restore(&here, &dir).json();
    assert!(var.join("alerts.ndjson").exists() && here.data().join("index").exists(), "what is left of before");
    // The store grows past where that index was.
    let tally = here.ingest(&here.file("other", ndjson(&lines("đò ngang", 200, 300))));
    assert_eq!(tally["new"], 100);
    assert_eq!((here.found("\"bến tàu\""), here.found("\"đò ngang\""), here.found("\"chợ phiên\"")), (0, 90, 90));
    let store = here.store().await;
    assert_ne!(store.log_id().await.unwrap(), log);
    // An event of before is not a number that is given again: who resumes a stream misses nothing.
    let newest = store.last_alert_change().await.unwrap();
    assert!(newest > GAP, "{newest}");
    store.close().await;
}
