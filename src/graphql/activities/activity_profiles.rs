//! Acts on activities: create, change, cancel.
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
use entity::ids::ProjectId;

use crate::activities::activity as activities;
use crate::activities::activity::ActivityChanges;
use crate::activities::activity::Fence;
use crate::activities::activity::NewActivity;
use crate::activities::presence;
use crate::activities::presence::AutoCloseRule;
use crate::activities::telling::Told;
use crate::graphql::activities::activity::Activity;
use crate::graphql::activities::activity::AttendanceMode;
use crate::graphql::activities::activity::AutoClose;
use crate::graphql::context::Gql;
use crate::graphql::error::UserError;
use crate::graphql::error::answered;
use crate::graphql::error::changed_meanwhile;
use crate::graphql::loaders;
use crate::graphql::node::NodeId;
use crate::graphql::patch::clearable;
use crate::graphql::patch::lasting;
use crate::graphql::scalars::Decimal;
use crate::graphql::scalars::Minutes;
use crate::graphql::scalars::TimeZone;
use crate::platform::change::Change;
use crate::refusal::Code;
use crate::refusal::Refusal;

/// A place with its reach.
#[derive(InputObject)]
struct GeofenceInput {
    /// Degrees north of the equator, −90 to 90; kept to six decimals.
    latitude: Decimal,
    /// Degrees east of Greenwich, −180 to 180; kept to six decimals.
    longitude: Decimal,
    /// How far the place reaches, in metres, 20 to 50000.
    radius_metres: i32,
}

impl From<GeofenceInput> for Fence {
    fn from(it: GeofenceInput) -> Self {
        Self {
            latitude: it.latitude.0,
            longitude: it.longitude.0,
            radius_metres: it.radius_metres,
        }
    }
}

/// A new activity.
#[derive(InputObject)]
struct CreateActivityInput {
    /// The project it is part of.
    project_id: ID,
    /// Title; at most 300 characters.
    title: String,
    /// Title in Arabic script; at most 300 characters.
    title_ar: Option<String>,
    /// What is done; at most 10,000 characters.
    description: Option<String>,
    /// Where to go, in words; at most 500 characters.
    place: Option<String>,
    /// Code of the territory it takes place in; the project's by default.
    territory_code: Option<String>,
    /// The zone of the place; the project's, then the organization's by default.
    time_zone: Option<TimeZone>,
    /// How its minutes are measured; `CHECK_IN_AND_OUT` by default.
    attendance_mode: Option<AttendanceMode>,
    /// What a forgotten check-out is credited; `CREDIT_SHIFT_END` by default.
    auto_close: Option<AutoClose>,
    /// The minutes of `CREDIT_MINUTES`, 1 to 1440; with it only.
    auto_close_minutes: Option<Minutes>,
    /// Checking in opens this long before a shift starts, 0 to 1440; 30 by default.
    check_in_before_minutes: Option<Minutes>,
    /// Checking in ends this long after a shift started, 0 to 1440; 60 by default.
    check_in_after_minutes: Option<Minutes>,
    /// Whoever comes at most this late is credited from the start of the shift, 0 to 120; 0 by default.
    late_in_tolerance_minutes: Option<Minutes>,
    /// Whoever leaves at most this early is credited until the end of the shift, 0 to 120; 0 by default.
    early_out_tolerance_minutes: Option<Minutes>,
    /// Forgotten check-outs are closed this long after a shift ended, 0 to 1440; 120 by default.
    close_after_minutes: Option<Minutes>,
    /// Where volunteers are expected to be when they check in; by default that is not looked at.
    geofence: Option<GeofenceInput>,
    /// Makes a repeated request have one effect; at most 200 characters.
    idempotency_key: Option<String>,
}

