//! Which fonts does a PDF carry, and how wide is a letter in them? Liberation Serif, cut like Times New Roman letter by letter, so
//! that lines are as long as offices know them.

use super::PdfError;
use krilla::text::{Font, GlyphId, KrillaGlyph};
use skrifa::charmap::Charmap;
use skrifa::instance::{LocationRef, Size};
use skrifa::metrics::GlyphMetrics;
use skrifa::{FontRef, MetadataProvider};

const REGULAR: &[u8] = include_bytes!("../../../fonts/LiberationSerif-Regular.ttf");
const BOLD: &[u8] = include_bytes!("../../../fonts/LiberationSerif-Bold.ttf");
const ITALIC: &[u8] = include_bytes!("../../../fonts/LiberationSerif-Italic.ttf");
const BOLD_ITALIC: &[u8] = include_bytes!("../../../fonts/LiberationSerif-BoldItalic.ttf");

/// How far the letters reach above and below their line, as parts of their size.
pub(super) const ASCENT: f32 = 0.891;
pub(super) const DESCENT: f32 = 0.216;

/// A cut of the font.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Style {
    pub bold: bool,
    pub italic: bool,
}

/// All cuts.
pub(in crate::formats) struct Fonts {
    regular: Face,
    bold: Face,
    italic: Face,
    bold_italic: Face,
}

/// A cut with its letters.
pub(super) struct Face {
    pub font: Font,
    charmap: Charmap<'static>,
    metrics: GlyphMetrics<'static>,
    /// Units of its design in the size of a letter.
    units: f32,
}

/// A letter as it is drawn.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Letter {
    /// The character that is drawn, which stands in the text of the file too.
    pub shown: char,
    id: u32,
    /// How far it moves the next one, as a part of its size.
    pub advance: f32,
}

impl Fonts {
    /// # Errors
    /// The bundled fonts are none.
    pub(in crate::formats) fn load() -> Result<Self, PdfError> {
        Ok(Self { regular: Face::of(REGULAR)?, bold: Face::of(BOLD)?, italic: Face::of(ITALIC)?, bold_italic: Face::of(BOLD_ITALIC)? })
    }

    pub(super) fn face(&self, style: Style) -> &Face {
        match (style.bold, style.italic) {
            (false, false) => &self.regular,
            (true, false) => &self.bold,
            (false, true) => &self.italic,
            (true, true) => &self.bold_italic,
        }
    }

    /// Width of words on one line, in points.
    pub(super) fn width(&self, text: &str, style: Style, size: f32) -> f32 {
        let face = self.face(style);
        text.chars().map(|c| face.letter(c).advance * size).sum()
    }
}

impl Face {
    fn of(bytes: &'static [u8]) -> Result<Self, PdfError> {
        let font = Font::new(bytes.into(), 0).ok_or(PdfError::Font)?;
        let read = FontRef::from_index(bytes, 0).map_err(|_| PdfError::Font)?;
        let metrics = read.glyph_metrics(Size::unscaled(), LocationRef::default());
        Ok(Self { units: font.units_per_em(), font, charmap: read.charmap(), metrics })
    }

    /// The letter of a character; of one that the font lacks, what says that there was one: `U+FFFD`, or `?` where it lacks that too.
    pub(super) fn letter(&self, c: char) -> Letter {
        let instead = match c {
            c if c.is_whitespace() => ' ',
            '\u{2010}'..='\u{2012}' | '\u{2212}' => '-',
            _ => char::REPLACEMENT_CHARACTER,
        };
        [c, instead, '?'].into_iter().find_map(|c| self.known(c)).unwrap_or(Letter { shown: ' ', id: 0, advance: 0.25 })
    }

    fn known(&self, c: char) -> Option<Letter> {
        // Glyph 0 is the box of a character that the font lacks.
        let id = self.charmap.map(c).filter(|id| id.to_u32() != 0)?;
        Some(Letter { shown: c, id: id.to_u32(), advance: self.metrics.advance_width(id)? / self.units })
    }

    /// The letters of a line; each space is wider by `stretch` points.
    pub(super) fn glyphs(&self, text: &str, size: f32, stretch: f32) -> Vec<KrillaGlyph> {
        text.char_indices()
            .map(|(at, c)| {
                let letter = self.letter(c);
                let advance = letter.advance + if c == ' ' { stretch / size } else { 0.0 };
                KrillaGlyph::new(GlyphId::new(letter.id), advance, 0.0, 0.0, 0.0, at..at + c.len_utf8(), None)
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_cut_has_all_letters_of_vietnamese() {
        let fonts = Fonts::load().unwrap();
        let vowels = "aàáảãạăằắẳẵặâầấẩẫậeèéẻẽẹêềếểễệiìíỉĩịoòóỏõọôồốổỗộơờớởỡợuùúủũụưừứửữựyỳýỷỹỵđ";
        let others = "bcdghklmnpqrstvxfjwz0123456789.,:;!?()[]«»“”‘’–—…·%/-+&@#₫°²×≥≤";
        for style in [(false, false), (true, false), (false, true), (true, true)].map(|(bold, italic)| Style { bold, italic }) {
            for c in vowels.chars().chain(vowels.to_uppercase().chars()).chain(others.chars()) {
                let letter = fonts.face(style).letter(c);
                assert!(letter.shown == c && letter.advance > 0.0, "{c} {style:?}");
            }
        }
    }

    #[test]
    fn what_the_font_lacks_is_shown_as_lacking() {
        let fonts = Fonts::load().unwrap();
        let shown = |c| fonts.face(Style::default()).letter(c).shown;
        for c in ['漢', '🙂', '\u{e000}'] {
            assert!(matches!(shown(c), '\u{fffd}' | '?'), "{c}");
        }
        assert_eq!(shown('\u{2011}').to_string().replace('\u{2011}', "-"), "-");
        assert_eq!(fonts.width("", Style::default(), 13.0), 0.0);
    }
}
