//! What changed between two snapshots of one question, or since one: the figures, and the entries that
//! moved them.
//!
//! How an entry stood then is read from the ledger, by `rollups::moved`.

use std::collections::BTreeSet;

use chrono::DateTime;
use chrono::Utc;
use entity::ids::SnapshotId;
use entity::report_snapshot;
use sea_orm::ConnectionTrait;

use crate::hours::ledger;
use crate::hours::ledger::Reach;
use crate::identity::Ctx;
use crate::refusal::Code;
use crate::refusal::Refusal;
use crate::reports::ReportError;
use crate::reports::ground;
use crate::reports::ground::Ground;
use crate::reports::indh;
use crate::reports::may_ask;
use crate::reports::snapshot::FROZEN;
use crate::reports::snapshot::canonical::Figures;
use crate::reports::snapshot::canonical::Formed;
use crate::reports::snapshot::clear;
use crate::reports::snapshot::find;
use crate::reports::snapshot::question;
use crate::reports::snapshot::store;
use crate::rollups;
use crate::rollups::Movement;

/// A figure that is not what it was.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// Its name, as in the canonical form.
    pub figure: String,
    /// What it was; `None` where its row was not there.
    pub before: Option<i64>,
    /// What it is; `None` where its row is no more.
    pub after: Option<i64>,
}

/// What changed.
#[derive(Clone, Debug)]
pub struct Difference {
    /// The earlier snapshot.
    pub from: report_snapshot::Model,
    /// The later one; `None` for the present.
    pub to: Option<report_snapshot::Model>,
    /// The instant of the later figures.
    pub to_as_of: DateTime<Utc>,
    /// Figures that changed, by name.
    pub changes: Vec<Change>,
    /// The entries that count otherwise than before.
    pub moved: Movement,
}

/// Holds a snapshot against a later one of the same question, or against the present.
///
/// # Errors
/// As `reports::answer`; [`ReportError::Invalid`] for snapshots that are not there, or not of one question.
pub async fn difference(
    ctx: &Ctx,
    from: SnapshotId,
    to: Option<SnapshotId>,
) -> Result<Difference, ReportError> {
    ctx.demand_signed_in()?;
    let mut from = find(ctx.read(), ctx, from, "from").await?;
    let mut to = match to {
        Some(to) => Some(find(ctx.read(), ctx, to, "to").await?),
        None => None,
    };
    if let Some(later) = &mut to {
        if key(later) != key(&from) {
            let refusal = Refusal::of(Code::OtherQuestion, "to");
            return Err(ReportError::Invalid(vec![refusal]));
        }
        if later.as_of < from.as_of {
            std::mem::swap(&mut from, later);
        }
    }
    let asked = may_ask(ctx, &question(&from)?).await?;
    ground::bring_up(ctx, &asked).await?;
    // Figures and entries of one state, while others write.
    let db = &ctx.core().db.snapshot().await?;
    let (after, to_as_of, end) = match &to {
        Some(row) => (figures(row)?, row.as_of, Some(seen(db, row).await?)),
        None => {
            let answer = indh::of_state(ctx, db, &asked, &FROZEN).await?;
            clear(ctx, &answer)?;
            (Formed::of(&answer), answer.head.as_of, None)
        }
    };
    let (before, after) = figures(&from)?.common(after);
    let changes = changes(&before, &after);
    let ground = Ground::of(ctx, db, &asked).await?;
    let asked = ground.asked(ctx, &asked);
    let begin = seen(db, &from).await?;
    let moved = rollups::moved(db, &asked, &begin, end.as_ref()).await?;
    Ok(Difference {
        from,
        to,
        to_as_of,
        changes,
        moved,
    })
}

/// How far the chains went that a snapshot saw.
async fn seen(
    db: &impl ConnectionTrait,
    row: &report_snapshot::Model,
) -> Result<Reach, ReportError> {
    // Of chains that are not kept, and of older snapshots, the instant is what is known.
    let mut reach = ledger::reach(db, Some(row.as_of)).await?;
    reach.extend(store::reach(db, row).await?);
    Ok(reach)
}

/// What makes two snapshots of one question.
fn key(row: &report_snapshot::Model) -> impl PartialEq {
    (
        row.report.clone(),
        row.territory_code.clone(),
        row.organization_id,
        (row.from_day, row.to_day),
        row.status_basis.clone(),
    )
}

fn figures(row: &report_snapshot::Model) -> Result<Formed, ReportError> {
    Formed::read(&row.content).ok_or(ReportError::Unknown { kind: "form" })
}

/// The figures that differ.
fn changes(before: &Figures, after: &Figures) -> Vec<Change> {
    let names: BTreeSet<&String> = before.keys().chain(after.keys()).collect();
    names
        .into_iter()
        .map(|name| Change {
            figure: name.clone(),
            before: before.get(name).copied(),
            after: after.get(name).copied(),
        })
        .filter(|it| it.before != it.after)
        .collect()
}
