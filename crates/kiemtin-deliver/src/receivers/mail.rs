//! A mail to one of our own mailboxes: text and HTML, over SMTP (RFC 5321) with TLS.
//!
//! `Message-ID` follows from the key of the delivery: a repeat after a crash is the same message. Every header comes from words
//! without line breaks, so that no claim can add one.

use super::escaped;
use crate::message::{Part, text};
use crate::sender::{Outgoing, SendError};
use crate::settings::{MailSettings, MailTls, SettingsError};
use kiemtin_model::hex::hex;
use lettre::message::header::{ContentType, HeaderName, HeaderValue};
use lettre::message::{Mailbox, Message as Mail, MultiPart};
use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{Certificate, Tls, TlsParameters};
use lettre::transport::smtp::extension::ClientId;
use lettre::{Address, AsyncSmtpTransport, AsyncTransport, Tokio1Executor};
use sha2::{Digest, Sha256};
use std::error::Error;
use std::path::Path;
use std::time::{Duration, UNIX_EPOCH};

/// Most characters of a mail's text.
const LONGEST: usize = 100_000;

/// The way to mailboxes.
pub struct MailDesk {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    from: Address,
    domains: Vec<String>,
    /// For the whole of a delivery.
    whole: Duration,
}

impl MailDesk {
    /// From settings with a host. The password is read now.
    pub fn new(settings: &MailSettings) -> Result<Self, SettingsError> {
        settings.check()?;
        let timeout = Duration::from_secs(settings.timeout_s);
        let from: Address = settings.from.parse().map_err(|_| SettingsError::From(settings.from.clone()))?;
        let tls = match settings.tls {
            MailTls::Starttls => Tls::Required(tls_of(settings)?),
            MailTls::Implicit => Tls::Wrapper(tls_of(settings)?),
            MailTls::None => Tls::None,
        };
        let mut builder = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(&settings.host)
            .port(settings.port)
            .tls(tls)
            .hello_name(ClientId::Domain(from.domain().to_owned()))
            .timeout(Some(timeout));
        if !settings.user.is_empty() {
            let password = match &settings.password_file {
                Some(path) => read(path)?.trim_end_matches(['\r', '\n']).to_owned(),
                None => String::new(),
            };
            builder = builder.credentials(Credentials::new(settings.user.clone(), password));
        }
        let domains = settings.allow_domains.iter().map(|d| d.to_ascii_lowercase()).collect();
        Ok(Self { transport: builder.build(), from, domains, whole: timeout.saturating_mul(3) })
    }

    /// Reads the address of one of our own mailboxes; the error says what is wrong, in Vietnamese.
    pub fn check(&self, target: &str) -> Result<Address, String> {
        let address: Address = target.parse().map_err(|_| "không phải một địa chỉ thư như phong@example.gov.vn".to_owned())?;
        if self.domains.contains(&address.domain().to_ascii_lowercase()) {
            Ok(address)
        } else {
            Err(format!("chỉ gửi tới hộp thư nội bộ: {}", self.domains.join(", ")))
        }
    }

    /// Sends; gives the server's answer.
    pub(crate) async fn send(&self, outgoing: &Outgoing<'_>) -> Result<String, SendError> {
        let mail = self.mail(outgoing)?;
        let late = || SendError::no_answer(format!("máy chủ thư không nhận xong trong {} giây", self.whole.as_secs()));
        let sent = tokio::time::timeout(self.whole, self.transport.send(mail)).await.map_err(|_| late())?;
        match sent {
            Ok(answer) => Ok(answer.message().collect::<Vec<_>>().join(" ")),
            Err(error) => {
                let said = error.source().map_or_else(|| error.to_string(), ToString::to_string);
                match error.status() {
                    Some(code) if error.is_permanent() => Err(SendError::permanent(format!("SMTP {code}: {said}"))),
                    Some(code) => Err(SendError::for_now(format!("SMTP {code}: {said}"))),
                    None => Err(SendError::no_answer(format!("máy chủ thư: {said}"))),
                }
            }
        }
    }

