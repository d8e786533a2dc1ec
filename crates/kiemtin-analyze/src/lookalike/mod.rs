//! Does a host in a text imitate the ministry's, EVN's or another protected one?
//!
//! Only hosts that the text itself names count; where a document was found carries no weight.

mod disguise;
mod protected;

#[cfg(test)]
mod tests;

pub use protected::ProtectedDomains;

use crate::rules::{Place, View};
use kiemtin_model::Field;
use kiemtin_text::hosts::hosts;

/// How a host imitates another one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Imitation {
    /// Letters that look alike: `m0it.gov.vn`, Cyrillic `о`.
    Letters,
    /// The whole host inside another one: `evn.com.vn.thanhtoan.xyz`.
    Inside,
    /// The whole host with dashes for dots: `moit-gov-vn.com`.
    Dashes,
    /// The same name under another ending: `congthuong.org`.
    Ending,
    /// One letter more, less or other: `conqthuong.vn`.
    Spelling,
    /// A protected name with a lure: `evn-thanhtoan.example`.
    Lure,
}

/// A host that imitates a protected one.
#[derive(Clone, Debug)]
pub struct Lookalike<'a> {
    /// Where it stands.
    pub place: Place,
    /// Its name.
    pub host: String,
    /// The protected host or name that it imitates.
    pub imitates: &'a str,
    /// How.
    pub by: Imitation,
}

impl ProtectedDomains {
    /// All look-alikes that a document names, in title and text.
    pub fn findings(&self, view: &View<'_>) -> Vec<Lookalike<'_>> {
        if self.is_empty() {
            return vec![];
        }
        let [title, text] = [Field::Title, Field::Text].map(|f| view.scanned(f));
        let mut found = vec![];
        for (field, scanned) in [(Field::Title, title), (Field::Text, text)] {
            for host in hosts(scanned) {
                if let Some((imitates, by)) = self.imitated(&host.name) {
                    let sentence = view.sentence_at(field, host.span.start);
                    let place = Place { field, start: host.span.start, end: host.span.end, sentence };
                    found.push(Lookalike { place, host: host.name, imitates, by });
                }
            }
        }
        found
    }
}
