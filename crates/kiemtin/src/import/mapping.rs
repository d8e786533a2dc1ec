//! What does a mapping file say, and does it fit the file that is imported?

use super::dates::DateFormat;
use super::plan::{Place, Plan};
use encoding_rs::{Encoding, UTF_8};
use kiemtin_analyze::{ConfigFile, Fault};
use kiemtin_model::{DocKind, FoundBy};
use serde::Deserialize;
use std::path::Path;
use toml::Spanned;
use unicode_normalization::UnicodeNormalization;

/// Words in the name of a column that holds a person, in lower case without accents: never read, whatever it is mapped to.
const OF_PEOPLE: [&str; 14] = [
    "author",
    "authors",
    "byline",
    "creator",
    "journalist",
    "reporter",
    "username",
    "handle",
    "account",
    "tac gia",
    "tacgia",
    "nguoi viet",
    "phong vien",
    "tai khoan",
];
/// Names of columns that are told when one is missing.
const TOLD: usize = 40;
/// Longest id of a source, in bytes.
const LONGEST_SOURCE: usize = 64;

/// How a file is laid out.
#[derive(Clone, Copy, Debug, PartialEq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Format {
    /// Rows of columns; the first row names them.
    Csv,
    /// One JSON object per line.
    Ndjson,
}

/// The file as written.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    format: Format,
    source: Option<Spanned<String>>,
    encoding: Option<Spanned<String>>,
    delimiter: Option<Spanned<String>>,
    date_format: Option<Spanned<String>>,
    columns: Spanned<Columns>,
    #[serde(default)]
    fixed: Fixed,
}

/// Field of a document → column of the file. There is no field for an author.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Columns {
    title: Option<Spanned<String>>,
    text: Option<Spanned<String>>,
    url: Option<Spanned<String>>,
    published_at: Option<Spanned<String>>,
    source: Option<Spanned<String>>,
    kind: Option<Spanned<String>>,
    id: Option<Spanned<String>>,
}

/// What is the same for every row.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fixed {
    /// Kind of the documents.
    pub kind: Option<DocKind>,
    /// How they were found.
    pub found_by: Option<FoundBy>,
    /// Their language, ISO 639-1.
    pub lang: Option<String>,
}

/// A mapping that can be used.
pub struct Mapping {
    file: ConfigFile,
    columns: Columns,
    source: Option<String>,
    fixed: Fixed,
    dates: DateFormat,
    /// How the files are laid out.
    pub(super) format: Format,
    /// What their bytes mean where no mark at the front says it.
    pub(super) encoding: &'static Encoding,
    /// What stands between two columns.
    pub(super) delimiter: u8,
}

impl Mapping {
    /// Reads a mapping file; with faults, all of them as one error.
    pub fn load(path: &Path) -> anyhow::Result<Self> {
        Self::parse(crate::config::file(path)?).map_err(|faults| crate::config::told(&faults))
    }

