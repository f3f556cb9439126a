//! Checking in and out: by the code that is shown at the place, or by a coordinator there.
//!
//! What coordinators say afterwards is in `mark`, what nobody said in `close`.

use std::collections::HashMap;

use chrono::DateTime;
use chrono::Utc;
use entity::attendance;
use entity::ids::ShiftId;
use entity::ids::VolunteerId;
use entity::types::AttendanceMethod;
use entity::types::AttendanceMode;
use entity::types::AttendanceReview;
use entity::types::AttendanceStatus;
use entity::types::PlanStatus;

use crate::activities::activity;
use crate::activities::store as activities;
use crate::attendance::credit::Credit;
use crate::attendance::error::AttendanceError;
use crate::attendance::rules;
use crate::attendance::sheet::Outcome;
use crate::attendance::sheet::Sheet;
use crate::attendance::sheet::Turn;
use crate::attendance::sheet::coordinates;
use crate::attendance::token::FRESH;
use crate::attendance::token::Token;
use crate::hours::HoursError;
use crate::identity::Action;
use crate::identity::Ctx;
use crate::identity::Denied;
use crate::platform::db::Tx;
use crate::refusal::Code;
use crate::refusal::Refusal;
use crate::refusal::Refuse;

/// Which way somebody goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// They come.
    In,
    /// They leave.
    Out,
}

/// Somebody comes or leaves, as told.
#[derive(Clone, Debug, Default)]
pub struct Passing {
    /// The code that was scanned.
    pub token: Option<String>,
    /// The shift; known from the code where one was scanned.
    pub shift: Option<ShiftId>,
    /// Who; the actor's own record where absent.
    pub volunteer: Option<VolunteerId>,
    /// When, by the clock of a device that tells it later; now where absent.
    pub at: Option<DateTime<Utc>>,
}

/// The code that is shown for a shift now.
///
/// # Errors
/// [`AttendanceError::NotFound`], [`AttendanceError::Cancelled`], [`AttendanceError::Marked`],
/// [`Denied`].
pub async fn issue(ctx: &Ctx, shift: ShiftId) -> Result<Token, AttendanceError> {
    ctx.demand_signed_in()?;
    let missing = || AttendanceError::NotFound("shiftId");
    let found = activities::shifts(ctx.read(), ctx.scope(), &[shift]).await?;
    let shift = found.into_iter().next().ok_or_else(missing)?;
    activity::demand(ctx, shift.organization_id)?;
    if shift.status == PlanStatus::Cancelled {
        return Err(AttendanceError::Cancelled);
    }
    let found = activities::activities(ctx.read(), ctx.scope(), &[shift.activity_id]).await?;
    let activity = found.into_iter().next().ok_or_else(missing)?;
    if activity.attendance_mode == AttendanceMode::Marked {
        return Err(AttendanceError::Marked);
    }
    Ok(Token::shown(shift.id, ctx.now()))
}

/// Records that one volunteer comes or leaves. What was done before is given back as it is.
///
/// # Errors
/// Why it is refused; a fault.
pub async fn pass(ctx: &Ctx, way: Way, passing: Passing) -> Result<Outcome, AttendanceError> {
    let mut outcomes = pass_all(ctx, way, vec![passing]).await?;
    let lost = || Err(HoursError::Inconsistent("no outcome").into());
    outcomes.pop().unwrap_or_else(lost)
}

