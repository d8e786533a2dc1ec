//! Which words are e-mail addresses, @handles or links to accounts of people?

use super::{Cuts, Personal, is_mark};
use regex::{Match, Regex};
use std::sync::LazyLock;

static EMAIL: LazyLock<Option<Regex>> = LazyLock::new(|| {
    let dot = r"(?:\.|[ ]?[\[({][ ]?(?:dot|\.|chấm|cha\u{302}\u{301}m|cham)[ ]?[\])}][ ]?|[ ](?:dot|chấm|cha\u{302}\u{301}m|cham)[ ])";
    let at = r"(?:at|@|a còng|a co\u{300}ng|a cong)";
    let provider = "(?:gmail|yahoo|ymail|outlook|hotmail|icloud|protonmail|proton|live|mail)";
    Regex::new(&format!(
        r"(?i)[a-z0-9._%+-]{{1,64}}(?:(?:[@＠]|[ ]?[\[({{<][ ]?{at}[ ]?[\])}}>][ ]?)[a-z0-9-]+(?:{dot}[a-z0-9-]+)*{dot}[a-z]{{2,24}}|[ ]{at}[ ]?{provider}(?:{dot}[a-z]{{2,6}}){{1,2}})"
    ))
    .ok()
});

static LINK: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(
        r#"(?i)(?:https?://)?(?:(?:www|m|mobile|web|mbasic|vi-vn)\.)?(?:facebook\.com|fb\.com|fb\.me|m\.me|zalo\.me|t\.me|telegram\.me|wa\.me|tiktok\.com|instagram\.com|twitter\.com|x\.com|threads\.net|threads\.com|youtube\.com|linkedin\.com)/[^\s<>"'\[\]]+"#,
    )
    .ok()
});

static HANDLE: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"[@＠]\w[\w.]+").ok());

/// A name that follows the word of a network, without @.
static NAMED: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"(?i)(?-u:\b)(?:zalo|tele|telegram|fb|facebook|insta|instagram|ig|tiktok|viber|skype|nick|twitter)[ ]?[:：][ ]?([a-z0-9][a-z0-9._]{2,40})").ok()
});

/// Family names that open a name written behind an @ with spaces in it.
const FAMILY_NAMES: &[&str] = &[
    "nguyễn", "nguyen", "trần", "tran", "lê", "le", "phạm", "pham", "hoàng", "hoang", "huỳnh", "huynh", "phan", "vũ", "vu", "võ", "vo",
    "đặng", "dang", "bùi", "bui", "đỗ", "do", "hồ", "ho", "ngô", "ngo", "dương", "duong", "lý", "ly",
];

/// How the sign of an e-mail address is spelt out; a text with none of these is not searched for addresses.
const SPELT_SIGNS: &[&str] = &["[at", "(at", "{at", "<at", "[ at", "( at", "[AT", "(AT", " at ", " a c", "[a c", "(a c"];

/// Finds all of them: e-mail addresses first, whose parts look like the others.
pub(super) fn find(cuts: &mut Cuts<'_>) {
    let text = cuts.text;
    let has_sign = text.contains(['@', '＠']);
    if has_sign || SPELT_SIGNS.iter().any(|sign| text.contains(sign)) {
        for found in all(&EMAIL, text) {
            let (start, end) = whole_words(cuts, found.start(), found.end());
            cuts.add(start, end, Personal::Email);
        }
    }
    for found in all(&LINK, text) {
        let joined = cuts
            .before(found.start())
            .chars()
            .next_back()
            .is_some_and(|c| c.is_alphanumeric() || is_mark(c) || matches!(c, '.' | '-' | '/' | '@'));
        let free = cuts.after(found.start());
        let link =
            free.get(..found.len().min(free.len())).unwrap_or("").trim_end_matches(['.', ',', ';', ':', '!', '?', ')', '…', '»', '”']);
        // The public page of an organisation is announced as one.
        let page = cuts.before(found.start()).chars().rev().take(24).collect::<String>().to_lowercase().contains("egapnaf");
        if let (false, Some(kind)) = (joined || page, account(link)) {
            cuts.add(found.start(), found.start() + link.len(), kind);
        }
    }
    if has_sign {
        for found in all(&HANDLE, text) {
            handle(cuts, found);
        }
    }
    let Some(named) = NAMED.as_ref() else { return };
    for found in named.captures_iter(text).filter_map(|c| c.get(1)) {
        let name = found.as_str().trim_end_matches('.');
        if is_user_name(name) {
            let (start, end) = whole_words(cuts, found.start(), found.start() + name.len());
            cuts.add(start, end, Personal::Handle);
        }
    }
}

/// A place with the letters that touch it: no part of a word is left, whichever way its letters are written.
fn whole_words(cuts: &Cuts<'_>, start: usize, end: usize) -> (usize, usize) {
    let part = |c: char| c.is_alphanumeric() || is_mark(c) || c == '_';
    let (before, after) = (cuts.before(start), cuts.after(end));
    let longer = |whole: &str, rest: &str| whole.len() - rest.len();
    (start - longer(before, before.trim_end_matches(part)), end + longer(after, after.trim_start_matches(part)))
}

