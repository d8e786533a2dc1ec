//! Which documents does an official text teach?
//!
//! Its own head (number, place and date, kind, title) and its citations with a whole date. Only texts of official sources
//! and the ministry's own press teach: others may be what the record is for.

use kiemtin_model::{DocId, Document, LearnedDocument, SourceGroup, Time};
use kiemtin_text::cite::{Citation, citations};
use kiemtin_text::{Scanned, scan};

/// Most documents learned from one text.
const MOST: usize = 50;
/// Longest subject kept, in tokens.
const LONGEST: usize = 40;

/// What a document teaches; nothing when its source is not official.
pub fn learn(document: &Document) -> Vec<LearnedDocument> {
    if !matches!(document.group, SourceGroup::Official | SourceGroup::OwnMedia) {
        return vec![];
    }
    let scanned = scan(&document.text);
    let now = document.published_at.unwrap_or(document.fetched_at);
    let mut learned: Vec<LearnedDocument> = vec![];
    for citation in citations(&scanned) {
        if learned.len() == MOST {
            break;
        }
        let Some(one) = learned_one(&scanned, &citation, now, &document.id) else { continue };
        match learned.iter_mut().find(|l| l.number == one.number && l.date == one.date) {
            Some(before) if before.title.is_empty() => before.title = one.title,
            Some(_) => {}
            None => learned.push(one),
        }
    }
    // A text that gives one number two dates in one year (or a legal document two dates) teaches neither.
    let doubtful = |l: &LearnedDocument| learned.iter().any(|o| o.number == l.number && o.date != l.date);
    learned.iter().filter(|l| !doubtful(l)).cloned().collect()
}

fn learned_one(scanned: &Scanned<'_>, citation: &Citation, now: Time, document: &DocId) -> Option<LearnedDocument> {
    let (year, month, day) = citation.date?.whole()?;
    let date = Time::local(year, month, day, 0, 0, 0).filter(|t| *t <= now)?;
    let kind = citation.stated_kind.or(citation.kind)?;
    let issuer = citation.issuer?;
    let sound = super::forms::fault(citation, Some(now)).is_none()
        && citation.stated_issuer.is_none_or(|i| i == issuer)
        && (citation.kind.is_none() || citation.stated_kind.is_none_or(|k| Some(k) == citation.kind));
    sound.then(|| LearnedDocument {
        number: citation.number.clone(),
        kind: capitalised(kind),
        issuer: issuer.to_owned(),
        date: date.day(),
        title: subject(scanned, citation),
        document: document.clone(),
    })
}

/// The words after a citation that tell its subject: from «về», «quy định», «phê duyệt» or «ban hành» to the end of the clause.
fn subject(scanned: &Scanned<'_>, citation: &Citation) -> String {
    const BEGIN: [&str; 7] = ["về", "quy", "phê", "ban", "sửa", "hướng", "triển"];
    let from = citation.next_token;
    let Some(last) = from.checked_sub(1).and_then(|i| scanned.tokens.get(i)) else { return String::new() };
    let words = scanned.tokens.get(from..).unwrap_or(&[]).iter().take(12).take_while(|t| t.sentence == last.sentence);
    let Some(first) = words.filter(|t| BEGIN.contains(&scanned.word(t).to_lowercase().as_str())).map(|t| t.start as usize).next() else {
        return String::new();
    };
    let rest = scanned.text.get(first..).unwrap_or("");
    let end = rest.find(['\n', ';', '”', '(', ',']).unwrap_or(rest.len());
    let clause = rest.get(..end).unwrap_or("").trim().trim_end_matches('.');
    clause.split_whitespace().take(LONGEST).collect::<Vec<_>>().join(" ")
}

fn capitalised(word: &str) -> String {
    let mut chars = word.chars();
    chars.next().map_or(String::new(), |first| first.to_uppercase().chain(chars).collect())
}
