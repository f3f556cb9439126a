//! Answers of every report, as they are frozen: of which hours they are, and their figures by name.
//!
//! Figures of each report are named in `figures`; how they are written is in `canonical`.

use sea_orm::ConnectionTrait;

use crate::identity::Action;
use crate::identity::Coverage;
use crate::identity::Ctx;
use crate::identity::Denied;
use crate::refusal::Code;
use crate::refusal::Mend;
use crate::refusal::Refusal;
use crate::reports::ReportError;
use crate::reports::ReportName;
use crate::reports::Section;
use crate::reports::contractual;
use crate::reports::ground::Ground;
use crate::reports::head::Head;
use crate::reports::hours;
use crate::reports::indh;
use crate::reports::indh::IndhReport;
use crate::reports::quality;
use crate::reports::sdg;
use crate::reports::sdg::Measured;
use crate::reports::snapshot::asked::Asked;
use crate::reports::snapshot::figures;
use crate::reports::snapshot::figures::Figures;
use crate::reports::volunteer_work;
use crate::rollups;

/// An answer.
#[derive(Clone, Debug)]
pub struct Answered {
    /// What it is of.
    pub head: Head,
    /// Its figures by name.
    pub figures: Figures,
}

/// Brings up to date what a question is answered from.
///
/// # Errors
/// As `reports::answer`.
pub async fn bring_up(ctx: &Ctx, asked: &Asked) -> Result<(), ReportError> {
    match asked.question.name {
        ReportName::Indh => indh::bring_up(ctx, &asked.question, &Section::ALL).await,
        ReportName::Sdg | ReportName::Hours | ReportName::DataQuality => fold(ctx).await,
        // It counts entries themselves; who worked in a whole territory is read off roll-ups all the same.
        ReportName::VolunteerWork => match asked.question.organization {
            Some(_) => Ok(()),
            None => fold(ctx).await,
        },
        ReportName::ContractualVolunteering => Ok(()),
    }
}

async fn fold(ctx: &Ctx) -> Result<(), ReportError> {
    rollups::fold(&ctx.core().db).await?;
    Ok(())
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
    let question = &asked.question;
    let (head, figures) = match question.name {
        ReportName::Indh => {
            let mut answer = indh::of_state(ctx, db, question, &Section::ALL).await?;
            compare_clearly(ctx, &mut answer);
            (answer.head.clone(), figures::indh::of(&answer)?)
        }
        ReportName::Sdg => {
            let answer = sdg::of_state(ctx, db, question, Measured::Yes).await?;
            let figures = figures::sdg::of(&answer);
            (answer.head, figures)
        }
        ReportName::Hours => {
            let ground = Ground::of(ctx, db, question).await?;
            let rows = asked
                .rows
                .ok_or(ReportError::Unknown { kind: "dimension" })?;
            let dimensions = (rows, asked.columns);
            let answer = hours::table(ctx, db, (&ground, question), dimensions).await?;
            let figures = figures::hours::of(&answer);
            (answer.head, figures)
        }
        ReportName::VolunteerWork => {
            let answer = volunteer_work::of_state(ctx, db, question).await?;
            let figures = figures::volunteer_work::of(&answer);
            (answer.head, figures)
        }
        ReportName::ContractualVolunteering => {
            let answer = contractual::of_state(ctx, db, question).await?;
            let figures = figures::contractual::of(&answer);
            (answer.head, figures)
        }
        ReportName::DataQuality => {
            let answer = quality::of_state(ctx, db, question).await?;
            let figures = figures::quality::of(&answer);
            (answer.head, figures)
        }
    };
    clear(ctx, &head)?;
    Ok(Answered { head, figures })
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
