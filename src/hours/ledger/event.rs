//! An event: what happened to an entry, and how the entry stands after it.
//!
//! How events are bound to each other is in `chain`.

use chrono::DateTime;
use chrono::NaiveDate;
use chrono::SecondsFormat;
use chrono::Utc;
use entity::hour_entry;
use entity::hour_entry_amendment;
use entity::ids::ApprovalRuleId;
use entity::ids::EntryId;
use entity::ids::UserId;
use entity::ids::VolunteerId;
use entity::types::EntryKind;
use entity::types::EntryStatus;
use entity::types::EvidenceLevel;
use serde::Deserialize;
use serde::Serialize;
use uuid::Uuid;

use crate::hours::days::DayShare;
use crate::hours::ledger::seal;
use crate::platform::crypto::Keys;

/// What happened to an entry. Words of the stored chain: never renamed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum EventKind {
    /// It was written.
    Created,
    /// It was changed.
    Changed,
    /// It was taken away.
    Deleted,
    /// It was handed in.
    Submitted,
    /// It was taken back.
    Withdrawn,
    /// It was approved.
    Approved,
    /// It was given back.
    Returned,
    /// It was refused.
    Rejected,
    /// It counts no more.
    Voided,
    /// It went over to another record of the same person, or back.
    HandedOver,
    /// Its texts were erased, since its person asked for it; minutes, days and states stay.
    Erased,
    /// A correction was proposed; the event holds what it proposes.
    AmendmentProposed,
    /// The correction was approved: the entry is now what it proposed.
    AmendmentApproved,
    /// The correction was given back.
    AmendmentReturned,
    /// The correction was refused.
    AmendmentRejected,
    /// The correction was taken back.
    AmendmentWithdrawn,
    /// The texts of the correction were erased.
    AmendmentErased,
}

impl EventKind {
    /// Every kind.
    pub const ALL: [Self; 17] = [
        Self::Created,
        Self::Changed,
        Self::Deleted,
        Self::Submitted,
        Self::Withdrawn,
        Self::Approved,
        Self::Returned,
        Self::Rejected,
        Self::Voided,
        Self::HandedOver,
        Self::Erased,
        Self::AmendmentProposed,
        Self::AmendmentApproved,
        Self::AmendmentReturned,
        Self::AmendmentRejected,
        Self::AmendmentWithdrawn,
        Self::AmendmentErased,
    ];

    /// The stored word.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Created => "ENTRY_CREATED",
            Self::Changed => "ENTRY_CHANGED",
            Self::Deleted => "ENTRY_DELETED",
            Self::Submitted => "ENTRY_SUBMITTED",
            Self::Withdrawn => "ENTRY_WITHDRAWN",
            Self::Approved => "ENTRY_APPROVED",
            Self::Returned => "ENTRY_RETURNED",
            Self::Rejected => "ENTRY_REJECTED",
            Self::Voided => "ENTRY_VOIDED",
            Self::HandedOver => "ENTRY_HANDED_OVER",
            Self::Erased => "ENTRY_ERASED",
            Self::AmendmentProposed => "AMENDMENT_PROPOSED",
            Self::AmendmentApproved => "AMENDMENT_APPROVED",
            Self::AmendmentReturned => "AMENDMENT_RETURNED",
            Self::AmendmentRejected => "AMENDMENT_REJECTED",
            Self::AmendmentWithdrawn => "AMENDMENT_WITHDRAWN",
            Self::AmendmentErased => "AMENDMENT_ERASED",
        }
    }

    /// The kind of a stored word.
    #[must_use]
    pub fn of_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.word() == word)
    }
}

/// Who or what did something. Its text is part of the stored chain: never changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub enum By {
    /// Somebody.
    User(UserId),
    /// A rule of approval, in one version.
    Rule(ApprovalRuleId, i32),
}

impl From<By> for String {
    fn from(by: By) -> Self {
        match by {
            By::User(id) => id.to_string(),
            By::Rule(id, version) => format!("rule:{id}@{version}"),
        }
    }
}

impl TryFrom<String> for By {
    type Error = uuid::Error;

    fn try_from(text: String) -> Result<Self, uuid::Error> {
        let rule = text.strip_prefix("rule:").and_then(|it| it.split_once('@'));
        match rule.map(|(id, version)| (id, version.parse())) {
            Some((id, Ok(version))) => Ok(Self::Rule(ApprovalRuleId(id.parse()?), version)),
            _ => Ok(Self::User(UserId(text.parse()?))),
        }
    }
}

/// What an event says: what figures need, nothing of a person but keys. Texts are there as digests
/// that only this installation can make, so that they can be erased and yet not altered.
///
/// Fields are written in alphabetical order, so that one content has one text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Payload {
    pub actor: Option<By>,
    pub amendment: Option<Uuid>,
    pub break_minutes: i32,
    pub days: Vec<(NaiveDate, i32)>,
    /// Digest of the description.
    pub description: Option<String>,
    pub ended_at: Option<String>,
    pub ended_on: NaiveDate,
    pub evidence: EvidenceLevel,
    pub headcount: i32,
    pub kind: EntryKind,
    pub minutes: i32,
    /// Digest of the reason.
    pub note: Option<String>,
    pub person: Option<Uuid>,
    pub project: Uuid,
    /// Digest of the stored correction.
    pub proposal: Option<String>,
    /// Digest of the stored entry.
    pub seal: String,
    pub started_at: Option<String>,
    pub status: EntryStatus,
    pub territory: Uuid,
    pub time_zone: String,
    pub total_minutes: i32,
    pub version: i32,
    pub volunteer: Option<Uuid>,
    pub worked_on: NaiveDate,
}

