//! Acts of people on letters: having one tried again that did not arrive.
//!
//! What a letter says is made anew each time; what is no longer true is not sent then either.

use entity::ids::LetterId;
use entity::letter;

use crate::identity::Ctx;
use crate::jobs::Whose;
use crate::jobs::acts;
use crate::letters::LetterError;
use crate::letters::store;

/// Tries a letter again that did not arrive.
///
/// # Errors
/// [`LetterError::NotFound`]; [`LetterError::Job`] where it did not fail or changed meanwhile.
pub async fn again(
    ctx: &Ctx,
    id: LetterId,
    expected: Option<i32>,
) -> Result<letter::Model, LetterError> {
    ctx.demand_signed_in()?;
    let mut found = store::by_ids(ctx.read(), Whose::of(ctx), &[id]).await?;
    let row = found.pop().ok_or(LetterError::NotFound)?;
    acts::again(ctx, row.job_id, expected).await?;
    Ok(row)
}
