//! Where a month of an organization stands: by what was said of it, and by the clock.
//!
//! What a closed month refuses, and whom an exception lets through, is in `hours`.

use chrono::DateTime;
use chrono::Days;
use chrono::Months;
use chrono::NaiveDate;
use chrono::Utc;
use entity::organization;
use entity::reporting_period;
use entity::types::PeriodStatus;

use crate::platform::zones;
use crate::platform::zones::Zone;

/// What an organization settled about all its months.
#[derive(Clone, Debug)]
pub struct Terms {
    /// In which zone months begin and end.
    pub zone: Zone,
    /// Days after its end until a month closes by itself; `None`: only by hand.
    pub grace_days: Option<i32>,
}

impl Terms {
    /// The terms of an organization; `None` where its zone has no name, which is a fault.
    #[must_use]
    pub fn of(organization: &organization::Model) -> Option<Self> {
        Some(Self {
            zone: zones::parse(&organization.time_zone)?,
            grace_days: organization.grace_days,
        })
    }
}

/// Where a month stands at an instant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Standing {
    /// Its state.
    pub status: PeriodStatus,
    /// When the month ends.
    pub ends_at: DateTime<Utc>,
    /// When it closes by itself; `None` where it closes only by hand.
    pub closes_at: Option<DateTime<Utc>>,
    /// Since when it is closed; `None` while it takes writes.
    pub closed_at: Option<DateTime<Utc>>,
    /// Since when it is certified.
    pub certified_at: Option<DateTime<Utc>>,
}

impl Standing {
    /// Whether it takes no more writes.
    #[must_use]
    pub fn is_closed(&self) -> bool {
        matches!(self.status, PeriodStatus::Closed | PeriodStatus::Certified)
    }
}

/// Where a month stands: the one answer for every write, list and explanation.
///
/// Closed and certified by hand counts first. Otherwise an organization with days of grace has the
/// month CLOSING from its end to the deadline, which is that many civil days later, and CLOSED from
/// then on; no job needs to run. Without days of grace a month stays OPEN until somebody closes it.
#[must_use]
pub fn standing(
    terms: &Terms,
    month: NaiveDate,
    said: Option<&reporting_period::Model>,
    now: DateTime<Utc>,
) -> Standing {
    let next = month.checked_add_months(Months::new(1)).unwrap_or(month);
    let ends_at = terms.zone.start_of_day(next);
    let closes_at = terms.grace_days.map(|days| {
        let days = Days::new(u64::try_from(days).unwrap_or_default());
        let day = next.checked_add_days(days).unwrap_or(next);
        terms.zone.start_of_day(day)
    });
    let passed = closes_at.filter(|it| *it <= now);
    let by_hand = |it: &reporting_period::Model| it.closed_at.unwrap_or(it.updated_at);
    let (status, closed_at) = match said.map(|it| (it.status, it)) {
        Some((status @ (PeriodStatus::Closed | PeriodStatus::Certified), said)) => {
            (status, Some(by_hand(said)))
        }
        _ if passed.is_some() => (PeriodStatus::Closed, passed),
        _ if closes_at.is_some() && ends_at <= now => (PeriodStatus::Closing, None),
        _ => (PeriodStatus::Open, None),
    };
    Standing {
        status,
        ends_at,
        closes_at,
        closed_at,
        certified_at: said
            .filter(|_| status == PeriodStatus::Certified)
            .map(|it| it.certified_at.unwrap_or(it.updated_at)),
    }
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;
    use chrono::NaiveDate;
    use chrono::Utc;
    use entity::ids::OrganizationId;
    use entity::ids::PeriodId;
    use entity::reporting_period;
    use entity::types::PeriodStatus;
    use uuid::Uuid;

    use super::Terms;
    use super::standing;
    use crate::platform::zones;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    fn terms(grace_days: Option<i32>) -> Terms {
        Terms {
            zone: zones::country(),
            grace_days,
        }
    }

    fn said(status: PeriodStatus) -> reporting_period::Model {
        let then = at("2026-05-03T10:00:00Z");
        reporting_period::Model {
            id: PeriodId(Uuid::nil()),
            organization_id: OrganizationId(Uuid::nil()),
            month: month(),
            status,
            declared_zero: false,
            submitted_by: None,
            submitted_at: None,
            closed_at: Some(then),
            closed_by: None,
            certified_at: None,
            certified_by: None,
            version: 1,
            created_at: then,
            updated_at: then,
        }
    }

    fn month() -> NaiveDate {
        "2026-04-01".parse().unwrap()
    }

    #[test]
    fn a_month_closes_to_the_minute_in_the_organizations_zone() {
        // April 2026 ends in Casablanca at 23:00 UTC of the 30th.
        for (now, status) in [
            ("2026-04-30T22:59:59Z", PeriodStatus::Open),
            ("2026-04-30T23:00:00Z", PeriodStatus::Closing),
            ("2026-05-05T22:59:59Z", PeriodStatus::Closing),
            ("2026-05-05T23:00:00Z", PeriodStatus::Closed),
        ] {
            let found = standing(&terms(Some(5)), month(), None, at(now));
            assert_eq!(found.status, status, "{now}");
            assert_eq!(found.closes_at, Some(at("2026-05-05T23:00:00Z")));
        }
    }

    #[test]
    fn without_grace_a_month_closes_only_by_hand() {
        let years_later = at("2030-01-01T00:00:00Z");

        assert_eq!(
            standing(&terms(None), month(), None, years_later).status,
            PeriodStatus::Open
        );
        let closed = said(PeriodStatus::Closed);
        assert_eq!(
            standing(&terms(None), month(), Some(&closed), years_later).closed_at,
            closed.closed_at
        );
    }

    #[test]
    fn no_days_of_grace_close_a_month_at_its_end() {
        let end = at("2026-04-30T23:00:00Z");

        assert_eq!(
            standing(&terms(Some(0)), month(), None, end).closed_at,
            Some(end)
        );
    }

    #[test]
    fn what_was_closed_by_hand_stays_closed_through_its_grace() {
        let closed = said(PeriodStatus::Closed);
        let found = standing(
            &terms(Some(30)),
            month(),
            Some(&closed),
            at("2026-05-04T00:00:00Z"),
        );

        assert_eq!(found.status, PeriodStatus::Closed);
        assert_eq!(found.closed_at, Some(at("2026-05-03T10:00:00Z")));
    }
}
