//! Acts on shifts: create one or a series, change, cancel.
//!
//! Rules are in `activities`.

use async_graphql::Context;
use async_graphql::ID;
use async_graphql::InputObject;
use async_graphql::MaybeUndefined;
use async_graphql::Object;
use async_graphql::Result;
use async_graphql::SimpleObject;
use entity::ids::ActivityId;
use entity::ids::ShiftId;

use crate::activities::series;
use crate::activities::series::NewSeries;
use crate::activities::series::Series;
use crate::activities::shift as shifts;
use crate::activities::shift::NewShift;
use crate::activities::shift::ShiftChanges;
use crate::graphql::activities::activity_profiles::Cancellation;
use crate::graphql::activities::activity_profiles::whole;
use crate::graphql::activities::shift::Shift;
use crate::graphql::context::Gql;
use crate::graphql::error::UserError;
use crate::graphql::error::answered;
use crate::graphql::error::changed_meanwhile;
use crate::graphql::loaders;
use crate::graphql::node::NodeId;
use crate::graphql::patch::clearable;
use crate::graphql::patch::lasting;
use crate::graphql::scalars::DateTime;
use crate::graphql::scalars::LocalDateTime;
use crate::graphql::scalars::Minutes;

/// A new shift.
#[derive(InputObject)]
struct CreateShiftInput {
    /// The activity.
    activity_id: ID,
    /// When it starts; seconds are dropped.
    starts_at: DateTime,
    /// When it ends, at most 24 hours later; seconds are dropped.
    ends_at: DateTime,
    /// Number of places, at least 1; no limit by default.
    capacity: Option<i32>,
    /// Minutes that do not count as work; 0 by default.
    break_minutes: Option<Minutes>,
    /// Makes a repeated request have one effect; at most 200 characters.
    idempotency_key: Option<String>,
}

/// Shifts by a recurrence rule.
#[derive(InputObject)]
struct CreateShiftSeriesInput {
    /// The activity.
    activity_id: ID,
    /// When the first shift starts; it must be one of the times of the rule. The others start at
    /// the same time on the clock of the place, also where clocks change in between.
    starts_at: DateTime,
    /// When the first shift ends, at most 24 hours later. The others have its length on the clock
    /// of the place.
    ends_at: DateTime,
    /// A recurrence rule of RFC 5545 by days, weeks, months or years, such as
    /// `FREQ=WEEKLY;BYDAY=TU,TH;COUNT=12`. It needs `COUNT` or `UNTIL` and gives at most 366 shifts.
    /// `UNTIL` without `Z` is on the clock of the place.
    rule: String,
    /// Number of places of each, at least 1; no limit by default.
    capacity: Option<i32>,
    /// Minutes of each that do not count as work; 0 by default.
    break_minutes: Option<Minutes>,
    /// Makes a repeated request have one effect; at most 200 characters.
    idempotency_key: Option<String>,
}

/// Changes of a shift: what is absent stays, what is null is cleared.
#[derive(InputObject)]
struct UpdateShiftInput {
    /// The shift.
    id: ID,
    /// The version that the caller saw; refused with `VERSION_CONFLICT` where it is not the present
    /// one.
    expected_version: Option<i32>,
    /// When it starts. Everybody who is signed up is told.
    starts_at: Option<DateTime>,
    /// When it ends. Everybody who is signed up is told.
    ends_at: Option<DateTime>,
    /// Number of places; null for no limit. More places go to those who wait; fewer than are taken
    /// are refused with `CAPACITY_TAKEN`.
    capacity: MaybeUndefined<i32>,
    /// Minutes that do not count as work.
    break_minutes: Option<Minutes>,
}

/// A shift that does not take place.
#[derive(InputObject)]
struct CancelShiftInput {
    /// The shift.
    id: ID,
    /// The version that the caller saw; refused with `VERSION_CONFLICT` where it is not the present
    /// one.
    expected_version: Option<i32>,
    /// Why, for those who signed up; at most 1,000 characters.
    reason: String,
}

/// The new shift.
#[derive(SimpleObject)]
struct CreateShiftPayload {
    /// The shift; null when refused.
    shift: Option<Shift>,
    /// Why nothing was done; empty when it was.
    user_errors: Vec<UserError>,
}

/// The new shifts: all of them, or none.
#[derive(SimpleObject)]
struct CreateShiftSeriesPayload {
    /// Names the series, for the filter of `shifts`; null when refused.
    series_id: Option<ID>,
    /// The shifts, earliest first; null when refused.
    shifts: Option<Vec<Shift>>,
    /// Starts of the rule that do not exist, because clocks jump over them: without a shift, and
    /// not counted.
    skipped: Vec<LocalDateTime>,
    /// Starts of the rule that clocks show twice: the shift begins at the first of the two.
    repeated: Vec<LocalDateTime>,
    /// Why nothing was done; empty when it was.
    user_errors: Vec<UserError>,
}

/// The shift after the changes.
#[derive(SimpleObject)]
struct UpdateShiftPayload {
    /// The shift; null when refused, except for `VERSION_CONFLICT`: then as it is now.
    shift: Option<Shift>,
    /// Why nothing was done; empty when it was.
    user_errors: Vec<UserError>,
}

