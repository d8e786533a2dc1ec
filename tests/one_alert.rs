//! Three hundred copies and paraphrases of one claim within a day: one alert, right counts, one urgent mail.
#![allow(clippy::unwrap_used, reason = "a test that panics fails, as it should")]

#[path = "support/smtp.rs"]
mod smtp;
mod support;

use base64::prelude::{BASE64_STANDARD, Engine};
use serde_json::{Value, json};
use smtp::{ACCOUNT, Mailed, Smtp};
use std::collections::BTreeSet;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};
use support::web::write_profile;
use support::{Child, Installation, Numbers, drain, ndjson};

/// Texts, and sources that carry them.
const TEXTS: usize = 300;
const SOURCES: usize = 40;

/// One claim in several words: how it begins, what it says, how it ends.
struct Telling {
    name: &'static str,
    openings: &'static [&'static str],
    says: &'static [&'static str],
    endings: &'static [&'static str],
}

const TELLINGS: [Telling; 3] = [
    Telling {
        name: "gia",
        openings: &["Mọi người ơi,", "Tin nóng:", "Nghe nói", "Cả nhà lưu ý,", "Mới nhận được tin,", "Các bác ơi,"],
        says: &[
            "giá bán lẻ điện bình quân từ hôm nay là 2.950 đồng/kWh",
            "giá điện bình quân bây giờ là 2.950 đồng mỗi kWh",
            "giá bán lẻ điện bình quân đã lên 2.950 đ/kWh rồi",
            "EVN áp dụng giá bán lẻ điện bình quân 2.950 đồng/kWh",
        ],
        endings: &[", ai cũng nên biết.", ", chia sẻ cho mọi người nhé.", ", thế là xong một tháng lương.", ", bật điều hòa thì cẩn thận."],
    },
    Telling {
        name: "xang",
        openings: &["Mọi người ơi,", "Tin nóng:", "Bà con chú ý!", "Các bác ơi,", "Cả nhà lưu ý,"],
        says: &[
            "sắp hết xăng toàn quốc rồi, mua tích trữ ngay kẻo muộn,",
            "xăng sắp cạn trên cả nước, đổ đầy bình và tích trữ đi,",
            "cây xăng khắp nơi sắp đóng cửa vì hết hàng, đi mua trữ ngay tối nay,",
            "cả nước sắp không còn xăng, tranh thủ mua can về trữ,",
            "xăng dầu sắp hết sạch, mai là không còn để đổ, gom ngay đi,",
        ],
        endings: &["chia sẻ gấp trước khi bị xóa!", "báo cho người thân gấp!", "đừng để nước đến chân mới nhảy.", "chậm là hết."],
    },
    Telling {
        name: "dien",
        openings: &["Thông báo khẩn:", "EVN thông báo:", "Tổng đài điện lực:", "Kính gửi quý khách,"],
        says: &[
            "hóa đơn tiền điện của quý khách quá hạn, sẽ cắt điện trong 2 giờ nếu không thanh toán qua đường link",
            "quý khách còn nợ tiền điện, bấm vào đường link dưới đây để thanh toán nếu không sẽ bị cắt điện trong vòng 2 giờ",
        ],
        endings: &["bên dưới.", "ngay bây giờ.", "trước 17h hôm nay."],
    },
];

impl Telling {
    /// A third of the lines is one text word for word; the others are put together anew each time.
    fn lines(&self, numbers: &mut Numbers) -> Vec<Value> {
        let mut pick = |of: &'static [&'static str]| of[numbers.next() as usize % of.len()];
        let mut lines = vec![];
        for i in 0..TEXTS {
            let text = if i % 3 == 0 {
                format!("{} {} {}", self.openings[0], self.says[0], self.endings[0])
            } else {
                format!("{} {} {} (tin số {i})", pick(self.openings), pick(self.says), pick(self.endings))
            };
            let source = format!("{}-{}", self.name, i % SOURCES);
            let minute = i * 14 * 60 / TEXTS;
            lines.push(json!({
                "url": format!("https://{source}.example/{i}"), "title": "", "text": text, "source": source, "kind": "social",
                "found_by": "channel", "published_at": format!("2026-11-23T{:02}:{:02}:00+07:00", minute / 60, minute % 60),
            }));
        }
        lines
    }
}

