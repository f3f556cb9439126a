//! Contracts: entered in the register, changed, ended early.
//!
//! What they must be is in `rules`. The document itself stays with the organization: its digest alone is kept.
//! A contract is never taken out of the register, and keeps its number.

use chrono::Datelike;
use chrono::NaiveDate;
use entity::ids::ContractId;
use entity::ids::ProjectId;
use entity::ids::TerritoryId;
use entity::ids::VolunteerId;
use entity::types::Minutes;
use entity::volunteer_contract;
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;
use serde::Serialize;
use serde_json::json;

use crate::audit;
use crate::audit::Line;
use crate::contracts::accreditations::told;
use crate::contracts::error::ContractError;
use crate::contracts::judged::judged;
use crate::contracts::rules;
use crate::contracts::said;
use crate::contracts::store;
use crate::identity::Action;
use crate::identity::Ctx;
use crate::platform::change::Change;
use crate::platform::db::Tx;
use crate::platform::hex::sha256_of;
use crate::platform::idempotency::Claim;
use crate::platform::text::fold;
use crate::projects;
use crate::refusal::Checks;
use crate::refusal::Code;
use crate::refusal::Refusal;
use crate::territories::lookup;
use crate::volunteers;

/// Longest mission, in characters.
const MISSION_MOST: usize = 500;
/// Longest reason of an early end, in characters.
const REASON_MOST: usize = 500;

/// A contract as recorded: a new one, or changes of one.
#[derive(Clone, Debug, Serialize)]
pub struct Recorded {
    /// The contract that changes; `None` for a new one.
    pub id: Option<ContractId>,
    /// Whose it is; of a new one alone.
    pub volunteer: Option<VolunteerId>,
    /// The version that the caller saw.
    #[serde(skip)]
    pub expected: Option<i32>,
    /// What it says.
    pub terms: Terms,
}

/// What a contract says; a new one needs those that cannot be cleared.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Terms {
    /// What the volunteer does.
    pub mission: Change<String>,
    /// Code of the place.
    pub territory_code: Change<String>,
    /// The project whose hours are given under it.
    pub project: Change<Option<ProjectId>>,
    /// First day.
    pub from: Change<NaiveDate>,
    /// Last day agreed.
    pub until: Change<NaiveDate>,
    /// Minutes agreed for a week.
    pub weekly_minutes: Change<i64>,
    /// Who insures the volunteer.
    pub insurer: Change<Option<String>>,
    /// Number of the policy.
    pub policy_number: Change<Option<String>>,
    /// Most that is paid back, in dirhams.
    pub expense_ceiling: Change<Option<Decimal>>,
    /// Nationality, ISO 3166-1 alpha-2.
    pub nationality: Change<Option<String>>,
    /// Day of the last signature.
    pub signed_on: Change<NaiveDate>,
    /// SHA-256 of the document, in hexadecimal.
    pub document_sha256: Change<Option<String>>,
    /// Last day in force, where it ended early.
    pub ended_on: Change<Option<NaiveDate>>,
    /// Why it ended early.
    pub end_reason: Change<Option<String>>,
}

/// Enters a contract in the register, or changes one that stands there.
///
/// # Errors
/// [`ContractError::NotFound`] for what may not be seen, [`ContractError::Denied`],
/// [`ContractError::VersionConflict`], [`ContractError::Invalid`] with everything that is wrong.
pub async fn record(
    ctx: &Ctx,
    new: Recorded,
    key: Option<&str>,
) -> Result<volunteer_contract::Model, ContractError> {
    ctx.demand_signed_in()?;
    let mut checks = Checks::new();
    checks.key(key);
    checks.done().map_err(ContractError::Invalid)?;
    ctx.transaction(async |tx| match new.id {
        Some(id) => change(ctx, tx, id, &new, key).await,
        None => enter(ctx, tx, &new, key).await,
    })
    .await
}

