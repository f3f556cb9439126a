//! The waiting list: free places go to those who wait longest.
//!
//! Who enters the list is decided in `signup`.

use std::collections::HashSet;

use entity::ids::PersonId;
use entity::ids::VolunteerId;
use entity::shift;
use entity::signup;
use entity::types::NotificationKind;
use entity::types::PlanStatus;
use entity::types::SignupStatus;
use sea_orm::DbErr;

use crate::activities::signup::line;
use crate::activities::store;
use crate::activities::telling::notice;
use crate::audit;
use crate::identity::Ctx;
use crate::identity::Scope;
use crate::notifications;
use crate::platform::db::Tx;
use crate::volunteers::person;

/// Gives the free places of a shift that is held to those who wait longest, and tells them. Gives
/// how many.
///
/// Whoever has a place elsewhere at that time, or takes no new work, keeps waiting: the next one
/// gets the place.
pub(super) async fn promote(ctx: &Ctx, tx: &Tx, held: &shift::Model) -> Result<usize, DbErr> {
    // Whoever frees a place gives it on, also where they may not see who waits.
    let all = Scope::everything();
    let shift = store::shifts(&**tx, &all, &[held.id]).await?.pop();
    let activity = store::activities(&**tx, &all, &[held.activity_id]).await?;
    let (Some(shift), Some(activity)) = (shift, activity.into_iter().next()) else {
        return Ok(0);
    };
    let free = match shift.capacity {
        None => usize::MAX,
        Some(capacity) => usize::try_from(capacity - shift.confirmed_count).unwrap_or(0),
    };
    let over = shift.status != PlanStatus::Planned || shift.starts_at <= ctx.now();
    if free == 0 || over || shift.waitlisted_count == 0 {
        return Ok(0);
    }
    let mut waiting = store::live(tx, &[shift.id]).await?;
    waiting.retain(|it| it.status == SignupStatus::Waitlisted);
    let people: Vec<PersonId> = waiting.iter().map(|it| it.person_id).collect();
    person::hold(tx, &people).await?;
    let busy = store::busy(tx, &people, (shift.starts_at, shift.ends_at)).await?;
    let mut busy: HashSet<PersonId> = busy.into_iter().map(|it| it.person_id).collect();
    let volunteers: Vec<VolunteerId> = waiting.iter().map(|it| it.volunteer_id).collect();
    let accounts = store::accounts(tx, &volunteers).await?;
    let next: Vec<signup::Model> = waiting
        .into_iter()
        .filter(|it| accounts.get(&it.volunteer_id).is_some_and(|it| it.1))
        // Two records of one person take one place.
        .filter(|it| busy.insert(it.person_id))
        .take(free)
        .collect();
    store::confirm(tx, &next, ctx.now()).await?;
    let kind = NotificationKind::SignupPromoted;
    let notices = next
        .iter()
        .filter_map(|it| {
            let user = accounts.get(&it.volunteer_id)?.0?;
            Some(notice(&activity, &shift, it, user, kind))
        })
        .collect();
    notifications::tell(ctx, tx, notices).await?;
    let lines = next.iter().map(|it| line("signup.promote", it)).collect();
    audit::record_all(ctx, tx, lines).await?;
    Ok(next.len())
}