/// An installation that mails to one mailbox of the house.
fn installation(smtp: &Smtp) -> Installation {
    let here = Installation::on("unset");
    let config = here.folder.path().join("config");
    write_profile(&config, &[], 10);
    std::fs::write(config.join("ca.pem"), &smtp.certificate).unwrap();
    std::fs::write(config.join("mail.secret"), ACCOUNT.1).unwrap();
    let settings = std::fs::read_to_string(config.join("kiemtin.toml")).unwrap();
    let more = format!(
        "[deliver]\nallow_networks = [\"127.0.0.0/8\"]\n\n[mail]\nhost = \"127.0.0.1\"\nport = {}\nca_file = \"ca.pem\"\nuser = \"{}\"\n\
         password_file = \"mail.secret\"\nfrom = \"canh-bao@kiemtin.example\"\nallow_domains = [\"kiemtin.example\"]\n",
        smtp.address.port(),
        ACCOUNT.0
    );
    std::fs::write(config.join("kiemtin.toml"), format!("{settings}\n{more}")).unwrap();
    Installation { config, folder: here.folder }
}

/// A subject in words (RFC 2047, the base64 form that is sent).
fn decoded(subject: &str) -> String {
    let word = |word: &str| {
        let packed = word.strip_prefix("=?utf-8?b?").and_then(|w| w.strip_suffix("?="));
        packed.map_or_else(|| word.to_owned(), |p| String::from_utf8(BASE64_STANDARD.decode(p).unwrap()).unwrap())
    };
    subject.split(' ').map(word).collect::<Vec<_>>().join(" ")
}

/// The alert list of the API.
fn alerts(address: &str, token: &str) -> Vec<Value> {
    let mut stream = TcpStream::connect(address).unwrap();
    write!(stream, "GET /api/v1/alerts HTTP/1.1\r\nHost: {address}\r\nAuthorization: Bearer {token}\r\nConnection: close\r\n\r\n").unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    let list: Value = serde_json::from_str(answer.split_once("\r\n\r\n").unwrap().1).unwrap();
    list["items"].as_array().unwrap().clone()
}

#[test]
fn three_hundred_tellings_are_one_alert() {
    for telling in &TELLINGS {
        let smtp = Smtp::start(|| Mailed::Taken);
        let here = installation(&smtp);
        here.run(&["receivers", "add", "Thư", "phong@kiemtin.example", "--channel", "mail", "--json"]).ok();
        here.run(&["user", "add", "may", "--role", "admin", "--all-units"]).ok();
        let token = here.run(&["token", "create", "doc", "--user", "may", "--right", "read", "--json"]).json();
        let mut service = Child(here.command(&["serve", "--port", "0"]).spawn().unwrap());
        drain(service.0.stderr.take());
        let mut said = BufReader::new(service.0.stdout.take().unwrap());
        let mut line = String::new();
        said.read_line(&mut line).unwrap();
        let address = line.trim().strip_prefix("listening on http://").unwrap().to_owned();

        let lines = telling.lines(&mut Numbers(20_261_123));
        let tally = here.ingest(&here.file("lines.ndjson", ndjson(&lines)));
        assert_eq!(tally["flagged"], TEXTS, "{}: {tally}", telling.name);
        let list = alerts(&address, token["secret"].as_str().unwrap());
        let open: Vec<&Value> = list.iter().filter(|a| a["status"] == "new").collect();
        let [alert] = open.as_slice() else { panic!("{}: {} alerts: {list:#?}", telling.name, open.len()) };
        let texts: BTreeSet<&str> = lines.iter().map(|l| l["text"].as_str().unwrap()).collect();
        println!(
            "{}: {} documents, {} sources, {} stories of {} texts",
            telling.name,
            alert["documents"],
            alert["sources"],
            alert["stories"],
            texts.len()
        );
        assert_eq!((&alert["documents"], &alert["sources"]), (&json!(TEXTS), &json!(SOURCES)), "{}: {alert}", telling.name);
        assert_eq!(alert["level"], "urgent", "{}", telling.name);
        assert!(alert["stories"].as_u64().unwrap() <= texts.len() as u64, "{}: {alert}", telling.name);
        // The same again is nothing new.
        let again = here.ingest(&here.file("lines.ndjson", ndjson(&lines)));
        assert_eq!((&again["alerts"], &again["unchanged"]), (&json!(0), &json!(TEXTS)), "{}: {again}", telling.name);
        let begun = Instant::now();
        while smtp.taken().is_empty() && begun.elapsed() < Duration::from_secs(20) {
            std::thread::sleep(Duration::from_millis(50));
        }
        // Whatever else is to come has had its time.
        std::thread::sleep(Duration::from_secs(3));
        let mails = smtp.taken();
        let subjects: Vec<String> = mails.iter().map(|m| decoded(&m.header("Subject"))).collect();
        let urgent = subjects.iter().filter(|s| s.contains("KHẨN")).count();
        println!("{}: {} mails: {:?}", telling.name, mails.len(), subjects);
        assert_eq!(urgent, 1, "{}: {subjects:?}", telling.name);
        assert!(mails.len() <= 2, "{}: opened, then urgent, and no more: {subjects:?}", telling.name);
    }
}
