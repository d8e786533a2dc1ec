//! Which words does a Vietnamese phrase have in English?
//!
//! The catalogue has one phrase a line: Vietnamese, a tab, English; a third column `script` marks what the scripts of the pages say.
//! `#` stands for a figure (`23/11/2026`, `1.200`, `6,5`) and `{}` for any words, in the same order on both sides; the words are
//! looked up in turn.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};
use std::sync::LazyLock;

/// Of what a text may be put together. The first of which all parts (or, of parts side by side, some) have English decides.
const JOINTS: [(&str, Joint); 6] =
    [(" · ", Joint::Beside), (". ", Joint::Whole), ("; ", Joint::Whole), (" – ", Joint::Whole), (": ", Joint::Whole), (", ", Joint::Whole)];
/// Words in words in words: more is not ours.
const DEEPEST: u32 = 6;
/// Lookups for one text: what is not found with fewer is none of ours, however it is put together.
const MOST_LOOKUPS: u32 = 2_000;

/// The catalogue that goes with the program: names of levels, kinds and topics; the pages of the desk; the other pages; how to ask and
/// what is refused; the scripts.
const SHIPPED: &str = concat!(
    include_str!("../../words/names.tsv"),
    include_str!("../../words/desk.tsv"),
    include_str!("../../words/pages.tsv"),
    include_str!("../../words/asking.tsv"),
    include_str!("../../words/scripts.tsv"),
);

static PHRASES: LazyLock<Phrases> = LazyLock::new(|| Phrases::of(SHIPPED));

#[derive(Clone, Copy, PartialEq, Eq)]
enum Joint {
    /// Parts that stand for themselves: one may be a name.
    Beside,
    /// Parts of one phrase.
    Whole,
}

/// The catalogue.
#[derive(Debug)]
pub struct Phrases {
    exact: HashMap<&'static str, &'static str>,
    /// Those with `{}`: what stands around the words, and the English. Those with the most letters of their own come first.
    open: Vec<(Vec<&'static str>, &'static str)>,
    scripts: String,
}