async fn enter(
    ctx: &Ctx,
    tx: &Tx,
    new: &Recorded,
    key: Option<&str>,
) -> Result<volunteer_contract::Model, ContractError> {
    let asked = new
        .volunteer
        .ok_or_else(|| Refusal::of(Code::Required, "volunteerId"))?;
    // Until the transaction ends nobody merges the record.
    let held = volunteers::store::hold_kept(tx, ctx.scope(), &[asked]).await?;
    let volunteer = held
        .get(&asked)
        .ok_or(ContractError::NotFound("volunteerId"))?;
    let of = volunteer.organization_id;
    ctx.demand(Action::ManageVolunteers, of).map_err(told)?;
    let id = ContractId(ctx.new_id());
    if let Some(known) = claimed(ctx, tx, new, key, id).await? {
        return Ok(known);
    }
    let organization = store::hold_register(tx, of)
        .await?
        .ok_or(ContractError::NotFound("volunteerId"))?;
    let mut checks = Checks::new();
    complete(&mut checks, &new.terms);
    checks.done().map_err(ContractError::Invalid)?;
    let mut checks = Checks::new();
    checks.demand(volunteer.archived_at.is_none(), || {
        Refusal::of(Code::Archived, "volunteerId")
    });
    let year = ctx.today().year();
    let blank = volunteer_contract::Model {
        id,
        organization_id: of,
        volunteer_id: volunteer.id,
        register_year: year,
        register_number: store::last_number(tx, of, year).await?.saturating_add(1),
        mission: String::new(),
        mission_key: String::new(),
        territory_id: TerritoryId(id.0),
        project_id: None,
        from_day: ctx.today(),
        until_day: ctx.today(),
        weekly_minutes: Minutes(0),
        insurer: None,
        policy_number: None,
        expense_ceiling_minor: None,
        nationality: None,
        signed_on: ctx.today(),
        document_sha256: None,
        ended_on: None,
        end_reason: None,
        version: 1,
        created_at: ctx.now(),
        updated_at: ctx.now(),
    };
    let row = changed(ctx, tx, &mut checks, blank, &new.terms).await?;
    judged(ctx, tx, &mut checks, None, &row, (volunteer, &organization)).await?;
    checks.done().map_err(ContractError::Invalid)?;
    store::insert(tx, &row).await?;
    written(ctx, tx, "contract.enter", &row).await?;
    Ok(row)
}

async fn change(
    ctx: &Ctx,
    tx: &Tx,
    id: ContractId,
    new: &Recorded,
    key: Option<&str>,
) -> Result<volunteer_contract::Model, ContractError> {
    let before = store::lock(tx, ctx.scope(), id)
        .await?
        .ok_or(ContractError::NotFound("id"))?;
    // A volunteer sees their own, and may not change it.
    ctx.demand(Action::ManageVolunteers, before.organization_id)
        .map_err(told)?;
    if let Some(known) = claimed(ctx, tx, new, key, id).await? {
        return Ok(known);
    }
    if new.expected.is_some_and(|it| it != before.version) {
        return Err(ContractError::VersionConflict {
            current: before.version,
        });
    }
    if let Some(named) = new.volunteer {
        // A record that was merged stands for the one that took it over.
        let kept = volunteers::store::kept(&**tx, ctx.scope(), &[named]).await?;
        if kept.get(&named).map(|it| it.id) != Some(before.volunteer_id) {
            let refusal = Refusal::of(Code::Contradiction, "volunteerId");
            return Err(refusal.with("detail", "id, volunteerId").into());
        }
    }
    let organization = store::hold_register(tx, before.organization_id)
        .await?
        .ok_or(ContractError::NotFound("id"))?;
    let whose = volunteers::store::by_ids(&**tx, ctx.scope(), &[before.volunteer_id]).await?;
    let volunteer = whose.first().ok_or(ContractError::NotFound("id"))?;
    let mut checks = Checks::new();
    let mut row = changed(ctx, tx, &mut checks, before.clone(), &new.terms).await?;
    let around = (volunteer, &organization);
    judged(ctx, tx, &mut checks, Some(&before), &row, around).await?;
    checks.done().map_err(ContractError::Invalid)?;
    if row == before {
        return Ok(before);
    }
    row.version = before.version.saturating_add(1);
    row.updated_at = ctx.now();
    store::update(tx, &row).await?;
    written(ctx, tx, "contract.change", &row).await?;
    Ok(row)
}

/// The contract that an earlier request with the key recorded; `None` for the first one.
async fn claimed(
    ctx: &Ctx,
    tx: &Tx,
    new: &Recorded,
    key: Option<&str>,
    id: ContractId,
) -> Result<Option<volunteer_contract::Model>, ContractError> {
    match ctx.claim(tx, "recordContract", key, new, id.0).await? {
        Claim::Go => Ok(None),
        Claim::Conflict => Err(ContractError::KeyReused),
        Claim::Replay(id) => store::by_ids(&**tx, ctx.scope(), &[ContractId(id)])
            .await?
            .pop()
            .map(Some)
            .ok_or(ContractError::NotFound("idempotencyKey")),
    }
}

/// A new contract says everything that cannot be cleared.
fn complete(checks: &mut Checks, terms: &Terms) {
    let given = [
        ("mission", terms.mission != Change::Keep),
        ("territoryCode", terms.territory_code != Change::Keep),
        ("from", terms.from != Change::Keep),
        ("until", terms.until != Change::Keep),
        ("weeklyMinutes", terms.weekly_minutes != Change::Keep),
        ("signedOn", terms.signed_on != Change::Keep),
    ];
    for (field, given) in given {
        checks.demand(given, || Refusal::of(Code::Required, field));
    }
}

