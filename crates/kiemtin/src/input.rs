//! Lines of a file that may be compressed, broken, or one line of 200 MB: bounded memory, and a number for every line.

use anyhow::Context;
use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// Longest line that is read; a document of this size would be a book.
pub const MAX_LINE: usize = 8 << 20;

/// One line of the input.
pub enum InputLine {
    /// Its text, without the line end.
    Text(String),
    /// It cannot be used; the reason.
    Bad(String),
}

/// Bytes of one input, unpacked.
pub struct Bytes {
    /// The bytes.
    pub reader: Box<dyn BufRead + Send>,
    position: Arc<AtomicU64>,
    /// Size of the file, compressed as it is; 0 for standard input.
    pub size: u64,
}

/// Lines of one input.
pub struct Input {
    bytes: Bytes,
    number: u64,
    /// Size of the file, compressed as it is; 0 for standard input.
    pub size: u64,
}

impl Bytes {
    /// Opens a file, `-` for standard input. Compression is told by content.
    pub fn open(path: &Path) -> anyhow::Result<Self> {
        let position = Arc::new(AtomicU64::new(0));
        let (raw, size): (Box<dyn Read + Send>, u64) = if path.as_os_str() == "-" {
            (Box::new(io::stdin()), 0)
        } else {
            let file = File::open(path).with_context(|| format!("cannot open {}", path.display()))?;
            let size = file.metadata()?.len();
            (Box::new(file), size)
        };
        let counted = Counted { inner: raw, position: Arc::clone(&position) };
        let mut start = BufReader::with_capacity(1 << 16, counted);
        let magic = start.fill_buf().with_context(|| format!("cannot read {}", path.display()))?;
        let reader: Box<dyn BufRead + Send> = if magic.starts_with(&[0x1f, 0x8b]) {
            Box::new(BufReader::with_capacity(1 << 16, flate2::bufread::MultiGzDecoder::new(start)))
        } else if magic.starts_with(&[0x28, 0xb5, 0x2f, 0xfd]) {
            Box::new(BufReader::with_capacity(1 << 16, zstd::stream::read::Decoder::with_buffer(start)?))
        } else {
            Box::new(start)
        };
        Ok(Self { reader, position, size })
    }

    /// Bytes of the file read so far, compressed as it is.
    pub fn position(&self) -> u64 {
        self.position.load(Ordering::Relaxed)
    }
}

impl Input {
    /// Opens a file, `-` for standard input. Compression is told by content.
    pub fn open(path: &Path) -> anyhow::Result<Self> {
        Bytes::open(path).map(Self::over)
    }

    /// The lines of these bytes.
    pub fn over(bytes: Bytes) -> Self {
        Self { number: 0, size: bytes.size, bytes }
    }

    /// Bytes of the file read so far, compressed as it is.
    pub fn position(&self) -> u64 {
        self.bytes.position()
    }

    /// The next line and its number, from 1; blank lines are skipped. `None` at the end.
    pub fn next_line(&mut self) -> Option<(u64, InputLine)> {
        loop {
            self.number += 1;
            let mut line = vec![];
            match read_bounded(&mut self.bytes.reader, &mut line) {
                Ok(Step::End) => return None,
                Ok(Step::TooLong(bytes)) => {
                    let reason = format!("the line has {bytes} bytes, at most {MAX_LINE} are read");
                    return Some((self.number, InputLine::Bad(reason)));
                }
                Ok(Step::Line) if line.iter().all(u8::is_ascii_whitespace) => continue,
                Ok(Step::Line) => return Some((self.number, text(line))),
                Err(error) => {
                    // A truncated or damaged archive: what came before is good, nothing comes after.
                    self.bytes.reader = Box::new(io::empty());
                    return Some((self.number, InputLine::Bad(format!("the file cannot be read any further: {error}"))));
                }
            }
        }
    }
}

fn text(line: Vec<u8>) -> InputLine {
    match String::from_utf8(line) {
        Ok(text) => InputLine::Text(text.strip_prefix('\u{feff}').map_or_else(|| text.clone(), str::to_owned)),
        Err(e) => InputLine::Bad(format!("not UTF-8 at byte {}", e.utf8_error().valid_up_to() + 1)),
    }
}

enum Step {
    Line,
    TooLong(u64),
    End,
}

fn read_bounded(reader: &mut dyn BufRead, line: &mut Vec<u8>) -> io::Result<Step> {
    let mut bytes = 0u64;
    loop {
        let buffer = reader.fill_buf()?;
        if buffer.is_empty() {
            return Ok(if bytes == 0 { Step::End } else { ended(line, bytes) });
        }
        let (part, done) = match buffer.iter().position(|b| *b == b'\n') {
            Some(at) => (buffer.get(..at).unwrap_or_default(), true),
            None => (buffer, false),
        };
        let room = MAX_LINE.saturating_sub(line.len());
        line.extend_from_slice(part.get(..part.len().min(room + 1)).unwrap_or_default());
        let used = part.len() + usize::from(done);
        bytes += used as u64;
        reader.consume(used);
        if done {
            return Ok(ended(line, bytes));
        }
    }
}

fn ended(line: &[u8], bytes: u64) -> Step {
    if line.len() > MAX_LINE { Step::TooLong(bytes) } else { Step::Line }
}

struct Counted<R> {
    inner: R,
    position: Arc<AtomicU64>,
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buf)?;
        self.position.fetch_add(read as u64, Ordering::Relaxed);
        Ok(read)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;

    fn lines(bytes: &[u8]) -> Vec<(u64, Result<String, String>)> {
        let mut file = tempfile::NamedTempFile::new().unwrap();
        file.write_all(bytes).unwrap();
        let mut input = Input::open(file.path()).unwrap();
        std::iter::from_fn(|| input.next_line())
            .map(|(n, l)| {
                (
                    n,
                    match l {
                        InputLine::Text(t) => Ok(t),
                        InputLine::Bad(b) => Err(b),
                    },
                )
            })
            .collect()
    }

    #[test]
    fn bad_lines_are_told_and_the_rest_goes_on() {
        let mut bytes = b"\xef\xbb\xbfone\n\n\xff\n".to_vec();
        bytes.extend(vec![b'x'; MAX_LINE + 5]);
        bytes.extend(b"\nlast");
        let read = lines(&bytes);
        assert_eq!(read.iter().map(|(n, _)| *n).collect::<Vec<_>>(), [1, 3, 4, 5]);
        assert_eq!((&read[0].1, &read[3].1), (&Ok("one".into()), &Ok("last".into())));
        assert!(read[1].1.as_ref().unwrap_err().contains("byte 1"));
        assert!(read[2].1.as_ref().unwrap_err().contains("bytes"));
    }

    #[test]
    fn compressed_files_are_told_by_content() {
        let mut gz = flate2::write::GzEncoder::new(vec![], flate2::Compression::fast());
        gz.write_all(b"a\nb\n").unwrap();
        let gz = gz.finish().unwrap();
        assert_eq!(lines(&gz).len(), 2);
        assert_eq!(lines(&zstd::encode_all(&b"a\nb\n"[..], 1).unwrap()).len(), 2);
        let cut = lines(&gz[..gz.len() - 9]);
        assert!(cut.last().unwrap().1.as_ref().unwrap_err().contains("any further"));
    }
}
