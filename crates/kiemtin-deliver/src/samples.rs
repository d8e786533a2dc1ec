//! Notices for the tests of this crate.

use kiemtin_model::{
    Alert, AlertEventKind, AlertStatus, DocId, Level, Notice, Notify, Pace, Receiver, ReceiverFilter, SavedNotice, SavedNoticeKind,
    SavedSearch, Schedule, Time, ToldDocument,
};

/// An alert that opened; its claim holds what must not get into a header.
pub(crate) fn opened(id: i64, level: &str) -> Notice {
    let t = Time(0);
    let alert = Alert {
        id,
        number: format!("CB-2026-{id:04}"),
        narrative: 1,
        wave: 1,
        claim: "Sắp hết xăng\r\nBcc: x".into(),
        status: AlertStatus::New,
        level: level.parse::<Level>().unwrap(),
        kinds: vec![],
        topics: vec![],
        units: vec!["Vụ <Thị trường> & Co".into()],
        documents: 12,
        stories: 6,
        sources: 5,
        responses: 0,
        points: 5.0,
        first_seen: t,
        last_seen: t,
        opened_at: t,
        deadline: t,
        assignee: None,
        restricted: false,
        severity: 0.0,
        decision: kiemtin_model::Decision::default(),
    };
    Notice::Alert { alert: Box::new(alert), event: AlertEventKind::Opened }
}

/// A saved search with a document, of which nothing is told.
pub(crate) fn saved() -> Notice {
    let search =
        SavedSearch {
            id: 7, name: "Giá điện".into(), query: "giá điện".into(), notify: Notify::Each, created_at: Time(0), unit: None
        };
    let title = "Một bài của báo A".into();
    let document = ToldDocument { id: DocId("d".into()), title, url: None, source: "bao-a".into(), published_at: None };
    let (kind, at, sources) = (SavedNoticeKind::Story, Time(0), vec![("bao-a".to_owned(), 1)]);
    Notice::SavedSearch(SavedNotice { search, kind, at, documents: 1, stories: 1, sources, newest: vec![document] })
}

/// A receiver that takes everything at once.
pub(crate) fn receiver(channel: &str, target: &str) -> Receiver {
    Receiver {
        id: 3,
        channel: channel.into(),
        name: "Phòng báo chí".into(),
        target: target.into(),
        filter: ReceiverFilter::default(),
        schedule: Schedule { pace: Pace::Each, hour: 7, weekday: 0 },
        quiet: None,
        skip_if_empty: true,
        enabled: true,
        units: None,
        created_by: String::new(),
        created_at: Time(0),
    }
}
