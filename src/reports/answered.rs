//! Answers of every report: one question in, the report of its name out.
//!
//! What is asked is put in order in `asked`; the figures are worked out in each report. Sections that are asked for
//! apart over GraphQL are all in these answers: they are written to files, and frozen.

use std::collections::HashMap;

use entity::ids::OrganizationId;
use entity::ids::ProjectId;
use entity::organization;
use entity::project;
use sea_orm::ConnectionTrait;
use sea_orm::DbErr;

use crate::identity::Ctx;
use crate::organizations;
use crate::projects;
use crate::reports::ReportError;
use crate::reports::ReportName;
use crate::reports::Section;
use crate::reports::asked::Asked;
use crate::reports::asked::Asking;
use crate::reports::contractual;
use crate::reports::contractual::Contractual;
use crate::reports::ground::Ground;
use crate::reports::head::Head;
use crate::reports::hours;
use crate::reports::hours::HoursReport;
use crate::reports::indh;
use crate::reports::indh::IndhReport;
use crate::reports::quality;
use crate::reports::quality::DataQuality;
use crate::reports::sdg;
use crate::reports::sdg::Measured;
use crate::reports::sdg::SdgReport;
use crate::reports::volunteer_work;
use crate::reports::volunteer_work::VolunteerWork;
use crate::rollups;
use crate::rollups::Member;

/// Projects or organizations of one statement.
const NAMES: usize = 1_000;

/// An answered question.
#[derive(Clone, Debug)]
pub enum Answer {
    /// Hours by INDH programme.
    Indh(Box<IndhReport>),
    /// Hours by goal and target of sustainable development.
    Sdg(Box<SdgReport>),
    /// Hours by one dimension, or by two that cross, and what their rows and columns are called.
    Hours(Box<HoursReport>, Names),
    /// Volunteer work by the tables of the ILO.
    VolunteerWork(Box<VolunteerWork>),
    /// Contracts of a year.
    Contractual(Box<Contractual>),
    /// How far figures can be trusted.
    DataQuality(Box<DataQuality>),
}

impl Answer {
    /// Of which hours it is.
    #[must_use]
    pub fn head(&self) -> &Head {
        match self {
            Self::Indh(it) => &it.head,
            Self::Sdg(it) => &it.head,
            Self::Hours(it, _) => &it.head,
            Self::VolunteerWork(it) => &it.head,
            Self::Contractual(it) => &it.head,
            Self::DataQuality(it) => &it.head,
        }
    }
}

/// What members of an answer are called that it knows by their ids alone; those that may be counted and not seen are
/// missing.
#[derive(Clone, Debug, Default)]
pub struct Names {
    /// Projects by id.
    pub projects: HashMap<ProjectId, project::Model>,
    /// Organizations by id.
    pub organizations: HashMap<OrganizationId, organization::Model>,
}

/// Answers a question as of now, or as of the instant that it names, with every section, and what is in it called.
///
/// Counts what the actor's scope lets be counted: an observer everything worked in an observed
/// territory or below, a member with the right to figures the hours of their organizations, the
/// platform everything.
///
/// # Errors
/// [`ReportError::Denied`] for a territory outside an observer's, and for whom no figures are;
/// [`ReportError::Invalid`] for parameters that cannot be answered.
pub async fn answer(ctx: &Ctx, asking: &Asking) -> Result<Answer, ReportError> {
    let asked = asking.in_order(ctx).await?;
    bring_up(ctx, &asked).await?;
    // All of it as of one moment, while others write.
    let db = &ctx.counting().await?;
    let mut answer = of_state(ctx, db, &asked).await?;
    if let Answer::Hours(report, names) = &mut answer {
        *names = called(ctx, db, report).await?;
    }
    Ok(answer)
}

/// Brings up to date what a question is answered from.
///
/// # Errors
/// As [`answer`].
pub(super) async fn bring_up(ctx: &Ctx, asked: &Asked) -> Result<(), ReportError> {
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

/// Answers a question that is in order in the state that `db` sees; nothing in it is called yet.
///
/// # Errors
/// As [`answer`].
pub(super) async fn of_state(
    ctx: &Ctx,
    db: &impl ConnectionTrait,
    asked: &Asked,
) -> Result<Answer, ReportError> {
    let question = &asked.question;
    Ok(match question.name {
        ReportName::Indh => {
            let answer = indh::of_state(ctx, db, question, &Section::ALL).await?;
            Answer::Indh(Box::new(answer))
        }
        ReportName::Sdg => {
            let answer = sdg::of_state(ctx, db, question, Measured::Yes).await?;
            Answer::Sdg(Box::new(answer))
        }
        ReportName::Hours => {
            let ground = Ground::of(ctx, db, question).await?;
            let rows = asked
                .rows
                .ok_or(ReportError::Unknown { kind: "dimension" })?;
            let dimensions = (rows, asked.columns);
            let answer = hours::table(ctx, db, (&ground, question), dimensions).await?;
            Answer::Hours(Box::new(answer), Names::default())
        }
        ReportName::VolunteerWork => {
            let answer = volunteer_work::of_state(ctx, db, question).await?;
            Answer::VolunteerWork(Box::new(answer))
        }
        ReportName::ContractualVolunteering => {
            let answer = contractual::of_state(ctx, db, question).await?;
            Answer::Contractual(Box::new(answer))
        }
        ReportName::DataQuality => {
            let answer = quality::of_state(ctx, db, question).await?;
            Answer::DataQuality(Box::new(answer))
        }
    })
}

/// What projects and organizations of rows and columns are called, as far as the actor sees them.
async fn called(
    ctx: &Ctx,
    db: &impl ConnectionTrait,
    report: &HoursReport,
) -> Result<Names, DbErr> {
    let mut names = Names::default();
    let lines = report.by_row.iter().chain(&report.by_column);
    let (mut projects, mut organizations) = (Vec::new(), Vec::new());
    for line in lines {
        match line.label.member {
            Member::Project(id) => projects.push(id),
            Member::Organization(id) => organizations.push(id),
            _ => {}
        }
    }
    if !projects.is_empty() {
        let found = projects::store::by_ids(db, ctx.scope(), &projects).await?;
        names.projects = found.into_iter().map(|it| (it.id, it)).collect();
    }
    for ids in organizations.chunks(NAMES) {
        let found = organizations::store::by_ids(db, ctx.scope(), ids).await?;
        names
            .organizations
            .extend(found.into_iter().map(|it| (it.id, it)));
    }
    Ok(names)
}
