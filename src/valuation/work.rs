//! Work as rates tell it apart: minutes by occupation, place and days of one rate, gathered from roll-ups and handed
//! to the valuer.
//!
//! The rule is in `rules`; which hours count is the word of `rollups`.

use std::collections::HashMap;

use chrono::NaiveDate;
use entity::ids::ProjectId;
use entity::ids::TerritoryId;
use sea_orm::ConnectionTrait;
use sea_orm::DbErr;

use crate::rollups;
use crate::rollups::Asked;
use crate::rollups::Worked;
use crate::valuation::rules;
use crate::valuation::rules::Valuation;
use crate::valuation::rules::Work;
use crate::valuation::store;
use crate::valuation::store::PricedPlace;
use crate::valuation::table::Place;
use crate::valuation::table::Table;

/// Work with all that its rates depend on.
#[derive(Debug)]
pub struct Priced {
    /// What was worked, cut where rates change.
    pub worked: Worked,
    from: NaiveDate,
    table: Table,
    places: HashMap<TerritoryId, PricedPlace>,
    occupations: HashMap<ProjectId, String>,
}

impl Priced {
    /// Gathers the work that is asked for, in the state that `db` sees. Rates and occupations are those of now,
    /// whatever the instant asked about.
    ///
    /// # Errors
    /// [`DbErr`].
    pub async fn of(db: &impl ConnectionTrait, asked: &Asked<'_>) -> Result<Self, DbErr> {
        let table = Table::of(&store::all(db).await?);
        let cuts = table.changes(asked.from, asked.to);
        let cut = Asked {
            cuts: &cuts,
            ..asked.clone()
        };
        let worked = rollups::worked(db, &cut).await?;
        let minutes = &worked.minutes;
        let places = store::priced_places(db, minutes.keys().map(|(_, it, _)| *it)).await?;
        let occupations = store::occupations(db, minutes.keys().map(|(it, ..)| *it)).await?;
        Ok(Self {
            worked,
            from: asked.from,
            table,
            places,
            occupations,
        })
    }

    /// What the work of the projects that count is worth, rounded once.
    #[must_use]
    pub fn value(&self, counts: impl Fn(ProjectId) -> bool) -> Valuation {
        let none = PricedPlace::default();
        let counted = self.worked.minutes.iter();
        let counted = counted.filter(|((project, ..), _)| counts(*project));
        let works = counted.map(|((project, place, day), minutes)| {
            let codes = self.places.get(place).unwrap_or(&none);
            Work {
                occupation: self.occupations.get(project).map(String::as_str),
                place: Place {
                    province: codes.province.as_deref(),
                    region: codes.region.as_deref(),
                },
                // A part of a month may begin before the interval.
                day: Ord::max(*day, self.from),
                minutes: *minutes,
            }
        });
        rules::value(&self.table, works)
    }
}
