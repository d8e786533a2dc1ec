//! What does the press office mean to answer, and how long may each part of it be?

use crate::time::Time;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Longest message and longest list of facts, in Unicode scalar values: two pages each.
pub const LONGEST_TEXT: usize = 6_000;
/// Longest question, name of a spokesperson and channel, in Unicode scalar values.
pub const LONGEST_LINE: usize = 500;
/// Longest answer to one question, in Unicode scalar values.
pub const LONGEST_ANSWER: usize = 2_000;
/// Most questions: what a spokesperson reads before a press conference.
pub const MOST_QUESTIONS: usize = 12;

/// A question that the press may ask, and what is said then.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
#[schemars(inline)]
pub struct Question {
    /// The question.
    #[schemars(length(max = LONGEST_LINE))]
    pub question: String,
    /// What is answered.
    #[schemars(length(max = LONGEST_ANSWER))]
    pub answer: String,
}

/// A draft of the answer to a claim. What is not written yet is empty.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
#[schemars(rename = "DraftText")]
pub struct Draft {
    /// What is said first and in any case.
    #[schemars(length(max = LONGEST_TEXT))]
    pub message: String,
    /// Facts and documents that it rests on, one a line.
    #[schemars(length(max = LONGEST_TEXT))]
    pub facts: String,
    /// What may be asked.
    #[schemars(length(max = MOST_QUESTIONS))]
    pub questions: Vec<Question>,
    /// Who says it.
    #[schemars(length(max = LONGEST_LINE))]
    pub spokesperson: String,
    /// Where it is said: portal, press release, press conference, …
    #[schemars(length(max = LONGEST_LINE))]
    pub channel: String,
}

/// A draft as it is kept.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(rename = "Draft")]
pub struct KeptDraft {
    /// Number of times it was written; 0: nobody has written one. Also the `ETag`.
    #[schemars(range(min = 0))]
    pub revision: i64,
    /// Sign-in name of who wrote it last; empty without one.
    pub by: String,
    /// When.
    pub at: Option<Time>,
    /// The draft.
    #[serde(flatten)]
    pub draft: Draft,
}

/// Why a draft is not kept. The words are for the person who wrote it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DraftFault {
    /// A part is too long.
    #[error("phần «{part}» dài {length} ký tự, nhiều nhất {most}")]
    TooLong {
        /// Which part.
        part: &'static str,
        /// How long it is, in Unicode scalar values.
        length: usize,
        /// How long it may be.
        most: usize,
    },
    /// Too many questions.
    #[error("có {0} câu hỏi, nhiều nhất {MOST_QUESTIONS}")]
    TooMany(usize),
}

impl Draft {
    /// Without spaces around each part and without empty questions; line ends are those of Unix, as browsers send others.
    ///
    /// # Errors
    /// Something is too long or too much.
    pub fn checked(self) -> Result<Self, DraftFault> {
        let clean = |text: String| text.replace("\r\n", "\n").trim().to_owned();
        let questions = self.questions.into_iter().map(|q| Question { question: clean(q.question), answer: clean(q.answer) });
        let draft = Self {
            message: clean(self.message),
            facts: clean(self.facts),
            questions: questions.filter(|q| *q != Question::default()).collect(),
            spokesperson: clean(self.spokesperson),
            channel: clean(self.channel),
        };
        if draft.questions.len() > MOST_QUESTIONS {
            return Err(DraftFault::TooMany(draft.questions.len()));
        }
        let whole = [
            ("Thông điệp", &draft.message, LONGEST_TEXT),
            ("Số liệu, văn bản làm căn cứ", &draft.facts, LONGEST_TEXT),
            ("Người phát ngôn", &draft.spokesperson, LONGEST_LINE),
            ("Kênh trả lời", &draft.channel, LONGEST_LINE),
        ];
        let asked = draft.questions.iter().flat_map(|q| [("Câu hỏi", &q.question, LONGEST_LINE), ("Trả lời", &q.answer, LONGEST_ANSWER)]);
        for (part, text, most) in whole.into_iter().chain(asked) {
            let length = text.chars().count();
            if length > most {
                return Err(DraftFault::TooLong { part, length, most });
            }
        }
        Ok(draft)
    }

    /// Nothing is written in it.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn question(question: &str, answer: &str) -> Question {
        Question { question: question.into(), answer: answer.into() }
    }

    #[test]
    fn what_browsers_add_is_taken_away() {
        let typed = Draft {
            message: " Giá điện chưa đổi.\r\nMọi thông tin khác là sai. ".into(),
            questions: vec![question("", " \r\n"), question("Khi nào tăng?", "Chưa có quyết định.")],
            ..Draft::default()
        };
        let kept = typed.checked().unwrap();
        assert_eq!(kept.message, "Giá điện chưa đổi.\nMọi thông tin khác là sai.");
        assert_eq!(kept.questions, [question("Khi nào tăng?", "Chưa có quyết định.")]);
        assert!(!kept.is_empty() && Draft { facts: " ".into(), ..Draft::default() }.checked().unwrap().is_empty());
    }

    #[test]
    fn lengths_are_bounded_in_letters_not_bytes() {
        let message = |n: usize| Draft { message: "ệ".repeat(n), ..Draft::default() }.checked();
        assert!(message(LONGEST_TEXT).is_ok());
        let long = DraftFault::TooLong { part: "Thông điệp", length: LONGEST_TEXT + 1, most: LONGEST_TEXT };
        assert_eq!(message(LONGEST_TEXT + 1), Err(long));
        let asked = |q: Question, n: usize| Draft { questions: vec![q; n], ..Draft::default() }.checked();
        assert!(asked(question("Hỏi?", ""), MOST_QUESTIONS).is_ok());
        assert_eq!(asked(question("Hỏi?", ""), MOST_QUESTIONS + 1), Err(DraftFault::TooMany(MOST_QUESTIONS + 1)));
        assert!(matches!(asked(question("", &"a".repeat(LONGEST_ANSWER + 1)), 1), Err(DraftFault::TooLong { part: "Trả lời", .. })));
    }
}
