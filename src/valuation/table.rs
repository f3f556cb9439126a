//! The table of hourly rates, and which of them an hour of work takes: pure, so that reports and tests ask
//! the same.
//!
//! Rows and statements are in `store`; the arithmetic is in `rules`.

use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::collections::HashMap;

use chrono::NaiveDate;
use entity::types::WageKind;
use entity::wage_rate;
use sea_orm::EnumIter;

/// From the nearest rate to the farthest: the first that is there is taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, EnumIter)]
pub enum Step {
    /// The wage of the occupation in the province or prefecture.
    OccupationProvince,
    /// The wage of the occupation in the region.
    OccupationRegion,
    /// The wage of the occupation in the country.
    OccupationCountry,
    /// The wage of all occupations in the province or prefecture, the region or the country: the nearest one.
    AllOccupations,
    /// The minimum wage.
    MinimumWage,
    /// No rate was in force: the minutes have no value.
    NoRate,
}

/// Where work was done, as far as rates know places.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Place<'a> {
    /// Code of the province or prefecture; `None` for work recorded above it.
    pub province: Option<&'a str>,
    /// Code of the region; `None` for work recorded above it.
    pub region: Option<&'a str>,
}

/// An hourly rate from one day on, in hundredths of a dirham.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Rate {
    central: i64,
    /// Lower and upper end, where the source has them.
    interval: Option<(i64, i64)>,
}

/// What an hour of some work is worth, in hundredths of a dirham, and by which step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Wage {
    /// Which step of the chain it is of.
    pub step: Step,
    /// Lower end.
    pub low: i64,
    /// The rate itself.
    pub central: i64,
    /// Upper end.
    pub high: i64,
    /// Whether the source of the rate states the interval; otherwise it is the convention of [`Table::wage`].
    pub stated: bool,
}

/// Rates by their first day.
type Dated = BTreeMap<NaiveDate, Rate>;

/// All rates that are known.
#[derive(Clone, Debug, Default)]
pub struct Table {
    /// By occupation, then by place; an empty text is all occupations, or the country.
    wages: HashMap<String, HashMap<String, Dated>>,
    minimum: Dated,
}

impl Table {
    /// The table of these rows.
    #[must_use]
    pub fn of(rows: &[wage_rate::Model]) -> Self {
        let mut table = Self::default();
        for row in rows {
            let dated = match row.kind {
                WageKind::MinimumWage => &mut table.minimum,
                WageKind::Wage => table
                    .wages
                    .entry(row.occupation_code.clone().unwrap_or_default())
                    .or_default()
                    .entry(row.territory_code.clone().unwrap_or_default())
                    .or_default(),
            };
            let rate = Rate {
                central: row.central_minor,
                interval: row.low_minor.zip(row.high_minor),
            };
            dated.insert(row.valid_from, rate);
        }
        table
    }

    /// The days after `from` and until `to` on which some rate begins, in order: between two of them no
    /// rate changes.
    #[must_use]
    pub fn changes(&self, from: NaiveDate, to: NaiveDate) -> Vec<NaiveDate> {
        let wages = self.wages.values().flat_map(HashMap::values);
        let days = wages
            .chain([&self.minimum])
            .flat_map(BTreeMap::keys)
            .copied();
        let days: BTreeSet<NaiveDate> = days.filter(|it| *it > from && *it <= to).collect();
        days.into_iter().collect()
    }