/// The cancelled shift.
#[derive(SimpleObject)]
struct CancelShiftPayload {
    /// The shift; null when refused, except for `VERSION_CONFLICT`: then as it is now.
    shift: Option<Shift>,
    /// Who learnt of it; null when refused.
    cancellation: Option<Cancellation>,
    /// Why nothing was done; empty when it was.
    user_errors: Vec<UserError>,
}

/// Acts on shifts.
#[derive(Debug, Default)]
pub struct ShiftMutations;

/// Acts on shifts.
#[Object]
impl ShiftMutations {
    /// Creates a shift of an activity. Needs a coordinator of the organization.
    async fn create_shift(
        &self,
        gql: &Context<'_>,
        #[graphql(desc = "The new shift.")] input: CreateShiftInput,
    ) -> Result<CreateShiftPayload> {
        let ctx = gql.signed_in()?;
        let outcome = async {
            let new = NewShift {
                activity: ActivityId::input(&input.activity_id, "activityId")?,
                starts_at: input.starts_at.0,
                ends_at: input.ends_at.0,
                capacity: input.capacity,
                break_minutes: input.break_minutes.map_or(0, whole),
            };
            shifts::create(ctx, new, input.idempotency_key.as_deref()).await
        };
        let (shift, user_errors) = answered(ctx, outcome.await)?;
        Ok(CreateShiftPayload {
            shift: shift.map(Shift),
            user_errors,
        })
    }

    /// Creates the shifts of a recurrence rule, expanded on the clock of the place: all of them, or
    /// none. Needs a coordinator of the organization.
    async fn create_shift_series(
        &self,
        gql: &Context<'_>,
        #[graphql(desc = "The first shift and the rule.")] input: CreateShiftSeriesInput,
    ) -> Result<CreateShiftSeriesPayload> {
        let ctx = gql.signed_in()?;
        let outcome = async {
            let new = NewSeries {
                first: NewShift {
                    activity: ActivityId::input(&input.activity_id, "activityId")?,
                    starts_at: input.starts_at.0,
                    ends_at: input.ends_at.0,
                    capacity: input.capacity,
                    break_minutes: input.break_minutes.map_or(0, whole),
                },
                rule: input.rule,
            };
            series::create(ctx, new, input.idempotency_key.as_deref()).await
        };
        let (series, user_errors) = answered(ctx, outcome.await)?;
        Ok(match series {
            Some(Series {
                series,
                shifts,
                skipped,
                repeated,
            }) => CreateShiftSeriesPayload {
                series_id: Some(series.id.global()),
                shifts: Some(shifts.into_iter().map(Shift).collect()),
                skipped: skipped.into_iter().map(LocalDateTime).collect(),
                repeated: repeated.into_iter().map(LocalDateTime).collect(),
                user_errors,
            },
            None => CreateShiftSeriesPayload {
                series_id: None,
                shifts: None,
                skipped: Vec::new(),
                repeated: Vec::new(),
                user_errors,
            },
        })
    }

    /// Changes a shift. Other times can be given until it begins. Needs a coordinator of the
    /// organization.
    async fn update_shift(
        &self,
        gql: &Context<'_>,
        #[graphql(desc = "The changes.")] input: UpdateShiftInput,
    ) -> Result<UpdateShiftPayload> {
        let ctx = gql.signed_in()?;
        let outcome = async {
            let id = ShiftId::input(&input.id, "id")?;
            let changes = ShiftChanges {
                starts_at: lasting(input.starts_at, |it| it.0),
                ends_at: lasting(input.ends_at, |it| it.0),
                capacity: clearable(input.capacity, |it| it),
                break_minutes: lasting(input.break_minutes, whole),
            };
            shifts::update(ctx, id, input.expected_version, changes).await
        };
        let (done, user_errors) = answered(ctx, outcome.await)?;
        let shift = match done {
            Some(done) => Some(Shift(done)),
            None => present(gql, &input.id, &user_errors).await?,
        };
        Ok(UpdateShiftPayload { shift, user_errors })
    }

    /// Cancels a shift that has not begun, takes its sign-ups back and tells everybody who was
    /// signed up or waited. Needs a coordinator of the organization.
    async fn cancel_shift(
        &self,
        gql: &Context<'_>,
        #[graphql(desc = "The shift and the reason.")] input: CancelShiftInput,
    ) -> Result<CancelShiftPayload> {
        let ctx = gql.signed_in()?;
        let outcome = async {
            let id = ShiftId::input(&input.id, "id")?;
            shifts::cancel(ctx, id, input.expected_version, &input.reason).await
        };
        let (done, user_errors) = answered(ctx, outcome.await)?;
        let (shift, cancellation) = match done {
            Some((shift, told)) => (Some(Shift(shift)), Some(told.into())),
            None => (present(gql, &input.id, &user_errors).await?, None),
        };
        Ok(CancelShiftPayload {
            shift,
            cancellation,
            user_errors,
        })
    }
}

/// The shift as it is, where it changed meanwhile.
async fn present(gql: &Context<'_>, id: &ID, errors: &[UserError]) -> Result<Option<Shift>> {
    match ShiftId::read(id) {
        Some(id) if changed_meanwhile(errors) => Ok(loaders::one(gql, id).await?.map(Shift)),
        _ => Ok(None),
    }
}
