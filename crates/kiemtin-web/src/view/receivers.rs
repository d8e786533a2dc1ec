//! Nơi nhận: who is told, how does it go, and what could not be sent?

use crate::api::receivers::ReceiverLine;
use crate::params::Params;
use crate::view::chrome::Chrome;
use crate::view::words::{ago, count};
use askama::Template;
use kiemtin_deliver::{KINDS, kind};
use kiemtin_model::{Level, NoticeSort, Pace, Receiver, Time};
use kiemtin_store::DeliveryLine;

/// Days of the week as people call them.
const WEEKDAYS: [&str; 7] = ["thứ Hai", "thứ Ba", "thứ Tư", "thứ Năm", "thứ Sáu", "thứ Bảy", "Chủ nhật"];

/// All receivers.
#[derive(Template)]
#[template(path = "receivers.html")]
pub struct ReceiversPage {
    /// Around it.
    pub chrome: Chrome,
    /// Every receiver.
    pub rows: Vec<Row>,
    /// What is in the form.
    pub form: ReceiverForm,
    /// What is wrong with it.
    pub wrong: Option<String>,
}

/// The key of a receiver that was just added.
#[derive(Template)]
#[template(path = "receiver_made.html")]
pub struct MadePage {
    /// Around it.
    pub chrome: Chrome,
    /// Name of the receiver.
    pub name: String,
    /// Its key.
    pub secret: String,
    /// Address of its page.
    pub page: String,
}

/// One receiver.
#[derive(Template)]
#[template(path = "receiver_one.html")]
pub struct OnePage {
    /// Around it.
    pub chrome: Chrome,
    /// The receiver.
    pub row: Row,
    /// What was sent to it.
    pub log: Vec<LogRow>,
    /// Address of the next page of the log.
    pub next: Option<String>,
}

/// What could not be sent.
#[derive(Template)]
#[template(path = "notices.html")]
pub struct LetterPage {
    /// Around it.
    pub chrome: Chrome,
    /// The dead letters.
    pub rows: Vec<LogRow>,
    /// Address of the next page.
    pub next: Option<String>,
}

/// A receiver.
pub struct Row {
    /// Its name.
    pub name: String,
    /// Its channel.
    pub channel: &'static str,
    /// Its target.
    pub target: String,
    /// What it wants.
    pub wants: String,
    /// When it is told.
    pub when: String,
    /// How it goes, in words.
    pub state: String,
    /// Why the last attempt failed.
    pub reason: String,
    /// When something last arrived.
    pub last: String,
    /// It is told at all.
    pub enabled: bool,
    /// Address of its page.
    pub page: String,
}

impl Row {
    /// From a line of the API.
    pub fn new(line: &ReceiverLine, now: Time) -> Self {
        let receiver = &line.receiver;
        let dead = if line.dead > 0 { format!(" · {} không gửi được", count(line.dead)) } else { String::new() };
        let pending = if line.pending > 0 { format!(" · {} chờ gửi", count(line.pending)) } else { String::new() };
        let state = match (receiver.enabled, line.failures) {
            (false, _) => "đang tắt",
            (true, 0) => "hoạt động",
            (true, _) => "đang lỗi, sẽ thử lại",
        };
        Self {
            name: receiver.name.clone(),
            channel: kind(&receiver.channel).map_or("kênh không còn được hỗ trợ", |k| k.name),
            target: receiver.target.clone(),
            wants: wants(receiver),
            when: when(receiver),
            state: format!("{state}{pending}{dead}"),
            reason: line.last_reason.clone(),
            last: line
                .last_done_at
                .map_or("chưa gửi lần nào".to_owned(), |at| format!("gửi gần nhất {} ({})", at.vi(), ago(at, now))),
            enabled: receiver.enabled,
            page: format!("/admin/receivers/{}", receiver.id),
        }
    }
}

fn wants(receiver: &Receiver) -> String {
    let filter = &receiver.filter;
    let sorts = if filter.notices.is_empty() { NoticeSort::ALL } else { &filter.notices };
    let mut parts = vec![sorts.iter().map(|s| s.vi()).collect::<Vec<_>>().join(", ")];
    if filter.least > Level::Alert {
        parts.push(format!("từ mức {}", filter.least.vi()));
    }
    if filter.reviewed {
        parts.push("chỉ sau khi có kết luận".to_owned());
    }
    for (name, list) in [("đơn vị", &filter.units), ("chủ đề", &filter.topics)] {
        if !list.is_empty() {
            parts.push(format!("{name}: {}", list.join(", ")));
        }
    }
    parts.push(match &receiver.units {
        None => "mục hạn chế của mọi đơn vị".to_owned(),
        Some(units) if units.is_empty() => "không nhận mục hạn chế".to_owned(),
        Some(units) => format!("mục hạn chế của {}", units.join(", ")),
    });
    parts.join(" · ")
}

