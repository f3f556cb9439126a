//! Publishes editions: when one is due, what goes into it, and that it is published once.
//!
//! Which of its cells are suppressed is decided in `protect`.

use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::collections::HashMap;
use std::fmt::Write;

use entity::ids::StatisticsEditionId;
use entity::statistics_cell;
use entity::statistics_contribution;
use entity::statistics_edition;
use sea_orm::ConnectionTrait;
use sea_orm::DbErr;

use crate::audit;
use crate::identity::Ctx;
use crate::platform::crypto::sha256;
use crate::statistics::frame::Frame;
use crate::statistics::frame::Place;
use crate::statistics::period::Period;
use crate::statistics::protect;
use crate::statistics::protect::Unprotected;
use crate::statistics::shape::YEAR;
use crate::statistics::store;
use crate::statistics::table::Contribution;
use crate::statistics::table::Count;
use crate::statistics::table::Table;
use crate::statistics::work;
use crate::statistics::work::Places;
use crate::statistics::work::Programmes;
use crate::statistics::work::Shared;
use crate::vocabularies::INDH;
use crate::vocabularies::lookup;

/// The first edition reaches back no further than so many years.
const YEARS_BACK: i32 = 10;

/// Why nothing was published. None is anybody's mistake.
#[derive(Debug, thiserror::Error)]
pub enum PublishError {
    /// The database.
    #[error(transparent)]
    Database(#[from] DbErr),
    /// Cells that cannot be protected are not published.
    #[error(transparent)]
    Unprotected(#[from] Unprotected),
    /// The reference lists are not there.
    #[error("there is no country among the territories")]
    NoCountry,
    /// The work was broken off.
    #[error("the work was broken off: {0}")]
    BrokenOff(#[from] tokio::task::JoinError),
}

/// Publishes every edition that is due, one after the other; how many were published. Asked again, and by
/// several instances at once, it publishes each once.
///
/// # Errors
/// [`PublishError`]; what was published before stays.
pub async fn publish_due(ctx: &Ctx) -> Result<u64, PublishError> {
    let mut published = 0;
    while let Some(period) = next_due(ctx).await? {
        published += u64::from(publish(ctx, period).await?);
    }
    Ok(published)
}

/// The next edition, where its days are over and settled. Editions come in order: the four quarters of a
/// year, the year, the next one. The first year is that of the first approved work.
async fn next_due(ctx: &Ctx) -> Result<Option<Period>, DbErr> {
    let settings = &ctx.core().config.statistics;
    if !settings.publish {
        return Ok(None);
    }
    let today = ctx.today();
    let last = store::editions(ctx.read()).await?.into_iter().next();
    let next = match last {
        Some(last) => Period::stored(last.year, last.quarter).next(),
        None => match store::first_day(ctx.read()).await? {
            Some(first) => {
                let least = Period::year_of(today) - YEARS_BACK;
                Period::first_of(Period::year_of(first).max(least))
            }
            None => return Ok(None),
        },
    };
    Ok(next.is_over(today, settings.settle_days).then_some(next))
}

/// What an edition is made of.
struct Material {
    frame: Frame,
    places: Places,
    programmes: Programmes,
    table: Table,
    /// Of a quarter: what the year will need.
    kept: Vec<Shared>,
    /// Of a year: its quarters.
    quarters: Vec<StatisticsEditionId>,
}

/// Publishes one edition; `false` where another instance was faster.
async fn publish(ctx: &Ctx, period: Period) -> Result<bool, PublishError> {
    let threshold = ctx.core().config.statistics.threshold;
    let mut made = {
        // All of it as of one moment, while others write.
        let db = &ctx.core().db.snapshot().await?;
        match period.quarter {
            Some(_) => of_quarter(db, period, threshold).await?,
            None => of_year(db, period, threshold).await?,
        }
    };
    // It takes the processor for itself.
    let mut table = made.table;
    let protecting = tokio::task::spawn_blocking(move || {
        let outcome = protect::protect(&mut table);
        (table, outcome)
    });
    let (table, outcome) = protecting.await?;
    outcome?;
    made.table = table;
    let id = StatisticsEditionId(ctx.new_id());
    let cells = cells(&made, period, id);
    let edition = statistics_edition::Model {
        id,
        year: period.year,
        quarter: period.number(),
        threshold: i32::try_from(threshold).unwrap_or(i32::MAX),
        published_at: ctx.now(),
        digest: digest(&cells),
    };
    let kept = contributions(made.kept, id);
    let outcome = ctx
        .transaction(async |tx| {
            store::publish(tx, edition).await?;
            store::write_cells(tx, cells).await?;
            store::keep(tx, kept).await?;
            store::let_go(tx, &made.quarters).await?;
            let line = audit::Line {
                action: "statistics.publish",
                organization: None,
                subject: ("StatisticsEdition", Some(id.0)),
                details: None,
            };
            audit::record(ctx, tx, line).await
        })
        .await;
    match outcome {
        Ok(()) => Ok(true),
        Err(cause) if store::is_taken(&cause) => Ok(false),
        Err(cause) => Err(cause.into()),
    }
}

/// A quarter is made of the approved work of its days.
async fn of_quarter(
    db: &impl ConnectionTrait,
    period: Period,
    threshold: usize,
) -> Result<Material, PublishError> {
    let (from, to) = (period.from(), period.to());
    let places = Places::of(store::territories(db).await?).ok_or(PublishError::NoCountry)?;
    let programmes = Programmes::of(lookup::every(db, INDH).await?);
    let work = store::worked(db, from, to).await?;
    let mut sets: Vec<_> = work.iter().filter_map(|it| it.tag_set_id).collect();
    sets.sort();
    sets.dedup();
    let shares = programmes.shares(&store::shares(db, &sets).await?);
    let kept = work::shared(&places, &programmes, &shares, work);
    let mut rows = places.with_those_above(kept.iter().map(|it| it.place.clone()));
    rows.extend(places.in_force(to));
    let mut columns = programmes.in_force(from, to);
    columns.extend(kept.iter().map(|it| it.programme.clone()));
    let frame = Frame::of(&places.country, &rows, &columns);
    let parts = kept.iter().filter_map(|it| {
        let cell = frame.cell(period.slot(), &it.place, &it.programme)?;
        Some(Contribution {
            slot: cell.slot,
            leaf: cell.node,
            column: cell.column,
            person: it.person,
            organization: it.organization,
            project: it.project,
            minutes: it.minutes,
        })
    });
    let table = Table::of(frame.shape.clone(), threshold, period.slot(), parts);
    Ok(Material {
        table,
        frame,
        places,
        programmes,
        kept,
        quarters: Vec::new(),
    })
}

/// A year is the sum of its quarters as they were published: what was corrected since is in none.
async fn of_year(
    db: &impl ConnectionTrait,
    period: Period,
    threshold: usize,
) -> Result<Material, PublishError> {
    let places = Places::of(store::territories(db).await?).ok_or(PublishError::NoCountry)?;
    let programmes = Programmes::of(lookup::every(db, INDH).await?);
    let editions = store::editions(db).await?;
    let quarters: BTreeMap<StatisticsEditionId, u8> = editions
        .iter()
        .filter(|it| it.year == period.year)
        .map(|it| (it.id, Period::stored(it.year, it.quarter).slot()))
        .filter(|(_, slot)| *slot != YEAR)
        .collect();
    let ids: Vec<StatisticsEditionId> = quarters.keys().copied().collect();
    let mut published = Vec::new();
    for id in &ids {
        published.extend(store::cells(db, *id, None).await?);
    }
    let rows: BTreeSet<Place> = published.iter().map(place).collect();
    let columns: BTreeSet<String> = published.iter().map(|it| it.programme.clone()).collect();
    let frame = Frame::of(&places.country, &rows, &columns);
    let parts = store::contributions(db, &ids).await?;
    let parts = parts.into_iter().filter_map(|it| {
        let place = Place {
            above: it.above_code,
            code: it.territory_code,
            part: it.part,
        };
        let slot = *quarters.get(&it.edition_id)?;
        let cell = frame.cell(slot, &place, &it.programme)?;
        Some(Contribution {
            slot,
            leaf: cell.node,
            column: cell.column,
            person: it.person_id,
            organization: it.organization_id,
            project: it.project_id,
            minutes: it.minutes,
        })
    });
    let mut table = Table::of(frame.shape.clone(), threshold, YEAR, parts);
    for row in &published {
        let slot = quarters.get(&row.edition_id).copied().unwrap_or_default();
        let Some(cell) = frame.cell(slot, &place(row), &row.programme) else {
            continue;
        };
        if row.suppressed {
            table.was_suppressed(cell);
            continue;
        }
        for (count, value) in [
            (Count::Volunteers, row.volunteers),
            (Count::Organizations, row.organizations),
            (Count::Projects, row.projects),
        ] {
            if value.is_none() {
                table.was_withheld(cell, count);
            }
        }
    }
    Ok(Material {
        table,
        frame,
        places,
        programmes,
        kept: Vec::new(),
        quarters: ids,
    })
}

fn place(row: &statistics_cell::Model) -> Place {
    Place {
        above: row.above_code.clone(),
        code: row.territory_code.clone(),
        part: row.part,
    }
}

/// The rows that everybody may read: of suppressed cells that they are, and nothing else.
fn cells(
    made: &Material,
    period: Period,
    edition: StatisticsEditionId,
) -> Vec<statistics_cell::Model> {
    let (table, to) = (&made.table, period.to());
    let mut versions = HashMap::new();
    let mut rows = Vec::new();
    for (place, programme, cell) in made.frame.cells(period.slot()) {
        let code = place.code.as_str();
        let version = versions.entry(code);
        let version = version.or_insert_with(|| made.places.version(code, to));
        let Some(territory_id) = *version else {
            continue;
        };
        let suppressed = table.is_suppressed(cell);
        let count = |count| {
            let counted = table.amount(cell).map_or(0, |it| it.count(count));
            let counted = i64::try_from(counted).unwrap_or(i64::MAX);
            (!suppressed && !table.is_withheld(cell, count)).then_some(counted)
        };
        rows.push(statistics_cell::Model {
            edition_id: edition,
            above_code: place.above.clone(),
            territory_code: place.code.clone(),
            part: place.part,
            programme: programme.to_owned(),
            territory_id,
            term_id: made.programmes.version(programme, to),
            suppressed,
            minutes: (!suppressed).then(|| table.minutes(cell)),
            volunteers: count(Count::Volunteers),
            organizations: count(Count::Organizations),
            projects: count(Count::Projects),
        });
    }
    rows
}

/// SHA-256 over the cells, a line each.
fn digest(cells: &[statistics_cell::Model]) -> Vec<u8> {
    let mut text = String::new();
    for it in cells {
        // Writing to memory does not fail.
        let _written = writeln!(
            text,
            "{} {} {:?} {} {:?} {:?} {:?} {:?}",
            it.above_code,
            it.territory_code,
            it.part,
            it.programme,
            it.minutes,
            it.volunteers,
            it.organizations,
            it.projects
        );
    }
    sha256(text.as_bytes())
}

fn contributions(
    kept: Vec<Shared>,
    edition_id: StatisticsEditionId,
) -> Vec<statistics_contribution::Model> {
    (0..)
        .zip(kept)
        .map(|(ordinal, it)| statistics_contribution::Model {
            edition_id,
            ordinal,
            above_code: it.place.above,
            territory_code: it.place.code,
            part: it.place.part,
            programme: it.programme,
            person_id: it.person,
            organization_id: it.organization,
            project_id: it.project,
            minutes: it.minutes,
        })
        .collect()
}
