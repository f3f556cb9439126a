//! What the organizations measured: indicators of the catalogue, with targets, quarter by quarter.
//!
//! What a figure must be is in `impact`; tests hold that these are.

use chrono::DateTime;
use chrono::Days;
use chrono::Months;
use chrono::NaiveDate;
use chrono::NaiveTime;
use chrono::TimeDelta;
use chrono::Utc;
use entity::ids::IndicatorId;
use entity::ids::MeasurementId;
use entity::ids::TargetId;
use entity::indicator_baseline;
use entity::indicator_target;
use entity::measurement;
use entity::project;
use entity::types::Dimension;
use entity::types::MeasurementStatus;

use crate::demo::cast::House;
use crate::demo::dice::Dice;
use crate::demo::error::DemoError;
use crate::demo::places::Places;
use crate::demo::span::Span;
use crate::impact::parts::Part;
use crate::impact::parts::UNKNOWN;
use crate::impact::value::ONE;

/// What the first projects of an organization measure, with what they aim at in a quarter.
const MEASURED: [(&str, i32); 2] = [("INDH-BENEFICIARIES-DIRECT", 120), ("INDH-TRAINED", 40)];
/// Quarters that were measured, the last one not decided yet.
const QUARTERS: u32 = 6;

/// What an organization aims at and has measured.
#[derive(Clone, Debug, Default)]
pub struct Gauges {
    /// Where indicators stood.
    pub baselines: Vec<indicator_baseline::Model>,
    /// What they should reach.
    pub targets: Vec<indicator_target::Model>,
    /// What was measured.
    pub measurements: Vec<measurement::Model>,
}

/// Makes what an organization aims at and has measured.
///
/// # Errors
/// [`DemoError::NoReference`] when an indicator is not in the catalogue.
pub fn gauges(
    seed: u64,
    span: &Span,
    places: &Places,
    house: &House,
    projects: &[project::Model],
) -> Result<Gauges, DemoError> {
    let part = u64::try_from(house.index).unwrap_or_default();
    let mut dice = Dice::of(seed, 6_000_000 + part);
    let mut gauges = Gauges::default();
    for (project, (code, aim)) in projects.iter().zip(MEASURED) {
        let indicator = places.indicators.get(code).copied();
        let indicator =
            indicator.ok_or_else(|| DemoError::NoReference(format!("indicator {code}")))?;
        gauges.baselines.push(indicator_baseline::Model {
            indicator_id: indicator,
            project_id: project.id,
            measured_on: project.starts_on,
            value: i64::from(dice.between(0, aim / 4)) * ONE,
            denominator: None,
            version: 1,
            updated_at: project.created_at,
        });
        for back in (1..=QUARTERS).rev() {
            let Some((from, to)) = quarter(span, back) else {
                continue;
            };
            gauges.targets.push(indicator_target::Model {
                id: TargetId(dice.key(project.created_at)),
                indicator_id: indicator,
                project_id: project.id,
                from_day: from,
                to_day: to,
                value: i64::from(aim) * ONE,
                denominator: None,
                created_at: project.created_at,
            });
            let told = told(&mut dice, house, project, indicator, (from, to, aim));
            gauges.measurements.push(measurement::Model {
                // The last quarter waits for a decision.
                status: if back == 1 {
                    MeasurementStatus::Submitted
                } else {
                    MeasurementStatus::Approved
                },
                decided_by: (back > 1).then_some(house.owner),
                decided_at: (back > 1).then_some(told.created_at),
                version: if back == 1 { 1 } else { 2 },
                ..told
            });
        }
    }
    Ok(gauges)
}

/// A quarter so many quarters before the present month.
fn quarter(span: &Span, back: u32) -> Option<(NaiveDate, NaiveDate)> {
    let present = span.months().last()?;
    let from = present.checked_sub_months(Months::new(3 * back))?;
    let to = from.checked_add_months(Months::new(3))?;
    Some((from, to.checked_sub_days(Days::new(1))?))
}

fn told(
    dice: &mut Dice,
    house: &House,
    project: &project::Model,
    indicator: IndicatorId,
    (from, to, aim): (NaiveDate, NaiveDate, i32),
) -> measurement::Model {
    let women = dice.between(aim / 3, aim * 2 / 3);
    let men = dice.between(aim / 5, aim / 2);
    let unknown = dice.between(0, 3);
    let part = |category: &str, value: i32| Part {
        dimension: Dimension::Sex,
        category: category.to_owned(),
        value: i64::from(value) * ONE,
        whole: None,
    };
    let parts = [
        part("FEMALE", women),
        part("MALE", men),
        part(UNKNOWN, unknown),
    ];
    let at = written(to, dice);
    measurement::Model {
        id: MeasurementId(dice.key(at)),
        indicator_id: indicator,
        project_id: project.id,
        organization_id: project.organization_id,
        territory_id: project.territory_id,
        from_day: from,
        to_day: to,
        value: i64::from(women + men + unknown) * ONE,
        denominator: None,
        parts: serde_json::json!(parts).to_string(),
        note: None,
        status: MeasurementStatus::Submitted,
        recorded_by: house.coordinator,
        decided_by: None,
        decided_at: None,
        reason: None,
        version: 1,
        created_at: at,
        updated_at: at,
    }
}

/// On the first morning after a period, so that nothing happens after the present.
fn written(to: NaiveDate, dice: &mut Dice) -> DateTime<Utc> {
    let minutes = i64::from(dice.between(1, 59));
    to.and_time(NaiveTime::MIN).and_utc() + TimeDelta::hours(23) + TimeDelta::minutes(minutes)
}
