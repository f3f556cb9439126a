//! Coming and leaving, one or many at once: what was told, once for each key.
//!
//! What it means for one volunteer is decided in `check`.

use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::collections::HashMap;

use chrono::DateTime;
use chrono::Utc;
use entity::ids::OrganizationId;
use entity::ids::ShiftId;
use entity::ids::VolunteerId;
use serde::Serialize;
use uuid::Uuid;

use crate::activities::geofence::Point;
use crate::activities::store as activities;
use crate::attendance::check;
use crate::attendance::error::AttendanceError;
use crate::attendance::sheet::Outcome;
use crate::attendance::sheet::Sheet;
use crate::attendance::sheet::Turn;
use crate::attendance::token::FRESH;
use crate::attendance::token::Token;
use crate::attendance::written::write_all;
use crate::hours::HoursError;
use crate::identity::Ctx;
use crate::platform::db::Tx;
use crate::platform::idempotency;
use crate::platform::idempotency::Claim;
use crate::refusal::Checks;
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

impl Way {
    /// Name of the act; never renamed.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::In => "attendance.check_in",
            Self::Out => "attendance.check_out",
        }
    }
}

/// Somebody comes or leaves, as told.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Passing {
    /// The code that was scanned.
    pub token: Option<String>,
    /// The shift; known from the code where one was scanned.
    pub shift: Option<ShiftId>,
    /// Who; the actor's own record where absent.
    pub volunteer: Option<VolunteerId>,
    /// When, where it is told later; now where absent. No part of what a key stands for: a device
    /// measures its clock anew with each delivery.
    #[serde(skip)]
    pub at: Option<DateTime<Utc>>,
    /// Where the device was, where it said so: compared with the place and kept nowhere, not even in
    /// what a key stands for.
    #[serde(skip)]
    pub position: Option<Point>,
    /// Key of the client: the same passing told again is done once.
    #[serde(skip)]
    pub key: Option<String>,
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

/// Records that several volunteers come or leave; the answers come in their order, and each stands
/// alone. Those of one organization are written together, whatever shifts they are for: the number of
/// statements does not depend on how many they are.
///
/// # Errors
/// [`crate::identity::Denied`] when nobody is signed in, a fault.
pub async fn pass_all(
    ctx: &Ctx,
    way: Way,
    passings: Vec<Passing>,
) -> Result<Vec<Result<Outcome, AttendanceError>>, AttendanceError> {
    ctx.demand_signed_in()?;
    let mut answers: BTreeMap<usize, Result<Outcome, AttendanceError>> = BTreeMap::new();
    let mut read: Vec<(usize, Told)> = Vec::with_capacity(passings.len());
    let count = passings.len();
    for (at, passing) in passings.into_iter().enumerate() {
        match Told::read(ctx, passing) {
            Ok(told) => read.push((at, told)),
            Err(refusal) => {
                answers.insert(at, Err(refusal));
            }
        }
    }
    let mut places: HashMap<ShiftId, OrganizationId> = HashMap::new();
    let shifts = distinct(read.iter().map(|(_, it)| it.shift));
    if !shifts.is_empty() {
        let seen = activities::shifts(ctx.read(), ctx.scope(), &shifts).await?;
        places.extend(seen.iter().map(|it| (it.id, it.organization_id)));
    }
    let mut own = HashMap::new();
    if read.iter().any(|(_, it)| it.volunteer.is_none()) {
        own = activities::own_records(ctx.read(), ctx.scope().own_records()).await?;
    }
    let mut groups: BTreeMap<OrganizationId, Vec<(usize, Told)>> = BTreeMap::new();
    for (at, told) in read {
        match places.get(&told.shift) {
            Some(organization) => groups.entry(*organization).or_default().push((at, told)),
            None => {
                answers.insert(at, Err(AttendanceError::NotFound("shiftId")));
            }
        }
    }
    for (organization, group) in groups {
        let own = own.get(&organization).copied();
        let outcomes = ctx
            .transaction(async |tx| pass_group(ctx, tx, way, own, &group).await)
            .await?;
        answers.extend(group.iter().map(|(at, _)| *at).zip(outcomes));
    }
    Ok((0..count)
        .map(|at| {
            let lost = || Err(HoursError::Inconsistent("no outcome").into());
            answers.remove(&at).unwrap_or_else(lost)
        })
        .collect())
}

fn distinct<T: Ord>(values: impl Iterator<Item = T>) -> Vec<T> {
    values.collect::<BTreeSet<T>>().into_iter().collect()
}

/// The same refusal for another.
fn again(refusal: &AttendanceError) -> AttendanceError {
    AttendanceError::Invalid(refusal.refusals().unwrap_or_default())
}

/// A passing that could be read.
pub(super) struct Told {
    shift: ShiftId,
    volunteer: Option<VolunteerId>,
    /// Whether it was shown by the code.
    pub scanned: bool,
    /// When it was.
    pub at: DateTime<Utc>,
    /// Whether it was delivered so late that a code proves little.
    pub late: bool,
    /// Where the device was, where it said so.
    pub position: Option<Point>,
    key: Option<String>,
    content: Vec<u8>,
}

