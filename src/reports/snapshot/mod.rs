//! Snapshots: answers that are frozen, with a hash that anybody can work out again.
//!
//! What is frozen of an answer is in `canonical`; what changed since, and through which entries, in
//! `difference`.

pub mod canonical;
pub mod difference;
pub mod store;

use entity::ids::SnapshotId;
use entity::report_snapshot;
use sea_orm::ConnectionTrait;

pub use difference::Difference;
pub use difference::difference;

use crate::audit;
use crate::audit::Line;
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
use crate::reports::head::Coverage;
use crate::reports::indh::IndhReport;

/// The sections that are frozen.
const FROZEN: [Section; 1] = [Section::Budget];
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
    let answer = reports::answer_indh_with(ctx, question, &FROZEN).await?;
    clear(ctx, &answer)?;
    let content = canonical::write(&answer);
    let row = report_snapshot::Model {
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
    };
    ctx.transaction(async |tx| {
        let asked = (
            &row.title,
            &row.report,
            &row.territory_code,
            row.organization_id,
            (row.from_day, row.to_day),
            &row.status_basis,
            question.as_of,
        );
        match ctx
            .claim(tx, "createSnapshot", key, &asked, row.id.0)
            .await?
        {
            Claim::Conflict => {
                let refusal = Refusal::of(Code::IdempotencyConflict, "idempotencyKey");
                return Err(ReportError::Invalid(vec![refusal]));
            }
            Claim::Replay(id) => return find(&**tx, ctx, SnapshotId(id), "idempotencyKey").await,
            Claim::Go => {}
        }
        store::insert(tx, row.clone()).await?;
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
