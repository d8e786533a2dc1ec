//! What the service of the tests has configured: policies, topics, sources.

use kiemtin_analyze::PolicyRegister;
use kiemtin_analyze::knowledge::KnowledgeFiles;
use kiemtin_analyze::policies::{Begins, Calendar, CalendarEvent};
use kiemtin_analyze::{ConfigFile, Knowledge};
use kiemtin_model::*;
use kiemtin_web::{Catalogue, CatalogueSource, CatalogueTopic};
use std::path::Path;
use std::sync::{Arc, LazyLock};

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

/// The shipped knowledge, read once.
pub fn knowledge() -> Arc<Knowledge> {
    static READ: LazyLock<Arc<Knowledge>> = LazyLock::new(|| {
        let folder = |name: &str| {
            let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../config").join(name);
            let mut files: Vec<ConfigFile> = std::fs::read_dir(dir)
                .unwrap()
                .map(|entry| entry.unwrap().path())
                .filter(|path| path.extension().is_some_and(|e| e == "toml"))
                .map(|path| ConfigFile {
                    text: std::fs::read_to_string(&path).unwrap(),
                    path: format!("{name}/{}", path.file_name().unwrap().display()),
                })
                .collect();
            files.sort_by(|a, b| a.path.cmp(&b.path));
            files
        };
        let files = KnowledgeFiles {
            rules: folder("rules"),
            claims: folder("claims"),
            topics: folder("topics"),
            facts: folder("facts"),
            documents: folder("documents"),
            provinces: folder("provinces"),
            domains: folder("domains"),
        };
        let mut faults = vec![];
        let mut knowledge = Knowledge::load(&files, vec![], &mut faults);
        assert!(faults.is_empty(), "{faults:?}");
        // Nobody has looked at the price for some weeks.
        let price = knowledge.facts.facts.iter_mut().find(|fact| fact.id == "gia-dien-binh-quan").unwrap();
        price.verified_until = kiemtin_model::Time::parse("2026-10-31T00:00:00+07:00").unwrap();
        Arc::new(knowledge)
    });
    READ.clone()
}

/// Two topics, three sources.
pub fn catalogue() -> Catalogue {
    let topic =
        |id: &str, name: &str, unit: &str| CatalogueTopic { id: id.into(), name: name.into(), units: vec![unit.into()], weight: 0.0 };
    let source = |id: &str, name: &str, group| CatalogueSource {
        id: id.into(),
        name: name.into(),
        group,
        site: format!("https://{id}.vn/"),
        enabled: true,
    };
    Catalogue {
        departments: vec![],
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

/// Sends to public addresses, and mail to our own domain.
pub fn sender() -> kiemtin_deliver::Sender {
    let mail = kiemtin_deliver::MailSettings {
        host: "127.0.0.1".into(),
        tls: kiemtin_deliver::settings::MailTls::None,
        from: "canh-bao@kiemtin.example".into(),
        allow_domains: vec!["kiemtin.example".into()],
        ..Default::default()
    };
    kiemtin_deliver::Sender::new(&Default::default(), &mail, "https://kiemtin.example").unwrap()
}
