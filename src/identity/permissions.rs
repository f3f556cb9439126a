//! Role × action: the only table.
//!
//! Code asks whether an action is allowed, never which role somebody has.

use entity::types::Role;
use sea_orm::Iterable;

/// What can be done in an organization.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Action {
    /// See the organization's profile, projects and programmes.
    ReadOrganization,
    /// Change profile and settings, archive.
    ManageOrganization,
    /// See who belongs to it.
    ReadMembers,
    /// Invite, change roles below owner, remove.
    ManageMembers,
    /// Make and unmake owners.
    ManageOwners,
    /// See volunteers' records.
    ReadVolunteers,
    /// Create, change, archive volunteers' records.
    ManageVolunteers,
    /// See national identity numbers, where they are kept: one at a time, and each time it is noted.
    RevealNationalIds,
    /// Create and change projects and their shares, and the organization's own vocabularies.
    ManageProjects,
    /// Create, change and cancel activities and shifts; sign anybody up.
    ManageActivities,
    /// Sign oneself up for shifts.
    TakePart,
    /// See everybody's hours.
    ReadHours,
    /// Write one's own hours.
    LogOwnHours,
    /// Write hours for any volunteer, and for groups.
    LogHoursForOthers,
    /// Approve, return, reject.
    DecideHours,
    /// Attest a month.
    SubmitPeriod,
    /// Close a month, and grant exceptions to a closed one.
    ManagePeriods,
    /// Create and change indicators, and say what they should reach.
    ManageIndicators,
    /// Write what was measured.
    RecordMeasurements,
    /// Approve what was measured, and give it back.
    DecideMeasurements,
    /// Read figures of the organization.
    ReadFigures,
    /// Certify hours of volunteers, and take it back.
    IssueCertificates,
    /// Read the audit trail of the organization.
    ReadAudit,
}

impl Action {
    /// Every action.
    pub const ALL: [Self; 23] = [
        Self::ReadOrganization,
        Self::ManageOrganization,
        Self::ReadMembers,
        Self::ManageMembers,
        Self::ManageOwners,
        Self::ReadVolunteers,
        Self::ManageVolunteers,
        Self::RevealNationalIds,
        Self::ManageProjects,
        Self::ManageActivities,
        Self::TakePart,
        Self::ReadHours,
        Self::LogOwnHours,
        Self::LogHoursForOthers,
        Self::DecideHours,
        Self::SubmitPeriod,
        Self::ManagePeriods,
        Self::ManageIndicators,
        Self::RecordMeasurements,
        Self::DecideMeasurements,
        Self::ReadFigures,
        Self::IssueCertificates,
        Self::ReadAudit,
    ];
}

/// The roles that include an action.
#[must_use]
pub fn roles_with(action: Action) -> Vec<Role> {
    Role::iter().filter(|it| allows(*it, action)).collect()
}

/// Whether a role includes an action.
#[must_use]
pub fn allows(role: Role, action: Action) -> bool {
    use Action as A;
    match role {
        Role::Owner => true,
        Role::Admin => action != A::ManageOwners,
        Role::Coordinator => matches!(
            action,
            A::ReadOrganization
                | A::ReadMembers
                | A::ReadVolunteers
                | A::ManageVolunteers
                | A::ManageActivities
                | A::TakePart
                | A::ReadHours
                | A::LogOwnHours
                | A::LogHoursForOthers
                | A::DecideHours
                | A::SubmitPeriod
                | A::RecordMeasurements
                | A::DecideMeasurements
                | A::ReadFigures
                | A::IssueCertificates
        ),
        Role::Viewer => matches!(
            action,
            A::ReadOrganization
                | A::ReadMembers
                | A::ReadVolunteers
                | A::ReadHours
                | A::ReadFigures
        ),
        Role::Volunteer => matches!(action, A::ReadOrganization | A::TakePart | A::LogOwnHours),
    }
}