impl Phrases {
    /// The one that goes with the program.
    pub fn shipped() -> &'static Self {
        &PHRASES
    }

    /// Reads a catalogue. Empty lines and those that begin with `//` say nothing.
    pub fn of(text: &'static str) -> Self {
        let (mut exact, mut open, mut scripts) = (HashMap::new(), vec![], BTreeMap::new());
        for line in text.lines().filter(|line| !line.is_empty() && !line.starts_with("//")) {
            let mut columns = line.split('\t');
            let (Some(vietnamese), Some(english)) = (columns.next(), columns.next()) else { continue };
            if columns.next() == Some("script") {
                scripts.insert(vietnamese, english);
            }
            if vietnamese.contains("{}") {
                open.push((vietnamese.split("{}").collect::<Vec<_>>(), english));
            } else {
                exact.insert(vietnamese, english);
            }
        }
        let own = |parts: &Vec<&str>| parts.iter().map(|part| part.len()).sum::<usize>();
        open.sort_by_key(|(parts, _)| std::cmp::Reverse(own(parts)));
        Self { exact, open, scripts: serde_json::json!(scripts).to_string() }
    }

    /// What the scripts say, as a JSON object from Vietnamese to English.
    pub fn for_scripts(&self) -> &str {
        &self.scripts
    }

    /// A text in English, with the spaces around it as they are; as it is where the catalogue has nothing.
    pub fn english<'t>(&self, text: &'t str) -> Cow<'t, str> {
        let phrase = text.trim();
        if phrase.is_empty() {
            return Cow::Borrowed(text);
        }
        let (key, figures) = without_figures(phrase);
        let mut lookups = Lookups { left: MOST_LOOKUPS };
        let (Some(said), Some((before, after))) = (self.say(&key, DEEPEST, &mut lookups), text.split_once(phrase)) else {
            return Cow::Borrowed(text);
        };
        let mut out = before.to_owned();
        let mut figures = figures.iter();
        for c in said.chars() {
            match (c, figures.as_slice()) {
                ('#', [figure, ..]) => {
                    out.push_str(figure);
                    figures.next();
                }
                (c, _) => out.push(c),
            }
        }
        out.push_str(after);
        Cow::Owned(out)
    }

    fn say(&self, key: &str, deep: u32, lookups: &mut Lookups) -> Option<String> {
        if !key.chars().any(char::is_alphabetic) {
            return Some(key.to_owned());
        }
        if let Some(english) = self.exact.get(key) {
            return Some((*english).to_owned());
        }
        let deep = deep.checked_sub(1)?;
        lookups.left = lookups.left.checked_sub(1)?;
        self.say_small(key)
            .or_else(|| self.say_open(key, deep, lookups))
            .or_else(|| self.say_bare(key, deep, lookups))
            .or_else(|| self.say_parts(key, deep, lookups))
    }

    /// A phrase that is in the catalogue with a capital letter.
    fn say_small(&self, key: &str) -> Option<String> {
        let first = key.chars().next().filter(|c| c.is_lowercase())?;
        let capital = first.to_uppercase().chain(key.chars().skip(1)).collect::<String>();
        let english = self.exact.get(capital.as_str())?;
        Some(english.chars().take(1).flat_map(char::to_lowercase).chain(english.chars().skip(1)).collect())
    }

    /// A phrase without the marks around it.
    fn say_bare(&self, key: &str, deep: u32, lookups: &mut Lookups) -> Option<String> {
        let mark = |c: char| !c.is_alphanumeric() && c != '#';
        let begun = key.trim_start_matches(mark);
        // A bracket that opens within the phrase closes there, too.
        let open = key.strip_suffix(begun).is_some_and(|before| before.contains('('));
        let bare = begun.trim_end_matches(|c| mark(c) && (open || c != ')' || !begun.contains('(')));
        if bare.len() == key.len() {
            return None;
        }
        let (before, after) = key.split_once(bare)?;
        Some(format!("{before}{}{after}", self.say(bare, deep, lookups)?))
    }

    fn say_open(&self, key: &str, deep: u32, lookups: &mut Lookups) -> Option<String> {
        let (words, english) = self.open.iter().find_map(|(parts, english)| Some((caught(key, parts)?, english)))?;
        let mut words = words.into_iter();
        let mut said = String::new();
        for (n, piece) in english.split("{}").enumerate() {
            if n > 0 {
                let words = words.next()?;
                said.push_str(&self.say(words, deep, lookups).unwrap_or_else(|| words.to_owned()));
            }
            said.push_str(piece);
        }
        Some(said)
    }

    fn say_parts(&self, key: &str, deep: u32, lookups: &mut Lookups) -> Option<String> {
        JOINTS.iter().filter(|(joint, _)| key.contains(joint)).find_map(|(joint, kind)| {
            let said: Vec<_> = key.split(joint).map(|part| (part, self.say(part, deep, lookups))).collect();
            let known = said.iter().filter(|(_, said)| said.is_some()).count();
            let enough = known == said.len() || *kind == Joint::Beside && known > 0;
            let parts = said.into_iter().map(|(part, said)| said.unwrap_or_else(|| part.to_owned()));
            enough.then(|| parts.collect::<Vec<_>>().join(joint))
        })
    }
}

/// How often one text may still be looked up.
struct Lookups {
    left: u32,
}

/// The words between the parts of a phrase; none when it is another phrase. Words are never empty.
fn caught<'k>(key: &'k str, parts: &[&str]) -> Option<Vec<&'k str>> {
    let (first, last) = (parts.first()?, parts.last()?);
    let mut rest = key.strip_prefix(first)?.strip_suffix(last)?;
    let mut words = vec![];
    for part in &parts[1..parts.len() - 1] {
        let (caught, after) = rest.split_once(part).filter(|(caught, _)| !caught.is_empty())?;
        words.push(caught);
        rest = after;
    }
    words.push(rest);
    (!rest.is_empty()).then_some(words)
}

/// A phrase with single spaces and `#` in place of each figure, and the figures as they are written in English.
fn without_figures(phrase: &str) -> (String, Vec<String>) {
    let (mut key, mut figures) = (String::with_capacity(phrase.len()), vec![]);
    let mut rest = phrase;
    while let Some(c) = rest.chars().next() {
        let (piece, after) = match figure(rest) {
            "" => rest.split_at_checked(c.len_utf8()).unwrap_or((rest, "")),
            figure => (figure, rest.strip_prefix(figure).unwrap_or("")),
        };
        if c == '#' || c.is_ascii_digit() {
            key.push('#');
            figures.push(in_english(piece));
        } else if !c.is_whitespace() {
            key.push(c);
        } else if !key.ends_with(' ') {
            key.push(' ');
        }
        rest = after;
    }
    (key, figures)
}

/// Digits, with what may stand between two of them.
fn figure(text: &str) -> &str {
    let bytes = text.as_bytes();
    let digit = |at: usize| bytes.get(at).is_some_and(u8::is_ascii_digit);
    let mut end = 0;
    while digit(end) || end > 0 && bytes.get(end).is_some_and(|b| b".,/:".contains(b)) && digit(end + 1) {
        end += 1;
    }
    text.get(..end).unwrap_or("")
}