    fn mail(&self, outgoing: &Outgoing<'_>) -> Result<Mail, SendError> {
        // As it is now: the configuration may have changed since the receiver was added.
        let to = self.check(&outgoing.receiver.target).map_err(SendError::permanent)?;
        let made = UNIX_EPOCH + Duration::from_millis(outgoing.made_at.0.max(0).unsigned_abs());
        let header = |name: &'static str, value: &str| HeaderValue::new(HeaderName::new_from_ascii_str(name), value.to_owned());
        let plain = text(outgoing.message, LONGEST, |part| match part {
            Part::Title(words) | Part::Banner(words) => format!("{words}\n"),
            Part::Heading(words) => format!("\n{words}\n"),
            Part::Entry(words) => format!("• {words}"),
            Part::Line(words) | Part::Link(words) => format!("  {words}"),
        });
        let rich = text(outgoing.message, LONGEST, |part| {
            let words = escaped(part.words());
            match part {
                Part::Title(_) => format!("<h1 style=\"font-size:1.2em\">{words}</h1>"),
                Part::Banner(_) => format!("<p style=\"border:2px solid #b00020;padding:.4em;font-weight:bold\">{words}</p>"),
                Part::Heading(_) => format!("<h2 style=\"font-size:1.05em\">{words}</h2>"),
                Part::Entry(_) => format!("<p style=\"margin-bottom:0\"><b>{words}</b></p>"),
                Part::Line(_) => format!("<p style=\"margin:0\">{words}</p>"),
                Part::Link(_) => format!("<p style=\"margin-top:0\"><a href=\"{words}\">{words}</a></p>"),
            }
        });
        let domain = self.from.domain();
        let builder = Mail::builder()
            .from(Mailbox::new(Some("kiemtin".to_owned()), self.from.clone()))
            .to(Mailbox::new(None, to))
            .date(made)
            .subject(outgoing.message.title.clone())
            .message_id(Some(message_id(outgoing.key, domain)))
            .raw_header(header("Auto-Submitted", "auto-generated"))
            .raw_header(header("List-Id", &format!("<thong-bao.kiemtin.{domain}>")));
        let html = format!("<!DOCTYPE html><html lang=\"vi\"><meta charset=\"utf-8\"><body>{rich}</body></html>");
        let words = MultiPart::alternative_plain_html(plain, html);
        let parts = match outgoing.files {
            [] => words,
            files => files.iter().try_fold(MultiPart::mixed().multipart(words), |all, file| {
                let kind = ContentType::parse(file.media_type).map_err(|e| SendError::permanent(format!("không viết được thư: {e}")))?;
                Ok(all.singlepart(lettre::message::Attachment::new(file.name.clone()).body(file.bytes.clone(), kind)))
            })?,
        };
        builder.multipart(parts).map_err(|e| SendError::permanent(format!("không viết được thư: {e}")))
    }
}

/// The same for every attempt of a delivery.
fn message_id(key: &str, domain: &str) -> String {
    let hash = hex(&Sha256::digest(key.as_bytes())[..16]);
    format!("<{hash}@{domain}>")
}

fn tls_of(settings: &MailSettings) -> Result<TlsParameters, SettingsError> {
    let mut builder = TlsParameters::builder(settings.host.clone());
    if let Some(path) = &settings.ca_file {
        let certificate = Certificate::from_pem(read(path)?.as_bytes()).map_err(SettingsError::Tls)?;
        builder = builder.add_root_certificate(certificate);
    }
    builder.build_rustls().map_err(SettingsError::Tls)
}

fn read(path: &Path) -> Result<String, SettingsError> {
    std::fs::read_to_string(path).map_err(|source| SettingsError::File { path: path.display().to_string(), source })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::message::Message;
    use crate::samples::{opened, receiver};
    use crate::sender::Attachment;
    use kiemtin_model::{Secret, Time, Told};

    #[test]
    fn a_mail_has_the_headers_of_an_automatic_one_and_no_others() {
        let settings = MailSettings {
            host: "127.0.0.1".into(),
            tls: MailTls::None,
            from: "canh-bao@example.vn".into(),
            allow_domains: vec!["example.vn".into()],
            ..MailSettings::default()
        };
        let desk = MailDesk::new(&settings).unwrap();
        let message = Message::new(&Told::One(Box::new(opened(7, "urgent"))), "https://kiemtin.example");
        let (receiver, secret) = (receiver("mail", "phong@example.vn"), Secret::default());
        let outgoing =
            Outgoing { receiver: &receiver, secret: &secret, key: "k-1", message: &message, files: &[], made_at: Time(0), at: Time(9) };
        let (first, second) = (desk.mail(&outgoing).unwrap(), desk.mail(&Outgoing { at: Time(99_000), ..outgoing }).unwrap());
        let id = |mail: &Mail| mail.headers().get_raw("Message-ID").map(str::to_owned);
        assert!(id(&first).is_some() && id(&first) == id(&second), "a repeat is the same message");
        let wire = String::from_utf8(first.formatted()).unwrap();
        let (head, _) = wire.split_once("\r\n\r\n").unwrap();
        let names: Vec<_> = head.lines().filter(|l| !l.starts_with([' ', '\t'])).filter_map(|l| Some(l.split_once(':')?.0)).collect();
        assert!(!names.contains(&"Bcc"), "{head}");
        for name in ["From", "To", "Date", "Subject", "Message-ID", "Auto-Submitted", "List-Id", "MIME-Version", "Content-Type"] {
            assert!(names.contains(&name), "{name}: {head}");
        }
        assert!(head.lines().all(|l| l.len() <= 998) && wire.contains("multipart/alternative"));
        let files = [Attachment { name: "bao-cao-2026-W47.csv".into(), media_type: "text/csv; charset=utf-8", bytes: b"a,b\r\n".to_vec() }];
        let wire = String::from_utf8(desk.mail(&Outgoing { files: &files, ..outgoing }).unwrap().formatted()).unwrap();
        assert!(wire.contains("multipart/mixed") && wire.contains("multipart/alternative"), "{wire}");
        assert!(wire.contains("filename=\"bao-cao-2026-W47.csv\""), "{wire}");
    }
}
