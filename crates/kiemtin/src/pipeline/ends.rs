//! How does a lead stand after its outcome?

use kiemtin_model::{DocId, Outcome};
use kiemtin_store::LeadState;

pub(super) trait LeadEnds {
    /// The state of a lead after its outcome.
    fn ended(self, outcome: &Outcome, document: Option<DocId>) -> LeadState;
}

impl LeadEnds for LeadState {
    /// The state of a lead after its outcome. Validators of a body that was not taken are not kept.
    fn ended(mut self, outcome: &Outcome, document: Option<DocId>) -> LeadState {
        if *outcome == Outcome::Unchanged && self.document.is_none() && document.is_none() {
            // It was not asked again yet: how it ended before stays told.
            return self;
        }
        let failed = matches!(outcome, Outcome::Failed(_));
        if matches!(outcome, Outcome::Failed(_) | Outcome::Refused(_)) {
            self.validators = Default::default();
        }
        self.failures = if failed { self.failures + 1 } else { 0 };
        self.document = document.or(self.document);
        self.outcome = outcome.detail();
        self
    }
}
