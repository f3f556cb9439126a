//! The months that organizations attested.
//!
//! Which months those are is decided in `span`.

use chrono::Days;
use chrono::Months;
use chrono::NaiveTime;
use chrono::TimeDelta;
use entity::ids::PeriodId;
use entity::reporting_period;
use entity::types::PeriodStatus;

use crate::demo::cast::House;
use crate::demo::dice::Dice;
use crate::demo::span::Month;
use crate::demo::span::Span;

/// Days after a month in which the last of its entries are decided.
const DECIDED_AFTER: u64 = 20;

/// The attested months of an organization.
#[must_use]
pub fn months(seed: u64, span: &Span, house: &House) -> Vec<reporting_period::Model> {
    let part = u64::try_from(house.index).unwrap_or_default();
    let mut dice = Dice::of(seed, 4_000_000 + part);
    span.months()
        .filter_map(|month| {
            let declared_zero = match span.month(house.index, month) {
                Month::Open => return None,
                Month::Attested => false,
                Month::Zero => true,
            };
            let day = month
                .checked_add_months(Months::new(1))?
                .checked_add_days(Days::new(DECIDED_AFTER))?;
            let hour = i64::from(dice.between(9, 17));
            let at = day.and_time(NaiveTime::MIN).and_utc() + TimeDelta::hours(hour);
            // The oldest month is closed; the others still take what was forgotten.
            let closed = month <= span.first;
            Some(reporting_period::Model {
                id: PeriodId(dice.key(at)),
                organization_id: house.organization.id,
                month,
                status: if closed {
                    PeriodStatus::Closed
                } else {
                    PeriodStatus::Open
                },
                declared_zero,
                submitted_by: Some(house.owner),
                submitted_at: Some(at),
                closed_at: closed.then_some(at),
                closed_by: closed.then_some(house.owner),
                certified_at: None,
                certified_by: None,
                version: 1,
                created_at: at,
                updated_at: at,
            })
        })
        .collect()
}
