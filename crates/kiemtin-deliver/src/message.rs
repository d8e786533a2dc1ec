//! What does a receiver read? The one template of all channels: a channel only gives it the form of its service.
//!
//! Nothing of a document's text and no person stands in it: claims, figures and where to read on.

use kiemtin_model::report::ReportNotice;
use kiemtin_model::{Alert, AlertEventKind, Notice, NoticeSort, SavedNotice, Told, Warning};
use serde_json::{Value, json};
use url::form_urlencoded;

/// Over everything that no person has reviewed.
pub const BANNER: &str = "CHƯA THẨM ĐỊNH – Cần kiểm chứng";
/// Longest title in characters.
const LONGEST_TITLE: usize = 150;
/// Longest line in characters.
const LONGEST_LINE: usize = 400;

/// What is told, in words.
#[derive(Clone, Debug, PartialEq)]
pub struct Message {
    /// In one line, without line breaks or control characters.
    pub title: String,
    /// Stands over all of it.
    pub banner: Option<&'static str>,
    /// By sort: new urgent alerts, alerts, warnings, saved searches.
    pub sections: Vec<Section>,
    /// For programs.
    pub fields: Value,
}

/// Entries of one sort.
#[derive(Clone, Debug, PartialEq)]
pub struct Section {
    /// Its heading; empty where there is one entry alone.
    pub title: String,
    /// The entries, oldest first.
    pub entries: Vec<Entry>,
}

/// One thing that is told.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// What it is.
    pub title: String,
    /// What is known of it.
    pub lines: Vec<String>,
    /// Where it is read.
    pub link: Option<String>,
}

impl Message {
    /// From what is told. `public_url` is the address of this service for people; without it there are no links.
    pub fn new(told: &Told, public_url: &str) -> Self {
        let base = public_url.trim_end_matches('/');
        match told {
            Told::One(notice) => Self::of_one(notice, base),
            Told::Digest(notices) => Self::of_many(notices, base),
            Told::Test => Self {
                title: "Gửi thử từ kiemtin".to_owned(),
                banner: None,
                sections: vec![Section {
                    title: String::new(),
                    entries: vec![Entry {
                        title: "Nơi nhận này đã được nối đúng.".to_owned(),
                        lines: vec!["Đây là thông báo thử, không có cảnh báo nào.".to_owned()],
                        link: link(base, "/"),
                    }],
                }],
                fields: json!({ "sort": "test" }),
            },
        }
    }

    fn of_one(notice: &Notice, base: &str) -> Self {
        let entry = entry(notice, base);
        let title = if notice.is_urgent() { format!("KHẨN · {}", entry.title) } else { entry.title.clone() };
        Self {
            title: one_line(&title, LONGEST_TITLE),
            banner: banner(notice),
            sections: vec![Section { title: String::new(), entries: vec![entry] }],
            fields: fields(notice, base),
        }
    }

    fn of_many(notices: &[Notice], base: &str) -> Self {
        type Belongs = fn(&Notice) -> bool;
        let groups: [(&str, Belongs); 5] = [
            ("Cảnh báo khẩn mới", Notice::is_urgent),
            ("Cảnh báo", |n| n.sort() == NoticeSort::Alert && !n.is_urgent()),
            ("Cảnh báo sớm", |n| n.sort() == NoticeSort::Warning),
            ("Tìm kiếm đã lưu", |n| n.sort() == NoticeSort::SavedSearch),
            ("Báo cáo", |n| n.sort() == NoticeSort::Report),
        ];
        let section = |(title, belongs): (&str, Belongs)| {
            let entries: Vec<_> = notices.iter().filter(|n| belongs(n)).map(|n| entry(n, base)).collect();
            (!entries.is_empty()).then(|| Section { title: format!("{title} ({})", entries.len()), entries })
        };
        let sections: Vec<_> = groups.into_iter().filter_map(section).collect();
        let title = match notices.len() {
            0 => "Bản tin: không có thông báo mới".to_owned(),
            n => format!("Bản tin: {n} thông báo"),
        };
        let fields: Vec<_> = notices.iter().map(|n| fields(n, base)).collect();
        Self { title, banner: notices.iter().find_map(banner), sections, fields: json!({ "sort": "digest", "notices": fields }) }
    }
}

/// Whether a person has concluded something.
fn banner(notice: &Notice) -> Option<&'static str> {
    let claims = match notice {
        Notice::Alert { alert, .. } => !alert.decision.is_review(alert.status),
        Notice::SavedSearch(_) | Notice::Warning(_) => true,
        // It tells figures, and of claims those alone that two reviewers found to be false.
        Notice::Report(_) => false,
    };
    claims.then_some(BANNER)
}

fn entry(notice: &Notice, base: &str) -> Entry {
    match notice {
        Notice::Alert { alert, event } => of_alert(alert, *event, base),
        Notice::SavedSearch(told) => of_saved(told, base),
        Notice::Warning(warning) => of_warning(warning, base),
        Notice::Report(told) => of_report(told, base),
    }
}

