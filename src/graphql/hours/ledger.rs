//! The ledger as clients see it: the history of an entry, checkpoints, checks and proofs.
//!
//! How events are bound and signed is in `hours::ledger`.

use async_graphql::Context;
use async_graphql::Enum;
use async_graphql::ID;
use async_graphql::Object;
use async_graphql::Result;
use async_graphql::SimpleObject;
use entity::ids::EntryId;
use entity::ids::OrganizationId;
use entity::ledger_checkpoint;

use crate::graphql::connection::Connection;
use crate::graphql::connection::PageArguments;
use crate::graphql::connection::counted;
use crate::graphql::connection::total;
use crate::graphql::context::Gql;
use crate::graphql::error::denied;
use crate::graphql::error::fault;
use crate::graphql::hours::approval_rules::ApprovalRule;
use crate::graphql::hours::entry::HourEntryStatus;
use crate::graphql::hours::loaders::HistoryCountOf;
use crate::graphql::hours::loaders::HistoryOf;
use crate::graphql::identity::User;
use crate::graphql::loaders;
use crate::graphql::node::NodeId;
use crate::graphql::projects::Project;
use crate::graphql::scalars::Date;
use crate::graphql::scalars::DateTime;
use crate::graphql::scalars::Minutes;
use crate::hours::ledger;
use crate::hours::ledger::By;
use crate::hours::ledger::EventKind;
use crate::hours::ledger::Fault;
use crate::hours::ledger::Happening;
use crate::hours::ledger::Proof;
use crate::hours::ledger::Verdict;
use crate::identity::Action;
use crate::identity::Ctx;
use crate::platform::hex::hex;
use crate::platform::page::From as Place;
use crate::platform::page::Slice;

/// Name of the list of what happened to an entry.
const HISTORY: &str = "ledger.entry.asc";
/// Name of the list of checkpoints.
const CHECKPOINTS: &str = "ledger.checkpoints.desc";

/// What happened to an entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "EventKind")]
pub enum HourEntryEventKind {
    /// It was written.
    Created,
    /// It was changed.
    Changed,
    /// It was taken away.
    Deleted,
    /// It was handed in.
    Submitted,
    /// It was taken back.
    Withdrawn,
    /// It was approved.
    Approved,
    /// It was given back.
    Returned,
    /// It was refused.
    Rejected,
    /// It counts no more.
    Voided,
    /// It went over to another record of the same person, or back.
    HandedOver,
    /// Its texts were erased, since its person asked for it; minutes, days and states stay.
    Erased,
    /// A correction was proposed; the event says what it proposes.
    AmendmentProposed,
    /// The correction was approved: the entry is now what it proposed.
    AmendmentApproved,
    /// The correction was given back.
    AmendmentReturned,
    /// The correction was refused.
    AmendmentRejected,
    /// The correction was taken back.
    AmendmentWithdrawn,
    /// The texts of the correction were erased.
    AmendmentErased,
}

/// One thing that happened to an entry, as the ledger keeps it.
pub struct HourEntryEvent(Happening);

/// One thing that happened to an entry, as the ledger keeps it.
#[Object]
impl HourEntryEvent {
    /// Number of the event in its organization's ledger.
    async fn sequence(&self) -> String {
        self.0.sequence.to_string()
    }

    /// What happened.
    async fn kind(&self) -> HourEntryEventKind {
        self.0.kind.into()
    }

    /// When.
    async fn recorded_at(&self) -> DateTime {
        DateTime(self.0.recorded_at)
    }

    /// By whom; null for the operator of the server, for a rule of approval, and for somebody the
    /// caller may not see.
    async fn by(&self, gql: &Context<'_>) -> Result<Option<User>> {
        match self.0.by {
            Some(By::User(id)) => Ok(loaders::one(gql, id).await?.map(User)),
            Some(By::Rule(..)) | None => Ok(None),
        }
    }

    /// By which rule of approval, as the rule is now; null where people decided, and for who does
    /// not decide in the organization.
    async fn by_rule(&self, gql: &Context<'_>) -> Result<Option<ApprovalRule>> {
        match self.0.by {
            Some(By::Rule(id, _)) => Ok(loaders::one(gql, id).await?.map(ApprovalRule)),
            Some(By::User(_)) | None => Ok(None),
        }
    }

    /// Why; null where no reason was given, or where it was erased.
    async fn reason(&self) -> Option<&str> {
        self.0.reason.as_deref()
    }

    /// The version of the entry from then on.
    async fn version(&self) -> i32 {
        self.0.version
    }

    /// Where the entry stood from then on.
    async fn status(&self) -> HourEntryStatus {
        self.0.status.into()
    }

    /// The project then. Of a proposed correction this and the fields below say what it proposes.
    async fn project(&self, gql: &Context<'_>) -> Result<Option<Project>> {
        Ok(loaders::one(gql, self.0.project).await?.map(Project))
    }

    /// Civil day on which the work began.
    async fn worked_on(&self) -> Date {
        Date(self.0.worked_on)
    }

    /// When the work began; null unless an interval.
    async fn started_at(&self) -> Option<DateTime> {
        self.0.started_at.map(DateTime)
    }

