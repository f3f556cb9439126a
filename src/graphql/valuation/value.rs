//! The value of the work of a report.
//!
//! Figures are worked out in `valuation`; here they are only put into types.

use async_graphql::Enum;
use async_graphql::Object;
use async_graphql::SimpleObject;

use crate::graphql::scalars::CurrencyCode;
use crate::graphql::scalars::Decimal;
use crate::graphql::scalars::Minutes;
use crate::graphql::valuation::rate::amount;
use crate::reports::value;
use crate::valuation::CURRENCY;
use crate::valuation::METHOD;
use crate::valuation::rules::Value;
use crate::valuation::table;

/// From which rate an hour of work takes its value, the nearest first: the first one that is in force on the
/// day of work is taken. Of each place the occupation is asked before the groups it lies in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "table::Step")]
pub enum WageStep {
    /// The wage of the occupation in the province or prefecture.
    OccupationProvince,
    /// The wage of the occupation in the region.
    OccupationRegion,
    /// The wage of the occupation in the country.
    OccupationCountry,
    /// The wage of all occupations, of the nearest of province, region and country that has one.
    AllOccupations,
    /// The minimum wage outside agriculture.
    MinimumWage,
    /// No rate was in force: the minutes have no value.
    NoRate,
}

/// Why work has no value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
pub enum ValueGap {
    /// On some day of work not even a minimum wage is known: see the minutes of the step `NO_RATE`.
    NoRate,
}

/// What the work is worth.
pub struct ValueOfWork(pub value::ValueOfWork);

impl ValueOfWork {
    fn value(&self) -> Option<Value> {
        self.0.valuation.value
    }
}

/// What the work is worth at replacement cost: its minutes by what an hour of such work was paid on the day
/// and at the place of work. Rates and the occupations of projects are those known today, also where the
/// report is as of an earlier instant.
#[Object]
impl ValueOfWork {
    /// Lower end of the value; null where some minutes have no rate.
    async fn low(&self) -> Option<Decimal> {
        self.value().map(|it| amount(it.low))
    }

    /// The value by the rates themselves; null where some minutes have no rate.
    async fn central(&self) -> Option<Decimal> {
        self.value().map(|it| amount(it.central))
    }

    /// Upper end of the value; null where some minutes have no rate.
    async fn high(&self) -> Option<Decimal> {
        self.value().map(|it| amount(it.high))
    }

    /// Why there is no value; null where there is one.
    async fn gap(&self) -> Option<ValueGap> {
        match self.value() {
            Some(_) => None,
            None => Some(ValueGap::NoRate),
        }
    }

    /// The currency of all values.
    async fn currency(&self) -> CurrencyCode {
        CurrencyCode(CURRENCY.to_owned())
    }

    /// Name and version of the rule. Figures by different ones cannot be compared.
    async fn method(&self) -> &str {
        METHOD
    }

    /// Of the person-minutes, those whose rate states its own lower and upper end. Of the others the lower
    /// end is the minimum wage of the day, and the upper end the rate itself.
    async fn stated_interval_minutes(&self) -> Minutes {
        Minutes(self.0.valuation.stated_minutes)
    }

    /// By where the rates come from: every step, the nearest first. Minutes add up to those of the report,
    /// values to `central`.
    async fn by_fallback(&self) -> Vec<ValueFallbackRow> {
        let rows = self.0.valuation.by_step.iter();
        rows.map(|it| ValueFallbackRow {
            step: it.step.into(),
            minutes: Minutes(it.minutes),
            value: it.value.map(amount),
        })
        .collect()
    }

    /// Full-time workers that the hours make, by every meaning of full time that has a source.
    async fn full_time_equivalents(&self) -> Vec<FullTimeEquivalents> {
        let found = self.0.full_time.iter();
        found
            .map(|it| FullTimeEquivalents {
                basis: it.basis.code.clone(),
                hours_per_year: it.basis.hours_per_year,
                hours: amount(it.hours),
                workers: amount(it.workers),
                source: it.basis.source.clone(),
            })
            .collect()
    }
}

/// Work whose rates come from the same step of the chain.
#[derive(SimpleObject)]
pub struct ValueFallbackRow {
    /// Where the rates come from.
    step: WageStep,
    /// Person-minutes.
    minutes: Minutes,
    /// Their value by the rates themselves; null for minutes without a rate.
    value: Option<Decimal>,
}

/// Full-time workers that hours make, by one meaning of full time. Figures by different ones cannot be
/// compared.
#[derive(SimpleObject)]
pub struct FullTimeEquivalents {
    /// Stable code of the meaning: `LEGAL_MA`, `HCP_2019`.
    basis: String,
    /// Hours of one full-time worker in a year.
    hours_per_year: i32,
    /// Hours of one full-time worker in the interval, in proportion to its days; to two decimals.
    hours: Decimal,
    /// Full-time workers: hours of the report by those; to two decimals.
    workers: Decimal,
    /// Who says what full time is.
    source: String,
}
