//! The parameters that reports of one organization, one person or one territory have in common.
//!
//! The rules on them are in `question`; who may ask is decided where it is answered.

use chrono::DateTime;
use chrono::NaiveDate;
use chrono::Utc;
use entity::types::EntryStatus;

use crate::platform::zones;
use crate::reports::question::DayRule;
use crate::reports::question::OrganizationRef;
use crate::reports::question::Question;
use crate::reports::question::ReportName;
use crate::reports::question::TimeBasis;
use crate::reports::question::Valued;
use crate::reports::question::WeekStart;

/// The country: where a report names no territory.
pub(super) const COUNTRY: &str = "MA";

/// A question about approved hours of an interval, not checked yet.
pub(super) fn question(territory_code: &str, (from, to): (NaiveDate, NaiveDate)) -> Question {
    Question {
        name: ReportName::Indh,
        territory_code: territory_code.to_owned(),
        from,
        to,
        organization: None,
        status_basis: vec![EntryStatus::Approved],
        as_of: None,
        valued: Valued::No,
    }
}

/// The same of one organization, in these states, as of an instant.
pub(super) fn narrowed(
    question: Question,
    organization: Option<OrganizationRef>,
    statuses: Vec<EntryStatus>,
    as_of: Option<DateTime<Utc>>,
) -> Question {
    Question {
        organization,
        status_basis: statuses,
        as_of,
        ..question
    }
}

/// Days as they are stored, months by a zone; that of the country where there is none.
pub(super) fn time_basis(zone: Option<&str>) -> TimeBasis {
    TimeBasis {
        zone: zone.unwrap_or(zones::COUNTRY).to_owned(),
        week_start: WeekStart::Monday,
        day_rule: DayRule::SplitAtLocalMidnight,
    }
}
