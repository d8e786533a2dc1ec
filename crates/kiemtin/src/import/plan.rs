//! What does one row say, by the mapping?

use super::dates::DateFormat;
use super::mapping::Fixed;
use kiemtin_analyze::line::{Given, GivenDate};
use kiemtin_model::DocKind;
use serde_json::Value;

/// Names of fields that are told when a line has nothing to read.
const TOLD: usize = 20;

/// A row as it was read.
pub struct Row {
    /// Its number, from 1; the row of column names counts.
    pub number: u64,
    pub(super) content: Result<Content, RowFault>,
}

/// What a row holds.
pub(super) enum Content {
    /// Columns.
    Fields(Record),
    /// A line of JSON.
    Json(String),
}

/// The columns of a row, one behind the other.
pub(super) struct Record {
    pub(super) bytes: Vec<u8>,
    pub(super) ends: Vec<usize>,
}

/// What is wrong with a row.
#[derive(Debug, PartialEq)]
pub struct RowFault {
    /// Column, from 1; `None` for the whole row.
    pub column: Option<usize>,
    /// What is wrong.
    pub reason: String,
}

/// Where a field stands.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Place {
    /// In this column, from 0, with the name that the mapping gives it.
    Column(usize, String),
    /// In a JSON object: the keys on the way, and the name that the mapping gives it.
    Pointer(Vec<String>, String),
}

/// How rows become documents.
#[derive(Debug)]
pub struct Plan {
    pub(super) title: Option<Place>,
    pub(super) text: Option<Place>,
    pub(super) url: Option<Place>,
    pub(super) published_at: Option<Place>,
    pub(super) source: Option<Place>,
    pub(super) kind: Option<Place>,
    pub(super) id: Option<Place>,
    pub(super) fixed_source: Option<String>,
    pub(super) fixed: Fixed,
    pub(super) dates: DateFormat,
}

impl Row {
    /// Bytes that it holds in memory.
    pub fn size(&self) -> usize {
        match &self.content {
            Ok(Content::Fields(record)) => record.bytes.capacity(),
            Ok(Content::Json(text)) => text.len(),
            Err(_) => 0,
        }
    }
}

impl RowFault {
    /// Something wrong with a whole row.
    pub(super) fn whole(reason: String) -> Self {
        Self { column: None, reason }
    }
}

impl Record {
    /// Columns.
    pub(super) fn len(&self) -> usize {
        self.ends.len()
    }

    /// The bytes of a column, from 0; empty where there is none.
    pub(super) fn bytes(&self, column: usize) -> &[u8] {
        let start = column.checked_sub(1).and_then(|before| self.ends.get(before)).copied().unwrap_or(0);
        self.ends.get(column).and_then(|end| self.bytes.get(start..*end)).unwrap_or_default()
    }

    /// The text of a column, from 0.
    pub(super) fn text(&self, column: usize) -> Result<String, RowFault> {
        std::str::from_utf8(self.bytes(column)).map(str::to_owned).map_err(|error| RowFault {
            column: Some(column + 1),
            reason: format!("not UTF-8 at byte {} of the column; name the encoding in the mapping", error.valid_up_to() + 1),
        })
    }
}

impl Place {
    /// `a.b` or the JSON pointer `/a/b`.
    pub(super) fn pointer(name: &str) -> Self {
        let keys = match name.strip_prefix('/') {
            Some(rest) => rest.split('/').map(|key| key.replace("~1", "/").replace("~0", "~")).collect(),
            None => name.split('.').map(str::to_owned).collect(),
        };
        Self::Pointer(keys, name.to_owned())
    }

    fn fault(&self, reason: &str) -> RowFault {
        match self {
            Self::Column(column, name) => RowFault { column: Some(column + 1), reason: format!("\"{name}\": {reason}") },
            Self::Pointer(_, name) => RowFault { column: None, reason: format!("\"{name}\": {reason}") },
        }
    }
}

/// A row that can be looked into.
enum Cells {
    Fields(Record),
    Object(Value),
}

impl Cells {
    /// The text at a place; empty where there is none.
    fn text(&self, place: Option<&Place>) -> Result<String, RowFault> {
        let Some(place) = place else { return Ok(String::new()) };
        match (self, place) {
            (Self::Fields(record), Place::Column(column, _)) => record.text(*column),
            (Self::Object(object), Place::Pointer(keys, _)) => {
                let mut value = Some(object);
                for key in keys {
                    value = value.and_then(|v| v.get(key).or_else(|| v.get(key.parse::<usize>().ok()?)));
                }
                value.map_or(Ok(String::new()), |value| plain(value).ok_or_else(|| place.fault("got an object, expected text")))
            }
            _ => Ok(String::new()),
        }
    }
}

