//! Which official documents are on record?

use crate::faults::{ConfigFile, Fault};
use crate::record::facts::day;
use kiemtin_model::{LearnedDocument, Reference, Time};
use kiemtin_text::cite::{Citation, number_key};
use kiemtin_text::key::folded;
use kiemtin_text::{Key, scan};
use serde::Deserialize;
use std::collections::HashMap;

/// A document on record.
#[derive(Clone, Debug)]
pub struct KnownDocument {
    /// Number as issued.
    pub number: String,
    /// Kind of document, `Quyết định`.
    pub kind: String,
    /// The body that issued it.
    pub issuer: String,
    /// Year, month and day of issue.
    pub date: (i16, i8, i8),
    /// What it is about, in its own words.
    pub title: String,
    /// Field that its subject belongs to; documents of one field are about the same matter. Empty: not known.
    pub field: String,
    /// Phrases one of which any text about its subject holds, as folded keys.
    pub(super) keywords: Vec<Vec<Key>>,
}

/// Known official documents, by number.
#[derive(Clone, Debug, Default)]
pub struct DocumentRegister {
    documents: Vec<KnownDocument>,
    by_number: HashMap<String, Vec<usize>>,
    /// By running number and kind, whatever year and body: where a misquoted number is looked up.
    by_serial: HashMap<String, Vec<usize>>,
    /// Keywords of all documents that have a field, with that field.
    pub(super) fields: HashMap<Key, Vec<(Vec<Key>, String)>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct DocumentFile {
    number: String,
    kind: String,
    issuer: String,
    date: String,
    title: String,
    #[serde(default)]
    field: String,
    #[serde(default)]
    keywords: Vec<String>,
}

impl DocumentRegister {
    /// Reads `config/documents/*.toml`.
    pub fn load(files: &[ConfigFile], faults: &mut Vec<Fault>) -> Self {
        let mut register = Self::default();
        for file in files {
            for (at, item) in file.items::<DocumentFile>("document", faults) {
                let number = scan(&item.number);
                let read = kiemtin_text::cite::citations(&number);
                match (day(&item.date).ok().and_then(ymd), read.first()) {
                    (None, _) => {
                        let message = format!("got \"{}\", expected a day like 2025-05-10", item.date);
                        faults.push(file.fault(at, "document.date", message));
                    }
                    (_, None) => {
                        let message = format!("got \"{}\", expected a document's number like 407/QĐ-TTg", item.number);
                        faults.push(file.fault(at, "document.number", message));
                    }
                    (Some(date), _) if register.numbered(&item.number).any(|d| d.date == date) => {
                        faults.push(file.fault(at, "document.number", format!("\"{}\" is already listed", item.number)));
                    }
                    (Some(date), Some(_)) => register.add(KnownDocument {
                        keywords: item.keywords.iter().map(|k| keys(k)).filter(|k| !k.is_empty()).collect(),
                        number: item.number,
                        kind: item.kind,
                        issuer: item.issuer,
                        date,
                        title: item.title,
                        field: item.field,
                    }),
                }
            }
        }
        register
    }

    /// Adds documents learned from official texts. What is configured wins; of two learned ones with the same number and
    /// year the first stays.
    pub fn with_learned(mut self, learned: impl IntoIterator<Item = LearnedDocument>) -> Self {
        for document in learned {
            let Some(date) = day(&document.date).ok().and_then(ymd) else { continue };
            let has_year = document.number.matches('/').count() > 1;
            let taken = self.numbered(&document.number).any(|d| has_year || d.date.0 == date.0);
            if !taken {
                let LearnedDocument { number, kind, issuer, title, .. } = document;
                self.add(KnownDocument { number, kind, issuer, date, title, field: String::new(), keywords: vec![] });
            }
        }
        self
    }

    /// Number of documents.
    pub fn len(&self) -> usize {
        self.documents.len()
    }

    /// Whether nothing is on record.
    pub fn is_empty(&self) -> bool {
        self.documents.is_empty()
    }

