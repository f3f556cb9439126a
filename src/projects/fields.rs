//! What single fields of a project must be.
//!
//! Money and occupations have files of their own; which fields there are is in `project`.

use chrono::NaiveDate;
use entity::ids::TerritoryId;
use sea_orm::ConnectionTrait;

use crate::platform::text::fold;
use crate::platform::zones;
use crate::projects::error::ProjectError;
use crate::refusal::Checks;
use crate::refusal::Code;
use crate::refusal::Refusal;
use crate::territories::lookup;

/// By what a project is found: its titles, folded.
pub(super) fn search_key(title: &str, title_ar: Option<&str>) -> String {
    match title_ar {
        Some(arabic) => format!("{} {}", fold(title), fold(arabic)),
        None => fold(title),
    }
}

/// The last day is not before the first.
pub(super) fn dates(checks: &mut Checks, starts_on: NaiveDate, ends_on: Option<NaiveDate>) {
    checks.demand(ends_on.is_none_or(|it| it >= starts_on), || {
        Refusal::of(Code::OutOfRange, "endsOn")
            .with("least", starts_on)
            .with("most", "9999-12-31")
    });
}

/// The name of a zone as its list says it; `None` for that of the organization.
pub(super) fn zone(checks: &mut Checks, name: Option<&str>) -> Option<String> {
    let name = name.map(str::trim).filter(|it| !it.is_empty())?;
    checks.demand(zones::parse(name).is_some(), || {
        Refusal::of(Code::UnknownTimeZone, "timeZone").with("value", name)
    });
    zones::parse(name).map(|it| it.name().to_owned())
}

/// The place of a code that was in force on a day.
pub(super) async fn place(
    conn: &impl ConnectionTrait,
    checks: &mut Checks,
    code: &str,
    day: NaiveDate,
) -> Result<Option<TerritoryId>, ProjectError> {
    let found = lookup::by_code(conn, code, day).await?;
    checks.demand(found.is_some(), || {
        Refusal::of(Code::UnknownTerritory, "territoryCode").with("value", code)
    });
    Ok(found.map(|it| it.id))
}
