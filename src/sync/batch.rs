//! A batch of operations: those of one kind that do not wait for each other are carried out together.
//!
//! The number of statements grows with the longest chain of operations that concern each other, not
//! with their number: which wait for which is said in `waves`.

use std::collections::HashMap;
use std::collections::HashSet;

use chrono::DateTime;
use chrono::TimeDelta;
use chrono::Utc;
use entity::ids::EntryId;
use sea_orm::DbErr;
use uuid::Uuid;

use crate::attendance::AttendanceError;
use crate::attendance::passing;
use crate::attendance::passing::Passing;
use crate::attendance::passing::Way;
use crate::hours;
use crate::hours::Entry;
use crate::hours::HoursError;
use crate::hours::Item;
use crate::hours::Recorded;
use crate::hours::approve;
use crate::hours::change;
use crate::hours::discard;
use crate::hours::list;
use crate::hours::record;
use crate::identity::Ctx;
use crate::platform::db::Tx;
use crate::platform::idempotency;
use crate::platform::idempotency::Claim;
use crate::sync::device;
use crate::sync::operation::Act;
use crate::sync::operation::EntryRef;
use crate::sync::operation::Operation;
use crate::sync::operation::Verdict;
use crate::sync::touch::touches;
use crate::sync::waves::waves;

/// An operation that could be read, or why it could not.
pub type Read = Result<Operation, HoursError>;

/// Carries out what a device did while it was away; the verdicts come in the order of the
/// operations, and the skew of the device's clock in milliseconds with them.
///
/// An operation that was done before is not done again, however often and in whatever company it
/// comes. A refused one stops no other.
///
/// # Errors
/// [`HoursError::Denied`] when nobody is signed in, a fault.
pub async fn run(
    ctx: &Ctx,
    device: Uuid,
    sent_at: DateTime<Utc>,
    operations: Vec<Read>,
) -> Result<(Vec<Verdict>, i64), HoursError> {
    ctx.demand_signed_in()?;
    let skew = device::seen(ctx, device, sent_at).await?;
    let mut batch = Batch {
        ctx,
        device,
        skew: TimeDelta::try_milliseconds(skew).unwrap_or_default(),
        made: HashMap::new(),
        verdicts: HashMap::new(),
    };
    let count = operations.len();
    let mut read = Vec::with_capacity(count);
    for (at, operation) in operations.into_iter().enumerate() {
        match operation {
            Ok(operation) => read.push((at, operation)),
            Err(refusal) => {
                batch.verdicts.insert(at, Verdict::Rejected(refusal));
            }
        }
    }
    batch.find_made(&read).await?;
    for group in batch.groups(read).await? {
        batch.carry_out(group).await?;
    }
    let verdicts = (0..count)
        .map(|at| {
            let lost = || Verdict::Rejected(HoursError::Inconsistent("no verdict"));
            batch.verdicts.remove(&at).unwrap_or_else(lost)
        })
        .collect();
    Ok((verdicts, skew))
}

struct Batch<'a> {
    ctx: &'a Ctx,
    device: Uuid,
    /// By how much the server's clock is ahead.
    skew: TimeDelta,
    /// Entries by the ids that the device gave to their creations.
    made: HashMap<Uuid, EntryId>,
    verdicts: HashMap<usize, Verdict>,
}

/// An act on an entry that is known.
struct Known {
    at: usize,
    entry: EntryId,
    operation: Operation,
    key: String,
    content: Vec<u8>,
}

