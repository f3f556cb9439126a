//! What a column can hold: closed sets and measured values.
//!
//! The words are those of the vocabulary; what may follow what is a rule and not here.

mod activities;
mod certificates;
mod contracts;
mod impact;
mod imports;
mod jobs;
mod letters;
mod periods;
mod privacy;
mod schedules;
mod statistics;
mod timers;
mod tokens;
mod wages;
mod webhooks;

pub use activities::AttendanceMethod;
pub use activities::AttendanceMode;
pub use activities::AttendanceReview;
pub use activities::AttendanceStatus;
pub use activities::AttendanceTimeBasis;
pub use activities::AutoClose;
pub use activities::NotificationKind;
pub use activities::PlanStatus;
pub use activities::SignupStatus;
pub use certificates::RevocationReason;
pub use contracts::IncidentKind;
pub use contracts::IncidentSeverity;
pub use impact::Derived;
pub use impact::Dimension;
pub use impact::Direction;
pub use impact::MeasurementStatus;
pub use impact::OverPlace;
pub use impact::OverTime;
pub use impact::Reading;
pub use impact::ResultLevel;
pub use impact::ValueType;
pub use imports::ImportKind;
pub use imports::ImportStatus;
pub use jobs::JobKind;
pub use jobs::JobStatus;
pub use letters::LetterKind;
pub use periods::PeriodStatus;
pub use privacy::ConsentDecision;
pub use privacy::ConsentMeans;
pub use privacy::ConsentPurpose;
pub use privacy::ErasureStatus;
pub use schedules::CoveredInterval;
pub use schedules::RunCause;
pub use schedules::RunSkip;
pub use schedules::RunStatus;
pub use schedules::ScheduleCadence;
pub use schedules::ScheduleStatus;
pub use statistics::StatisticsPart;
pub use timers::TimerReview;
pub use timers::TimerStatus;
pub use tokens::ApiTokenScope;
pub use wages::WageKind;
pub use webhooks::WebhookDeliveryStatus;
pub use webhooks::WebhookEndpointStatus;
pub use webhooks::WebhookFailure;

use sea_orm::DeriveActiveEnum;
use sea_orm::DeriveValueType;
use sea_orm::EnumIter;
use sea_orm::prelude::StringLen;
use serde::Deserialize;
use serde::Serialize;

/// Whole minutes of work. Never a fraction, never hours.
#[derive(
    Clone,
    Copy,
    Debug,
    Default,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    Deserialize,
    DeriveValueType,
)]
#[serde(transparent)]
pub struct Minutes(pub i32);

impl std::fmt::Display for Minutes {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

/// A text that was sealed for its row and column alone. Whatever holds one is known to `tiwizi::app::sealing`, which seals it
/// anew when keys change.
#[derive(Clone, Debug, PartialEq, Eq, DeriveValueType)]
pub struct Sealed(pub String);

/// A user's role in one organization.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    EnumIter,
    DeriveActiveEnum,
    Serialize,
    Deserialize,
)]
#[sea_orm(rs_type = "String", db_type = "String(StringLen::N(32))")]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Role {
    /// Everything, the end of the organization included.
    #[sea_orm(string_value = "OWNER")]
    Owner,
    /// Members, settings, projects and everything a coordinator may.
    #[sea_orm(string_value = "ADMIN")]
    Admin,
    /// Volunteers, and the hours of all of them: enters, approves.
    #[sea_orm(string_value = "COORDINATOR")]
    Coordinator,
    /// Reads, changes nothing.
    #[sea_orm(string_value = "VIEWER")]
    Viewer,
    /// Their own hours.
    #[sea_orm(string_value = "VOLUNTEER")]
    Volunteer,
}

/// A role beside the organizations.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    EnumIter,
    DeriveActiveEnum,
    Serialize,
    Deserialize,
)]
#[sea_orm(rs_type = "String", db_type = "String(StringLen::N(32))")]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum PlatformRole {
    /// Keeps the platform: organizations, vocabularies, observers.
    #[sea_orm(string_value = "PLATFORM_ADMIN")]
    PlatformAdmin,
    /// Reads figures, never personal data, of one territory.
    #[sea_orm(string_value = "OBSERVER")]
    Observer,
}

/// What an organization is in law.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    EnumIter,
    DeriveActiveEnum,
    Serialize,
    Deserialize,
)]
#[sea_orm(rs_type = "String", db_type = "String(StringLen::N(32))")]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum OrganizationKind {
    /// An association.
    #[sea_orm(string_value = "ASSOCIATION")]
    Association,
    /// A cooperative.
    #[sea_orm(string_value = "COOPERATIVE")]
    Cooperative,
    /// A public body.
    #[sea_orm(string_value = "PUBLIC_BODY")]
    PublicBody,
    /// A school or university.
    #[sea_orm(string_value = "SCHOOL")]
    School,
    /// A company.
    #[sea_orm(string_value = "COMPANY")]
    Company,
}

