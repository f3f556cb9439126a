//! Marking: what coordinators say of a shift that has begun, also long after it.
//!
//! What people do at the place is in `check`.

use std::collections::HashSet;

use chrono::DateTime;
use chrono::Utc;
use entity::attendance;
use entity::ids::ShiftId;
use entity::ids::VolunteerId;
use entity::types::AttendanceMethod;
use entity::types::AttendanceStatus;
use entity::types::AttendanceTimeBasis;
use entity::types::EvidenceLevel;

use crate::activities::activity;
use crate::activities::store as activities;
use crate::attendance::credit::Credit;
use crate::attendance::error::AttendanceError;
use crate::attendance::rules;
use crate::attendance::sheet::Outcome;
use crate::attendance::sheet::Sheet;
use crate::attendance::sheet::Turn;
use crate::identity::Ctx;
use crate::refusal::Checks;
use crate::refusal::Code;
use crate::refusal::Refusal;

/// Most marks of one act.
pub const MARKS_MOST: usize = 500;
/// Longest reason, in characters.
const REASON_MOST: usize = 1_000;

/// What a coordinator says of a volunteer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// They were there.
    Present,
    /// They had a place and did not come.
    NoShow,
    /// Nothing counts, whatever is known.
    Dismissed,
}

/// One mark.
#[derive(Clone, Debug)]
pub struct Mark {
    /// Who.
    pub volunteer: VolunteerId,
    /// What is said.
    pub verdict: Verdict,
    /// Whether the time of the shift counts, whatever was clocked.
    pub shift_time: bool,
    /// When they came, where it is not what is known.
    pub started_at: Option<DateTime<Utc>>,
    /// When they left, where it is not what is known.
    pub ended_at: Option<DateTime<Utc>>,
    /// Minutes between that were no work, where it is not the break of the shift.
    pub break_minutes: Option<i64>,
    /// Why; needed to dismiss, and to say otherwise than was said.
    pub reason: Option<String>,
    /// The version that the actor saw.
    pub expected: Option<i32>,
}

/// Marks volunteers of a shift that has begun; the answers come in their order and stand alone.
///
/// # Errors
/// [`AttendanceError::NotFound`], [`AttendanceError::NotBegun`], [`AttendanceError::Cancelled`],
/// [`AttendanceError::Invalid`] for too many marks or a volunteer marked twice,
/// [`crate::identity::Denied`], a fault.
pub async fn mark(
    ctx: &Ctx,
    shift: ShiftId,
    marks: &[Mark],
) -> Result<Vec<Result<Outcome, AttendanceError>>, AttendanceError> {
    ctx.demand_signed_in()?;
    let records: Vec<VolunteerId> = marks.iter().map(|it| it.volunteer).collect();
    check(&records)?;
    ctx.transaction(async |tx| {
        let seen = activities::shifts(&**tx, ctx.scope(), &[shift]).await?;
        let seen = seen.into_iter().next();
        let seen = seen.ok_or(AttendanceError::NotFound("shiftId"))?;
        activity::demand(ctx, seen.organization_id)?;
        let sheet = Sheet::open(ctx, tx, shift, &records).await?;
        if sheet.shift.starts_at > ctx.now() {
            return Err(AttendanceError::NotBegun {
                at: sheet.wall(sheet.shift.starts_at),
            });
        }
        let turns = marks.iter().map(|it| turn(ctx, &sheet, it)).collect();
        sheet.write(ctx, tx, "attendance.mark", turns).await
    })
    .await
}

fn check(records: &[VolunteerId]) -> Result<(), AttendanceError> {
    let mut checks = Checks::new();
    checks.demand(!records.is_empty(), || Refusal::of(Code::Required, "marks"));
    checks.demand(records.len() <= MARKS_MOST, || {
        Refusal::of(Code::TooLong, "marks").with("most", MARKS_MOST)
    });
    let mut known = HashSet::new();
    for (at, record) in records.iter().enumerate() {
        checks.demand(known.insert(*record), || {
            Refusal::of(Code::Taken, &format!("marks.{at}.volunteerId")).with("value", record)
        });
    }
    checks.done().map_err(AttendanceError::Invalid)
}

