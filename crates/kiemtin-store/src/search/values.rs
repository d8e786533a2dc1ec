//! Which values does a field have in the whole index, and which of them do these documents have?
//!
//! Every segment numbers the values of a field for itself. Here they get numbers of the whole index, so that counts of several
//! segments go into one list.

use super::gather::engine;
use crate::index::IndexError;
use std::collections::BTreeSet;
use std::ops::Range;
use tantivy::columnar::{Column, StrColumn};
use tantivy::{DocId, Searcher, SegmentReader};

/// The values of a field in the whole index, in the order of their letters. The first is empty and stands for none.
pub(super) fn names(searcher: &Searcher, field: &str) -> Result<Vec<String>, IndexError> {
    let mut names = BTreeSet::new();
    for segment in searcher.segment_readers() {
        if let Some(column) = segment.fast_fields().str(field).map_err(engine)? {
            each_name(&column, |name| {
                if !names.contains(name) {
                    names.insert(name.to_owned());
                }
            })?;
        }
    }
    names.remove("");
    Ok(std::iter::once(String::new()).chain(names).collect())
}

fn each_name(column: &StrColumn, mut take: impl FnMut(&str)) -> Result<(), IndexError> {
    let mut stream = column.dictionary().stream().map_err(engine)?;
    while stream.advance() {
        take(std::str::from_utf8(stream.key()).map_err(engine)?);
    }
    Ok(())
}

/// The values of a field in one segment.
pub(super) struct Values {
    column: Option<Column<u64>>,
    /// By number in the segment.
    numbers: Vec<u32>,
    docs: Vec<DocId>,
    rows: Vec<u32>,
    ords: Vec<u64>,
}

impl Values {
    pub(super) fn open(segment: &SegmentReader, field: &str, names: &[String]) -> Result<Self, IndexError> {
        let mut values = Self { column: None, numbers: vec![], docs: vec![], rows: vec![], ords: vec![] };
        if let Some(column) = segment.fast_fields().str(field).map_err(engine)? {
            each_name(&column, |name| {
                let number = names.binary_search_by(|known| known.as_str().cmp(name)).unwrap_or_default();
                values.numbers.push(u32::try_from(number).unwrap_or_default());
            })?;
            values.column = Some(column.ords().clone());
        }
        Ok(values)
    }

    /// The numbers of the values of these documents, which ascend; 0 where there is none.
    pub(super) fn read(&mut self, docs: &[DocId], into: &mut Numbers) {
        into.numbers.clear();
        into.ends.clear();
        let Some(column) = &self.column else {
            into.numbers.resize(docs.len(), 0);
            return;
        };
        self.docs.clear();
        self.rows.clear();
        column.row_ids_for_docs(docs, &mut self.docs, &mut self.rows);
        self.ords.resize(self.rows.len(), 0);
        // Rows side by side are unpacked together.
        match (self.rows.first(), self.rows.last()) {
            (Some(first), Some(last)) if (last - first) as usize + 1 == self.rows.len() => {
                column.values.get_range(u64::from(*first), &mut self.ords);
            }
            _ => column.values.get_vals(&self.rows, &mut self.ords),
        }
        let numbers = &self.numbers;
        let number = |ord: &u64| usize::try_from(*ord).ok().and_then(|ord| numbers.get(ord)).copied().unwrap_or(0);
        let several = column.get_cardinality().is_multivalue();
        if self.docs.len() == docs.len() && !several {
            into.numbers.extend(self.ords.iter().map(number));
            return;
        }
        let mut found = self.docs.iter().zip(&self.ords).peekable();
        for doc in docs {
            let before = into.numbers.len();
            while let Some((_, ord)) = found.next_if(|(of, _)| *of == doc) {
                into.numbers.push(number(ord));
            }
            if into.numbers.len() == before {
                into.numbers.push(0);
            }
            if several {
                into.ends.push(into.numbers.len());
            }
        }
    }
}

/// Values of some documents, by number.
#[derive(Default)]
pub(super) struct Numbers {
    numbers: Vec<u32>,
    /// Where those of each document end; empty: each has one.
    ends: Vec<usize>,
}

impl Numbers {
    /// One value for each of the documents at these places, if that is so.
    pub(super) fn single(&self, places: &Range<usize>) -> Option<&[u32]> {
        if self.ends.is_empty() { self.numbers.get(places.clone()) } else { None }
    }

    /// The values of the document at this place.
    pub(super) fn of(&self, at: usize) -> &[u32] {
        if self.ends.is_empty() {
            return self.numbers.get(at..=at).unwrap_or_default();
        }
        let start = at.checked_sub(1).and_then(|before| self.ends.get(before)).copied().unwrap_or(0);
        self.ends.get(at).and_then(|end| self.numbers.get(start..*end)).unwrap_or_default()
    }
}
