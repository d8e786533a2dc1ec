//! What does a file hand in, one by one: document lines, or rows under a mapping?

use crate::import::{Import, Mapping, Plan, Row};
use crate::input::{Input, InputLine};
use kiemtin_analyze::line::{LineRules, ReadLine, read_given, read_line};
use std::path::Path;
use std::sync::Arc;

/// Documents per transaction.
const BATCH: usize = 500;
/// Bytes after which a transaction is full as well.
const BATCH_BYTES: usize = 32 << 20;

/// Reads one file.
pub(super) enum Reader {
    /// Document lines.
    Lines(Input),
    /// Rows of another house.
    Import(Import),
}

/// One line or row.
pub(super) enum Item {
    /// A document line and its number.
    Line(u64, InputLine),
    /// A row, and how it becomes a document.
    Row(Row, Arc<Plan>),
}

impl Reader {
    /// Opens a file, `-` for standard input.
    pub(super) fn open(path: &Path, mapping: Option<&Mapping>) -> anyhow::Result<Self> {
        Ok(match mapping {
            None => Self::Lines(Input::open(path)?),
            Some(mapping) => Self::Import(Import::open(mapping, path)?),
        })
    }

    /// Size of the file, compressed as it is; 0 for standard input.
    pub(super) fn size(&self) -> u64 {
        match self {
            Self::Lines(input) => input.size,
            Self::Import(import) => import.size,
        }
    }

    /// Bytes of the file read so far, compressed as it is.
    pub(super) fn position(&self) -> u64 {
        match self {
            Self::Lines(input) => input.position(),
            Self::Import(import) => import.position(),
        }
    }

    /// As many as one transaction takes; none at the end.
    pub(super) fn batch(&mut self) -> Vec<Item> {
        let (mut batch, mut bytes) = (vec![], 0);
        while batch.len() < BATCH && bytes < BATCH_BYTES {
            let Some(item) = self.next() else { break };
            bytes += item.size();
            batch.push(item);
        }
        batch
    }

    fn next(&mut self) -> Option<Item> {
        match self {
            Self::Lines(input) => input.next_line().map(|(number, line)| Item::Line(number, line)),
            Self::Import(import) => import.next_row().map(|row| Item::Row(row, Arc::clone(&import.plan))),
        }
    }
}

impl Item {
    /// The document; an error is the place in the file (`12`, or `12:3` with the column) and what is wrong there.
    pub(super) fn read(self, rules: &LineRules<'_>) -> Result<ReadLine, (String, String)> {
        match self {
            Self::Line(number, InputLine::Text(text)) => read_line(&text, rules).map_err(|e| (number.to_string(), e)),
            Self::Line(number, InputLine::Bad(reason)) => Err((number.to_string(), reason)),
            Self::Row(row, plan) => {
                let number = row.number;
                let given = plan.read(row).map_err(|fault| {
                    let column = fault.column.map_or(String::new(), |column| format!(":{column}"));
                    (format!("{number}{column}"), fault.reason)
                })?;
                read_given(given, rules).map_err(|e| (number.to_string(), e))
            }
        }
    }

    fn size(&self) -> usize {
        match self {
            Self::Line(_, InputLine::Text(text)) => text.len(),
            Self::Line(_, InputLine::Bad(_)) => 0,
            Self::Row(row, _) => row.size(),
        }
    }
}
