//! What is asked: a report by name, its parameters, and how its figures are to be read.
//!
//! Who may ask is decided where it is answered.

use chrono::DateTime;
use chrono::NaiveDate;
use chrono::TimeDelta;
use chrono::Utc;
use entity::ids::OrganizationId;
use entity::types::EntryStatus;
use sea_orm::ActiveEnum;
use serde::Deserialize;
use serde::Serialize;

use crate::hours::days;
use crate::hours::days::months_between;
use crate::refusal::Checks;
use crate::refusal::Code;
use crate::refusal::Refusal;

/// So far from ours another clock may be and still mean the present; the answer says as of which
/// instant it was given.
const PRESENT: TimeDelta = TimeDelta::minutes(1);
/// Before it nothing was known; any instant before it is answered alike.
const BEGINNING: &str = "1970-01-01T00:00:00+00:00";

/// A report, by name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum ReportName {
    /// Hours by INDH programme, territory and month, with completeness.
    Indh,
    /// Hours by goal and target of sustainable development.
    Sdg,
    /// Hours by one dimension, or by two that cross.
    Hours,
    /// Volunteer work by the tables of the ILO.
    VolunteerWork,
    /// Contracts of a year.
    ContractualVolunteering,
    /// How far figures can be trusted.
    DataQuality,
}

impl ReportName {
    /// Every report that has a name.
    pub const ALL: [Self; 6] = [
        Self::Indh,
        Self::Sdg,
        Self::Hours,
        Self::VolunteerWork,
        Self::ContractualVolunteering,
        Self::DataQuality,
    ];

    /// The report of a name; `None` for one that this release does not know.
    #[must_use]
    pub fn of_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.word() == word)
    }

    /// The name in files and parameters.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Indh => "INDH",
            Self::Sdg => "SDG",
            Self::Hours => "HOURS",
            Self::VolunteerWork => "VOLUNTEER_WORK",
            Self::ContractualVolunteering => "CONTRACTUAL_VOLUNTEERING",
            Self::DataQuality => "DATA_QUALITY",
        }
    }
}

/// One organization, as the caller names it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum OrganizationRef {
    /// By key.
    Id(OrganizationId),
    /// By its short name.
    Slug(String),
}

/// A question with parameters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Question {
    /// Which report.
    pub name: ReportName,
    /// Code of the territory whose figures are asked for, all below it included.
    pub territory_code: String,
    /// First civil day of work.
    pub from: NaiveDate,
    /// Last civil day of work, inclusive.
    pub to: NaiveDate,
    /// Only the hours of this organization.
    pub organization: Option<OrganizationRef>,
    /// Which states count; sorted, each once.
    pub status_basis: Vec<EntryStatus>,
    /// As of which instant; `None` is now.
    pub as_of: Option<DateTime<Utc>>,
    /// Whether the work is valued.
    pub valued: Valued,
}

/// Whether an answer says what the work is worth: cells of every project are read for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Valued {
    /// It does.
    Yes,
    /// It does not.
    No,
}

/// A part of the INDH report that is worked out only where it is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Section {
    /// Who has reported: every organization-month is read for it.
    Completeness,
    /// The headline against the period before and the year before.
    Comparison,
    /// Who benefits.
    Beneficiaries,
    /// How far indicators have come.
    Indicators,
    /// What projects cost, and who pays.
    Budget,
    /// Organizations with hours.
    Partners,
}

impl Section {
    /// All of them: what files hold.
    pub const ALL: [Self; 6] = [
        Self::Completeness,
        Self::Comparison,
        Self::Beneficiaries,
        Self::Indicators,
        Self::Budget,
        Self::Partners,
    ];
}

/// How days, weeks and months of a report are cut.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TimeBasis {
    /// IANA zone that decides which months have begun and ended. The day of work itself was
    /// decided by the zone of the place of work when it was recorded.
    pub zone: String,
    /// First day of a week.
    pub week_start: WeekStart,
    /// How work is given to days.
    pub day_rule: DayRule,
}

