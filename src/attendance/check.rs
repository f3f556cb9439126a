//! Checking in and out: by the code that is shown at the place, or by a coordinator there.
//!
//! How it is told is in `passing`; what coordinators say afterwards in `mark`, what nobody said in
//! `close`.

use entity::attendance;
use entity::ids::ShiftId;
use entity::ids::VolunteerId;
use entity::types::AttendanceMethod;
use entity::types::AttendanceMode;
use entity::types::AttendanceReview;
use entity::types::AttendanceStatus;
use entity::types::PlanStatus;

use crate::activities::activity;
use crate::activities::geofence::Geofence;
use crate::activities::store as activities;
use crate::attendance::credit::Credit;
use crate::attendance::error::AttendanceError;
use crate::attendance::passing::Told;
use crate::attendance::passing::Way;
use crate::attendance::rules;
use crate::attendance::sheet::Sheet;
use crate::attendance::sheet::Turn;
use crate::attendance::sheet::coordinates;
use crate::attendance::token::Token;
use crate::identity::Action;
use crate::identity::Ctx;
use crate::identity::Denied;
use crate::refusal::Code;
use crate::refusal::Refusal;

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

/// What coming or leaving means for a volunteer.
pub(super) fn turn(
    ctx: &Ctx,
    sheet: &Sheet,
    way: Way,
    told: &Told,
    who: VolunteerId,
) -> Result<Turn, AttendanceError> {
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
    if told.scanned && own {
        Ok(AttendanceMethod::Code)
    } else if coordinates && !ctx.scope().owns(who) {
        Ok(AttendanceMethod::Coordinator)
    } else if own {
        Ok(AttendanceMethod::SelfReported)
    } else {
        ctx.notes().lacking(sheet.shift.organization_id);
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
    if method == AttendanceMethod::Code {
        let place = Geofence::of(&sheet.activity).zip(told.position);
        row.within_geofence = place.map(|(fence, position)| fence.holds(position));
        if row.within_geofence == Some(false) {
            // Phones err: what they say is looked at, and nobody is turned away by it.
            return Ok(reviewed(row, AttendanceReview::OutsideGeofence));
        }
    }
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
    let credit = credit(ctx, sheet, &row, false);
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
    let credit = credit(ctx, sheet, &row, false);
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

/// The time that an attendance shows; `None` while it shows none, or it is not over: who leaves a little
/// early is credited the rest when the shift is closed.
pub(super) fn credit(
    ctx: &Ctx,
    sheet: &Sheet,
    row: &attendance::Model,
    stops: bool,
) -> Option<Credit> {
    let counted = rules::shown(&sheet.activity, &sheet.shift, row)?;
    (counted.to <= ctx.now()).then(|| Credit {
        counted,
        evidence: rules::evidence(sheet.activity.attendance_mode, row),
        stops,
    })
}
