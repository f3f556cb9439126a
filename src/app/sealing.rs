//! All that is stored sealed, sealed with the key of today, so that the keys of before can go.
//!
//! Each area seals its own anew; how keys are changed is in `platform::crypto`.

use crate::credentials;
use crate::credentials::CredentialError;
use crate::identity::Ctx;
use crate::volunteers::VolunteerError;
use crate::volunteers::number;

/// What became of what keys of before had sealed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Renewed {
    /// Secrets of second factors that were sealed anew.
    pub secrets: u64,
    /// National identity numbers that were sealed anew.
    pub numbers: u64,
    /// What none of the keys opens: it stays as it is.
    pub left: u64,
}

/// Why it ended before its end. What was sealed anew until then stays so, and the next time goes on from there.
#[derive(Debug, thiserror::Error)]
pub enum SealingError {
    /// Of second factors.
    #[error(transparent)]
    Secrets(#[from] CredentialError),
    /// Of records.
    #[error(transparent)]
    Numbers(#[from] VolunteerError),
}

/// Seals all of it anew, some hundred rows in each transaction. What the present key sealed is not touched, so that it can be
/// ended and begun again at any time.
///
/// # Errors
/// [`SealingError`].
pub async fn seal_anew(operator: &Ctx) -> Result<Renewed, SealingError> {
    let mut renewed = Renewed::default();
    let mut after = None;
    while let Some((done, left, last)) = credentials::sealing::seal_anew(operator, after).await? {
        renewed.secrets += done;
        renewed.left += left;
        after = Some(last);
    }
    let mut after = None;
    while let Some((done, left, last)) = number::seal_anew(operator, after).await? {
        renewed.numbers += done;
        renewed.left += left;
        after = Some(last);
    }
    Ok(renewed)
}