    fn parse(file: ConfigFile) -> Result<Self, Vec<Fault>> {
        let mut faults = vec![];
        let Some(read) = file.read::<File>(&mut faults) else { return Err(faults) };
        let mut fault = |at: &Spanned<String>, key: &str, message: String| faults.push(file.fault(at.span().start, key, message));
        let mut encoding = UTF_8;
        if let Some(label) = &read.encoding {
            match Encoding::for_label(label.get_ref().as_bytes()) {
                Some(known) => encoding = known,
                None => {
                    fault(label, "encoding", format!("got \"{}\", expected a label like utf-8, windows-1258, utf-16le", label.get_ref()))
                }
            }
        }
        let mut delimiter = b',';
        if let Some(given) = &read.delimiter {
            match (given.get_ref().as_str(), given.get_ref().as_bytes()) {
                _ if read.format == Format::Ndjson => fault(given, "delimiter", "only files with format = \"csv\" have one".into()),
                ("tab", _) => delimiter = b'\t',
                (_, [one]) if one.is_ascii() && !matches!(one, b'"' | b'\r' | b'\n') => delimiter = *one,
                (other, _) => fault(given, "delimiter", format!("got \"{other}\", expected one character like ; or the word tab")),
            }
        }
        let mut dates = DateFormat::Auto;
        if let Some(given) = &read.date_format {
            match DateFormat::parse(given.get_ref()) {
                Ok(format) => dates = format,
                Err(message) => fault(given, "date_format", message),
            }
        }
        let columns = read.columns.get_ref();
        if let Some(source) = &read.source {
            if columns.source.is_some() {
                fault(source, "source", "got a fixed source and a column for it, expected one of them".into());
            } else if source.get_ref().trim().is_empty() || source.get_ref().len() > LONGEST_SOURCE {
                fault(source, "source", format!("expected an id of 1 to {LONGEST_SOURCE} bytes"));
            }
        }
        for (field, name) in columns.given() {
            if is_of_people(name.get_ref()) {
                let message = format!("got \"{}\": columns that name people are never read", name.get_ref());
                fault(name, &format!("columns.{field}"), message);
            }
        }
        if columns.title.is_none() && columns.text.is_none() {
            faults.push(file.fault(read.columns.span().start, "columns", "expected a column for title or text"));
        }
        if read.source.is_none() && columns.source.is_none() && columns.url.is_none() {
            faults.push(file.fault(0, "source", "missing, expected the id of the source, or a column for source or url"));
        }
        if !faults.is_empty() {
            return Err(faults);
        }
        let source = read.source.map(|s| s.into_inner().trim().to_owned());
        Ok(Self { columns: read.columns.into_inner(), source, fixed: read.fixed, dates, format: read.format, encoding, delimiter, file })
    }

    /// How the rows of a file with these columns become documents; a column that is not there is a fault.
    pub(super) fn plan(&self, header: Option<&[String]>, path: &Path) -> Result<Plan, Vec<Fault>> {
        let mut faults = vec![];
        let mut place = |field: &str, name: &Option<Spanned<String>>| {
            let name = name.as_ref()?;
            let Some(header) = header else { return Some(Place::pointer(name.get_ref())) };
            let found = header.iter().position(|h| h == name.get_ref().trim());
            let found = found.or_else(|| header.iter().position(|h| key(h) == key(name.get_ref())));
            if found.is_none() {
                let names: Vec<String> =
                    header.iter().take(TOLD).map(|h| format!("\"{}\"", h.chars().take(60).collect::<String>())).collect();
                let hint = if header.len() == 1 { "; with one column only, is delimiter right?" } else { "" };
                let message = format!("got \"{}\", expected a column of {}: {}{hint}", name.get_ref(), path.display(), names.join(", "));
                faults.push(self.file.fault(name.span().start, &format!("columns.{field}"), message));
            }
            Some(Place::Column(found?, name.get_ref().clone()))
        };
        let columns = &self.columns;
        let plan = Plan {
            title: place("title", &columns.title),
            text: place("text", &columns.text),
            url: place("url", &columns.url),
            published_at: place("published_at", &columns.published_at),
            source: place("source", &columns.source),
            kind: place("kind", &columns.kind),
            id: place("id", &columns.id),
            fixed_source: self.source.clone(),
            fixed: self.fixed.clone(),
            dates: self.dates.clone(),
        };
        if faults.is_empty() { Ok(plan) } else { Err(faults) }
    }
}

impl Columns {
    fn given(&self) -> impl Iterator<Item = (&'static str, &Spanned<String>)> {
        let all = [
            ("title", &self.title),
            ("text", &self.text),
            ("url", &self.url),
            ("published_at", &self.published_at),
            ("source", &self.source),
            ("kind", &self.kind),
            ("id", &self.id),
        ];
        all.into_iter().filter_map(|(field, name)| name.as_ref().map(|n| (field, n)))
    }
}

