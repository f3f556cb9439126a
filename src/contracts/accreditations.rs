//! Accreditations of organizations: recorded, changed, ended.
//!
//! Who needs one is in `rules`. A contract that an accreditation no longer covers stays: the report finds it.

use chrono::NaiveDate;
use entity::accreditation;
use entity::ids::AccreditationId;
use entity::ids::OrganizationId;
use serde::Serialize;
use serde_json::json;

use crate::audit;
use crate::audit::Line;
use crate::contracts::error::ContractError;
use crate::contracts::rules;
use crate::contracts::said;
use crate::contracts::store;
use crate::identity::Action;
use crate::identity::Ctx;
use crate::identity::Denied;
use crate::organizations;
use crate::platform::change::Change;
use crate::platform::db::Tx;
use crate::platform::idempotency::Claim;
use crate::refusal::Checks;
use crate::refusal::Code;
use crate::refusal::Refusal;

/// Most accreditations of one organization: they are listed together.
pub const MOST: usize = 50;

/// An accreditation as recorded: a new one, or changes of one.
#[derive(Clone, Debug, Serialize)]
pub struct Recorded {
    /// Whose it is.
    pub organization: OrganizationId,
    /// The one that changes; `None` for a new one.
    pub id: Option<AccreditationId>,
    /// The version that the caller saw.
    pub expected: Option<i32>,
    /// Its number.
    pub number: String,
    /// First day.
    pub from: NaiveDate,
    /// Last day; `None` while no end is known. On a change, `Keep` leaves it.
    pub until: Change<Option<NaiveDate>>,
}

/// Records an accreditation, or changes one.
///
/// # Errors
/// [`ContractError::NotFound`], [`ContractError::Denied`], [`ContractError::VersionConflict`],
/// [`ContractError::NumberTaken`], [`ContractError::Invalid`].
pub async fn record(
    ctx: &Ctx,
    new: Recorded,
    key: Option<&str>,
) -> Result<accreditation::Model, ContractError> {
    ctx.demand_signed_in()?;
    let seen = organizations::store::by_ids(ctx.read(), ctx.scope(), &[new.organization]).await?;
    if seen.is_empty() {
        return Err(ContractError::NotFound("organizationId"));
    }
    ctx.demand(Action::ManageOrganization, new.organization)
        .map_err(told)?;
    let mut checks = Checks::new();
    checks.key(key);
    let number = checks.text("number", &new.number, 60);
    let until = new.until.clone().over(None);
    sane(ctx, &mut checks, new.from, until);
    checks.done().map_err(ContractError::Invalid)?;
    ctx.transaction(async |tx| {
        let id = new.id.unwrap_or_else(|| AccreditationId(ctx.new_id()));
        match ctx
            .claim(tx, "recordAccreditation", key, &new, id.0)
            .await?
        {
            Claim::Go => {}
            Claim::Conflict => return Err(ContractError::KeyReused),
            Claim::Replay(id) => {
                return store::accreditations(&**tx, ctx.scope(), &[AccreditationId(id)])
                    .await?
                    .pop()
                    .ok_or(ContractError::NotFound("idempotencyKey"));
            }
        }
        store::hold_register(tx, new.organization)
            .await?
            .ok_or(ContractError::NotFound("organizationId"))?;
        let others = store::accreditations_in(tx, new.organization).await?;
        let before = match new.id {
            Some(id) => Some(held(&others, id, new.expected)?),
            None if others.len() >= MOST => {
                let refusal = Refusal::of(Code::TooLong, "organizationId");
                return Err(refusal.with("most", MOST).into());
            }
            None => None,
        };
        if others.iter().any(|it| it.number == number && it.id != id) {
            return Err(ContractError::NumberTaken);
        }
        let row = accreditation::Model {
            id,
            organization_id: new.organization,
            number: number.clone(),
            valid_from: new.from,
            valid_until: until,
            version: 1,
            created_at: ctx.now(),
            updated_at: ctx.now(),
        };
        write(ctx, tx, before, row, &new).await
    })
    .await
}

fn held(
    others: &[accreditation::Model],
    id: AccreditationId,
    expected: Option<i32>,
) -> Result<accreditation::Model, ContractError> {
    let before = others.iter().find(|it| it.id == id);
    let before = before.ok_or(ContractError::NotFound("id"))?;
    if expected.is_some_and(|it| it != before.version) {
        return Err(ContractError::VersionConflict {
            current: before.version,
        });
    }
    Ok(before.clone())
}

async fn write(
    ctx: &Ctx,
    tx: &Tx,
    before: Option<accreditation::Model>,
    row: accreditation::Model,
    new: &Recorded,
) -> Result<accreditation::Model, ContractError> {
    let row = match before {
        None => {
            store::insert_accreditation(tx, &row).await?;
            row
        }
        Some(before) => {
            let mut after = accreditation::Model {
                number: row.number,
                valid_from: row.valid_from,
                valid_until: new.until.clone().over(before.valid_until),
                ..before.clone()
            };
            let mut checks = Checks::new();
            sane(ctx, &mut checks, after.valid_from, after.valid_until);
            checks.done().map_err(ContractError::Invalid)?;
            if after == before {
                return Ok(before);
            }
            after.version = before.version.saturating_add(1);
            after.updated_at = ctx.now();
            store::update_accreditation(tx, &after).await?;
            after
        }
    };
    said::keep_accreditation(tx, &row).await?;
    let details = json!({
        "accreditation": row.id, "number": row.number, "from": row.valid_from,
        "until": row.valid_until, "version": row.version,
    });
    // The organization shows it: whoever follows the organization learns that it changed.
    let line = Line {
        action: "accreditation.record",
        organization: Some(row.organization_id),
        subject: ("Organization", Some(row.organization_id.0)),
        details: Some(details),
    };
    audit::record(ctx, tx, line).await?;
    Ok(row)
}

fn sane(ctx: &Ctx, checks: &mut Checks, from: NaiveDate, until: Option<NaiveDate>) {
    let (least, most) = (rules::earliest(), rules::latest(ctx.today()));
    checks.demand((least..=most).contains(&from), || {
        Refusal::of(Code::OutOfRange, "from")
            .with("least", least)
            .with("most", most)
    });
    let most = rules::latest(from);
    checks.demand(until.is_none_or(|it| (from..=most).contains(&it)), || {
        Refusal::of(Code::OutOfRange, "until")
            .with("least", from)
            .with("most", most)
    });
}

/// Whoever sees something without managing it is told that it is the act that is refused.
pub(super) fn told(denied: Denied) -> Denied {
    match denied {
        Denied::Invisible => Denied::NotAllowed,
        other => other,
    }
}
