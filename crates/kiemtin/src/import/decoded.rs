//! Bytes of a file in any encoding as UTF-8, in small steps.

use encoding_rs::{CoderResult, Decoder, Encoding, UTF_8};
use std::io::{self, BufRead, Read};

/// Bytes of the file that are decoded at one time; they become at most three times as many.
const STEP: usize = 16 << 10;

/// A reader of UTF-8. What is UTF-8 passes as it is, right or wrong: whoever reads it sees where it is wrong.
pub struct Decoded {
    inner: Box<dyn BufRead + Send>,
    decoder: Option<Decoder>,
    ready: Vec<u8>,
    taken: usize,
    ended: bool,
}

impl Decoded {
    /// Over a file in this encoding; a byte order mark at its front knows better. Fails when nothing can be read.
    pub fn new(mut inner: Box<dyn BufRead + Send>, named: &'static Encoding) -> io::Result<Self> {
        let front = inner.fill_buf()?;
        let (encoding, mark) = Encoding::for_bom(front).unwrap_or((named, 0));
        inner.consume(mark);
        let decoder = (encoding != UTF_8).then(|| encoding.new_decoder_without_bom_handling());
        Ok(Self { inner, decoder, ready: vec![], taken: 0, ended: false })
    }
}

impl Read for Decoded {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        let Some(decoder) = &mut self.decoder else { return self.inner.read(buf) };
        while self.taken == self.ready.len() && !self.ended {
            let bytes = self.inner.fill_buf()?;
            let bytes = bytes.get(..bytes.len().min(STEP)).unwrap_or(bytes);
            let last = bytes.is_empty();
            self.ready.resize(decoder.max_utf8_buffer_length(bytes.len()).unwrap_or(STEP * 3), 0);
            let (result, read, written, _) = decoder.decode_to_utf8(bytes, &mut self.ready, last);
            self.inner.consume(read);
            self.ready.truncate(written);
            self.taken = 0;
            self.ended = last && result == CoderResult::InputEmpty;
        }
        let ready = self.ready.get(self.taken..).unwrap_or_default();
        let count = ready.len().min(buf.len());
        for (to, from) in buf.iter_mut().zip(ready) {
            *to = *from;
        }
        self.taken += count;
        Ok(count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(bytes: &[u8], label: &str) -> Vec<u8> {
        let inner: Box<dyn BufRead + Send> = Box::new(io::BufReader::with_capacity(7, io::Cursor::new(bytes.to_vec())));
        let mut out = vec![];
        Decoded::new(inner, Encoding::for_label(label.as_bytes()).unwrap()).unwrap().read_to_end(&mut out).unwrap();
        out
    }

    #[test]
    fn encodings_and_marks() {
        let text = "tiêu đề;nội dung\r\n".repeat(50);
        assert_eq!(read(text.as_bytes(), "utf-8"), text.as_bytes());
        assert_eq!(read(format!("\u{feff}{text}").as_bytes(), "windows-1258"), text.as_bytes(), "the mark knows better");
        let utf16: Vec<u8> = format!("\u{feff}{text}").encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert_eq!(read(&utf16, "utf-8"), text.as_bytes());
        // In windows-1258 the accents follow their letters.
        assert_eq!(read(b"Gi\xe1 x\xe3ng", "windows-1258"), "Giá xăng".as_bytes());
        assert_eq!(read(b"a\xff\xfe", "utf-8"), b"a\xff\xfe");
        assert_eq!(read(b"", "utf-16le"), b"");
    }
}
