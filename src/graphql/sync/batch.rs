//! The batch of what a device did while it was away.
//!
//! How it is carried out is in `sync`.

use async_graphql::Context;
use async_graphql::Enum;
use async_graphql::ID;
use async_graphql::InputObject;
use async_graphql::Object;
use async_graphql::OneofObject;
use async_graphql::Result;
use async_graphql::SimpleObject;
use entity::ids::EntryId;

use crate::activities::geofence::Point;
use crate::attendance::AttendanceError;
use crate::attendance::Outcome;
use crate::attendance::passing::Passing;
use crate::attendance::passing::Way;
use crate::graphql::attendance::acts::PositionInput;
use crate::graphql::attendance::acts::told;
use crate::graphql::attendance::record::Attendance;
use crate::graphql::context::Gql;
use crate::graphql::error::UserError;
use crate::graphql::error::read;
use crate::graphql::error::user_errors;
use crate::graphql::hours::entry::HourEntry;
use crate::graphql::hours::input::CreateHourEntryInput;
use crate::graphql::hours::input::HourEntryChanges;
use crate::graphql::node::NodeId;
use crate::graphql::scalars::DateTime;
use crate::graphql::scalars::Uuid;
use crate::graphql::sync::device::within_int;
use crate::hours::HoursError;
use crate::identity::Ctx;
use crate::refusal::Code;
use crate::refusal::Refusal;
use crate::sync;
use crate::sync::Act;
use crate::sync::EntryRef;
use crate::sync::Operation;
use crate::sync::Verdict;

/// Most operations of a batch.
const ITEMS_MOST: usize = 500;

/// An entry as a device names it.
#[derive(Debug, OneofObject)]
enum SyncEntryInput {
    /// By its global id.
    Id(ID),
    /// By the `clientId` of the operation that created it, in this batch or an earlier one of the
    /// same device.
    ClientId(Uuid),
}

/// An entry and what it is to become.
#[derive(Debug, InputObject)]
struct SyncChangeInput {
    /// The entry.
    entry: SyncEntryInput,
    /// The version that the device holds; a conflict when the entry has changed since.
    expected_version: Option<i32>,
    /// Its new values.
    #[graphql(flatten)]
    changes: HourEntryChanges,
}

/// An entry to act on.
#[derive(Debug, InputObject)]
struct SyncActInput {
    /// The entry.
    entry: SyncEntryInput,
    /// The version that the device holds; a conflict when the entry has changed since.
    expected_version: Option<i32>,
}

/// Somebody who came or left, at the operation's `clientTime`.
#[derive(Debug, InputObject)]
struct SyncPassingInput {
    /// The code that was scanned.
    token: Option<String>,
    /// The shift; needed without `token`.
    shift_id: Option<ID>,
    /// Who; the caller's own record in the organization by default.
    volunteer_id: Option<ID>,
}

/// Somebody who came, at the operation's `clientTime`.
#[derive(Debug, InputObject)]
struct SyncCheckInInput {
    /// Who, and what shows it.
    #[graphql(flatten)]
    passing: SyncPassingInput,
    /// Where the device was, as `checkIn` takes it.
    position: Option<PositionInput>,
}

/// What was done: exactly one of these.
#[derive(OneofObject)]
enum SyncOperationInput {
    /// An entry was written. Its `idempotencyKey` is left out: `clientId` takes its place.
    Create(CreateHourEntryInput),
    /// An entry that was not decided was changed.
    Change(SyncChangeInput),
    /// A draft was taken away.
    Delete(SyncActInput),
    /// A draft or returned entry was handed in.
    Submit(SyncActInput),
    /// A submitted entry was taken back.
    Withdraw(SyncActInput),
    /// Somebody came to a shift.
    CheckIn(SyncCheckInInput),
    /// Somebody left a shift.
    CheckOut(SyncPassingInput),
}

/// One operation of a device.
#[derive(InputObject)]
struct SyncItemInput {
    /// Made by the device, once for each operation: the same id with the same content is done once,
    /// however often it is sent.
    client_id: Uuid,
    /// When it was done, by the device's clock.
    client_time: DateTime,
    /// What was done.
    operation: SyncOperationInput,
}

/// What a device did while it was away.
#[derive(InputObject)]
struct SyncHourEntriesInput {
    /// Made by the device when the application was installed.
    device_id: Uuid,
    /// The device's clock at sending; tells how far it is off.
    sent_at: DateTime,
    /// 1 to 500 operations, in the order in which they were done.
    items: Vec<SyncItemInput>,
}

/// What became of an operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
enum SyncStatus {
    /// It was done now.
    Applied,
    /// It was done before: nothing was done again.
    Replayed,
    /// The server knows something else: `hourEntry` shows it. Nothing was done.
    Conflict,
    /// A rule refuses it: `userErrors` says which. Nothing was done, and it may be sent again.
    Rejected,
}

/// What became of one operation.
#[derive(SimpleObject)]
struct SyncResult {
    /// As the device calls it.
    client_id: Uuid,
    /// What became of it.
    status: SyncStatus,
    /// The entry as it stands now; null when it is gone or was never written.
    hour_entry: Option<HourEntry>,
    /// The attendance as it stands now; null for what is done to entries, and to API tokens without
    /// `VOLUNTEERS_READ`.
    attendance: Option<Attendance>,
    /// Why nothing was done; empty when it was.
    user_errors: Vec<UserError>,
}

