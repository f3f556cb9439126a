//! Checks that nothing was altered past the ledger: chain, signatures, reasons, entries.
//!
//! Every check names the first event that does not fit. Checkpoints are made in `checkpoint`.

mod aside;
mod corrections;
mod found;
mod marks;
mod rows;

use entity::ids::OrganizationId;
use entity::ledger_event;
use entity::ledger_head;
use sea_orm::ColumnTrait;
use sea_orm::ConnectionTrait;
use sea_orm::DatabaseTransaction;
use sea_orm::DbBackend;
use sea_orm::DbErr;
use sea_orm::EntityTrait;
use sea_orm::QueryFilter;
use sea_orm::QueryOrder;
use sea_orm::QuerySelect;
use sea_orm::sea_query::Expr;

use crate::hours::ledger::chain::CHUNK;
use crate::hours::ledger::chain::Chain;
use crate::hours::ledger::chain::digest;
use crate::hours::ledger::check::found::Found;
use crate::hours::ledger::check::found::Lost;
use crate::hours::ledger::event::EventKind;
use crate::identity::Ctx;

/// What a check of a chain found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Every event follows the one before it, the head is the last, and what is stored is what the
    /// events say.
    Whole {
        /// Number of the last event.
        sequence: i64,
        /// Its hash.
        hash: Vec<u8>,
        /// Entries that were compared with their last event.
        entries: u64,
        /// Signatures that were checked.
        checkpoints: u64,
    },
    /// Something was altered.
    Broken {
        /// Number of the first event that does not fit.
        sequence: i64,
        /// What does not fit.
        fault: Fault,
    },
}

/// What does not fit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// An event is missing before it.
    Gap,
    /// It does not name the hash of the event before it.
    Link,
    /// Its content is not what its hash was made of.
    Content,
    /// It cannot be read as an event at all.
    Unreadable,
    /// The head does not name the last event.
    Head,
    /// A signed checkpoint names an event that is not there, or another hash than its own; or a
    /// checkpoint that a later one follows is missing.
    Checkpoint,
    /// The signature of a checkpoint is not that of a key of this installation.
    Signature,
    /// The reason beside it is not the one that was given.
    Note,
    /// The stored entry is not as its last event left it.
    Entry,
    /// The entry is gone, though no event took it away.
    EntryMissing,
    /// An entry is stored that no event wrote.
    EntryUnknown,
    /// A stored correction is not as its last event left it, or is gone.
    Amendment,
}

impl Fault {
    /// Its word in answers: never renamed.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Gap => "GAP",
            Self::Link => "LINK",
            Self::Content => "CONTENT",
            Self::Unreadable => "UNREADABLE",
            Self::Head => "HEAD",
            Self::Checkpoint => "CHECKPOINT",
            Self::Signature => "SIGNATURE",
            Self::Note => "NOTE",
            Self::Entry => "ENTRY",
            Self::EntryMissing => "ENTRY_MISSING",
            Self::EntryUnknown => "ENTRY_UNKNOWN",
            Self::Amendment => "AMENDMENT",
        }
    }
}

/// Recomputes the chain of an organization and compares what is stored with it, a few thousand rows
/// at a time, as of one instant: writes go on meanwhile.
///
/// Where several things do not fit, the one of the lowest event is named.
///
/// # Errors
/// [`DbErr`].
pub async fn verify(ctx: &Ctx, organization: OrganizationId) -> Result<Verdict, DbErr> {
    let tx = ctx.snapshot().await?;
    let verdict = look(ctx, &tx, organization).await?;
    tx.rollback().await?;
    Ok(verdict)
}

