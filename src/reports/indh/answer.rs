//! Puts the INDH report together: figures of one instant, and the sections that are asked for.
//!
//! Each part is worked out in a file of its own; what it stands on is found in `ground`.

use std::collections::BTreeMap;

use entity::territory;
use sea_orm::ConnectionTrait;

use crate::identity::Ctx;
use crate::impact::benefit;
use crate::impact::overview;
use crate::reports;
use crate::reports::ReportError;
use crate::reports::additivity;
use crate::reports::completeness;
use crate::reports::completeness::Completeness;
use crate::reports::crossings::Crossings;
use crate::reports::foot;
use crate::reports::ground;
use crate::reports::ground::Ground;
use crate::reports::indh;
use crate::reports::indh::IndhReport;
use crate::reports::indh::PlaceRow;
use crate::reports::indh::TerritoryRow;
use crate::reports::indh::budget;
use crate::reports::indh::comparison;
use crate::reports::indh::partners;
use crate::reports::question::Question;
use crate::reports::question::Section;
use crate::reports::question::Valued;
use crate::reports::store;
use crate::reports::value;
use crate::rollups;

/// Indicators that are listed.
const INDICATORS_MOST: u64 = 100;

/// Answers a question that is in order.
///
/// # Errors
/// As `reports::answer`.
pub(in crate::reports) async fn answer(
    ctx: &Ctx,
    question: Question,
    sections: &[Section],
) -> Result<IndhReport, ReportError> {
    bring_up(ctx, &question, sections).await?;
    // All of it as of one moment, while others write.
    let db = &ctx.counting().await?;
    of_state(ctx, db, &question, sections).await
}

/// Brings up to date what a question with some sections is answered from.
///
/// # Errors
/// As `reports::answer`.
pub(in crate::reports) async fn bring_up(
    ctx: &Ctx,
    question: &Question,
    sections: &[Section],
) -> Result<(), ReportError> {
    ground::bring_up(ctx, question).await?;
    match sections.contains(&Section::Comparison) {
        true => comparison::bring_up(ctx, question).await,
        false => Ok(()),
    }
}

/// The report of the state that `db` sees, of a question that is in order. Roll-ups were brought up before.
///
/// # Errors
/// As `reports::answer`.
pub(in crate::reports) async fn of_state(
    ctx: &Ctx,
    db: &impl ConnectionTrait,
    question: &Question,
    sections: &[Section],
) -> Result<IndhReport, ReportError> {
    let wants = |section| sections.contains(&section);
    let ground = Ground::of(ctx, db, question).await?;
    let asked = ground.asked(ctx, question);
    let figures = rollups::figures(db, &asked).await?;
    let terms = rollups::programmes(db).await?;
    let months = question.months();
    let found = indh::break_down(&figures, &months, &terms, question.to)?;

    let crossings = Crossings {
        programmes: (found.by_programme.iter())
            .map(|it| (it.counted_as, it.term.as_ref().map(|it| it.code.clone())))
            .collect(),
        places: found.by_place.iter().map(|it| it.code.clone()).collect(),
        territory_code: ground.territory.code.clone(),
        months: figures.by_month,
        minutes: found.crossings,
    };
    let (whole, mut reported) = match wants(Section::Completeness) {
        true => told(ctx, db, &ground, question).await?,
        false => (Completeness::default(), BTreeMap::new()),
    };
    let by_territory = rows(db, &ground, question, found.by_place, &mut reported).await?;
    let elsewhere = sum(reported.values());
    check(&whole, &by_territory, &elsewhere)?;
    let value_of_work = match question.valued {
        Valued::Yes => Some(value::of_work(db, &asked, found.totals.minutes).await?),
        Valued::No => None,
    };
    let comparison = match wants(Section::Comparison) {
        true => Some(comparison::compare(ctx, db, question, found.totals).await?),
        false => None,
    };
    let budget = match wants(Section::Budget) {
        true => Some(budget::of_projects(db, &asked, &terms).await?),
        false => None,
    };
    let within = ground.within(ctx, question);
    let beneficiaries = match wants(Section::Beneficiaries) {
        true => Some(benefit::beneficiaries(db, &within).await?),
        false => None,
    };
    let indicators = match wants(Section::Indicators) {
        true => Some(overview::overview(db, &within, INDICATORS_MOST).await?),
        false => None,
    };
    let partners = match wants(Section::Partners) {
        true => Some(partners::of_hours(db, &asked, found.totals.minutes).await?),
        false => None,
    };
    Ok(IndhReport {
        totals: found.totals,
        by_programme: found.by_programme,
        by_territory,
        by_evidence: found.by_evidence,
        by_month: found.by_month,
        crossings,
        value_of_work,
        completeness: whole,
        completeness_elsewhere: elsewhere,
        comparison,
        budget,
        beneficiaries,
        indicators,
        partners,
        additivity: additivity::of_indh(),
        head: ground.head(question),
    })
}

/// Who has reported: of the whole, and of each place directly below.
async fn told(
    ctx: &Ctx,
    db: &impl ConnectionTrait,
    ground: &Ground,
    question: &Question,
) -> Result<(Completeness, BTreeMap<Option<String>, Completeness>), ReportError> {
    let states = reports::states(ctx, db, ground, question).await?;
    let places = rollups::places(db, &ground.territories).await?;
    let by_place = completeness::by_place(&states, &places);
    Ok((completeness::count(&states), by_place))
}

/// Holds what was told of places against the whole.
fn check(
    whole: &Completeness,
    rows: &[TerritoryRow],
    elsewhere: &Completeness,
) -> Result<(), ReportError> {
    for of in [
        |it: &Completeness| it.expected,
        |it: &Completeness| it.reporting,
        |it: &Completeness| it.declared_zero,
        |it: &Completeness| it.late,
    ] {
        let parts = rows.iter().map(|it| &it.completeness);
        let parts = parts.chain([elsewhere]).map(of);
        foot::check("byTerritory.completeness", of(whole), parts)?;
    }
    Ok(())
}

fn sum<'a>(parts: impl Iterator<Item = &'a Completeness>) -> Completeness {
    parts.fold(Completeness::default(), |sum, it| Completeness {
        expected: sum.expected + it.expected,
        reporting: sum.reporting + it.reporting,
        declared_zero: sum.declared_zero + it.declared_zero,
        late: sum.late + it.late,
    })
}

/// Rows of territories, each with what was `reported` there, which is taken out of it. Each territory in the
/// newest version of the interval; the one asked about for what is known of it alone.
async fn rows(
    db: &impl ConnectionTrait,
    ground: &Ground,
    question: &Question,
    places: Vec<PlaceRow>,
    reported: &mut BTreeMap<Option<String>, Completeness>,
) -> Result<Vec<TerritoryRow>, ReportError> {
    let codes: Vec<String> = places.iter().filter_map(|it| it.code.clone()).collect();
    let found = store::by_codes(db, &codes, question.to).await?;
    let territory = |row: &PlaceRow| -> Result<territory::Model, ReportError> {
        match &row.code {
            None => Ok(ground.territory.clone()),
            // The newest version comes last.
            Some(code) => {
                let newest = found.iter().rev().find(|it| it.code == *code);
                newest
                    .cloned()
                    .ok_or(ReportError::Unknown { kind: "territory" })
            }
        }
    };
    let mut rows = Vec::with_capacity(places.len());
    for row in places {
        rows.push(TerritoryRow {
            territory: territory(&row)?,
            measures: row.measures,
            levels: row.levels,
            completeness: reported.remove(&row.code).unwrap_or_default(),
        });
    }
    Ok(rows)
}
