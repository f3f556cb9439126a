//! The headline of the INDH report against the period before and the same period of the year before.
//!
//! Which days those are is a rule of its own, pure; the figures of each are those of any report of it.

use chrono::Days;
use chrono::Months;
use chrono::NaiveDate;
use rust_decimal::Decimal;
use sea_orm::ConnectionTrait;

use crate::hours::days::month_of;
use crate::hours::days::months_between;
use crate::identity::Coverage;
use crate::identity::Ctx;
use crate::reports::ReportError;
use crate::reports::ground;
use crate::reports::ground::Ground;
use crate::reports::indh;
use crate::reports::indh::Measures;
use crate::reports::question::Question;
use crate::rollups;

/// The headline against two other periods.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Comparison {
    /// Against as long a period right before; `None` where the territory was not there, or its hours of that
    /// time are not the actor's to count.
    pub previous_period: Option<Compared>,
    /// Against the same period of the year before; `None` as there.
    pub previous_year: Option<Compared>,
}

/// The headline of another period beside that of the report.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Compared {
    /// First day of the other period.
    pub from: NaiveDate,
    /// Its last day, inclusive.
    pub to: NaiveDate,
    /// Which part of the hours of the territory is counted in it.
    pub coverage: Coverage,
    /// Whether all that was asked for is counted in it, whoever asks.
    pub whole: bool,
    /// What was counted then.
    pub before: Measures,
    /// What the report counts.
    pub now: Measures,
}

/// What one measure was and is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Change {
    /// What it was in the other period.
    pub before: i64,
    /// What it is in the report.
    pub now: i64,
}

impl Change {
    /// By how much it grew; less than 0 where it fell.
    #[must_use]
    pub fn difference(self) -> i64 {
        self.now - self.before
    }

    /// The same in percent of what it was, always with two decimals, halves to the even side; `None` where it was
    /// 0.
    #[must_use]
    pub fn percent(self) -> Option<Decimal> {
        let hundredfold = Decimal::from(self.difference()).checked_mul(Decimal::ONE_HUNDRED)?;
        let percent = hundredfold.checked_div(Decimal::from(self.before))?;
        Some(indh::printed(percent))
    }
}

/// First and last day of the period of the same length right before: as many whole months before whole months,
/// else as many days. `None` before the beginning of the calendar.
#[must_use]
pub fn previous_period((from, to): (NaiveDate, NaiveDate)) -> Option<(NaiveDate, NaiveDate)> {
    let last = from.pred_opt()?;
    let first = if is_whole_months(from, to) {
        let months = u32::try_from(months_between(from, to).len()).ok()?;
        from.checked_sub_months(Months::new(months))?
    } else {
        let days = u64::try_from((to - from).num_days()).ok()?;
        last.checked_sub_days(Days::new(days))?
    };
    Some((first, last))
}

/// First and last day of the same period of the year before: whole months stay whole months, other days keep their
/// date, and 29 February becomes 28 February.
#[must_use]
pub fn previous_year((from, to): (NaiveDate, NaiveDate)) -> Option<(NaiveDate, NaiveDate)> {
    let year = Months::new(12);
    let first = from.checked_sub_months(year)?;
    let last = if is_whole_months(from, to) {
        last_of_month(to.checked_sub_months(year)?)?
    } else {
        to.checked_sub_months(year)?
    };
    Some((first, last))
}

fn is_whole_months(from: NaiveDate, to: NaiveDate) -> bool {
    from == month_of(from) && last_of_month(to) == Some(to)
}

fn last_of_month(day: NaiveDate) -> Option<NaiveDate> {
    let next = month_of(day).checked_add_months(Months::new(1))?;
    next.pred_opt()
}

/// The same question about both other periods.
fn questions(question: &Question) -> [Option<Question>; 2] {
    let span = (question.from, question.to);
    [previous_period(span), previous_year(span)].map(|span| {
        let (from, to) = span?;
        Some(Question {
            from,
            to,
            ..question.clone()
        })
    })
}

