//! Where does a line end? Before the word that no longer fits; a word that no line holds is broken between its characters.

use super::fonts::{Fonts, Style};
use super::ink::Part;
use super::tags::{Role, Tags};
use crate::formats::paper::Run;
use crate::formats::words::{address, letter};
use std::rc::Rc;
use unicode_normalization::UnicodeNormalization;

/// Invisible: a word may be broken here.
const MAY_END: char = '\u{200b}';

/// How words are set.
#[derive(Clone, Copy, Debug)]
pub(super) struct Setting {
    /// Size of the letters, in points.
    pub size: f32,
    /// What all of them are; runs add to it.
    pub style: Style,
    /// Width of a line, in points.
    pub width: f32,
}

/// Words in lines.
pub(super) struct Lines {
    pub lines: Vec<Line>,
    pub looks: Vec<Look>,
    pub size: f32,
}

/// A line.
#[derive(Debug, Default)]
pub(super) struct Line {
    pub pieces: Vec<Piece>,
    pub width: f32,
    /// Spaces in it, between which it can be stretched.
    pub spaces: usize,
    /// A paragraph ends here, or the writer broke it: not to be stretched.
    pub ends: bool,
}

/// Words of one look in a line.
#[derive(Clone, Debug)]
pub(super) struct Piece {
    pub text: String,
    pub width: f32,
    pub spaces: usize,
    /// Place of its look.
    pub look: usize,
}

/// How a run looks.
#[derive(Clone, Debug)]
pub(super) struct Look {
    pub style: Style,
    pub marked: bool,
    pub link: Option<Rc<str>>,
    pub part: Part,
}

/// The runs in lines, as parts of a part of the document.
pub(super) fn lines(fonts: &Fonts, tags: &mut Tags, part: Part, runs: &[Run], setting: Setting) -> Lines {
    let linked = runs.iter().any(|run| run.link.is_some());
    let mut looks = Vec::with_capacity(runs.len());
    let mut breaker = Breaker { setting, out: vec![], line: Line::default(), gap: vec![], gap_width: 0.0, word: vec![], word_width: 0.0 };
    for (look, run) in runs.iter().enumerate() {
        let style = Style { bold: setting.style.bold || run.bold, italic: setting.style.italic || run.italic };
        let link: Option<Rc<str>> = run.link.as_deref().and_then(address).map(Rc::from);
        let part = match (part, linked) {
            (Some(_), true) => tags.add(part, if link.is_some() { Role::Link } else { Role::Span }),
            _ => part,
        };
        looks.push(Look { style, marked: run.marked, link, part });
        let face = fonts.face(style);
        for c in read(&run.text) {
            match c {
                '\n' => breaker.end_line(),
                MAY_END => breaker.end_word(),
                c => {
                    let letter = face.letter(c);
                    breaker.take(look, letter.shown, letter.advance * setting.size);
                }
            }
        }
    }
    breaker.end_line();
    Lines { lines: breaker.out, looks, size: setting.size }
}

/// Words on one line, as they are drawn.
pub(super) fn plain(fonts: &Fonts, text: &str, style: Style) -> String {
    let face = fonts.face(style);
    read(text).filter(|c| *c != MAY_END).map(|c| if c == '\n' { ' ' } else { face.letter(c).shown }).collect()
}

/// The characters of words from outside, composed, without what must not stand in a document and what only steers a shaping that is
/// not done here.
fn read(text: &str) -> impl Iterator<Item = char> {
    text.nfc().filter_map(|c| match c {
        '\n' | MAY_END => Some(c),
        '\r' | '\u{ad}' | '\u{200c}'..='\u{200f}' | '\u{2060}' | '\u{feff}' | '\u{fe00}'..='\u{fe0f}' => None,
        c => letter(c),
    })
}

/// What has been read and not yet been put into a line. Everything is touched a fixed number of times: it stays linear.
struct Breaker {
    setting: Setting,
    out: Vec<Line>,
    line: Line,
    /// Spaces after the line, which fall away if it ends there.
    gap: Vec<Piece>,
    gap_width: f32,
    word: Vec<Piece>,
    word_width: f32,
}

impl Breaker {
    fn take(&mut self, look: usize, c: char, width: f32) {
        if c == ' ' {
            self.end_word();
            push(&mut self.gap, look, c, width);
            self.gap_width += width;
            return;
        }
        if self.word_width + width > self.setting.width && !self.word.is_empty() {
            if !self.line.pieces.is_empty() {
                self.wrap();
            }
            self.end_word();
            self.wrap();
        }
        push(&mut self.word, look, c, width);
        self.word_width += width;
    }

    fn end_word(&mut self) {
        if self.word.is_empty() {
            return;
        }
        if self.line.width + self.gap_width + self.word_width > self.setting.width {
            if self.line.pieces.is_empty() {
                self.drop_gap();
            } else {
                self.wrap();
            }
        }
        let (gap, word) = (std::mem::take(&mut self.gap), std::mem::take(&mut self.word));
        self.line.width += self.gap_width + self.word_width;
        (self.gap_width, self.word_width) = (0.0, 0.0);
        for piece in gap.into_iter().chain(word) {
            self.line.spaces += piece.spaces;
            match self.line.pieces.last_mut().filter(|last| last.look == piece.look) {
                Some(last) => {
                    last.text.push_str(&piece.text);
                    last.width += piece.width;
                    last.spaces += piece.spaces;
                }
                None => self.line.pieces.push(piece),
            }
        }
    }

    /// The line is full.
    fn wrap(&mut self) {
        self.drop_gap();
        self.out.push(std::mem::take(&mut self.line));
    }

    /// The line ends where the writer ended it.
    fn end_line(&mut self) {
        self.end_word();
        self.line.ends = true;
        self.wrap();
    }

    fn drop_gap(&mut self) {
        self.gap.clear();
        self.gap_width = 0.0;
    }
}

fn push(pieces: &mut Vec<Piece>, look: usize, c: char, width: f32) {
    let spaces = usize::from(c == ' ');
    match pieces.last_mut().filter(|last| last.look == look) {
        Some(last) => {
            last.text.push(c);
            last.width += width;
            last.spaces += spaces;
        }
        None => pieces.push(Piece { text: c.to_string(), width, spaces, look }),
    }
}
