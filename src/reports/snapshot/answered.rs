//! Answers of every report, as they are frozen: of which hours they are, and their figures by name.
//!
//! They are given in `reports::answered`; figures of each report are named in `figures`, how they are written is in
//! `canonical`.

use sea_orm::ConnectionTrait;

use crate::identity::Action;
use crate::identity::Coverage;
use crate::identity::Ctx;
use crate::identity::Denied;
use crate::refusal::Code;
use crate::refusal::Mend;
use crate::refusal::Refusal;
use crate::reports::ReportError;
use crate::reports::answered;
use crate::reports::answered::Answer;
use crate::reports::asked::Asked;
use crate::reports::head::Head;
use crate::reports::indh::IndhReport;
use crate::reports::snapshot::figures;
use crate::reports::snapshot::figures::Figures;

/// An answer.
#[derive(Clone, Debug)]
pub struct Answered {
    /// What it is of.
    pub head: Head,
    /// Its figures by name.
    pub figures: Figures,
}

/// Answers a question in the state that `db` sees: of a whole territory, or of all that is of one organization there,
/// so that whoever reads it later knows whose hours it counts.
///
/// # Errors
/// As `reports::answer`; [`ReportError::Invalid`] where the answer would be of some organizations only.
pub async fn answer(
    ctx: &Ctx,
    db: &impl ConnectionTrait,
    asked: &Asked,
) -> Result<Answered, ReportError> {
    let mut answer = answered::of_state(ctx, db, asked).await?;
    if let Answer::Indh(report) = &mut answer {
        compare_clearly(ctx, report);
    }
    clear(ctx, answer.head())?;
    Answered::of(&answer)
}

impl Answered {
    /// An answer with its figures by name.
    ///
    /// # Errors
    /// [`ReportError`] where figures do not add up, which only a fault of ours can cause.
    pub fn of(answer: &Answer) -> Result<Self, ReportError> {
        Ok(Self {
            head: answer.head().clone(),
            figures: figures(answer)?,
        })
    }
}

fn figures(answer: &Answer) -> Result<Figures, ReportError> {
    Ok(match answer {
        Answer::Indh(it) => figures::indh::of(it)?,
        Answer::Sdg(it) => figures::sdg::of(it),
        Answer::Hours(it, _) => figures::hours::of(it),
        Answer::VolunteerWork(it) => figures::volunteer_work::of(it),
        Answer::Contractual(it) => figures::contractual::of(it),
        Answer::DataQuality(it) => figures::quality::of(it),
    })
}

/// Whether an answer is of a whole territory, or of all that is of an organization there.
fn clear(ctx: &Ctx, head: &Head) -> Result<(), ReportError> {
    if head.coverage == Coverage::Territory || ctx.scope().is_everything() {
        return Ok(());
    }
    if head.organization.is_none() {
        let refusal = Refusal::of(Code::Required, "organizationId");
        return Err(ReportError::Invalid(vec![
            refusal.mended(Mend::OneOrganization),
        ]));
    }
    if head.whole || reads_all(ctx, head) {
        Ok(())
    } else {
        Err(Denied::NotAllowed.into())
    }
}

/// Takes out the periods of which only a part is counted: of the report itself `clear` says so.
fn compare_clearly(ctx: &Ctx, answer: &mut IndhReport) {
    let reads = reads_all(ctx, &answer.head);
    if let Some(comparison) = &mut answer.comparison {
        for side in [
            &mut comparison.previous_period,
            &mut comparison.previous_year,
        ] {
            *side = side.filter(|it| it.whole || reads);
        }
    }
}

/// Whether the actor reads the figures of the organization asked about, wherever it works.
fn reads_all(ctx: &Ctx, head: &Head) -> bool {
    let read = ctx.scope().organizations_where(Action::ReadFigures);
    let organization = head.organization.as_ref();
    organization.is_some_and(|it| read.contains(&it.id))
}
