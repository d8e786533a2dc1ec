//! Over which channels are receivers told? One file and one line in [`KINDS`] per channel.

pub mod mail;
mod slack;
mod teams;
mod telegram;
mod webhook;
mod zalo;

use crate::sender::{Answer, Outgoing, Post, SendError, Sender};
use crate::settings::DeliverSettings;

/// What a channel needs to know that others must not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SecretUse {
    /// Nothing.
    None,
    /// A key that we make and show once.
    Made,
    /// A token that the service gave; its Vietnamese name.
    Given(&'static str),
    /// The address itself: who knows it may post. Only its host is shown.
    Address,
}

/// A channel that posts to a service of the web.
pub trait PostWay: Sync {
    /// The request for a message.
    fn post(&self, outgoing: &Outgoing<'_>, settings: &DeliverSettings) -> Result<Post, SendError>;
    /// What an answer means; gives it in one line.
    fn judge(&self, answer: &Answer<'_>) -> Result<String, SendError> {
        answer.by_status()
    }
    /// What is wrong with a target, in Vietnamese.
    fn check(&self, target: &str, sender: &Sender) -> Result<(), String> {
        sender.guard().check(target).map(drop)
    }
}

/// How a channel goes.
#[derive(Clone, Copy)]
pub enum Way {
    /// By a request.
    Post(&'static dyn PostWay),
    /// By mail.
    Mail,
}

/// A channel.
pub struct ReceiverKind {
    /// Its id.
    pub id: &'static str,
    /// What it is, for people.
    pub name: &'static str,
    /// What its target is, for people.
    pub target: &'static str,
    /// What must be kept secret.
    pub secret: SecretUse,
    /// How it goes.
    pub way: Way,
}

/// All channels there are.
pub const KINDS: &[ReceiverKind] = &[
    ReceiverKind { id: "mail", name: "Thư điện tử", target: "Địa chỉ thư nội bộ", secret: SecretUse::None, way: Way::Mail },
    ReceiverKind {
        id: "webhook",
        name: "Webhook có chữ ký",
        target: "Địa chỉ https nhận",
        secret: SecretUse::Made,
        way: Way::Post(&webhook::Webhook),
    },
    ReceiverKind {
        id: "telegram",
        name: "Telegram",
        target: "Mã cuộc trò chuyện (chat id)",
        secret: SecretUse::Given("mã bot"),
        way: Way::Post(&telegram::Telegram),
    },
    ReceiverKind {
        id: "zalo",
        name: "Zalo OA",
        target: "Mã người nhận (user id)",
        secret: SecretUse::Given("mã truy cập OA"),
        way: Way::Post(&zalo::Zalo),
    },
    ReceiverKind {
        id: "slack",
        name: "Slack",
        target: "Địa chỉ Incoming Webhook",
        secret: SecretUse::Address,
        way: Way::Post(&slack::Slack),
    },
    ReceiverKind {
        id: "teams",
        name: "Microsoft Teams",
        target: "Địa chỉ workflow",
        secret: SecretUse::Address,
        way: Way::Post(&teams::Teams),
    },
];

/// The channel with this id.
pub fn kind(id: &str) -> Option<&'static ReceiverKind> {
    KINDS.iter().find(|k| k.id == id)
}

/// What is wrong with a target of a channel, in Vietnamese.
pub fn check(kind: &ReceiverKind, target: &str, sender: &Sender) -> Result<(), String> {
    match kind.way {
        Way::Post(way) => way.check(target, sender),
        Way::Mail => sender.mail().ok_or_else(|| "chưa cấu hình máy chủ thư ([mail] host)".to_owned())?.check(target).map(drop),
    }
}

/// An id of a chat or a person of a service: letters, digits and few signs.
fn plain_id(target: &str, signs: &str) -> Result<(), String> {
    let sound = (1..=64).contains(&target.len()) && target.chars().all(|c| c.is_ascii_alphanumeric() || signs.contains(c));
    if sound { Ok(()) } else { Err("mã không đúng dạng: chỉ gồm chữ, số, tối đa 64 ký tự".to_owned()) }
}

/// Text with the signs of HTML and XML written as entities.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

fn json(value: &serde_json::Value) -> Result<Vec<u8>, SendError> {
    serde_json::to_vec(value).map_err(|e| SendError::permanent(format!("không viết được thông báo: {e}")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::message::Message;
    use crate::samples::{opened, receiver};
    use crate::settings::MailSettings;
    use kiemtin_model::{Secret, Time, Told};

    /// What a channel posts for a digest of so many alerts.
    fn posted(channel: &str, target: &str, secret: &str, alerts: i64) -> (Post, serde_json::Value) {
        let message = Message::new(&Told::Digest((1..=alerts).map(|i| opened(i, "alert")).collect()), "https://kiemtin.example");
        let (receiver, secret) = (receiver(channel, target), Secret::new(secret));
        let outgoing =
            Outgoing { receiver: &receiver, secret: &secret, key: "k-1", message: &message, files: &[], made_at: Time(0), at: Time(5_000) };
        let Way::Post(way) = kind(channel).unwrap().way else { panic!("{channel} posts") };
        let post = way.post(&outgoing, &DeliverSettings::default()).unwrap();
        let body = serde_json::from_slice(&post.body).unwrap();
        (post, body)
    }

    #[test]
    fn each_service_gets_its_form_within_its_limits() {
        let (post, body) = posted("telegram", "-100123", "12:ma-bot", 200);
        assert_eq!(post.url, "https://api.telegram.org/bot12:ma-bot/sendMessage");
        let text = body["text"].as_str().unwrap();
        assert!(text.chars().count() <= 4_096 && text.contains("Vụ &lt;Thị trường&gt; &amp; Co") && text.contains("CHƯA THẨM ĐỊNH"));
        assert_eq!((&body["chat_id"], &body["parse_mode"]), (&"-100123".into(), &"HTML".into()));

        let (post, body) = posted("zalo", "u1", "ma-oa", 200);
        assert_eq!(post.url, "https://openapi.zalo.me/v3.0/oa/message/cs");
        assert_eq!(post.headers, [("access_token", "ma-oa".to_owned())]);
        assert!(body["message"]["text"].as_str().unwrap().chars().count() <= 2_000);

        let (post, body) = posted("slack", "hooks.slack.com", "https://hooks.slack.com/services/T/B/x", 1);
        assert_eq!(post.url, "https://hooks.slack.com/services/T/B/x");
        assert!(body["text"].as_str().unwrap().contains("<https://kiemtin.example/alerts/1|"), "{body}");
        assert!(body["text"].as_str().unwrap().contains("&lt;Thị trường&gt; &amp; Co"));

        let (_, body) = posted("teams", "x.logic.azure.com", "https://x.logic.azure.com/w", 200);
        let card = &body["attachments"][0];
        assert_eq!(card["contentType"], "application/vnd.microsoft.card.adaptive");
        assert!(body.to_string().len() < 28_000 && card["content"]["body"].to_string().contains("CHƯA THẨM ĐỊNH"));
    }

    #[test]
    fn services_say_in_their_own_way_that_they_refuse() {
        let judge = |channel: &str, status: u16, body: &str| {
            let Way::Post(way) = kind(channel).unwrap().way else { panic!("{channel} posts") };
            way.judge(&Answer { status, retry_after: Some(7), body: body.as_bytes() }).map_err(|e| (e.permanent, e.wait_ms))
        };
        for status in [200, 204] {
            assert!(judge("webhook", status, "").is_ok());
        }
        for (status, permanent, wait) in [(429, false, Some(7_000)), (503, false, Some(7_000)), (410, true, None), (301, true, None)] {
            assert_eq!(judge("webhook", status, ""), Err((permanent, wait)), "{status}");
        }
        let busy = r#"{"ok":false,"error_code":429,"parameters":{"retry_after":33}}"#;
        assert_eq!(judge("telegram", 429, busy), Err((false, Some(33_000))));
        assert_eq!(judge("telegram", 403, r#"{"ok":false}"#), Err((true, None)));
        assert!(judge("zalo", 200, r#"{"error":0,"message":"Success"}"#).is_ok());
        assert_eq!(judge("zalo", 200, r#"{"error":-216,"message":"Access token is invalid"}"#), Err((false, None)));
        assert_eq!(judge("zalo", 200, r#"{"error":-213,"message":"User has not followed OA"}"#), Err((true, None)));
        assert_eq!(judge("zalo", 200, "not json"), Err((false, None)));
    }

    #[test]
    fn targets_are_checked() {
        let mail = MailSettings {
            host: "127.0.0.1".into(),
            tls: crate::settings::MailTls::None,
            from: "canh-bao@example.vn".into(),
            allow_domains: vec!["Example.vn".into()],
            ..MailSettings::default()
        };
        let sender = Sender::new(&DeliverSettings::default(), &mail, "").unwrap();
        for (channel, target, sound) in [
            ("webhook", "https://nhan.example.vn/", true),
            ("webhook", "https://10.0.0.1/", false),
            ("slack", "http://hooks.slack.com/", false),
            ("telegram", "-100123", true),
            ("telegram", "@kenh_bao_chi", true),
            ("telegram", "1/../2", false),
            ("zalo", "1234567890", true),
            ("zalo", "a b", false),
            ("mail", "phong@example.vn", true),
            ("mail", "phong@EXAMPLE.vn", true),
            ("mail", "phong@ngoai.vn", false),
            ("mail", "phong@example.vn.ngoai.vn", false),
            ("mail", "a@example.vn, b@ngoai.vn", false),
            ("mail", "A <a@example.vn>", false),
            ("mail", "a@example.vn\r\nBcc: b@ngoai.vn", false),
        ] {
            assert_eq!(check(kind(channel).unwrap(), target, &sender).is_ok(), sound, "{channel} {target}");
        }
    }
}
