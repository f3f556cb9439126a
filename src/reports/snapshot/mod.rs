//! Snapshots: answers that are frozen, with a hash that anybody can work out again.
//!
//! What is asked is put in order in `reports::asked`, kept as in `kept`, and answered in `answered`; what is frozen of
//! an answer is in `figures`, how it is written in `canonical`; what changed since, and through which entries, in
//! `difference`.

pub mod answered;
pub mod canonical;
pub mod difference;
pub mod figures;
mod kept;
pub mod store;

use entity::ids::SnapshotId;
use entity::ids::TerritoryId;
use entity::report_snapshot;
use sea_orm::ConnectionTrait;

pub use difference::Difference;
pub use difference::difference;
pub use store::Cover;

use crate::audit;
use crate::audit::Line;
use crate::hours::ledger;
use crate::hours::ledger::Reach;
use crate::identity::Ctx;
use crate::platform::crypto::sha256;
use crate::platform::idempotency::Claim;
use crate::refusal::Checks;
use crate::refusal::Code;
use crate::refusal::Mend;
use crate::refusal::Refusal;
use crate::reports::Answer;
use crate::reports::ReportError;
use crate::reports::ReportName;
use crate::reports::answered as answers;
use crate::reports::asked::Asked;
use crate::reports::asked::Asking;
use crate::reports::snapshot::answered::Answered;
use crate::rollups;
use crate::rollups::Dimension;
use crate::territories::lookup;

/// Under which name keys are kept.
const OPERATION: &str = "createSnapshot";
/// Longest title, in characters.
const TITLE_MOST: usize = 200;

/// Freezes the answer to a question.
///
/// What is frozen is of a whole territory, or of one organization that is named: whoever reads it later
/// knows whose hours it counts, whatever becomes of the rights of whoever froze it. What a report tells to some of
/// those only who may ask for it is not frozen.
///
/// # Errors
/// As `reports::answer`; [`ReportError::Invalid`] where the answer would be of some organizations only.
pub async fn create(
    ctx: &Ctx,
    new: &Asking,
    title: Option<String>,
    key: Option<&str>,
) -> Result<Cover, ReportError> {
    ctx.demand_signed_in()?;
    // An earlier request keeps its answer, whatever is allowed by now.
    let claimed = (title.as_deref().map(str::trim), new.claimed());
    if let Some(done) = ctx.peek(OPERATION, key, &claimed).await? {
        return made_before(ctx.read(), ctx, done).await;
    }
    let mut checks = Checks::new();
    checks.key(key);
    let called = title.as_deref().and_then(|it| {
        if it.trim().is_empty() {
            checks.refuse(Refusal::of(Code::Required, "title").mended(Mend::TitleOrNone));
            return None;
        }
        Some(checks.text("title", it, TITLE_MOST))
    });
    checks.done().map_err(ReportError::Invalid)?;
    let asked = new.in_order(ctx).await?;
    answers::bring_up(ctx, &asked).await?;
    let (answer, reach) = seen(ctx, &asked).await?;
    let row = row(ctx, &asked, called, &answer);
    ctx.transaction(async |tx| {
        match ctx.claim(tx, OPERATION, key, &claimed, row.id.0).await? {
            Claim::Go => {}
            done => return made_before(&**tx, ctx, done).await,
        }
        store::insert(tx, row.clone()).await?;
        store::insert_reach(tx, row.id, &reach).await?;
        let line = Line {
            action: "snapshot.create",
            organization: row.organization_id,
            subject: ("ReportSnapshot", Some(row.id.0)),
            details: None,
        };
        audit::record(ctx, tx, line).await?;
        Ok(row.into())
    })
    .await
}

