//! What waits for a decision, project by project, in figures.
//!
//! The entries themselves are in `list`.

use std::collections::HashMap;

use chrono::DateTime;
use chrono::Utc;
use entity::ids::ProjectId;
use entity::organization;
use entity::project;
use sea_orm::DbErr;
use sea_orm::FromQueryResult;

use crate::hours;
use crate::hours::queue::Filter;
use crate::hours::queue::store;
use crate::identity::Ctx;

/// What waits of one project.
#[derive(Clone, Debug, PartialEq, Eq, FromQueryResult)]
pub struct ProjectSum {
    /// The project.
    pub project_id: ProjectId,
    /// How many entries.
    pub entries: i64,
    /// Their minutes, all people together.
    pub minutes: i64,
    /// When the first of them was handed in.
    pub oldest: Option<DateTime<Utc>>,
}

/// What waits in a queue by project, most minutes first, and the projects.
///
/// # Errors
/// [`DbErr`].
pub async fn by_project(
    ctx: &Ctx,
    place: &organization::Model,
) -> Result<(Vec<ProjectSum>, HashMap<ProjectId, project::Model>), DbErr> {
    let condition = Filter::of(place.id).condition();
    let mut sums = store::by_project(ctx.read(), ctx.scope(), condition).await?;
    sums.sort_by_key(|it| (std::cmp::Reverse(it.minutes), it.project_id));
    let ids: Vec<ProjectId> = sums.iter().map(|it| it.project_id).collect();
    let projects = hours::store::projects(ctx.read(), ctx.scope(), &ids).await?;
    Ok((sums, projects))
}
