//! Acts on attendance: the code of a shift, checking in and out, marking.
//!
//! Rules are in `attendance`.

use async_graphql::Context;
use async_graphql::Enum;
use async_graphql::ID;
use async_graphql::InputObject;
use async_graphql::Object;
use async_graphql::Result;
use async_graphql::SimpleObject;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use entity::ids::ShiftId;
use entity::ids::VolunteerId;

use crate::activities::geofence::Point;
use crate::attendance::AttendanceError;
use crate::attendance::Outcome;
use crate::attendance::check;
use crate::attendance::mark;
use crate::attendance::mark::Mark;
use crate::attendance::mark::Verdict;
use crate::attendance::passing;
use crate::attendance::passing::Passing;
use crate::attendance::passing::Way;
use crate::attendance::picture::Picture;
use crate::graphql::attendance::record::Attendance;
use crate::graphql::context::Gql;
use crate::graphql::error::UserError;
use crate::graphql::error::answered;
use crate::graphql::node::NodeId;
use crate::graphql::scalars::DateTime;
use crate::graphql::scalars::Decimal;
use crate::graphql::scalars::Minutes;
use crate::identity::Ctx;
use crate::refusal::Checks;
use crate::refusal::Refusal;

/// A shift whose code is to be shown.
#[derive(InputObject)]
struct IssueCheckInTokenInput {
    /// The shift.
    shift_id: ID,
}

/// The code that is shown at the place of a shift now. Show the next one when it is replaced.
#[derive(SimpleObject)]
struct CheckInToken {
    /// What the code says; clients that scanned it send it as it is.
    token: String,
    /// When another one takes its place: ask again then.
    replaced_at: DateTime,
    /// Until when it is taken, so that nobody is caught between two codes.
    expires_at: DateTime,
    /// The code as a QR code in SVG, black on white with a quiet zone.
    svg: String,
    /// The same as a PNG, in Base64.
    png: String,
}

/// The code of a shift.
#[derive(SimpleObject)]
struct IssueCheckInTokenPayload {
    /// The code; null when refused.
    check_in_token: Option<CheckInToken>,
    /// Why nothing was done; empty when it was.
    user_errors: Vec<UserError>,
}

/// A volunteer who comes. With `token`, whoever scanned it; with `shiftId`, whom a coordinator sees.
#[derive(InputObject)]
struct CheckInInput {
    /// The code that was scanned.
    token: Option<String>,
    /// The shift; needed without `token`.
    shift_id: Option<ID>,
    /// Who; the caller's own record in the organization by default.
    volunteer_id: Option<ID>,
    /// When it was, where it is told more than two minutes later. A code that was scanned is then
    /// looked at by a coordinator before it counts.
    at: Option<DateTime>,
    /// Where the device is, with `token`: compared with the activity's `geofence` where it has one,
    /// ignored where it has none, and never kept. Outside, the check-in waits for a review.
    position: Option<PositionInput>,
    /// Makes a repeated request have one effect; at most 200 characters.
    idempotency_key: Option<String>,
}

/// Where a device is.
#[derive(Debug, InputObject)]
pub struct PositionInput {
    /// Degrees north of the equator, −90 to 90; compared to six decimals.
    latitude: Decimal,
    /// Degrees east of Greenwich, −180 to 180; compared to six decimals.
    longitude: Decimal,
}

impl PositionInput {
    /// The point; `None` for one off the earth, which a device says that does not know where it is.
    pub fn point(&self) -> Option<Point> {
        let (latitude, longitude) = (self.latitude.0, self.longitude.0);
        Point::read(&mut Checks::new(), "position", latitude, longitude)
    }
}

/// A volunteer who leaves. With `token`, whoever scanned it; with `shiftId` alone, whom a coordinator
/// sees, or whoever leaves without scanning.
#[derive(InputObject)]
struct CheckOutInput {
    /// The code that was scanned.
    token: Option<String>,
    /// The shift; needed without `token`.
    shift_id: Option<ID>,
    /// Who; the caller's own record in the organization by default.
    volunteer_id: Option<ID>,
    /// When it was, where it is told more than two minutes later. What a coordinator does not say is
    /// then looked at before it counts.
    at: Option<DateTime>,
    /// Makes a repeated request have one effect; at most 200 characters.
    idempotency_key: Option<String>,
}

