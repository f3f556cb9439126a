//! Identifiers, one type for each table: a wrong id does not compile.
//!
//! What they identify is in the table of the same name; how clients see them is not here.

use sea_orm::DeriveValueType;
use sea_orm::prelude::Uuid;
use serde::Deserialize;
use serde::Serialize;

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident;)*) => {$(
        $(#[$doc])*
        #[derive(
            Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
            DeriveValueType,
        )]
        #[serde(transparent)]
        pub struct $name(pub Uuid);

        // Keys are made before the row is written, never by counting.
        impl sea_orm::TryFromU64 for $name {
            fn try_from_u64(_: u64) -> Result<Self, sea_orm::DbErr> {
                Err(sea_orm::DbErr::ConvertFromU64(stringify!($name)))
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.fmt(f)
            }
        }
    )*};
}

ids! {
    /// Identifies a person who can sign in.
    UserId;
    /// Identifies one signed-in device.
    SessionId;
    /// Identifies a platform role given to a user.
    RoleGrantId;
    /// Identifies an organization.
    OrganizationId;
    /// Identifies a user's place in an organization.
    MembershipId;
    /// Identifies an invitation to an organization.
    InvitationId;
    /// Identifies a human being, whatever the number of records.
    PersonId;
    /// Identifies a person's record in one organization.
    VolunteerId;
    /// Identifies something that somebody agreed to, or took back.
    ConsentId;
    /// Identifies a request that personal data be erased.
    ErasureId;
    /// Identifies an accreditation of an organization.
    AccreditationId;
    /// Identifies a contract of contractual volunteering.
    ContractId;
    /// Identifies something that happened under a contract.
    IncidentId;
    /// Identifies one version of a territory.
    TerritoryId;
    /// Identifies a vocabulary term.
    TermId;
    /// Identifies a project.
    ProjectId;
    /// Identifies the shares of a project in one vocabulary from one day on.
    TagSetId;
    /// Identifies an hour entry.
    EntryId;
    /// Identifies a proposed correction of an hour entry.
    AmendmentId;
    /// Identifies a month of one organization.
    PeriodId;
    /// Identifies an exception to a closed month.
    PeriodExceptionId;
    /// Identifies an activity.
    ActivityId;
    /// Identifies a recurrence rule that shifts came from.
    ShiftSeriesId;
    /// Identifies a shift.
    ShiftId;
    /// Identifies a volunteer's place in a shift or in its waiting list.
    SignupId;
    /// Identifies what is known of a volunteer's presence in a shift.
    AttendanceId;
    /// Identifies a timer of a volunteer.
    TimerId;
    /// Identifies something a user was told.
    NotificationId;
    /// Identifies a rule that decides on entries.
    ApprovalRuleId;
    /// Identifies the trace of one decision of a rule.
    ApprovalDecisionId;
    /// Identifies entries that somebody selected for a decision.
    ApprovalSelectionId;
    /// Identifies a file that was brought for import.
    ImportId;
    /// Identifies the act by which one record took over another.
    MergeId;
    /// Identifies an indicator.
    IndicatorId;
    /// Identifies what an indicator should reach in a period.
    TargetId;
    /// Identifies a measured value.
    MeasurementId;
    /// Identifies a file that shows what was measured.
    EvidenceId;
    /// Identifies work in the background.
    JobId;
    /// Identifies a file that was made.
    ArtifactId;
    /// Identifies a report that makes itself.
    ScheduleId;
    /// Identifies what a schedule did at one of its ticks.
    RunId;
    /// Identifies a file on its way.
    DeliveryId;
    /// Identifies where another system is told of changes.
    WebhookEndpointId;
    /// Identifies one change that such a system is told of.
    WebhookDeliveryId;
    /// Identifies a letter to a person.
    LetterId;
    /// Identifies a letter on its way to verify an address.
    EmailVerificationId;
    /// Identifies that an identity at another provider signs in to an account.
    IdentityLinkId;
    /// Identifies a sign-in at another provider that is on its way.
    SignInRequestId;
    /// Identifies the setting of a new password.
    PasswordResetId;
    /// Identifies an edition of the public statistics.
    StatisticsEditionId;
    /// Identifies a frozen answer of a report.
    SnapshotId;
    /// Identifies a signed statement of a volunteer's hours.
    CertificateId;
    /// Identifies a token by which a program acts for a user.
    ApiTokenId;
    /// Identifies a line of the audit trail.
    AuditEventId;
    /// Identifies what an hour of some work is worth from one day on.
    WageRateId;
}