fn all<'t>(regex: &'static LazyLock<Option<Regex>>, text: &'t str) -> impl Iterator<Item = Match<'t>> {
    regex.as_ref().into_iter().flat_map(move |r| r.find_iter(text))
}

/// Whose account a link of a network leads to; groups, posts and pages of the network itself are nobody's.
fn account(link: &str) -> Option<Personal> {
    let link = link.split_once("://").map_or(link, |(_, rest)| rest);
    let (host, path) = link.split_once('/')?;
    let host = host.to_ascii_lowercase();
    let host = ["www.", "m.", "mobile.", "web.", "mbasic.", "vi-vn."]
        .iter()
        .find_map(|p| host.strip_prefix(p))
        .filter(|h| h.contains('.') && *h != "me")
        .unwrap_or(&host);
    let first = path.split(['/', '?', '#']).next().unwrap_or("");
    let lower = first.to_ascii_lowercase();
    let of_person = match host {
        "facebook.com" | "fb.com" => !matches!(
            lower.as_str(),
            "groups"
                | "events"
                | "watch"
                | "hashtag"
                | "pages"
                | "marketplace"
                | "gaming"
                | "share"
                | "sharer"
                | "sharer.php"
                | "reel"
                | "help"
                | "policies"
                | "login"
                | "ads"
                | "business"
                | "plugins"
                | "dialog"
                | "photo"
                | "photo.php"
                | "video.php"
                | "legal"
        ),
        "t.me" | "telegram.me" => {
            !matches!(lower.as_str(), "joinchat" | "c" | "s" | "addstickers" | "share" | "proxy" | "socks") && !lower.starts_with('+')
        }
        "zalo.me" => !matches!(lower.as_str(), "g" | "s" | "pc"),
        "tiktok.com" | "youtube.com" | "threads.net" | "threads.com" => first.starts_with('@'),
        "instagram.com" => !matches!(lower.as_str(), "p" | "reel" | "reels" | "explore" | "tv"),
        "twitter.com" | "x.com" => !matches!(lower.as_str(), "i" | "hashtag" | "search" | "intent" | "share" | "home"),
        "linkedin.com" => lower == "in",
        _ => true,
    };
    if !of_person || lower.is_empty() {
        return None;
    }
    let dialled = matches!(host, "zalo.me" | "wa.me") && lower.len() >= 9 && lower.bytes().all(|b| b.is_ascii_digit());
    Some(if dialled { Personal::Phone } else { Personal::Handle })
}

fn handle(cuts: &mut Cuts<'_>, found: Match<'_>) {
    if cuts.before(found.start()).chars().next_back().is_some_and(|c| c.is_alphanumeric() || is_mark(c) || matches!(c, '_' | '/' | '.')) {
        return;
    }
    // What an e-mail address took is no part of it.
    let free = cuts.after(found.start());
    let whole = free.get(..found.len().min(free.len())).unwrap_or("").trim_end_matches('.');
    let name = whole.trim_start_matches(['@', '＠']);
    let letters = name.chars().filter(|c| c.is_alphabetic()).count();
    // "@15k" is a price.
    let price = name.starts_with(|c: char| c.is_numeric()) && letters < 4 && !name.contains('_');
    if letters == 0
        || price
        || name.len() < 2
        || matches!(name.to_ascii_lowercase().as_str(), "all" | "everyone" | "here" | "followers" | "highlight")
    {
        return;
    }
    let mut end = found.start() + whole.len();
    if name.chars().next().is_some_and(char::is_uppercase) && is_family_name(name) {
        end += rest_of_name(cuts.after(end));
    }
    cuts.add(found.start(), end, Personal::Handle);
}

fn is_family_name(name: &str) -> bool {
    use unicode_normalization::UnicodeNormalization;
    let name: String = name.nfc().flat_map(char::to_lowercase).collect();
    FAMILY_NAMES.contains(&name.as_str())
}

/// Bytes of up to three further words of a name.
fn rest_of_name(after: &str) -> usize {
    let mut length = 0;
    for _ in 0..3 {
        let Some(word) = after.get(length..).and_then(|rest| rest.strip_prefix(' ')) else { break };
        let end = word.find(|c: char| !(c.is_alphabetic() || is_mark(c))).unwrap_or(word.len());
        if !word.starts_with(char::is_uppercase) {
            break;
        }
        length += 1 + end;
    }
    length
}

/// Whether a word is no word of a language: it has a sign or a digit inside, and is no name of a site.
fn is_user_name(name: &str) -> bool {
    let inside = name.get(1..name.len().saturating_sub(1)).unwrap_or("").contains(['.', '_']);
    let mixed = name.bytes().any(|b| b.is_ascii_digit()) && name.bytes().any(|b| b.is_ascii_alphabetic());
    let site = ["vn", "com", "net", "org", "me", "info"].iter().any(|tld| name.to_ascii_lowercase().ends_with(&format!(".{tld}")));
    (inside || mixed) && !site && name.bytes().any(|b| b.is_ascii_alphabetic())
}
