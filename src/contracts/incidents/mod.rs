//! Incidents under contracts: recorded, corrected, taken back.
//!
//! They tell of health and of quarrels: who may read them is in `identity/scope`, what figures say of them in
//! `reports::contractual`, statements are in `store`. An incident hangs on its contract alone, and goes with it
//! wherever records are merged or parted.

pub mod store;

use chrono::NaiveDate;
use entity::contract_incident;
use entity::ids::ContractId;
use entity::ids::IncidentId;
use entity::types::IncidentKind;
use entity::types::IncidentSeverity;
use entity::volunteer_contract;
use sea_orm::ActiveEnum;
use serde::Serialize;
use serde_json::json;

use crate::audit;
use crate::audit::Line;
use crate::contracts::accreditations::told;
use crate::contracts::error::ContractError;
use crate::contracts::rules;
use crate::contracts::said;
use crate::contracts::store as contracts;
use crate::identity::Action;
use crate::identity::Ctx;
use crate::platform::change::Change;
use crate::platform::db::Tx;
use crate::platform::idempotency::Claim;
use crate::refusal::Checks;
use crate::refusal::Code;
use crate::refusal::Refusal;

/// Most incidents of one contract: they are listed together.
pub const MOST: usize = 100;
/// Longest description, in characters.
const DESCRIPTION_MOST: usize = 1_000;
/// Longest reason of taking one back, in characters.
const REASON_MOST: usize = 500;

/// An incident as recorded: a new one, or corrections of one.
#[derive(Clone, Debug, Serialize)]
pub struct Recorded {
    /// The incident that is corrected; `None` for a new one.
    pub id: Option<IncidentId>,
    /// Under which contract; of a new one alone.
    pub contract: Option<ContractId>,
    /// The version that the caller saw.
    #[serde(skip)]
    pub expected: Option<i32>,
    /// What is said of it.
    pub told: Told,
}

/// What is said of an incident; a new one needs what cannot be cleared.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Told {
    /// The civil day.
    pub day: Change<NaiveDate>,
    /// What happened.
    pub kind: Change<IncidentKind>,
    /// How gravely the volunteer came to harm.
    pub severity: Change<Option<IncidentSeverity>>,
    /// Calendar days on which the volunteer could not work, that of the incident apart.
    pub days_lost: Change<Option<i32>>,
    /// Day on which the insurer was told.
    pub declared_on: Change<Option<NaiveDate>>,
    /// The insurer's number of the case.
    pub claim_number: Change<Option<String>>,
    /// What happened, in words.
    pub description: Change<String>,
    /// Why it was recorded in error.
    pub void_reason: Change<Option<String>>,
}

/// Records an incident under a contract, or corrects one.
///
/// # Errors
/// [`ContractError::NotFound`] for what may not be seen, [`ContractError::Denied`],
/// [`ContractError::VersionConflict`], [`ContractError::Invalid`] with everything that is wrong.
pub async fn record(
    ctx: &Ctx,
    new: Recorded,
    key: Option<&str>,
) -> Result<contract_incident::Model, ContractError> {
    ctx.demand_signed_in()?;
    let mut checks = Checks::new();
    checks.key(key);
    checks.done().map_err(ContractError::Invalid)?;
    ctx.transaction(async |tx| match new.id {
        Some(id) => correct(ctx, tx, id, &new, key).await,
        None => enter(ctx, tx, &new, key).await,
    })
    .await
}