/// Records that several volunteers come or leave; the answers come in their order. Those of one shift
/// are written together, each stands alone.
///
/// # Errors
/// [`Denied`] when nobody is signed in, a fault.
pub async fn pass_all(
    ctx: &Ctx,
    way: Way,
    passings: Vec<Passing>,
) -> Result<Vec<Result<Outcome, AttendanceError>>, AttendanceError> {
    ctx.demand_signed_in()?;
    let mut answers: Vec<Option<Result<Outcome, AttendanceError>>> = Vec::new();
    let mut by_shift: Vec<(ShiftId, Vec<(usize, Told)>)> = Vec::new();
    for (at, passing) in passings.into_iter().enumerate() {
        answers.push(None);
        match Told::read(ctx, passing) {
            Ok(told) => match by_shift.iter_mut().find(|it| it.0 == told.shift) {
                Some((_, group)) => group.push((at, told)),
                None => by_shift.push((told.shift, vec![(at, told)])),
            },
            Err(refusal) => {
                if let Some(answer) = answers.get_mut(at) {
                    *answer = Some(Err(refusal));
                }
            }
        }
    }
    for (shift, group) in by_shift {
        let outcome = ctx
            .transaction(async |tx| pass_shift(ctx, tx, way, shift, &group).await)
            .await;
        match outcome {
            Ok(outcomes) => {
                for ((at, _), outcome) in group.iter().zip(outcomes) {
                    if let Some(answer) = answers.get_mut(*at) {
                        *answer = Some(outcome);
                    }
                }
            }
            Err(error) if error.is_fault() => return Err(error),
            // The shift itself is refused: so is everything about it.
            Err(error) => {
                for (at, _) in &group {
                    if let Some(answer) = answers.get_mut(*at) {
                        *answer = Some(Err(again(&error)));
                    }
                }
            }
        }
    }
    Ok(answers
        .into_iter()
        .map(|it| it.unwrap_or(Err(HoursError::Inconsistent("no outcome").into())))
        .collect())
}

/// The same refusal for another.
fn again(refusal: &AttendanceError) -> AttendanceError {
    AttendanceError::Invalid(refusal.refusals().unwrap_or_default())
}

/// A passing that could be read.
struct Told {
    shift: ShiftId,
    volunteer: Option<VolunteerId>,
    token: Option<Token>,
    at: DateTime<Utc>,
    /// Whether it was delivered so late that a code proves little.
    late: bool,
}

impl Told {
    fn read(ctx: &Ctx, passing: Passing) -> Result<Self, AttendanceError> {
        let now = ctx.now();
        let given = passing.at.filter(|it| *it < now - FRESH);
        if passing.at.is_some_and(|it| it > now + FRESH) {
            let refusal = Refusal::of(Code::InFuture, "at").with("day", now.date_naive());
            return Err(refusal.into());
        }
        let Some(text) = passing.token else {
            let shift = passing.shift;
            let shift = shift.ok_or_else(|| Refusal::of(Code::Required, "token"))?;
            return Ok(Self {
                shift,
                volunteer: passing.volunteer,
                token: None,
                at: given.unwrap_or(now),
                late: given.is_some(),
            });
        };
        let token = Token::read(&ctx.core().keys, &text).ok_or(AttendanceError::TokenInvalid)?;
        if passing.shift.is_some_and(|it| it != token.shift) || token.shown_at > now {
            return Err(AttendanceError::TokenInvalid);
        }
        let fresh = token.covers(now);
        // The code itself says when it was scanned, within two minutes.
        let at = match given {
            Some(at) if token.covers(at) => at,
            _ if fresh => now,
            _ => return Err(AttendanceError::TokenExpired),
        };
        Ok(Self {
            shift: token.shift,
            volunteer: passing.volunteer,
            token: Some(token),
            at,
            late: !fresh,
        })
    }
}

