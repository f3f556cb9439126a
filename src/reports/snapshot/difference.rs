//! What changed between two snapshots of one question, or since one: the figures, and the entries, contracts and
//! measurements that moved them.
//!
//! How an entry stood then is read from the ledger, by `rollups::moved`; what contracts said, by `contracts::said`.

use std::collections::BTreeSet;

use chrono::DateTime;
use chrono::Utc;
use entity::ids::ContractId;
use entity::ids::MeasurementId;
use entity::ids::SnapshotId;
use sea_orm::ConnectionTrait;

use crate::hours::ledger;
use crate::hours::ledger::Reach;
use crate::identity::Ctx;
use crate::impact::overview;
use crate::impact::overview::Within;
use crate::refusal::Code;
use crate::refusal::Refusal;
use crate::reports::ReportError;
use crate::reports::ReportName;
use crate::reports::answered as answers;
use crate::reports::asked::Asked;
use crate::reports::contractual;
use crate::reports::ground::Ground;
use crate::reports::may_ask;
use crate::reports::question::Question;
use crate::reports::snapshot::answered;
use crate::reports::snapshot::canonical::Formed;
use crate::reports::snapshot::figures::Figure;
use crate::reports::snapshot::figures::Figures;
use crate::reports::snapshot::find;
use crate::reports::snapshot::kept::follows_seat;
use crate::reports::snapshot::store;
use crate::reports::snapshot::store::Cover;
use crate::reports::snapshot::tells_entries;
use crate::rollups;
use crate::rollups::Movement;

/// Contracts and measurements that are listed.
const LISTED_MOST: usize = 500;

/// A figure that is not what it was.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// Its name, as in the canonical form.
    pub figure: String,
    /// What it was; `None` where its row was not there.
    pub before: Option<Figure>,
    /// What it is; `None` where its row is no more.
    pub after: Option<Figure>,
}

/// What changed.
#[derive(Clone, Debug)]
pub struct Difference {
    /// The earlier snapshot.
    pub from: Cover,
    /// The later one; `None` for the present.
    pub to: Option<Cover>,
    /// The instant of the later figures.
    pub to_as_of: DateTime<Utc>,
    /// Figures that changed, by name.
    pub changes: Vec<Change>,
    /// The entries that count otherwise than before.
    pub moved: Movement,
    /// Contracts that say something else than before, or of which other incidents are recorded.
    pub contracts: Named<ContractId>,
    /// Measurements that were recorded, changed or decided on meanwhile.
    pub measurements: Named<MeasurementId>,
}

/// What moved figures beside entries.
#[derive(Clone, Debug)]
pub struct Named<T> {
    /// How many there are.
    pub total: u64,
    /// The first of them, at most five hundred.
    pub listed: Vec<T>,
}

impl<T> Default for Named<T> {
    fn default() -> Self {
        Self {
            total: 0,
            listed: Vec::new(),
        }
    }
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
    let asked = Asked::again(ctx, &from).await?;
    let asked = Asked {
        question: may_ask(ctx, &asked.question).await?,
        ..asked
    };
    answers::bring_up(ctx, &asked).await?;
    // Figures and entries of one state, while others write.
    let db = &ctx.counting().await?;
    let (after, to_as_of, end) = match &to {
        Some(row) => {
            let figures = figures(ctx, db, row).await?;
            (figures, row.as_of, Some(seen(db, row).await?))
        }
        None => {
            let answer = answered::answer(ctx, db, &asked).await?;
            let as_of = answer.head.as_of;
            (Formed::of(answer), as_of, None)
        }
    };
    let (before, after) = figures(ctx, db, &from).await?.common(after);
    let changes = changes(&before, &after);
    let question = &asked.question;
    let ground = Ground::of(ctx, db, question).await?;
    let begin = seen(db, &from).await?;
    let moved = match tells_entries(question.name) {
        true => {
            let asked = ground.asked(ctx, question);
            rollups::moved(db, &asked, &begin, end.as_ref()).await?
        }
        false => Movement::default(),
    };
    let span = (from.as_of, to_as_of);
    let of = (&ground, question);
    Ok(Difference {
        contracts: contracts(ctx, db, of, span).await?,
        measurements: measurements(ctx, db, of, span).await?,
        from,
        to,
        to_as_of,
        changes,
        moved,
    })
}

/// Contracts that say something else at the end of a span than at its beginning, or have other incidents, where the
/// report is of contracts.
async fn contracts(
    ctx: &Ctx,
    db: &impl ConnectionTrait,
    (ground, question): (&Ground, &Question),
    span: (DateTime<Utc>, DateTime<Utc>),
) -> Result<Named<ContractId>, ReportError> {
    if question.name != ReportName::ContractualVolunteering {
        return Ok(Named::default());
    }
    let mut listed = contractual::changed(ctx, db, ground, question, span).await?;
    let total = u64::try_from(listed.len()).unwrap_or(u64::MAX);
    listed.truncate(LISTED_MOST);
    Ok(Named { total, listed })
}

/// Measurements on which something happened in a span, where the report tells of indicators.
async fn measurements(
    ctx: &Ctx,
    db: &impl ConnectionTrait,
    (ground, question): (&Ground, &Question),
    span: (DateTime<Utc>, DateTime<Utc>),
) -> Result<Named<MeasurementId>, ReportError> {
    if !matches!(question.name, ReportName::Indh | ReportName::Sdg) {
        return Ok(Named::default());
    }
    let within = Within {
        at: None,
        ..ground.within(ctx, question)
    };
    let of_goals = question.name == ReportName::Sdg;
    let (total, listed) = overview::touched(db, &within, span, of_goals, LISTED_MOST).await?;
    Ok(Named { total, listed })
}

/// How far the chains went that a snapshot saw.
async fn seen(db: &impl ConnectionTrait, row: &Cover) -> Result<Reach, ReportError> {
    // Of chains that are not kept, and of older snapshots, the instant is what is known.
    let mut reach = ledger::reach(db, Some(row.as_of)).await?;
    reach.extend(store::reach(db, row).await?);
    Ok(reach)
}

/// What makes two snapshots of one question.
fn key(row: &Cover) -> impl PartialEq {
    let place = (!follows_seat(row)).then(|| row.territory_code.clone());
    (
        row.report.clone(),
        place,
        row.organization_id,
        (row.from_day, row.to_day),
        row.status_basis.clone(),
        row.row_dimension.clone(),
        row.column_dimension.clone(),
    )
}

async fn figures(ctx: &Ctx, db: &impl ConnectionTrait, row: &Cover) -> Result<Formed, ReportError> {
    let mut contents = store::contents(db, ctx.scope(), &[row.id]).await?;
    let content = contents.remove(&row.id);
    let formed = content.and_then(|it| Formed::read(&it));
    formed.ok_or(ReportError::Unknown { kind: "form" })
}

/// The figures that differ.
fn changes(before: &Figures, after: &Figures) -> Vec<Change> {
    let names: BTreeSet<&String> = before.0.keys().chain(after.0.keys()).collect();
    names
        .into_iter()
        .map(|name| Change {
            figure: name.clone(),
            before: before.0.get(name).cloned(),
            after: after.0.get(name).cloned(),
        })
        .filter(|it| it.before != it.after)
        .collect()
}
