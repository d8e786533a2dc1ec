//! What policies does the ministry make, and where does each stand?

use crate::time::Day;
use crate::words;
use schemars::JsonSchema;
use serde::Serialize;

words! {
    /// Where a policy stands, in the order that it goes through them.
    Stage as StageName {
        /// Its need and aims are looked into.
        Planning = "planning" / "Lập kế hoạch",
        /// A draft is written, and opinions on it are asked for.
        Drafting = "drafting" / "Soạn thảo, lấy ý kiến",
        /// The draft is examined, appraised and finished.
        Completion = "completion" / "Thẩm định, hoàn thiện",
        /// It is passed and made known.
        Issue = "issue" / "Ban hành",
        /// It is in force and carried out.
        Enforcement = "enforcement" / "Thi hành",
    }
}

/// A policy of the register.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct Policy {
    /// Stable id.
    pub id: String,
    /// Vietnamese name.
    pub title: String,
    /// What it is about, in a sentence or two; may be empty.
    pub summary: String,
    /// Its topic.
    pub topic: String,
    /// Unit of the ministry in charge.
    pub unit: String,
    /// What is looked for to find what is written about it: in the query language, without saved searches.
    pub query: String,
    /// The stages that it has gone through or is planned to, by their first day; each ends where the next begins.
    pub stages: Vec<StageSpan>,
    /// Its official documents, oldest first.
    pub documents: Vec<PolicyDocument>,
}

/// A stage with its first day.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
#[schemars(rename = "Stage")]
pub struct StageSpan {
    /// The stage. One may come twice: a policy that is amended is drafted anew.
    pub stage: Stage,
    /// Its first day.
    pub from: Day,
    /// Its first day is planned, not settled.
    pub planned: bool,
    /// What happens in it, in words; may be empty.
    pub note: String,
}

/// An official document of a policy.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct PolicyDocument {
    /// Its number, `72/2025/NĐ-CP`.
    pub number: String,
    /// Its day.
    pub date: Day,
    /// What it is.
    pub title: String,
}

impl Policy {
    /// The stage that it is in on this day; `None` before the first.
    pub fn stage_on(&self, day: Day) -> Option<&StageSpan> {
        self.stages.iter().take_while(|s| s.from <= day).last()
    }

    /// The stages with the day after their last one; the last stage has none.
    pub fn spans(&self) -> impl Iterator<Item = (&StageSpan, Option<Day>)> {
        self.stages.iter().enumerate().map(|(i, span)| (span, self.stages.get(i + 1).map(|next| next.from)))
    }
}