/// The answer, and how far the chains go of which it is, in one state while others write.
async fn seen(ctx: &Ctx, asked: &Asked) -> Result<(Answered, Reach), ReportError> {
    let db = &ctx.counting().await?;
    let answer = answered::answer(ctx, db, asked).await?;
    if !tells_entries(asked.question.name) {
        return Ok((answer, Reach::default()));
    }
    let mut reach = ledger::reach(db, asked.question.as_of).await?;
    match &answer.head.organization {
        Some(only) => reach.retain(|organization, _| *organization == only.id),
        // Of those that never worked there the instant says enough.
        None => {
            let versions = lookup::versions(db, &answer.head.territory.code).await?;
            let versions: Vec<TerritoryId> = versions.iter().map(|it| it.id).collect();
            let worked = rollups::at_work(db, &versions).await?;
            reach.retain(|organization, _| worked.contains(organization));
        }
    }
    Ok((answer, reach))
}

/// Whether entries of its territory are what a report counts; else contracts decide which entries count, wherever
/// they were worked.
fn tells_entries(name: ReportName) -> bool {
    name != ReportName::ContractualVolunteering
}

fn row(
    ctx: &Ctx,
    asked: &Asked,
    title: Option<String>,
    answer: &Answered,
) -> report_snapshot::Model {
    let (row_dimension, column_dimension) = asked.dimensions();
    let dimensions = (row_dimension.clone(), column_dimension.clone());
    let content = canonical::write(asked.question.name, dimensions, answer);
    let head = &answer.head;
    report_snapshot::Model {
        id: SnapshotId(ctx.new_id()),
        title,
        report: asked.question.name.word().to_owned(),
        territory_code: head.territory.code.clone(),
        territory_id: head.territory.id,
        organization_id: head.organization.as_ref().map(|it| it.id),
        from_day: head.from,
        to_day: head.to,
        status_basis: canonical::statuses(&head.status_basis),
        as_of: head.as_of,
        sha256: sha256(content.as_bytes()),
        content,
        row_dimension,
        column_dimension,
        created_by: ctx.actor().user(),
        created_at: ctx.now(),
    }
}

/// What the figures of an answer can be recognized by, in whatever format and language they are written: the SHA-256
/// of their canonical form, which a snapshot of the same question as of the same instant has.
///
/// # Errors
/// [`ReportError`] where figures do not add up, which only a fault of ours can cause.
pub fn digest(answer: &Answer) -> Result<Vec<u8>, ReportError> {
    let word = |it: Dimension| it.word().to_owned();
    let (name, dimensions) = match answer {
        Answer::Indh(_) => (ReportName::Indh, (None, None)),
        Answer::Sdg(_) => (ReportName::Sdg, (None, None)),
        Answer::Hours(it, _) => {
            let dimensions = (Some(word(it.rows)), it.columns.map(word));
            (ReportName::Hours, dimensions)
        }
        Answer::VolunteerWork(_) => (ReportName::VolunteerWork, (None, None)),
        Answer::Contractual(_) => (ReportName::ContractualVolunteering, (None, None)),
        Answer::DataQuality(_) => (ReportName::DataQuality, (None, None)),
    };
    let content = canonical::write(name, dimensions, &Answered::of(answer)?);
    Ok(sha256(content.as_bytes()))
}

/// What an earlier request with the same key made.
async fn made_before(
    db: &impl ConnectionTrait,
    ctx: &Ctx,
    done: Claim,
) -> Result<Cover, ReportError> {
    match done {
        Claim::Replay(id) => find(db, ctx, SnapshotId(id), "idempotencyKey").await,
        Claim::Conflict | Claim::Go => {
            let refusal = Refusal::of(Code::IdempotencyConflict, "idempotencyKey");
            Err(ReportError::Invalid(vec![refusal]))
        }
    }
}

/// A snapshot that the actor may see.
async fn find(
    db: &impl ConnectionTrait,
    ctx: &Ctx,
    id: SnapshotId,
    field: &str,
) -> Result<Cover, ReportError> {
    let found = store::by_ids(db, ctx.scope(), &[id]).await?;
    let missing = || ReportError::Invalid(vec![Refusal::of(Code::NotFound, field)]);
    found.into_iter().next().ok_or_else(missing)
}
