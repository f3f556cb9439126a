//! All that is stored sealed, sealed with the key of today, so that the keys of before can go.
//!
//! The loop over a column is in `platform::sealing`; how keys are changed is in `platform::crypto`.

use crate::credentials::factor;
use crate::identity::Ctx;
use crate::platform::sealing;
use crate::platform::sealing::SealedColumn;
use crate::platform::sealing::SealingError;
use crate::volunteers::number;

/// Every column of sealed texts. One that is missing here would be lost with the key that sealed it.
pub const COLUMNS: [SealedColumn; 2] = [factor::SEALED, number::SEALED];

/// What became of what keys of before had sealed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Renewed {
    /// How many of what were sealed anew, by column.
    pub done: Vec<(&'static str, u64)>,
    /// What none of the keys opens: it stays as it is.
    pub left: u64,
}

/// Seals all of it anew, some hundred rows in each transaction. What the present key sealed is not touched, so that it can be
/// ended and begun again at any time.
///
/// # Errors
/// [`SealingError`]. What was sealed anew until then stays so, and the next time goes on from there.
pub async fn seal_anew(operator: &Ctx) -> Result<Renewed, SealingError> {
    let core = operator.core();
    let with = (core.keys.vault(), &core.random);
    let mut renewed = Renewed::default();
    for column in &COLUMNS {
        let (mut done, mut after) = (0, None);
        while let Some(anew) = operator
            .transaction(async |tx| sealing::seal_anew(tx, with, column, after).await)
            .await?
        {
            done += anew.done;
            renewed.left += anew.left;
            after = Some(anew.last);
        }
        renewed.done.push((column.called, done));
    }
    Ok(renewed)
}