async fn look(
    ctx: &Ctx,
    tx: &DatabaseTransaction,
    organization: OrganizationId,
) -> Result<Verdict, DbErr> {
    let keys = &ctx.core().keys;
    let mut found = Found::default();
    let chain = links(tx, organization, &mut found).await?;
    head(tx, &chain, &mut found).await?;
    let checkpoints = marks::checkpoints(keys, tx, &chain, &mut found).await?;
    aside::forms(tx, &chain, &mut found).await?;
    rows::notes(keys, tx, organization, &mut found).await?;
    let entries = rows::entries(keys, tx, &chain, &mut found).await?;
    corrections::amendments(keys, tx, &chain, &mut found).await?;
    aside::strays(tx, &chain, &mut found).await?;
    Ok(match found.first() {
        Some((sequence, fault)) => Verdict::Broken { sequence, fault },
        None => Verdict::Whole {
            sequence: chain.sequence,
            hash: chain.hash,
            entries,
            checkpoints,
        },
    })
}

/// Follows the chain to its end, or to the last event before the one that does not fit.
async fn links(
    tx: &DatabaseTransaction,
    organization: OrganizationId,
    found: &mut Found,
) -> Result<Chain, DbErr> {
    let odd = odd_instant(tx, organization).await?;
    let mut chain = Chain::begin(organization);
    loop {
        let next = chain.sequence.saturating_add(1);
        let rows = match events_after(tx, &chain, CHUNK).await {
            // Something in this chunk cannot be read: find the event.
            Err(error) if is_unreadable(&error) => match events_after(tx, &chain, 1).await {
                Err(error) if is_unreadable(&error) => {
                    found.tear(next, Fault::Unreadable, Lost::Perhaps);
                    return Ok(chain);
                }
                rows => rows?,
            },
            rows => rows?,
        };
        if rows.is_empty() {
            return Ok(chain);
        }
        for row in rows {
            let next = chain.sequence.saturating_add(1);
            let odd = (odd == Some(row.sequence)).then_some(Fault::Content);
            if let Some(fault) = misfit(&chain, &row).or(odd) {
                let deletion = fault == Fault::Gap || row.kind == EventKind::Deleted.word();
                let lost = if deletion { Lost::Perhaps } else { Lost::No };
                // Of a gap the first event that is missing.
                found.tear(next, fault, lost);
                return Ok(chain);
            }
            chain.sequence = row.sequence;
            chain.hash = row.hash;
        }
    }
}

/// The head names the last event.
async fn head(tx: &DatabaseTransaction, chain: &Chain, found: &mut Found) -> Result<(), DbErr> {
    if found.torn_at().is_some() {
        // It names an event behind the one that does not fit.
        return Ok(());
    }
    let head = ledger_head::Entity::find_by_id(chain.organization)
        .one(tx)
        .await;
    let head = match head {
        Err(error) if is_unreadable(&error) => {
            found.add(chain.sequence, Fault::Head);
            return Ok(());
        }
        head => head?.unwrap_or_else(|| Chain::begin(chain.organization).head()),
    };
    if head.sequence > chain.sequence {
        let next = chain.sequence.saturating_add(1);
        found.tear(next, Fault::Head, Lost::Perhaps);
    } else if head != chain.head() {
        found.tear(chain.sequence, Fault::Head, Lost::Perhaps);
    }
    Ok(())
}

async fn events_after(
    tx: &DatabaseTransaction,
    chain: &Chain,
    limit: usize,
) -> Result<Vec<ledger_event::Model>, DbErr> {
    ledger_event::Entity::find()
        .filter(ledger_event::Column::OrganizationId.eq(chain.organization))
        .filter(ledger_event::Column::Sequence.gt(chain.sequence))
        .order_by_asc(ledger_event::Column::Sequence)
        .limit(u64::try_from(limit).unwrap_or(u64::MAX))
        .all(tx)
        .await
}

/// Whether a value of a row is not of its column's type.
fn is_unreadable(error: &DbErr) -> bool {
    matches!(error, DbErr::Type(_) | DbErr::Query(_) | DbErr::Json(_))
}