impl Batch<'_> {
    fn key(&self, client_id: Uuid) -> String {
        format!("sync/{}/{client_id}", self.device)
    }

    /// Finds the entries that operations name by earlier creations of the device.
    async fn find_made(&mut self, operations: &[(usize, Operation)]) -> Result<(), DbErr> {
        let keys: HashMap<String, Uuid> = operations
            .iter()
            .filter_map(|(_, it)| match it.act.entry() {
                Some(EntryRef::Made(id)) => Some((self.key(id), id)),
                _ => None,
            })
            .collect();
        let names: Vec<&str> = keys.keys().map(String::as_str).collect();
        let sender = self.ctx.sender();
        let found = idempotency::subjects(self.ctx.read(), &sender, "hours.create", &names).await?;
        for (key, subject) in found {
            if let Some(id) = keys.get(&key) {
                self.made.insert(*id, EntryId(subject));
            }
        }
        Ok(())
    }

    /// The operations in the groups in which they are carried out, one after the other.
    async fn groups(
        &self,
        read: Vec<(usize, Operation)>,
    ) -> Result<Vec<Vec<(usize, Operation)>>, DbErr> {
        if read.len() < 2 {
            return Ok(vec![read]);
        }
        let (places, operations): (Vec<usize>, Vec<Operation>) = read.into_iter().unzip();
        let touches = touches(self.ctx, &self.made, self.skew, &operations).await?;
        let mut operations: Vec<Option<(usize, Operation)>> =
            places.into_iter().zip(operations).map(Some).collect();
        Ok(waves(&touches)
            .into_iter()
            .map(|group| {
                let members = group.into_iter();
                members
                    .filter_map(|it| operations.get_mut(it)?.take())
                    .collect()
            })
            .collect())
    }

    async fn carry_out(&mut self, run: Vec<(usize, Operation)>) -> Result<(), HoursError> {
        match run.first().map(|(_, it)| &it.act) {
            None => Ok(()),
            Some(Act::Create(_)) => self.create(run).await,
            Some(Act::Pass(way, _)) => self.pass(*way, run).await,
            Some(_) => self.act(run).await,
        }
    }

    async fn create(&mut self, run: Vec<(usize, Operation)>) -> Result<(), HoursError> {
        let mut client_ids = HashMap::new();
        let mut items = Vec::with_capacity(run.len());
        for (at, operation) in run {
            let key = self.key(operation.client_id);
            client_ids.insert(at, operation.client_id);
            if let Act::Create(item) = operation.act {
                let idempotency_key = Some(key);
                items.push((
                    at,
                    Item {
                        idempotency_key,
                        ..*item
                    },
                ));
            }
        }
        for (at, outcome) in record::create_each(self.ctx, items).await? {
            let verdict = match outcome {
                Ok(Recorded::Created(entry)) => Verdict::Applied(Some(entry)),
                Ok(Recorded::Replayed(entry)) => Verdict::Replayed(Some(entry)),
                Ok(Recorded::Unchanged(_) | Recorded::Acceptable(_)) => {
                    return Err(HoursError::Inconsistent("written by hand, not written"));
                }
                // Written before, and gone since.
                Err(HoursError::NotFound { field: "" }) => Verdict::Replayed(None),
                Err(error) if error.is_fault() => return Err(error),
                Err(refusal) => Verdict::of_refusal(refusal, None),
            };
            let written = match &verdict {
                Verdict::Applied(entry) | Verdict::Replayed(entry) => entry.as_ref(),
                _ => None,
            };
            if let (Some(entry), Some(id)) = (written, client_ids.get(&at)) {
                self.made.insert(*id, entry.row.id);
            }
            self.verdicts.insert(at, verdict);
        }
        Ok(())
    }

    /// Coming to shifts, or leaving them, when the device says by the server's clock.
    async fn pass(&mut self, way: Way, run: Vec<(usize, Operation)>) -> Result<(), HoursError> {
        let mut places = Vec::with_capacity(run.len());
        let mut passings = Vec::with_capacity(run.len());
        for (at, operation) in run {
            let key = self.key(operation.client_id);
            if let Act::Pass(_, passing) = operation.act {
                places.push(at);
                passings.push(Passing {
                    at: operation.client_time.checked_add_signed(self.skew),
                    key: Some(key),
                    ..*passing
                });
            }
        }
        let outcomes = passing::pass_all(self.ctx, way, passings).await;
        let outcomes = outcomes.map_err(|it| match it {
            AttendanceError::Hours(error) => error,
            AttendanceError::Denied(denied) => denied.into(),
            AttendanceError::Database(error) => error.into(),
            _ => HoursError::Inconsistent("attendance"),
        })?;
        let verdicts = outcomes.into_iter().map(Verdict::Passed);
        self.verdicts.extend(places.into_iter().zip(verdicts));
        Ok(())
    }

    /// Acts of one kind on entries, each named once, in one transaction.
    async fn act(&mut self, run: Vec<(usize, Operation)>) -> Result<(), HoursError> {
        let mut known = Vec::with_capacity(run.len());
        for (at, operation) in run {
            let entry = match operation.act.entry() {
                Some(EntryRef::Id(id)) => Some(id),
                Some(EntryRef::Made(id)) => self.made.get(&id).copied(),
                None => None,
            };
            match entry {
                Some(entry) => known.push(Known {
                    at,
                    entry,
                    key: self.key(operation.client_id),
                    content: operation.act.content().to_string().into_bytes(),
                    operation,
                }),
                None => {
                    let refusal = HoursError::NotFound { field: "entry" };
                    self.verdicts.insert(at, Verdict::Rejected(refusal));
                }
            }
        }
        // One entry can be named in two ways: the second waits for a turn of its own.
        let mut seen = HashSet::new();
        let (now, later): (Vec<Known>, Vec<Known>) =
            known.into_iter().partition(|it| seen.insert(it.entry));
        self.act_once(now).await?;
        for one in later {
            self.act_once(vec![one]).await?;
        }
        Ok(())
    }

    async fn act_once(&mut self, known: Vec<Known>) -> Result<(), HoursError> {
        if known.is_empty() {
            return Ok(());
        }
        let ctx = self.ctx;
        let (claims, outcomes) = ctx
            .transaction(async |tx| {
                let sender = ctx.sender();
                let requests: Vec<(idempotency::Request<'_>, Uuid)> = known
                    .iter()
                    .map(|it| {
                        let request = idempotency::Request {
                            actor: &sender,
                            key: &it.key,
                            operation: it.operation.act.name(),
                            content: &it.content,
                        };
                        // Of this attempt alone: the entry is known from the operation.
                        (request, ctx.new_id())
                    })
                    .collect();
                let claims = idempotency::claim_many(tx, &requests, ctx.now()).await?;
                let fresh: Vec<&Known> = known
                    .iter()
                    .zip(&claims)
                    .filter(|(_, claim)| **claim == Claim::Go)
                    .map(|(it, _)| it)
                    .collect();
                let outcomes = perform(ctx, tx, &fresh).await?;
                let refused: Vec<&str> = fresh
                    .iter()
                    .zip(&outcomes)
                    .filter(|(_, outcome)| outcome.is_err())
                    .map(|(it, _)| it.key.as_str())
                    .collect();
                idempotency::release(tx, &sender, &refused).await?;
                Ok::<_, HoursError>((claims, outcomes))
            })
            .await?;
        let ids: Vec<EntryId> = known.iter().map(|it| it.entry).collect();
        let mut entries = list::by_ids(ctx.read(), ctx.scope(), &ids).await?;
        let mut outcomes = outcomes.into_iter();
        for (it, claim) in known.iter().zip(claims) {
            let entry = entries.remove(&it.entry);
            let verdict = match claim {
                Claim::Replay(_) => Verdict::Replayed(entry),
                Claim::Conflict => Verdict::Conflict(HoursError::IdempotencyConflict, entry),
                Claim::Go => match outcomes.next() {
                    Some(Ok(())) => Verdict::Applied(entry),
                    Some(Err(error)) if error.is_fault() => return Err(error),
                    Some(Err(refusal)) => Verdict::of_refusal(refusal, entry),
                    None => return Err(HoursError::Inconsistent("an act without an outcome")),
                },
            };
            self.verdicts.insert(it.at, verdict);
        }
        Ok(())
    }
}