/// Changes of an activity: what is absent stays, what is null is cleared.
#[derive(InputObject)]
struct UpdateActivityInput {
    /// The activity.
    id: ID,
    /// The version that the caller saw; refused with `VERSION_CONFLICT` where it is not the present
    /// one.
    expected_version: Option<i32>,
    /// Title; at most 300 characters.
    title: Option<String>,
    /// Title in Arabic script; at most 300 characters.
    title_ar: MaybeUndefined<String>,
    /// What is done; at most 10,000 characters.
    description: MaybeUndefined<String>,
    /// Where to go, in words; at most 500 characters.
    place: MaybeUndefined<String>,
    /// Code of the territory it takes place in; null takes the project's.
    territory_code: MaybeUndefined<String>,
    /// The zone of the place; null takes the project's, then the organization's. Shifts that exist
    /// keep theirs.
    time_zone: MaybeUndefined<TimeZone>,
    /// How its minutes are measured.
    attendance_mode: Option<AttendanceMode>,
    /// What a forgotten check-out is credited.
    auto_close: Option<AutoClose>,
    /// The minutes of `CREDIT_MINUTES`, 1 to 1440; with it only.
    auto_close_minutes: Option<Minutes>,
    /// Checking in opens this long before a shift starts, 0 to 1440.
    check_in_before_minutes: Option<Minutes>,
    /// Checking in ends this long after a shift started, 0 to 1440.
    check_in_after_minutes: Option<Minutes>,
    /// Whoever comes at most this late is credited from the start of the shift, 0 to 120.
    late_in_tolerance_minutes: Option<Minutes>,
    /// Whoever leaves at most this early is credited until the end of the shift, 0 to 120.
    early_out_tolerance_minutes: Option<Minutes>,
    /// Forgotten check-outs are closed this long after a shift ended, 0 to 1440.
    close_after_minutes: Option<Minutes>,
    /// Where volunteers are expected to be when they check in; null looks at it no more.
    geofence: MaybeUndefined<GeofenceInput>,
}

/// An activity that does not take place.
#[derive(InputObject)]
struct CancelActivityInput {
    /// The activity.
    id: ID,
    /// The version that the caller saw; refused with `VERSION_CONFLICT` where it is not the present
    /// one.
    expected_version: Option<i32>,
    /// Why, for those who signed up; at most 1,000 characters.
    reason: String,
}

/// The new activity.
#[derive(SimpleObject)]
struct CreateActivityPayload {
    /// The activity; null when refused.
    activity: Option<Activity>,
    /// Why nothing was done; empty when it was.
    user_errors: Vec<UserError>,
}

/// The activity after the changes.
#[derive(SimpleObject)]
struct UpdateActivityPayload {
    /// The activity; null when refused, except for `VERSION_CONFLICT`: then as it is now.
    activity: Option<Activity>,
    /// Why nothing was done; empty when it was.
    user_errors: Vec<UserError>,
}

/// Who learnt of a cancellation.
#[derive(SimpleObject)]
pub struct Cancellation {
    /// Number of sign-ups that were taken back.
    signups: i64,
    /// Number of users who were told.
    told_users: i64,
    /// Number of volunteers without an account, who must be told by other means.
    volunteers_without_account: i64,
}

impl From<Told> for Cancellation {
    fn from(told: Told) -> Self {
        let number = |it| i64::try_from(it).unwrap_or(i64::MAX);
        Self {
            signups: number(told.signups),
            told_users: number(told.users),
            volunteers_without_account: number(told.without_account),
        }
    }
}

/// The cancelled activity.
#[derive(SimpleObject)]
struct CancelActivityPayload {
    /// The activity; null when refused, except for `VERSION_CONFLICT`: then as it is now.
    activity: Option<Activity>,
    /// Who learnt of it; null when refused.
    cancellation: Option<Cancellation>,
    /// Why nothing was done; empty when it was.
    user_errors: Vec<UserError>,
}

/// Acts on activities.
#[derive(Debug, Default)]
pub struct ActivityMutations;

/// Acts on activities.
#[Object]
impl ActivityMutations {
    /// Creates an activity within a project. Needs a coordinator of the organization.
    async fn create_activity(
        &self,
        gql: &Context<'_>,
        #[graphql(desc = "The new activity.")] input: CreateActivityInput,
    ) -> Result<CreateActivityPayload> {
        let ctx = gql.signed_in()?;
        let outcome = async {
            let project = ProjectId::input(&input.project_id, "projectId")?;
            let rule = auto_close(input.auto_close, input.auto_close_minutes)?;
            let mode = input
                .attendance_mode
                .unwrap_or(AttendanceMode::CheckInAndOut);
            let new = NewActivity {
                project,
                title: input.title,
                title_ar: input.title_ar,
                description: input.description,
                place: input.place,
                territory_code: input.territory_code,
                time_zone: input.time_zone.map(|it| it.0),
                attendance_mode: mode.into(),
                auto_close: rule.unwrap_or(AutoCloseRule::ShiftEnd),
                check_in_before_minutes: input
                    .check_in_before_minutes
                    .map_or(presence::BEFORE_DEFAULT, whole),
                check_in_after_minutes: input
                    .check_in_after_minutes
                    .map_or(presence::AFTER_DEFAULT, whole),
                late_in_tolerance_minutes: input.late_in_tolerance_minutes.map_or(0, whole),
                early_out_tolerance_minutes: input.early_out_tolerance_minutes.map_or(0, whole),
                close_after_minutes: input
                    .close_after_minutes
                    .map_or(presence::CLOSE_DEFAULT, whole),
                geofence: input.geofence.map(Into::into),
            };
            activities::create(ctx, new, input.idempotency_key.as_deref()).await
        };
        let (activity, user_errors) = answered(ctx, outcome.await)?;
        Ok(CreateActivityPayload {
            activity: activity.map(Activity),
            user_errors,
        })
    }