/// Reads who comes or leaves, as clients tell it.
///
/// # Errors
/// An id that names nothing.
pub fn told(
    token: Option<String>,
    (shift, volunteer): (Option<ID>, Option<ID>),
    at: Option<DateTime>,
    key: Option<String>,
) -> std::result::Result<Passing, Refusal> {
    let shift = shift.map(|it| ShiftId::input(&it, "shiftId"));
    let volunteer = volunteer.map(|it| VolunteerId::input(&it, "volunteerId"));
    Ok(Passing {
        token,
        shift: shift.transpose()?,
        volunteer: volunteer.transpose()?,
        at: at.map(|it| it.0),
        position: None,
        key,
    })
}

/// Who came.
#[derive(SimpleObject)]
struct CheckInPayload {
    /// The attendance; null when refused, and to API tokens without `VOLUNTEERS_READ`.
    attendance: Option<Attendance>,
    /// Whether it was recorded before, and nothing was written now.
    replayed: bool,
    /// Why nothing was done; empty when it was.
    user_errors: Vec<UserError>,
}

/// Who left.
#[derive(SimpleObject)]
struct CheckOutPayload {
    /// The attendance, with its hours where they are known now; null when refused, and to API tokens
    /// without `VOLUNTEERS_READ`.
    attendance: Option<Attendance>,
    /// Whether it was recorded before, and nothing was written now.
    replayed: bool,
    /// Why nothing was done; empty when it was.
    user_errors: Vec<UserError>,
}

/// What a coordinator says of a volunteer's presence.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "Verdict")]
enum AttendanceVerdict {
    /// They were there: for the times given, else for those that are known, else for the whole shift.
    Present,
    /// They had a place and did not come.
    NoShow,
    /// Nothing counts, whatever is known; needs a reason.
    Dismissed,
}

/// A mark of one volunteer.
#[derive(InputObject)]
struct AttendanceMarkInput {
    /// Who.
    volunteer_id: ID,
    /// What is said.
    status: AttendanceVerdict,
    /// The time of the shift counts, whatever was clocked, which stays on record; only with `PRESENT`,
    /// and without `startedAt` and `endedAt`.
    #[graphql(default)]
    use_shift_time: bool,
    /// When they came, where it is not what is known; only with `PRESENT`.
    started_at: Option<DateTime>,
    /// When they left, where it is not what is known; only with `PRESENT`.
    ended_at: Option<DateTime>,
    /// Minutes between that were no work; by default their part of the break of the shift.
    break_minutes: Option<Minutes>,
    /// Why; needed for `DISMISSED`, and to say otherwise than was said. At most 1,000 characters.
    reason: Option<String>,
    /// The version that the caller saw; refused with `VERSION_CONFLICT` where it is not the present
    /// one. 0 where there was none.
    expected_version: Option<i32>,
}

/// Marks of a shift.
#[derive(InputObject)]
struct MarkAttendanceInput {
    /// The shift, which has begun.
    shift_id: ID,
    /// The marks, at most 500, each volunteer once.
    marks: Vec<AttendanceMarkInput>,
}

/// What became of one mark.
#[derive(SimpleObject)]
struct AttendanceMarkResult {
    /// The attendance; null when refused.
    attendance: Option<Attendance>,
    /// Whether it said so already, and nothing was written.
    replayed: bool,
    /// Why it was refused; empty when it was not.
    user_errors: Vec<UserError>,
}

/// What became of the marks, in their order; each stands alone.
#[derive(SimpleObject)]
struct MarkAttendancePayload {
    /// One result for each mark; empty when the whole was refused.
    results: Vec<AttendanceMarkResult>,
    /// Why nothing was done at all; empty where marks were looked at.
    user_errors: Vec<UserError>,
}

/// Acts on attendance.
#[derive(Debug, Default)]
pub struct AttendanceMutations;

/// Acts on attendance.
#[Object]
impl AttendanceMutations {
    /// Gives the code that volunteers scan at the place of a shift. It is signed, replaced every 30
    /// seconds and taken for two minutes. Needs a coordinator of the organization.
    async fn issue_check_in_token(
        &self,
        gql: &Context<'_>,
        #[graphql(desc = "The shift.")] input: IssueCheckInTokenInput,
    ) -> Result<IssueCheckInTokenPayload> {
        let ctx = gql.signed_in()?;
        let outcome = async {
            let shift = ShiftId::input(&input.shift_id, "shiftId")?;
            let token = check::issue(ctx, shift).await?;
            let text = token.text(&ctx.core().keys);
            let picture = Picture::of(&text)?;
            Ok::<_, AttendanceError>(CheckInToken {
                replaced_at: DateTime(token.replaced_at()),
                expires_at: DateTime(token.expires_at()),
                svg: picture.svg(),
                png: STANDARD.encode(picture.png()?),
                token: text,
            })
        };
        let (check_in_token, user_errors) = answered(ctx, outcome.await)?;
        Ok(IssueCheckInTokenPayload {
            check_in_token,
            user_errors,
        })
    }