/// `1.234,5` as `1,234.5`; dates and times stay as they are.
fn in_english(figure: &str) -> String {
    let (whole, decimals) = figure.split_once(',').map_or((figure, None), |(whole, decimals)| (whole, Some(decimals)));
    let groups: Vec<&str> = whole.split('.').collect();
    let digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
    let grouped = groups[0].len() <= 3 && groups[1..].iter().all(|group| group.len() == 3);
    let number = groups.iter().all(|group| digits(group)) && (groups.len() == 1 || grouped);
    match decimals {
        Some(decimals) if number && digits(decimals) => format!("{}.{decimals}", groups.join(",")),
        None if number => groups.join(","),
        _ => figure.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;
    use std::time::{Duration, Instant};

    const CATALOGUE: &str = "Cảnh báo\tAlerts\nnăng lượng\tenergy\nChủ đề {}\tTopic {}\n# bài của {} từ {}\t# articles by {} since {}\n\
        bài\tarticles\nLần thu thập gần nhất\tLast crawl\n# bài mới\t# new\n# lỗi\t# failed\nMở {}\tOpen {}\nMở cảnh báo {}\tOpen alert {}\n{} (# lỗi)\t{} (# failed)\n";

    fn check(text: &str, expect: &str) {
        assert_eq!(Phrases::of(CATALOGUE).english(text), expect, "{text}");
    }

    #[test]
    fn phrases_words_and_figures() {
        check("Cảnh báo", "Alerts");
        check("\n Cảnh  báo: ", "\n Alerts: ");
        check("Chủ đề năng lượng", "Topic energy");
        check("Chủ đề Lan", "Topic Lan");
        check("Chủ đề", "Chủ đề");
        check("1.200 bài của Lan từ 23/11/2026", "1,200 articles by Lan since 23/11/2026");
        check("Mở cảnh báo CB-2026-0001", "Open alert CB-2026-0001");
        check("Lần thu thập gần nhất: 23/11/2026 14:05, 2,5 bài mới, 3 lỗi", "Last crawl: 23/11/2026 14:05, 2.5 new, 3 failed");
        check("Lan · 12 bài mới", "Lan · 12 new");
        check("Giá xăng: Cảnh báo", "Giá xăng: Cảnh báo");
        check("năng lượng, Lan", "năng lượng, Lan");
        check("· 12 bài mới ·", "· 12 new ·");
        check("Lan,3 · .5", "Lan,3 · .5");
        check("(cảnh báo).", "(alerts).");
        check("Lan · cảnh báo (3 lỗi).", "Lan · alerts (3 failed).");
        check("Cảnh báo. 3 lỗi", "Alerts. 3 failed");
        check("1.234,5 · 0,35 % · 12.345.678", "1,234.5 · 0.35 % · 12,345,678");
        check("#energy bài của Lan", "#energy bài của Lan");
        for as_it_is in ["24.11.2026", "1.23", "14:05", "", "  "] {
            check(as_it_is, as_it_is);
        }
    }

    #[test]
    fn hostile_texts_end_soon() {
        let begun = Instant::now();
        let joints = "a. b; c – d: e, (f) · g + h ".repeat(300);
        for text in [joints, "· ".repeat(9_000), ", ".repeat(9_000), ".".repeat(9_000), "1,".repeat(9_000), "Mở ".repeat(9_000)] {
            Phrases::shipped().english(&text);
        }
        // Each joint and mark is another way to take the first one apart; the lookups bound it.
        assert!(begun.elapsed() < Duration::from_secs(5), "{:?}", begun.elapsed());
    }

    #[test]
    fn the_catalogue_is_in_order() {
        let mut seen = HashSet::new();
        for (number, line) in SHIPPED.lines().enumerate() {
            if line.is_empty() || line.starts_with("//") {
                continue;
            }
            let columns: Vec<_> = line.split('\t').collect();
            assert!(matches!(columns[..], [_, _] | [_, _, "script"]), "line {}: {line}", number + 1);
            assert!(columns[..2].iter().all(|c| c.trim() == *c && !c.is_empty()), "line {}: {line}", number + 1);
            assert!(seen.insert(columns[0]), "line {}: a second time: {line}", number + 1);
            for mark in ["#", "{}"] {
                let count = |column: &str| column.matches(mark).count();
                assert_eq!(count(columns[0]), count(columns[1]), "line {}: as many {mark} on both sides: {line}", number + 1);
            }
            assert!(!columns[0].bytes().any(|b| b.is_ascii_digit()), "line {}: figures are #: {line}", number + 1);
        }
    }
}