    fn add(&mut self, document: KnownDocument) {
        let index = self.documents.len();
        self.by_number.entry(number_key(&document.number)).or_default().push(index);
        if let Some(serial) = Misquoted::of(&document.number) {
            self.by_serial.entry(serial.key).or_default().push(index);
        }
        if !document.field.is_empty() {
            for keyword in &document.keywords {
                let Some(first) = keyword.first() else { continue };
                self.fields.entry(*first).or_default().push((keyword.clone(), document.field.clone()));
            }
        }
        self.documents.push(document);
    }

    /// The documents with a number.
    pub(crate) fn numbered(&self, number: &str) -> impl Iterator<Item = &KnownDocument> {
        let indices = self.by_number.get(&number_key(number)).map_or(&[][..], Vec::as_slice);
        indices.iter().filter_map(|i| self.documents.get(*i))
    }

    /// The documents whose number differs from a cited one in the year alone, or in the body alone.
    pub(super) fn misquoted(&self, citation: &Citation) -> impl Iterator<Item = &KnownDocument> {
        let cited = Misquoted::of(&citation.number);
        let indices = cited.as_ref().and_then(|c| self.by_serial.get(&c.key)).map_or(&[][..], Vec::as_slice);
        let documents = indices.iter().filter_map(|i| self.documents.get(*i));
        documents.filter(move |d| {
            // «83/NĐ-CP» only leaves the year out.
            let one = |own: &Misquoted, cited: &Misquoted| {
                own.year.is_some() == cited.year.is_some() && (own.year == cited.year || own.body == cited.body)
            };
            Misquoted::of(&d.number).zip(cited.as_ref()).is_some_and(|(own, cited)| one(&own, cited))
        })
    }
}

impl KnownDocument {
    /// Whether a body named in a text is the one that issued it. The Prime Minister signs for the Government in common speech.
    pub(super) fn issued_by(&self, stated: &str) -> bool {
        let same = |a: &str, b: &str| folded(a).contains(&folded(b));
        same(&self.issuer, stated) || same(stated, &self.issuer)
    }

    /// Whether a kind named in a text is its own. A law may be cited as the resolution that passed it, and a letter as anything.
    pub(super) fn is_kind(&self, stated: &str) -> bool {
        let (own, stated) = (folded(&self.kind), folded(stated));
        own == stated || own.contains(&stated) || stated.contains(&own) || own == "bo luat" && stated == "luat"
    }

    /// Day of issue, `2022-03-30`.
    pub fn day(&self) -> String {
        let (year, month, day) = self.date;
        format!("{year:04}-{month:02}-{day:02}")
    }

    /// Day of issue as people write it, `30/03/2022`.
    pub fn vi_day(&self) -> String {
        let (year, month, day) = self.date;
        format!("{day:02}/{month:02}/{year}")
    }

    /// How it is shown next to a claim.
    pub fn reference(&self) -> Reference {
        let text = format!("{} số {} ngày {} của {}: {}", self.kind, self.number, self.vi_day(), self.issuer, self.title);
        Reference { label: self.number.clone(), text, url: None }
    }
}

/// Folded keys of a phrase.
pub(super) fn keys(phrase: &str) -> Vec<Key> {
    scan(phrase).tokens.iter().map(|t| t.fold).collect()
}

/// The parts of a number in which a slip is looked for: `80/2023/NĐ-CP` is 80 and `nd`, 2023, `cp`; `104/2016/QH13` is 104 and
/// `qh`, 2016, `13`.
struct Misquoted {
    key: String,
    year: Option<String>,
    body: String,
}

impl Misquoted {
    fn of(number: &str) -> Option<Self> {
        let key = number_key(number);
        let (serial, rest) = key.split_once('/')?;
        let (year, symbol) = rest.split_once('/').map_or((None, rest), |(year, symbol)| (Some(year.to_owned()), symbol));
        let at = symbol.find(|c: char| !c.is_alphabetic()).unwrap_or(symbol.len());
        let (kind, body) = symbol.split_at_checked(at)?;
        Some(Self { key: format!("{serial}/{kind}"), year, body: body.to_owned() })
    }
}

fn ymd(time: Time) -> Option<(i16, i8, i8)> {
    let day = time.day();
    let mut parts = day.split('-');
    Some((parts.next()?.parse().ok()?, parts.next()?.parse().ok()?, parts.next()?.parse().ok()?))
}