    /// When the work ended, exclusive; null unless an interval.
    async fn ended_at(&self) -> Option<DateTime> {
        self.0.ended_at.map(DateTime)
    }

    /// Minutes of work of each person.
    async fn minutes(&self) -> Minutes {
        Minutes(i64::from(self.0.minutes))
    }

    /// Minutes of work of all people together.
    async fn total_minutes(&self) -> Minutes {
        Minutes(i64::from(self.0.total_minutes))
    }

    /// SHA-256 of the event in the ledger, hexadecimal.
    async fn hash(&self) -> String {
        hex(&self.0.hash)
    }
}

/// A page of what happened to an entry.
///
/// # Errors
/// `BAD_USER_INPUT` for page arguments that cannot be, a fault.
pub async fn history(
    gql: &Context<'_>,
    entry: EntryId,
    page: &PageArguments,
) -> Result<Connection<HourEntryEvent>> {
    let ctx = gql.op()?;
    let page = page.page::<i64>(HISTORY)?;
    let slice = if page.from == Place::Start(None) {
        let limit = page.limit;
        let found = loaders::one(gql, HistoryOf { entry, limit }).await?;
        found.unwrap_or(Slice {
            rows: Vec::new(),
            has_previous: false,
            has_next: false,
        })
    } else {
        ledger::history(ctx.read(), entry, &page)
            .await
            .map_err(|it| fault(ctx, &it))?
    };
    let ahead = gql.look_ahead();
    let count = if ahead.field("totalCount").exists() {
        let found = loaders::one(gql, HistoryCountOf(entry)).await?;
        found.unwrap_or_default()
    } else {
        0
    };
    Ok(Connection::new(
        slice,
        HISTORY,
        |it| it.sequence,
        HourEntryEvent,
        counted(count),
    ))
}

/// A state of an organization's ledger, signed with the key of `/.well-known/jwks.json`.
#[derive(Clone, Debug, SimpleObject)]
pub struct LedgerCheckpoint {
    /// Number of the last event that the signature covers.
    sequence: String,
    /// SHA-256 of that event, hexadecimal.
    hash: String,
    /// When it was signed.
    signed_at: DateTime,
    /// `kid` of the key.
    key_id: String,
    /// Ed25519 signature, hexadecimal.
    signature: String,
    /// Number of the checkpoint before it, which the signature covers too: none is missing between.
    /// `0` for the first; null where none was noted when it was signed.
    previous_sequence: Option<String>,
}

impl From<ledger_checkpoint::Model> for LedgerCheckpoint {
    fn from(it: ledger_checkpoint::Model) -> Self {
        Self {
            sequence: it.sequence.to_string(),
            hash: hex(&it.hash),
            signed_at: DateTime(it.signed_at),
            key_id: it.key_id,
            signature: hex(&it.signature),
            previous_sequence: it.previous_sequence.map(|it| it.to_string()),
        }
    }
}

/// What a check of a ledger found first that does not fit. More kinds may come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "Fault")]
pub enum LedgerFault {
    /// An event is missing before it.
    Gap,
    /// It does not name the hash of the event before it.
    Link,
    /// Its content is not what its hash was made of.
    Content,
    /// It cannot be read as an event at all.
    Unreadable,
    /// The head of the ledger does not name the last event.
    Head,
    /// A signed checkpoint names an event that is not there, or another hash than its own; or a
    /// checkpoint that a later one follows is missing.
    Checkpoint,
    /// The signature of a checkpoint is not that of a key of this installation. It may have been made with
    /// the keys of a file that was lost or replaced.
    Signature,
    /// The reason beside it is not the one that was given; or it was sealed with the keys of a file that
    /// was lost or replaced: then many do not fit.
    Note,
    /// The stored entry is not as its last event left it; or it was sealed with the keys of a file that
    /// was lost or replaced: then many do not fit.
    Entry,
    /// The entry is gone, though no event took it away.
    EntryMissing,
    /// An entry is stored that no event wrote.
    EntryUnknown,
    /// A stored correction is not as its last event left it, or is gone; or it was sealed with the keys of
    /// a file that was lost or replaced.
    Amendment,
}

/// Whether an organization's ledger is whole.
#[derive(Clone, Debug, SimpleObject)]
pub struct LedgerVerification {
    /// Whether every event, checkpoint, reason and entry fits.
    whole: bool,
    /// Number of the last event; of a broken ledger, of the first event that does not fit.
    sequence: String,
    /// SHA-256 of the last event, hexadecimal; null for a broken ledger.
    hash: Option<String>,
    /// Entries that were compared with their last event; null for a broken ledger.
    entries: Option<String>,
    /// Signatures that were checked; null for a broken ledger.
    checkpoints: Option<String>,
    /// What does not fit; null for a whole ledger.
    fault: Option<LedgerFault>,
}

