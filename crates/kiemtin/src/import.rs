//! How are files of another house read: CSV or NDJSON under a mapping that names their columns?
//!
//! ```text
//! bytes --decoded.rs--> UTF-8 --table.rs, input.rs--> Row --plan.rs--> Given --read_given()--> Document
//! ```
//!
//! Memory is bounded for every file: a row over [`MAX_LINE`](crate::input::MAX_LINE) is passed over. Only the columns that
//! the mapping names are looked at; a column of authors cannot be named.

mod dates;
mod decoded;
mod mapping;
mod plan;
mod table;

pub use mapping::Mapping;
pub use plan::{Plan, Row, RowFault};

use crate::input::{Bytes, Input, InputLine};
use decoded::Decoded;
use mapping::Format;
use plan::Content;
use std::io::BufReader;
use std::path::Path;
use std::sync::Arc;
use table::Table;

/// The rows of one file.
pub struct Import {
    rows: Rows,
    /// How its rows become documents.
    pub plan: Arc<Plan>,
    /// Size of the file, compressed as it is; 0 for standard input.
    pub size: u64,
}

enum Rows {
    Csv(Box<Table>),
    Lines(Input),
}

impl Import {
    /// Opens a file and looks whether it has the columns of the mapping.
    pub fn open(mapping: &Mapping, path: &Path) -> anyhow::Result<Self> {
        let mut bytes = Bytes::open(path)?;
        let size = bytes.size;
        let reader = std::mem::replace(&mut bytes.reader, Box::new(std::io::empty()));
        let decoded = Decoded::new(reader, mapping.encoding)?;
        bytes.reader = Box::new(BufReader::with_capacity(1 << 16, decoded));
        let (rows, header) = match mapping.format {
            Format::Csv => {
                let mut table = Table::new(bytes, mapping.delimiter);
                let header = table.header().map_err(|reason| anyhow::anyhow!("{}:1: {reason}", path.display()))?;
                (Rows::Csv(Box::new(table)), Some(header))
            }
            Format::Ndjson => (Rows::Lines(Input::over(bytes)), None),
        };
        let plan = mapping.plan(header.as_deref(), path).map_err(|faults| crate::config::told(&faults))?;
        Ok(Self { rows, plan: Arc::new(plan), size })
    }

    /// Bytes of the file read so far, compressed as it is.
    pub fn position(&self) -> u64 {
        match &self.rows {
            Rows::Csv(table) => table.position(),
            Rows::Lines(input) => input.position(),
        }
    }

    /// The next row; `None` at the end.
    pub fn next_row(&mut self) -> Option<Row> {
        match &mut self.rows {
            Rows::Csv(table) => table.next_row(),
            Rows::Lines(input) => input.next_line().map(|(number, line)| {
                let content = match line {
                    InputLine::Text(text) => Ok(Content::Json(text)),
                    InputLine::Bad(reason) => Err(RowFault::whole(reason)),
                };
                Row { number, content }
            }),
        }
    }
}
