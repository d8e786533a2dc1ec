//! Rows of a CSV file, of which one may have 200 MB: bounded memory, and the rest of the file goes on behind it.

use super::plan::{Content, Record, Row, RowFault};
use crate::input::{Bytes, MAX_LINE};
use csv_core::{ReadRecordResult, Reader, ReaderBuilder};
use std::io::BufRead;

/// Most columns of a file.
const MAX_COLUMNS: usize = 1_000;
/// Bytes that a row has room for at first.
const FIRST_ROOM: usize = 16 << 10;

/// Reads rows.
pub struct Table {
    bytes: Bytes,
    core: Reader,
    number: u64,
    columns: usize,
    ended: bool,
}

/// What became of reading one row.
enum Step {
    Record(Record),
    TooLarge(u64),
    End,
}

impl Table {
    /// Over UTF-8 bytes.
    pub fn new(bytes: Bytes, delimiter: u8) -> Self {
        let core = ReaderBuilder::new().delimiter(delimiter).build();
        Self { bytes, core, number: 0, columns: 0, ended: false }
    }

    /// Bytes of the file read so far, compressed as it is.
    pub fn position(&self) -> u64 {
        self.bytes.position()
    }

    /// The names of the columns: the first row.
    pub fn header(&mut self) -> Result<Vec<String>, String> {
        match self.step() {
            Ok(Step::Record(record)) => {
                self.number = 1;
                self.columns = record.len();
                let name = |column| record.text(column).map(|name| name.trim().to_owned()).map_err(|fault| fault.reason);
                (0..record.len()).map(name).collect()
            }
            Ok(Step::TooLarge(bytes)) => Err(format!("the first row has {bytes} bytes, expected the names of the columns")),
            Ok(Step::End) => Err("the file is empty, expected the names of the columns in its first row".into()),
            Err(error) => Err(format!("the file cannot be read: {error}")),
        }
    }

    /// The next row; `None` at the end.
    pub fn next_row(&mut self) -> Option<Row> {
        if self.ended {
            return None;
        }
        self.number += 1;
        let content = match self.step() {
            Ok(Step::End) => return None,
            Ok(Step::Record(record)) => {
                // A row may end in empty columns that have no name.
                let empty_rest = (self.columns..record.len()).all(|column| record.bytes(column).is_empty());
                if record.len() < self.columns || !empty_rest {
                    let (got, expected) = (record.len(), self.columns);
                    Err(RowFault::whole(format!("got {got} columns, expected {expected} as in the first row (is a quote not closed?)")))
                } else {
                    Ok(Content::Fields(record))
                }
            }
            Ok(Step::TooLarge(bytes)) => {
                let most = format!("at most {MAX_LINE} bytes and {MAX_COLUMNS} columns are read");
                Err(RowFault::whole(format!("the row has {bytes} bytes (is a quote not closed?), {most}")))
            }
            Err(error) => {
                // A truncated or damaged archive: what came before is good, nothing comes after.
                self.ended = true;
                Err(RowFault::whole(format!("the file cannot be read any further: {error}")))
            }
        };
        Some(Row { number: self.number, content })
    }

    fn step(&mut self) -> std::io::Result<Step> {
        let mut record = Record { bytes: vec![0; FIRST_ROOM], ends: vec![0; 32] };
        let (mut written, mut fields) = (0, 0);
        let (mut read, mut too_large) = (0u64, false);
        loop {
            let input = self.bytes.reader.fill_buf()?;
            let to = record.bytes.get_mut(written..).unwrap_or_default();
            let ends = record.ends.get_mut(fields..).unwrap_or_default();
            let (result, used, out, ended) = self.core.read_record(input, to, ends);
            self.bytes.reader.consume(used);
            read += used as u64;
            written += out;
            fields += ended;
            match result {
                ReadRecordResult::InputEmpty => {}
                ReadRecordResult::OutputFull if record.bytes.len() < MAX_LINE => record.bytes.resize(record.bytes.len() * 2, 0),
                ReadRecordResult::OutputEndsFull if record.ends.len() < MAX_COLUMNS => {
                    let room = (record.ends.len() * 2).min(MAX_COLUMNS);
                    record.ends.resize(room, 0);
                }
                // The rest of the row is read over the same bytes and thrown away.
                ReadRecordResult::OutputFull | ReadRecordResult::OutputEndsFull => (written, fields, too_large) = (0, 0, true),
                ReadRecordResult::Record if too_large => return Ok(Step::TooLarge(read)),
                ReadRecordResult::Record => {
                    record.bytes.truncate(written);
                    record.ends.truncate(fields);
                    return Ok(Step::Record(record));
                }
                ReadRecordResult::End => return Ok(Step::End),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::{BufReader, Read};

    fn table(text: impl Read + Send + 'static, delimiter: u8) -> Table {
        let mut bytes = Bytes::open(tempfile::NamedTempFile::new().unwrap().path()).unwrap();
        bytes.reader = Box::new(BufReader::with_capacity(1 << 16, text));
        Table::new(bytes, delimiter)
    }

    fn check(text: &str, delimiter: u8, expected: &[(u64, Result<&[&str], &str>)]) {
        let mut table = table(std::io::Cursor::new(text.to_owned().into_bytes()), delimiter);
        table.header().unwrap();
        let rows: Vec<Row> = std::iter::from_fn(|| table.next_row()).collect();
        assert_eq!(rows.len(), expected.len(), "{text}");
        for (row, (number, content)) in rows.iter().zip(expected) {
            assert_eq!(row.number, *number, "{text}");
            match (&row.content, content) {
                (Ok(Content::Fields(record)), Ok(fields)) => {
                    let read: Vec<String> = (0..fields.len()).map(|i| record.text(i).unwrap()).collect();
                    assert_eq!(read, *fields, "{text}");
                }
                (Err(fault), Err(reason)) => assert!(fault.reason.contains(reason), "{text}: {}", fault.reason),
                _ => panic!("{text}: row {number}"),
            }
        }
    }

    #[test]
    fn rows() {
        check("a,b\n1,2\r\n\n\"x, \"\"y\"\"\nz\",3\n", b',', &[(2, Ok(&["1", "2"])), (3, Ok(&["x, \"y\"\nz", "3"]))]);
        check("a;b\n1,5;\n", b';', &[(2, Ok(&["1,5", ""]))]);
        check("a\tb\n1\t2\t\t\n", b'\t', &[(2, Ok(&["1", "2"]))]);
        check("a,b\n1\n1,2,3\n1,2", b',', &[(2, Err("got 1 columns, expected 2")), (3, Err("got 3")), (4, Ok(&["1", "2"]))]);
        check("a,b\n1,\"2\n3,4\n", b',', &[(2, Ok(&["1", "2\n3,4\n"]))]);
        check(&format!("a\n{}\nx", ",".repeat(5_000)), b',', &[(2, Err("at most")), (3, Ok(&["x"]))]);
        assert!(table(std::io::empty(), b',').header().unwrap_err().contains("empty"));
    }

    #[test]
    fn a_row_of_200_megabytes_is_passed_over() {
        let large = std::io::repeat(b'x').take(200 << 20);
        let mut table = table("a,b\n1,\"".as_bytes().chain(large).chain("\"\n3,4\n".as_bytes()), b',');
        table.header().unwrap();
        let (first, second) = (table.next_row().unwrap(), table.next_row().unwrap());
        assert!(first.content.is_err_and(|fault| fault.reason.contains("209715")));
        assert!(second.number == 3 && second.content.is_ok() && table.next_row().is_none());
    }
}
