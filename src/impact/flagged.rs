//! What is worth a second look of figures that are written, beside the approved ones of before: as it is
//! now, since what was approved meanwhile is looked at too.
//!
//! What is worth it is decided in `rules`; statements are in `measured`.

use std::collections::HashMap;

use entity::ids::IndicatorId;
use entity::ids::MeasurementId;
use entity::indicator;
use entity::measurement;
use entity::types::Dimension;
use sea_orm::DbErr;

use crate::identity::Ctx;
use crate::identity::Scope;
use crate::impact::custom;
use crate::impact::measured;
use crate::impact::parts;
use crate::impact::rules;
use crate::impact::rules::Flag;
use crate::impact::value::Measured;

/// What is worth a second look of measurements that may be seen; three statements, however many there
/// are. One that may not be seen is left out.
///
/// # Errors
/// [`DbErr`].
pub async fn flags(
    ctx: &Ctx,
    ids: &[MeasurementId],
) -> Result<HashMap<MeasurementId, Vec<Flag>>, DbErr> {
    let (conn, scope) = (ctx.read(), ctx.scope());
    let rows = measured::measurements(conn, scope, ids).await?;
    let of = measured::indicators_of(conn, scope, ids).await?;
    let of: HashMap<IndicatorId, &indicator::Model> = of.iter().map(|it| (it.id, it)).collect();
    let before = measured::approved_before(conn, scope, ids).await?;
    let before: HashMap<MeasurementId, Measured> = before.into_iter().collect();
    let found = rows.iter().filter_map(|row| {
        let of = of.get(&row.indicator_id)?;
        Some((row.id, of_row(scope, of, row, before.get(&row.id).copied())))
    });
    Ok(found.collect())
}

fn of_row(
    scope: &Scope,
    of: &indicator::Model,
    row: &measurement::Model,
    before: Option<Measured>,
) -> Vec<Flag> {
    let mut parts = parts::told(row);
    // A flag would tell of what the actor may not be told.
    parts.retain(|it| it.dimension != Dimension::Custom || custom::may_see(scope, of));
    let now = Measured {
        value: row.value,
        whole: row.denominator,
    };
    rules::flags(of, now, before, &parts)
}
