//! Which queries are read, and what is said of those that are not?

use super::*;
use crate::query::samples::search;
use proptest::prelude::*;

fn shape(q: &Query) -> String {
    let list = |of: &[Query]| of.iter().map(shape).collect::<Vec<_>>().join(" ");
    match q {
        Query::Phrase(p) => {
            let mark = [(Spelling::Usual, ""), (Spelling::Loose, "~"), (Spelling::Cased, "=")].iter().find(|(s, _)| *s == p.spelling);
            format!("{}'{}'", mark.unwrap().1, p.text)
        }
        Query::Prefix(p) => format!("{}'{}'*", if p.spelling == Spelling::Loose { "~" } else { "" }, p.text),
        Query::And(of) => format!("(& {})", list(of)),
        Query::Or(of) => format!("(| {})", list(of)),
        Query::Not(q) => format!("!{}", shape(q)),
        Query::Near { sides, distance, ordered } => {
            format!("({}~{distance}{} {})", shape(&sides.0), if *ordered { ">" } else { "" }, shape(&sides.1))
        }
        Query::AtLeast(n, of) => format!("({n} of {})", list(of)),
        Query::In(part, q) => format!("{part:?}:{}", shape(q)),
        Query::Named(name, at) => format!("@{name}/{at}"),
        Query::Entity(test) => test.to_string(),
        Query::Filter(f) => format!("{f:?}"),
    }
}

#[test]
fn reads_queries() {
    for (text, expected) in [
        ("giá xăng", "(& 'giá' 'xăng')"),
        ("\"giá xăng\" dầu", "(& 'giá xăng' 'dầu')"),
        ("a OR b c", "(| 'a' (& 'b' 'c'))"),
        ("a AND NOT (b OR -c)", "(& 'a' !(| 'b' !'c'))"),
        ("a NEAR/5 b", "('a'~5 'b')"),
        ("a ONEAR \"b c\"", "('a'~8> 'b c')"),
        ("2 of (a, b c, d)", "(2 of 'a' (& 'b' 'c') 'd')"),
        ("title:xăng source:vnexpress", "(& Title:'xăng' Source(\"vnexpress\"))"),
        ("giá 2.204,07 đồng", "(& 'giá' '2.204,07' 'đồng')"),
        ("xăng, dầu", "(& 'xăng' 'dầu')"),
        ("~gia =Bộ ~\"xang dau\"", "(& ~'gia' ='Bộ' ~'xang dau')"),
        ("lead:(a b) quote:\"c d\"", "(& Lead:(& 'a' 'b') Quote:'c d')"),
        ("@ai #hashtag", "(& '@ai' '#hashtag')"),
        ("-\"a b\" -(c d) -title:e", "(& !'a b' !(& 'c' 'd') !Title:'e')"),
        ("xăn* \"giá xăng d*\" ~xan*", "(& 'xăn'* 'giá xăng d'* ~'xan'*)"),
        ("title:xăn*", "Title:'xăn'*"),
        ("lúc 10:30 https://a.vn \"5 * 3\"", "(& 'lúc' '10:30' 'https://a.vn' '5 * 3')"),
        ("source:VnExpress,tuoitre", "(| Source(\"vnexpress\") Source(\"tuoitre\"))"),
        ("unit:\"Cục Điện lực\",\"Cục Hóa chất\"", "(| Unit(\"Cục Điện lực\") Unit(\"Cục Hóa chất\"))"),
        ("2 of (source:a, source:b, c)", "(2 of Source(\"a\") Source(\"b\") 'c')"),
        ("stance:\"Bác bỏ\" level:Cảnh_báo", "(& Stance(\"refutes\") Level(\"alert\"))"),
        (
            "Nguồn:x chủ đề:gia-dien -ngày:2026",
            "(& Source(\"x\") Topic(\"gia-dien\") !Date(Days(Some(DayNumber(20454)), Some(DayNumber(20818)))))",
        ),
        ("lang:\"tiếng Việt\" lang:de", "(& Lang(\"vi\") Lang(\"de\"))"),
        ("search:\"Giá điện\" story:12", "(& Saved(\"Giá điện\") Story(\"12\"))"),
        ("date:P7D", "Date(Past { months: 0, days: 7, minutes: 0 })"),
    ] {
        assert_eq!(shape(&parse(text).unwrap_or_else(|e| panic!("{text}: {e}"))), expected, "{text}");
    }
    assert_eq!(shape(&parse_rule("mua tích trữ OR đầu cơ NEAR/3 xăng").unwrap()), "(| 'mua tích trữ' ('đầu cơ'~3 'xăng'))");
}

#[test]
fn rules_name_lists_and_entities() {
    for (text, expected) in [
        ("@don_vi NEAR/5 (mua vé OR @mua)", "(@don_vi/0~5 (| 'mua vé' @mua/26))"),
        ("giá điện NEAR/9 #percent>=10", "('giá điện'~9 #percent>=10)"),
        ("=Bộ Công Thương AND ~gia dien", "(& ='Bộ Công Thương' ~'gia dien')"),
    ] {
        assert_eq!(shape(&parse_rule(text).unwrap_or_else(|e| panic!("{text}: {e}"))), expected, "{text}");
    }
    for (text, at) in [("a AND #prozent", 6), ("a ~ b", 4), ("~(a OR b)", 1)] {
        assert_eq!(parse_rule(text).expect_err(text).at, at, "{text}");
    }
}

