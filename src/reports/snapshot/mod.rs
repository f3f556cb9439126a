//! Snapshots: answers that are frozen, with a hash that anybody can work out again.
//!
//! What is frozen of an answer is in `canonical`; what changed since, and through which entries, in
//! `difference`.

pub mod canonical;
pub mod difference;
pub mod store;

use entity::ids::SnapshotId;
use entity::ids::TerritoryId;
use entity::report_snapshot;
use sea_orm::ConnectionTrait;
use serde::Serialize;

pub use difference::Difference;
pub use difference::difference;

use crate::audit;
use crate::audit::Line;
use crate::hours::ledger;
use crate::hours::ledger::Reach;
use crate::identity::Action;
use crate::identity::Actor;
use crate::identity::Ctx;
use crate::identity::Denied;
use crate::platform::crypto::sha256;
use crate::platform::idempotency::Claim;
use crate::refusal::Checks;
use crate::refusal::Code;
use crate::refusal::Refusal;
use crate::reports;
use crate::reports::OrganizationRef;
use crate::reports::Question;
use crate::reports::ReportError;
use crate::reports::Section;
use crate::reports::ground;
use crate::reports::head::Coverage;
use crate::reports::indh;
use crate::reports::indh::IndhReport;
use crate::reports::store as territories;
use crate::rollups;

/// The sections that are frozen.
const FROZEN: [Section; 2] = [Section::Completeness, Section::Budget];
/// Under which name keys are kept.
const OPERATION: &str = "createSnapshot";
/// Longest title, in characters.
const TITLE_MOST: usize = 200;

/// Freezes the answer to a question.
///
/// What is frozen is of a whole territory, or of one organization that is named: whoever reads it later
/// knows whose hours it counts, whatever becomes of the rights of whoever froze it.
///
/// # Errors
/// As `reports::answer`; [`ReportError::Invalid`] where the answer would be of some organizations only.
pub async fn create(
    ctx: &Ctx,
    question: &Question,
    title: Option<String>,
    key: Option<&str>,
) -> Result<report_snapshot::Model, ReportError> {
    ctx.demand_signed_in()?;
    let mut checks = Checks::new();
    checks.key(key);
    let title = title.map(|it| checks.text("title", &it, TITLE_MOST));
    checks.done().map_err(ReportError::Invalid)?;
    let question = reports::may_ask(ctx, question).await?;
    let asked = (&title, asked(&question));
    if let Some(done) = ctx.peek(OPERATION, key, &asked).await? {
        return made_before(ctx.read(), ctx, done).await;
    }
    ground::bring_up(ctx, &question).await?;
    let (answer, reach) = seen(ctx, &question).await?;
    clear(ctx, &answer)?;
    let row = row(ctx, &question, title.clone(), &answer);
    ctx.transaction(async |tx| {
        match ctx.claim(tx, OPERATION, key, &asked, row.id.0).await? {
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
        Ok(row)
    })
    .await
}

/// The answer, and how far the chains go of which it is, in one state while others write.
async fn seen(ctx: &Ctx, question: &Question) -> Result<(IndhReport, Reach), ReportError> {
    let db = &ctx.core().db.snapshot().await?;
    let answer = indh::of_state(ctx, db, question, &FROZEN).await?;
    let mut reach = ledger::reach(db, question.as_of).await?;
    match &answer.head.organization {
        Some(only) => reach.retain(|organization, _| *organization == only.id),
        // Of those that never worked there the instant says enough.
        None => {
            let versions = territories::versions(db, &answer.head.territory.code).await?;
            let versions: Vec<TerritoryId> = versions.iter().map(|it| it.id).collect();
            let worked = rollups::at_work(db, &versions).await?;
            reach.retain(|organization, _| worked.contains(organization));
        }
    }
    Ok((answer, reach))
}

fn row(
    ctx: &Ctx,
    question: &Question,
    title: Option<String>,
    answer: &IndhReport,
) -> report_snapshot::Model {
    let content = canonical::write(answer);
    report_snapshot::Model {
        id: SnapshotId(ctx.new_id()),
        title,
        report: question.name.word().to_owned(),
        territory_code: answer.head.territory.code.clone(),
        territory_id: answer.head.territory.id,
        organization_id: answer.head.organization.as_ref().map(|it| it.id),
        from_day: answer.head.from,
        to_day: answer.head.to,
        status_basis: canonical::statuses(&answer.head.status_basis),
        as_of: answer.head.as_of,
        sha256: sha256(content.as_bytes()),
        content,
        created_by: match ctx.actor() {
            Actor::User { id, .. } => Some(id),
            Actor::Operator | Actor::Nobody => None,
        },
        created_at: ctx.now(),
    }
}

/// What a key of the same request is held against.
fn asked(question: &Question) -> impl Serialize {
    let organization = question.organization.as_ref().map(|it| match it {
        OrganizationRef::Id(id) => id.to_string(),
        OrganizationRef::Slug(slug) => slug.clone(),
    });
    (
        question.name.word(),
        question.territory_code.clone(),
        organization,
        (question.from, question.to),
        canonical::statuses(&question.status_basis),
        question.as_of,
    )
}

/// What an earlier request with the same key made.
async fn made_before(
    db: &impl ConnectionTrait,
    ctx: &Ctx,
    done: Claim,
) -> Result<report_snapshot::Model, ReportError> {
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
) -> Result<report_snapshot::Model, ReportError> {
    let found = store::by_ids(db, ctx.scope(), &[id]).await?;
    let missing = || ReportError::Invalid(vec![Refusal::of(Code::NotFound, field)]);
    found.into_iter().next().ok_or_else(missing)
}

/// Whether an answer is of a whole territory, or of all hours of an organization there.
fn clear(ctx: &Ctx, answer: &IndhReport) -> Result<(), ReportError> {
    if answer.head.coverage == Coverage::Territory || ctx.scope().is_everything() {
        return Ok(());
    }
    let Some(organization) = &answer.head.organization else {
        let refusal = Refusal::of(Code::Required, "organizationId");
        return Err(ReportError::Invalid(vec![refusal]));
    };
    let read = ctx.scope().organizations_where(Action::ReadFigures);
    if read.contains(&organization.id) || answer.head.whole {
        Ok(())
    } else {
        Err(Denied::NotAllowed.into())
    }
}

/// The question that a snapshot answered, as of now.
///
/// # Errors
/// [`ReportError::Unknown`] for a snapshot that a later release wrote.
pub fn question(row: &report_snapshot::Model) -> Result<Question, ReportError> {
    Ok(Question {
        name: reports::ReportName::of_word(&row.report)
            .ok_or(ReportError::Unknown { kind: "report" })?,
        territory_code: row.territory_code.clone(),
        from: row.from_day,
        to: row.to_day,
        organization: row.organization_id.map(OrganizationRef::Id),
        status_basis: canonical::read_statuses(&row.status_basis)
            .ok_or(ReportError::Unknown { kind: "state" })?,
        as_of: None,
        valued: reports::Valued::Yes,
    })
}
