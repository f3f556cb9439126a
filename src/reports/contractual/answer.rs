//! What the report of contractual volunteering answers: totals, tables, findings.
//!
//! How they are put together is in `figures`.

use entity::types::IncidentKind;
use entity::types::IncidentSeverity;

use crate::reports::additivity::Additivity;
use crate::reports::volunteer_work::Label;

/// By what a table tells contracts apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dimension {
    /// Sex, as the records state it.
    Sex,
    /// Age on the first day of the year on which the volunteer had a contract in force.
    Age,
    /// Nationality, as the volunteer's latest contract states it.
    Nationality,
    /// Where the contract is carried out.
    Place,
    /// How the accreditation of the organization stands.
    Accreditation,
    /// What the contract is for.
    Mission,
}

impl Dimension {
    /// Whether volunteers of its rows may be added up: a person has one sex, one age and one nationality here,
    /// and may have contracts of several places, organizations and missions.
    #[must_use]
    pub fn volunteers(self) -> Additivity {
        match self {
            Self::Sex | Self::Age | Self::Nationality => Additivity::Additive,
            Self::Place | Self::Accreditation | Self::Mission => Additivity::Distinct,
        }
    }

    /// Its name among breakdowns: `bySex`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Sex => "bySex",
            Self::Age => "byAge",
            Self::Nationality => "byNationality",
            Self::Place => "byPlace",
            Self::Accreditation => "byAccreditation",
            Self::Mission => "byMission",
        }
    }
}

/// What is counted of a category.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Amounts {
    /// Contracts in force on some day of the year.
    pub contracts: i64,
    /// Distinct people under them.
    pub volunteers: i64,
    /// Approved minutes given under them.
    pub minutes: i64,
}

/// One category.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// Its code; `None` for what is not known.
    pub code: Option<String>,
    /// What it is called.
    pub label: Label,
    /// What was counted.
    pub amounts: Amounts,
}

/// Contracts by one dimension.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Table {
    /// By what.
    pub dimension: Dimension,
    /// Its rows.
    pub rows: Vec<Row>,
}

/// The whole.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Totals {
    /// Organizations with a contract in force on some day of the year.
    pub organizations: i64,
    /// What was counted of all contracts.
    pub amounts: Amounts,
    /// Contracts whose first day lies in the year.
    pub begun: i64,
    /// Contracts that have ended in the year on the day agreed.
    pub ended: i64,
    /// Contracts that have ended in the year before the day agreed.
    pub terminated: i64,
}

/// Something that is missing or does not fit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Finding {
    /// No insurance policy is recorded.
    WithoutInsurance,
    /// The document is not known by its digest.
    WithoutDocument,
    /// No nationality is recorded.
    WithoutNationality,
    /// The day of birth is not known any more.
    AgeUnknown,
    /// By the day of birth as it is recorded now, the volunteer was younger than 18 on the first day.
    UnderAge,
    /// A private organization without an accreditation on the first day.
    WithoutAccreditation,
    /// Two contracts of one volunteer for the same mission at the same time.
    Overlapping,
    /// No approved hours were given under it in the year.
    WithoutHours,
}

impl Finding {
    /// Its name in programs.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::WithoutInsurance => "WITHOUT_INSURANCE",
            Self::WithoutDocument => "WITHOUT_DOCUMENT",
            Self::WithoutNationality => "WITHOUT_NATIONALITY",
            Self::AgeUnknown => "AGE_UNKNOWN",
            Self::UnderAge => "UNDER_AGE",
            Self::WithoutAccreditation => "WITHOUT_ACCREDITATION",
            Self::Overlapping => "OVERLAPPING",
            Self::WithoutHours => "WITHOUT_HOURS",
        }
    }
}

/// What is counted of incidents.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct IncidentAmounts {
    /// Incidents whose day lies in the year, without those that were taken back.
    pub incidents: i64,
    /// Of these, incidents that the insurer was told of.
    pub declared: i64,
    /// Calendar days lost by them, as far as they are known.
    pub days_lost: i64,
}

/// Incidents of the year.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Incidents {
    /// How many there are, without those that were taken back.
    pub incidents: i64,
    /// Of these, incidents that the insurer was told of.
    pub declared: i64,
    /// What happened and how gravely; `None` where that would tell of the health of people who can be found.
    pub detail: Option<IncidentDetail>,
}

/// What happened, in the order of the sets; every kind and every severity is named.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IncidentDetail {
    /// Calendar days lost by all of them, as far as they are known.
    pub days_lost: i64,
    /// By what happened.
    pub by_kind: Vec<(IncidentKind, IncidentAmounts)>,
    /// By how gravely volunteers came to harm; last what is not known.
    pub by_severity: Vec<(Option<IncidentSeverity>, IncidentAmounts)>,
}

/// The figures.
#[derive(Clone, Debug)]
pub struct Figures {
    /// The whole.
    pub totals: Totals,
    /// By each dimension; by mission only where missions are shown.
    pub tables: Vec<Table>,
    /// What happened under contracts.
    pub incidents: Incidents,
    /// Each finding, with the number of contracts.
    pub findings: Vec<(Finding, i64)>,
}

/// Key in `locales/` of what a kind of incident is called.
#[must_use]
pub fn incident_kind(kind: IncidentKind) -> &'static str {
    match kind {
        IncidentKind::Accident => "contractual-incident-accident",
        IncidentKind::CommutingAccident => "contractual-incident-commuting",
        IncidentKind::Illness => "contractual-incident-illness",
        IncidentKind::Damage => "contractual-incident-damage",
        IncidentKind::ThirdPartyHarm => "contractual-incident-third-party",
        IncidentKind::Harassment => "contractual-incident-harassment",
        IncidentKind::Dispute => "contractual-incident-dispute",
        IncidentKind::Other => "contractual-incident-other",
    }
}

/// Key in `locales/` of what a severity is called; `None` is what is not known.
#[must_use]
pub fn incident_severity(severity: Option<IncidentSeverity>) -> &'static str {
    match severity {
        Some(IncidentSeverity::NoHarm) => "contractual-incident-no-harm",
        Some(IncidentSeverity::NoLostTime) => "contractual-incident-no-lost-time",
        Some(IncidentSeverity::TemporaryIncapacity) => "contractual-incident-temporary",
        Some(IncidentSeverity::PermanentIncapacity) => "contractual-incident-permanent",
        Some(IncidentSeverity::Fatal) => "contractual-incident-fatal",
        None => "volunteer-work-unknown",
    }
}
