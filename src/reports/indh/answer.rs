//! Puts the INDH report together: figures of one instant, and the sections that are asked for.
//!
//! Each part is worked out in a file of its own; what it stands on is found in `ground`.

use std::collections::BTreeMap;

use entity::territory;
use sea_orm::ConnectionTrait;

use crate::identity::Ctx;
use crate::impact::benefit;
use crate::impact::overview;
use crate::impact::overview::Within;
use crate::platform::zones;
use crate::reports::ReportError;
use crate::reports::additivity;
use crate::reports::completeness;
use crate::reports::completeness::Completeness;
use crate::reports::completeness::Reporters;
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
    let wants = |section| sections.contains(&section);
    ground::bring_up(ctx, &question).await?;
    if wants(Section::Comparison) {
        comparison::bring_up(ctx, &question).await?;
    }
    // All of it as of one moment, while others write.
    let db = &ctx.core().db.snapshot().await?;
    let ground = Ground::of(ctx, db, &question).await?;
    let asked = ground.asked(ctx, &question);
    let figures = rollups::figures(db, &asked).await?;
    let terms = rollups::programmes(db).await?;
    let months = question.months();
    let found = indh::break_down(&figures, &months, &terms, question.to)?;

    let time_basis = ground.time_basis();
    let reporters = Reporters {
        scope: ctx.scope(),
        territories: &ground.territories,
        organization: asked.organization,
        statuses: &question.status_basis,
        months: &months,
        zone: zones::parse(&time_basis.zone).ok_or(ReportError::Unknown { kind: "zone" })?,
        now: ground.as_of,
        at: ground.at,
        folded: ground.folded,
    };
    let states = completeness::states(db, &reporters).await?;
    let whole = completeness::count(&states);
    let places = rollups::places(db, &ground.territories).await?;
    let mut reported = completeness::by_place(&states, &places);
    let by_territory = rows(db, &ground, &question, found.by_place, &mut reported).await?;
    let elsewhere = sum(reported.values());
    let rows = || by_territory.iter().map(|it| &it.completeness);
    for of in [
        |it: &Completeness| it.expected,
        |it: &Completeness| it.reporting,
        |it: &Completeness| it.declared_zero,
        |it: &Completeness| it.late,
    ] {
        let parts = rows().chain([&elsewhere]).map(of);
        foot::check("byTerritory.completeness", of(&whole), parts)?;
    }
    let value_of_work = match question.valued {
        Valued::Yes => Some(value::of_work(db, &asked, found.totals.minutes).await?),
        Valued::No => None,
    };
    let comparison = match wants(Section::Comparison) {
        true => Some(comparison::compare(ctx, db, &question, found.totals).await?),
        false => None,
    };
    let budget = match wants(Section::Budget) {
        true => Some(budget::of_projects(db, &asked, &terms).await?),
        false => None,
    };
    let within = Within {
        scope: ctx.scope(),
        territories: &ground.territories,
        organization: asked.organization,
        from: question.from,
        to: question.to,
        at: ground.at,
        as_of: ground.as_of,
    };
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
        value_of_work,
        completeness: whole,
        completeness_elsewhere: elsewhere,
        comparison,
        budget,
        beneficiaries,
        indicators,
        partners,
        additivity: additivity::of_indh(),
        head: ground.head(&question),
    })
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