fn when(receiver: &Receiver) -> String {
    let schedule = &receiver.schedule;
    let day = WEEKDAYS.get(usize::from(schedule.weekday)).unwrap_or(&"");
    let pace = match schedule.pace {
        Pace::Each | Pace::Hourly => schedule.pace.vi().to_owned(),
        Pace::Daily => format!("{} lúc {} giờ", schedule.pace.vi(), schedule.hour),
        Pace::Weekly => format!("{}, {day} lúc {} giờ", schedule.pace.vi(), schedule.hour),
    };
    let quiet = receiver.quiet.map(|q| format!("; yên lặng từ {} đến {} giờ, trừ tin khẩn", q.from, q.to));
    pace + quiet.as_deref().unwrap_or("")
}

/// A delivery.
pub struct LogRow {
    /// Its number.
    pub id: i64,
    /// In one line.
    pub title: String,
    /// What became of it.
    pub state: &'static str,
    /// Name of the receiver.
    pub receiver: String,
    /// Address of the receiver's page.
    pub page: String,
    /// When it was made.
    pub made: String,
    /// When it ended, or is tried.
    pub at: String,
    /// Times tried.
    pub attempts: String,
    /// Why it failed, or what was answered.
    pub reason: String,
}

impl LogRow {
    /// From a line of the log.
    pub fn new(line: DeliveryLine) -> Self {
        let at = line.done_at.map_or_else(|| format!("sẽ gửi từ {}", line.due_at.vi()), |at| at.vi());
        Self {
            id: line.id,
            state: line.state.vi(),
            page: format!("/admin/receivers/{}", line.receiver),
            receiver: line.receiver_name,
            title: line.title,
            made: line.made_at.vi(),
            at,
            attempts: count(u64::from(line.attempts)),
            reason: line.reason,
        }
    }
}

/// (word, in Vietnamese, chosen).
type Options = Vec<(String, String, bool)>;

/// What is in the form that adds a receiver; never a secret.
pub struct ReceiverForm {
    /// The name.
    pub name: String,
    /// The target.
    pub target: String,
    /// Units of the filter.
    pub filter_units: String,
    /// Topics of the filter.
    pub topics: String,
    /// Units whose restricted alerts it gets.
    pub units: String,
    /// Hour of digests.
    pub hour: String,
    /// Quiet hours.
    pub quiet: [String; 2],
    /// Channels, with what their target is.
    pub channels: Options,
    /// What the target of each channel is.
    pub targets: Vec<(&'static str, &'static str)>,
    /// Sorts of notices.
    pub notices: Options,
    /// Levels.
    pub levels: Options,
    /// Paces.
    pub paces: Options,
    /// Days of the week.
    pub weekdays: Options,
    /// No empty digest.
    pub skip_if_empty: bool,
    /// Only what people have reviewed.
    pub reviewed: bool,
    /// Restricted alerts of all units.
    pub all_units: bool,
}

impl Default for ReceiverForm {
    fn default() -> Self {
        Self::typed(&Params::of(&[("skip_if_empty", "1"), ("notices", "alert"), ("hour", "7")]))
    }
}

impl ReceiverForm {
    /// As it was filled in.
    pub fn typed(fields: &Params) -> Self {
        let of = |name: &str| fields.get(name).unwrap_or("").to_owned();
        let option =
            |name: &str, default: &str, word: &str, vi: &str| (word.to_owned(), vi.to_owned(), fields.get(name).unwrap_or(default) == word);
        let chosen: Vec<&str> = fields.all("notices").collect();
        Self {
            name: of("name"),
            target: of("target"),
            filter_units: of("filter_units"),
            topics: of("topics"),
            units: of("units"),
            hour: of("hour"),
            quiet: [of("quiet_from"), of("quiet_to")],
            channels: KINDS.iter().map(|k| option("channel", "webhook", k.id, k.name)).collect(),
            targets: KINDS.iter().map(|k| (k.name, k.target)).collect(),
            notices: NoticeSort::ALL.iter().map(|s| (s.as_str().to_owned(), s.vi().to_owned(), chosen.contains(&s.as_str()))).collect(),
            levels: [Level::Alert, Level::Urgent].iter().map(|l| option("least", "alert", l.as_str(), l.vi())).collect(),
            paces: Pace::ALL.iter().map(|p| option("pace", "each", p.as_str(), p.vi())).collect(),
            weekdays: WEEKDAYS.iter().enumerate().map(|(i, day)| option("weekday", "0", &i.to_string(), day)).collect(),
            skip_if_empty: fields.get("skip_if_empty").is_some(),
            reviewed: fields.get("reviewed").is_some(),
            all_units: fields.get("all_units").is_some(),
        }
    }
}
