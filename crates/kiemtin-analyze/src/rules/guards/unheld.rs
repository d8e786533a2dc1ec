//! Which guards have their words in a document, and yet do not stand over a signal? Why not?

use super::{Ground, Guard, Guarded, SHOWN, Scope};
use crate::rules::View;
use kiemtin_model::{Document, Evidence, GuardEffect, GuardKind};

/// Why a guard does not stand over a signal although its words are there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum WhyNot {
    /// It does not work on this kind of document.
    DocumentKind,
    /// It does not stand over this kind of flag.
    SignalKind,
    /// The rule does not let this class of guards count.
    Off,
    /// Its words stand too far away.
    Far,
    /// The words of the signal do not stand in quotation marks.
    NotQuoted,
    /// Other words near undo it.
    Undone,
}

impl WhyNot {
    /// Its word for programs.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::DocumentKind => "document_kind",
            Self::SignalKind => "signal_kind",
            Self::Off => "off",
            Self::Far => "far",
            Self::NotQuoted => "not_quoted",
            Self::Undone => "undone",
        }
    }

    /// In words for people.
    pub const fn vi(self) -> &'static str {
        match self {
            Self::DocumentKind => "không áp dụng cho loại văn bản này",
            Self::SignalKind => "không áp dụng cho loại cờ này",
            Self::Off => "quy tắc không chấp nhận lý do loại này",
            Self::Far => "từ ngữ đứng ngoài phạm vi của tín hiệu",
            Self::NotQuoted => "tín hiệu không nằm trong dấu ngoặc kép",
            Self::Undone => "từ ngữ khác đứng gần làm mất tác dụng",
        }
    }
}

/// A guard that has its words in a document and does not stand over some of its signals.
#[derive(Clone, Debug, PartialEq)]
pub struct Unheld {
    /// Class of the reason.
    pub guard: GuardKind,
    /// Id of the guard rule.
    pub rule: String,
    /// What it would do.
    pub effect: GuardEffect,
    /// Why it is one, in Vietnamese.
    pub message: String,
    /// Its words.
    pub evidence: Vec<Evidence>,
    /// Signals that it does not stand over, each with the reason.
    pub over: Vec<(usize, WhyNot)>,
}

/// Guards whose words stand somewhere in the document, without those that stand over all of its signals.
pub fn unheld(guards: &[Guard], document: &Document, view: &View<'_>, signals: &[Guarded<'_>]) -> Vec<Unheld> {
    let grounds: Vec<Ground> = signals.iter().map(|s| Ground::of(s, view)).collect();
    guards.iter().filter_map(|guard| guard.unheld(document, view, signals, &grounds)).collect()
}