/// The first event whose instant is written in another form than ours. SQLite keeps instants as text
/// and reads several forms alike, so the hash alone would not notice.
async fn odd_instant(
    tx: &DatabaseTransaction,
    organization: OrganizationId,
) -> Result<Option<i64>, DbErr> {
    if tx.get_database_backend() == DbBackend::Postgres {
        return Ok(None);
    }
    let first: Option<Option<i64>> = ledger_event::Entity::find()
        .select_only()
        .column_as(ledger_event::Column::Sequence.min(), "first")
        .filter(ledger_event::Column::OrganizationId.eq(organization))
        .filter(Expr::cust(aside::no_instant_of_ours("recorded_at")))
        .into_tuple()
        .one(tx)
        .await?;
    Ok(first.flatten())
}

fn misfit(chain: &Chain, row: &ledger_event::Model) -> Option<Fault> {
    if row.sequence != chain.sequence.saturating_add(1) {
        Some(Fault::Gap)
    } else if row.previous_hash != chain.hash {
        Some(Fault::Link)
    } else if row.hash != digest(row) || EventKind::of_word(&row.kind).is_none() {
        Some(Fault::Content)
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;
    use chrono::Utc;
    use entity::ids::EntryId;
    use entity::ids::OrganizationId;
    use entity::ledger_event;
    use uuid::Uuid;

    use super::Fault;
    use super::misfit;
    use crate::hours::ledger::Chain;
    use crate::hours::ledger::Event;
    use crate::hours::ledger::EventKind;

    const ORGANIZATION: OrganizationId = OrganizationId(Uuid::from_u128(1));

    fn now() -> DateTime<Utc> {
        "2026-11-02T09:00:00.123456Z".parse().unwrap()
    }

    fn event(number: u128) -> Event {
        Event {
            kind: EventKind::Created,
            entry: EntryId(Uuid::from_u128(number)),
            volunteer: None,
            payload: format!("{{\"minutes\":{number}}}"),
            note: None,
        }
    }

    fn three() -> (Chain, Vec<ledger_event::Model>) {
        let mut chain = Chain::begin(ORGANIZATION);
        let rows = (1..=3).map(|it| chain.link(now(), &event(it))).collect();
        (chain, rows)
    }

    fn first_misfit(rows: &[ledger_event::Model]) -> Option<(i64, Fault)> {
        let mut chain = Chain::begin(ORGANIZATION);
        rows.iter().find_map(|row| {
            let found = misfit(&chain, row).map(|it| (row.sequence, it));
            chain.sequence = row.sequence;
            chain.hash.clone_from(&row.hash);
            found
        })
    }

    #[test]
    fn events_are_numbered_without_a_gap_and_name_the_one_before() {
        let (chain, rows) = three();

        assert_eq!(
            rows.iter().map(|it| it.sequence).collect::<Vec<_>>(),
            [1, 2, 3]
        );
        assert!(rows.windows(2).all(|it| it[1].previous_hash == it[0].hash));
        assert_eq!(chain.head().hash, rows[2].hash);
        assert_eq!(first_misfit(&rows), None);
    }

    #[test]
    fn every_part_of_an_event_is_bound() {
        let changes: [fn(&mut ledger_event::Model); 6] = [
            |it| it.payload = it.payload.replace('2', "9"),
            |it| it.kind = "ENTRY_APPROVED".to_owned(),
            |it| it.entry_id = None,
            |it| it.recorded_at += chrono::TimeDelta::microseconds(1),
            |it| it.organization_id = OrganizationId(Uuid::from_u128(2)),
            |it| it.hash[0] ^= 1,
        ];
        for change in changes {
            let (_, mut rows) = three();
            change(&mut rows[1]);
            assert_eq!(first_misfit(&rows), Some((2, Fault::Content)));
        }
    }

    #[test]
    fn what_is_left_out_or_put_elsewhere_shows() {
        let (_, mut rows) = three();
        rows.remove(1);
        assert_eq!(first_misfit(&rows), Some((3, Fault::Gap)));

        let (_, mut rows) = three();
        rows[1].previous_hash = vec![0; 32];
        assert_eq!(first_misfit(&rows), Some((2, Fault::Link)));
    }
}