/// Makes the sheets of both other periods that are missing.
///
/// # Errors
/// As `reports::answer`, but for periods of which nothing is told.
pub(super) async fn bring_up(ctx: &Ctx, question: &Question) -> Result<(), ReportError> {
    for other in questions(question).iter().flatten() {
        match ground::bring_up(ctx, other).await {
            Ok(()) | Err(ReportError::Invalid(_) | ReportError::Denied(_)) => {}
            Err(fault) => return Err(fault),
        }
    }
    Ok(())
}

/// Holds the headline of a question against both other periods, in the state that `db` sees.
///
/// # Errors
/// As `reports::answer`.
pub(super) async fn compare(
    ctx: &Ctx,
    db: &impl ConnectionTrait,
    question: &Question,
    now: Measures,
) -> Result<Comparison, ReportError> {
    let [period, year] = questions(question);
    Ok(Comparison {
        previous_period: compared(ctx, db, period, now).await?,
        previous_year: compared(ctx, db, year, now).await?,
    })
}

async fn compared(
    ctx: &Ctx,
    db: &impl ConnectionTrait,
    other: Option<Question>,
    now: Measures,
) -> Result<Option<Compared>, ReportError> {
    let Some(other) = other else {
        return Ok(None);
    };
    let ground = match Ground::of(ctx, db, &other).await {
        Ok(ground) => ground,
        // The place may not have been there, or have lain elsewhere.
        Err(ReportError::Invalid(_) | ReportError::Denied(_)) => return Ok(None),
        Err(fault) => return Err(fault),
    };
    let figures = rollups::figures(db, &ground.asked(ctx, &other)).await?;
    Ok(Some(Compared {
        from: other.from,
        to: other.to,
        coverage: ground.coverage(),
        whole: ground.visible == Coverage::Territory,
        before: Measures::of(&figures.tally.total),
        now,
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn span(from: &str, to: &str) -> (NaiveDate, NaiveDate) {
        (from.parse().unwrap(), to.parse().unwrap())
    }

    #[test]
    fn whole_months_are_held_against_as_many_months() {
        let before = |from, to| previous_period(span(from, to)).unwrap();

        assert_eq!(
            before("2026-01-01", "2026-03-31"),
            span("2025-10-01", "2025-12-31")
        );
        assert_eq!(
            before("2026-03-01", "2026-03-31"),
            span("2026-02-01", "2026-02-28")
        );
        assert_eq!(
            before("2024-02-01", "2024-02-29"),
            span("2024-01-01", "2024-01-31")
        );
    }

    #[test]
    fn other_days_are_held_against_as_many_days() {
        let before = |from, to| previous_period(span(from, to)).unwrap();

        assert_eq!(
            before("2026-03-02", "2026-03-31"),
            span("2026-01-31", "2026-03-01")
        );
        assert_eq!(
            before("2026-01-15", "2026-01-15"),
            span("2026-01-14", "2026-01-14")
        );
        assert_eq!(previous_period((NaiveDate::MIN, NaiveDate::MIN)), None);
    }

    #[test]
    fn a_year_before_is_the_same_days_and_whole_months_stay_whole() {
        let before = |from, to| previous_year(span(from, to)).unwrap();

        assert_eq!(
            before("2025-02-01", "2025-02-28"),
            span("2024-02-01", "2024-02-29")
        );
        assert_eq!(
            before("2024-02-01", "2024-02-29"),
            span("2023-02-01", "2023-02-28")
        );
        assert_eq!(
            before("2024-02-29", "2024-02-29"),
            span("2023-02-28", "2023-02-28")
        );
        assert_eq!(
            before("2025-02-15", "2025-02-28"),
            span("2024-02-15", "2024-02-28")
        );
    }

    #[test]
    fn percent_is_of_what_was() {
        let percent = |before, now| Change { before, now }.percent().map(|it| it.to_string());

        assert_eq!(percent(3, 4).as_deref(), Some("33.33"));
        assert_eq!(percent(4, 3).as_deref(), Some("-25.00"));
        // 1 of 800 is 0.125.
        assert_eq!(percent(800, 801).as_deref(), Some("0.12"));
        assert_eq!(percent(2, 5).as_deref(), Some("150.00"));
        assert_eq!(percent(2, 3).as_deref(), Some("50.00"));
        assert_eq!(percent(7, 7).as_deref(), Some("0.00"));
        assert_eq!(percent(0, 5), None);
    }
}
