//! What stands in the archive, section by section.
//!
//! Members are chosen one by one: nothing stands in it because it is in a row, and nobody else is named. What is long is read
//! part by part, and nothing is cut. Statements are in `store`.

mod account;

use std::collections::BTreeSet;
use std::collections::HashMap;

use chrono::DateTime;
use chrono::SecondsFormat;
use chrono::Utc;
use entity::audit_event;
use entity::certificate;
use entity::contract_incident;
use entity::erasure_request;
use entity::hour_entry;
use entity::hour_entry_amendment;
use entity::ids::OrganizationId;
use entity::ids::ProjectId;
use entity::ids::UserId;
use entity::ids::VolunteerId;
use entity::signup;
use entity::timer;
use entity::volunteer;
use entity::volunteer_contract;
use sea_orm::ConnectionTrait;
use sea_orm::DbErr;
use sea_orm::EntityTrait;
use sea_orm::ModelTrait;
use sea_orm::Select;
use serde_json::Value;
use serde_json::json;

use crate::consents;
use crate::identity::Ctx;
use crate::jobs::Failed;
use crate::jobs::Progress;
use crate::jobs::Spooled;
use crate::platform::i18n::Locale;
use crate::privacy::access::archive::Archive;
use crate::privacy::access::archive::ArchiveError;
use crate::privacy::access::said::consent;
use crate::privacy::access::store;
use crate::volunteers;
use crate::volunteers::VolunteerError;
use crate::volunteers::number;

/// Words about one record: more than are written down at fifty a day in a lifetime.
const WORDS_MOST: u64 = 2_000_000;

/// The columns of the hours as CSV.
const HOURS: [&str; 9] = [
    "organization",
    "project",
    "workedOn",
    "endedOn",
    "minutes",
    "status",
    "kind",
    "description",
    "recordedAt",
];

