//! Is a cited official document known, and is it cited rightly?

mod forms;
mod learn;
mod register;
mod subject;

#[cfg(test)]
mod tests;

pub use learn::learn;
pub use register::{DocumentRegister, KnownDocument};

use crate::rules::{Place, View};
use kiemtin_model::{Field, Time};
use kiemtin_text::Scanned;
use kiemtin_text::cite::{Citation, StatedDate, citations};

/// How a citation is at fault.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CiteFault {
    /// Another date than on record.
    Date,
    /// Another body than on record.
    Issuer,
    /// Another kind of document than on record.
    Kind,
    /// Another subject than on record.
    Subject,
    /// The subject is that of a document with another year or body in its number.
    Number,
    /// A date that the calendar does not have.
    NoSuchDay,
    /// A date after the text that cites it.
    Future,
    /// A number that no body gives; why, in words for people.
    Form(String),
}

/// A citation and how it stands to the record.
#[derive(Clone, Debug)]
pub struct Judged<'a> {
    /// The document on record that it names, or must mean.
    pub known: Option<&'a KnownDocument>,
    /// What is wrong; empty when nothing is.
    pub faults: Vec<CiteFault>,
}

/// What `kiemtin cite` calls a citation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CiteStatus {
    /// On record, and nothing differs.
    Known,
    /// Not on record, which does not hold all documents.
    Unknown,
    /// On record, and something differs.
    Mismatch,
}

impl CiteStatus {
    /// The word of the public format.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Known => "known",
            Self::Unknown => "unknown",
            Self::Mismatch => "mismatch",
        }
    }
}

impl Judged<'_> {
    /// Known, unknown or mismatch.
    pub fn status(&self) -> CiteStatus {
        match self.known {
            None => CiteStatus::Unknown,
            Some(_) if self.faults.iter().any(CiteFault::differs) => CiteStatus::Mismatch,
            Some(_) => CiteStatus::Known,
        }
    }
}

impl CiteFault {
    /// The text and the record disagree (and not: the citation is impossible in itself).
    fn differs(&self) -> bool {
        matches!(self, Self::Date | Self::Issuer | Self::Kind | Self::Subject | Self::Number)
    }
}

/// What a rule asks of a citation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CiteTest {
    /// On record and cited rightly.
    Known,
    /// Not on record.
    Unknown,
    /// On record, and something differs.
    Mismatch,
    /// A date that does not exist or lies in the future.
    ImpossibleDate,
    /// A number that no body gives.
    Impossible,
}

impl CiteTest {
    /// Reads the word of a rule file; the error says what was expected.
    pub fn parse(word: &str) -> Result<Self, String> {
        Ok(match word {
            "known" => Self::Known,
            "unknown" => Self::Unknown,
            "mismatch" => Self::Mismatch,
            "impossible_date" => Self::ImpossibleDate,
            "impossible" => Self::Impossible,
            other => {
                return Err(format!("cites: got \"{other}\", expected known, unknown, mismatch, impossible_date or impossible"));
            }
        })
    }
}

/// A citation of a document with its place.
#[derive(Clone, Debug)]
pub struct CitationFinding<'a> {
    /// As it stands in the text.
    pub citation: Citation,
    /// Where.
    pub place: Place,
    /// How it stands to the record.
    pub judged: Judged<'a>,
}

impl CitationFinding<'_> {
    /// Whether a rule's test holds. `issuer`: a part of the number's symbol (`BCT`) or a field of the register (`xang-dau`).
    pub fn is(&self, test: CiteTest, issuer: Option<&str>) -> bool {
        let faults = &self.judged.faults;
        let holds = match test {
            CiteTest::Known => self.judged.status() == CiteStatus::Known,
            CiteTest::Unknown => self.judged.status() == CiteStatus::Unknown,
            CiteTest::Mismatch => self.judged.status() == CiteStatus::Mismatch,
            CiteTest::ImpossibleDate => faults.iter().any(|f| matches!(f, CiteFault::NoSuchDay | CiteFault::Future)),
            CiteTest::Impossible => faults.iter().any(|f| matches!(f, CiteFault::Form(_))),
        };
        holds
            && issuer.is_none_or(|i| {
                self.citation.symbol.iter().any(|s| s.eq_ignore_ascii_case(i)) || self.judged.known.is_some_and(|k| k.field == i)
            })
    }
}