async fn pass_shift(
    ctx: &Ctx,
    tx: &Tx,
    way: Way,
    shift: ShiftId,
    group: &[(usize, Told)],
) -> Result<Vec<Result<Outcome, AttendanceError>>, AttendanceError> {
    let seen = activities::shifts(&**tx, ctx.scope(), &[shift]).await?;
    let seen = seen.into_iter().next();
    let seen = seen.ok_or(AttendanceError::NotFound("shiftId"))?;
    let own = activities::own_record(tx, seen.organization_id, ctx.scope().own_records()).await?;
    let who: Vec<Option<VolunteerId>> = group.iter().map(|(_, it)| it.volunteer.or(own)).collect();
    let records: Vec<VolunteerId> = who.iter().flatten().copied().collect();
    let sheet = Sheet::open(ctx, tx, shift, &records).await?;
    // Who is named twice in a batch does it once; the second time is a repeat.
    let mut first: HashMap<Option<VolunteerId>, usize> = HashMap::new();
    let mut places = Vec::with_capacity(group.len());
    let mut turns = Vec::with_capacity(group.len());
    for ((_, told), who) in group.iter().zip(&who) {
        if let Some(place) = who.and_then(|_| first.get(who)) {
            places.push((*place, true));
            continue;
        }
        first.insert(*who, turns.len());
        places.push((turns.len(), false));
        turns.push(turn(ctx, &sheet, way, told, *who));
    }
    let action = match way {
        Way::In => "attendance.check_in",
        Way::Out => "attendance.check_out",
    };
    let written = sheet.write(ctx, tx, action, turns).await?;
    let mut written: Vec<Option<Result<Outcome, AttendanceError>>> =
        written.into_iter().map(Some).collect();
    let mut answers = Vec::with_capacity(places.len());
    // Repeats come after their firsts: looked at from the end, a first is still there for them.
    for (place, repeat) in places.into_iter().rev() {
        let Some(answer) = written.get_mut(place) else {
            return Err(HoursError::Inconsistent("no outcome").into());
        };
        answers.push(match (repeat, answer.as_ref()) {
            (true, Some(Ok(Outcome::Written(row) | Outcome::Replayed(row)))) => {
                Ok(Outcome::Replayed(row.clone()))
            }
            (true, Some(Err(refusal))) if !refusal.is_fault() => Err(again(refusal)),
            _ => answer
                .take()
                .unwrap_or(Err(HoursError::Inconsistent("no outcome").into())),
        });
    }
    answers.reverse();
    Ok(answers)
}

fn turn(
    ctx: &Ctx,
    sheet: &Sheet,
    way: Way,
    told: &Told,
    who: Option<VolunteerId>,
) -> Result<Turn, AttendanceError> {
    let who = who.ok_or_else(|| Refusal::of(Code::Required, "volunteerId"))?;
    let method = method(ctx, sheet, told, who)?;
    match way {
        Way::In => come(ctx, sheet, told, who, method),
        Way::Out => leave(ctx, sheet, told, who, method),
    }
}

/// What shows it, and whether the actor may say it.
fn method(
    ctx: &Ctx,
    sheet: &Sheet,
    told: &Told,
    who: VolunteerId,
) -> Result<AttendanceMethod, AttendanceError> {
    let own = ctx.scope().owns(who) && ctx.may(Action::TakePart, sheet.shift.organization_id);
    let coordinates = coordinates(ctx, &sheet.shift);
    if told.token.is_some() && own {
        Ok(AttendanceMethod::Code)
    } else if coordinates && !ctx.scope().owns(who) {
        Ok(AttendanceMethod::Coordinator)
    } else if own {
        Ok(AttendanceMethod::SelfReported)
    } else {
        Err(Denied::NotAllowed.into())
    }
}

