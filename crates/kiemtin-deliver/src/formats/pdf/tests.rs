//! Does the file hold what was said, as words, on its pages, and is it the same each time?

mod file;
mod pages;
mod sample;

use super::*;
use ink::Ink;

/// Words from outside that would like to be something else.
const HOSTILE: &str =
    "(Tj) ET endstream %PDF /JS \\ ) <</S/JavaScript>> \u{0}\u{b}\u{202e}đảo\u{2067}\u{ffff}\u{200b}\u{ad} e\u{302}\u{323} 漢🙂\u{e000}";

fn pages(paper: &Paper) -> Vec<Leaf> {
    laid(&Fonts::load().unwrap(), paper).leaves
}

/// The words of a page, in the order in which they are drawn.
fn words(leaf: &Leaf) -> String {
    let words = leaf.inks.iter().filter_map(|(_, ink)| if let Ink::Words { text, .. } = ink { Some(text.as_str()) } else { None });
    words.collect::<Vec<_>>().join("|")
}

/// The words of all pages.
fn all(paper: &Paper) -> String {
    pages(paper).iter().map(words).collect::<Vec<_>>().join("\n")
}
