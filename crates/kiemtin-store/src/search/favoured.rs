//! What is found by one query and scores more where another one finds it as well: how is it found where nobody asks for scores?
//!
//! By the first query alone.

use tantivy::query::{BooleanQuery, EnableScoring, Occur, Query, Weight};

/// Documents that `found` finds; what `better` finds of them scores more.
#[derive(Debug)]
pub(super) struct Favoured {
    pub(super) found: Box<dyn Query>,
    pub(super) better: Box<dyn Query>,
}

impl Clone for Favoured {
    fn clone(&self) -> Self {
        Self { found: self.found.box_clone(), better: self.better.box_clone() }
    }
}

impl Query for Favoured {
    fn weight(&self, scoring: EnableScoring<'_>) -> tantivy::Result<Box<dyn Weight>> {
        if !scoring.is_scoring_enabled() {
            return self.found.weight(scoring);
        }
        BooleanQuery::new(vec![(Occur::Must, self.found.box_clone()), (Occur::Should, self.better.box_clone())]).weight(scoring)
    }
}
