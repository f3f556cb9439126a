//! Takes the remarks away from what is known of a person's presence.
//!
//! When they came and left stays with the hours that it made. Whose data is erased is decided in `privacy`.

use entity::ids::VolunteerId;
use sea_orm::DbErr;

use crate::attendance::store;
use crate::identity::Ctx;
use crate::platform::db::Tx;
use crate::platform::feed;
use crate::platform::feed::Change;
use crate::platform::feed::Kind;

/// Takes them away, of records that are held.
///
/// # Errors
/// [`DbErr`].
pub async fn erase_in(ctx: &Ctx, tx: &Tx, records: &[VolunteerId]) -> Result<(), DbErr> {
    for record in records {
        let mut rows = store::of_record(tx, *record).await?;
        rows.retain(|it| it.reason.is_some());
        let ids: Vec<_> = rows.iter().map(|it| it.id).collect();
        store::forget_reasons(tx, &ids, ctx.now()).await?;
        for row in rows {
            let change = Change::of(Kind::Attendance, row.id.0, Some(row.volunteer_id.0));
            feed::append(tx, row.organization_id, ctx.now(), [change]);
        }
    }
    Ok(())
}
