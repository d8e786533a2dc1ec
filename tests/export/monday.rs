//! On Monday at seven, is the week in the mailbox, in every form that was asked for?

use crate::made::lines;
use crate::smtp::{ACCOUNT, Mailed, Smtp};
use crate::support::web::write_profile;
use crate::support::{Child, Installation, ndjson};
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use std::time::{Duration, Instant};

/// Monday of 2026-W48.
const MONDAY: &str = "2026-11-23T07:00:00+07:00";
/// Longest time until the mails are there.
const LATEST: Duration = Duration::from_secs(60);

fn installation(smtp: &Smtp) -> Installation {
    let here = Installation::on("unset");
    let config = here.folder.path().join("config");
    write_profile(&config, &[], 10);
    std::fs::write(config.join("ca.pem"), &smtp.certificate).unwrap();
    std::fs::write(config.join("mail.secret"), ACCOUNT.1).unwrap();
    let settings = std::fs::read_to_string(config.join("kiemtin.toml")).unwrap();
    let more = format!(
        "[mail]\nhost = \"127.0.0.1\"\nport = {}\nca_file = \"ca.pem\"\nuser = \"{}\"\npassword_file = \"mail.secret\"\n\
         from = \"bao-cao@kiemtin.example\"\nallow_domains = [\"kiemtin.example\"]\n\n\
         [[reports.timetable]]\nformats = [\"xlsx\", \"pdf\", \"docx\"]\n\n[[reports.timetable]]\nunit = \"Cục Điện lực\"\nformats = [\"csv\"]\n",
        smtp.address.port(),
        ACCOUNT.0
    );
    std::fs::write(config.join("kiemtin.toml"), format!("{settings}\n{more}")).unwrap();
    Installation { config, folder: here.folder }
}

/// The files of a mail by name; a long name stands in several pieces (RFC 2231).
fn files(raw: &str) -> Vec<(String, Vec<u8>)> {
    let part = |part: &str| {
        let (head, body) = part.split_once("\r\n\r\n")?;
        let pieces = head.split("filename").skip(1).filter_map(|piece| piece.split('"').nth(1));
        let name: String = pieces.collect();
        let body: String = body.lines().collect();
        (!name.is_empty()).then(|| (name, BASE64_STANDARD.decode(body.trim()).unwrap()))
    };
    raw.split("\r\n--").filter_map(part).collect()
}

#[test]
fn on_monday_the_week_is_in_the_mailbox() {
    let smtp = Smtp::start(|| Mailed::Taken);
    let here = installation(&smtp);
    crate::support::finish(here.command_at(MONDAY, &["ingest", &here.file("bai.ndjson", ndjson(&lines()))]), &[]).ok();
    let add = |name: &str, more: &[&str]| {
        let mailbox = format!("{name}@kiemtin.example");
        here.run(&[&["receivers", "add", name, &mailbox, "--channel", "mail"][..], more].concat()).ok();
    };
    add("lanh-dao", &["--notice", "report"]);
    add("dien-luc", &["--notice", "report", "--unit", "Cục Điện lực"]);
    add("canh-bao", &["--notice", "alert"]);
    let _service = Child(here.command_at(MONDAY, &["serve", "--port", "0"]).spawn().unwrap());
    let begun = Instant::now();
    while smtp.taken().len() < 2 {
        assert!(begun.elapsed() < LATEST, "{} mails", smtp.taken().len());
        std::thread::sleep(Duration::from_millis(100));
    }
    // Nothing more comes with the next look.
    std::thread::sleep(Duration::from_secs(12));
    let mails = smtp.taken();
    assert_eq!(mails.len(), 2, "{:?}", mails.iter().map(|m| &m.to).collect::<Vec<_>>());
    let of = |name: &str| mails.iter().find(|m| m.to.iter().any(|to| to.contains(name))).unwrap();
    let names = |name: &str| files(&of(name).raw).into_iter().map(|(name, _)| name).collect::<Vec<_>>();
    assert_eq!(names("lanh-dao"), ["xlsx", "pdf", "docx"].map(|f| format!("bao-cao-2026-W47.{f}")));
    assert_eq!(names("dien-luc"), ["bao-cao-2026-W47-unit-cuc-dien-luc.csv"]);
    // What is mailed is what anybody gets at any time.
    for (name, bytes) in files(&of("lanh-dao").raw) {
        let format = name.rsplit('.').next().unwrap();
        let out = here.folder.path().join(&name);
        here.run(&["export", "weekly", "--again", "1", "--format", format, "--out", out.to_str().unwrap()]).ok();
        assert!(std::fs::read(out).unwrap() == bytes, "{name}");
    }
}
