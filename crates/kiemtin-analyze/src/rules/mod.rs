//! Which rules hold for a document, with which words, and how many points does each give?

mod evidence;
mod file;
mod guards;
mod meta;
mod names;
mod set;
mod view;
mod window;

pub use evidence::Findings;
pub use guards::{Guard, Scope, Unheld, WhyNot};
pub use kiemtin_model::WATCH;
pub(crate) use names::phrase;
pub(crate) use set::Found;
pub use set::{Example, Rule, RuleSet, Status};
pub use view::{Place, View};

/// Points from which a document alone asks for a press officer.
pub const ALERT: f64 = 5.0;
/// Most points that anything capped at watch gives: one grid step below [`ALERT`].
pub const CAPPED: f64 = ALERT - 0.5;

/// All guards that hold over at least one of these signals.
pub(crate) fn held(
    guards: &[Guard],
    document: &kiemtin_model::Document,
    view: &View<'_>,
    found: &[Found<'_>],
) -> Vec<kiemtin_model::GuardHit> {
    guards::held(guards, document, view, &guarded(found))
}

/// All guards that have their words in the document and do not stand over all of these signals.
pub(crate) fn unheld(guards: &[Guard], document: &kiemtin_model::Document, view: &View<'_>, found: &[Found<'_>]) -> Vec<Unheld> {
    guards::unheld(guards, document, view, &guarded(found))
}

fn guarded<'a>(found: &'a [Found<'_>]) -> Vec<guards::Guarded<'a>> {
    found.iter().map(|f| guards::Guarded { signal: &f.signal, sentences: f.sentences, off: f.off }).collect()
}
