//! What is wrong in a configuration file, where, and what was expected?

use serde::Deserialize;
use std::fmt;
use toml::de::{DeTable, DeValue};

/// A configuration file as it was read.
#[derive(Clone, Debug)]
pub struct ConfigFile {
    /// Path as shown to people.
    pub path: String,
    /// Its text.
    pub text: String,
}

/// One fault of the configuration.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Fault {
    /// File.
    pub path: String,
    /// Line, from 1.
    pub line: usize,
    /// Column in Unicode scalar values, from 1; 0 when only the line is known.
    pub column: usize,
    /// Key, e.g. `rule.evidence.who.query`.
    pub key: String,
    /// What is wrong: what was got and what was expected.
    pub message: String,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:", self.path, self.line)?;
        if self.column > 0 {
            write!(f, "{}:", self.column)?;
        }
        write!(f, " {}: {}", self.key, self.message)
    }
}

impl ConfigFile {
    /// Line of a byte, from 1.
    pub fn line(&self, at: usize) -> usize {
        1 + self.text.bytes().take(at).filter(|b| *b == b'\n').count()
    }

    /// A fault at a byte of this file.
    pub fn fault(&self, at: usize, key: &str, message: impl Into<String>) -> Fault {
        Fault { path: self.path.clone(), line: self.line(at), column: 0, key: key.into(), message: message.into() }
    }

    /// Byte of a key's value in the tables `table` of this file (`[table]` or `[[table]]`), the `number`-th of them from 0; the
    /// place of the table when it has no such key, of the file's begin when there is no such table.
    pub fn place(&self, table: &str, number: usize, key: &str) -> usize {
        let (root, _) = DeTable::parse_recoverable(&self.text);
        let Some(found) = root.get_ref().get(table) else { return 0 };
        let one = match found.get_ref() {
            DeValue::Array(list) => list.get(number).unwrap_or(found),
            _ => found,
        };
        let value = match one.get_ref() {
            DeValue::Table(keys) => keys.get(key),
            _ => None,
        };
        value.unwrap_or(one).span().start
    }

    /// A fault inside a string value: `value` is the byte range of the value with its quotes, `at` the place in the string in
    /// Unicode scalar values. Escapes before that place move it.
    pub fn fault_inside(&self, value: std::ops::Range<usize>, at: usize, key: &str, message: impl Into<String>) -> Fault {
        let raw = self.text.get(value.clone()).unwrap_or("");
        let quotes = if raw.starts_with("'''") || raw.starts_with("\"\"\"") { 3 } else { 1 };
        // A line end right after three quotes does not belong to the string.
        let skipped = raw.get(quotes..).map_or(0, |r| usize::from(quotes == 3 && r.starts_with('\n')));
        let inside = raw.get(quotes + skipped..).unwrap_or("");
        let offset = inside.char_indices().nth(at).map_or(inside.len(), |(i, _)| i);
        let byte = value.start + quotes + skipped + offset;
        let line_start = self.text.get(..byte).and_then(|t| t.rfind('\n')).map_or(0, |i| i + 1);
        let column = 1 + self.text.get(line_start..byte).map_or(0, |t| t.chars().count());
        Fault { column, ..self.fault(byte, key, message) }
    }

    /// The file's name without folder and `.toml`.
    pub fn stem(&self) -> &str {
        let name = self.path.rsplit('/').next().unwrap_or(&self.path);
        name.strip_suffix(".toml").unwrap_or(name)
    }

    /// Reads the whole file as one item; faults are added to `faults`.
    pub fn read<T: for<'de> Deserialize<'de>>(&self, faults: &mut Vec<Fault>) -> Option<T> {
        let table = self.parse(faults)?;
        let root = toml::Spanned::new(table.span(), DeValue::Table(table.into_inner()));
        self.item("", root, faults).map(|(_, item)| item)
    }

    /// Reads the tables `[[name]]` one by one, so that a fault in one hides none in the others.
    /// Gives each with its byte position. Other keys at the top level are faults.
    pub fn items<T: for<'de> Deserialize<'de>>(&self, name: &str, faults: &mut Vec<Fault>) -> Vec<(usize, T)> {
        self.items_among(name, &[name], faults)
    }

    /// The same for a file with tables of several names: those of `name` are read. What is wrong with the file as a whole,
    /// unknown keys included, is told once, when the first of the names is read.
    pub fn items_among<T: for<'de> Deserialize<'de>>(&self, name: &str, names: &[&str], faults: &mut Vec<Fault>) -> Vec<(usize, T)> {
        let first = names.first() == Some(&name);
        let mut told = vec![];
        let Some(table) = self.parse(if first { faults } else { &mut told }) else { return vec![] };
        let mut items = vec![];
        for (key, value) in table.into_inner() {
            let at = key.span().start;
            match value.into_inner() {
                DeValue::Array(array) if names.iter().any(|n| key.as_ref() == *n) => {
                    let own = array.into_iter().filter(|_| key.as_ref() == name);
                    items.extend(own.filter_map(|item| self.item(name, item, faults)));
                }
                _ if first => {
                    let known: Vec<String> = names.iter().map(|n| format!("[[{n}]]")).collect();
                    faults.push(self.fault(at, key.as_ref(), format!("unknown key, expected only {} tables", known.join(", "))));
                }
                _ => {}
            }
        }
        items
    }

    fn item<T: for<'de> Deserialize<'de>>(
        &self,
        name: &str,
        item: toml::Spanned<DeValue<'_>>,
        faults: &mut Vec<Fault>,
    ) -> Option<(usize, T)> {
        let at = item.span().start;
        match T::deserialize(toml::de::ValueDeserializer::from(item)) {
            Ok(item) => Some((at, item)),
            Err(error) => {
                let at = error.span().map_or(at, |s| s.start);
                faults.push(self.fault(at, name, error.message()));
                None
            }
        }
    }

    fn parse(&self, faults: &mut Vec<Fault>) -> Option<toml::Spanned<DeTable<'_>>> {
        let (table, errors) = DeTable::parse_recoverable(&self.text);
        let broken = !errors.is_empty();
        for error in errors {
            faults.push(self.fault(error.span().map_or(0, |s| s.start), "TOML", error.message()));
        }
        (!broken).then_some(table)
    }
}
