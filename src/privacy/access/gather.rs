//! What stands in the archive, section by section.
//!
//! Members are chosen one by one: nothing stands in it because it is in a row, and nobody else is named. Statements are in
//! `store`.

use std::collections::BTreeSet;
use std::collections::HashMap;

use chrono::DateTime;
use chrono::SecondsFormat;
use chrono::Utc;
use entity::audit_event;
use entity::hour_entry;
use entity::ids::OrganizationId;
use entity::ids::ProjectId;
use entity::ids::UserId;
use entity::ids::VolunteerId;
use entity::volunteer;
use sea_orm::ConnectionTrait;
use sea_orm::DbErr;
use serde_json::Value;
use serde_json::json;

use crate::consents;
use crate::identity::Ctx;
use crate::identity::api_token;
use crate::jobs::Failed;
use crate::jobs::Progress;
use crate::jobs::Spooled;
use crate::platform::i18n::Locale;
use crate::privacy::access::archive::Archive;
use crate::privacy::access::archive::ArchiveError;
use crate::privacy::access::store;
use crate::volunteers;
use crate::volunteers::VolunteerError;
use crate::volunteers::number;

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
        account(&db, user, &mut archive).await.map_err(fault)?;
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

fn instant(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Secs, true)
}

async fn account(
    db: &impl ConnectionTrait,
    user: UserId,
    archive: &mut Archive,
) -> Result<(), GatherError> {
    let rows = store::account(db, user).await?.map(|it| {
        json!({
            "email": it.email, "displayName": it.display_name, "language": it.locale,
            "createdAt": instant(it.created_at), "disabledAt": it.disabled_at.map(instant),
        })
    });
    archive.section("account", &Vec::from_iter(rows))?;
    let memberships = store::memberships(db, user).await?;
    let names = names(
        db,
        Vec::from_iter(memberships.iter().map(|it| it.organization_id)),
    )
    .await?;
    let rows = memberships.iter().map(|it| {
        json!({
            "organization": names.get(&it.organization_id), "role": it.role,
            "since": instant(it.created_at), "endedAt": it.ended_at.map(instant),
        })
    });
    archive.section("memberships", &Vec::from_iter(rows))?;
    let rows = store::sessions(db, user).await?.into_iter().map(|it| {
        json!({
            "createdAt": instant(it.created_at), "expiresAt": instant(it.expires_at),
            "endedAt": it.ended_at.map(instant), "device": it.device, "address": it.address,
            "lastUsedAt": it.last_used_at.map(instant),
        })
    });
    archive.section("sessions", &Vec::from_iter(rows))?;
    let rows = store::tokens(db, user).await?.into_iter().map(|it| {
        json!({
            "name": it.name, "scopes": api_token::scopes(&it), "createdAt": instant(it.created_at),
            "expiresAt": instant(it.expires_at), "revokedAt": it.revoked_at.map(instant),
            "lastUsedAt": it.last_used_at.map(instant), "lastUsedAddress": it.last_used_address,
        })
    });
    archive.section("api-tokens", &Vec::from_iter(rows))?;
    let rows = store::identities(db, user).await?.into_iter().map(|it| {
        json!({
            "provider": it.provider, "createdAt": instant(it.created_at),
            "lastUsedAt": it.last_used_at.map(instant), "endedAt": it.ended_at.map(instant),
        })
    });
    archive.section("linked-identities", &Vec::from_iter(rows))?;
    let rows = store::verifications(db, user).await?.into_iter().map(|it| {
        json!({
            "email": it.email, "previous": it.previous, "createdAt": instant(it.created_at),
            "expiresAt": instant(it.expires_at), "usedAt": it.used_at.map(instant),
        })
    });
    archive.section("email-verifications", &Vec::from_iter(rows))?;
    let rows = store::devices(db, user).await?.into_iter().map(|it| {
        json!({
            "device": it.id, "firstSeenAt": instant(it.first_seen_at),
            "lastSeenAt": instant(it.last_seen_at), "clockSkewMilliseconds": it.clock_skew_ms,
        })
    });
    archive.section("devices", &Vec::from_iter(rows))?;
    let rows = store::notifications(db, user).await?.into_iter().map(|it| {
        let said: Value = serde_json::from_str(&it.params).unwrap_or_default();
        json!({
            "kind": it.kind, "createdAt": instant(it.created_at), "readAt": it.read_at.map(instant),
            "values": said,
        })
    });
    archive.section("notifications", &Vec::from_iter(rows))?;
    let rows = store::letters(db, user).await?.into_iter().map(|it| {
        json!({
            "kind": it.kind, "createdAt": instant(it.created_at), "sentAt": it.sent_at.map(instant),
            "droppedAt": it.dropped_at.map(instant),
        })
    });
    archive.section("letters", &Vec::from_iter(rows))?;
    let said = consents::store::of_user(db, user).await?;
    archive.section(
        "account-consents",
        &Vec::from_iter(said.iter().map(consent)),
    )?;
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
    let said = consents::store::of_volunteers(db, &ids).await?;
    let rows = said.values().flatten().map(consent);
    archive.section("consents", &Vec::from_iter(rows))?;
    let rows = store::signups(db, all).await?.into_iter().map(|it| {
        json!({
            "startsAt": instant(it.starts_at), "endsAt": instant(it.ends_at), "status": it.status,
            "note": it.note, "cancelReason": it.cancel_reason, "createdAt": instant(it.created_at),
        })
    });
    archive.section("sign-ups", &Vec::from_iter(rows))?;
    let rows = store::attendances(db, all).await?;
    let rows = rows.into_iter().map(|(it, shift)| {
        json!({
            "shiftStartsAt": shift.as_ref().map(|it| instant(it.starts_at)),
            "shiftEndsAt": shift.as_ref().map(|it| instant(it.ends_at)),
            "status": it.status, "checkedInAt": it.checked_in_at.map(instant),
            "checkInMethod": it.check_in_method, "checkedOutAt": it.checked_out_at.map(instant),
            "checkOutMethod": it.check_out_method, "withinGeofence": it.within_geofence,
            "reason": it.reason,
        })
    });
    archive.section("attendance", &Vec::from_iter(rows))?;
    let rows = store::timers(db, all).await?.into_iter().map(|it| {
        json!({
            "startedAt": instant(it.started_at), "stoppedAt": it.stopped_at.map(instant),
            "status": it.status, "description": it.description, "discardReason": it.discard_reason,
        })
    });
    archive.section("timers", &Vec::from_iter(rows))?;
    let rows = store::certificates(db, all).await?.into_iter().map(|it| {
        json!({
            "code": it.code, "organization": it.organization_name, "from": it.from_day, "to": it.to_day,
            "holderName": it.holder_name, "holderNameAr": it.holder_name_ar, "minutes": it.minutes,
            "shown": it.shown, "issuedAt": instant(it.created_at), "revokedAt": it.revoked_at.map(instant),
            "revocationReason": it.revocation_reason, "revocationComment": it.revocation_comment,
        })
    });
    archive.section("certificates", &Vec::from_iter(rows))?;
    let rows = store::contracts(db, all).await?.into_iter().map(|it| {
        json!({
            "registerYear": it.register_year, "registerNumber": it.register_number,
            "mission": it.mission, "from": it.from_day, "until": it.until_day,
            "weeklyMinutes": it.weekly_minutes, "insurer": it.insurer,
            "policyNumber": it.policy_number, "nationality": it.nationality,
            "signedOn": it.signed_on, "endedOn": it.ended_on, "endReason": it.end_reason,
        })
    });
    archive.section("contracts", &Vec::from_iter(rows))?;
    // Words about an incident may be about others: the organization has them.
    let rows = store::incidents(db, all).await?.into_iter().map(|it| {
        json!({
            "day": it.day, "kind": it.kind, "severity": it.severity, "daysLost": it.days_lost,
            "declaredOn": it.declared_on, "claimNumber": it.claim_number,
            "isVoid": it.void_reason.is_some(),
        })
    });
    archive.section("incidents", &Vec::from_iter(rows))?;
    let rows = store::corrections(db, all).await?.into_iter().map(|it| {
        json!({
            "status": it.status, "reason": it.reason, "workedOn": it.worked_on,
            "minutes": it.minutes, "description": it.description,
            "decisionReason": it.decision_reason, "createdAt": instant(it.created_at),
        })
    });
    archive.section("corrections", &Vec::from_iter(rows))?;
    Ok(())
}

async fn erasures(
    db: &impl ConnectionTrait,
    user: Option<UserId>,
    all: &[VolunteerId],
    archive: &mut Archive,
) -> Result<(), GatherError> {
    let rows = store::erasures(db, user, all).await?.into_iter().map(|it| {
        json!({
            "of": if it.volunteer_id.is_some() { "RECORD" } else { "ACCOUNT" }, "status": it.status,
            "reason": it.reason, "decisionReason": it.decision_reason,
            "requestedAt": instant(it.created_at), "decidedAt": it.decided_at.map(instant),
            "dueAt": it.due_at.map(instant), "doneAt": it.done_at.map(instant),
        })
    });
    archive.section("erasure-requests", &Vec::from_iter(rows))?;
    Ok(())
}

fn consent(it: &entity::consent::Model) -> Value {
    json!({
        "purpose": it.purpose, "decision": it.decision, "textVersion": it.text_version,
        "language": it.language, "means": it.means, "decidedAt": instant(it.decided_at),
        "recordedAt": instant(it.recorded_at),
    })
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
