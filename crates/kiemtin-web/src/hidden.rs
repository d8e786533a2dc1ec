//! What of early warnings is not for these eyes? Claims of alerts that are restricted to other units, and their saved searches.

use kiemtin_model::{LikelyCause, Sight, Subject, SubjectKind, Warning};
use kiemtin_store::{Store, StoreError};
use std::collections::HashSet;

/// What somebody does not see.
pub struct Hidden {
    narratives: HashSet<i64>,
    searches: HashSet<Subject>,
}

impl Hidden {
    /// What is hidden from this sight; reads nothing for who sees all.
    pub async fn of(store: &dyn Store, sight: &Sight) -> Result<Self, StoreError> {
        if *sight == Sight::All {
            return Ok(Self { narratives: HashSet::new(), searches: HashSet::new() });
        }
        let (narratives, searches) = tokio::try_join!(store.hidden_narratives(sight), store.saved_searches())?;
        let unseen = searches.into_iter().filter(|s| !s.search.is_seen(sight));
        Ok(Self { narratives, searches: unseen.map(|s| Subject::search(s.search.id)).collect() })
    }

    /// These warnings without those about something hidden, and without a hidden claim as their cause.
    pub fn shown(&self, warnings: Vec<Warning>) -> impl Iterator<Item = Warning> {
        warnings.into_iter().filter(|warning| !self.is_about(&warning.subject)).map(|mut warning| {
            let hidden = |cause: &mut LikelyCause| matches!(cause, LikelyCause::Narrative { id, .. } if self.narratives.contains(id));
            warning.cause.take_if(hidden);
            warning
        })
    }

    fn is_about(&self, subject: &Subject) -> bool {
        match subject.kind {
            SubjectKind::Topic => false,
            SubjectKind::Search => self.searches.contains(subject),
            SubjectKind::Narrative => subject.id.parse().is_ok_and(|id| self.narratives.contains(&id)),
        }
    }
}
