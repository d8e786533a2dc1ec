//! `mask`: which words of a text are personal data? The same lines come out, with labels in their place.

use crate::cli::Common;
use crate::config;
use anyhow::Context;
use std::fs::File;
use std::io::{BufRead, BufReader, BufWriter, Read, Write};
use std::path::Path;
use std::process::ExitCode;

/// Longest line that is read, in bytes.
const MAX_LINE: u64 = 8 << 20;

/// Runs the command.
pub fn run(common: &Common, file: Option<&Path>) -> anyhow::Result<ExitCode> {
    let hotlines = config::load_valid(&common.config)?.settings.masking.hotlines;
    let mut out = BufWriter::new(std::io::stdout().lock());
    let masked = match file.filter(|f| f.as_os_str() != "-") {
        Some(path) => {
            let file = File::open(path).with_context(|| format!("cannot open {}", path.display()))?;
            lines(BufReader::new(file), &mut out, &hotlines)
        }
        None => lines(std::io::stdin().lock(), &mut out, &hotlines),
    }?;
    out.flush()?;
    eprintln!("{} chỗ đã che", masked.places);
    if masked.broken > 0 {
        eprintln!("{} dòng có byte không phải UTF-8, thay bằng U+FFFD", masked.broken);
    }
    Ok(ExitCode::SUCCESS)
}

#[derive(Debug, Default, PartialEq)]
struct Count {
    places: usize,
    broken: usize,
}

/// Every line comes out with its own line end; an empty one stays.
fn lines(mut source: impl BufRead, out: &mut impl Write, hotlines: &[String]) -> anyhow::Result<Count> {
    let mut count = Count::default();
    let mut line = Vec::new();
    for number in 1.. {
        line.clear();
        if source.by_ref().take(MAX_LINE + 1).read_until(b'\n', &mut line)? == 0 {
            break;
        }
        // A number could stand across the place where a line is cut, so none is cut.
        anyhow::ensure!(line.len() as u64 <= MAX_LINE, "line {number} is longer than {MAX_LINE} bytes");
        let text = String::from_utf8_lossy(&line);
        count.broken += usize::from(matches!(text, std::borrow::Cow::Owned(_)));
        let masked = kiemtin_text::mask::mask(&text, hotlines);
        count.places += masked.cuts.len();
        out.write_all(masked.text.as_bytes())?;
    }
    Ok(count)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_lines_come_out() {
        let check = |text: &[u8], expected: &str, places: usize, broken: usize| {
            let mut out = vec![];
            let count = lines(text, &mut out, &["02422222222".into()]).unwrap();
            assert_eq!((String::from_utf8(out).unwrap().as_str(), count), (expected, Count { places, broken }));
        };
        check(b"", "", 0, 0);
        check("a\n\nGọi 0912 345 678\r\ncuối".as_bytes(), "a\n\nGọi [số điện thoại]\r\ncuối", 1, 0);
        check(b"024 2222 2222, 024 2222 2223", "024 2222 2222, [số điện thoại]", 1, 0);
        check(b"\xff 0912345678\n", "\u{fffd} [số điện thoại]\n", 1, 1);
        let long = vec![b'1'; 9 << 20];
        assert!(lines(long.as_slice(), &mut vec![], &[]).is_err());
    }
}
