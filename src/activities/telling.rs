//! Who is told what: cancellations, moves, places.
//!
//! What is decided is in `shift`, `signup` and `waiting`; sentences are in `locales/`.

use std::collections::BTreeMap;
use std::collections::HashSet;

use chrono::DateTime;
use chrono::NaiveDateTime;
use chrono::Utc;
use entity::activity;
use entity::ids::PersonId;
use entity::ids::ShiftId;
use entity::ids::UserId;
use entity::ids::VolunteerId;
use entity::shift;
use entity::signup;
use entity::types::NotificationKind;

use crate::activities::error::ActivityError;
use crate::activities::store;
use crate::identity::Ctx;
use crate::notifications;
use crate::notifications::Notice;
use crate::notifications::moment;
use crate::platform::db::Tx;
use crate::platform::db::violates;
use crate::platform::zones;
use crate::platform::zones::Zone;
use crate::volunteers::person;

/// Who learnt of a cancellation.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Told {
    /// Sign-ups that were taken back.
    pub signups: usize,
    /// Users who were told.
    pub users: usize,
    /// Volunteers without an account, who must be told by other means.
    pub without_account: usize,
}

/// Cancels shifts that are held, with their sign-ups, and tells each user once.
pub(super) async fn call_off(
    ctx: &Ctx,
    tx: &Tx,
    activity: &activity::Model,
    shifts: &[shift::Model],
    why: &str,
    kind: NotificationKind,
) -> Result<Told, ActivityError> {
    let ids: Vec<ShiftId> = shifts.iter().map(|it| it.id).collect();
    let signups = store::live(tx, &ids).await?;
    store::cancel_signups(tx, &signups, Some(why), ctx.now()).await?;
    store::cancel_shifts(tx, shifts, why, ctx.now()).await?;
    let volunteers: Vec<VolunteerId> = signups.iter().map(|it| it.volunteer_id).collect();
    let accounts = store::accounts(tx, &volunteers).await?;
    let mut first: BTreeMap<UserId, &signup::Model> = BTreeMap::new();
    let mut without = HashSet::new();
    for signup in &signups {
        match accounts.get(&signup.volunteer_id).and_then(|it| it.0) {
            Some(user) => {
                let known = first.entry(user).or_insert(signup);
                if signup.starts_at < known.starts_at {
                    *known = signup;
                }
            }
            None => {
                without.insert(signup.volunteer_id);
            }
        }
    }
    let notices: Vec<Notice> = first
        .into_iter()
        .filter_map(|(user, signup)| {
            let shift = shifts.iter().find(|it| it.id == signup.shift_id)?;
            let mut notice = notice(activity, shift, signup, user, kind);
            notice.values.insert("reason", why.to_owned());
            Some(notice)
        })
        .collect();
    let told = Told {
        signups: signups.len(),
        users: notices.len(),
        without_account: without.len(),
    };
    notifications::tell(ctx, tx, notices).await?;
    Ok(told)
}

/// What a user is told about a shift.
pub(super) fn notice(
    activity: &activity::Model,
    shift: &shift::Model,
    signup: &signup::Model,
    user: UserId,
    kind: NotificationKind,
) -> Notice {
    let mut values = BTreeMap::from([
        ("title", activity.title.clone()),
        ("starts", moment(wall(shift, shift.starts_at))),
        ("ends", moment(wall(shift, shift.ends_at))),
    ]);
    values.extend(activity.title_ar.clone().map(|it| ("titleAr", it)));
    Notice {
        user,
        organization: Some(activity.organization_id),
        kind,
        values,
        activity: Some(activity.id),
        shift: Some(shift.id),
        signup: Some(signup.id),
    }
}

/// An instant on the clock where a shift takes place.
pub(super) fn wall(shift: &shift::Model, at: DateTime<Utc>) -> NaiveDateTime {
    zones::parse(&shift.time_zone)
        .unwrap_or_else(Zone::utc)
        .local_time(at)
}

/// Moves the sign-ups of a shift to its new times and tells the people.
pub(super) async fn rearrange(
    ctx: &Ctx,
    tx: &Tx,
    activity: &activity::Model,
    shift: &shift::Model,
) -> Result<(), ActivityError> {
    let signups = store::live(tx, &[shift.id]).await?;
    let people: Vec<PersonId> = signups.iter().map(|it| it.person_id).collect();
    person::hold(tx, &people).await?;
    store::move_signups(tx, shift, &signups)
        .await
        .map_err(overlap)?;
    let volunteers: Vec<VolunteerId> = signups.iter().map(|it| it.volunteer_id).collect();
    let accounts = store::accounts(tx, &volunteers).await?;
    let notices = signups
        .iter()
        .filter_map(|signup| {
            let user = accounts.get(&signup.volunteer_id)?.0?;
            Some(notice(
                activity,
                shift,
                signup,
                user,
                NotificationKind::ShiftMoved,
            ))
        })
        .collect();
    notifications::tell(ctx, tx, notices).await?;
    Ok(())
}

fn overlap(error: sea_orm::DbErr) -> ActivityError {
    if violates(&error, &["signup_overlap"]) {
        ActivityError::Overlap {
            field: "startsAt",
            times: None,
        }
    } else {
        ActivityError::Database(error)
    }
}