/// The name of a column as it is compared: composed, lower case, spaces folded.
fn key(name: &str) -> String {
    let name: String = name.nfc().collect::<String>().to_lowercase();
    name.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn is_of_people(name: &str) -> bool {
    let plain: String = name.nfd().filter(|c| !unicode_normalization::char::is_combining_mark(*c)).collect::<String>().to_lowercase();
    let plain = plain.replace('đ', "d");
    let words: Vec<&str> = plain.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty()).collect();
    let text = format!(" {} ", words.join(" "));
    OF_PEOPLE.iter().any(|people| text.contains(&format!(" {people} ")))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<Mapping, Vec<String>> {
        let file = ConfigFile { path: "m.toml".into(), text: text.into() };
        Mapping::parse(file).map_err(|faults| faults.iter().map(ToString::to_string).collect())
    }

    #[test]
    fn faults_say_where_and_what() {
        let check = |text: &str, place: &str, words: &str| {
            let faults = parse(text).err().unwrap_or_else(|| panic!("no fault: {text}"));
            assert!(faults.iter().any(|f| f.starts_with(place) && f.contains(words)), "{text}: {faults:?}");
        };
        let head = "format = \"csv\"\nsource = \"x\"\n";
        check("format = \"xml\"\n[columns]\ntext = \"a\"", "m.toml:1:", "csv");
        check("format = \"csv\"\nsource = \"x\"\ncolour = 1\n[columns]\ntext = \"a\"", "m.toml:3:", "colour");
        check(&format!("{head}[columns]\nauthor = \"a\""), "m.toml:4:", "author");
        check(&format!("{head}[columns]\ntext = \"Tác giả\""), "m.toml:4: columns.text", "people");
        check(&format!("{head}[columns]\ntext = \"post.author\""), "m.toml:4: columns.text", "people");
        check(&format!("{head}encoding = \"vn\"\n[columns]\ntext = \"a\""), "m.toml:3: encoding", "windows-1258");
        check(&format!("{head}delimiter = \";;\"\n[columns]\ntext = \"a\""), "m.toml:3: delimiter", "tab");
        check(&format!("{head}date_format = \"dd/mm\"\n[columns]\ntext = \"a\""), "m.toml:3: date_format", "%d/%m/%Y");
        check(&format!("{head}[columns]\nurl = \"a\""), "m.toml:3: columns", "title or text");
        check("format = \"csv\"\n[columns]\ntext = \"a\"", "m.toml:1: source", "missing");
        check(&format!("{head}[columns]\ntext = \"a\"\nsource = \"b\""), "m.toml:2: source", "one of them");
        check("format = \"ndjson\"\nsource = \"x\"\ndelimiter = \";\"\n[columns]\ntext = \"a\"", "m.toml:3: delimiter", "csv");
        check(&format!("{head}[columns]\ntext = \"a\"\n[fixed]\nkind = \"blog\""), "m.toml:6:", "news");
    }

    #[test]
    fn a_column_that_is_not_there_is_told_with_those_that_are() {
        let mapping = parse("format = \"csv\"\nsource = \"x\"\n[columns]\ntitle = \"tiêu  ĐỀ\"\ntext = \"Nội dung\"").ok().unwrap();
        let header = |names: &[&str]| names.iter().map(|n| (*n).to_owned()).collect::<Vec<_>>();
        let plan = mapping.plan(Some(&header(&["Nội dung", "Tiêu đề"])), Path::new("a.csv")).unwrap();
        assert_eq!(plan.title, Some(Place::Column(1, "tiêu  ĐỀ".into())));
        let faults = mapping.plan(Some(&header(&["Tiêu đề;Nội dung"])), Path::new("a.csv")).unwrap_err();
        let told: Vec<String> = faults.iter().map(ToString::to_string).collect();
        assert_eq!(told.len(), 2);
        assert!(told[1].starts_with("m.toml:5: columns.text: got \"Nội dung\"") && told[1].contains("\"Tiêu đề;Nội dung\""), "{told:?}");
        assert!(told[1].contains("is delimiter right?"));
    }
}