fn turn(ctx: &Ctx, sheet: &Sheet, mark: &Mark) -> Result<Turn, AttendanceError> {
    let mut checks = Checks::new();
    let reason = checks.optional_prose("reason", mark.reason.as_deref(), REASON_MOST);
    let timed =
        mark.started_at.is_some() || mark.ended_at.is_some() || mark.break_minutes.is_some();
    checks.demand(!timed || mark.verdict == Verdict::Present, || {
        Refusal::of(Code::Contradiction, "startedAt").with("detail", "status, startedAt")
    });
    let clocked = mark.started_at.is_some() || mark.ended_at.is_some();
    let fits = mark.verdict == Verdict::Present && !clocked;
    checks.demand(!mark.shift_time || fits, || {
        Refusal::of(Code::Contradiction, "useShiftTime")
            .with("detail", "status, startedAt, endedAt, useShiftTime")
    });
    checks.done().map_err(AttendanceError::Invalid)?;
    let (known, row) = sheet.row(ctx, mark.volunteer)?;
    let version = known.map_or(0, |it| it.version);
    if mark.expected.is_some_and(|it| it != version) {
        return Err(AttendanceError::VersionConflict { current: version });
    }
    if let Some(known) = known {
        if same(known, mark, timed, sheet.stands(known)) {
            return Ok(Turn::Stay(row));
        }
        if sheet.stands(known) {
            return Err(AttendanceError::Recorded);
        }
    }
    let overturned = known.is_some_and(|it| overturns(it.status, mark.verdict));
    if reason.is_none() && (overturned || mark.verdict == Verdict::Dismissed) {
        return Err(Refusal::of(Code::ReasonRequired, "reason").into());
    }
    let row = attendance::Model {
        reason: reason.or_else(|| row.reason.clone()),
        review: None,
        refusal: None,
        entry_id: None,
        time_basis: None,
        ..row
    };
    match mark.verdict {
        Verdict::Present => present(ctx, sheet, mark, row),
        Verdict::Dismissed => Ok(Turn::Write(
            attendance::Model {
                status: AttendanceStatus::Dismissed,
                ..row
            },
            None,
        )),
        Verdict::NoShow if !sheet.has_place(mark.volunteer) => Err(AttendanceError::NotSignedUp),
        Verdict::NoShow => Ok(Turn::Write(
            attendance::Model {
                status: AttendanceStatus::NoShow,
                checked_in_at: None,
                check_in_method: None,
                checked_out_at: None,
                check_out_method: None,
                ..row
            },
            None,
        )),
    }
}

/// Whether a mark says what is known already.
fn same(known: &attendance::Model, mark: &Mark, timed: bool, stands: bool) -> bool {
    let by_shift = known.time_basis == Some(AttendanceTimeBasis::Shift);
    if mark.shift_time && !by_shift {
        return false;
    }
    match (known.status, mark.verdict) {
        (AttendanceStatus::Present, Verdict::Present) => !timed,
        (AttendanceStatus::Completed, Verdict::Present) => {
            let as_known =
                |given: Option<DateTime<Utc>>, known| given.is_none_or(|it| Some(it) == known);
            stands
                && as_known(mark.started_at, known.checked_in_at)
                && as_known(mark.ended_at, known.checked_out_at)
                && mark.break_minutes.is_none()
        }
        (AttendanceStatus::NoShow, Verdict::NoShow) => true,
        (AttendanceStatus::Dismissed, Verdict::Dismissed) => true,
        _ => false,
    }
}

/// Whether a mark says otherwise than was said; confirming what waits for a review does not.
fn overturns(known: AttendanceStatus, said: Verdict) -> bool {
    match known {
        AttendanceStatus::NeedsReview => said == Verdict::NoShow,
        AttendanceStatus::Present | AttendanceStatus::Completed => said != Verdict::Present,
        AttendanceStatus::NoShow | AttendanceStatus::Dismissed => true,
    }
}

/// They were there: for the times given, for the whole shift where that is said, else for the times that
/// are known. What was clocked stays on record.
fn present(
    ctx: &Ctx,
    sheet: &Sheet,
    mark: &Mark,
    row: attendance::Model,
) -> Result<Turn, AttendanceError> {
    let (shift, mode) = (&sheet.shift, sheet.activity.attendance_mode);
    let mut row = row;
    row.status = AttendanceStatus::Present;
    row.time_basis = mark.shift_time.then_some(AttendanceTimeBasis::Shift);
    if let Some(at) = mark.started_at {
        row.checked_in_at = Some(at);
        row.check_in_method = Some(AttendanceMethod::Marked);
    } else if row.checked_in_at.is_none() {
        row.checked_in_at = Some(shift.starts_at);
        row.check_in_method = Some(AttendanceMethod::Marked);
    }
    let over = shift.ends_at <= ctx.now();
    if let Some(at) = mark.ended_at {
        row.checked_out_at = Some(at);
        row.check_out_method = Some(AttendanceMethod::Marked);
    } else if over && row.checked_out_at.is_none() {
        row.checked_out_at = Some(
            shift
                .ends_at
                .max(row.checked_in_at.unwrap_or(shift.ends_at)),
        );
        row.check_out_method = Some(AttendanceMethod::Marked);
    }
    let (Some(from), Some(to)) = (row.checked_in_at, row.checked_out_at) else {
        // The shift goes on: the hours follow when it is over.
        return Ok(Turn::Write(row, None));
    };
    if to < from {
        let refusal = Refusal::of(Code::OutOfRange, "endedAt");
        return Err(refusal
            .with("least", sheet.wall(from))
            .with("most", sheet.wall(ctx.now()))
            .into());
    }
    let given = mark.started_at.is_some() || mark.ended_at.is_some();
    let mut counted = if given {
        rules::given(shift, from, to)
    } else {
        match rules::shown(&sheet.activity, shift, &row) {
            Some(shown) if shown.to <= ctx.now() => shown,
            // It follows when the shift is over.
            _ => return Ok(Turn::Write(row, None)),
        }
    };
    if let Some(minutes) = mark.break_minutes {
        counted.break_minutes = minutes;
    }
    let evidence = match rules::evidence(mode, &row) {
        // Nobody attests themselves.
        EvidenceLevel::CoordinatorAttested if ctx.scope().owns(mark.volunteer) => {
            EvidenceLevel::SelfDeclared
        }
        shown => shown,
    };
    let credit = Credit {
        counted,
        evidence,
        stops: true,
    };
    Ok(Turn::Write(row, Some(credit)))
}