    /// What an hour of work of an occupation was worth at a place on a day; `None` where not even a minimum
    /// wage was in force.
    ///
    /// Place goes before precision: each place is asked for the occupation, then for the group that it lies
    /// in, before the next larger place is.
    ///
    /// Where the source of the rate states no interval, the upper end is the rate itself, and the lower end the
    /// minimum wage of the day, or the rate where that is lower: no more is known without a guess.
    #[must_use]
    pub fn wage(&self, occupation: Option<&str>, place: Place<'_>, day: NaiveDate) -> Option<Wage> {
        let places = [
            (Step::OccupationProvince, place.province),
            (Step::OccupationRegion, place.region),
            (Step::OccupationCountry, Some("")),
        ];
        for (step, place) in places {
            let Some(place) = place else { continue };
            for occupation in occupation.map(groups).unwrap_or_default() {
                if let Some(rate) = self.rate(occupation, place, day) {
                    return Some(self.interval(step, rate, day));
                }
            }
        }
        for (_, place) in places {
            if let Some(rate) = place.and_then(|it| self.rate("", it, day)) {
                return Some(self.interval(Step::AllOccupations, rate, day));
            }
        }
        let minimum = in_force(&self.minimum, day)?;
        Some(self.interval(Step::MinimumWage, minimum, day))
    }

    fn rate(&self, occupation: &str, place: &str, day: NaiveDate) -> Option<Rate> {
        in_force(self.wages.get(occupation)?.get(place)?, day)
    }

    fn interval(&self, step: Step, rate: Rate, day: NaiveDate) -> Wage {
        let minimum = in_force(&self.minimum, day).map_or(rate.central, |it| it.central);
        let convention = (minimum.min(rate.central), rate.central);
        let (low, high) = rate.interval.unwrap_or(convention);
        Wage {
            step,
            low,
            central: rate.central,
            high,
            stated: rate.interval.is_some(),
        }
    }
}

/// The rate that began last, on the day or before.
fn in_force(dated: &Dated, day: NaiveDate) -> Option<Rate> {
    dated.range(..=day).next_back().map(|(_, rate)| *rate)
}

/// Digits of the longest code of ISCO-08.
const DIGITS: usize = 4;

/// An occupation and the groups it lies in, the nearest first: of `2341` also `234`, `23` and `2`.
#[must_use]
pub fn groups(occupation: &str) -> Vec<&str> {
    let ends = occupation.char_indices().take(DIGITS);
    let ends = ends.map(|(at, it)| at + it.len_utf8());
    let mut groups: Vec<&str> = ends.filter_map(|end| occupation.get(..end)).collect();
    groups.reverse();
    groups
}

#[cfg(test)]
pub(super) mod tests {
    use chrono::DateTime;
    use entity::ids::WageRateId;
    use uuid::Uuid;

    use super::*;

    pub fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    /// A rate: occupation, place, first day, hundredths.
    pub fn a_rate(occupation: &str, place: &str, from: &str, central: i64) -> wage_rate::Model {
        let code = |it: &str| (!it.is_empty()).then(|| it.to_owned());
        wage_rate::Model {
            id: WageRateId(Uuid::nil()),
            kind: WageKind::Wage,
            occupation_code: code(occupation),
            territory_code: code(place),
            valid_from: day(from),
            valid_to: None,
            low_minor: None,
            central_minor: central,
            high_minor: None,
            source: "test".to_owned(),
            url: None,
            changed_by: None,
            version: 1,
            created_at: DateTime::UNIX_EPOCH,
            updated_at: DateTime::UNIX_EPOCH,
        }
    }

    /// A minimum wage: first day, hundredths.
    pub fn a_minimum(from: &str, central: i64) -> wage_rate::Model {
        wage_rate::Model {
            kind: WageKind::MinimumWage,
            ..a_rate("", "", from, central)
        }
    }

