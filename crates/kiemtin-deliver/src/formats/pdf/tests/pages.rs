//! What stands where on the pages?

use super::super::flow::{BOTTOM, LEFT, TEXT, TOP};
use super::super::*;
use super::ink::Ink;
use super::sample::{LONG, chart, grid, paper};
use super::{HOSTILE, all, pages, words};
use crate::formats::paper::{Block, Chart, ChartKind, Closing, Grid, GridColumn, Run};

fn of(blocks: Vec<Block>) -> Paper {
    Paper { blocks, ..Paper::default() }
}

/// Nothing but the number and the banner stands in the margins.
fn assert_inside(leaves: &[Leaf]) {
    let fonts = Fonts::load().unwrap();
    for (page, leaf) in leaves.iter().enumerate() {
        for (_, ink) in &leaf.inks {
            let Ink::Words { x, y, text, style, size, stretch, .. } = ink else { continue };
            let end = x + fonts.width(text, *style, *size) + stretch * text.matches(' ').count() as f32;
            assert!(*x > LEFT - 1.0 && end < LEFT + TEXT + 1.0, "page {page}: {text} from {x} to {end}");
            assert!(*y < BOTTOM && (*y > TOP || page > 0), "page {page}: {text} at {y}");
        }
    }
}

#[test]
fn all_words_stand_within_the_margins_of_the_decree() {
    let leaves = pages(&paper());
    assert_inside(&leaves);
    let banner = paper().banner;
    for (at, leaf) in leaves.iter().enumerate().skip(1) {
        assert!(words(leaf).ends_with(&format!("|{}|{banner}", at + 1)), "number and banner on page {at}");
    }
    assert!(words(&leaves[0]).starts_with("BỘ CÔNG THƯƠNG|VĂN PHÒNG BỘ|CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM|Độc lập - Tự do - Hạnh phúc|"));
}

#[test]
fn an_empty_document_is_one_page() {
    let leaves = pages(&Paper::default());
    assert_eq!(leaves.len(), 1);
    assert_eq!(words(&leaves[0]), "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM|Độc lập - Tự do - Hạnh phúc");
    let grid = Grid { columns: vec![GridColumn { head: String::new(), share: 0, numbers: true }], rows: vec![vec![], vec![vec![]]] };
    let blocks = vec![
        Block::Paragraph(vec![]),
        Block::Heading(9, String::new()),
        Block::List { numbered: true, items: vec![] },
        Block::Table(Grid::default()),
        Block::Table(grid),
        Block::Chart(Chart::default()),
        Block::Chart(Chart { kind: ChartKind::Bars, ..chart(ChartKind::Bars, 0, 2) }),
        Block::Chart(chart(ChartKind::Columns, 3, 0)),
    ];
    let paper = Paper { closing: Some(Closing::default()), ..of(blocks) };
    assert_eq!(pages(&paper).len(), 1);
    assert!(pdf(&paper).unwrap().starts_with(b"%PDF"));
}

#[test]
fn a_long_table_repeats_its_heads_and_loses_no_row() {
    let leaves = pages(&of(vec![Block::Table(grid(200))]));
    assert!(leaves.len() > 5);
    for leaf in &leaves {
        assert_eq!(words(leaf).matches("Thứ tự|Nguồn|Tiêu đề bài viết|Lượt xem").count(), 1);
    }
    let text = leaves.iter().map(words).collect::<Vec<_>>().join("|");
    let rows: Vec<&str> = text.split('|').filter(|words| words.starts_with("dòng ")).collect();
    assert_eq!(rows, (0..200).map(|i| format!("dòng {i}")).collect::<Vec<_>>());
    assert_inside(&leaves);
}

#[test]
fn a_row_that_is_taller_than_a_page_goes_on_there() {
    let mut grid = grid(2);
    let long = "chữ ".repeat(25_000);
    grid.rows[0][2] = vec![Run::plain(&long)];
    let leaves = pages(&of(vec![Block::Table(grid)]));
    assert_inside(&leaves);
    let text = leaves.iter().map(words).collect::<Vec<_>>().join(" ");
    assert_eq!(text.matches("chữ").count(), 25_000, "no word is lost");
    let narrow = Grid {
        columns: (0..300).map(|_| GridColumn { head: "đầu".into(), share: 1, numbers: false }).collect(),
        rows: vec![vec![vec![Run::plain("chữ")]]],
    };
    assert!(pdf(&of(vec![Block::Table(narrow)])).unwrap().len() > 1_000, "columns that are too narrow for a word");
}

#[test]
fn what_the_font_lacks_is_shown_as_lacking_and_the_rest_is_composed() {
    let (mut bars, mut columns) = (chart(ChartKind::Bars, 1, 1), chart(ChartKind::Columns, 1, 1));
    (bars.labels[0], columns.series[0].name, columns.title) = (HOSTILE.into(), HOSTILE.into(), HOSTILE.into());
    let blocks = vec![Block::Chart(bars), Block::Chart(columns)];
    let text = all(&Paper { subject: HOSTILE.into(), ..of(blocks) });
    assert!(text.matches("đảo").count() >= 4 && text.matches("ệ").count() >= 4, "composed, and nothing turns it: {text}");
    assert!(text.matches(['\u{fffd}', '?']).count() >= 3 * 4, "{text}");
    assert!(!text.contains(['漢', '🙂', '\u{202e}', '\u{0}', '\u{ad}', '\u{200b}']));
}

