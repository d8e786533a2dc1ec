//! Paraphrases, denials, kinds and faults on a small library.

use super::ClaimLibrary;
use crate::faults::{ConfigFile, Fault};
use crate::knowledge::{Knowledge, KnowledgeFiles, sample};
use kiemtin_model::{DocKind, FlagKind, Time};

const WORDS: &str = r#"
[groups]
phu-dinh = ["không", "chưa"]
gao = ["gạo", "rice"]
cam = ["cấm", "không cho phép", "banned"]
xuat-khau = ["xuất khẩu", "ra nước ngoài", "exports"]
viet-nam = ["Việt Nam", "nhà nước", "Vietnam"]
bct = ["Bộ Công Thương", "BCT"]
loi-moi = ["vui lòng", "hotline"]
nuoc-khac = ["Ấn Độ"]
"#;

const CLAIM: &str = r#"
id = "cam-gao"
statement = "Việt Nam cấm xuất khẩu gạo"
phrasings = ["nhà nước không cho phép bán gạo ra nước ngoài", "BCT cấm gạo xuất khẩu", "Vietnam has banned rice exports"]
status = "refuted"
kind = "refuted_claim"
topic = "xuat-nhap-khau"
references = [{ label = "107/2018/NĐ-CP", text = "Xuất khẩu gạo theo nghị định" }]
answer = "Việt Nam không cấm xuất khẩu gạo."
since = "2025-01-01"
review_by = "2027-06-30"
must = ["gao", "cam", "xuat-khau", "viet-nam|bct"]
against = ["nuoc-khac"]
[[as]]
kind = "misattributed_policy"
when = ["bct"]
[[as]]
kind = "impersonation_scam"
when = ["loi-moi"]
instead = true
[[example]]
text = "Nhà nước cấm xuất khẩu gạo rồi."
want = "watch"
[[example]]
text = "Giá gạo hôm nay tăng."
want = "none"
"#;

fn files(words: &str, claim: &str) -> Vec<ConfigFile> {
    let file = |path: &str, text: &str| ConfigFile { path: path.into(), text: text.into() };
    vec![file("claims/cam-gao.toml", claim), file("claims/words.toml", words)]
}

fn knowledge() -> Knowledge {
    let mut faults = vec![];
    let loaded = Knowledge::load(&KnowledgeFiles { claims: files(WORDS, CLAIM), ..KnowledgeFiles::default() }, vec![], &mut faults);
    assert_eq!(faults, vec![]);
    loaded
}

/// Kinds of the signals, and whether the claim is suggested.
fn said(title: &str, text: &str) -> (Vec<FlagKind>, bool) {
    let document = sample(title, text, DocKind::News, None);
    let assessment = crate::assess::assess_raw(&document, &knowledge()).assessment;
    for signal in &assessment.signals {
        assert_eq!((signal.rule.as_str(), signal.narrative.key.as_str()), ("claim:cam-gao", "claim:cam-gao"));
        assert_eq!(signal.references.iter().map(|r| r.label.as_str()).collect::<Vec<_>>(), ["107/2018/NĐ-CP", "Ý trả lời"]);
        assert!(!signal.evidence.is_empty());
        for e in &signal.evidence {
            let field = if e.field == kiemtin_model::Field::Title { title } else { text };
            assert_eq!(field.get(e.start..e.end), Some(e.text.as_str()), "a span is exactly its words");
        }
    }
    (assessment.signals.iter().map(|s| s.kind).collect(), !assessment.suggestions.is_empty())
}

#[test]
fn paraphrases_flag_and_neighbours_do_not() {
    use FlagKind::{ImpersonationScam, MisattributedPolicy, RefutedClaim};
    for (title, text, kinds, suggested) in [
        ("", "Việt Nam cấm xuất khẩu gạo.", &[RefutedClaim][..], false),
        ("", "Từ nay nhà nước không cho phép bán gạo ra nước ngoài nữa.", &[RefutedClaim], false),
        ("", "Viet Nam cam xuat khau gao, ba con biet chua", &[RefutedClaim], false),
        ("Vietnam rice", "Exports were banned overnight.", &[RefutedClaim], false),
        ("", "Gạo thì Bộ Công Thương cấm xuất khẩu rồi.", &[RefutedClaim, MisattributedPolicy], false),
        ("", "BCT cấm xuất khẩu gạo. Vui lòng chuyển tiền để giữ hàng.", &[ImpersonationScam], false),
        // Something else is meant, it is denied, it is half of it, it stands too far apart.
        ("", "Ấn Độ cấm xuất khẩu gạo, Việt Nam hưởng lợi.", &[], true),
        ("", "Việt Nam không cấm xuất khẩu gạo.", &[], true),
        ("", "Họ cấm xuất khẩu gạo.", &[], true),
        ("", "Việt Nam xuất khẩu gạo.", &[], false),
        ("", "Gạo tăng giá. Trời mưa. Hội chợ mở cửa. Việt Nam cấm xuất khẩu cát.", &[], false),
        ("", "", &[], false),
    ] {
        assert_eq!(said(title, text), (kinds.to_vec(), suggested), "{title} | {text}");
    }
}

