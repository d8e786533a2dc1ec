//! What did the person who typed a wrong query probably mean? Every fault may carry a small edit; the edits are made one after
//! the other until the query can be read.

use super::parse::QueryError;

/// Most edits of one query: what needs more is no slip.
const MOST_EDITS: usize = 8;

/// A stretch of a query, in Unicode scalar values, and what to write in its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Edit {
    from: usize,
    to: usize,
    with: String,
}

impl Edit {
    /// Writes something else in the place of a stretch.
    pub fn replace(from: usize, to: usize, with: impl Into<String>) -> Self {
        Self { from, to: to.max(from), with: with.into() }
    }

    /// Puts something in.
    pub fn put(at: usize, with: &str) -> Self {
        Self::replace(at, at, with)
    }

    fn made(&self, text: &str) -> String {
        let chars = || text.chars();
        chars().take(self.from).chain(self.with.chars()).chain(chars().skip(self.to)).collect()
    }
}

/// What is wrong with a query, and the edit that may mend it.
#[derive(Clone, Debug)]
pub(super) struct Wrong {
    pub at: usize,
    pub reason: String,
    pub edit: Option<Edit>,
}

impl Wrong {
    pub fn new(at: usize, reason: impl Into<String>) -> Self {
        Self { at, reason: reason.into(), edit: None }
    }

    pub fn mended(self, edit: Edit) -> Self {
        Self { edit: Some(edit), ..self }
    }

    /// As told to the person, with a proposal that `read` can read, where the edits lead to one.
    pub fn told<T>(self, text: &str, read: impl Fn(&str) -> Result<T, Wrong>) -> QueryError {
        let mut mended = text.to_owned();
        let (mut edit, mut proposal) = (self.edit, None);
        for _ in 0..MOST_EDITS {
            let Some(next) = edit else { break };
            let trial = next.made(&mended);
            if trial == mended {
                break;
            }
            match read(&trial) {
                Ok(_) => {
                    proposal = Some(trial.trim().to_owned());
                    break;
                }
                Err(wrong) => edit = wrong.edit,
            }
            mended = trial;
        }
        QueryError { at: self.at, reason: self.reason, proposal }
    }
}
