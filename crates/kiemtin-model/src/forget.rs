//! Why is something that was stored not there any more?

use crate::outcome::Refusal;
use crate::words;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

words! {
    /// Why a document was forgotten.
    ForgetReason {
        /// Who published it, or the platform, took it down there.
        DeletedAtOrigin = "deleted_at_origin" / "đã bị gỡ ở nơi đăng",
        /// It was kept as long as posts are kept.
        Retention = "retention" / "hết thời hạn lưu giữ",
    }
}

impl ForgetReason {
    /// What became of an address whose document was forgotten: it is not taken again.
    pub const fn refusal(self) -> Refusal {
        match self {
            Self::DeletedAtOrigin => Refusal::DeletedAtOrigin,
            Self::Retention => Refusal::Retention,
        }
    }
}

/// Documents that something (an alert) had and that were forgotten since, by reason.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Forgotten {
    /// Taken down where they were published.
    pub deleted_at_origin: u32,
    /// Kept as long as posts are kept.
    pub retention: u32,
}

impl Forgotten {
    /// Adds some of a reason.
    pub fn add(&mut self, why: ForgetReason, documents: u32) {
        let count = match why {
            ForgetReason::DeletedAtOrigin => &mut self.deleted_at_origin,
            ForgetReason::Retention => &mut self.retention,
        };
        *count = count.saturating_add(documents);
    }

    /// All of them.
    pub fn all(self) -> u32 {
        self.deleted_at_origin.saturating_add(self.retention)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Outcome, outcome_vi};

    #[test]
    fn each_reason_is_counted_and_told() {
        let mut forgotten = Forgotten::default();
        ForgetReason::ALL.iter().for_each(|why| forgotten.add(*why, 2));
        forgotten.add(ForgetReason::Retention, 1);
        assert_eq!((forgotten.deleted_at_origin, forgotten.retention, forgotten.all()), (2, 3, 5));
        for why in ForgetReason::ALL {
            let outcome = Outcome::Refused(why.refusal());
            assert_eq!(outcome_vi(&outcome.detail()), format!("đã xóa: {}", why.vi()));
            assert!(Refusal::is_forgotten(&outcome.detail()));
        }
        assert!(!Refusal::is_forgotten(&Outcome::Refused(Refusal::Robots).detail()) && !Refusal::is_forgotten("failed: HTTP 404"));
    }
}
