//! What a contract must be: pure.
//!
//! Articles are of law 06-18, as the project's sources tell them. What they do not tell (longest duration, what
//! may be paid back, what a contract must not be about) is not checked.

use chrono::Days;
use chrono::Months;
use chrono::NaiveDate;
use entity::accreditation;
use entity::types::IncidentSeverity;
use entity::types::OrganizationKind;
use entity::volunteer_contract;

/// Youngest age on the first day (arts. 20-23).
pub const AGE_LEAST: u32 = 18;
/// Most minutes of a week: all there are.
pub const WEEK: i64 = 10_080;
/// Longest contract that is no slip of the keyboard, in years. The law's own bound is not known.
pub const YEARS_MOST: u32 = 10;

/// Most days lost by one incident that are no slip of the keyboard: ten years.
pub const DAYS_LOST_MOST: i32 = 3_650;

/// ISO 3166-1 alpha-2, officially assigned.
const COUNTRIES: &str = "\
AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV \
BW BY BZ CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES \
ET FI FJ FK FM FO FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE \
IL IM IN IO IQ IR IS IT JE JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY \
MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU \
NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY QA RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM \
SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG UM US UY UZ VA VC VE \
VG VI VN VU WF WS YE YT ZA ZM ZW";

/// First day of a contract that can be recorded: the law was published in the Bulletin officiel no. 7010 of
/// 5 August 2021.
#[must_use]
pub fn earliest() -> NaiveDate {
    NaiveDate::from_ymd_opt(2021, 8, 5).unwrap_or_default()
}

/// Last day of a contract that begins on a day and is no slip of the keyboard.
#[must_use]
pub fn latest(from: NaiveDate) -> NaiveDate {
    let months = Months::new(12 * YEARS_MOST);
    from.checked_add_months(months).unwrap_or(NaiveDate::MAX)
}

/// Whether a code is a country of ISO 3166-1.
#[must_use]
pub fn is_country(code: &str) -> bool {
    COUNTRIES.split_ascii_whitespace().any(|it| it == code)
}

/// Completed years on a day. Whoever was born on 29 February completes a year on 1 March of ordinary years:
/// before it, they have not.
#[must_use]
pub fn age(born: NaiveDate, on: NaiveDate) -> Option<u32> {
    on.years_since(born)
}

/// Whether an organizer needs an accreditation: private ones do, public ones do not (arts. 4, 8-19).
#[must_use]
pub fn needs_accreditation(kind: OrganizationKind) -> bool {
    kind != OrganizationKind::PublicBody
}

/// Whether an accreditation holds on a day.
#[must_use]
pub fn holds(accreditation: &accreditation::Model, on: NaiveDate) -> bool {
    accreditation.valid_from <= on && accreditation.valid_until.is_none_or(|it| it >= on)
}

/// Last day on which a contract is in force.
#[must_use]
pub fn last_day(contract: &volunteer_contract::Model) -> NaiveDate {
    contract.ended_on.unwrap_or(contract.until_day)
}

/// Whether two contracts are of the same mission on some day.
#[must_use]
pub fn overlap(one: &volunteer_contract::Model, other: &volunteer_contract::Model) -> bool {
    one.mission_key == other.mission_key
        && one.from_day <= last_day(other)
        && other.from_day <= last_day(one)
}

/// Last day on which an early end can lie: the day before the one agreed.
#[must_use]
pub fn last_early_end(until: NaiveDate) -> NaiveDate {
    until.checked_sub_days(Days::new(1)).unwrap_or(until)
}

/// Whether so grave a harm loses so many days. Days are calendar days on which the volunteer could not work, that
/// of the incident apart; a death loses none that could be counted (resolution of the 16th International
/// Conference of Labour Statisticians, 1998).
#[must_use]
pub fn loses(severity: IncidentSeverity, days: i32) -> bool {
    match severity {
        IncidentSeverity::NoHarm | IncidentSeverity::NoLostTime | IncidentSeverity::Fatal => {
            days == 0
        }
        IncidentSeverity::TemporaryIncapacity => days > 0,
        IncidentSeverity::PermanentIncapacity => days >= 0,
    }
}

/// Where a contract stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// It has not begun.
    Upcoming,
    /// It is in force.
    Active,
    /// It ended on the day agreed.
    Ended,
    /// It ended before the day agreed.
    Terminated,
}

/// Where a contract stands on a day.
#[must_use]
pub fn status(contract: &volunteer_contract::Model, today: NaiveDate) -> Status {
    if today < contract.from_day {
        Status::Upcoming
    } else if today <= last_day(contract) {
        Status::Active
    } else if contract.ended_on.is_some() {
        Status::Terminated
    } else {
        Status::Ended
    }
}

/// The number of a contract as people write it.
#[must_use]
pub fn number(contract: &volunteer_contract::Model) -> String {
    format!("{}-{:04}", contract.register_year, contract.register_number)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn years_are_complete_on_the_birthday() {
        for (born, on, years) in [
            ("2008-11-02", "2026-11-01", Some(17)),
            ("2008-11-02", "2026-11-02", Some(18)),
            ("2008-02-29", "2026-02-28", Some(17)),
            ("2008-02-29", "2026-03-01", Some(18)),
            ("2008-02-29", "2028-02-29", Some(20)),
            ("2030-01-01", "2026-03-01", None),
        ] {
            assert_eq!(age(day(born), day(on)), years, "{born} on {on}");
        }
    }

    #[test]
    fn days_are_lost_by_incapacity_alone() {
        use IncidentSeverity as S;
        for (severity, fits) in [
            (S::NoHarm, [true, false]),
            (S::NoLostTime, [true, false]),
            (S::TemporaryIncapacity, [false, true]),
            (S::PermanentIncapacity, [true, true]),
            (S::Fatal, [true, false]),
        ] {
            assert_eq!([0, 1].map(|it| loses(severity, it)), fits, "{severity:?}");
        }
    }

    #[test]
    fn countries_are_those_of_the_standard() {
        assert!(is_country("MA") && is_country("SN") && is_country("FR"));
        for wrong in ["", "ma", "XX", "MAR", "M", "A M"] {
            assert!(!is_country(wrong), "{wrong}");
        }
        assert_eq!(COUNTRIES.split_ascii_whitespace().count(), 249);
    }
}
