//! The report of volunteer work by the tables of the ILO: people and hours by sex, age, occupation, sector
//! and milieu.
//!
//! Statements are in `store`, categories and what holds tables to their total in `table`. Who may ask is
//! decided as for every report of a territory.

mod store;
mod table;

use std::collections::HashMap;

use chrono::DateTime;
use chrono::NaiveDate;
use chrono::Utc;
use entity::territory;
use entity::types::EntryStatus;
use entity::vocabulary_term;
use sea_orm::ConnectionTrait;

pub use table::Amounts;
pub use table::Dimension;
pub use table::Label;
pub use table::Row;
pub use table::Table;

use crate::identity::Coverage;
use crate::identity::Ctx;
use crate::organizations::sector;
use crate::reports::counted::Counted;
use crate::reports::error::ReportError;
use crate::reports::ground::Ground;
use crate::reports::head::Head;
use crate::reports::question::OrganizationRef;
use crate::reports::question::Question;
use crate::reports::span;
use crate::valuation::rules::half_even;
use crate::vocabularies;
use crate::vocabularies::ISCO08;

/// The census by which rates are told.
pub const CENSUS: i32 = 2024;

/// What is asked.
#[derive(Clone, Debug)]
pub struct Asked {
    /// Code of the territory, all below it included.
    pub territory_code: String,
    /// First civil day of work.
    pub from: NaiveDate,
    /// Last civil day of work, inclusive.
    pub to: NaiveDate,
    /// Only the hours of this organization.
    pub organization: Option<OrganizationRef>,
    /// Which states count.
    pub status_basis: Vec<EntryStatus>,
    /// As of which instant; `None` is now. People, projects, organizations and places are described as they
    /// are today.
    pub as_of: Option<DateTime<Utc>>,
}

/// Millionths in one.
const MILLIONTHS: i128 = 1_000_000;

/// Why people are not set against a population.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Gap {
    /// Not all volunteers of the territory are counted.
    PartOfTerritory,
    /// The census has no figure for the territory.
    NotPublished,
    /// The reference data hold no population by age.
    NoPopulationByAge,
}

impl Gap {
    /// Its name in programs.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::PartOfTerritory => "PART_OF_TERRITORY",
            Self::NotPublished => "NOT_PUBLISHED",
            Self::NoPopulationByAge => "NO_POPULATION_BY_AGE",
        }
    }
}

/// People against those who live there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rate {
    /// Inhabitants of the territory in the census, of every age.
    pub inhabitants: Option<i32>,
    /// Distinct named volunteers for 1,000 inhabitants, in millionths: one volunteer of the whole country shows.
    pub per_thousand: Result<i64, Gap>,
    /// The rate of the ILO: volunteers by the population aged 15 and above, in hundredths of a percent.
    pub of_working_age: Result<i64, Gap>,
}

/// The answer.
#[derive(Clone, Debug)]
pub struct VolunteerWork {
    /// What it is of.
    pub head: Head,
    /// The whole.
    pub totals: Amounts,
    /// By each dimension, in the order of [`Dimension::ALL`].
    pub tables: Vec<Table>,
    /// Volunteers against the population.
    pub rate: Rate,
}

/// Answers what volunteer work there was, by the tables of the ILO.
///
/// Under the scope of the INDH report: its total is the same to the minute.
///
/// # Errors
/// As `reports::answer`.
pub async fn answer(ctx: &Ctx, asked: Asked) -> Result<VolunteerWork, ReportError> {
    ctx.demand_signed_in()?;
    let question = span::question(&asked.territory_code, (asked.from, asked.to));
    let question = span::narrowed(
        question,
        asked.organization,
        asked.status_basis,
        asked.as_of,
    );
    let question = question.checked(ctx.now()).map_err(ReportError::Invalid)?;

    // All of it as of one moment, while others write.
    let db = &ctx.counting().await?;
    of_state(ctx, db, &question).await
}

/// The report of the state that `db` sees, of a question that is in order.
///
/// # Errors
/// As `reports::answer`.
pub(super) async fn of_state(
    ctx: &Ctx,
    db: &impl ConnectionTrait,
    question: &Question,
) -> Result<VolunteerWork, ReportError> {
    let ground = Ground::of(ctx, db, question).await?;
    let coverage = ground.coverage();
    let counted = Counted {
        scope: ctx.scope(),
        territories: &ground.territories,
        whole: ground.visible == Coverage::Territory,
        organization: ground.organization.as_ref().map(|it| it.id),
        from: question.from,
        to: question.to,
        statuses: &question.status_basis,
        at: ground.at,
    };
    let totals = store::totals(db, &counted).await?;
    let known = known(db, question).await?;
    let mut tables = Vec::with_capacity(Dimension::ALL.len());
    for dimension in Dimension::ALL {
        let found = store::by(db, &counted, dimension).await?;
        tables.push(table::lay(dimension, &found, &totals, &known)?);
    }
    Ok(VolunteerWork {
        rate: rate(&ground.territory, coverage, totals.people),
        head: ground.head(question),
        totals,
        tables,
    })
}

/// The titles of classifications that lists say.
async fn known(
    db: &impl ConnectionTrait,
    question: &Question,
) -> Result<table::Known, ReportError> {
    let groups: Vec<String> = (0..=9).map(|it: u8| it.to_string()).collect();
    let terms: HashMap<String, vocabulary_term::Model> =
        vocabularies::lookup::called(db, ISCO08, &groups, question.to).await?;
    Ok(table::Known {
        occupations: terms,
        sectors: sector::all()?,
    })
}

/// Sets volunteers against the people of the census, where all of them are counted.
fn rate(territory: &territory::Model, coverage: Coverage, people: i64) -> Rate {
    let inhabitants = territory.population_2024.filter(|it| *it > 0);
    let whole = coverage == Coverage::Territory;
    let per_thousand = match inhabitants {
        _ if !whole => Err(Gap::PartOfTerritory),
        None => Err(Gap::NotPublished),
        Some(inhabitants) => Ok(half_even(
            i128::from(people) * 1_000 * MILLIONTHS,
            i128::from(inhabitants),
        )),
    };
    Rate {
        inhabitants,
        per_thousand,
        // The lists that come with the program have inhabitants of every age alone.
        of_working_age: Err(match whole {
            true => Gap::NoPopulationByAge,
            false => Gap::PartOfTerritory,
        }),
    }
}
