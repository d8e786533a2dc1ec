//! Why does a text get what it gets? The assessment, and what stands behind it: what was compared with the record, and which guards
//! have their words in the text and do not hold.
//!
//! For the bench where people try texts. It reads the document once, by the same way as everything else: what it says of signals,
//! guards and level is the assessment itself.

use crate::assess::{Look, Raw, look, read};
use crate::knowledge::Knowledge;
use crate::record::{CiteStatus, FigureFault, StatementFault, named_facts};
use crate::rules::Unheld;
use kiemtin_model::{Assessment, Document, Evidence, Reference, TopicScore};

/// What is said of a document, and why.
#[derive(Clone, Debug, PartialEq)]
pub struct Explanation {
    /// Topics, strongest first.
    pub topics: Vec<TopicScore>,
    /// Units concerned.
    pub units: Vec<String>,
    /// Provinces named.
    pub provinces: Vec<String>,
    /// What the rules found.
    pub assessment: Assessment,
    /// Guards with words in the text that do not stand over all signals.
    pub unheld: Vec<Unheld>,
    /// What was compared with the record, in the order of the text.
    pub compared: Vec<Compared>,
}

/// A place of the text that was held against the record.
#[derive(Clone, Debug, PartialEq)]
pub struct Compared {
    /// How it stands to the record.
    pub outcome: Outcome,
    /// Name of the fact, matter, body or schedule; number of the document.
    pub name: String,
    /// What is on record; none for a document that is not.
    pub reference: Option<Reference>,
    /// The words.
    pub evidence: Evidence,
}

/// How a place of a text stands to the record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// A fact is named and no figure about it differs.
    Agrees,
    /// A figure equals no value that the fact ever had.
    WrongFigure,
    /// A figure equals an older value.
    OutdatedFigure,
    /// The ministry decides what another body decides.
    WrongAuthority,
    /// A body acts that no longer exists.
    AbolishedBody,
    /// Something recurs on another day or in another rhythm.
    WrongRhythm,
    /// A document is cited as it is on record.
    KnownDocument,
    /// A document is not on record.
    UnknownDocument,
    /// A document is on record otherwise.
    OtherDocument,
}

impl Outcome {
    /// In words for people.
    pub const fn vi(self) -> &'static str {
        match self {
            Self::Agrees => "không thấy sai khác",
            Self::WrongFigure => "khác mọi giá trị từng có",
            Self::OutdatedFigure => "là giá trị cũ",
            Self::WrongAuthority => "sai thẩm quyền",
            Self::AbolishedBody => "cơ quan không còn",
            Self::WrongRhythm => "sai lịch định kỳ",
            Self::KnownDocument => "văn bản có trong danh mục",
            Self::UnknownDocument => "văn bản không có trong danh mục",
            Self::OtherDocument => "văn bản khác với danh mục",
        }
    }

    /// Whether it differs from the record.
    pub const fn differs(self) -> bool {
        !matches!(self, Self::Agrees | Self::KnownDocument | Self::UnknownDocument)
    }
}

/// Explains a document as it stands here: spans are those of the given text, nothing is masked.
pub fn explain(document: &Document, knowledge: &Knowledge) -> Explanation {
    let (title, text) = (read(document, &document.title), read(document, &document.text));
    let behind = |seen: &Look<'_, '_>| {
        (crate::rules::unheld(&knowledge.rules.guards, seen.document, seen.view, seen.found), compared(seen, knowledge))
    };
    let (Raw { topics, provinces, assessment }, (unheld, compared)) = look(document, &title, &text, knowledge, behind);
    Explanation { units: knowledge.topics.units_of(&topics), topics, provinces, assessment, unheld, compared }
}

fn compared(seen: &Look<'_, '_>, knowledge: &Knowledge) -> Vec<Compared> {
    let (view, findings) = (seen.view, seen.findings);
    let figures = findings.figures.iter().map(|f| Compared {
        outcome: match f.fault {
            FigureFault::Wrong => Outcome::WrongFigure,
            FigureFault::Outdated => Outcome::OutdatedFigure,
        },
        name: f.fact.name.clone(),
        reference: f.fact.values.last().map(|v| f.fact.reference(findings.published.and_then(|at| f.fact.at(at)).unwrap_or(v))),
        evidence: view.evidence(&f.place),
    });
    let statements = findings.statements.iter().map(|s| Compared {
        outcome: match s.fault {
            StatementFault::Authority => Outcome::WrongAuthority,
            StatementFault::Body => Outcome::AbolishedBody,
            StatementFault::Weekday => Outcome::WrongRhythm,
        },
        name: s.name.to_owned(),
        reference: Some(s.reference.clone()),
        evidence: view.evidence(&s.place),
    });
    let citations = findings.citations.iter().map(|c| Compared {
        outcome: match c.judged.status() {
            CiteStatus::Known => Outcome::KnownDocument,
            CiteStatus::Unknown => Outcome::UnknownDocument,
            CiteStatus::Mismatch => Outcome::OtherDocument,
        },
        name: c.citation.number.clone(),
        reference: c.judged.known.map(crate::record::KnownDocument::reference),
        evidence: view.evidence(&c.place),
    });
    let differing = |id: &str| findings.figures.iter().any(|f| f.fact.id == id);
    let agreeing = named_facts(&knowledge.facts, view).into_iter().filter(|(fact, _)| !differing(&fact.id));
    let agreeing = agreeing.map(|(fact, place)| Compared {
        outcome: Outcome::Agrees,
        name: fact.name.clone(),
        reference: fact.values.last().map(|v| fact.reference(findings.published.and_then(|at| fact.at(at)).unwrap_or(v))),
        evidence: view.evidence(&place),
    });
    let mut all: Vec<Compared> = figures.chain(statements).chain(citations).chain(agreeing).collect();
    all.sort_by_key(|c| (c.evidence.field, c.evidence.start));
    all
}
