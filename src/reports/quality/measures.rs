//! What is measured of the quality of figures, by which rule, and from where on it is too much.
//!
//! Pure: what was counted is read in `store`. Each measure is the share of what is wrong or missing, so that
//! less is always better; the thresholds are the constants of this file.

use crate::hours::queue::anomaly;
use crate::platform::i18n::Locale;
use crate::valuation::rules::half_even;

/// What is measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Code {
    /// Minutes that nobody but the volunteer says.
    SelfDeclared,
    /// Entries recorded long after the work.
    Late,
    /// Entries of whole hours.
    WholeHours,
    /// Minutes at a place above a commune.
    WithoutPlace,
    /// Minutes of projects without an occupation.
    WithoutOccupation,
    /// Minutes of projects that had no shares in a programme on the day of work.
    WithoutProgramme,
    /// Projects with such minutes.
    ProjectsWithoutProgramme,
    /// People whose sex is not known.
    WithoutSex,
    /// People whose year of birth is not known.
    WithoutBirthYear,
    /// Pairs of records that may be of one person, and that nobody has decided on.
    PossibleDuplicates,
    /// Ended months of organizations that told nothing.
    MonthsLate,
    /// Entries that wait for a decision.
    Waiting,
    /// Of these, those that are worth a second look.
    Anomalous,
    /// Entries that were corrected after they had been approved, or voided.
    Corrected,
}

/// What numerator and denominator count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// Person-minutes.
    Minutes,
    /// Hour entries.
    Entries,
    /// Projects.
    Projects,
    /// Distinct named people.
    People,
    /// Records of volunteers: pairs of them against records in use.
    Records,
    /// Organizations × months.
    OrganizationMonths,
}

/// Whether a measure keeps to its threshold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// It does.
    Met,
    /// It does not.
    NotMet,
    /// There is nothing to be measured.
    NotMeasured,
}

impl Unit {
    /// Its name in programs.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Minutes => "MINUTES",
            Self::Entries => "ENTRIES",
            Self::Projects => "PROJECTS",
            Self::People => "PEOPLE",
            Self::Records => "RECORDS",
            Self::OrganizationMonths => "ORGANIZATION_MONTHS",
        }
    }
}

impl Status {
    /// Its name in programs.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Met => "MET",
            Self::NotMet => "NOT_MET",
            Self::NotMeasured => "NOT_MEASURED",
        }
    }
}

impl Code {
    /// Every measure, in the order of the report.
    pub const ALL: [Self; 14] = [
        Self::SelfDeclared,
        Self::Late,
        Self::WholeHours,
        Self::WithoutPlace,
        Self::WithoutOccupation,
        Self::WithoutProgramme,
        Self::ProjectsWithoutProgramme,
        Self::WithoutSex,
        Self::WithoutBirthYear,
        Self::PossibleDuplicates,
        Self::MonthsLate,
        Self::Waiting,
        Self::Anomalous,
        Self::Corrected,
    ];

