//! What the service of the tests has configured: policies, topics, sources.

use kiemtin_analyze::policies::{Begins, Calendar, CalendarEvent};
use kiemtin_analyze::record::{Fact, FactValue};
use kiemtin_analyze::{Knowledge, PolicyRegister};
use kiemtin_model::*;
use kiemtin_web::{Catalogue, CatalogueSource, CatalogueTopic};

/// One policy, in force since a week ago, with a weekly event; a holiday.
pub fn policies() -> PolicyRegister {
    let day = |text: &str| text.parse().unwrap();
    let span = |stage, from: &str, planned| StageSpan { stage, from: day(from), planned, note: "Ghi chú".into() };
    let policy = Policy {
        id: "gia-ban-le-dien".into(),
        title: "Cơ chế điều chỉnh giá bán lẻ điện".into(),
        summary: String::new(),
        topic: "gia-dien".into(),
        unit: "Cục Điện lực".into(),
        query: "\"giá điện\"".into(),
        stages: vec![
            span(Stage::Drafting, "2026-11-01", false),
            span(Stage::Enforcement, "2026-11-22", false),
            span(Stage::Drafting, "2026-12-20", true),
        ],
        documents: vec![PolicyDocument { number: "72/2025/NĐ-CP".into(), date: day("2025-03-28"), title: "Nghị định".into() }],
    };
    let event = |id: &str, title: &str, begins, policy: Option<&str>| CalendarEvent {
        id: id.into(),
        title: title.into(),
        begins,
        days: 2,
        since: None,
        until: None,
        topics: vec![],
        policy: policy.map(str::to_owned),
    };
    let events = vec![
        event("ky", "Kỳ xem xét", Begins::Weekly(3), Some("gia-ban-le-dien")),
        event("le", "Tết Dương lịch", Begins::Yearly(1, 1), None),
    ];
    PolicyRegister { policies: vec![policy], calendar: Calendar { events } }
}

/// One fact of record.
pub fn knowledge() -> Knowledge {
    let day = |text: &str| Time::parse(&format!("{text}T00:00:00+07:00")).unwrap();
    let value = |value, from: &str, document: &str| FactValue { value, from: day(from), announced: day(from), document: document.into() };
    let mut knowledge = Knowledge::default();
    knowledge.facts.facts = vec![Fact {
        id: "gia-dien-binh-quan".into(),
        name: "Giá bán lẻ điện bình quân (chưa gồm VAT)".into(),
        unit: "đồng/kWh".into(),
        verified_until: day("2026-10-31"),
        topic: Some("gia-dien".into()),
        reach: 25,
        tolerance: 0.0,
        plausible: (0.4, 2.5),
        event: false,
        values: vec![value(2103.1159, "2024-10-11", "1046/QĐ-EVN"), value(2204.0655, "2025-05-10", "599/QĐ-EVN")],
        also: vec![],
        variants: vec![],
        needs_context: false,
    }];
    knowledge
}

/// Two topics, three sources.
pub fn catalogue() -> Catalogue {
    let topic = |id: &str, name: &str, unit: &str| CatalogueTopic { id: id.into(), name: name.into(), units: vec![unit.into()] };
    let source = |id: &str, name: &str, group| CatalogueSource {
        id: id.into(),
        name: name.into(),
        group,
        site: format!("https://{id}.vn/"),
        enabled: true,
    };
    Catalogue {
        topics: vec![
            topic("gia-dien", "Giá điện", "Cục Điện lực"),
            topic("xang-dau", "Xăng dầu", "Cục Quản lý và Phát triển thị trường trong nước"),
            topic("thuong-mai-dien-tu", "Thương mại điện tử", "Cục Thương mại điện tử và Kinh tế số"),
        ],
        sources: vec![
            source("bao-a", "Báo A", SourceGroup::Press),
            source("dien-dan", "Diễn đàn Tiêu dùng", SourceGroup::Forum),
            source("evn", "Tập đoàn Điện lực Việt Nam", SourceGroup::Official),
        ],
    }
}