/// First day of a week.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WeekStart {
    /// Monday, as in Morocco.
    Monday,
}

/// How work is given to days.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DayRule {
    /// Each minute counts on the civil day on which it was worked, in the zone of the place of
    /// work: an entry over midnight is split there.
    SplitAtLocalMidnight,
    /// An entry counts as a whole, by the civil day on which it began in its zone.
    WholeByFirstDay,
}

impl Question {
    /// Puts the parameters in order and refuses those that cannot be answered.
    ///
    /// # Errors
    /// What is wrong with them, all of it, by field name.
    pub fn checked(mut self, now: DateTime<Utc>) -> Result<Self, Vec<Refusal>> {
        let mut checks = Checks::new();
        self.territory_code = checks.text("territoryCode", &self.territory_code, 32);
        days::asked(&mut checks, self.from, self.to);
        self.status_basis.sort();
        self.status_basis.dedup();
        checks.demand(!self.status_basis.is_empty(), || {
            Refusal::of(Code::Required, "statusBasis")
        });
        for status in &self.status_basis {
            // What was refused or taken back counts nowhere.
            if matches!(status, EntryStatus::Rejected | EntryStatus::Voided) {
                checks.refuse(
                    Refusal::of(Code::InvalidFormat, "statusBasis")
                        .with("value", status.to_value()),
                );
            }
        }
        if let Some(as_of) = self.as_of
            && as_of > now + PRESENT
        {
            checks.refuse(
                Refusal::of(Code::OutOfRange, "asOf")
                    .with("least", BEGINNING)
                    .with("most", (now + PRESENT).to_rfc3339()),
            );
        }
        checks.done()?;
        Ok(self)
    }

    /// First days of the months that the interval touches, in order.
    #[must_use]
    pub fn months(&self) -> Vec<NaiveDate> {
        months_between(self.from, self.to)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn question(from: &str, to: &str) -> Question {
        Question {
            name: ReportName::Indh,
            territory_code: "MA".to_owned(),
            from: day(from),
            to: day(to),
            organization: None,
            status_basis: vec![EntryStatus::Approved, EntryStatus::Approved],
            as_of: None,
            valued: Valued::No,
        }
    }

    fn now() -> DateTime<Utc> {
        "2026-11-23T12:00:00Z".parse().unwrap()
    }

    #[test]
    fn every_month_that_the_interval_touches_is_listed() {
        let months = question("2025-12-31", "2026-02-01").months();

        assert_eq!(
            months,
            [day("2025-12-01"), day("2026-01-01"), day("2026-02-01")]
        );
    }

    #[test]
    fn an_interval_that_ends_before_it_begins_is_refused() {
        let refused = question("2026-02-01", "2026-01-31")
            .checked(now())
            .unwrap_err();

        assert_eq!(refused[0].code, Code::OutOfRange);
        assert_eq!(refused[0].path, ["to"]);
    }

    #[test]
    fn an_endless_interval_is_refused() {
        assert!(question("1900-01-01", "2026-01-31").checked(now()).is_err());
    }

    #[test]
    fn the_past_may_be_asked_and_the_future_may_not() {
        let mut asked = question("2026-01-01", "2026-01-31");
        for apart in [-86_400, -60, 0, 60] {
            asked.as_of = Some(now() + TimeDelta::seconds(apart));
            assert_eq!(
                asked.clone().checked(now()).unwrap().status_basis,
                [EntryStatus::Approved]
            );
        }

        asked.as_of = Some(now() + TimeDelta::seconds(61));
        assert_eq!(asked.checked(now()).unwrap_err()[0].code, Code::OutOfRange);
    }

    #[test]
    fn voided_hours_cannot_be_counted() {
        let mut asked = question("2026-01-01", "2026-01-31");
        asked.status_basis = vec![EntryStatus::Voided];

        assert!(asked.checked(now()).is_err());
    }
}
