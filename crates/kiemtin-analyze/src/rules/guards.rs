//! Which words speak against a flag, and over which signals do they stand?

mod unheld;

pub use unheld::{Unheld, WhyNot, unheld};

use super::view::{Place, View};
use kiemtin_model::{DocKind, Document, Field, FlagKind, GuardEffect, GuardHit, GuardKind, Signal, SourceGroup};
use kiemtin_text::query::QueryId;
use serde::Deserialize;

/// Sentences of the text, after the title, that govern a whole document.
const LEAD_SENTENCES: u32 = 4;
/// Most words shown per guard.
const SHOWN: usize = 3;

/// How far a cue reaches.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Scope {
    /// In the title or the first four sentences of the text: over the whole document.
    Lead,
    /// In the title: over the whole document.
    Title,
    /// Anywhere: over the whole document.
    Document,
    /// In a paragraph that holds evidence of a signal, or in a sentence as for [`Scope::Sentence`]. A title is a paragraph.
    Paragraph,
    /// In the sentences of a signal, or the one before or after: over that signal.
    Sentence,
    /// In the sentences of a signal themselves: over that signal.
    Own,
    /// As [`Scope::Sentence`], and at least half of the evidence of the signal stands in quotation marks.
    Quote,
}

/// A reason not to flag, as configured.
#[derive(Clone, Debug)]
pub struct Guard {
    /// Stable id.
    pub id: String,
    /// Its class.
    pub guard: GuardKind,
    /// What it does.
    pub effect: GuardEffect,
    /// How far it reaches.
    pub scope: Scope,
    /// The cue.
    pub query: QueryId,
    /// Words in the same scope that undo it.
    pub unless: Option<QueryId>,
    /// Kinds of documents it works on; empty: all.
    pub only_kinds: Vec<DocKind>,
    /// Kinds of signals it stands over; empty: all.
    pub signal_kinds: Vec<FlagKind>,
    /// In words.
    pub describe: String,
}

/// A signal with the sentences it stands in and the guard classes its rule opts out of.
pub struct Guarded<'a> {
    /// The signal.
    pub signal: &'a Signal,
    /// First and last sentence of its evidence.
    pub sentences: (u32, u32),
    /// See the rule's `guards_off`.
    pub off: &'a [GuardKind],
}

/// All guards that hold over at least one signal.
pub fn held(guards: &[Guard], document: &Document, view: &View<'_>, signals: &[Guarded<'_>]) -> Vec<GuardHit> {
    if signals.is_empty() {
        return vec![];
    }
    let grounds: Vec<Ground> = signals.iter().map(|s| Ground::of(s, view)).collect();
    let mut hits: Vec<GuardHit> = official(document, signals).into_iter().collect();
    hits.extend(guards.iter().filter_map(|g| g.hit(document, view, signals, &grounds)));
    hits
}

