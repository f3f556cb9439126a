//! Global ids: opaque to clients, strict when read.
//!
//! An id that cannot be read, is of another type, or names nothing visible gives the same answer.

use async_graphql::ID;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use entity::ids;
use uuid::Uuid;

use crate::platform::global;
use crate::refusal::Code;
use crate::refusal::Refusal;

/// An identifier that clients can hold.
pub trait NodeId: Copy {
    /// Name of the GraphQL type.
    const TYPE: &'static str;

    /// The key behind it.
    fn key(self) -> Uuid;

    /// The identifier of a key.
    fn of(key: Uuid) -> Self;

    /// The global id.
    fn global(self) -> ID {
        ID(global::id(Self::TYPE, self.key()))
    }

    /// Reads a global id of this type.
    fn read(id: &ID) -> Option<Self> {
        let (kind, key) = split(id)?;
        (kind == Self::TYPE).then(|| Self::of(key))
    }

    /// Reads a global id of an input field.
    ///
    /// # Errors
    /// `NOT_FOUND` with the field, as for a thing that does not exist.
    fn input(id: &ID, field: &str) -> Result<Self, Refusal> {
        Self::read(id).ok_or_else(|| Refusal::of(Code::NotFound, field))
    }

    /// Reads a global id that may be absent.
    ///
    /// # Errors
    /// As of [`NodeId::input`].
    fn optional(id: Option<&ID>, field: &str) -> Result<Option<Self>, Refusal> {
        id.map(|it| Self::input(it, field)).transpose()
    }
}

/// The global id of a thing of a kind that is known by its name alone.
#[must_use]
pub fn named(kind: &str, key: Uuid) -> ID {
    ID(global::id(kind, key))
}

/// Type name and key of any global id.
#[must_use]
pub fn split(id: &ID) -> Option<(String, Uuid)> {
    let bytes = URL_SAFE_NO_PAD.decode(id.as_bytes()).ok()?;
    let (kind, key) = bytes.split_at_checked(bytes.len().checked_sub(17)?)?;
    let key = key.strip_prefix(b":")?;
    Some((
        String::from_utf8(kind.to_vec()).ok()?,
        Uuid::from_slice(key).ok()?,
    ))
}

/// Type name and key of a global id of a type that there is.
#[must_use]
pub fn known(id: &ID) -> Option<(&'static str, Uuid)> {
    let (kind, key) = split(id)?;
    let kind = TYPES.iter().find(|it| **it == kind)?;
    Some((kind, key))
}

macro_rules! nodes {
    ($($id:ident = $name:literal;)*) => {
        /// All types that have global ids of their own.
        const TYPES: &[&str] = &[$($name),*];
    $(
        impl NodeId for ids::$id {
            const TYPE: &'static str = $name;

            fn key(self) -> Uuid {
                self.0
            }

            fn of(key: Uuid) -> Self {
                Self(key)
            }
        }
    )*};
}

nodes! {
    UserId = "User";
    SessionId = "UserSession";
    OrganizationId = "Organization";
    MembershipId = "Membership";
    InvitationId = "Invitation";
    VolunteerId = "Volunteer";
    MergeId = "VolunteerMerge";
    AccreditationId = "Accreditation";
    ErasureId = "ErasureRequest";
    ContractId = "VolunteerContract";
    IncidentId = "ContractIncident";
    TerritoryId = "Territory";
    TermId = "VocabularyTerm";
    ProjectId = "Project";
    ActivityId = "Activity";
    ShiftSeriesId = "ShiftSeries";
    ShiftId = "Shift";
    SignupId = "Signup";
    AttendanceId = "Attendance";
    NotificationId = "Notification";
    EntryId = "HourEntry";
    AmendmentId = "HourEntryAmendment";
    TimerId = "Timer";
    PeriodId = "ReportingPeriod";
    ApprovalRuleId = "ApprovalRule";
    ImportId = "Import";
    IndicatorId = "Indicator";
    MeasurementId = "Measurement";
    EvidenceId = "EvidenceFile";
    JobId = "ExportJob";
    ScheduleId = "Schedule";
    DeliveryId = "Delivery";
    LetterId = "Letter";
    WageRateId = "WageRate";
    SnapshotId = "ReportSnapshot";
    CertificateId = "Certificate";
    WebhookEndpointId = "WebhookEndpoint";
    ApiTokenId = "ApiToken";
    AuditEventId = "AuditEvent";
    WebhookDeliveryId = "WebhookDelivery";
}

#[cfg(test)]
mod tests {
    use async_graphql::ID;
    use entity::ids::EntryId;
    use entity::ids::ProjectId;
    use uuid::Uuid;

    use super::NodeId;

    #[test]
    fn a_global_id_reads_back_only_as_its_own_type() {
        let id = EntryId(Uuid::from_u128(7)).global();

        assert_eq!(EntryId::read(&id), Some(EntryId(Uuid::from_u128(7))));
        assert_eq!(ProjectId::read(&id), None);
    }

    #[test]
    fn what_is_no_global_id_reads_as_nothing() {
        for text in ["", "x", "SG91ckVudHJ5", "%%%", "é"] {
            assert_eq!(EntryId::read(&ID(text.to_owned())), None, "{text}");
        }
    }
}
