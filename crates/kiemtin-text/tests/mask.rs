//! Does masking take what belongs to people, and leave everything else? Two lists of invented texts, in both forms of letters.

use kiemtin_text::mask::{Personal, mask};
use unicode_normalization::UnicodeNormalization;

const GO: &str = include_str!("data/mask_go.txt");
const STAY: &str = include_str!("data/mask_stay.txt");

fn texts(list: &str) -> impl Iterator<Item = &str> {
    list.lines().filter(|line| !line.is_empty() && !line.starts_with('#'))
}

/// The text of a line without its marks, and what masking should make of it.
fn read(line: &str) -> (String, String) {
    let (mut text, mut expected) = (String::new(), String::new());
    let mut rest = line;
    while let Some((before, marked)) = rest.split_once('⟦') {
        let (inside, after) = marked.split_once('⟧').expect("a mark is closed");
        let (kind, words) = inside.split_once(':').expect("a mark has a kind");
        let kind = match kind {
            "p" => Personal::Phone,
            "a" => Personal::Account,
            "i" => Personal::Identity,
            "e" => Personal::Email,
            "h" => Personal::Handle,
            other => panic!("unknown kind {other}"),
        };
        text.extend([before, words]);
        expected.extend([before, kind.label()]);
        rest = after;
    }
    (text + rest, expected + rest)
}

/// The texts that do not come out as they should.
fn wrong(list: &str) -> (usize, Vec<String>) {
    let all: Vec<(String, String)> = texts(list).map(read).collect();
    let failed = all.iter().map(|(text, expected)| (mask(text, &[]).text, expected)).filter(|(masked, expected)| masked != *expected);
    (all.len(), failed.map(|(masked, expected)| format!("{masked}\n   expected {expected}")).collect())
}

fn check(list: &str, at_least: usize) {
    let (all, wrong) = wrong(list);
    assert!(all >= at_least, "{all} texts");
    assert!(wrong.len() * 50 <= all, "{} of {all} are wrong:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn what_belongs_to_people_goes() {
    check(GO, 150);
}

#[test]
fn everything_else_stays() {
    check(STAY, 150);
}

#[test]
fn both_forms_of_letters_and_a_second_time_give_the_same() {
    for (text, _) in texts(GO).chain(texts(STAY)).map(read) {
        let once = mask(&text, &[]).text;
        let apart: String = text.nfd().collect();
        assert_eq!(mask(&apart, &[]).text.nfc().collect::<String>(), once.nfc().collect::<String>());
        assert_eq!(mask(&once, &[]).text, once);
    }
}
