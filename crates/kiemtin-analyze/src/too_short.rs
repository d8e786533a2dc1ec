//! Is a post too short to be flagged by itself?
//!
//! Of a handful of words, too many are harmless: "hết xăng rồi à", "đã chốt giá điện". Such a post is kept as a suggestion: it
//! is linked to the claim, counts for nothing, and a person sees it beside the claim's documents. This is a guard of the
//! program, not of the rule files: no rule opts out of it.

use kiemtin_model::{Assessment, DocKind, Document, GuardEffect, GuardHit, GuardKind, Level, SourceGroup};
use kiemtin_text::Scanned;
use kiemtin_text::hosts::hosts;

/// Least syllables of a post that is flagged by itself: the rule of the press office for automatic matches, eight syllables
/// at the least. Below, one phrase of a rule is the whole text, and nothing in it can speak against the rule.
pub const LEAST_SYLLABLES: usize = 8;

/// The guard over all signals that count, when a post with a level has fewer than [`LEAST_SYLLABLES`]. Press and official texts
/// are not looked at: a headline without its article comes from a listing, and its article follows.
pub(crate) fn too_short(document: &Document, [title, text]: [&Scanned<'_>; 2], assessment: &Assessment) -> Option<GuardHit> {
    let post = document.kind == DocKind::Social || matches!(document.group, SourceGroup::Forum | SourceGroup::Social);
    if !post || assessment.level == Level::None {
        return None;
    }
    let syllables = syllables(title) + syllables(text);
    (syllables < LEAST_SYLLABLES).then(|| GuardHit {
        guard: GuardKind::TooShort,
        rule: "bai-qua-ngan".into(),
        effect: GuardEffect::Suppress,
        message: format!("Bài chỉ có {syllables} âm tiết, dưới {LEAST_SYLLABLES}: chỉ gợi ý để người xem xét"),
        evidence: vec![],
        over: (0..assessment.signals.len()).filter(|i| !assessment.suppressed(*i)).collect(),
    })
}

/// Words of a text; what stands for a person or a place on the net is none: masks, @names, #tags and links.
fn syllables(scanned: &Scanned<'_>) -> usize {
    let hosts = hosts(scanned);
    let is_word = |start: usize, end: usize| {
        let before = scanned.text.get(..start).unwrap_or("");
        let chunk = before.trim_end_matches(|c: char| !c.is_whitespace()).len();
        let typed = scanned.text.get(chunk..).and_then(|rest| rest.split_whitespace().next()).unwrap_or("");
        let masked = scanned.text.get(start..end).is_some_and(|word| word.starts_with('['));
        let named = typed.starts_with(['@', '#']) || typed.contains("://");
        let linked = hosts.iter().any(|h| (chunk..chunk + typed.len()).contains(&h.span.start));
        !masked && !named && !linked
    };
    // A long text has enough whatever it holds: nobody counts it to its end.
    scanned.tokens.iter().take(LEAST_SYLLABLES * 16).filter(|t| is_word(t.start as usize, t.end as usize)).take(LEAST_SYLLABLES).count()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::assess::{assess, read};
    use crate::knowledge::{Knowledge, KnowledgeFiles, sample};
    use crate::raise::role;
    use kiemtin_model::{FlagKind, Role};

    const RULE: &str = r#"
[[rule]]
id = "het-xang"
kind = "panic_rumour"
claim = "Sắp hết xăng"
describe = "Nói sắp hết xăng"
review_by = "2030-01-01"
require = ["a"]
evidence.a = { query = '"hết xăng"', weight = 6 }
[[rule.example]]
text = "hết xăng"
want = "alert"
[[rule.example]]
text = "xe điện"
want = "none"
"#;

    fn knowledge() -> Knowledge {
        let rules = vec![crate::ConfigFile { path: "xang.toml".into(), text: RULE.into() }];
        let mut faults = vec![];
        let knowledge = Knowledge::load(&KnowledgeFiles { rules, ..KnowledgeFiles::default() }, vec![], &mut faults);
        assert!(faults.is_empty());
        knowledge
    }

    #[test]
    fn words_are_counted_and_nothing_else() {
        let count = |text: &str| syllables(&read(&sample("", text, DocKind::Social, None), text));
        for (text, expected) in [
            ("", 0),
            ("hết xăng rồi", 3),
            ("hếtttt xăng 🔥 😱 rồi mn ơi", 6),
            ("@ai_do #hetxang #xang hết xăng", 2),
            ("xem https://tin.example/het-xang-roi-ba-con-oi hết xăng", 3),
            ("xem tin-nong.example.com nhé", 2),
            ("gọi [số điện thoại] nhé", 2),
            ("h.ế.t x.ă.n.g", 2),
            ("một hai ba bốn năm sáu bảy tám chín mười", LEAST_SYLLABLES),
        ] {
            assert_eq!(count(text), expected, "{text}");
        }
    }

    #[test]
    fn a_post_of_few_words_is_suggested_and_one_of_eight_flagged() {
        let knowledge = knowledge();
        let of = |kind, title: &str, text: &str| assess(sample(title, text, kind, None), &knowledge);
        for (kind, title, text, level) in [
            (DocKind::Social, "", "Sắp hết xăng rồi bà con ơi", Level::None),
            (DocKind::Social, "", "Sắp hết xăng rồi bà con ơi nhé", Level::Alert),
            (DocKind::Social, "Sắp hết xăng", "Đi đổ ngay thôi", Level::None),
            (DocKind::Social, "Sắp hết xăng", "Đi đổ ngay bà con", Level::Alert),
            (DocKind::News, "", "Sắp hết xăng", Level::Alert),
        ] {
            let a = of(kind, title, text).assessment;
            let suggested = level == Level::None;
            assert_eq!((a.level, a.flag, a.suggestion), (level, !suggested, suggested), "{title} {text}");
            assert_eq!(a.kinds, if suggested { vec![] } else { vec![FlagKind::PanicRumour] });
            assert_eq!(
                (a.score, a.score_after_guards),
                (6.0, if suggested { 0.0 } else { 6.0 }),
                "the guard takes the points, and says so"
            );
            assert_eq!(a.guards.iter().map(|g| g.guard).collect::<Vec<_>>(), if suggested { vec![GuardKind::TooShort] } else { vec![] });
        }
        let quiet = of(DocKind::Social, "", "Đi đổ xăng thôi").assessment;
        assert!(!quiet.suggestion && quiet.guards.is_empty(), "what nothing speaks for is no suggestion");
    }

    #[test]
    fn a_suggestion_mentions_its_claim_and_never_raises() {
        let short = assess(sample("", "Hết xăng", DocKind::Social, None), &knowledge());
        let told = short.assessment.signals.first().and_then(|s| role(&short, 0, s));
        assert_eq!(told, Some((Role::Mentions, 0.0)));
    }
}