fn of_alert(alert: &Alert, event: AlertEventKind, base: &str) -> Entry {
    let kinds: Vec<_> = alert.kinds.iter().map(|k| k.vi()).collect();
    let mut lines = vec![
        format!("Mức: {} · {}", alert.level.vi(), alert.decision.standing(alert.status)),
        format!("Loại: {}", if kinds.is_empty() { "chưa rõ".to_owned() } else { kinds.join(", ") }),
    ];
    if !alert.units.is_empty() {
        lines.push(format!("Đơn vị: {}", alert.units.join(", ")));
    }
    lines.push(format!("Lan truyền: {} bài · {} nguồn", alert.documents, alert.sources));
    lines.push(format!("Hạn phản hồi: {}", alert.deadline.vi()));
    Entry {
        title: one_line(&format!("{} {}: «{}»", event.vi(), alert.number, alert.claim), LONGEST_LINE),
        lines: lines.iter().map(|l| one_line(l, LONGEST_LINE)).collect(),
        link: link(base, &format!("/alerts/{}", alert.id)),
    }
}

fn of_saved(told: &SavedNotice, base: &str) -> Entry {
    Entry {
        title: one_line(&format!("Tìm kiếm đã lưu «{}»: {}", told.search.name, told.kind.vi()), LONGEST_LINE),
        lines: vec![format!("{} bài mới · {} luồng tin", told.documents, told.stories)],
        link: found_link(told, base),
    }
}

fn of_warning(warning: &Warning, base: &str) -> Entry {
    let usual = format!("{:.1}", warning.usual).replace('.', ",");
    let title = format!("Cảnh báo sớm: {} «{}» được đưa tin nhiều bất thường", warning.subject.kind.vi(), warning.name);
    let mut lines = vec![
        format!("{} bài trong {} giờ, thường là {}", warning.count, warning.hours, usual.strip_suffix(",0").unwrap_or(&usual)),
        format!("{} nguồn", warning.sources),
    ];
    if warning.immature {
        lines.push("Chưa đủ bốn tuần dữ liệu để so sánh chắc chắn".to_owned());
    }
    Entry { title: one_line(&title, LONGEST_LINE), lines, link: link(base, "/") }
}

fn of_report(told: &ReportNotice, base: &str) -> Entry {
    // A unit's name is no part of a plain address; its people find it one step further.
    let path = if told.unit.is_none() { format!("/reports?period={}", told.period) } else { "/reports".to_owned() };
    Entry {
        title: one_line(&told.line(), LONGEST_LINE),
        lines: told.lines.iter().map(|line| one_line(line, LONGEST_LINE)).collect(),
        link: link(base, &path),
    }
}

fn fields(notice: &Notice, base: &str) -> Value {
    match notice {
        Notice::Alert { alert, event } => json!({
            "sort": "alert", "event": event,
            "alert": {
                "id": alert.id, "number": alert.number, "wave": alert.wave, "claim": alert.claim, "status": alert.status,
                "level": alert.level, "kinds": alert.kinds, "topics": alert.topics, "units": alert.units,
                "documents": alert.documents, "stories": alert.stories, "sources": alert.sources, "responses": alert.responses,
                "first_seen": alert.first_seen, "last_seen": alert.last_seen, "opened_at": alert.opened_at,
                "deadline": alert.deadline, "link": link(base, &format!("/alerts/{}", alert.id)),
            },
        }),
        Notice::SavedSearch(told) => json!({
            "sort": "saved_search",
            "saved_search": {
                "id": told.search.id, "name": told.search.name, "documents": told.documents, "stories": told.stories,
                "link": found_link(told, base),
            },
        }),
        Notice::Warning(w) => json!({
            "sort": "warning",
            "warning": {
                "id": w.id, "subject": w.subject, "name": w.name, "documents": w.count, "hours": w.hours, "usual": w.usual,
                "sources": w.sources,
            },
        }),
        Notice::Report(told) => json!({
            "sort": "report",
            "report": { "id": told.report, "period": told.period, "scope": told.scope, "unit": told.unit, "before": told.before },
        }),
    }
}

/// Where what a saved search found is read, the newest first.
fn found_link(told: &SavedNotice, base: &str) -> Option<String> {
    let asked = format!("search:\"{}\"", told.search.name);
    let query = form_urlencoded::Serializer::new(String::new()).append_pair("q", &asked).append_pair("order", "newest").finish();
    link(base, &format!("/search?{query}"))
}

fn link(base: &str, path: &str) -> Option<String> {
    (!base.is_empty()).then(|| format!("{base}{path}"))
}

/// Without control characters (a header or a list would end at one), at most `longest` characters.
fn one_line(text: &str, longest: usize) -> String {
    let plain: String = text.chars().map(|c| if c.is_control() || matches!(c, '\u{2028}' | '\u{2029}') { ' ' } else { c }).collect();
    if plain.chars().count() <= longest { plain } else { plain.chars().take(longest - 1).chain(['…']).collect() }
}