impl Guard {
    fn unheld(&self, document: &Document, view: &View<'_>, signals: &[Guarded<'_>], grounds: &[Ground]) -> Option<Unheld> {
        let places = view.places(self.query).filter(|places| !places.is_empty())?;
        let numbered = signals.iter().zip(grounds).enumerate();
        let over: Vec<_> = numbered.filter_map(|(i, (s, ground))| Some((i, self.why_not(document, view, s, ground)?))).collect();
        (!over.is_empty()).then(|| Unheld {
            guard: self.guard,
            rule: self.id.clone(),
            effect: self.effect,
            message: self.describe.clone(),
            evidence: places.iter().take(SHOWN).map(|p| view.evidence(p)).collect(),
            over,
        })
    }

    /// The first reason in the order in which [`Guard::hit`] asks; none when it stands over the signal.
    fn why_not(&self, document: &Document, view: &View<'_>, s: &Guarded<'_>, ground: &Ground) -> Option<WhyNot> {
        if !self.only_kinds.is_empty() && !self.only_kinds.contains(&document.kind) {
            return Some(WhyNot::DocumentKind);
        }
        if !self.signal_kinds.is_empty() && !self.signal_kinds.contains(&s.signal.kind) {
            return Some(WhyNot::SignalKind);
        }
        if s.off.contains(&self.guard) {
            return Some(WhyNot::Off);
        }
        if self.reach(view, Some(ground)).is_some() {
            return None;
        }
        if self.scope == Scope::Quote && !ground.quoted {
            return Some(WhyNot::NotQuoted);
        }
        let within = |p: &super::Place| self.inside(view, p, Some(ground));
        let near = view.places(self.query).unwrap_or_default().iter().any(within);
        Some(if near { WhyNot::Undone } else { WhyNot::Far })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::explain::explain;
    use crate::faults::ConfigFile;
    use crate::knowledge::{Knowledge, KnowledgeFiles, sample};
    use kiemtin_model::{DocKind, GuardKind};

    const RULE: &str = r#"
[[rule]]
id = "cam"
kind = "refuted_claim"
claim = "Cấm xe máy xăng"
describe = "Nói xe máy xăng bị cấm"
review_by = "2030-01-01"
guards_off = ["history"]
require = ["a"]
evidence.a = { query = '"xe xăng" OR "bị cấm"', weight = 6 }
[[rule.example]]
text = "xe xăng"
want = "alert"
[[rule.example]]
text = "xe điện"
want = "none"
"#;

    /// Why the one guard, written so, does not hold over the one signal.
    fn why(guard: &str, text: &str) -> Vec<(usize, WhyNot)> {
        let guard = format!("[[guard]]\nid = \"g\"\nquery = '\"tin giả\"'\ndescribe = \"x\"\n{guard}");
        let file = |path: &str, text: &str| ConfigFile { path: path.into(), text: text.into() };
        let files = KnowledgeFiles { rules: vec![file("guards-x.toml", &guard), file("xe.toml", RULE)], ..KnowledgeFiles::default() };
        let mut faults = vec![];
        let knowledge = Knowledge::load(&files, vec![], &mut faults);
        assert_eq!(faults.iter().map(ToString::to_string).collect::<Vec<_>>(), Vec::<String>::new());
        let said = explain(&sample("", text, DocKind::Social, None), &knowledge);
        assert_eq!(said.assessment.signals.len(), 1, "{text}");
        // That a post is short is none of these guards.
        let held = said.assessment.guards.iter().any(|g| g.guard != GuardKind::TooShort);
        assert_eq!(said.unheld.is_empty(), held || !text.contains("in giả"), "{text}");
        said.unheld.into_iter().flat_map(|u| u.over).collect()
    }

    #[test]
    fn the_reason_is_told() {
        let guard =
            |class: &str, scope: &str, more: &str| format!("guard = \"{class}\"\nscope = \"{scope}\"\neffect = \"suppress\"\n{more}");
        let far = "Xe xăng bị cấm. Trời mưa. Trời nắng. Đó là tin giả.";
        for (guard, text, expected) in [
            (guard("refutation", "sentence", ""), "Xe xăng bị cấm là tin giả.", None),
            (guard("refutation", "sentence", ""), "Xe xăng bị cấm.", None),
            (guard("refutation", "sentence", ""), far, Some(WhyNot::Far)),
            (guard("refutation", "quote", ""), "Xe xăng bị cấm là tin giả.", Some(WhyNot::NotQuoted)),
            (guard("history", "sentence", ""), "Xe xăng bị cấm là tin giả.", Some(WhyNot::Off)),
            (guard("refutation", "sentence", "only_kinds = [\"news\"]"), "Xe xăng bị cấm là tin giả.", Some(WhyNot::DocumentKind)),
            (guard("refutation", "sentence", "signal_kinds = [\"panic_rumour\"]"), "Xe xăng bị cấm là tin giả.", Some(WhyNot::SignalKind)),
            (
                guard("refutation", "sentence", "unless = '\"không phải tin giả\"'"),
                "Không phải tin giả, xe xăng bị cấm.",
                Some(WhyNot::Undone),
            ),
        ] {
            assert_eq!(why(&guard, text), expected.map(|why| (0, why)).into_iter().collect::<Vec<_>>(), "{guard}: {text}");
        }
    }
}
