//! Closed sets of API tokens.
//!
//! Those of other areas are in `types`.

use sea_orm::EnumIter;
use serde::Deserialize;
use serde::Serialize;

/// What a token may do. It is kept by its word, as a list of them.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, EnumIter, Serialize, Deserialize,
)]
pub enum ApiTokenScope {
    /// The account of its user.
    #[serde(rename = "account:read")]
    AccountRead,
    /// Organizations, projects, activities, shifts.
    #[serde(rename = "projects:read")]
    ProjectsRead,
    /// Changing them.
    #[serde(rename = "projects:write")]
    ProjectsWrite,
    /// People: records of volunteers, members, sign-ups, attendance.
    #[serde(rename = "volunteers:read")]
    VolunteersRead,
    /// Changing records of volunteers, contracts, sign-ups.
    #[serde(rename = "volunteers:write")]
    VolunteersWrite,
    /// Hours.
    #[serde(rename = "hours:read")]
    HoursRead,
    /// Writing hours.
    #[serde(rename = "hours:write")]
    HoursWrite,
    /// Deciding on hours, and on months.
    #[serde(rename = "hours:decide")]
    HoursDecide,
    /// Figures.
    #[serde(rename = "reports:read")]
    ReportsRead,
    /// Indicators and measurements.
    #[serde(rename = "impact:write")]
    ImpactWrite,
    /// Files of reports.
    #[serde(rename = "exports:write")]
    ExportsWrite,
    /// Files that are brought.
    #[serde(rename = "imports:write")]
    ImportsWrite,
    /// Certificates.
    #[serde(rename = "certificates:write")]
    CertificatesWrite,
    /// Profile, settings, rules and webhooks of organizations.
    #[serde(rename = "admin")]
    Admin,
    /// The audit trail.
    #[serde(rename = "audit:read")]
    AuditRead,
}

impl ApiTokenScope {
    /// Its word, as it is kept and told.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::AccountRead => "account:read",
            Self::ProjectsRead => "projects:read",
            Self::ProjectsWrite => "projects:write",
            Self::VolunteersRead => "volunteers:read",
            Self::VolunteersWrite => "volunteers:write",
            Self::HoursRead => "hours:read",
            Self::HoursWrite => "hours:write",
            Self::HoursDecide => "hours:decide",
            Self::ReportsRead => "reports:read",
            Self::ImpactWrite => "impact:write",
            Self::ExportsWrite => "exports:write",
            Self::ImportsWrite => "imports:write",
            Self::CertificatesWrite => "certificates:write",
            Self::Admin => "admin",
            Self::AuditRead => "audit:read",
        }
    }
}
