//! How does a document become a PDF? It is set in lines, put on pages, and drawn with fonts that the file brings along.
//!
//! The same document gives the same bytes: nothing looks at a clock, and all metrics are those of the bundled fonts. Words from
//! outside stand only in text and in checked addresses. The parts of the document are told beside the pages (a tagged PDF), so that
//! readers that speak find headings, lists and cells.

mod chart;
mod closing;
mod flow;
mod fonts;
mod head;
mod ink;
mod set;
mod svg;
mod table;
mod tags;
mod words;
mod writer;

use super::paper::Paper;
use super::words::letter;
use flow::{Bookmark, Flow, Leaf};
use kiemtin_model::Time;
use kiemtin_model::time::{DAY_MS, Day, HOUR_MS, MINUTE_MS};
use krilla::destination::XyzDestination;
use krilla::geom::Point;
use krilla::metadata::{DateTime, Metadata};
use krilla::outline::{Outline, OutlineNode};
use krilla::page::PageSettings;
use krilla::tagging::{Artifact, ArtifactType, ContentTag, SpanTag};
use krilla::{Document, SerializeSettings};
use tags::Tags;
use writer::Writer;

pub(super) use fonts::Fonts;
pub(super) use svg::svg;

/// What stands for the time of its making where a document does not say as of when it is: 2000-01-01 in Vietnam.
const MADE: Time = Time(946_659_600_000);

/// A document that could not be written.
#[derive(Debug, thiserror::Error)]
pub enum PdfError {
    /// A bundled font could not be read.
    #[error("a font of the PDF could not be read")]
    Font,
    /// The file could not be written.
    #[error("the document could not be written as PDF")]
    Write(#[from] krilla::error::KrillaError),
}

/// The document as a file: A4, with the margins and the heading lines of administrative documents (Decree 30/2020/NĐ-CP, annex I).
/// A character that the font lacks is shown as `?`.
///
/// # Errors
/// The bundled fonts could not be read or embedded.
pub fn pdf(paper: &Paper) -> Result<Vec<u8>, PdfError> {
    written(paper, SerializeSettings::default())
}

fn written(paper: &Paper, settings: SerializeSettings) -> Result<Vec<u8>, PdfError> {
    let fonts = Fonts::load()?;
    let Laid { leaves, bookmarks, mut tags } = laid(&fonts, paper);
    let mut document = Document::new_with(settings);
    document.set_metadata(metadata(paper));
    leaves.iter().for_each(|leaf| draw(&mut document, leaf, &mut tags, &fonts));
    document.set_outline(outline(bookmarks));
    document.set_tag_tree(tags.tree(paper.lang));
    Ok(document.finish()?)
}

/// A document on its pages.
struct Laid {
    leaves: Vec<Leaf>,
    bookmarks: Vec<Bookmark>,
    tags: Tags,
}

fn laid(fonts: &Fonts, paper: &Paper) -> Laid {
    let mut writer = Writer { fonts, flow: Flow::new(), tags: Tags::default(), lang: paper.lang };
    writer.head(paper);
    paper.blocks.iter().for_each(|block| writer.block(block));
    if let Some(closing) = &paper.closing {
        writer.closing(closing);
    }
    let (mut leaves, bookmarks) = std::mem::replace(&mut writer.flow, Flow::new()).finish();
    writer.margins(&mut leaves, &paper.banner);
    Laid { leaves, bookmarks, tags: writer.tags }
}

/// Draws a page. What follows each other in one part is told as one.
fn draw(document: &mut Document, leaf: &Leaf, tags: &mut Tags, fonts: &Fonts) {
    let Some(settings) = PageSettings::from_wh(flow::WIDTH, flow::HEIGHT) else { return };
    let mut page = document.start_page_with(settings);
    let mut surface = page.surface();
    let drawn = leaf.inks.iter().filter(|(_, ink)| !matches!(ink, ink::Ink::Link { .. })).collect::<Vec<_>>();
    for inks in drawn.chunk_by(|(one, _), (other, _)| one == other) {
        let part = inks.first().and_then(|(part, _)| *part);
        let shown = surface.start_tagged(match part {
            Some(_) => ContentTag::Span(SpanTag::empty()),
            None => ContentTag::Artifact(Artifact::with_kind(ArtifactType::Layout)),
        });
        inks.iter().for_each(|(_, ink)| ink.draw(&mut surface, fonts));
        surface.end_tagged();
        if let Some(part) = part {
            tags.show(part, shown);
        }
    }
    surface.finish();
    for (part, ink) in &leaf.inks {
        match (part, ink.link()) {
            (Some(part), Some(link)) => tags.show(*part, page.add_tagged_annotation(link)),
            (None, Some(link)) => page.add_annotation(link),
            (_, None) => {}
        }
    }
    page.finish();
}

/// Title, language and time, as viewers show them. No person is named as its author.
fn metadata(paper: &Paper) -> Metadata {
    let title = match (paper.title.is_empty(), paper.subject.is_empty()) {
        (false, false) => format!("{}: {}", paper.title, paper.subject),
        _ => format!("{}{}", paper.title, paper.subject),
    };
    let metadata = Metadata::new().language(paper.lang.tag().to_owned()).creator("kiemtin".to_owned());
    let metadata = metadata.creation_date(moment(paper.as_of.unwrap_or(MADE)));
    if title.is_empty() { metadata } else { metadata.title(title.chars().filter_map(letter).collect()) }
}

/// A moment in Vietnamese time.
fn moment(at: Time) -> DateTime {
    let (month, day) = Day::of(at).month_and_day();
    let passed = at.plus(7 * HOUR_MS).0.rem_euclid(DAY_MS);
    let part = |unit: i64, of: i64| u8::try_from(passed / unit % of).unwrap_or(0);
    DateTime::new(u16::try_from(at.year()).unwrap_or(2000))
        .month(month.unsigned_abs())
        .day(day.unsigned_abs())
        .hour(part(HOUR_MS, 24))
        .minute(part(MINUTE_MS, 60))
        .second(part(1_000, 60))
        .utc_offset_hour(7)
        .utc_offset_minute(0)
}

/// The headings beside the pages, those of the second level under those of the first.
fn outline(bookmarks: Vec<Bookmark>) -> Outline {
    let mut outline = Outline::new();
    let mut open: Option<OutlineNode> = None;
    for bookmark in bookmarks {
        let to = XyzDestination::new(bookmark.page, Point::from_xy(flow::LEFT, bookmark.y));
        let node = OutlineNode::new(bookmark.words.chars().filter_map(letter).collect(), to);
        match &mut open {
            Some(first) if bookmark.level > 1 => first.push_child(node),
            _ => open.replace(node).into_iter().for_each(|done| outline.push_child(done)),
        }
    }
    open.into_iter().for_each(|done| outline.push_child(done));
    outline
}

#[cfg(test)]
mod tests;