    /// Its name in programs.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::SelfDeclared => "SELF_DECLARED",
            Self::Late => "LATE",
            Self::WholeHours => "WHOLE_HOURS",
            Self::WithoutPlace => "WITHOUT_PLACE",
            Self::WithoutOccupation => "WITHOUT_OCCUPATION",
            Self::WithoutProgramme => "WITHOUT_PROGRAMME",
            Self::ProjectsWithoutProgramme => "PROJECTS_WITHOUT_PROGRAMME",
            Self::WithoutSex => "WITHOUT_SEX",
            Self::WithoutBirthYear => "WITHOUT_BIRTH_YEAR",
            Self::PossibleDuplicates => "POSSIBLE_DUPLICATES",
            Self::MonthsLate => "MONTHS_LATE",
            Self::Waiting => "WAITING",
            Self::Anomalous => "ANOMALOUS",
            Self::Corrected => "CORRECTED",
        }
    }

    /// At most so many percent keep to the threshold.
    #[must_use]
    pub fn most_percent(self) -> i64 {
        match self {
            Self::Corrected => 5,
            Self::Late
            | Self::WithoutPlace
            | Self::WithoutProgramme
            | Self::ProjectsWithoutProgramme
            | Self::PossibleDuplicates
            | Self::MonthsLate
            | Self::Anomalous => 10,
            Self::WithoutOccupation | Self::WithoutSex | Self::WithoutBirthYear | Self::Waiting => {
                20
            }
            Self::SelfDeclared => 50,
            // The same share that is a habit of one volunteer in the queue.
            Self::WholeHours => anomaly::ROUND_PERCENT,
        }
    }

    /// What is counted.
    #[must_use]
    pub fn unit(self) -> Unit {
        match self {
            Self::SelfDeclared
            | Self::WithoutPlace
            | Self::WithoutOccupation
            | Self::WithoutProgramme => Unit::Minutes,
            Self::Late | Self::WholeHours | Self::Waiting | Self::Anomalous | Self::Corrected => {
                Unit::Entries
            }
            Self::ProjectsWithoutProgramme => Unit::Projects,
            Self::WithoutSex | Self::WithoutBirthYear => Unit::People,
            Self::PossibleDuplicates => Unit::Records,
            Self::MonthsLate => Unit::OrganizationMonths,
        }
    }

    /// Key of its rule in `locales/`.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Self::SelfDeclared => "data-quality-self-declared",
            Self::Late => "data-quality-late",
            Self::WholeHours => "data-quality-whole-hours",
            Self::WithoutPlace => "data-quality-without-place",
            Self::WithoutOccupation => "data-quality-without-occupation",
            Self::WithoutProgramme => "data-quality-without-programme",
            Self::ProjectsWithoutProgramme => "data-quality-projects-without-programme",
            Self::WithoutSex => "data-quality-without-sex",
            Self::WithoutBirthYear => "data-quality-without-birth-year",
            Self::PossibleDuplicates => "data-quality-possible-duplicates",
            Self::MonthsLate => "data-quality-months-late",
            Self::Waiting => "data-quality-waiting",
            Self::Anomalous => "data-quality-anomalous",
            Self::Corrected => "data-quality-corrected",
        }
    }

    /// Its rule in words: what is counted, of what.
    #[must_use]
    pub fn rule(self, locale: Locale) -> String {
        let values = [
            ("days", anomaly::LATE_DAYS),
            ("minutes", i64::from(anomaly::UNBROKEN_MINUTES)),
            ("people", i64::from(anomaly::GROUP_LARGE)),
        ]
        .map(|(name, value)| (name, value.to_string()));
        locale.sentence(self.key(), &values)
    }
}

/// One measure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Measure {
    /// What.
    pub code: Code,
    /// Of how many it holds.
    pub numerator: i64,
    /// Of how many in all.
    pub denominator: i64,
}

impl Measure {
    /// The share in hundredths of a percent, rounded once, half to even; `None` where there is nothing to
    /// be measured.
    #[must_use]
    pub fn percent(&self) -> Option<i64> {
        percent(self.numerator, self.denominator)
    }

    /// Whether it keeps to the threshold: by the exact share, not by the rounded one.
    #[must_use]
    pub fn status(&self) -> Status {
        let most = i128::from(self.code.most_percent()) * i128::from(self.denominator);
        match self.denominator {
            0 => Status::NotMeasured,
            _ if i128::from(self.numerator) * 100 <= most => Status::Met,
            _ => Status::NotMet,
        }
    }
}

/// A share in hundredths of a percent, rounded once, half to even; `None` of nothing.
#[must_use]
pub fn percent(numerator: i64, denominator: i64) -> Option<i64> {
    (denominator != 0).then(|| half_even(i128::from(numerator) * 10_000, i128::from(denominator)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn measure(numerator: i64, denominator: i64) -> Measure {
        Measure {
            code: Code::Late,
            numerator,
            denominator,
        }
    }

    #[test]
    fn the_threshold_itself_is_met_and_rounding_does_not_help() {
        for (numerator, denominator, percent, status) in [
            (0, 0, None, Status::NotMeasured),
            (0, 7, Some(0), Status::Met),
            (1, 10, Some(1_000), Status::Met),
            (1_000_001, 10_000_000, Some(1_000), Status::NotMet),
            (1, 3, Some(3_333), Status::NotMet),
            // Half of a hundredth goes to the even one.
            (1, 20_000, Some(0), Status::Met),
            (3, 20_000, Some(2), Status::Met),
        ] {
            let it = measure(numerator, denominator);
            assert_eq!((it.percent(), it.status()), (percent, status), "{it:?}");
        }
    }

    #[test]
    fn every_measure_has_its_rule_in_every_language() {
        for locale in Locale::ALL {
            for code in Code::ALL {
                let rule = code.rule(locale);
                assert_ne!(rule, code.key(), "{locale:?}");
                assert!(!rule.contains('{'), "{rule}");
            }
        }
    }
}
