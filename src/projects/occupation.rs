//! The occupation of a project's work, by the international classification.
//!
//! What an hour of it is worth is said in `valuation`.

use chrono::NaiveDate;
use sea_orm::ConnectionTrait;
use sea_orm::DbErr;

use crate::refusal::Checks;
use crate::refusal::Code;
use crate::refusal::Refusal;
use crate::vocabularies::ISCO08;
use crate::vocabularies::lookup;

/// Reads an occupation code; blank counts as none. Refuses one that the classification does not have.
///
/// # Errors
/// [`DbErr`].
pub async fn code(
    conn: &impl ConnectionTrait,
    checks: &mut Checks,
    given: Option<&str>,
    today: NaiveDate,
) -> Result<Option<String>, DbErr> {
    let Some(code) = checks.optional_text("occupationCode", given, 4) else {
        return Ok(None);
    };
    let found = lookup::by_codes(conn, ISCO08, std::slice::from_ref(&code), today).await?;
    checks.demand(found.contains_key(&code), || {
        Refusal::of(Code::UnknownTerm, "occupationCode")
            .with("value", &code)
            .with("vocabulary", ISCO08)
    });
    Ok(Some(code))
}
