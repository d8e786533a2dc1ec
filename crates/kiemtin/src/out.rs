//! Results on standard output. A reader that has seen enough (`kiemtin search … | head`) ends a command, it does not
//! break it: the closed pipe comes back as an error that `main` takes for the end.

use std::fmt::Display;
use std::io::{self, Write};

/// Writes one line.
pub fn line(text: impl Display) -> io::Result<()> {
    writeln!(io::stdout().lock(), "{text}")
}

/// Writes what `write` writes, piece by piece.
pub fn written(write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> io::Result<()> {
    let mut out = io::BufWriter::new(io::stdout().lock());
    write(&mut out)?;
    out.flush()
}

/// Whether an error only says that nobody reads the results any more.
pub fn nobody_reads(error: &anyhow::Error) -> bool {
    error.chain().any(|e| e.downcast_ref::<io::Error>().is_some_and(|e| e.kind() == io::ErrorKind::BrokenPipe))
}