/// What became of a batch.
#[derive(SimpleObject)]
struct SyncHourEntriesPayload {
    /// One result for each operation, in order.
    results: Vec<SyncResult>,
    /// Milliseconds by which the server's clock is ahead of the device's; negative when behind. The
    /// way of the request is part of it. A clock that is off by more than 24 days gives the largest or
    /// the smallest `Int`.
    clock_skew_milliseconds: i32,
    /// The server's clock.
    server_time: DateTime,
}

/// Acts of devices that were away.
#[derive(Default)]
pub struct SyncMutations;

#[Object]
impl SyncMutations {
    /// Carries out up to 500 operations of a device that was away, in order. Each stands alone, and
    /// sending any of them again changes nothing.
    async fn sync_hour_entries(
        &self,
        gql: &Context<'_>,
        #[graphql(desc = "The batch.")] input: SyncHourEntriesInput,
    ) -> Result<SyncHourEntriesPayload> {
        let ctx = gql.signed_in()?;
        if !(1..=ITEMS_MOST).contains(&input.items.len()) {
            let refusal = Refusal::of(Code::WrongCount, "items");
            return Err(refusal.with("least", 1).with("most", ITEMS_MOST).into());
        }
        let client_ids: Vec<Uuid> = input.items.iter().map(|it| it.client_id).collect();
        let operations = input.items.into_iter().map(operation).collect();
        let ran = sync::run(ctx, input.device_id.0, input.sent_at.0, operations).await;
        let (verdicts, skew) = read(ctx, ran)?;
        let results = client_ids
            .into_iter()
            .zip(verdicts)
            .map(|(client_id, verdict)| result(ctx, client_id, verdict))
            .collect::<Result<_>>()?;
        Ok(SyncHourEntriesPayload {
            results,
            clock_skew_milliseconds: within_int(skew),
            server_time: DateTime(ctx.now()),
        })
    }
}

fn operation(item: SyncItemInput) -> std::result::Result<Operation, HoursError> {
    let act = match item.operation {
        SyncOperationInput::Create(input) => Act::Create(Box::new(input.item()?)),
        SyncOperationInput::Change(input) => Act::Change(
            entry(&input.entry)?,
            input.expected_version,
            Box::new(input.changes.change()?),
        ),
        SyncOperationInput::Delete(it) => Act::Delete(entry(&it.entry)?, it.expected_version),
        SyncOperationInput::Submit(it) => Act::Submit(entry(&it.entry)?, it.expected_version),
        SyncOperationInput::Withdraw(it) => Act::Withdraw(entry(&it.entry)?, it.expected_version),
        SyncOperationInput::CheckIn(it) => {
            let position = it.position.and_then(|it| it.point());
            pass(Way::In, it.passing, position)?
        }
        SyncOperationInput::CheckOut(it) => pass(Way::Out, it, None)?,
    };
    Ok(Operation {
        client_id: item.client_id.0,
        client_time: item.client_time.0,
        act,
    })
}

fn pass(
    way: Way,
    it: SyncPassingInput,
    position: Option<Point>,
) -> std::result::Result<Act, HoursError> {
    let passing = told(it.token, (it.shift_id, it.volunteer_id), None, None)
        .map_err(|it| HoursError::Invalid(vec![it]))?;
    let passing = Passing {
        position,
        ..passing
    };
    Ok(Act::Pass(way, Box::new(passing)))
}

fn entry(input: &SyncEntryInput) -> std::result::Result<EntryRef, HoursError> {
    match input {
        SyncEntryInput::Id(id) => EntryId::input(id, "entry")
            .map(EntryRef::Id)
            .map_err(|it| HoursError::Invalid(vec![it])),
        SyncEntryInput::ClientId(id) => Ok(EntryRef::Made(id.0)),
    }
}

fn result(ctx: &Ctx, client_id: Uuid, verdict: Verdict) -> Result<SyncResult> {
    let mut result = SyncResult {
        client_id,
        status: SyncStatus::Applied,
        hour_entry: None,
        attendance: None,
        user_errors: Vec::new(),
    };
    match verdict {
        Verdict::Applied(entry) => result.hour_entry = entry.map(HourEntry),
        Verdict::Replayed(entry) => {
            result.status = SyncStatus::Replayed;
            result.hour_entry = entry.map(HourEntry);
        }
        Verdict::Conflict(refusal, entry) => {
            result.status = SyncStatus::Conflict;
            result.hour_entry = entry.map(HourEntry);
            result.user_errors = user_errors(ctx, &refusal)?;
        }
        Verdict::Rejected(refusal) => {
            result.status = SyncStatus::Rejected;
            result.user_errors = user_errors(ctx, &refusal)?;
        }
        Verdict::Passed(Ok(outcome)) => {
            if matches!(outcome, Outcome::Replayed(_)) {
                result.status = SyncStatus::Replayed;
            }
            result.attendance = Attendance::told(ctx, outcome.into_row());
        }
        Verdict::Passed(Err(refusal)) => {
            result.status = match &refusal {
                AttendanceError::Hours(HoursError::IdempotencyConflict) => SyncStatus::Conflict,
                _ => SyncStatus::Rejected,
            };
            result.user_errors = user_errors(ctx, &refusal)?;
        }
    }
    Ok(result)
}
