//! How is a body read that may be endless, or a few bytes that unpack to gigabytes?

use flate2::write::MultiGzDecoder;
use http::HeaderValue;
use kiemtin_model::{Failure, Outcome, Refusal};
use std::io::{Read, Write};

/// A body may unpack to this many times its size …
const MAX_RATIO: usize = 100;
/// … once it is larger than this, in bytes.
const RATIO_FROM: usize = 1 << 20;
/// Packed bytes that are unpacked at one time: they become 4 MiB at the most before the limits are looked at again.
const STEP: usize = 4 << 10;
const GZIP: [u8; 2] = [0x1f, 0x8b];

/// Why a body is not read further.
#[derive(Debug, PartialEq)]
pub(super) enum Fault {
    TooLarge,
    Broken(String),
}

impl Fault {
    pub(super) fn outcome(self) -> Outcome {
        match self {
            Self::TooLarge => Outcome::Refused(Refusal::TooLarge),
            Self::Broken(cause) => Outcome::Failed(Failure::Parse(cause)),
        }
    }
}

/// Collects a body, unpacked, up to a limit.
pub(super) struct BodyReader {
    unpacked: Unpacked,
    packed_bytes: usize,
    limit: usize,
}

enum Unpacked {
    /// Said to be gzip; the first bytes will show.
    Waiting(Vec<u8>),
    Plain(Vec<u8>),
    Gzip(Box<MultiGzDecoder<Vec<u8>>>),
}

impl BodyReader {
    /// Only gzip was asked for; anything else cannot be read.
    pub(super) fn new(encoding: Option<&HeaderValue>, limit: usize) -> Result<Self, Fault> {
        let encoding = encoding.map_or(Ok(""), |v| v.to_str()).unwrap_or("?").trim().to_ascii_lowercase();
        let unpacked = match encoding.as_str() {
            "" | "identity" => Unpacked::Plain(Vec::new()),
            "gzip" | "x-gzip" => Unpacked::Waiting(Vec::new()),
            other => return Err(Fault::Broken(format!("content encoding \"{other}\" was not asked for"))),
        };
        Ok(Self { unpacked, packed_bytes: 0, limit })
    }

    pub(super) fn push(&mut self, chunk: &[u8]) -> Result<(), Fault> {
        self.packed_bytes += chunk.len();
        if let Unpacked::Waiting(head) = &mut self.unpacked {
            head.extend_from_slice(chunk);
            if head.len() < GZIP.len() {
                return Ok(());
            }
            let head = std::mem::take(head);
            // Some servers say gzip and send plain text.
            self.unpacked = if head.starts_with(&GZIP) {
                Unpacked::Gzip(Box::new(MultiGzDecoder::new(Vec::new())))
            } else {
                Unpacked::Plain(Vec::new())
            };
            return self.take(&head);
        }
        self.take(chunk)
    }

    fn take(&mut self, chunk: &[u8]) -> Result<(), Fault> {
        for step in chunk.chunks(STEP) {
            match &mut self.unpacked {
                Unpacked::Plain(body) | Unpacked::Waiting(body) => body.extend_from_slice(step),
                Unpacked::Gzip(decoder) => decoder.write_all(step).map_err(broken_gzip)?,
            }
            self.check()?;
        }
        Ok(())
    }

    fn body(&mut self) -> &mut Vec<u8> {
        match &mut self.unpacked {
            Unpacked::Plain(body) | Unpacked::Waiting(body) => body,
            Unpacked::Gzip(decoder) => decoder.get_mut(),
        }
    }

    fn check(&mut self) -> Result<(), Fault> {
        let (packed, limit) = (self.packed_bytes, self.limit);
        let size = self.body().len();
        let bomb = size > RATIO_FROM && size / MAX_RATIO > packed;
        if size > limit || bomb { Err(Fault::TooLarge) } else { Ok(()) }
    }

