//! A file that is written beside the work that finds its rows.
//!
//! Writing takes the processor, and packing a workbook a while: a thread of its own does it, so that leases are prolonged
//! and other work goes on. It takes rows as fast as they are written, and no more than a few pages wait.

use std::io::Error;
use std::io::ErrorKind;
use std::io::Result;

use tokio::sync::mpsc;
use tokio::task::JoinHandle;

use crate::exports::Format;
use crate::exports::formats::Open;
use crate::exports::table::Cell;
use crate::exports::table::Table;
use crate::jobs::Spool;
use crate::jobs::Spooled;
use crate::platform::i18n::Locale;

/// Pages that wait to be written.
const WAITING: usize = 2;

/// What is handed over.
enum Part {
    Rows(Vec<Vec<Cell>>),
    End,
}

/// A file that is being written.
pub struct Writing {
    parts: mpsc::Sender<Part>,
    written: JoinHandle<Result<Spooled>>,
}

impl Writing {
    /// Begins with a table; its last section takes more rows.
    #[must_use]
    pub fn begin(table: Table, format: Format, locale: Locale) -> Self {
        let (parts, mut handed) = mpsc::channel(WAITING);
        let written = tokio::task::spawn_blocking(move || {
            let mut open = Open::begin(&table, format, locale, Spool::new()?)?;
            loop {
                match handed.blocking_recv() {
                    Some(Part::Rows(rows)) => {
                        for row in rows {
                            open.row(&row)?;
                        }
                    }
                    Some(Part::End) => return open.end()?.end(),
                    // Nobody waits for it any more.
                    None => return Err(ErrorKind::Interrupted.into()),
                }
            }
        });
        Self { parts, written }
    }

    /// Hands rows over. Where writing has failed they are dropped: [`Writing::end`] says why.
    pub async fn rows(&self, rows: Vec<Vec<Cell>>) {
        let _failed = self.parts.send(Part::Rows(rows)).await;
    }

    /// Whether writing goes on.
    #[must_use]
    pub fn goes_on(&self) -> bool {
        !self.parts.is_closed()
    }

    /// Ends the file, once all of it is written.
    ///
    /// # Errors
    /// What the writer said; where there is no folder for temporary files, or it is full.
    pub async fn end(self) -> Result<Spooled> {
        let _failed = self.parts.send(Part::End).await;
        self.written.await.map_err(Error::other)?
    }
}