fn come(
    ctx: &Ctx,
    sheet: &Sheet,
    told: &Told,
    who: VolunteerId,
    method: AttendanceMethod,
) -> Result<Turn, AttendanceError> {
    let (known, row) = sheet.row(ctx, who)?;
    if known.is_some_and(|it| it.status != AttendanceStatus::NoShow) {
        return Ok(Turn::Stay(row));
    }
    if method == AttendanceMethod::SelfReported {
        // That somebody came is never their own word alone.
        return Err(Refusal::of(Code::Required, "token").into());
    }
    let mode = sheet.activity.attendance_mode;
    if method == AttendanceMethod::Code && mode == AttendanceMode::Marked {
        return Err(AttendanceError::Marked);
    }
    let (from, mut to) = rules::window(&sheet.activity, &sheet.shift);
    if method == AttendanceMethod::Coordinator {
        to = sheet.shift.ends_at;
    }
    if told.at < from || told.at > to {
        return Err(AttendanceError::CheckInClosed {
            from: sheet.wall(from),
            to: sheet.wall(to),
        });
    }
    let mut row = attendance::Model {
        status: AttendanceStatus::Present,
        checked_in_at: Some(told.at),
        check_in_method: Some(method),
        ..row
    };
    if told.late && method == AttendanceMethod::Code {
        // A code that comes late may have been passed on.
        return Ok(reviewed(row, AttendanceReview::DeliveredLate));
    }
    if sheet.shift.attendance_closed_at.is_none() {
        return Ok(Turn::Write(row, None));
    }
    // The shift was closed before a coordinator's word arrived: it is settled as if it had been there.
    if mode == AttendanceMode::CheckInAndOut {
        row.checked_out_at = rules::forgotten(&sheet.activity, &sheet.shift, told.at);
        row.check_out_method = row.checked_out_at.map(|_| AttendanceMethod::Rule);
        return Ok(reviewed(row, AttendanceReview::ForgottenCheckOut));
    }
    let credit = credit(sheet, &row, false);
    Ok(Turn::Write(row, credit))
}

fn leave(
    ctx: &Ctx,
    sheet: &Sheet,
    told: &Told,
    who: VolunteerId,
    method: AttendanceMethod,
) -> Result<Turn, AttendanceError> {
    let (known, row) = sheet.row(ctx, who)?;
    let came = match known.map(|it| (it.status, it.checked_in_at)) {
        Some((AttendanceStatus::Present | AttendanceStatus::NeedsReview, Some(came))) => came,
        Some((AttendanceStatus::Completed | AttendanceStatus::Dismissed, _)) => {
            return Ok(Turn::Stay(row));
        }
        _ => return Err(AttendanceError::NotCheckedIn),
    };
    let guessed = row.check_out_method == Some(AttendanceMethod::Rule);
    if row.checked_out_at.is_some() && !guessed {
        return Ok(Turn::Stay(row));
    }
    if told.at < came {
        let refusal = Refusal::of(Code::OutOfRange, "at");
        let most = sheet.wall(ctx.now());
        return Err(refusal
            .with("least", sheet.wall(came))
            .with("most", most)
            .into());
    }
    let row = attendance::Model {
        checked_out_at: Some(told.at),
        check_out_method: Some(method),
        ..row
    };
    let coordinator = method == AttendanceMethod::Coordinator;
    let waits = match row.review {
        // What a coordinator says of the end settles a forgotten one, not a late beginning.
        Some(AttendanceReview::ForgottenCheckOut) if coordinator => None,
        other => other,
    };
    if let Some(review) = waits {
        return Ok(reviewed(row, review));
    }
    if sheet.activity.attendance_mode != AttendanceMode::CheckInAndOut {
        // The length of the shift counts, once it is over.
        return Ok(Turn::Write(row, None));
    }
    if told.late && !coordinator {
        return Ok(reviewed(row, AttendanceReview::DeliveredLate));
    }
    let credit = credit(sheet, &row, false);
    Ok(Turn::Write(row, credit))
}

fn reviewed(row: attendance::Model, why: AttendanceReview) -> Turn {
    let row = attendance::Model {
        status: AttendanceStatus::NeedsReview,
        review: Some(why),
        ..row
    };
    Turn::Write(row, None)
}

/// The time that an attendance shows; `None` while it shows none.
pub(super) fn credit(sheet: &Sheet, row: &attendance::Model, stops: bool) -> Option<Credit> {
    let mode = sheet.activity.attendance_mode;
    Some(Credit {
        counted: rules::shown(mode, &sheet.shift, row)?,
        evidence: rules::evidence(mode, row),
        stops,
    })
}