impl From<Verdict> for LedgerVerification {
    fn from(verdict: Verdict) -> Self {
        match verdict {
            Verdict::Whole {
                sequence,
                hash,
                entries,
                checkpoints,
            } => Self {
                whole: true,
                sequence: sequence.to_string(),
                hash: Some(hex(&hash)),
                entries: Some(entries.to_string()),
                checkpoints: Some(checkpoints.to_string()),
                fault: None,
            },
            Verdict::Broken { sequence, fault } => Self {
                whole: false,
                sequence: sequence.to_string(),
                hash: None,
                entries: None,
                checkpoints: None,
                fault: Some(fault.into()),
            },
        }
    }
}

/// A proof that the last event of an entry is in the ledger. It is checked with nothing but the
/// published key: `docs/ledger.md` says how.
#[derive(Clone, Debug, SimpleObject)]
pub struct LedgerProof {
    /// The text of the event; its SHA-256 is what the ledger binds.
    event_text: String,
    /// Hash of the event before it, hexadecimal; zeros before the first.
    previous_hash: String,
    /// Hash of the event, hexadecimal: SHA-256 over the hash before and the text's SHA-256.
    hash: String,
    /// SHA-256 of the texts of the events after it, up to the checkpoint, hexadecimal, in order.
    following_digests: Vec<String>,
    /// The first checkpoint that covers the event.
    checkpoint: LedgerCheckpoint,
    /// The text that the checkpoint's signature signs.
    signed_text: String,
}

impl From<Proof> for LedgerProof {
    fn from(proof: Proof) -> Self {
        Self {
            event_text: proof.text,
            previous_hash: hex(&proof.event.previous_hash),
            hash: hex(&proof.event.hash),
            following_digests: proof.following.iter().map(|it| hex(it)).collect(),
            checkpoint: proof.checkpoint.into(),
            signed_text: proof.signed_text,
        }
    }
}

/// Queries about ledgers.
#[derive(Default)]
pub struct LedgerQueries;

#[Object]
impl LedgerQueries {
    /// Signed states of an organization's ledger, newest first. For those who may see all its hours.
    async fn ledger_checkpoints(
        &self,
        gql: &Context<'_>,
        #[graphql(desc = "The organization.")] organization_id: ID,
        #[graphql(desc = "At most this many from the start, 1 to 100; 20 by default.")]
        first: Option<i32>,
        #[graphql(desc = "Only those after this cursor; with `first`.")] after: Option<String>,
        #[graphql(desc = "At most this many from the end, 1 to 100.")] last: Option<i32>,
        #[graphql(desc = "Only those before this cursor; with `last`.")] before: Option<String>,
    ) -> Result<Connection<LedgerCheckpoint>> {
        let (ctx, organization) = reader(gql, &organization_id)?;
        let page = PageArguments {
            first,
            after,
            last,
            before,
        }
        .page::<i64>(CHECKPOINTS)?;
        let slice = ledger::checkpoints(ctx.read(), organization, &page)
            .await
            .map_err(|it| fault(ctx, &it))?;
        Ok(Connection::new(
            slice,
            CHECKPOINTS,
            |it| it.sequence,
            Into::into,
            total(ctx, move |ctx| async move {
                ledger::checkpoint_count(ctx.read(), organization).await
            }),
        ))
    }

    /// Recomputes an organization's ledger and compares what is stored with it. It takes a second for
    /// some 20,000 events. For those who may see all its hours.
    async fn verify_ledger(
        &self,
        gql: &Context<'_>,
        #[graphql(desc = "The organization.")] organization_id: ID,
    ) -> Result<LedgerVerification> {
        let (ctx, organization) = reader(gql, &organization_id)?;
        let verdict = ledger::verify(ctx, organization).await;
        Ok(verdict.map_err(|it| fault(ctx, &it))?.into())
    }

    /// A proof that what is known of an entry is in the ledger; null when the entry does not exist or
    /// may not be seen, until a checkpoint covers its last event, at most a day, and where more than
    /// 65,536 events lie between, as after a large import.
    async fn ledger_proof(
        &self,
        gql: &Context<'_>,
        #[graphql(desc = "The entry.")] hour_entry_id: ID,
    ) -> Result<Option<LedgerProof>> {
        let ctx = gql.signed_in()?;
        let Some(id) = EntryId::read(&hour_entry_id) else {
            return Ok(None);
        };
        let Some(entry) = loaders::one(gql, id).await? else {
            return Ok(None);
        };
        let proof = ledger::prove(ctx.read(), entry.row.organization_id, id).await;
        let proof = proof.map_err(|it| fault(ctx, &it))?;
        Ok(proof.map(Into::into))
    }
}

/// Whoever may see all hours of an organization may check its ledger.
fn reader<'a>(gql: &'a Context<'_>, id: &ID) -> Result<(&'a Ctx, OrganizationId)> {
    let ctx = gql.signed_in()?;
    // One that cannot be read looks like one that is not there.
    let organization = OrganizationId::read(id).unwrap_or(OrganizationId(uuid::Uuid::nil()));
    ctx.demand(Action::ReadHours, organization)
        .or_else(|it| {
            if ctx.scope().is_everything() {
                Ok(())
            } else {
                Err(it)
            }
        })
        .map_err(denied)?;
    Ok((ctx, organization))
}