/// A value as text; paragraphs of a list on lines of their own. `None` for an object.
fn plain(value: &Value) -> Option<String> {
    match value {
        Value::Null => Some(String::new()),
        Value::String(text) => Some(text.clone()),
        Value::Bool(_) | Value::Number(_) => Some(value.to_string()),
        Value::Array(items) => {
            items.iter().map(|item| plain(item).filter(|_| !item.is_array())).collect::<Option<Vec<_>>>().map(|t| t.join("\n"))
        }
        Value::Object(_) => None,
    }
}

impl Plan {
    /// The document that a row holds.
    pub fn read(&self, row: Row) -> Result<Given, RowFault> {
        let cells = match row.content? {
            Content::Fields(record) => Cells::Fields(record),
            Content::Json(text) => Cells::Object(serde_json::from_str(&text).map_err(|e| RowFault::whole(format!("not JSON: {e}")))?),
        };
        if let Cells::Object(object) = &cells
            && !object.is_object()
        {
            return Err(RowFault::whole("expected a JSON object".into()));
        }
        let some = |place: &Option<Place>| cells.text(place.as_ref()).map(|text| Some(text.trim().to_owned()).filter(|t| !t.is_empty()));
        let (title, text) = (cells.text(self.title.as_ref())?, cells.text(self.text.as_ref())?);
        if title.trim().is_empty() && text.trim().is_empty() {
            return Err(self.nothing(&cells));
        }
        let kind = match (some(&self.kind)?, &self.kind) {
            (Some(word), Some(place)) => Some(word.to_lowercase().parse::<DocKind>().map_err(|reason| place.fault(&reason))?),
            _ => self.fixed.kind,
        };
        let published_at = match some(&self.published_at)? {
            None => GivenDate::Missing,
            Some(date) => self.dates.read(&date).map_or(GivenDate::Unreadable(date), GivenDate::At),
        };
        Ok(Given {
            url: some(&self.url)?,
            title,
            text,
            published_at,
            source: some(&self.source)?.or_else(|| self.fixed_source.clone()),
            kind,
            found_by: self.fixed.found_by,
            lang: self.fixed.lang.clone(),
            id: some(&self.id)?,
        })
    }

    /// A row without title and text, with what it has instead.
    fn nothing(&self, cells: &Cells) -> RowFault {
        let place = self.text.as_ref().or(self.title.as_ref());
        let has = match cells {
            Cells::Object(Value::Object(object)) => {
                let names: Vec<&str> = object.keys().map(String::as_str).take(TOLD).collect();
                format!("; the line has {}", names.join(", "))
            }
            _ => String::new(),
        };
        let reason = format!("neither title nor text{has}");
        place.map_or_else(|| RowFault::whole(reason.clone()), |place| place.fault(&reason))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use kiemtin_model::Time;

    fn plan(text: &str) -> Plan {
        let place = |name: &str| Some(Place::pointer(name));
        Plan {
            title: place("title"),
            text: place(text),
            url: place("link"),
            published_at: place("meta.date"),
            source: None,
            kind: place("kind"),
            id: place("id"),
            fixed_source: Some("kho".into()),
            fixed: Fixed::default(),
            dates: DateFormat::Auto,
        }
    }

    fn read(text: &str, line: &str) -> Result<Given, RowFault> {
        plan(text).read(Row { number: 1, content: Ok(Content::Json(line.into())) })
    }

    #[test]
    fn fields_of_json() {
        let given = read(
            "/body/0/p~1q",
            r#"{"title":"T","body":[{"p/q":["một","hai"]}],"meta":{"date":"3/6/2025"},"id":7,"kind":"News","author":"x"}"#,
        )
        .unwrap();
        assert_eq!((given.text.as_str(), given.id.as_deref(), given.kind), ("một\nhai", Some("7"), Some(DocKind::News)));
        assert_eq!(given.published_at, GivenDate::At(Time::local(2025, 6, 3, 0, 0, 0).unwrap()));
        assert_eq!((given.source.as_deref(), given.url), (Some("kho"), None));
        let bad = read("body", r#"{"body":"b","meta":{"date":"hôm nọ"}}"#).unwrap();
        assert_eq!(bad.published_at, GivenDate::Unreadable("hôm nọ".into()));
    }

    #[test]
    fn faults_of_rows() {
        let check = |line: &str, words: &str| {
            let fault = read("body", line).unwrap_err();
            assert!(fault.reason.contains(words), "{line}: {fault:?}");
        };
        check("{", "not JSON");
        check("[1]", "expected a JSON object");
        check(r#"{"noi_dung":"x","author":"y"}"#, "the line has author, noi_dung");
        check(r#"{"body":{"a":1}}"#, "\"body\": got an object");
        check(r#"{"body":"b","kind":"blog"}"#, "news");
        check(&format!("{}1{}", "[".repeat(5_000), "]".repeat(5_000)), "not JSON");
        let record = Record { bytes: b"ab\xffc".to_vec(), ends: vec![2, 4] };
        assert_eq!(record.text(0).unwrap(), "ab");
        assert_eq!(record.text(1).unwrap_err().column, Some(2));
        assert!(record.bytes(2).is_empty());
    }
}