    const PLACE: Place<'_> = Place {
        province: Some("07.041"),
        region: Some("07"),
    };

    /// One rate after the other is taken away: each time the next one of the chain is taken.
    #[test]
    fn the_nearest_rate_is_taken() {
        let mut rows = vec![
            a_rate("23", "07.041", "2025-01-01", 9_000),
            a_rate("2", "07.041", "2025-01-01", 8_500),
            a_rate("23", "07", "2025-01-01", 8_000),
            a_rate("2", "07", "2025-01-01", 7_500),
            a_rate("23", "", "2025-01-01", 7_000),
            a_rate("2", "", "2025-01-01", 6_500),
            a_rate("", "07.041", "2025-01-01", 3_400),
            a_rate("", "07", "2025-01-01", 3_200),
            a_rate("", "", "2025-01-01", 3_000),
            a_minimum("2025-01-01", 1_710),
        ];
        let steps = [
            Step::OccupationProvince,
            Step::OccupationProvince,
            Step::OccupationRegion,
            Step::OccupationRegion,
            Step::OccupationCountry,
            Step::OccupationCountry,
            Step::AllOccupations,
            Step::AllOccupations,
            Step::AllOccupations,
            Step::MinimumWage,
        ];
        for step in steps {
            let wage = Table::of(&rows).wage(Some("23"), PLACE, day("2026-03-01"));
            let first = rows.remove(0);
            let wage = wage.unwrap();
            assert_eq!((wage.step, wage.central), (step, first.central_minor));
        }
        let nothing = Table::of(&rows).wage(Some("23"), PLACE, day("2026-03-01"));
        assert_eq!(nothing, None);
    }

    #[test]
    fn a_rate_is_in_force_from_its_first_day_until_the_next_one_begins() {
        let table = Table::of(&[
            a_minimum("2026-01-01", 1_792),
            a_minimum("2025-01-01", 1_710),
        ]);
        let on = |it| table.wage(None, PLACE, day(it)).map(|it| it.central);

        assert_eq!(on("2024-12-31"), None);
        assert_eq!(on("2025-01-01"), Some(1_710));
        assert_eq!(on("2025-12-31"), Some(1_710));
        assert_eq!(on("2026-01-01"), Some(1_792));
        let changes = table.changes(day("2025-01-01"), day("2026-01-01"));
        assert_eq!(changes, [day("2026-01-01")]);
    }

    #[test]
    fn work_without_an_occupation_takes_the_wage_of_all_and_work_elsewhere_no_wage_of_here() {
        let rows = [
            a_rate("23", "07.041", "2025-01-01", 9_000),
            a_rate("", "", "2025-01-01", 3_000),
        ];
        let table = Table::of(&rows);
        let step = |occupation, place| table.wage(occupation, place, day("2026-03-01"));

        let all = Some(Step::AllOccupations);
        assert_eq!(step(None, PLACE).map(|it| it.step), all);
        assert_eq!(step(Some("23"), Place::default()).map(|it| it.step), all);
        assert_eq!(step(Some("22"), PLACE).map(|it| it.step), all);
    }

    #[test]
    fn an_interval_is_that_of_the_source_or_reaches_down_to_the_minimum_wage() {
        let mut stated = a_rate("23", "", "2025-01-01", 7_000);
        (stated.low_minor, stated.high_minor) = (Some(6_000), Some(9_000));
        let rows = [
            stated,
            a_rate("22", "", "2025-01-01", 7_000),
            a_rate("92", "", "2025-01-01", 1_500),
            a_minimum("2025-01-01", 1_710),
        ];
        let table = Table::of(&rows);
        let of = |occupation| {
            let wage = table.wage(Some(occupation), PLACE, day("2025-06-01"));
            wage.map(|it| (it.low, it.central, it.high, it.stated))
        };

        assert_eq!(of("23"), Some((6_000, 7_000, 9_000, true)));
        assert_eq!(of("22"), Some((1_710, 7_000, 7_000, false)));
        assert_eq!(
            of("92"),
            Some((1_500, 1_500, 1_500, false)),
            "never above the rate"
        );
        assert_eq!(of("1"), Some((1_710, 1_710, 1_710, false)));
    }

    #[test]
    fn an_occupation_lies_in_the_groups_of_its_first_digits() {
        assert_eq!(groups("2341"), ["2341", "234", "23", "2"]);
        assert_eq!(groups("2"), ["2"]);
    }
}
