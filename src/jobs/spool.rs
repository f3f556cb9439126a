//! A file while it is made: on the disk of the machine, however large it is.
//!
//! Where it is kept in the end is a matter of the queue.

use std::fs::File;
use std::io::BufWriter;
use std::io::IntoInnerError;
use std::io::Read;
use std::io::Result;
use std::io::Seek;
use std::io::Write;

use crate::platform::crypto::Digest;

/// Bytes of a piece: few enough to be held several times over.
const PIECE: u64 = 1024 * 1024;

/// A file that is being written; it has no name, and is gone with the process.
#[derive(Debug)]
pub struct Spool(BufWriter<File>);

impl Spool {
    /// An empty one.
    ///
    /// # Errors
    /// Where there is no folder for temporary files, or it is full.
    pub fn new() -> Result<Self> {
        Ok(Self(BufWriter::new(tempfile::tempfile()?)))
    }

    /// Ends it: from now on it is read.
    ///
    /// # Errors
    /// As of the file.
    pub fn end(self) -> Result<Spooled> {
        let mut file = self.0.into_inner().map_err(IntoInnerError::into_error)?;
        file.rewind()?;
        let mut digest = Digest::new();
        let size = std::io::copy(&mut file, &mut digest)?;
        file.rewind()?;
        Ok(Spooled {
            file,
            size,
            sha256: digest.end(),
        })
    }
}

impl Write for Spool {
    fn write(&mut self, bytes: &[u8]) -> Result<usize> {
        self.0.write(bytes)
    }

    fn flush(&mut self) -> Result<()> {
        self.0.flush()
    }
}

/// A file that was written.
#[derive(Debug)]
pub struct Spooled {
    file: File,
    size: u64,
    sha256: Vec<u8>,
}

impl Spooled {
    /// Bytes of it.
    #[must_use]
    pub fn size(&self) -> u64 {
        self.size
    }

    /// SHA-256 of it.
    #[must_use]
    pub fn sha256(&self) -> &[u8] {
        &self.sha256
    }

    /// The next piece; `None` at the end.
    ///
    /// # Errors
    /// As of the file.
    pub fn piece(&mut self) -> Result<Option<Vec<u8>>> {
        let mut piece = Vec::new();
        (&mut self.file).take(PIECE).read_to_end(&mut piece)?;
        Ok((!piece.is_empty()).then_some(piece))
    }
}
