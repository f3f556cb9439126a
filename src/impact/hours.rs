//! What indicators are computed from approved hours: people, minutes, and what the work is worth.
//!
//! Hours are read from roll-ups, as reports read them, and valued by `valuation`: the same hours give the same figures.
//! What they should come to is in `answer`.

use std::collections::BTreeSet;

use entity::ids::ProjectId;
use entity::indicator;
use entity::types::Derived;
use entity::types::EntryStatus;
use sea_orm::ConnectionTrait;
use sea_orm::DbErr;

use crate::identity::Coverage;
use crate::impact::overview::Within;
use crate::impact::progress::Figure;
use crate::impact::value::ONE;
use crate::rollups;
use crate::rollups::Asked;
use crate::rollups::Worked;
use crate::valuation::work::Priced;

/// Millionths in a hundredth.
const HUNDREDTH: i128 = 10_000;

/// Hours that count.
const COUNTED: [EntryStatus; 1] = [EntryStatus::Approved];

/// Approved hours of a territory and an interval, by project.
pub(super) enum Hours {
    /// Counted.
    Counted(Worked),
    /// Counted and valued.
    Priced(Box<Priced>),
}

/// Reads the hours that some indicators are computed from; what work is worth is looked up where one of them tells it.
///
/// # Errors
/// [`DbErr`].
pub(super) async fn hours(
    db: &impl ConnectionTrait,
    within: &Within<'_>,
    of: &[indicator::Model],
) -> Result<Hours, DbErr> {
    let asked = Asked {
        scope: within.scope,
        territories: within.territories,
        whole: within.coverage == Coverage::Territory,
        organization: within.organization,
        from: within.from,
        to: within.to,
        statuses: &COUNTED,
        cuts: &[],
        at: within.at,
        folded: within.folded,
    };
    let is_valued = of.iter().any(|it| it.derived == Some(Derived::Value));
    Ok(match is_valued {
        true => Hours::Priced(Box::new(Priced::of(db, &asked).await?)),
        false => Hours::Counted(rollups::worked(db, &asked).await?),
    })
}

impl Hours {
    fn worked(&self) -> &Worked {
        match self {
            Self::Counted(it) => it,
            Self::Priced(it) => &it.worked,
        }
    }

    /// The projects with hours.
    pub fn projects(&self) -> BTreeSet<ProjectId> {
        self.worked().projects().collect()
    }

    /// What is computed from the hours of the projects that count. `None` of a value where some minutes have no rate.
    pub fn figure(&self, of: Derived, counts: &dyn Fn(ProjectId) -> bool) -> Option<Figure> {
        let ones = |it: i64| i128::from(it) * i128::from(ONE);
        let value = match (of, self) {
            (Derived::Volunteers, _) => ones(self.worked().volunteers_of(counts)),
            (Derived::Minutes, _) => ones(self.worked().minutes_of(counts)),
            (Derived::Value, Self::Priced(it)) => {
                i128::from(it.value(counts).value?.central) * HUNDREDTH
            }
            (Derived::Value, Self::Counted(_)) => return None,
        };
        Some(Figure { value, whole: None })
    }
}