impl Told {
    fn read(ctx: &Ctx, passing: Passing) -> Result<Self, AttendanceError> {
        let mut checks = Checks::new();
        checks.key(passing.key.as_deref());
        checks.done().map_err(AttendanceError::Invalid)?;
        let content = serde_json::to_vec(&passing).unwrap_or_default();
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
                scanned: false,
                at: given.unwrap_or(now),
                late: given.is_some(),
                position: None,
                key: passing.key,
                content,
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
            scanned: true,
            at,
            late: !fresh,
            position: passing.position,
            key: passing.key,
            content,
        })
    }
}

/// What is told of shifts of one organization; `own` is the actor's record there.
async fn pass_group(
    ctx: &Ctx,
    tx: &Tx,
    way: Way,
    own: Option<VolunteerId>,
    group: &[(usize, Told)],
) -> Result<Vec<Result<Outcome, AttendanceError>>, AttendanceError> {
    let shifts = distinct(group.iter().map(|(_, it)| it.shift));
    let who: Vec<Option<VolunteerId>> = group.iter().map(|(_, it)| it.volunteer.or(own)).collect();
    let records = distinct(who.iter().flatten().copied());
    let sheets = Sheet::open_all(ctx, tx, &shifts, &records).await?;
    let claims = claim(ctx, tx, way, group).await?;
    // Of a record that was merged the one that took it over is meant.
    let kept = |shift, it| match sheets.get(&shift) {
        Some(Ok(sheet)) => sheet.kept(it),
        _ => it,
    };
    let who: Vec<Option<VolunteerId>> = group
        .iter()
        .zip(who)
        .map(|((_, told), it)| it.map(|it| kept(told.shift, it)))
        .collect();
    // Who is named twice in a shift does it once; the second time is a repeat.
    let mut first: HashMap<(ShiftId, VolunteerId), usize> = HashMap::new();
    let mut places = Vec::with_capacity(group.len());
    let mut turns = Vec::with_capacity(group.len());
    for (((_, told), who), claim) in group.iter().zip(&who).zip(&claims) {
        if let Some(place) = who.and_then(|it| first.get(&(told.shift, it))) {
            places.push((*place, true));
            continue;
        }
        if let Some(who) = who {
            first.insert((told.shift, *who), turns.len());
        }
        places.push((turns.len(), false));
        let sheet = match sheets.get(&told.shift) {
            Some(Ok(sheet)) => sheet,
            // The shift itself is refused: so is everything about it.
            Some(Err(refusal)) => {
                turns.push(Err(again(refusal)));
                continue;
            }
            None => {
                turns.push(Err(AttendanceError::NotFound("shiftId")));
                continue;
            }
        };
        let turn = match (claim, who) {
            (_, None) => Err(Refusal::of(Code::Required, "volunteerId").into()),
            (Claim::Conflict, _) => Err(HoursError::IdempotencyConflict.into()),
            (Claim::Replay(_), Some(who)) => sheet.row(ctx, *who).map(|it| Turn::Stay(it.1)),
            (Claim::Go, Some(who)) => check::turn(ctx, sheet, way, told, *who),
        };
        turns.push(turn.map(|it| (sheet, it)));
    }
    let written = write_all(ctx, tx, way.name(), turns).await?;
    let answers = told_again(written, places)?;
    let refused: Vec<&str> = group
        .iter()
        .zip(&claims)
        .zip(&answers)
        .filter(|((_, claim), answer)| **claim == Claim::Go && answer.is_err())
        .filter_map(|(((_, told), _), _)| told.key.as_deref())
        .collect();
    // Nothing is remembered of what was refused: it may be told again.
    idempotency::release(tx, &ctx.sender(), &refused).await?;
    Ok(answers)
}

/// What the key of each passing means; one without a key goes ahead.
async fn claim(
    ctx: &Ctx,
    tx: &Tx,
    way: Way,
    group: &[(usize, Told)],
) -> Result<Vec<Claim>, AttendanceError> {
    let actor = ctx.sender();
    let requests: Vec<(idempotency::Request<'_>, Uuid)> = group
        .iter()
        .filter_map(|(_, told)| {
            let request = idempotency::Request {
                actor: &actor,
                key: told.key.as_deref()?,
                operation: way.name(),
                content: &told.content,
            };
            Some((request, ctx.new_id()))
        })
        .collect();
    let mut claims = idempotency::claim_many(tx, &requests, ctx.now())
        .await?
        .into_iter();
    Ok(group
        .iter()
        .map(|(_, told)| match told.key {
            Some(_) => claims.next().unwrap_or(Claim::Conflict),
            None => Claim::Go,
        })
        .collect())
}

/// The answers by the places of what was written; those told again get the answer of the first.
fn told_again(
    written: Vec<Result<Outcome, AttendanceError>>,
    places: Vec<(usize, bool)>,
) -> Result<Vec<Result<Outcome, AttendanceError>>, AttendanceError> {
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