/// Texts of state bodies are never flagged, whatever they cite.
fn official(document: &Document, signals: &[Guarded<'_>]) -> Option<GuardHit> {
    let official = document.group == SourceGroup::Official || document.kind == DocKind::Official;
    official.then(|| GuardHit {
        guard: GuardKind::Official,
        rule: "nguon-chinh-thong".into(),
        effect: GuardEffect::Respond,
        message: "Văn bản, tin của cơ quan nhà nước".into(),
        evidence: vec![],
        over: (0..signals.len()).collect(),
    })
}

/// Where a signal stands.
struct Ground {
    /// First and last sentence of its evidence.
    sentences: (u32, u32),
    /// Paragraphs of its evidence.
    paragraphs: Vec<(Field, u32)>,
    /// At least half of its evidence stands in quotation marks.
    quoted: bool,
}

impl Ground {
    fn of(guarded: &Guarded<'_>, view: &View<'_>) -> Self {
        let evidence = &guarded.signal.evidence;
        let in_quotes = evidence.iter().filter(|e| {
            let [title, text] = view.quotes();
            let token = view.scanned(e.field).tokens.partition_point(|t| (t.end as usize) <= e.start) as u32;
            let ranges = if e.field == Field::Title { title } else { text };
            ranges.iter().any(|(from, to)| (*from..*to).contains(&token))
        });
        let quoted = !evidence.is_empty() && in_quotes.count() * 2 >= evidence.len();
        let paragraphs = evidence.iter().map(|e| paragraph(view, e.field, e.start)).collect();
        Self { sentences: guarded.sentences, paragraphs, quoted }
    }
}

/// The paragraph of the word at a byte.
fn paragraph(view: &View<'_>, field: Field, byte: usize) -> (Field, u32) {
    let tokens = &view.scanned(field).tokens;
    let at = tokens.partition_point(|t| (t.end as usize) <= byte);
    (field, tokens.get(at).map_or(0, |t| t.paragraph))
}

impl Guard {
    /// Whether the cue stands anywhere in its scope of the whole document (signals do not matter).
    pub fn cue(&self, kind: DocKind, view: &View<'_>) -> bool {
        (self.only_kinds.is_empty() || self.only_kinds.contains(&kind)) && self.reach(view, None).is_some()
    }

    fn hit(&self, document: &Document, view: &View<'_>, signals: &[Guarded<'_>], grounds: &[Ground]) -> Option<GuardHit> {
        if !self.only_kinds.is_empty() && !self.only_kinds.contains(&document.kind) {
            return None;
        }
        let mut over = vec![];
        let mut places: Vec<Place> = vec![];
        for (index, (s, ground)) in signals.iter().zip(grounds).enumerate() {
            let concerned = self.signal_kinds.is_empty() || self.signal_kinds.contains(&s.signal.kind);
            if !concerned || s.off.contains(&self.guard) {
                continue;
            }
            if let Some(found) = self.reach(view, Some(ground)) {
                over.push(index);
                places.extend(found.into_iter().filter(|p| !places.contains(p)).collect::<Vec<_>>());
            }
        }
        (!over.is_empty()).then(|| GuardHit {
            guard: self.guard,
            rule: self.id.clone(),
            effect: self.effect,
            message: self.describe.clone(),
            evidence: places.iter().take(SHOWN).map(|p| view.evidence(p)).collect(),
            over,
        })
    }

    /// Places of the cue inside the scope, unless something there undoes it.
    fn reach(&self, view: &View<'_>, ground: Option<&Ground>) -> Option<Vec<Place>> {
        if self.scope == Scope::Quote && ground.is_some_and(|g| !g.quoted) {
            return None;
        }
        let inside = |p: &Place| self.inside(view, p, ground);
        let places = |query: QueryId| -> Vec<Place> { view.places(query).unwrap_or_default().into_iter().filter(inside).collect() };
        let found = places(self.query);
        let undone = || self.unless.is_some_and(|u| !places(u).is_empty());
        (!found.is_empty() && !undone()).then_some(found)
    }

    /// Whether a place lies inside the scope of the whole document, or of the signal that stands on this ground.
    fn inside(&self, view: &View<'_>, p: &Place, ground: Option<&Ground>) -> bool {
        let near = |p: &Place, g: &Ground, by: u32| p.sentence + by >= g.sentences.0 && p.sentence <= g.sentences.1 + by;
        match (self.scope, ground) {
            (Scope::Title, _) => p.sentence < view.title_sentences(),
            (Scope::Lead, _) => p.sentence < view.title_sentences() + LEAD_SENTENCES,
            (Scope::Document, _) | (_, None) => true,
            (Scope::Paragraph, Some(g)) => near(p, g, 1) || g.paragraphs.contains(&paragraph(view, p.field, p.start)),
            (Scope::Sentence | Scope::Quote, Some(g)) => near(p, g, 1),
            (Scope::Own, Some(g)) => near(p, g, 0),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::assess::assess;
    use crate::faults::ConfigFile;
    use crate::knowledge::{Knowledge, KnowledgeFiles, sample};
    use crate::raise::role;
    use kiemtin_model::{Assessment, Role};

    const RULE: &str = r#"
[[rule]]
id = "cam"
kind = "refuted_claim"
claim = "Cấm xe máy xăng"
describe = "Nói xe máy xăng bị cấm"
review_by = "2030-01-01"
require = ["a"]
evidence.a = { query = '"xe xăng" OR "bị cấm"', weight = 6 }
[[rule.example]]
text = "xe xăng"
want = "alert"
[[rule.example]]
text = "xe điện"
want = "none"
"#;

    /// What is made of a text when one guard with the cue "tin giả" has this scope and effect.
    fn assessed(scope: &str, effect: &str, title: &str, text: &str) -> kiemtin_model::AssessedDocument {
        let guard = format!(
            "[[guard]]\nid = \"g\"\nguard = \"refutation\"\neffect = \"{effect}\"\nscope = \"{scope}\"\nquery = '\"tin giả\"'\nunless = '\"không phải tin giả\"'\ndescribe = \"x\"\n"
        );
        let file = |path: &str, text: &str| ConfigFile { path: path.into(), text: text.into() };
        let files = KnowledgeFiles { rules: vec![file("guards-x.toml", &guard), file("xe.toml", RULE)], ..KnowledgeFiles::default() };
        let mut faults = vec![];
        let knowledge = Knowledge::load(&files, vec![], &mut faults);
        assert_eq!(faults.iter().map(ToString::to_string).collect::<Vec<_>>(), Vec::<String>::new());
        assess(sample(title, text, DocKind::Social, None), &knowledge)
    }

    #[test]
    fn a_cue_reaches_as_far_as_its_scope() {
        const FAR: &str = "Xe xăng bị cấm. Trời mưa. Trời nắng. Trời mát. Trời lạnh. Đó là tin giả.";
        for (scope, title, text, guarded) in [
            ("own", "", "Tin giả nói xe xăng bị cấm.", true),
            ("own", "", "Xe xăng bị cấm. Đó là tin giả.", false),
            ("sentence", "", "Xe xăng bị cấm. Đó là tin giả.", true),
            ("sentence", "", "Xe xăng bị cấm. Trời mưa. Đó là tin giả.", false),
            ("paragraph", "", "Xe xăng bị cấm. Trời mưa. Đó là tin giả.", true),
            ("paragraph", "", "Xe xăng bị cấm. Trời mưa.\n\nĐó là tin giả.", false),
            ("paragraph", "", "Xe xăng bị cấm.\n\nĐó là tin giả.", true),
            ("paragraph", "Tin giả", "Trời mưa. Xe xăng bị cấm.", false),
            ("quote", "", "Họ viết \"xe xăng bị cấm\". Đó là tin giả.", true),
            ("quote", "", "Xe xăng bị cấm. Đó là tin giả.", false),
            ("quote", "", "Họ viết “xe xăng bị cấm” thế thôi. Trời mưa. Đó là tin giả.", false),
            ("quote", "", "Xe xăng \"bị cấm\" và xe xăng mới: tin giả.", false),
            ("quote", "\"Xe xăng bị cấm\" là tin giả", "Trời mưa.", true),
            ("title", "Tin giả", "Trời mưa. Trời mưa. Xe xăng bị cấm.", true),
            ("lead", "", FAR, false),
            ("document", "", FAR, true),
            ("document", "", "Không phải tin giả đâu, xe xăng bị cấm.", false),
        ] {
            let a: Assessment = assessed(scope, "suppress", title, text).assessment;
            assert_eq!((a.signals.len(), a.guards.len() == 1, a.flag), (1, guarded, !guarded), "{scope}: {title} | {text}");
        }
    }

    #[test]
    fn an_effect_decides_score_flag_and_role() {
        for (effect, score, expect) in [
            ("suppress", 0.0, Some((Role::Mentions, 0.0))),
            ("respond", 0.0, Some((Role::Responds, 0.0))),
            ("cap_watch", super::super::CAPPED, Some((Role::Mentions, 6.0))),
        ] {
            let document = assessed("sentence", effect, "", "Xe xăng bị cấm. Đó là tin giả.");
            let a = &document.assessment;
            assert_eq!((a.score_after_guards, a.flag), (score, false), "{effect}");
            assert_eq!(role(&document, 0, &a.signals[0]), expect, "{effect}");
        }
    }
}