    /// Records that a volunteer comes: themselves by the code of the shift, or by a coordinator. Also
    /// whoever has no place may come. Done again, it changes nothing.
    async fn check_in(
        &self,
        gql: &Context<'_>,
        #[graphql(desc = "Who comes, and what shows it.")] input: CheckInInput,
    ) -> Result<CheckInPayload> {
        let ctx = gql.signed_in()?;
        let ids = (input.shift_id, input.volunteer_id);
        let told = told(input.token, ids, input.at, input.idempotency_key);
        let told = told.map(|it| Passing {
            position: input.position.and_then(|it| it.point()),
            ..it
        });
        let (attendance, replayed, user_errors) = passed(ctx, Way::In, told).await?;
        Ok(CheckInPayload {
            attendance,
            replayed,
            user_errors,
        })
    }

    /// Records that a volunteer leaves. Where the activity measures coming and leaving, their hours are
    /// handed in at once; elsewhere when the shift is over. Refused hours wait for a review: checking
    /// out itself succeeds. Done again, it changes nothing.
    async fn check_out(
        &self,
        gql: &Context<'_>,
        #[graphql(desc = "Who leaves, and what shows it.")] input: CheckOutInput,
    ) -> Result<CheckOutPayload> {
        let ctx = gql.signed_in()?;
        let ids = (input.shift_id, input.volunteer_id);
        let told = told(input.token, ids, input.at, input.idempotency_key);
        let (attendance, replayed, user_errors) = passed(ctx, Way::Out, told).await?;
        Ok(CheckOutPayload {
            attendance,
            replayed,
            user_errors,
        })
    }

    /// Says who was there in a shift that has begun, also long after it: marks, confirms what waits for
    /// a review, overturns what was said. Hours that stand are not touched: amend or void them. Needs a
    /// coordinator of the organization.
    async fn mark_attendance(
        &self,
        gql: &Context<'_>,
        #[graphql(desc = "The shift and the marks.")] input: MarkAttendanceInput,
    ) -> Result<MarkAttendancePayload> {
        let ctx = gql.signed_in()?;
        let outcome = async {
            let shift = ShiftId::input(&input.shift_id, "shiftId")?;
            let mut marks = Vec::with_capacity(input.marks.len());
            for (at, it) in input.marks.into_iter().enumerate() {
                let field = format!("marks.{at}.volunteerId");
                marks.push(Mark {
                    volunteer: VolunteerId::input(&it.volunteer_id, &field)?,
                    verdict: it.status.into(),
                    shift_time: it.use_shift_time,
                    started_at: it.started_at.map(|it| it.0),
                    ended_at: it.ended_at.map(|it| it.0),
                    break_minutes: it.break_minutes.map(|it| it.0),
                    reason: it.reason,
                    expected: it.expected_version,
                });
            }
            mark::mark(ctx, shift, &marks).await
        };
        let (outcomes, user_errors) = answered(ctx, outcome.await)?;
        let mut results = Vec::new();
        for outcome in outcomes.unwrap_or_default() {
            let (attendance, replayed, user_errors) = shown(ctx, outcome)?;
            results.push(AttendanceMarkResult {
                attendance,
                replayed,
                user_errors,
            });
        }
        Ok(MarkAttendancePayload {
            results,
            user_errors,
        })
    }
}

type Shown = (Option<Attendance>, bool, Vec<UserError>);

async fn passed(ctx: &Ctx, way: Way, told: std::result::Result<Passing, Refusal>) -> Result<Shown> {
    let outcome = async { passing::pass(ctx, way, told?).await };
    shown(ctx, outcome.await)
}

fn shown(ctx: &Ctx, outcome: Result<Outcome, AttendanceError>) -> Result<Shown> {
    let (done, user_errors) = answered(ctx, outcome)?;
    let replayed = matches!(done, Some(Outcome::Replayed(_)));
    let attendance = done.and_then(|it| Attendance::told(ctx, it.into_row()));
    Ok((attendance, replayed, user_errors))
}