/// The administrative level of a territory.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    EnumIter,
    DeriveActiveEnum,
    Serialize,
    Deserialize,
)]
#[sea_orm(rs_type = "String", db_type = "String(StringLen::N(32))")]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum TerritoryLevel {
    /// The country.
    #[sea_orm(string_value = "COUNTRY")]
    Country,
    /// A region.
    #[sea_orm(string_value = "REGION")]
    Region,
    /// A prefecture: the urban form of a province.
    #[sea_orm(string_value = "PREFECTURE")]
    Prefecture,
    /// A province.
    #[sea_orm(string_value = "PROVINCE")]
    Province,
    /// A prefecture of arrondissements, counted within its prefecture too.
    #[sea_orm(string_value = "PREFECTURE_ARRONDISSEMENTS")]
    PrefectureArrondissements,
    /// A commune.
    #[sea_orm(string_value = "COMMUNE")]
    Commune,
    /// An arrondissement, counted within its commune too.
    #[sea_orm(string_value = "ARRONDISSEMENT")]
    Arrondissement,
}

/// Whether a commune is urban or rural, by the census.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    EnumIter,
    DeriveActiveEnum,
    Serialize,
    Deserialize,
)]
#[sea_orm(rs_type = "String", db_type = "String(StringLen::N(32))")]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Milieu {
    /// A municipality.
    #[sea_orm(string_value = "URBAN")]
    Urban,
    /// A rural commune.
    #[sea_orm(string_value = "RURAL")]
    Rural,
}

/// Sex as a person states it for statistics.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    EnumIter,
    DeriveActiveEnum,
    Serialize,
    Deserialize,
)]
#[sea_orm(rs_type = "String", db_type = "String(StringLen::N(32))")]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Sex {
    /// Female.
    #[sea_orm(string_value = "FEMALE")]
    Female,
    /// Male.
    #[sea_orm(string_value = "MALE")]
    Male,
}

/// How the minutes of an entry were measured.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    EnumIter,
    DeriveActiveEnum,
    Serialize,
    Deserialize,
)]
#[sea_orm(rs_type = "String", db_type = "String(StringLen::N(32))")]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum EntryKind {
    /// From one instant to another, less breaks.
    #[sea_orm(string_value = "INTERVAL")]
    Interval,
    /// Minutes on a civil date, without clock times.
    #[sea_orm(string_value = "DURATION")]
    Duration,
    /// A head-count, each for the same minutes; the people are not named.
    #[sea_orm(string_value = "GROUP")]
    Group,
}

/// Where an entry stands between being written and being counted.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    EnumIter,
    DeriveActiveEnum,
    Serialize,
    Deserialize,
)]
#[sea_orm(rs_type = "String", db_type = "String(StringLen::N(32))")]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum EntryStatus {
    /// Written, not handed in.
    #[sea_orm(string_value = "DRAFT")]
    Draft,
    /// Handed in, waits for a decision.
    #[sea_orm(string_value = "SUBMITTED")]
    Submitted,
    /// Counted. Changes only by amendment or voiding.
    #[sea_orm(string_value = "APPROVED")]
    Approved,
    /// Given back with a reason, to be corrected and handed in again.
    #[sea_orm(string_value = "RETURNED")]
    Returned,
    /// Refused for good, with a reason.
    #[sea_orm(string_value = "REJECTED")]
    Rejected,
    /// Was approved, counts no more, with a reason.
    #[sea_orm(string_value = "VOIDED")]
    Voided,
}

/// Where a proposed correction stands.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    EnumIter,
    DeriveActiveEnum,
    Serialize,
    Deserialize,
)]
#[sea_orm(rs_type = "String", db_type = "String(StringLen::N(32))")]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum AmendmentStatus {
    /// Waits for a decision; the entry counts as it was.
    #[sea_orm(string_value = "PENDING")]
    Pending,
    /// The entry is now what it proposed.
    #[sea_orm(string_value = "APPROVED")]
    Approved,
    /// Given back with a reason; another may be proposed.
    #[sea_orm(string_value = "RETURNED")]
    Returned,
    /// Refused with a reason.
    #[sea_orm(string_value = "REJECTED")]
    Rejected,
    /// Taken back, or ended with its entry.
    #[sea_orm(string_value = "WITHDRAWN")]
    Withdrawn,
}

/// How an entry came to be, weakest first.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    EnumIter,
    DeriveActiveEnum,
    Serialize,
    Deserialize,
)]
#[sea_orm(rs_type = "String", db_type = "String(StringLen::N(32))")]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum EvidenceLevel {
    /// The volunteer wrote it.
    #[sea_orm(string_value = "SELF_DECLARED")]
    SelfDeclared,
    /// A coordinator wrote it for the volunteer.
    #[sea_orm(string_value = "COORDINATOR_ATTESTED")]
    CoordinatorAttested,
    /// It came from a file.
    #[sea_orm(string_value = "IMPORTED")]
    Imported,
    /// The volunteer was checked in at the place.
    #[sea_orm(string_value = "CHECKED_IN")]
    CheckedIn,
    /// The volunteer was checked in and out at the place.
    #[sea_orm(string_value = "CHECKED_IN_AND_OUT")]
    CheckedInAndOut,
}
