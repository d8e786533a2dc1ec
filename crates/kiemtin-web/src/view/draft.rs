//! What is meant to be answered, and what happens to what somebody typed when another one was faster?

use kiemtin_model::draft::{LONGEST_ANSWER, LONGEST_LINE, LONGEST_TEXT, MOST_QUESTIONS};
use kiemtin_model::{Draft, KeptDraft, Question, Time};
use kiemtin_store::draft::DraftError;

/// Empty places for questions that the form offers beside those written.
const OFFERED: usize = 2;

/// The draft on the page of its alert.
pub struct DraftView {
    /// Who looks at it may write it.
    pub may_write: bool,
    /// Revision that the form is about.
    pub revision: i64,
    /// Nobody has written anything.
    pub empty: bool,
    /// Who wrote it last, and when.
    pub written: String,
    /// Why what was typed is not kept; empty: it is, or nothing was typed.
    pub wrong: String,
    /// Name of who wrote meanwhile; empty: nobody.
    pub other: String,
    /// Main message.
    pub message: FieldView,
    /// Facts and documents.
    pub facts: FieldView,
    /// Questions and answers, with some empty places: (number, question, answer).
    pub questions: Vec<(usize, FieldView, FieldView)>,
    /// Who says it.
    pub spokesperson: FieldView,
    /// Where.
    pub channel: FieldView,
}

/// A field of the form.
pub struct FieldView {
    /// What stands in it.
    pub value: String,
    /// What somebody else wrote meanwhile, when it differs.
    pub newer: Option<String>,
    /// Longest value, in Unicode scalar values.
    pub most: usize,
}

impl DraftView {
    /// A draft as it is kept.
    pub fn new(kept: &KeptDraft) -> Self {
        Self::of(kept.draft.clone(), None, kept.revision, written(kept))
    }

    /// What was typed and not kept: beside the draft as it is now, when somebody else wrote that meanwhile. Sent again, it takes that
    /// one's place.
    pub fn refused(typed: Draft, seen: Option<i64>, error: &DraftError, now: &KeptDraft) -> Self {
        let wrong = format!("Chưa ghi được: {error}. Những gì bạn đã gõ vẫn còn trong ô bên dưới.");
        match error {
            DraftError::Stale { kept, .. } => {
                let view = Self::of(typed, Some(&kept.draft), kept.revision, written(kept));
                Self { wrong, other: kept.by.clone(), ..view }
            }
            _ => Self { wrong, ..Self::of(typed, None, seen.unwrap_or(now.revision), written(now)) },
        }
    }

    fn of(draft: Draft, newer: Option<&Draft>, revision: i64, written: String) -> Self {
        let field = |value: String, of: fn(&Draft) -> &String, most| {
            let newer = newer.map(of).filter(|other| **other != value.replace("\r\n", "\n").trim()).cloned();
            FieldView { value, newer, most }
        };
        let others: &[Question] = newer.map_or(&[], |newer| newer.questions.as_slice());
        let places = (draft.questions.len() + OFFERED).max(others.len()).min(MOST_QUESTIONS);
        let asked = |value: String, other: Option<&String>, most| {
            let newer = newer.map(|_| other.cloned().unwrap_or_default()).filter(|other| *other != value.replace("\r\n", "\n").trim());
            FieldView { value, newer, most }
        };
        let mut typed = draft.questions.iter().cloned().chain(std::iter::repeat(Question::default()));
        let question = |place: usize| {
            let Question { question, answer } = typed.next().unwrap_or_default();
            let other = others.get(place);
            (place + 1, asked(question, other.map(|q| &q.question), LONGEST_LINE), asked(answer, other.map(|q| &q.answer), LONGEST_ANSWER))
        };
        Self {
            may_write: false,
            revision,
            empty: draft.is_empty(),
            written,
            wrong: String::new(),
            other: String::new(),
            questions: (0..places).map(question).collect(),
            message: field(draft.message, |d| &d.message, LONGEST_TEXT),
            facts: field(draft.facts, |d| &d.facts, LONGEST_TEXT),
            spokesperson: field(draft.spokesperson, |d| &d.spokesperson, LONGEST_LINE),
            channel: field(draft.channel, |d| &d.channel, LONGEST_LINE),
        }
    }
}

/// `bản 3, lan ghi 23/11/2026 08:05`.
fn written(kept: &KeptDraft) -> String {
    kept.at.map(|at: Time| format!("bản {}, {} ghi {}", kept.revision, kept.by, at.vi())).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn draft(message: &str, questions: &[&str]) -> Draft {
        let question = |q: &&str| Question { question: (*q).into(), answer: String::new() };
        Draft { message: message.into(), questions: questions.iter().map(question).collect(), ..Draft::default() }
    }

    #[test]
    fn what_was_typed_stands_beside_what_is_newer() {
        let kept =
            KeptDraft { revision: 2, by: "minh".into(), at: Some(Time(0)), draft: draft("của Minh", &["một", "hai", "ba", "bốn"]) };
        let error = DraftError::Stale { expected: 1, kept: Box::new(kept.clone()) };
        let view = DraftView::refused(draft("của Lan", &["một"]), Some(1), &error, &kept);
        assert_eq!((view.revision, view.other.as_str()), (2, "minh"));
        assert_eq!((view.message.value.as_str(), view.message.newer.as_deref()), ("của Lan", Some("của Minh")));
        assert_eq!(view.facts.newer, None, "what is the same is not shown twice");
        let questions: Vec<_> = view.questions.iter().map(|(n, q, _)| (*n, q.value.as_str(), q.newer.as_deref())).collect();
        assert_eq!(questions, [(1, "một", None), (2, "", Some("hai")), (3, "", Some("ba")), (4, "", Some("bốn"))]);
        let own = DraftView::new(&kept);
        assert_eq!((own.questions.len(), own.message.newer, own.wrong), (6, None, String::new()), "two places more are offered");
    }
}