async fn enter(
    ctx: &Ctx,
    tx: &Tx,
    new: &Recorded,
    key: Option<&str>,
) -> Result<contract_incident::Model, ContractError> {
    let asked = new
        .contract
        .ok_or_else(|| Refusal::of(Code::Required, "contractId"))?;
    let contract = held(ctx, tx, asked, "contractId").await?;
    let id = IncidentId(ctx.new_id());
    if let Some(known) = claimed(ctx, tx, new, key, id).await? {
        return Ok(known);
    }
    let mut checks = Checks::new();
    complete(&mut checks, &new.told);
    checks.done().map_err(ContractError::Invalid)?;
    let mut checks = Checks::new();
    let room = store::count_of(tx, contract.id).await? < u64::try_from(MOST).unwrap_or_default();
    checks.demand(room, || {
        Refusal::of(Code::TooLong, "contractId").with("most", MOST)
    });
    let blank = contract_incident::Model {
        id,
        organization_id: contract.organization_id,
        contract_id: contract.id,
        day: contract.from_day,
        kind: IncidentKind::Other,
        severity: None,
        days_lost: None,
        declared_on: None,
        claim_number: None,
        description: String::new(),
        void_reason: None,
        recorded_by: ctx.actor().user(),
        version: 1,
        created_at: ctx.now(),
        updated_at: ctx.now(),
    };
    let row = changed(&mut checks, blank, &new.told);
    judged(ctx, &mut checks, &row, &contract);
    checks.done().map_err(ContractError::Invalid)?;
    store::insert(tx, &row).await?;
    written(ctx, tx, "incident.record", &row).await?;
    Ok(row)
}

async fn correct(
    ctx: &Ctx,
    tx: &Tx,
    id: IncidentId,
    new: &Recorded,
    key: Option<&str>,
) -> Result<contract_incident::Model, ContractError> {
    let missing = || ContractError::NotFound("id");
    let seen = store::by_ids(&**tx, ctx.scope(), &[id]).await?;
    let of = seen.first().ok_or_else(missing)?.contract_id;
    // First the contract, as whoever records or changes the days of the contract does.
    let contract = held(ctx, tx, of, "id").await?;
    let before = store::lock(tx, ctx.scope(), id)
        .await?
        .ok_or_else(missing)?;
    if let Some(known) = claimed(ctx, tx, new, key, id).await? {
        return Ok(known);
    }
    if new.expected.is_some_and(|it| it != before.version) {
        return Err(ContractError::VersionConflict {
            current: before.version,
        });
    }
    if new.contract.is_some_and(|it| it != before.contract_id) {
        let refusal = Refusal::of(Code::Contradiction, "contractId");
        return Err(refusal.with("detail", "id, contractId").into());
    }
    let mut checks = Checks::new();
    let mut row = changed(&mut checks, before.clone(), &new.told);
    judged(ctx, &mut checks, &row, &contract);
    checks.done().map_err(ContractError::Invalid)?;
    if row == before {
        return Ok(before);
    }
    row.version = before.version.saturating_add(1);
    row.updated_at = ctx.now();
    store::update(tx, &row).await?;
    written(ctx, tx, "incident.correct", &row).await?;
    Ok(row)
}

/// The contract, held until the transaction ends, where the actor keeps its volunteers.
async fn held(
    ctx: &Ctx,
    tx: &Tx,
    id: ContractId,
    field: &'static str,
) -> Result<volunteer_contract::Model, ContractError> {
    let contract = contracts::lock(tx, ctx.scope(), id)
        .await?
        .ok_or(ContractError::NotFound(field))?;
    // A volunteer sees their own contract, and records nothing under it.
    ctx.demand(Action::ManageVolunteers, contract.organization_id)
        .map_err(told)?;
    Ok(contract)
}

/// The incident that an earlier request with the key recorded; `None` for the first one.
async fn claimed(
    ctx: &Ctx,
    tx: &Tx,
    new: &Recorded,
    key: Option<&str>,
    id: IncidentId,
) -> Result<Option<contract_incident::Model>, ContractError> {
    match ctx.claim(tx, "recordIncident", key, new, id.0).await? {
        Claim::Go => Ok(None),
        Claim::Conflict => Err(ContractError::KeyReused),
        Claim::Replay(id) => store::by_ids(&**tx, ctx.scope(), &[IncidentId(id)])
            .await?
            .pop()
            .map(Some)
            .ok_or(ContractError::NotFound("idempotencyKey")),
    }
}