/// Why nothing was gathered.
#[derive(Debug, thiserror::Error)]
enum GatherError {
    #[error(transparent)]
    Archive(#[from] ArchiveError),
    #[error(transparent)]
    Number(#[from] VolunteerError),
    #[error(transparent)]
    Database(#[from] DbErr),
}

/// Gathers what is known of an account, where one is given, and of records.
pub(super) async fn gather(
    ctx: &Ctx,
    user: Option<UserId>,
    records: &[volunteer::Model],
    locale: Locale,
    progress: &Progress<'_>,
) -> Result<Spooled, Failed> {
    let fault = |it: GatherError| Failed::Fault(it.to_string());
    // All of it as of one moment, while others write.
    let db = ctx.core().db.system().snapshot().await?;
    let mut archive = Archive::begin().map_err(|it| fault(it.into()))?;
    let made_at = instant(ctx.now());
    let readme = locale.sentence("personal-data-readme", &[("made", made_at)]);
    archive
        .text("README.txt", &readme)
        .map_err(|it| fault(it.into()))?;
    if let Some(user) = user {
        account::of(&db, user, &mut archive).await.map_err(fault)?;
    }
    progress.reaches(20).await?;
    let (mut all, mut numbers) = (Vec::new(), HashMap::new());
    for record in records {
        all.extend(volunteers::store::together(&db, record.id).await?);
        // Whoever gives somebody their archive is shown numbers one at a time, elsewhere.
        if ctx.scope().owns(record.id) {
            let number = number::of(ctx.core(), &db, record.id).await;
            numbers.insert(record.id, number.map_err(|it| fault(it.into()))?);
        }
    }
    of_records(&db, (records, numbers), &all, &mut archive)
        .await
        .map_err(fault)?;
    erasures(&db, user, &all, &mut archive)
        .await
        .map_err(fault)?;
    progress.reaches(50).await?;
    hours(&db, &all, &mut archive).await.map_err(fault)?;
    trail(&db, user, &all, &mut archive).await.map_err(fault)?;
    progress.reaches(90).await?;
    drop(db);
    tokio::task::spawn_blocking(move || archive.end())
        .await
        .map_err(|it| Failed::Fault(it.to_string()))?
        .map_err(|it| fault(it.into()))
}

pub(super) fn instant(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Secs, true)
}

/// Writes a section of any length, part by part, newest first.
async fn section<E: EntityTrait>(
    db: &impl ConnectionTrait,
    archive: &mut Archive,
    name: &str,
    (rows, id): (Select<E>, E::Column),
    told: fn(&E::Model) -> Value,
) -> Result<(), GatherError> {
    archive.begin_section(name)?;
    let (mut after, mut first) = (None, true);
    loop {
        let part = store::part(db, rows.clone(), id, after).await?;
        let Some(last) = part.last() else { break };
        after = Some(last.get(id));
        archive.rows(&Vec::from_iter(part.iter().map(told)), first)?;
        first = false;
    }
    archive.end_section()?;
    Ok(())
}

async fn of_records(
    db: &impl ConnectionTrait,
    (records, numbers): (&[volunteer::Model], HashMap<VolunteerId, Option<String>>),
    all: &[VolunteerId],
    archive: &mut Archive,
) -> Result<(), GatherError> {
    let organizations = records.iter().map(|it| it.organization_id).collect();
    let names = names(db, organizations).await?;
    let rows = records.iter().map(|it| {
        json!({
            "nationalId": numbers.get(&it.id),
            "organization": names.get(&it.organization_id), "reference": it.reference,
            "name": it.name, "nameAr": it.name_ar, "sex": it.sex, "birthDate": it.birth_date,
            "email": it.email, "phone": it.phone, "joinedOn": it.joined_on,
            "createdAt": instant(it.created_at), "updatedAt": instant(it.updated_at),
            "archivedAt": it.archived_at.map(instant),
        })
    });
    archive.section("volunteer-records", &Vec::from_iter(rows))?;
    let ids: Vec<VolunteerId> = records.iter().map(|it| it.id).collect();
    let said = consents::store::of_volunteers(db, &ids, WORDS_MOST).await?;
    let rows = said.values().flatten().map(|it| {
        let record = records.iter().find(|of| Some(of.id) == it.volunteer_id);
        consent(it, record.and_then(|it| it.user_id))
    });
    archive.section("consents", &Vec::from_iter(rows))?;
    let told = |it: &signup::Model| {
        json!({
            "startsAt": instant(it.starts_at), "endsAt": instant(it.ends_at), "status": it.status,
            "note": it.note, "cancelReason": it.cancel_reason, "createdAt": instant(it.created_at),
        })
    };
    let rows = (store::signups(all), signup::Column::Id);
    section(db, archive, "sign-ups", rows, told).await?;
    archive.begin_section("attendance")?;
    let (mut after, mut first) = (None, true);
    loop {
        let rows = store::attendances(db, all, after).await?;
        let Some((last, _)) = rows.last() else { break };
        after = Some(last.id);
        let told = rows.iter().map(|(it, shift)| {
            json!({
                "shiftStartsAt": shift.as_ref().map(|it| instant(it.starts_at)),
                "shiftEndsAt": shift.as_ref().map(|it| instant(it.ends_at)),
                "status": it.status, "checkedInAt": it.checked_in_at.map(instant),
                "checkInMethod": it.check_in_method, "checkedOutAt": it.checked_out_at.map(instant),
                "checkOutMethod": it.check_out_method, "withinGeofence": it.within_geofence,
                "reason": it.reason,
            })
        });
        archive.rows(&Vec::from_iter(told), first)?;
        first = false;
    }
    archive.end_section()?;
    let told = |it: &timer::Model| {
        json!({
            "startedAt": instant(it.started_at), "stoppedAt": it.stopped_at.map(instant),
            "status": it.status, "description": it.description, "discardReason": it.discard_reason,
        })
    };
    let rows = (store::timers(all), timer::Column::Id);
    section(db, archive, "timers", rows, told).await?;
    let told = |it: &certificate::Model| {
        json!({
            "code": it.code, "organization": it.organization_name, "from": it.from_day, "to": it.to_day,
            "holderName": it.holder_name, "holderNameAr": it.holder_name_ar, "minutes": it.minutes,
            "shown": it.shown, "issuedAt": instant(it.created_at), "revokedAt": it.revoked_at.map(instant),
            "revocationReason": it.revocation_reason, "revocationComment": it.revocation_comment,
        })
    };
    let rows = (store::certificates(all), certificate::Column::Id);
    section(db, archive, "certificates", rows, told).await?;
    let told = |it: &volunteer_contract::Model| {
        json!({
            "registerYear": it.register_year, "registerNumber": it.register_number,
            "mission": it.mission, "from": it.from_day, "until": it.until_day,
            "weeklyMinutes": it.weekly_minutes, "insurer": it.insurer,
            "policyNumber": it.policy_number, "nationality": it.nationality,
            "signedOn": it.signed_on, "endedOn": it.ended_on, "endReason": it.end_reason,
        })
    };
    let rows = (store::contracts(all), volunteer_contract::Column::Id);
    section(db, archive, "contracts", rows, told).await?;
    // Words about an incident may be about others: the organization has them.
    let told = |it: &contract_incident::Model| {
        json!({
            "day": it.day, "kind": it.kind, "severity": it.severity, "daysLost": it.days_lost,
            "declaredOn": it.declared_on, "claimNumber": it.claim_number,
            "isVoid": it.void_reason.is_some(),
        })
    };
    let rows = (store::incidents(all), contract_incident::Column::Id);
    section(db, archive, "incidents", rows, told).await?;
    let told = |it: &hour_entry_amendment::Model| {
        json!({
            "status": it.status, "reason": it.reason, "workedOn": it.worked_on,
            "minutes": it.minutes, "description": it.description,
            "decisionReason": it.decision_reason, "createdAt": instant(it.created_at),
        })
    };
    let rows = (store::corrections(all), hour_entry_amendment::Column::Id);
    section(db, archive, "corrections", rows, told).await?;
    Ok(())
}

async fn erasures(
    db: &impl ConnectionTrait,
    user: Option<UserId>,
    all: &[VolunteerId],
    archive: &mut Archive,
) -> Result<(), GatherError> {
    let told = |it: &erasure_request::Model| {
        json!({
            "of": if it.volunteer_id.is_some() { "RECORD" } else { "ACCOUNT" }, "status": it.status,
            "reason": it.reason, "decisionReason": it.decision_reason,
            "requestedAt": instant(it.created_at), "decidedAt": it.decided_at.map(instant),
            "dueAt": it.due_at.map(instant), "doneAt": it.done_at.map(instant),
        })
    };
    let rows = (store::erasures(user, all), erasure_request::Column::Id);
    section(db, archive, "erasure-requests", rows, told).await?;
    Ok(())
}

async fn names(
    db: &impl ConnectionTrait,
    ids: Vec<OrganizationId>,
) -> Result<HashMap<OrganizationId, String>, DbErr> {
    let ids: BTreeSet<OrganizationId> = ids.into_iter().collect();
    let found = store::organizations(db, ids.into_iter().collect()).await?;
    Ok(found.into_iter().collect())
}

async fn titles(
    db: &impl ConnectionTrait,
    rows: &[hour_entry::Model],
) -> Result<HashMap<ProjectId, String>, DbErr> {
    let ids: BTreeSet<ProjectId> = rows.iter().map(|it| it.project_id).collect();
    let found = store::projects(db, ids.into_iter().collect()).await?;
    Ok(found.into_iter().collect())
}

/// Hours, twice: for programs and for spreadsheets. A thousand at a time, however many there are.
async fn hours(
    db: &impl ConnectionTrait,
    all: &[VolunteerId],
    archive: &mut Archive,
) -> Result<(), GatherError> {
    archive.begin_section("hours")?;
    let (mut after, mut first) = (None, true);
    loop {
        let rows = store::entries(db, all, after).await?;
        let Some(last) = rows.last() else { break };
        after = Some(last.id);
        let names = names(db, Vec::from_iter(rows.iter().map(|it| it.organization_id))).await?;
        let titles = titles(db, &rows).await?;
        let told = rows.iter().map(|it| {
            json!({
                "organization": names.get(&it.organization_id),
                "project": titles.get(&it.project_id), "kind": it.kind, "status": it.status,
                "evidenceLevel": it.evidence_level, "startedAt": it.started_at.map(instant),
                "endedAt": it.ended_at.map(instant), "breakMinutes": it.break_minutes,
                "timeZone": it.time_zone, "workedOn": it.worked_on, "endedOn": it.ended_on,
                "minutes": it.minutes, "description": it.description,
                "decisionReason": it.decision_reason, "decidedAt": it.decided_at.map(instant),
                "submittedAt": it.submitted_at.map(instant), "recordedAt": instant(it.created_at),
            })
        });
        archive.rows(&Vec::from_iter(told), first)?;
        first = false;
    }
    archive.end_section()?;
    archive.begin_lines("hours", &HOURS)?;
    let mut after = None;
    loop {
        let rows = store::entries(db, all, after).await?;
        let Some(last) = rows.last() else { break };
        after = Some(last.id);
        let names = names(db, Vec::from_iter(rows.iter().map(|it| it.organization_id))).await?;
        let titles = titles(db, &rows).await?;
        for it in &rows {
            let word = |it: Value| it.as_str().unwrap_or_default().to_owned();
            archive.line(&[
                names.get(&it.organization_id).cloned().unwrap_or_default(),
                titles.get(&it.project_id).cloned().unwrap_or_default(),
                it.worked_on.to_string(),
                it.ended_on.to_string(),
                it.minutes.0.to_string(),
                word(json!(it.status)),
                word(json!(it.kind)),
                it.description.clone().unwrap_or_default(),
                instant(it.created_at),
            ])?;
        }
    }
    Ok(())
}

/// What the holder of the account did, and what was done to the records: by whom else is told by a word for the part that
/// they had, and by nothing more.
async fn trail(
    db: &impl ConnectionTrait,
    user: Option<UserId>,
    all: &[VolunteerId],
    archive: &mut Archive,
) -> Result<(), GatherError> {
    if let Some(user) = user {
        archive.begin_section("own-acts")?;
        let (mut after, mut first) = (None, true);
        loop {
            let rows = store::acts(db, user, after).await?;
            let Some(last) = rows.last() else { break };
            after = Some(last.id);
            archive.rows(&Vec::from_iter(rows.iter().map(own_act)), first)?;
            first = false;
        }
        archive.end_section()?;
    }
    archive.begin_section("done-to-records")?;
    let (mut after, mut first) = (None, true);
    loop {
        let rows = store::done_to(db, all, after).await?;
        let Some(last) = rows.last() else { break };
        after = Some(last.id);
        let told = rows.iter().map(|it| {
            let own = it.user_id.is_some() && it.user_id == user;
            let by = match (own, it.actor_kind.as_str()) {
                (true, _) => "SELF",
                (false, "USER" | "TOKEN") => "SOMEBODY",
                (false, _) => "SERVER",
            };
            // From where somebody else did it says something of them.
            let told = if own { own_act(it) } else { act(it) };
            with(told, "by", json!(by))
        });
        archive.rows(&Vec::from_iter(told), first)?;
        first = false;
    }
    archive.end_section()?;
    Ok(())
}

fn act(it: &audit_event::Model) -> Value {
    json!({
        "at": instant(it.recorded_at), "action": it.action, "subject": it.subject_type,
        "outcome": it.outcome,
    })
}

fn own_act(it: &audit_event::Model) -> Value {
    with(
        with(act(it), "address", json!(it.address)),
        "agent",
        json!(it.agent),
    )
}

fn with(mut told: Value, name: &str, value: Value) -> Value {
    if let Some(members) = told.as_object_mut() {
        members.insert(name.to_owned(), value);
    }
    told
}
