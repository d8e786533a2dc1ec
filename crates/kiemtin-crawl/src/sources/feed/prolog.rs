//! Which dialect is a feed written in, and where does it begin?

use super::super::xml::{Piece, Pieces, attributes, local};
use super::text::escape_text;

/// Family of a feed.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Dialect {
    /// RSS 0.9x and 2.0; also RSS 0.90 and 1.0 and the Channel Definition Format, whose items say the same.
    Rss,
    /// Atom 0.3 and 1.0.
    Atom,
}

/// Prefixes that many feeds use and do not declare.
const USUAL_PREFIXES: &[(&str, &str)] = &[
    ("atom", "http://www.w3.org/2005/Atom"),
    ("content", "http://purl.org/rss/1.0/modules/content/"),
    ("dc", "http://purl.org/dc/elements/1.1/"),
    ("media", "http://search.yahoo.com/mrss/"),
    ("rdf", "http://www.w3.org/1999/02/22-rdf-syntax-ns#"),
];

/// What stands before the first element inside the root.
pub(super) struct Prolog {
    pub(super) dialect: Dialect,
    /// Start tag of the root as an XML reader wants it.
    pub(super) root: String,
    /// Prefix that all names of the feed carry (`atom` in `<atom:feed>`).
    pub(super) prefix: String,
    /// Where the content of the root starts.
    pub(super) start: usize,
    pub(super) notes: Vec<String>,
}

/// Finds the root; the error says what the document is instead, or why it may not be read.
pub(super) fn find_root(text: &str) -> Result<Prolog, String> {
    let mut pieces = Pieces::new(text);
    let mut html = false;
    loop {
        let before = pieces.at;
        let Some(piece) = pieces.next() else { break };
        let Piece::Start { name, attributes: given, .. } = piece else { continue };
        let (plain, mut prefix) = (local(name).to_ascii_lowercase(), name.rsplit_once(':').map_or("", |(p, _)| p).to_owned());
        let (dialect, mut root) = match plain.as_str() {
            "rss" => (Dialect::Rss, "<rss version=\"2.0\"".to_owned()),
            "rdf" | "channel" => (Dialect::Rss, "<rss version=\"2.0\"".to_owned()),
            "feed" => (Dialect::Atom, "<feed xmlns=\"http://www.w3.org/2005/Atom\"".to_owned()),
            _ => {
                html |= plain == "html";
                continue;
            }
        };
        if plain == "rdf" {
            prefix.clear();
        }
        let mut notes = Vec::new();
        let head = text.get(..before).unwrap_or("");
        check_declarations(head)?;
        let junk = head.trim();
        if !junk.is_empty() && !junk.starts_with("<?") && !junk.starts_with("<!") {
            notes.push(format!("{} bytes before <{name}> are no part of the feed", junk.len()));
        }
        let given = attributes(given);
        if plain == "rss" && !given.iter().any(|(n, v)| *n == "version" && v.starts_with("2.0")) {
            notes.push("the version of <rss> is missing or another one: read as 2.0".into());
        }
        for (key, value) in given {
            if key.starts_with("xmlns:") || matches!(key, "xml:base" | "xml:lang") {
                root.push_str(&format!(" {key}=\"{}\"", escape_text(value).replace('"', "&quot;")));
            }
        }
        for (prefix, namespace) in USUAL_PREFIXES {
            if !root.contains(&format!(" xmlns:{prefix}=")) {
                root.push_str(&format!(" xmlns:{prefix}=\"{namespace}\""));
            }
        }
        root.push('>');
        return Ok(Prolog { dialect, root, prefix, start: pieces.at, notes });
    }
    let shown: String = text.trim_start().chars().take(60).collect();
    Err(match (html, shown.is_empty()) {
        (_, true) => "empty: neither <rss> nor <feed> nor <rdf:RDF>".into(),
        (true, _) => "an HTML page, not a feed".into(),
        _ => format!("neither <rss> nor <feed> nor <rdf:RDF> found; it starts with \"{shown}\""),
    })
}

/// Looks at the document type before the root, if there is one. Entities are never defined here, so a harmless definition
/// only goes unused; one that builds on others or reads a file is an attack.
fn check_declarations(head: &str) -> Result<(), String> {
    for (at, _) in head.match_indices("<!ENTITY") {
        let declaration = head.get(at..).and_then(|d| d.split('>').next()).unwrap_or("");
        let builds = declaration.split('&').skip(1).any(|after| !after.starts_with('#'));
        let outside = !declaration.contains('%') && (declaration.contains("SYSTEM") || declaration.contains("PUBLIC"));
        if builds || outside {
            return Err(format!("defines entities that build on others or read files (byte {at}): such feeds are not read"));
        }
    }
    Ok(())
}