/// A correction with its days.
#[derive(Clone, Copy, Debug)]
pub struct Proposal<'a> {
    /// The stored correction.
    pub row: &'a hour_entry_amendment::Model,
    /// Its days.
    pub days: &'a [DayShare],
}

/// Something that happened to an entry, not yet bound to a chain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// What happened.
    pub kind: EventKind,
    /// To which entry.
    pub entry: EntryId,
    /// Whose work it is; `None` for a group.
    pub volunteer: Option<VolunteerId>,
    /// Canonical JSON of the entry as it stands now.
    pub payload: String,
    /// Why, where a reason was given. Kept beside the chain, which holds its digest.
    pub note: Option<String>,
}

impl Event {
    /// What happened to an entry, and why; `actor` is `None` for the operator. The entry and its
    /// days are as they are stored from now on.
    #[must_use]
    pub fn of(
        keys: &Keys,
        kind: EventKind,
        entry: &hour_entry::Model,
        days: &[DayShare],
        actor: Option<UserId>,
        note: Option<&str>,
    ) -> Self {
        let payload = stands(keys, entry, days, actor.map(By::User));
        Self::with(keys, kind, entry, payload, note)
    }

    /// What a rule of approval did to an entry.
    #[must_use]
    pub fn by_rule(
        keys: &Keys,
        kind: EventKind,
        entry: &hour_entry::Model,
        days: &[DayShare],
        (rule, version): (ApprovalRuleId, i32),
    ) -> Self {
        let payload = stands(keys, entry, days, Some(By::Rule(rule, version)));
        Self::with(keys, kind, entry, payload, None)
    }

    /// What happened to a correction of an entry.
    ///
    /// While it is proposed the event says what it proposes, afterwards how the entry stands.
    #[must_use]
    pub fn of_amendment(
        keys: &Keys,
        kind: EventKind,
        (entry, days): (&hour_entry::Model, &[DayShare]),
        proposal: Proposal<'_>,
        actor: Option<UserId>,
        note: Option<&str>,
    ) -> Self {
        let row = proposal.row;
        let mut payload = Payload {
            amendment: Some(row.id.0),
            proposal: Some(seal::amendment(keys, row)),
            ..stands(keys, entry, days, actor.map(By::User))
        };
        if kind == EventKind::AmendmentProposed {
            payload = Payload {
                break_minutes: row.break_minutes.0,
                days: pairs(proposal.days),
                description: seal::description(keys, entry.id, row.description.as_deref()),
                ended_at: row.ended_at.map(instant),
                ended_on: row.ended_on,
                evidence: row.evidence_level,
                headcount: row.headcount,
                minutes: row.minutes.0,
                project: row.project_id.0,
                started_at: row.started_at.map(instant),
                territory: row.territory_id.0,
                time_zone: row.time_zone.clone(),
                total_minutes: row.total_minutes.0,
                worked_on: row.worked_on,
                ..payload
            };
        }
        Self::with(keys, kind, entry, payload, note)
    }

    fn with(
        keys: &Keys,
        kind: EventKind,
        entry: &hour_entry::Model,
        mut payload: Payload,
        note: Option<&str>,
    ) -> Self {
        payload.note = note.map(|it| seal::note(keys, entry.id, entry.version, it));
        Self {
            kind,
            entry: entry.id,
            volunteer: entry.volunteer_id,
            payload: serde_json::to_string(&payload).unwrap_or_default(),
            note: note.map(str::to_owned),
        }
    }
}

fn stands(keys: &Keys, entry: &hour_entry::Model, days: &[DayShare], actor: Option<By>) -> Payload {
    Payload {
        actor,
        amendment: None,
        break_minutes: entry.break_minutes.0,
        days: pairs(days),
        description: seal::description(keys, entry.id, entry.description.as_deref()),
        ended_at: entry.ended_at.map(instant),
        ended_on: entry.ended_on,
        evidence: entry.evidence_level,
        headcount: entry.headcount,
        kind: entry.kind,
        minutes: entry.minutes.0,
        note: None,
        person: entry.person_id.map(|it| it.0),
        project: entry.project_id.0,
        proposal: None,
        seal: seal::entry(keys, entry, days),
        started_at: entry.started_at.map(instant),
        status: entry.status,
        territory: entry.territory_id.0,
        time_zone: entry.time_zone.clone(),
        total_minutes: entry.total_minutes.0,
        version: entry.version,
        volunteer: entry.volunteer_id.map(|it| it.0),
        worked_on: entry.worked_on,
    }
}

fn pairs(days: &[DayShare]) -> Vec<(NaiveDate, i32)> {
    days.iter().map(|it| (it.day, it.minutes.0)).collect()
}

/// An instant as the chain writes it: UTC, six decimals.
pub(super) fn instant(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Micros, true)
}

#[cfg(test)]
mod tests {
    use entity::ids::ApprovalRuleId;
    use entity::ids::UserId;
    use uuid::Uuid;

    use super::By;

    #[test]
    fn who_did_it_reads_back_as_it_was_written() {
        let id = Uuid::from_u128(7);
        for (by, text) in [
            (By::User(UserId(id)), format!("\"{id}\"")),
            (By::Rule(ApprovalRuleId(id), 3), format!("\"rule:{id}@3\"")),
        ] {
            assert_eq!(serde_json::to_string(&by).unwrap(), text);
            assert_eq!(serde_json::from_str::<By>(&text).unwrap(), by);
        }
        for text in ["\"\"", "\"rule:x@1\"", "\"rule:\""] {
            assert!(serde_json::from_str::<By>(text).is_err(), "{text}");
        }
    }
}
