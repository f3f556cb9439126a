//! National identity numbers, where the installation may keep them: sealed beside the record, each for it alone.
//!
//! Records of one person meet by a keyed hash, which is in `person` and needs none of this. What is sealed is in
//! `platform::vault`.

use entity::ids::VolunteerId;
use entity::national_id;
use entity::volunteer;
use sea_orm::ConnectionTrait;
use sea_orm::DbErr;
use serde_json::json;

use crate::audit;
use crate::audit::Line;
use crate::identity::Action;
use crate::identity::Core;
use crate::identity::Ctx;
use crate::platform::db::Tx;
use crate::platform::sealing::SealedColumn;
use crate::platform::vault::VaultError;
use crate::refusal::Checks;
use crate::refusal::Code;
use crate::refusal::Refusal;
use crate::volunteers::VolunteerError;
use crate::volunteers::person;
use crate::volunteers::store;

/// The field that names the record.
const FIELD: &str = "volunteerId";
/// Where numbers stand.
pub const SEALED: SealedColumn = SealedColumn {
    table: "national_id",
    key: "volunteer_id",
    column: "sealed",
    purpose: "national-id",
    called: "national identity numbers",
};

/// Checks what was given as a number: letters and digits, as many as an identity document has. The refusal does not say it again.
pub fn check(checks: &mut Checks, number: Option<&str>) {
    let number = number.map(person::normalized);
    checks.demand(number.is_none_or(|it| (4..=12).contains(&it.len())), || {
        Refusal::of(Code::InvalidFormat, "nationalId").with("value", "…")
    });
}

/// Keeps the number of a new record, where numbers are kept.
///
/// # Errors
/// [`VolunteerError::Sealed`], a fault.
pub async fn keep(
    ctx: &Ctx,
    tx: &Tx,
    record: &volunteer::Model,
    number: Option<&str>,
) -> Result<(), VolunteerError> {
    let core = ctx.core();
    let kept = core.config.privacy.keeps_national_ids();
    let Some(number) = number.filter(|_| kept).map(person::normalized) else {
        return Ok(());
    };
    let sealed =
        core.keys
            .vault()
            .seal(&core.random, SEALED.place(record.id.0), number.as_bytes())?;
    let row = national_id::Model {
        volunteer_id: record.id,
        organization_id: record.organization_id,
        sealed,
        created_at: ctx.now(),
    };
    store::keep_number(tx, row).await?;
    Ok(())
}

/// The number that is kept of somebody: with their record, or with one that was merged into it.
///
/// # Errors
/// [`VolunteerError::Sealed`], a fault.
pub async fn of(
    core: &Core,
    conn: &impl ConnectionTrait,
    record: VolunteerId,
) -> Result<Option<String>, VolunteerError> {
    let ids = store::together(conn, record).await?;
    let mut rows = store::numbers(conn, &ids).await?;
    rows.sort_by_key(|it| (it.volunteer_id != record, it.volunteer_id));
    let first = rows.first().map(|it| opened(core, it));
    Ok(first.transpose()?)
}

fn opened(core: &Core, row: &national_id::Model) -> Result<String, VaultError> {
    let bytes = core
        .keys
        .vault()
        .open(SEALED.place(row.volunteer_id.0), &row.sealed)?;
    String::from_utf8(bytes).map_err(|_no_text| VaultError::Damaged)
}

/// Shows the number of one record to whoever may see it, and notes that it was shown; `None` where none is kept. A record that
/// was merged is answered by the one that took it over.
///
/// # Errors
/// [`VolunteerError::NotFound`] for a record that is not seen, [`VolunteerError::Denied`], [`VolunteerError::Sealed`].
pub async fn reveal(ctx: &Ctx, id: VolunteerId) -> Result<Option<String>, VolunteerError> {
    ctx.demand_signed_in()?;
    ctx.transaction(async |tx| {
        let found = store::kept(&**tx, ctx.scope(), &[id]).await?;
        let record = found.into_values().next();
        let record = record.ok_or(VolunteerError::NotFound(FIELD))?;
        ctx.demand_of_seen(Action::RevealNationalIds, record.organization_id)?;
        let Some(number) = of(ctx.core(), &**tx, record.id).await? else {
            return Ok(None);
        };
        let line = Line {
            action: "national_id.read",
            organization: Some(record.organization_id),
            subject: ("Volunteer", Some(record.id.0)),
            details: None,
        };
        match record.user_id {
            // Whoever it is about sees that it was read.
            Some(user) => audit::record_about(ctx, tx, line, user).await?,
            None => audit::record(ctx, tx, line).await?,
        }
        Ok(Some(number))
    })
    .await
}

/// Forgets every number that is kept, of all organizations, each of which is told how many were its: how many there were. The
/// hash by which records of one person meet stays.
///
/// # Errors
/// [`DbErr`].
pub async fn forget_all(operator: &Ctx) -> Result<u64, DbErr> {
    operator
        .transaction(async |tx| {
            let mut forgotten = 0;
            for organization in store::keeping_numbers(tx).await? {
                let count = store::forget_numbers(tx, organization).await?;
                let line = Line {
                    action: "national_id.forget",
                    organization: Some(organization),
                    subject: ("Organization", Some(organization.0)),
                    details: Some(json!({ "count": count })),
                };
                audit::record(operator, tx, line).await?;
                forgotten += count;
            }
            Ok(forgotten)
        })
        .await
}