#[test]
fn a_word_that_no_line_holds_is_broken() {
    let word = "đường".repeat(2_000);
    let leaves = pages(&of(vec![Block::plain(format!("một {word} hai"))]));
    assert_inside(&leaves);
    let text: String = leaves.iter().map(words).collect::<Vec<_>>().join("|").replace(|c: char| c == '|' || c.is_ascii_digit(), "");
    assert_eq!(text.matches("đường").count(), 2_000);
}

#[test]
fn line_ends_are_kept_and_other_lines_are_stretched() {
    let fonts = Fonts::load().unwrap();
    let leaves = pages(&of(vec![Block::plain(format!("{LONG}\ndòng hai"))]));
    let last = leaves[0].inks.iter().rev().filter_map(|(_, ink)| {
        if let Ink::Words { x, text, style, size, stretch, .. } = ink {
            Some((*x, text, fonts.width(text, *style, *size), *stretch))
        } else {
            None
        }
    });
    let lines: Vec<_> = last.take(4).collect();
    assert!(lines[0].1 == "dòng hai" && lines[0].3 == 0.0 && lines[1].3 == 0.0, "the end of a line that was ended is not stretched");
    let (x, text, width, stretch) = lines[2];
    assert!(stretch > 0.0 && (x + width + stretch * text.matches(' ').count() as f32 - LEFT - TEXT).abs() < 0.1, "{text}");
}

#[test]
fn a_line_of_a_chart_has_gaps_where_nothing_is_known() {
    let gaps = |values: Vec<Option<f64>>| -> Vec<usize> {
        let mut one = chart(ChartKind::Lines, values.len(), 1);
        one.series[0].values = values;
        let inks = pages(&of(vec![Block::Chart(one)])).remove(0).inks;
        let lines = inks.into_iter().filter_map(|(_, ink)| match ink {
            Ink::Lines { lines, closed: false, pen: Some(pen), .. }
                if pen.width == 1.5 && lines.iter().all(|line| line.len() != 2 || line[0].0 != line[1].0) =>
            {
                Some(lines)
            }
            _ => None,
        });
        // The first is the sample of the legend.
        lines.skip(1).flatten().map(|line| line.len()).collect()
    };
    assert_eq!(
        gaps(vec![Some(1.0), Some(2.0), None, Some(4.0), None, Some(1.0), Some(2.0), Some(f64::NAN), Some(3.0), Some(2.5), Some(0.5)]),
        [2, 2, 3]
    );
    assert_eq!(gaps(vec![Some(-1.0), Some(f64::INFINITY), None]), [0usize; 0]);
}

#[test]
fn charts_are_never_cut_and_their_labels_never_touch() {
    let fonts = Fonts::load().unwrap();
    for (kind, labels) in [(ChartKind::Lines, 365), (ChartKind::Columns, 400), (ChartKind::Bars, 3_000)] {
        let leaves = pages(&of(vec![Block::plain(LONG), Block::Chart(chart(kind, labels, 2))]));
        assert_inside(&leaves);
        let drawn: Vec<usize> = leaves.iter().map(|leaf| words(leaf).matches("Mạng xã hội").count()).collect();
        assert_eq!(drawn.iter().sum::<usize>(), 1, "{kind:?}");
        let mut row: Vec<(f32, f32)> = vec![];
        for (_, ink) in leaves.iter().flat_map(|leaf| &leaf.inks) {
            if let Ink::Words { x, text, style, size, .. } = ink
                && text.ends_with("/11")
            {
                row.push((*x, x + fonts.width(text, *style, *size)));
            }
        }
        assert!(row.windows(2).all(|pair| pair[0].1 < pair[1].0), "{kind:?}");
    }
}

#[test]
fn who_signs_does_not_stand_alone_on_a_page() {
    for lines in 0..60 {
        let closing = Some(Closing { recipients: vec!["Như trên;".into()], signer: vec!["CHÁNH VĂN PHÒNG".into()] });
        let paper = Paper { closing, ..of(vec![Block::plain("chữ\n".repeat(lines) + "hết")]) };
        let leaves = pages(&paper);
        let last = words(leaves.last().unwrap());
        assert!(last.contains("chữ|hết|Nơi nhận:|- Như trên.|CHÁNH VĂN PHÒNG") || lines == 0, "{lines}: {last}");
    }
    let many = Closing { recipients: vec!["Như trên".into(); 200], signer: vec!["CHÁNH VĂN PHÒNG".into()] };
    let leaves = pages(&Paper { closing: Some(many), ..Paper::default() });
    assert_inside(&leaves);
    assert!(leaves.len() > 2 && words(leaves.last().unwrap()).contains("CHÁNH VĂN PHÒNG"));
}
