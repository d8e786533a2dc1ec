//! What is a document of an office, whatever file it becomes? Headings, paragraphs, lists and tables under the heading lines of
//! Vietnamese administrative documents (Decree 30/2020/NĐ-CP, annex I).

use kiemtin_model::Time;
use kiemtin_model::lang::Lang;

/// A document.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Paper {
    /// The language of its own words: of the heading lines, of what stands beside charts, of numbers in them.
    pub lang: Lang,
    /// The body above and the body that it comes from, as they stand at the top left: `BỘ CÔNG THƯƠNG`, `VĂN PHÒNG BỘ`.
    pub issuer: (String, String),
    /// Its number, as it stands under the issuer.
    pub number: String,
    /// Place and day, as they stand at the top right.
    pub dated: String,
    /// What it is.
    pub title: String,
    /// What it is about.
    pub subject: String,
    /// Stands in a box under the title and at the top of each page: how far it may be relied on. Empty: nothing.
    pub banner: String,
    /// What it says.
    pub blocks: Vec<Block>,
    /// Who gets it and who signs, under the text; none: it ends with its text.
    pub closing: Option<Closing>,
    /// As of when: written into the file in the place of the time of its making, so that the same document gives the same bytes.
    pub as_of: Option<Time>,
}

/// The last lines of a document, side by side (Decree 30/2020/NĐ-CP, annex I, parts 7 to 9).
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Closing {
    /// Who gets it, a line each, under `Nơi nhận:` at the left.
    pub recipients: Vec<String>,
    /// For whom and as what somebody signs, a line each, at the right: `TL. BỘ TRƯỞNG`, `CHÁNH VĂN PHÒNG`. Room for the signature
    /// follows.
    pub signer: Vec<String>,
}

/// The name of the state, in capitals, and its motto, as they stand at the top right (Decree 30/2020/NĐ-CP, annex I, part 1; in English
/// as in translations of official documents).
pub(super) fn state(lang: Lang) -> (&'static str, &'static str) {
    lang.of([
        ("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc"),
        ("SOCIALIST REPUBLIC OF VIET NAM", "Independence – Freedom – Happiness"),
    ])
}

/// What stands above the list of who gets a document.
pub(super) fn recipients(lang: Lang) -> &'static str {
    lang.of(["Nơi nhận:", "Recipients:"])
}

/// A part of a document.
#[derive(Clone, Debug, PartialEq)]
pub enum Block {
    /// A heading of a level, 1 or 2.
    Heading(u8, String),
    /// A paragraph.
    Paragraph(Vec<Run>),
    /// A list, with its items numbered or not.
    List {
        /// Numbers stand before the items, from 1.
        numbered: bool,
        /// Its items.
        items: Vec<Vec<Run>>,
    },
    /// A table.
    Table(Grid),
    /// A chart.
    Chart(Chart),
}

/// A chart: one or more series of numbers over the same labels. Every chart stands beside a table of the same numbers.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Chart {
    /// What it shows; it stands above it, and in its place for those who do not see it.
    pub title: String,
    /// How it is drawn.
    pub kind: ChartKind,
    /// What the numbers belong to, in their order.
    pub labels: Vec<String>,
    /// At most six.
    pub series: Vec<Series>,
}

/// How a chart is drawn.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ChartKind {
    /// Lines over time, from left to right.
    #[default]
    Lines,
    /// Standing bars, those of the series side by side.
    Columns,
    /// Lying bars, the first label at the top: for long names.
    Bars,
}

/// Colours of the series of a chart in their order, red, green and blue in a number: light and dark in turns, to be told apart in print without colours.
pub const COLOURS: [u32; 6] = [0x0B_5C6B, 0xE3_9A2D, 0x7A_2E5D, 0x7F_B7BE, 0xB3_402A, 0x9A_9A9A];

/// Up to here, the axis of a chart counts one by one: it would show halves as the same whole number twice.
pub const ONE_BY_ONE: f64 = 10.0;

/// Numbers of a chart.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Series {
    /// What they count.
    pub name: String,
    /// One for each label, not below 0; none: nothing is known, and the line has a gap.
    pub values: Vec<Option<f64>>,
}

/// A table.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Grid {
    /// Its columns.
    pub columns: Vec<GridColumn>,
    /// Its rows, each with as many cells as there are columns.
    pub rows: Vec<Vec<Vec<Run>>>,
}

/// A column of a table.
#[derive(Clone, Debug, PartialEq)]
pub struct GridColumn {
    /// Its head.
    pub head: String,
    /// Its share of the width; only comparable within one table.
    pub share: u16,
    /// It holds numbers, which stand at its right.
    pub numbers: bool,
}

/// Words of one look. Line ends in them are kept.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Run {
    /// The words.
    pub text: String,
    /// In bold.
    pub bold: bool,
    /// In italics.
    pub italic: bool,
    /// With a light ground: what is to be seen first.
    pub marked: bool,
    /// Where they lead; what is no address of the web leads nowhere.
    pub link: Option<String>,
}

impl Run {
    /// Plain words.
    pub fn plain(text: impl Into<String>) -> Self {
        Self { text: text.into(), ..Self::default() }
    }

    /// Words in bold.
    pub fn bold(text: impl Into<String>) -> Self {
        Self { bold: true, ..Self::plain(text) }
    }

    /// Words in italics.
    pub fn italic(text: impl Into<String>) -> Self {
        Self { italic: true, ..Self::plain(text) }
    }

    /// Words that lead somewhere, if they have an address.
    pub fn linked(text: impl Into<String>, link: Option<String>) -> Self {
        Self { link, ..Self::plain(text) }
    }
}

impl Block {
    /// A paragraph of plain words.
    pub fn plain(text: impl Into<String>) -> Self {
        Self::Paragraph(vec![Run::plain(text)])
    }
}