#[test]
fn a_claim_flags_in_its_own_time_only() {
    let knowledge = knowledge();
    for (day, flags) in [("2024-12-31T00:00:00+07:00", false), ("2025-01-01T00:00:00+07:00", true)] {
        let time = Time::parse(day).unwrap();
        let document = sample("", "Việt Nam cấm xuất khẩu gạo.", DocKind::News, Some(time));
        let assessment = crate::assess::assess_raw(&document, &knowledge).assessment;
        assert_eq!((assessment.signals.len(), assessment.suggestions.len()), (usize::from(flags), usize::from(!flags)), "{day}");
    }
}

#[test]
fn the_cost_of_a_hostile_text_is_bounded() {
    let text = "Việt Nam cấm xuất khẩu gạo ".repeat(20_000);
    assert_eq!(said("", &text).0, [FlagKind::RefutedClaim]);
}

#[test]
fn faults_name_file_line_and_key() {
    let with = |from: &str, to: &str| {
        let mut faults: Vec<Fault> = vec![];
        let all: Vec<ConfigFile> = files(&WORDS.replace(from, to), &CLAIM.replace(from, to));
        ClaimLibrary::load(&all, &mut kiemtin_text::query::QuerySetBuilder::default(), &mut faults);
        faults.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
    };
    assert_eq!(with("nothing", "nothing"), "");
    for (from, to, want) in [
        ("\"cam-gao\"", "\"gao\"", "claims/cam-gao.toml:2: id: got \"gao\", expected the file's name \"cam-gao\""),
        (
            "against = [\"nuoc-khac\"]",
            "against = [\"nuoc\"]",
            "claims/cam-gao.toml:13: against: got \"nuoc\", expected a group of words.toml",
        ),
        ("2027-06-30", "mai", "claims/cam-gao.toml:11: review_by: got \"mai\", expected a day like 2027-06-30"),
        ("\"chưa\"", "\"gạo\"", "claims/words.toml:3: groups.phu-dinh: \"gạo\" stands in gao already, expected it once"),
        ("must = [\"gao\",", "must = [] #", "claims/cam-gao.toml:12: must: got 0 entries, expected 2 to 8"),
        ("want = \"none\"", "want = \"watch\"", "claims/cam-gao.toml:21: example: expected"),
        ("topic =", "subject =", "unknown field `subject`"),
    ] {
        let got = with(from, to);
        assert!(got.contains(want), "{to}: {got}");
    }
}

#[test]
fn rules_of_the_same_claim_must_tell_it_alike() {
    let rule = |claim: &str, claim_id: &str| {
        let text = format!(
            "[[rule]]\nid = \"r\"\nkind = \"refuted_claim\"\nclaim = \"{claim}\"\n{claim_id}describe = \"d\"\nreview_by = \"2027-06-30\"\n\
             require = [\"a\"]\n[rule.evidence.a]\nquery = \"gạo\"\nweight = 5.0\n[[rule.example]]\ntext = \"gạo\"\nwant = \"alert\"\n\
             [[rule.example]]\ntext = \"b\"\nwant = \"none\"\n"
        );
        let mut faults = vec![];
        let files = KnowledgeFiles {
            rules: vec![ConfigFile { path: "rules/a.toml".into(), text }],
            claims: files(WORDS, CLAIM),
            ..KnowledgeFiles::default()
        };
        let knowledge = Knowledge::load(&files, vec![], &mut faults);
        (knowledge, faults)
    };
    let (_, faults) = rule("Cấm gạo", "claim_id = \"cam-gao\"\n");
    assert!(faults.iter().any(|f| f.to_string().starts_with("rules/a.toml:1: rule.claim: got \"Cấm gạo\", expected the statement")));
    for (claim, claim_id) in [("Việt Nam cấm xuất khẩu gạo", "claim_id = \"cam-gao\"\n"), ("Chuyện gạo", "")] {
        let (knowledge, faults) = rule(claim, claim_id);
        assert_eq!(faults, vec![]);
        let document = sample("", "Việt Nam cấm xuất khẩu gạo.", DocKind::News, None);
        let assessment = crate::assess::assess_raw(&document, &knowledge).assessment;
        assert_eq!(assessment.signals.iter().map(|s| s.rule.as_str()).collect::<Vec<_>>(), ["r"], "not counted twice");
        assert_eq!(assessment.signals[0].narrative.key, "claim:cam-gao", "one narrative");
        assert_eq!(assessment.signals[0].references.len(), 2, "the claim adds what is on record");
    }
}
