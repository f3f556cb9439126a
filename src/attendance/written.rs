//! Writing sheets back: hours, attendances, sign-ups, trail and feed.
//!
//! What is written is decided in `check`, `mark` and `close`.

use std::collections::BTreeMap;

use entity::attendance;
use entity::ids::EntryId;
use entity::signup;
use entity::types::AttendanceReview;
use entity::types::AttendanceStatus;
use entity::types::SignupStatus;
use serde_json::json;

use crate::attendance::credit;
use crate::attendance::credit::Claimed;
use crate::attendance::credit::Credit;
use crate::attendance::error::AttendanceError;
use crate::attendance::sheet::Outcome;
use crate::attendance::sheet::Sheet;
use crate::attendance::sheet::Turn;
use crate::attendance::store;
use crate::audit;
use crate::audit::Line;
use crate::hours::HoursError;
use crate::identity::Ctx;
use crate::platform::db::Tx;
use crate::platform::feed;
use crate::platform::feed::Change;
use crate::platform::feed::Kind;
use crate::refusal::Refuse;

impl Sheet {
    /// Writes what is to become of attendances of the shift. The answers come in their order.
    ///
    /// The number of statements does not depend on that of the attendances up to five hundred.
    pub async fn write(
        &self,
        ctx: &Ctx,
        tx: &Tx,
        action: &'static str,
        turns: Vec<Result<Turn, AttendanceError>>,
    ) -> Result<Vec<Result<Outcome, AttendanceError>>, AttendanceError> {
        let turns = turns.into_iter().map(|it| it.map(|it| (self, it)));
        write_all(ctx, tx, action, turns.collect()).await
    }
}

/// The same for sheets of several shifts of one organization, in the order of the turns.
pub(super) async fn write_all(
    ctx: &Ctx,
    tx: &Tx,
    action: &'static str,
    turns: Vec<Result<(&Sheet, Turn), AttendanceError>>,
) -> Result<Vec<Result<Outcome, AttendanceError>>, AttendanceError> {
    let claimed: Vec<Claimed<'_>> = turns
        .iter()
        .filter_map(|it| match it {
            Ok((sheet, Turn::Write(row, Some(credit)))) => Some(Claimed {
                activity: &sheet.activity,
                territory: sheet.territory.as_deref(),
                row,
                credit: *credit,
            }),
            _ => None,
        })
        .collect();
    let hours = credit::write(ctx, tx, &claimed).await?;
    let mut hours = hours.into_iter();
    let mut written = Vec::new();
    let mut answers = Vec::with_capacity(turns.len());
    for turn in turns {
        answers.push(match turn {
            Err(refusal) => Err(refusal),
            Ok((_, Turn::Stay(row))) => Ok(Outcome::Replayed(row)),
            Ok((sheet, Turn::Write(mut row, credit))) => {
                let refused = match credit {
                    None => None,
                    Some(credit) => match hours.next() {
                        Some(answer) => credited(&mut row, answer, credit)?,
                        None => return Err(HoursError::Inconsistent("no answer").into()),
                    },
                };
                match refused {
                    Some(refusal) => Err(refusal),
                    None => {
                        row.version += 1;
                        row.updated_at = ctx.now();
                        row.recorded_by = ctx.actor().user();
                        written.push((sheet, row.clone()));
                        Ok(Outcome::Written(row))
                    }
                }
            }
        });
    }
    keep(ctx, tx, action, &written).await?;
    Ok(answers)
}

async fn keep(
    ctx: &Ctx,
    tx: &Tx,
    action: &'static str,
    written: &[(&Sheet, attendance::Model)],
) -> Result<(), AttendanceError> {
    if written.is_empty() {
        return Ok(());
    }
    let rows: Vec<attendance::Model> = written.iter().map(|(_, row)| row.clone()).collect();
    store::put(tx, &rows).await?;
    let mut signups: BTreeMap<SignupStatus, Vec<signup::Model>> = BTreeMap::new();
    for (sheet, row) in written {
        let Some(place) = sheet.place(row.volunteer_id) else {
            continue;
        };
        let status = match row.status {
            AttendanceStatus::NoShow => SignupStatus::NoShow,
            _ => SignupStatus::Attended,
        };
        if place.status != status {
            signups.entry(status).or_default().push(place.clone());
        }
    }
    for (status, signups) in signups {
        store::stamp_signups(tx, &signups, status, ctx.now()).await?;
    }
    let lines = rows
        .iter()
        .map(|row| Line {
            action,
            organization: Some(row.organization_id),
            subject: ("Attendance", Some(row.id.0)),
            details: Some(json!({"status": row.status, "review": row.review})),
        })
        .collect();
    audit::record_all(ctx, tx, lines).await?;
    for row in rows {
        let change = Change::of(Kind::Attendance, row.id.0, Some(row.volunteer_id.0));
        feed::append(tx, row.organization_id, ctx.now(), [change]);
    }
    Ok(())
}

/// Puts the answer of the hours into an attendance; a refusal that stops the act is given back.
fn credited(
    row: &mut attendance::Model,
    answer: Result<EntryId, HoursError>,
    credit: Credit,
) -> Result<Option<AttendanceError>, AttendanceError> {
    match answer {
        Ok(entry) => {
            row.status = AttendanceStatus::Completed;
            row.entry_id = Some(entry);
            row.time_basis = Some(credit.counted.basis);
            row.review = None;
            row.refusal = None;
            Ok(None)
        }
        Err(refusal) if credit.stops => Ok(Some(refusal.into())),
        Err(refusal) => {
            let why = refusal.refusals().and_then(|it| it.into_iter().next());
            let why = why.ok_or(HoursError::Inconsistent("a refusal without a code"))?;
            row.status = AttendanceStatus::NeedsReview;
            row.review = Some(AttendanceReview::HoursRefused);
            row.refusal = Some(why.code.key().to_owned());
            row.entry_id = None;
            Ok(None)
        }
    }
}