    /// What was read so far, without what is over the limit.
    pub(super) fn cut(mut self) -> Vec<u8> {
        let limit = self.limit;
        let body = self.body();
        body.truncate(limit);
        std::mem::take(body)
    }

    /// The whole body.
    pub(super) fn finish(mut self) -> Result<Vec<u8>, Fault> {
        if let Unpacked::Gzip(decoder) = &mut self.unpacked {
            decoder.try_finish().map_err(broken_gzip)?;
            self.check()?;
        }
        Ok(std::mem::take(self.body()))
    }
}

fn broken_gzip(error: std::io::Error) -> Fault {
    Fault::Broken(format!("broken gzip: {error}"))
}

/// Unpacks a gzip file (a sitemap stored as `.gz`) up to `limit` bytes; other bytes come back as they are.
pub(crate) fn gunzip(bytes: Vec<u8>, limit: usize) -> Result<Vec<u8>, Outcome> {
    if !bytes.starts_with(&GZIP) {
        return Ok(bytes);
    }
    let mut out = Vec::new();
    let mut reader = flate2::read::MultiGzDecoder::new(bytes.as_slice()).take(limit as u64 + 1);
    reader.read_to_end(&mut out).map_err(|e| broken_gzip(e).outcome())?;
    let bomb = out.len() > RATIO_FROM && out.len() / MAX_RATIO > bytes.len();
    if out.len() > limit || bomb { Err(Outcome::Refused(Refusal::TooLarge)) } else { Ok(out) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use flate2::Compression;
    use flate2::write::GzEncoder;

    fn gzip(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    }

    fn read(encoding: &str, chunks: &[&[u8]], limit: usize) -> Result<Vec<u8>, Fault> {
        let header = HeaderValue::from_str(encoding).unwrap();
        let mut reader = BodyReader::new(Some(&header), limit)?;
        for chunk in chunks {
            reader.push(chunk)?;
        }
        reader.finish()
    }

    #[test]
    fn plain_and_packed() {
        let text = "Bộ Công Thương ".repeat(100).into_bytes();
        let packed = gzip(&text);
        assert_eq!(read("", &[&text], 10_000), Ok(text.clone()));
        assert_eq!(read("gzip", &[&packed], 10_000), Ok(text.clone()));
        assert_eq!(read("gzip", &packed.chunks(1).collect::<Vec<_>>(), 10_000), Ok(text.clone()));
        assert_eq!(read("gzip", &[&packed, &packed], 10_000), Ok([text.clone(), text.clone()].concat()));
        assert_eq!(read("gzip", &[&text], 10_000), Ok(text.clone()), "said gzip, sent plain");
        assert_eq!(read("gzip", &[], 10), Ok(Vec::new()));
        assert_eq!(read("", &[&text], 100), Err(Fault::TooLarge));
        assert_eq!(read("gzip", &[&packed], 100), Err(Fault::TooLarge));
        for broken in [read("gzip", &[&packed[..packed.len() - 9]], 10_000), read("br", &[], 10), read("gzip, gzip", &[], 10)] {
            assert!(matches!(broken, Err(Fault::Broken(_))), "{broken:?}");
        }
    }

    #[test]
    fn bombs() {
        let bomb = gzip(&vec![0; 64 << 20]);
        assert_eq!(read("gzip", &[&bomb], usize::MAX), Err(Fault::TooLarge), "by its ratio");
        assert_eq!(read("gzip", &[&bomb], 5 << 20), Err(Fault::TooLarge), "by its size");
        assert_eq!(gunzip(bomb.clone(), 5 << 20), Err(Outcome::Refused(Refusal::TooLarge)));
        assert_eq!(gunzip(bomb, usize::MAX >> 1), Err(Outcome::Refused(Refusal::TooLarge)));
        assert_eq!(gunzip(gzip(b"abc"), 3), Ok(b"abc".to_vec()));
        assert_eq!(gunzip(b"abc".to_vec(), 3), Ok(b"abc".to_vec()));
    }
}