/// Does acts of one kind; the outcomes come in their order.
async fn perform(
    ctx: &Ctx,
    tx: &Tx,
    acts: &[&Known],
) -> Result<Vec<Result<(), HoursError>>, HoursError> {
    let requests = |acts: &[&Known]| -> Vec<approve::Request> {
        acts.iter()
            .filter_map(|it| match it.operation.act {
                Act::Delete(_, expected)
                | Act::Submit(_, expected)
                | Act::Withdraw(_, expected) => Some(approve::Request {
                    id: it.entry,
                    expected,
                }),
                Act::Create(_) | Act::Change(..) | Act::Pass(..) => None,
            })
            .collect()
    };
    let plain = |outcomes: Vec<Result<Entry, HoursError>>| {
        outcomes.into_iter().map(|it| it.map(|_| ())).collect()
    };
    match acts.first().map(|it| &it.operation.act) {
        None | Some(Act::Create(_) | Act::Pass(..)) => Ok(Vec::new()),
        Some(Act::Change(..)) => {
            let requests: Vec<change::Request> = acts
                .iter()
                .filter_map(|it| match &it.operation.act {
                    Act::Change(_, expected, change) => Some(change::Request {
                        id: it.entry,
                        expected: *expected,
                        change: (**change).clone(),
                    }),
                    _ => None,
                })
                .collect();
            Ok(plain(change::update_in(ctx, tx, &requests).await?))
        }
        Some(Act::Delete(..)) => {
            let outcomes = discard::delete_in(ctx, tx, &requests(acts)).await?;
            Ok(outcomes.into_iter().map(|it| it.map(|_| ())).collect())
        }
        Some(Act::Submit(..)) => {
            let act = hours::state::Act::Submit;
            Ok(plain(
                approve::act_in(ctx, tx, act, &requests(acts), None).await?,
            ))
        }
        Some(Act::Withdraw(..)) => {
            let act = hours::state::Act::Withdraw;
            Ok(plain(
                approve::act_in(ctx, tx, act, &requests(acts), None).await?,
            ))
        }
    }
}
