//! What happened, as endpoints are told of it: ids, states and figures, nothing else.
//!
//! Members are chosen one by one: nothing of a trail or a record is passed on because it is there.

use entity::certificate;
use entity::ids::CertificateId;
use entity::ids::OrganizationId;
use entity::job;
use entity::outbox;
use serde_json::Value;
use serde_json::json;
use uuid::Uuid;

use crate::certificates::status::Status;
use crate::exports::entries::EntriesRequest;
use crate::exports::iati::IatiRequest;
use crate::exports::request::ExportRequest;
use crate::hours::ledger::EventKind;
use crate::hours::ledger::Told;
use crate::platform::global;
use crate::webhooks::event::Event;
use crate::webhooks::event::EventType;

/// What happened to an entry; `None` for what nobody is told of.
#[must_use]
pub(super) fn entry(organization: OrganizationId, told: &Told) -> Option<Event> {
    let kind = match told.kind? {
        EventKind::Created => EventType::HourEntryCreated,
        EventKind::Changed => EventType::HourEntryUpdated,
        EventKind::Deleted => EventType::HourEntryDeleted,
        EventKind::Submitted => EventType::HourEntrySubmitted,
        EventKind::Withdrawn => EventType::HourEntryWithdrawn,
        EventKind::Approved => EventType::HourEntryApproved,
        EventKind::Returned => EventType::HourEntryReturned,
        EventKind::Rejected => EventType::HourEntryRejected,
        EventKind::AmendmentApproved => EventType::HourEntryAmended,
        EventKind::Voided => EventType::HourEntryVoided,
        EventKind::HandedOver => EventType::HourEntryReassigned,
        EventKind::AmendmentProposed
        | EventKind::AmendmentReturned
        | EventKind::AmendmentRejected
        | EventKind::AmendmentWithdrawn
        | EventKind::Erased
        | EventKind::AmendmentErased => return None,
    };
    let data = json!({
        "id": global::id("HourEntry", told.entry.0),
        "organizationId": of(organization),
        "projectId": global::id("Project", told.project.0),
        "volunteerId": told.volunteer.map(|it| global::id("Volunteer", it.0)),
        "amendmentId": told.amendment.map(|it| global::id("HourEntryAmendment", it.0)),
        "status": told.status,
        "kind": told.entry_kind,
        "evidenceLevel": told.evidence,
        "workedOn": told.worked_on,
        "minutes": told.minutes,
        "totalMinutes": told.total_minutes,
        "headcount": told.headcount,
        "version": told.version,
    });
    Some(Event {
        kind,
        at: told.at,
        data,
    })
}

/// What happened to a month; `None` for another act.
#[must_use]
pub(super) fn period(organization: OrganizationId, kept: &outbox::Model) -> Option<Event> {
    let (kind, status) = match kept.action.as_str() {
        "period.submit" => (EventType::PeriodSubmitted, "SUBMITTED"),
        "period.close" => (EventType::PeriodClosed, "CLOSED"),
        "period.certify" => (EventType::PeriodCertified, "CERTIFIED"),
        _ => return None,
    };
    let details: Value = serde_json::from_str(kept.details.as_deref()?).ok()?;
    let data = json!({
        "id": global::id("ReportingPeriod", kept.subject_id),
        "organizationId": of(organization),
        "month": details.get("month"),
        "status": status,
    });
    Some(Event {
        kind,
        at: kept.happened_at,
        data,
    })
}

/// The certificate that something happened to; `None` for another act.
#[must_use]
pub(super) fn certificate_of(kept: &outbox::Model) -> Option<CertificateId> {
    let of = ["certificate.issue", "certificate.revoke"].contains(&kept.action.as_str());
    of.then_some(CertificateId(kept.subject_id))
}

/// What happened to a certificate.
#[must_use]
pub(super) fn certificate(kept: &outbox::Model, row: &certificate::Model) -> Option<Event> {
    let (kind, status) = match kept.action.as_str() {
        "certificate.issue" => (EventType::CertificateIssued, Status::Valid),
        "certificate.revoke" => (EventType::CertificateRevoked, Status::Revoked),
        _ => return None,
    };
    Some(Event {
        kind,
        at: kept.happened_at,
        data: certified(row, status),
    })
}

/// A certificate as endpoints are told of it: its code opens it, and is no part of that.
#[must_use]
pub(super) fn certified(row: &certificate::Model, status: Status) -> Value {
    json!({
        "id": global::id("Certificate", row.id.0),
        "organizationId": of(row.organization_id),
        "volunteerId": global::id("Volunteer", row.volunteer_id.0),
        "status": status.word(),
        "from": row.from_day,
        "to": row.to_day,
        "minutes": row.minutes,
    })
}

/// What became of an export; `None` for another act.
#[must_use]
pub(super) fn export(
    organization: OrganizationId,
    kept: &outbox::Model,
    row: &job::Model,
) -> Option<Event> {
    let (kind, status) = match kept.action.as_str() {
        "export.succeed" => (EventType::ExportSucceeded, "SUCCEEDED"),
        "export.fail" => (EventType::ExportFailed, "FAILED"),
        _ => return None,
    };
    let mut data = if let Some(asked) = EntriesRequest::of(row) {
        json!({ "report": "HOUR_ENTRIES", "format": asked.format })
    } else if let Some(asked) = IatiRequest::of(row) {
        json!({
            "report": "IATI", "format": "XML", "from": asked.from, "to": asked.to,
        })
    } else {
        let asked = ExportRequest::of(row)?;
        json!({
            "report": asked.name, "format": asked.format, "from": asked.from, "to": asked.to,
        })
    };
    if let Some(members) = data.as_object_mut() {
        members.insert("id".to_owned(), json!(global::id("ExportJob", row.id.0)));
        members.insert("organizationId".to_owned(), json!(of(organization)));
        members.insert("status".to_owned(), json!(status));
    }
    Some(Event {
        kind,
        at: kept.happened_at,
        data,
    })
}

/// Of which organization an export is; `None` for one of a territory, and for statements and certificates, which are of
/// people.
#[must_use]
pub(super) fn exported_of(row: &job::Model) -> Option<OrganizationId> {
    if let Some(asked) = EntriesRequest::of(row) {
        return asked.hour_entries.organization;
    }
    if let Some(asked) = IatiRequest::of(row) {
        return Some(asked.iati_organization);
    }
    ExportRequest::of(row)?.organization
}

/// A test, for the endpoint that is tried.
#[must_use]
pub(super) fn test(organization: OrganizationId, endpoint: Uuid) -> Value {
    json!({
        "id": global::id("WebhookEndpoint", endpoint),
        "organizationId": of(organization),
    })
}

fn of(organization: OrganizationId) -> String {
    global::id("Organization", organization.0)
}