    /// Changes an activity. Needs a coordinator of the organization.
    async fn update_activity(
        &self,
        gql: &Context<'_>,
        #[graphql(desc = "The changes.")] input: UpdateActivityInput,
    ) -> Result<UpdateActivityPayload> {
        let ctx = gql.signed_in()?;
        let outcome = async {
            let id = ActivityId::input(&input.id, "id")?;
            let rule = auto_close(input.auto_close, input.auto_close_minutes)?;
            let changes = ActivityChanges {
                title: lasting(input.title, |it| it),
                title_ar: clearable(input.title_ar, |it| it),
                description: clearable(input.description, |it| it),
                place: clearable(input.place, |it| it),
                territory_code: clearable(input.territory_code, |it| it),
                time_zone: clearable(input.time_zone, |it| it.0),
                attendance_mode: lasting(input.attendance_mode, Into::into),
                auto_close: rule.map_or(Change::Keep, Change::To),
                check_in_before_minutes: lasting(input.check_in_before_minutes, whole),
                check_in_after_minutes: lasting(input.check_in_after_minutes, whole),
                late_in_tolerance_minutes: lasting(input.late_in_tolerance_minutes, whole),
                early_out_tolerance_minutes: lasting(input.early_out_tolerance_minutes, whole),
                close_after_minutes: lasting(input.close_after_minutes, whole),
                geofence: clearable(input.geofence, Into::into),
            };
            activities::update(ctx, id, input.expected_version, changes).await
        };
        let (done, user_errors) = answered(ctx, outcome.await)?;
        let activity = match done {
            Some(done) => Some(Activity(done)),
            None => present(gql, &input.id, &user_errors).await?,
        };
        Ok(UpdateActivityPayload {
            activity,
            user_errors,
        })
    }

    /// Cancels an activity with its shifts that have not begun, takes their sign-ups back and tells
    /// everybody who was signed up or waited. What has begun stays as it is. Needs a coordinator of
    /// the organization.
    async fn cancel_activity(
        &self,
        gql: &Context<'_>,
        #[graphql(desc = "The activity and the reason.")] input: CancelActivityInput,
    ) -> Result<CancelActivityPayload> {
        let ctx = gql.signed_in()?;
        let outcome = async {
            let id = ActivityId::input(&input.id, "id")?;
            activities::cancel(ctx, id, input.expected_version, &input.reason).await
        };
        let (done, user_errors) = answered(ctx, outcome.await)?;
        let (activity, cancellation) = match done {
            Some((activity, told)) => (Some(Activity(activity)), Some(told.into())),
            None => (present(gql, &input.id, &user_errors).await?, None),
        };
        Ok(CancelActivityPayload {
            activity,
            cancellation,
            user_errors,
        })
    }
}

/// The activity as it is, where it changed meanwhile.
async fn present(gql: &Context<'_>, id: &ID, errors: &[UserError]) -> Result<Option<Activity>> {
    match ActivityId::read(id) {
        Some(id) if changed_meanwhile(errors) => Ok(loaders::one(gql, id).await?.map(Activity)),
        _ => Ok(None),
    }
}

/// Rule and minutes as one value; minutes go with `CREDIT_MINUTES` only.
fn auto_close(
    rule: Option<AutoClose>,
    minutes: Option<Minutes>,
) -> Result<Option<AutoCloseRule>, Refusal> {
    match (rule, minutes) {
        (None, None) => Ok(None),
        (Some(AutoClose::CreditMinutes), Some(minutes)) => {
            Ok(Some(AutoCloseRule::Minutes(whole(minutes))))
        }
        (Some(AutoClose::CreditMinutes), None) => {
            Err(Refusal::of(Code::Required, "autoCloseMinutes"))
        }
        (Some(AutoClose::CreditShiftEnd), None) => Ok(Some(AutoCloseRule::ShiftEnd)),
        (Some(AutoClose::NoCredit), None) => Ok(Some(AutoCloseRule::Nothing)),
        (_, Some(_)) => Err(Refusal::of(Code::Contradiction, "autoCloseMinutes")
            .with("detail", "autoClose, autoCloseMinutes")),
    }
}

/// Minutes as they are kept; what does not fit is out of every bound.
pub(super) fn whole(minutes: Minutes) -> i32 {
    i32::try_from(minutes.0).unwrap_or(if minutes.0 < 0 { i32::MIN } else { i32::MAX })
}