/// A new incident says everything that cannot be cleared.
fn complete(checks: &mut Checks, told: &Told) {
    let given = [
        ("day", told.day != Change::Keep),
        ("kind", told.kind != Change::Keep),
        ("description", told.description != Change::Keep),
    ];
    for (field, given) in given {
        checks.demand(given, || Refusal::of(Code::Required, field));
    }
}

/// The incident with its corrections, each text looked at by itself.
fn changed(
    checks: &mut Checks,
    mut row: contract_incident::Model,
    told: &Told,
) -> contract_incident::Model {
    let told = told.clone();
    row.day = told.day.over(row.day);
    row.kind = told.kind.over(row.kind);
    row.severity = told.severity.over(row.severity);
    row.days_lost = told.days_lost.over(row.days_lost);
    row.declared_on = told.declared_on.over(row.declared_on);
    row.claim_number = told
        .claim_number
        .map(|it| checks.optional_text("claimNumber", it.as_deref(), 60))
        .over(row.claim_number);
    row.description = told
        .description
        .map(|it| checks.prose("description", &it, DESCRIPTION_MOST))
        .over(row.description);
    if let Change::To(Some(reason)) = &told.void_reason {
        checks.demand(!reason.trim().is_empty(), || {
            Refusal::of(Code::ReasonRequired, "voidReason")
        });
    }
    row.void_reason = told
        .void_reason
        .map(|it| checks.optional_prose("voidReason", it.as_deref(), REASON_MOST))
        .over(row.void_reason);
    row
}

/// Looks at the incident as a whole, against its contract and the present day.
fn judged(
    ctx: &Ctx,
    checks: &mut Checks,
    row: &contract_incident::Model,
    contract: &volunteer_contract::Model,
) {
    let (last, today) = (rules::last_day(contract), ctx.today());
    let within = (contract.from_day..=last.min(today)).contains(&row.day);
    // One that was taken back may have been recorded under a contract that has changed since.
    checks.demand(within || row.void_reason.is_some(), || {
        Refusal::of(Code::IncidentDay, "day")
            .with("number", rules::number(contract))
            .with("from", contract.from_day)
            .with("to", last)
            .with("today", today)
    });
    if let Some(days) = row.days_lost {
        let most = rules::DAYS_LOST_MOST;
        checks.demand((0..=most).contains(&days), || {
            Refusal::of(Code::OutOfRange, "daysLost")
                .with("least", 0)
                .with("most", most)
        });
    }
    if let (Some(severity), Some(days)) = (row.severity, row.days_lost) {
        checks.demand(rules::loses(severity, days), || {
            Refusal::of(Code::IncidentDaysLost, "daysLost")
                .with("severity", severity.to_value())
                .with("days", days)
        });
    }
    if let Some(declared) = row.declared_on {
        checks.demand((row.day..=today).contains(&declared), || {
            Refusal::of(Code::OutOfRange, "declaredOn")
                .with("least", row.day)
                .with("most", today)
        });
    }
    let claimed = row.claim_number.is_none() || row.declared_on.is_some();
    checks.demand(claimed, || Refusal::of(Code::Required, "declaredOn"));
}

async fn written(
    ctx: &Ctx,
    tx: &Tx,
    action: &'static str,
    row: &contract_incident::Model,
) -> Result<(), ContractError> {
    said::keep_incidents(tx, std::slice::from_ref(row)).await?;
    // Not what happened, nor how gravely: the trail is read by others than the register.
    let line = Line {
        action,
        organization: Some(row.organization_id),
        subject: ("ContractIncident", Some(row.id.0)),
        details: Some(json!({
            "contract": row.contract_id, "version": row.version, "void": row.void_reason.is_some(),
        })),
    };
    audit::record(ctx, tx, line).await?;
    Ok(())
}
