//! Takes the texts of a person's timers away; one that runs comes to nothing.
//!
//! The entries that they became are in `hours`. Whose data is erased is decided in `privacy`.

use entity::ids::VolunteerId;
use entity::timer;
use entity::types::TimerStatus;
use sea_orm::DbErr;

use crate::identity::Ctx;
use crate::platform::db::Tx;
use crate::platform::feed;
use crate::platform::feed::Change;
use crate::platform::feed::Kind;
use crate::timers::store;
use crate::timers::trail;

/// Takes them away, of records and people that are held: nobody stops a timer meanwhile.
///
/// # Errors
/// [`DbErr`].
pub async fn erase_in(ctx: &Ctx, tx: &Tx, records: &[VolunteerId]) -> Result<(), DbErr> {
    let now = ctx.now();
    for record in records {
        let (running, over): (Vec<timer::Model>, Vec<timer::Model>) = store::of_record(tx, *record)
            .await?
            .into_iter()
            .partition(|it| it.status == TimerStatus::Running);
        for it in running {
            let stopped = timer::Model {
                status: TimerStatus::Discarded,
                stopped_at: Some(now),
                description: None,
                discard_reason: None,
                version: it.version.saturating_add(1),
                updated_at: now,
                ..it
            };
            store::replace(tx, &stopped).await?;
            trail::leave(ctx, tx, "timer.discard", &stopped).await?;
        }
        let speaks = |it: &timer::Model| it.description.is_some() || it.discard_reason.is_some();
        let silent: Vec<timer::Model> = over.into_iter().filter(speaks).collect();
        let ids: Vec<_> = silent.iter().map(|it| it.id).collect();
        store::forget_texts(tx, &ids, now).await?;
        for it in silent {
            let change = Change::of(Kind::Timer, it.id.0, Some(it.volunteer_id.0));
            feed::append(tx, it.organization_id, now, [change]);
        }
    }
    Ok(())
}