/// Writes a message as text of at most `longest` characters: what does not fit is counted in a last line. `write` gives one line the
/// form of its service.
pub fn text(message: &Message, longest: usize, write: impl Fn(Part<'_>) -> String) -> String {
    let mut parts = vec![write(Part::Title(&message.title))];
    parts.extend(message.banner.map(|b| write(Part::Banner(b))));
    let single = message.sections.iter().map(|s| s.entries.len()).sum::<usize>() == 1;
    for section in &message.sections {
        if !section.title.is_empty() {
            parts.push(write(Part::Heading(&section.title)));
        }
        for entry in &section.entries {
            let mut whole = vec![];
            // The title of a message about one thing says it already.
            if !single || !message.title.ends_with(&entry.title) {
                whole.push(write(Part::Entry(&entry.title)));
            }
            whole.extend(entry.lines.iter().map(|l| write(Part::Line(l))));
            whole.extend(entry.link.as_deref().map(|l| write(Part::Link(l))));
            parts.push(whole.join("\n"));
        }
    }
    const ROOM: usize = 80;
    let length = |text: &str| text.chars().count() + 1;
    let total: usize = parts.iter().map(|p| length(p)).sum();
    if total <= longest {
        return parts.join("\n");
    }
    let (mut used, mut kept) = (0, vec![]);
    for part in &parts {
        used += length(part);
        if used + ROOM > longest {
            break;
        }
        kept.push(part.as_str());
    }
    let rest = format!("… còn {} mục, xem trên trang kiemtin", parts.len() - kept.len());
    kept.push(&rest);
    kept.join("\n")
}

/// A line of a message.
#[derive(Clone, Copy, Debug)]
pub enum Part<'a> {
    /// Of the whole.
    Title(&'a str),
    /// That nobody has reviewed it.
    Banner(&'a str),
    /// Of a section.
    Heading(&'a str),
    /// Title of an entry.
    Entry(&'a str),
    /// What is known.
    Line(&'a str),
    /// Where it is read.
    Link(&'a str),
}

impl<'a> Part<'a> {
    /// Its words.
    pub fn words(self) -> &'a str {
        match self {
            Self::Title(w) | Self::Banner(w) | Self::Heading(w) | Self::Entry(w) | Self::Line(w) | Self::Link(w) => w,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::samples::{opened, saved};

    #[test]
    fn an_alert_is_told_in_words() {
        let message = Message::new(&Told::One(Box::new(opened(7, "urgent"))), "https://kiemtin.example/");
        assert_eq!(message.title, "KHẨN · Mở cảnh báo CB-2026-0007: «Sắp hết xăng \u{20}Bcc: x»");
        assert_eq!(message.banner, Some(BANNER));
        let entry = &message.sections[0].entries[0];
        assert!(entry.lines.contains(&"Lan truyền: 12 bài · 5 nguồn".to_owned()), "{:?}", entry.lines);
        assert_eq!(entry.link.as_deref(), Some("https://kiemtin.example/alerts/7"));
        assert_eq!(message.fields["alert"]["link"], "https://kiemtin.example/alerts/7");
        assert_eq!(Message::new(&Told::One(Box::new(opened(7, "alert"))), "").sections[0].entries[0].link, None);
    }

    #[test]
    fn a_saved_search_leads_to_what_it_found() {
        let message = Message::new(&Told::One(Box::new(saved())), "https://kiemtin.example/");
        let link = "https://kiemtin.example/search?q=search%3A%22Gi%C3%A1+%C4%91i%E1%BB%87n%22&order=newest";
        assert_eq!(message.sections[0].entries[0].link.as_deref(), Some(link));
        assert_eq!(message.fields["saved_search"]["link"], link);
    }

    #[test]
    fn a_digest_is_grouped_and_cut_to_its_limit() {
        let notices: Vec<_> = (1..=40).map(|i| opened(i, if i == 3 { "urgent" } else { "alert" })).chain([saved()]).collect();
        let message = Message::new(&Told::Digest(notices), "https://kiemtin.example");
        let titles: Vec<_> = message.sections.iter().map(|s| s.title.as_str()).collect();
        assert_eq!(titles, ["Cảnh báo khẩn mới (1)", "Cảnh báo (39)", "Tìm kiếm đã lưu (1)"]);
        assert_eq!(message.title, "Bản tin: 41 thông báo");
        let short = text(&message, 2_000, |p| p.words().to_owned());
        assert!(short.chars().count() <= 2_000 && short.contains("… còn "), "{}", short.chars().count());
        assert!(short.contains(BANNER) && !short.contains("Một bài của báo A"), "no document's text or title");
        assert!(!text(&message, 1_000_000, |p| p.words().to_owned()).contains("… còn "));
    }
}
