//! Closing the attendance of shifts that are over: hours, forgotten check-outs, no-shows.
//!
//! It is done from time to time by the server itself; coordinators have the last word in `mark`.

use entity::attendance;
use entity::ids::ShiftId;
use entity::ids::VolunteerId;
use entity::types::AttendanceMethod;
use entity::types::AttendanceMode;
use entity::types::AttendanceReview;
use entity::types::AttendanceStatus;
use entity::types::AttendanceTimeBasis;

use crate::attendance::check::credit;
use crate::attendance::error::AttendanceError;
use crate::attendance::rules;
use crate::attendance::sheet::Sheet;
use crate::attendance::sheet::Turn;
use crate::attendance::store;
use crate::attendance::store::Ended;
use crate::identity::Ctx;
use crate::platform::db::Tx;

/// Shifts that are asked for at once.
const SHIFTS: u64 = 100;
/// Volunteers of a shift that are written at once.
const PART: usize = 500;

/// Closes every shift for which nothing is waited for any more; gives how many. One that cannot be
/// closed is left for the next time and stops no other.
///
/// # Errors
/// A fault in finding them.
pub async fn close_due(ctx: &Ctx) -> Result<usize, AttendanceError> {
    let mut closed = 0;
    let mut after = None;
    loop {
        let now = ctx.now();
        let ended = store::ended(ctx.read(), now, after, SHIFTS).await?;
        let Some(last) = ended.last() else {
            return Ok(closed);
        };
        after = Some((last.ends_at, last.id));
        let due = ended.into_iter().filter(|it| {
            rules::closes_at(it.attendance_mode, it.ends_at, it.close_after_minutes) <= now
        });
        for Ended { id: shift, .. } in due {
            match ctx
                .transaction(async |tx| close(ctx, tx, shift).await)
                .await
            {
                Ok(true) => closed += 1,
                Ok(false) => {}
                Err(cause) => tracing::error!(%cause, %shift, "attendance not closed"),
            }
        }
    }
}

/// Closes one shift; `false` where somebody else has.
async fn close(ctx: &Ctx, tx: &Tx, shift: ShiftId) -> Result<bool, AttendanceError> {
    // Held before anything is read, so that nobody comes or leaves meanwhile.
    let sheet = Sheet::open(ctx, tx, shift, &[]).await?;
    let mode = sheet.activity.attendance_mode;
    let minutes = sheet.activity.close_after_minutes;
    let over = rules::closes_at(mode, sheet.shift.ends_at, minutes) <= ctx.now();
    if sheet.shift.attendance_closed_at.is_some() || !over {
        return Ok(false);
    }
    let expected = store::expected(tx, shift).await?;
    // Where nobody was seen at all, nobody took the attendance: that is no word on who came.
    let taken = store::anybody(tx, shift).await?;
    for part in expected.chunks(PART) {
        let sheet = Sheet::open(ctx, tx, shift, part).await?;
        let turns = part
            .iter()
            .filter_map(|it| turn(ctx, &sheet, *it, taken).transpose())
            .collect();
        for outcome in sheet.write(ctx, tx, "attendance.close", turns).await? {
            match outcome {
                Ok(_) => {}
                // Archived since: nothing is said of them.
                Err(refusal) if !refusal.is_fault() => {}
                Err(fault) => return Err(fault),
            }
        }
    }
    store::close(tx, &sheet.shift, ctx.now()).await?;
    Ok(true)
}

fn turn(
    ctx: &Ctx,
    sheet: &Sheet,
    who: VolunteerId,
    taken: bool,
) -> Result<Option<Turn>, AttendanceError> {
    let (known, row) = sheet.row(ctx, who)?;
    let mode = sheet.activity.attendance_mode;
    let Some(known) = known else {
        // Where coordinators mark, a blank is theirs to fill.
        let stayed_away = taken && mode != AttendanceMode::Marked;
        return Ok(stayed_away.then(|| {
            let row = attendance::Model {
                status: AttendanceStatus::NoShow,
                ..row
            };
            Turn::Write(row, None)
        }));
    };
    if known.status != AttendanceStatus::Present {
        return Ok(None);
    }
    // Whoever left a little early, or was given the time of the shift, has only waited for its end.
    let settled =
        row.checked_out_at.is_some() || row.time_basis == Some(AttendanceTimeBasis::Shift);
    if mode == AttendanceMode::CheckInAndOut && !settled {
        return Ok(Some(forgotten(sheet, row)));
    }
    let credit = credit(ctx, sheet, &row, false);
    Ok(Some(Turn::Write(row, credit)))
}

/// Who did not check out is credited nothing until somebody has looked at it; the time of the
/// activity's rule is proposed.
fn forgotten(sheet: &Sheet, row: attendance::Model) -> Turn {
    let came = row.checked_in_at.unwrap_or(sheet.shift.starts_at);
    let left = rules::forgotten(&sheet.activity, &sheet.shift, came);
    let row = attendance::Model {
        status: AttendanceStatus::NeedsReview,
        review: Some(AttendanceReview::ForgottenCheckOut),
        checked_in_at: Some(came),
        checked_out_at: left,
        check_out_method: left.map(|_| AttendanceMethod::Rule),
        ..row
    };
    Turn::Write(row, None)
}