impl DocumentRegister {
    /// All citations of a document with what the record says of them.
    pub fn findings(&self, view: &View<'_>, time: Option<Time>) -> Vec<CitationFinding<'_>> {
        let [title, text] = [Field::Title, Field::Text].map(|f| view.scanned(f));
        let mut found = vec![];
        for (field, scanned) in [(Field::Title, title), (Field::Text, text)] {
            for citation in citations(scanned) {
                let sentence = view.sentence_at(field, citation.start);
                let place = Place { field, start: citation.start, end: citation.end, sentence };
                let judged = self.judge(scanned, &citation, time);
                found.push(CitationFinding { citation, place, judged });
            }
        }
        found
    }

    /// How a citation stands to the record; `time`: when the text was published.
    pub fn judge(&self, scanned: &Scanned<'_>, citation: &Citation, time: Option<Time>) -> Judged<'_> {
        let mut faults = vec![];
        let stated = citation.date.and_then(|d| d.whole()).map(|(y, m, d)| Time::local(y, m, d, 0, 0, 0));
        if stated == Some(None) || citation.date.is_some_and(|d| d.whole().is_none() && never(&d)) {
            faults.push(CiteFault::NoSuchDay);
        }
        let stated = stated.flatten();
        if let (Some(stated), Some(now)) = (stated, time)
            && stated > now.plus(kiemtin_model::time::DAY_MS)
        {
            faults.push(CiteFault::Future);
        }
        faults.extend(forms::fault(citation, time).map(CiteFault::Form));
        let known = self.named(scanned, citation, &mut faults);
        Judged { known, faults }
    }

    fn named(&self, scanned: &Scanned<'_>, citation: &Citation, faults: &mut Vec<CiteFault>) -> Option<&KnownDocument> {
        let same: Vec<&KnownDocument> = self.numbered(&citation.number).collect();
        if same.is_empty() {
            // «80/2021/NĐ-CP về kinh doanh xăng dầu», «599/QĐ-TTg về giá bán lẻ điện»: the subject tells which one is meant.
            let meant = self.misquoted(citation).find(|k| subject::told(scanned, citation, k))?;
            faults.push(CiteFault::Number);
            return Some(meant);
        }
        let known = match citation.date {
            None => same.first()?,
            Some(date) => match same.iter().find(|k| agrees(&date, k.date)) {
                Some(right) => right,
                None => {
                    // A number without a year is given again every year: a wholly different date may be a different
                    // document, unless something ties it to the one on record.
                    let tied = |k: &&&KnownDocument| citation.year.is_some() || close(&date, k.date) || subject::near(scanned, citation, k);
                    let meant = same.iter().find(tied)?;
                    faults.push(CiteFault::Date);
                    meant
                }
            },
        };
        let known = *known;
        if citation.stated_issuer.is_some_and(|i| !known.issued_by(i)) {
            faults.push(CiteFault::Issuer);
        }
        if citation.stated_kind.is_some_and(|k| !known.is_kind(k)) {
            faults.push(CiteFault::Kind);
        }
        if subject::other_law(scanned.text, citation, known) {
            faults.push(CiteFault::Subject);
        } else if !faults.contains(&CiteFault::Date) && self.other_subject(scanned, citation, known) {
            // Without a year in the number and without the date it may be another year's document.
            if citation.year.is_none() && citation.date.is_none_or(|d| d.whole().is_none()) {
                return None;
            }
            faults.push(CiteFault::Subject);
        }
        Some(known)
    }
}

/// A month or day that no year has.
fn never(date: &StatedDate) -> bool {
    // 2024 has a 29 February.
    Time::local(date.year.unwrap_or(2024), date.month, date.day.unwrap_or(1), 0, 0, 0).is_none()
}

/// What is stated of a date fits the day on record.
fn agrees(date: &StatedDate, (year, month, day): (i16, i8, i8)) -> bool {
    date.year.is_none_or(|y| y == year) && date.month == month && date.day.is_none_or(|d| d == day)
}

/// The stated date shares the year, or day and month, with the one on record: a slip of the other part.
fn close(date: &StatedDate, (year, month, day): (i16, i8, i8)) -> bool {
    date.year == Some(year) || (date.year.is_some() && date.month == month && date.day == Some(day))
}