/// The contract with its changes, each value looked at by itself.
async fn changed(
    ctx: &Ctx,
    tx: &Tx,
    checks: &mut Checks,
    mut row: volunteer_contract::Model,
    terms: &Terms,
) -> Result<volunteer_contract::Model, ContractError> {
    let terms = terms.clone();
    if let Change::To(mission) = terms.mission {
        row.mission = checks.text("mission", &mission, MISSION_MOST);
        row.mission_key = fold(&row.mission);
    }
    row.from_day = terms.from.over(row.from_day);
    row.until_day = terms.until.over(row.until_day);
    row.signed_on = terms.signed_on.over(row.signed_on);
    row.ended_on = terms.ended_on.over(row.ended_on);
    if let Change::To(code) = terms.territory_code {
        let found = lookup::by_code(&**tx, code.trim(), ctx.today()).await?;
        checks.demand(found.is_some(), || {
            Refusal::of(Code::UnknownTerritory, "territoryCode").with("value", &code)
        });
        row.territory_id = found.map_or(row.territory_id, |it| it.id);
    }
    if let Change::To(project) = terms.project {
        if let Some(id) = project {
            let seen = projects::store::by_ids(&**tx, ctx.scope(), &[id]).await?;
            let own = seen
                .iter()
                .any(|it| it.organization_id == row.organization_id);
            checks.demand(own, || Refusal::of(Code::NotFound, "projectId"));
        }
        row.project_id = project;
    }
    if let Change::To(minutes) = terms.weekly_minutes {
        let fits = (1..=rules::WEEK).contains(&minutes);
        checks.demand(fits, || {
            Refusal::of(Code::OutOfRange, "weeklyMinutes")
                .with("least", 1)
                .with("most", rules::WEEK)
        });
        row.weekly_minutes = Minutes(i32::try_from(minutes).unwrap_or_default());
    }
    row.insurer = terms
        .insurer
        .map(|it| checks.optional_text("insurer", it.as_deref(), 200))
        .over(row.insurer);
    row.policy_number = terms
        .policy_number
        .map(|it| checks.optional_text("policyNumber", it.as_deref(), 60))
        .over(row.policy_number);
    if let Change::To(ceiling) = terms.expense_ceiling {
        row.expense_ceiling_minor = ceiling.and_then(|it| minor(checks, it));
    }
    if let Change::To(code) = terms.nationality {
        let known = code.as_deref().is_none_or(rules::is_country);
        checks.demand(known, || {
            let value = code.as_deref().unwrap_or_default();
            Refusal::of(Code::InvalidFormat, "nationality").with("value", value)
        });
        row.nationality = code;
    }
    if let Change::To(hex) = terms.document_sha256 {
        let digest = hex.as_deref().and_then(sha256_of);
        checks.demand(hex.is_none() || digest.is_some(), || {
            let value = hex.as_deref().unwrap_or_default();
            Refusal::of(Code::InvalidFormat, "documentSha256").with("value", value)
        });
        row.document_sha256 = digest;
    }
    row.end_reason = terms
        .end_reason
        .map(|it| checks.optional_prose("endReason", it.as_deref(), REASON_MOST))
        .over(row.end_reason);
    if row.ended_on.is_none() {
        // What never ended early has no reason for it.
        row.end_reason = None;
    }
    Ok(row)
}

/// An amount in hundredths.
fn minor(checks: &mut Checks, amount: Decimal) -> Option<i64> {
    let minor = amount
        .checked_mul(Decimal::ONE_HUNDRED)
        .filter(|it| it.fract().is_zero())
        .and_then(|it| it.to_i64())
        .filter(|it| *it >= 0);
    checks.demand(minor.is_some(), || {
        Refusal::of(Code::InvalidFormat, "expenseCeiling").with("value", amount)
    });
    minor
}

async fn written(
    ctx: &Ctx,
    tx: &Tx,
    action: &'static str,
    row: &volunteer_contract::Model,
) -> Result<(), ContractError> {
    said::keep_contracts(tx, std::slice::from_ref(row)).await?;
    let line = Line {
        action,
        organization: Some(row.organization_id),
        subject: ("VolunteerContract", Some(row.id.0)),
        details: Some(json!({
            "number": rules::number(row), "volunteer": row.volunteer_id, "from": row.from_day,
            "until": row.until_day, "endedOn": row.ended_on, "version": row.version,
        })),
    };
    audit::record(ctx, tx, line).await?;
    Ok(())
}
