//! What is in the file?

use super::super::*;
use super::HOSTILE;
use super::sample::{LONG, grid, paper};
use crate::formats::paper::{Block, Run};
use krilla::configure::{Accessibility, ConfigurationBuilder};
use std::process::Command;

/// The file as it is, not packed.
fn plain(paper: &Paper) -> String {
    let settings = SerializeSettings { compress_content_streams: false, ..SerializeSettings::default() };
    String::from_utf8_lossy(&written(paper, settings).unwrap()).into_owned()
}

#[test]
fn the_same_document_gives_the_same_bytes() {
    let bytes = pdf(&paper()).unwrap();
    assert!(bytes.starts_with(b"%PDF-1.7"));
    assert!(bytes == pdf(&paper()).unwrap());
    assert!(bytes != pdf(&Paper { subject: "khác".into(), ..paper() }).unwrap());
}

#[test]
fn fonts_are_brought_along_with_the_letters_that_they_stand_for() {
    let text = plain(&paper());
    assert_eq!(text.matches("/FontFile2 ").count(), 4, "regular, bold, italic and both");
    assert_eq!(text.matches("/ToUnicode ").count(), 4);
    for letter in ['ệ', 'Ộ', 'đ', 'ử', '“'] {
        assert!(text.contains(&format!("<{:04X}>", u32::from(letter))), "{letter} is not told as text");
    }
}

#[test]
fn title_language_and_time_are_told_and_no_person() {
    let text = plain(&paper());
    assert!(text.contains("D:20261123080500+07'00") && text.contains("/Lang(vi-VN)"));
    assert!(text.contains("<dc:title>") && text.contains("HỒ SƠ CẢNH BÁO: Luận điệu") && text.contains("<xmp:CreatorTool>kiemtin<"));
    assert!(!text.contains("/Author") && !text.contains("<dc:creator>"));
    assert!(plain(&Paper { as_of: None, ..paper() }).contains("D:20000101000000+07'00"));
}

#[test]
fn words_from_outside_stay_words() {
    let links = ["javascript:alert(1)", "file:///etc/passwd", "https://a.vn/x?a=(1)&b=\\"];
    let runs: Vec<Run> = links.iter().map(|link| Run::linked(HOSTILE, Some((*link).into()))).collect();
    let paper = Paper {
        title: HOSTILE.into(),
        banner: HOSTILE.into(),
        blocks: vec![Block::Heading(1, HOSTILE.into()), Block::Paragraph(runs)],
        ..Paper::default()
    };
    let text = plain(&paper);
    assert!(!text.contains("javascript:") && !text.contains("file:///") && !text.contains("/S/JavaScript/"));
    let led: Vec<&str> = text.split("/URI(").skip(1).filter_map(|rest| rest.split(")>>").next()).collect();
    assert!(!led.is_empty() && led.iter().all(|to| *to == "https://a.vn/x?a=(1)&b=\\\\"), "{led:?}");
    assert!(!text.contains('\u{202e}') && !text.contains("<202E>"), "nothing turns the direction of what follows");
    pdf(&paper).unwrap();
}

#[test]
fn readers_that_speak_find_the_parts() {
    let configuration = ConfigurationBuilder::new().with_accessibility_validator(Accessibility::UA1).finish().unwrap();
    let settings = || SerializeSettings { configuration, ..SerializeSettings::default() };
    written(&paper(), settings()).unwrap();
    let text = plain(&paper());
    for (part, count) in [("/S/H1/", 1), ("/S/H2/", 3), ("/S/L/", 2), ("/S/LI/", 13), ("/S/TR/", 31), ("/S/TH/", 4), ("/S/Figure/", 6)] {
        assert_eq!(text.matches(part).count(), count, "{part}");
    }
}

/// Runs a program on the file, where there is one.
fn run(program: &str, paper: &Paper) -> Option<String> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.pdf");
    std::fs::write(&path, pdf(paper).unwrap()).unwrap();
    let mut command = Command::new(program);
    command.arg(&path);
    if program == "pdftotext" {
        command.arg("-");
    }
    let out = command.output().ok()?;
    assert!(out.status.success(), "{program}");
    Some(String::from_utf8(out.stdout).unwrap())
}

#[test]
fn another_program_reads_the_words_and_the_fonts() {
    let mut paper = paper();
    paper.blocks.push(Block::Table(grid(100)));
    if let Some(text) = run("pdftotext", &paper) {
        let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(text.contains("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM") && text.contains(LONG) && text.contains("dòng 99"), "{text}");
        assert!(!text.contains('\u{fffd}'));
    }
    if let Some(text) = run("pdffonts", &paper) {
        let fonts: Vec<&str> = text.lines().skip(2).collect();
        assert_eq!(fonts.len(), 4, "{text}");
        assert!(
            fonts.iter().all(|font| font.contains("LiberationSerif") && font.contains("yes yes yes")),
            "embedded, a part, as text: {text}"
        );
    }
}
