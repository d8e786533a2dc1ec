//! How does a text stand to the claims it holds?

use crate::rules::{Guard, RuleSet, Scope, View, WATCH};
use kiemtin_model::{DocKind, Document, GuardHit, GuardKind, Signal, Stance};

/// The stance of a document: that of the guard over its strongest signal, or what its cues say when it holds no claim that counts.
pub fn stance(document: &Document, view: &View<'_>, rules: &RuleSet, signals: &[Signal], guards: &[GuardHit]) -> Stance {
    let over = |index: usize| guards.iter().filter(move |g| g.effect.suppresses() && g.over.contains(&index));
    let counting: f64 = signals.iter().enumerate().filter(|(i, _)| over(*i).next().is_none()).map(|(_, s)| s.score).sum();
    if counting >= WATCH {
        return Stance::Asserts;
    }
    let guarded = signals.iter().enumerate().filter(|(i, _)| over(*i).next().is_some());
    let strongest = guarded.max_by(|(_, a), (_, b)| a.score.total_cmp(&b.score));
    let by_guard = strongest.and_then(|(index, _)| over(index).map(|g| of_guard(g.guard)).min_by_key(|s| order(*s)));
    by_guard.unwrap_or_else(|| by_cues(document, view, rules))
}

/// What a text without a claim does, by the cues that stand over the whole of it.
fn by_cues(document: &Document, view: &View<'_>, rules: &RuleSet) -> Stance {
    let social = document.kind == DocKind::Social;
    // A post is short enough that any of its sentences speaks for the whole.
    let governs = |g: &Guard| social || matches!(g.scope, Scope::Title | Scope::Lead | Scope::Document);
    let cue = |kind: GuardKind| rules.guards.iter().any(|g| g.guard == kind && governs(g) && g.cue(document.kind, view));
    // "Tôi chỉ ghi lại": whatever is told then, is told by others.
    let relays =
        || rules.guards.iter().any(|g| g.guard == GuardKind::Attributed && g.scope == Scope::Document && g.cue(document.kind, view));
    let title_asks = document.title.trim_end().ends_with('?');
    match () {
        () if document.kind == DocKind::Official => Stance::Reports,
        () if cue(GuardKind::Satire) => Stance::Satirises,
        () if relays() => Stance::Reports,
        () if cue(GuardKind::Refutation) || cue(GuardKind::Warning) => Stance::Refutes,
        () if title_asks || cue(GuardKind::Question) => Stance::Asks,
        () if cue(GuardKind::Criticism) => Stance::Criticises,
        () if cue(GuardKind::Prediction) => Stance::Predicts,
        () if !social || cue(GuardKind::Attributed) || cue(GuardKind::History) => Stance::Reports,
        () => Stance::Asserts,
    }
}

fn of_guard(guard: GuardKind) -> Stance {
    match guard {
        GuardKind::Refutation | GuardKind::Warning | GuardKind::Official => Stance::Refutes,
        GuardKind::Attributed | GuardKind::History => Stance::Reports,
        GuardKind::Question => Stance::Asks,
        GuardKind::Prediction => Stance::Predicts,
        GuardKind::Criticism => Stance::Criticises,
        GuardKind::Satire => Stance::Satirises,
        // It says nothing of what the text does.
        GuardKind::TooShort => Stance::Asserts,
    }
}

fn order(stance: Stance) -> usize {
    [Stance::Satirises, Stance::Refutes, Stance::Asks, Stance::Criticises, Stance::Predicts, Stance::Reports, Stance::Asserts]
        .iter()
        .position(|s| *s == stance)
        .unwrap_or(usize::MAX)
}

#[cfg(test)]
mod tests {
    use crate::assess::assess;
    use crate::faults::ConfigFile;
    use crate::knowledge::{Knowledge, KnowledgeFiles, sample};
    use kiemtin_model::{DocKind, Stance};

    const RULE: &str = r#"
[[rule]]
id = "cam"
kind = "refuted_claim"
claim = "Cấm xe máy xăng"
describe = "Nói xe máy xăng bị cấm"
review_by = "2030-01-01"
require = ["a"]
evidence.a = { query = '"bị cấm"', weight = 6 }
evidence.b = { query = '"xe xăng"', weight = 1 }
[[rule.example]]
text = "bị cấm"
want = "alert"
[[rule.example]]
text = "xe điện"
want = "none"
"#;

    fn knowledge() -> Knowledge {
        let guard = |id: &str, class: &str, scope: &str, cue: &str| {
            format!(
                "[[guard]]\nid = \"{id}\"\nguard = \"{class}\"\neffect = \"suppress\"\nscope = \"{scope}\"\nquery = '\"{cue}\"'\ndescribe = \"x\"\n"
            )
        };
        let guards = [
            guard("a", "refutation", "sentence", "tin giả"),
            guard("b", "attributed", "document", "chỉ ghi lại"),
            guard("c", "criticism", "paragraph", "bức xúc"),
            guard("d", "question", "own", "có thật không"),
            guard("e", "prediction", "title", "dự báo"),
        ];
        let file = |path: &str, text: &str| ConfigFile { path: path.into(), text: text.into() };
        let rules = vec![file("guards.toml", &guards.concat()), file("xe.toml", RULE)];
        let mut faults = vec![];
        let knowledge = Knowledge::load(&KnowledgeFiles { rules, ..KnowledgeFiles::default() }, vec![], &mut faults);
        assert_eq!(faults.iter().map(ToString::to_string).collect::<Vec<_>>(), Vec::<String>::new());
        knowledge
    }

    #[test]
    fn a_stance_follows_from_the_guard_over_the_claim_else_from_the_cues() {
        use DocKind::{News, Official, Social};
        let knowledge = knowledge();
        for (kind, title, text, expect) in [
            (Social, "", "Xe xăng bị cấm.", Stance::Asserts),
            (Social, "", "Xe xăng bị cấm là tin giả.", Stance::Refutes),
            (Social, "", "Xe xăng bị cấm. Bức xúc quá.", Stance::Criticises),
            (Social, "", "Xe xăng bị cấm, có thật không?", Stance::Asks),
            (Social, "", "Giá cao, bức xúc quá.", Stance::Criticises),
            (Social, "", "Giá cao, tin giả, tôi chỉ ghi lại.", Stance::Reports),
            (Social, "", "Trời hôm nay đẹp.", Stance::Asserts),
            (News, "", "Trời hôm nay đẹp, không phải tin giả.", Stance::Reports),
            (News, "Dự báo giá xăng", "Giá giảm.", Stance::Predicts),
            (News, "Giá xăng giảm?", "Giá giảm.", Stance::Asks),
            (Official, "", "Đó là tin giả.", Stance::Reports),
            (Official, "", "Xe xăng bị cấm.", Stance::Refutes),
        ] {
            assert_eq!(assess(sample(title, text, kind, None), &knowledge).assessment.stance, expect, "{title} | {text}");
        }
    }
}
