//! Which subject does a text give to a document that it cites?
//!
//! Read from the words after the number, where a citation tells what the document is about («về kinh doanh xăng dầu»).

use super::register::{DocumentRegister, KnownDocument, keys};
use kiemtin_text::cite::Citation;
use kiemtin_text::{Key, Scanned, Token};
use std::sync::LazyLock;

/// Tokens after a citation in which its subject is told.
const TOLD: usize = 24;
/// Tokens before a citation that may name its subject.
const BEFORE: usize = 12;
/// Tokens after «về» in which another subject counts.
const RIGHT_AFTER: usize = 7;
/// Words that a title without keywords must share with the text, in pairs.
const SHARED_PAIRS: usize = 3;

/// What introduces a subject.
static ABOUT: LazyLock<Vec<Key>> = LazyLock::new(|| keys("về"));

/// The words after a citation, in its sentence.
fn after<'a>(scanned: &'a Scanned<'_>, citation: &Citation, most: usize) -> &'a [Token] {
    let from = citation.next_token;
    let Some(sentence) = from.checked_sub(1).and_then(|i| scanned.tokens.get(i)).map(|t| t.sentence) else { return &[] };
    let to = (from..(from + most).min(scanned.tokens.len())).find(|i| scanned.tokens.get(*i).is_none_or(|t| t.sentence != sentence));
    scanned.tokens.get(from..to.unwrap_or((from + most).min(scanned.tokens.len()))).unwrap_or(&[])
}

/// The words before a citation, in its sentence.
fn before<'a>(scanned: &'a Scanned<'_>, citation: &Citation) -> &'a [Token] {
    let to = scanned.tokens.partition_point(|t| (t.end as usize) <= citation.start);
    let Some(sentence) = scanned.tokens.get(to).map(|t| t.sentence) else { return &[] };
    let tokens = scanned.tokens.get(to.saturating_sub(BEFORE)..to).unwrap_or(&[]);
    let skip = tokens.iter().take_while(|t| t.sentence != sentence).count();
    tokens.get(skip..).unwrap_or(&[])
}

fn holds(tokens: &[Token], keyword: &[Key]) -> bool {
    tokens.windows(keyword.len()).any(|w| w.iter().zip(keyword).all(|(t, k)| t.fold == *k))
}

fn about(tokens: &[Token], known: &KnownDocument) -> bool {
    if !known.keywords.is_empty() {
        return known.keywords.iter().any(|k| holds(tokens, k));
    }
    let title = keys(&known.title);
    let shared = title.windows(2).filter(|pair| holds(tokens, pair)).count();
    shared >= SHARED_PAIRS
}

/// The words around a citation name the subject of a document.
pub(super) fn near(scanned: &Scanned<'_>, citation: &Citation, known: &KnownDocument) -> bool {
    about(after(scanned, citation, TOLD), known) || about(before(scanned, citation), known)
}

/// The words right around a citation name the subject of a document.
pub(super) fn told(scanned: &Scanned<'_>, citation: &Citation, known: &KnownDocument) -> bool {
    let named = scanned.text.get(citation.start..citation.number_span.start).map(keys).unwrap_or_default();
    let in_name = known.keywords.iter().any(|k| named.windows(k.len()).any(|w| w == k));
    in_name || about(after(scanned, citation, RIGHT_AFTER + 3), known)
}

/// The name of a law before its number is not its own: «Luật Báo chí số 104/2016/QH13».
pub(super) fn other_law(text: &str, citation: &Citation, known: &KnownDocument) -> bool {
    if citation.stated_kind != Some("luật") {
        return false;
    }
    let named = text.get(citation.start..citation.number_span.start).map(keys).unwrap_or_default();
    let title = keys(&known.title);
    // Without «Luật» and «số»; one word alone is no name.
    let own = named.get(1..named.len().saturating_sub(1)).unwrap_or(&[]);
    // Names are shortened («Luật Thuế GTGT») and followed by other words («mang số»): one shared word is enough.
    own.len() >= 2 && !own.iter().any(|word| title.contains(word))
}

impl DocumentRegister {
    /// The text says «về …» and names the subject of documents of another field, and nothing of its own.
    pub(super) fn other_subject(&self, scanned: &Scanned<'_>, citation: &Citation, known: &KnownDocument) -> bool {
        if known.field.is_empty() || near(scanned, citation, known) {
            return false;
        }
        let told = after(scanned, citation, RIGHT_AFTER);
        // «về» stands right after the citation, or after who issued it.
        let Some(at) = told.iter().position(|t| ABOUT.contains(&t.fold)) else { return false };
        let told = told.get(at..).unwrap_or(&[]);
        told.iter().enumerate().any(|(i, token)| {
            let here = told.get(i..).unwrap_or(&[]);
            let named = self.fields.get(&token.fold).map_or(&[][..], Vec::as_slice);
            named.iter().any(|(keyword, field)| {
                *field != known.field && here.len() >= keyword.len() && here.iter().zip(keyword).all(|(t, k)| t.fold == *k)
            })
        })
    }
}
