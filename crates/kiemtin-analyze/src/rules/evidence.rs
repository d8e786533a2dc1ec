//! Where does each piece of evidence of a rule stand?

use super::view::{Place, View};
use crate::Knowledge;
use crate::lookalike::Lookalike;
use crate::record::{CitationFinding, CiteTest, FigureFault, FigureFinding, StatementFault, StatementFinding, compare, old_dates};
use kiemtin_model::Time;
use kiemtin_text::query::QueryId;

/// One named piece of evidence.
#[derive(Clone, Debug)]
pub struct Evidence {
    /// Its name inside the rule.
    pub id: String,
    /// Points, on a grid of 0.5.
    pub weight: f64,
    /// Evidence of one group shares a cap.
    pub group: Option<String>,
    /// What it is.
    pub test: Test,
}

/// What a piece of evidence is.
#[derive(Clone, Debug)]
pub enum Test {
    /// Words.
    Query(QueryId),
    /// A figure that differs from a fact (any when `None`).
    Figure(FigureFault, Option<String>),
    /// An authority, body or weekday against the record (any when `None`).
    Statement(StatementFault, Option<String>),
    /// A citation that stands so to the register; only with this part of a symbol, or of this field of the register.
    Cites(CiteTest, Option<String>),
    /// A host that imitates a protected one.
    Lookalike,
    /// A date long before the document's own.
    OldDate,
    /// The document was published at or after this time: what was true before is false since.
    Since(Time),
}

/// What was compared with the record once per document, for all rules.
pub struct Findings<'a> {
    /// Figures that differ.
    pub figures: Vec<FigureFinding<'a>>,
    /// Authorities, bodies and weekdays that differ.
    pub statements: Vec<StatementFinding<'a>>,
    /// Citations of official documents.
    pub citations: Vec<CitationFinding<'a>>,
    /// Hosts that imitate protected ones.
    pub lookalikes: Vec<Lookalike<'a>>,
    /// Old dates.
    pub dates: Vec<Place>,
    /// When the document was published.
    pub published: Option<Time>,
}

impl<'a> Findings<'a> {
    /// Compares a document with the record.
    pub fn of(view: &View<'_>, knowledge: &'a Knowledge, time: Option<Time>) -> Self {
        let differences = compare(&knowledge.facts, view, time);
        Self {
            figures: differences.figures,
            statements: differences.statements,
            citations: knowledge.documents.findings(view, time),
            lookalikes: knowledge.domains.findings(view),
            dates: old_dates(view, time),
            published: time,
        }
    }
}

impl Evidence {
    /// Whether it can hold at all: costs nothing, never wrongly `false`.
    pub fn may_hold(&self, view: &View<'_>) -> bool {
        !matches!(&self.test, Test::Query(query) if !view.may_hold(*query))
    }

    /// Whether it holds anywhere.
    pub fn holds(&self, view: &View<'_>, found: &Findings<'_>) -> bool {
        match &self.test {
            Test::Query(query) => view.holds(*query),
            _ => self.places(view, found).is_some(),
        }
    }

    /// Its places, or `None` when it does not hold. Evidence without words (a filter) holds with no place.
    pub fn places(&self, view: &View<'_>, found: &Findings<'_>) -> Option<Vec<Place>> {
        let places = match &self.test {
            Test::Query(query) => return view.places(*query),
            Test::Figure(fault, fact) => {
                let wanted = |f: &&FigureFinding<'_>| f.fault == *fault && fact.as_ref().is_none_or(|id| *id == f.fact.id);
                found.figures.iter().filter(wanted).map(|f| f.place).collect()
            }
            Test::Statement(fault, id) => {
                let wanted = |s: &&StatementFinding<'_>| s.fault == *fault && id.as_ref().is_none_or(|id| id == s.id);
                found.statements.iter().filter(wanted).map(|s| s.place).collect()
            }
            Test::Cites(test, issuer) => found.citations.iter().filter(|c| c.is(*test, issuer.as_deref())).map(|c| c.place).collect(),
            Test::Lookalike => found.lookalikes.iter().map(|l| l.place).collect(),
            Test::OldDate => found.dates.clone(),
            // Holds with no place, like a filter; a document without a date holds nothing.
            Test::Since(from) => return found.published.is_some_and(|at| at >= *from).then(Vec::new),
        };
        (!places.is_empty()).then_some(places)
    }
}