#[test]
fn wrong_queries_say_where() {
    for (text, at) in [
        ("", 0),
        ("(a", 2),
        ("a)", 1),
        ("\"a", 0),
        ("a OR", 4),
        ("NEAR/3 b", 0),
        ("a NEAR/0 b", 2),
        ("3 of (a, b)", 10),
        ("?!", 0),
        ("source:", 7),
    ] {
        let error = parse(text).expect_err(text);
        assert_eq!(error.at, at, "{text}: {error}");
    }
    assert!(parse(&"(".repeat(5000)).is_err());
    assert!(parse(&"a ".repeat(5000)).is_err());
}

#[test]
fn rules_refuse_what_only_searches_know() {
    for (text, at, said) in [
        ("giá AND date:P7D", 8, "quy tắc"),
        ("a AND stance:asks", 6, "quy tắc"),
        ("search:x", 0, "quy tắc"),
        ("giá xăn*", 0, "quy tắc"),
        ("\"giá x*\"", 0, "quy tắc"),
        ("kind:báo", 5, "news"),
    ] {
        let error = parse_rule(text).expect_err(text);
        assert!(error.at == at && error.reason.contains(said), "{text}: {error}");
    }
    assert_eq!(shape(&parse_rule("nguồn:a topic:b,c").unwrap()), "(& 'nguồn:a' Topic(\"b\") 'c')", "as rules always were");
}

#[test]
fn wrong_queries_get_a_proposal() {
    for (text, at, proposal) in [
        ("\"giá xăng", 0, "\"giá xăng\""),
        ("(giá OR dầu", 11, "(giá OR dầu)"),
        ("giá xăng)", 8, "giá xăng"),
        ("giá AND", 7, "giá"),
        ("giá OR OR dầu", 7, "giá OR  dầu"),
        ("OR giá", 0, "giá"),
        ("giá () dầu", 5, "giá  dầu"),
        ("giá or dầu", 4, "giá OR dầu"),
        ("giá && not dầu", 4, "giá AND NOT dầu"),
        ("giá || dầu", 4, "giá OR dầu"),
        ("a NEAR 5 b", 2, "a NEAR/5 b"),
        ("a near/5 b", 2, "a NEAR/5 b"),
        ("a NEAR/500 b", 2, "a NEAR/50 b"),
        ("a NEAR/x b", 2, "a NEAR/8 b"),
        ("sources:vnexpress", 0, "source:vnexpress"),
        ("titel:\"giá xăng\"", 0, "title:\"giá xăng\""),
        ("stance:refute", 7, "stance:refutes"),
        ("level:alarm,watch", 6, "level:alert,watch"),
        ("lang:english", 5, ""),
        ("date:31/11/2026", 5, "date:2026-11-30"),
        ("date:2026-11-07..2026-11-01", 5, "date:2026-11-01..2026-11-07"),
        ("a *xăng", 2, "a xăng"),
        ("x*ng", 0, "xng"),
        ("\"giá * xă*g\"", 0, "\"giá  xăg\""),
        ("a*", 0, "a"),
        ("*", 0, ""),
        ("3 of (a, b)", 10, "2 of (a, b)"),
        ("source: AND", 0, ""),
        ("title:", 6, ""),
        ("giá source:", 11, "giá"),
        ("~ giá", 2, "giá"),
        ("(\"giá", 1, "(\"giá\")"),
    ] {
        match parse(text) {
            Err(error) => {
                assert_eq!(error.at, at, "{text}: {error}");
                assert_eq!(error.proposal.unwrap_or_default(), proposal, "{text}");
            }
            Ok(query) => assert_eq!((text, proposal), ("source: AND", ""), "{}", shape(&query)),
        }
    }
}

#[test]
fn what_is_too_large_is_refused_with_numbers() {
    for (text, said) in
        [("ă".repeat(5_000), "10000 byte, tối đa 8192"), ("a ".repeat(600), "tối đa 512"), ("NOT ".repeat(100) + "a", "32 tầng")]
    {
        let error = parse(&text).unwrap_err();
        assert!(error.reason.contains(said), "{error}");
    }
    assert!(parse(&format!("{}a", "-".repeat(8_000))).is_err());
    assert!(parse(&"1 of (".repeat(1_300)).is_err());
    assert!(parse(&format!("source:{}", vec!["a"; 600].join(","))).is_err());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]
    #[test]
    fn a_query_is_written_as_it_is_read(text in search()) {
        let query = parse(&text).unwrap();
        let written = query.to_string();
        let again = parse(&written);
        prop_assert_eq!(again.as_ref(), Ok(&query), "{} → {}", text, written);
        prop_assert_eq!(again.unwrap().to_string(), written);
    }

    #[test]
    fn a_proposal_can_be_read(text in search(), changes in prop::collection::vec((any::<prop::sample::Index>(), prop::sample::select(SLIPS)), 1..4)) {
        let mut words: Vec<char> = text.chars().collect();
        for (index, slip) in changes {
            let at = index.index(words.len().max(1)).min(words.len());
            match slip {
                "" if at < words.len() => { words.remove(at); }
                _ => { words.splice(at..at, slip.chars()); }
            }
        }
        let wrong: String = words.into_iter().collect();
        if let Err(error) = parse(&wrong) {
            prop_assert!(error.at <= wrong.chars().count() && !error.reason.is_empty());
            if let Some(proposal) = error.proposal {
                prop_assert!(parse(&proposal).is_ok(), "{} → {}", wrong, proposal);
            }
        }
    }

    #[test]
    fn any_text_is_read_or_refused(text in any::<String>()) {
        if let Ok(query) = parse(&text) {
            prop_assert_eq!(parse(&query.to_string()), Ok(query));
        }
    }
}

/// What slips into queries; the empty one takes a character away.
const SLIPS: &[&str] = &["", "", "\"", "(", ")", " OR ", " AND", " or ", "*", ":", ",", " NEAR 3 ", " NOT ", "-", "~", " && ", "/", ".."];
