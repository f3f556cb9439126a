//! Projects: create, register from a file, change.
//!
//! Shares are in `tags`.

use std::collections::HashSet;

use chrono::NaiveDate;
use entity::ids::OrganizationId;
use entity::ids::ProjectId;
use entity::project;
use rust_decimal::Decimal;
use sea_orm::ActiveModelTrait;
use sea_orm::ConnectionTrait;
use sea_orm::EntityTrait;
use sea_orm::IntoActiveModel;
use serde::Serialize;
use serde_json::json;

use crate::audit;
use crate::audit::Line;
use crate::identity::Action;
use crate::identity::Ctx;
use crate::organizations::sector;
use crate::platform::change::Change;
use crate::platform::db::Tx;
use crate::platform::db::violates;
use crate::platform::idempotency::Claim;
use crate::projects::error::ProjectError;
use crate::projects::fields::dates;
use crate::projects::fields::place;
use crate::projects::fields::search_key;
use crate::projects::fields::zone;
use crate::projects::money;
use crate::projects::occupation;
use crate::projects::store;
use crate::projects::tags;
use crate::projects::tags::NewShares;
use crate::refusal::Checks;
use crate::refusal::Code;
use crate::refusal::Refusal;

/// A new project, as asked for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct NewProject {
    /// The organization's own short code.
    pub code: Option<String>,
    /// Title.
    pub title: String,
    /// Arabic title.
    pub title_ar: Option<String>,
    /// Code of the place.
    pub territory_code: String,
    /// IANA name; the organization's zone where absent.
    pub time_zone: Option<String>,
    /// First day.
    pub starts_on: NaiveDate,
    /// Last day, inclusive.
    pub ends_on: Option<NaiveDate>,
    /// Budget, to two decimals.
    pub budget: Option<Decimal>,
    /// What the INDH pays of it, to two decimals.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub budget_indh: Option<Decimal>,
    /// ISO 4217.
    pub currency: Option<String>,
    /// Code of the work's occupation in ISCO-08.
    pub occupation_code: Option<String>,
    /// Code of the field of work in ICNP/TSO; that of the organization where absent.
    pub sector_code: Option<String>,
    /// Shares, one entry for each vocabulary.
    pub shares: Vec<NewShares>,
}

/// Changes of a project.
#[derive(Clone, Debug, Default)]
pub struct ProjectChanges {
    /// The organization's own short code.
    pub code: Change<Option<String>>,
    /// Title.
    pub title: Change<String>,
    /// Arabic title.
    pub title_ar: Change<Option<String>>,
    /// Code of the place.
    pub territory_code: Change<String>,
    /// IANA name.
    pub time_zone: Change<Option<String>>,
    /// First day.
    pub starts_on: Change<NaiveDate>,
    /// Last day, inclusive.
    pub ends_on: Change<Option<NaiveDate>>,
    /// Budget, to two decimals.
    pub budget: Change<Option<Decimal>>,
    /// What the INDH pays of it, to two decimals.
    pub budget_indh: Change<Option<Decimal>>,
    /// ISO 4217.
    pub currency: Change<String>,
    /// Code of the work's occupation in ISCO-08.
    pub occupation_code: Change<Option<String>>,
    /// Code of the field of work in ICNP/TSO.
    pub sector_code: Change<Option<String>>,
    /// Whether it takes no new work.
    pub archived: Change<bool>,
}

/// What became of a row that names a project by code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Registered {
    /// A new project.
    Created(ProjectId),
    /// The project exists with the same content.
    Unchanged(ProjectId),
    /// The project existed and took over what the row says.
    Changed(ProjectId),
}

/// Creates a project with its shares.
///
/// # Errors
/// [`ProjectError::Invalid`] with everything that is wrong, [`ProjectError::CodeTaken`],
/// [`ProjectError::SharesNotWhole`], [`ProjectError::Denied`].
pub async fn create(
    ctx: &Ctx,
    organization: OrganizationId,
    new: NewProject,
    key: Option<&str>,
) -> Result<project::Model, ProjectError> {
    ctx.demand(Action::ManageProjects, organization)?;
    let mut checks = Checks::new();
    checks.key(key);
    checks.done().map_err(ProjectError::Invalid)?;
    ctx.transaction(async |tx| {
        let subject = ProjectId(ctx.new_id());
        let content = (organization, &new);
        match ctx
            .claim(tx, "createProject", key, &content, subject.0)
            .await?
        {
            Claim::Go => insert(ctx, tx, subject, organization, &new).await,
            Claim::Conflict => Err(ProjectError::KeyReused),
            Claim::Replay(id) => store::by_ids(&**tx, ctx.scope(), &[ProjectId(id)])
                .await?
                .pop()
                .ok_or(ProjectError::NotFound("idempotencyKey")),
        }
    })
    .await
}

/// Registers a row of a file: a project is known by the organization's code.
///
/// # Errors
/// As [`create`]; a row without a code is refused, since it would create a project each time.
pub async fn register(
    ctx: &Ctx,
    tx: &Tx,
    organization: OrganizationId,
    new: NewProject,
) -> Result<Registered, ProjectError> {
    ctx.demand(Action::ManageProjects, organization)?;
    let Some(code) = new
        .code
        .as_deref()
        .map(str::trim)
        .filter(|it| !it.is_empty())
    else {
        return Err(ProjectError::Invalid(vec![Refusal::of(
            Code::Required,
            "code",
        )]));
    };
    let known = store::lock_by_code(tx, organization, code).await?;
    let Some(before) = known else {
        let id = ProjectId(ctx.new_id());
        insert(ctx, tx, id, organization, &new).await?;
        return Ok(Registered::Created(id));
    };
    let parsed = parse(ctx, &**tx, before.id, organization, &new).await?;
    let after = project::Model {
        // A file that says nothing of a value does not clear it.
        title_ar: parsed.title_ar.or_else(|| before.title_ar.clone()),
        budget_minor: parsed.budget_minor.or(before.budget_minor),
        budget_indh_minor: parsed.budget_indh_minor.or(before.budget_indh_minor),
        time_zone: parsed.time_zone.or_else(|| before.time_zone.clone()),
        title: parsed.title,
        territory_id: parsed.territory_id,
        starts_on: parsed.starts_on,
        ends_on: parsed.ends_on.or(before.ends_on),
        ..before.clone()
    };
    // The row may begin after the end that is known.
    let mut checks = Checks::new();
    dates(&mut checks, after.starts_on, after.ends_on);
    money::share(&mut checks, after.budget_minor, after.budget_indh_minor);
    checks.done().map_err(ProjectError::Invalid)?;
    let saved = save(ctx, tx, &before, after, "project.register").await?;
    let mut changed = saved.version != before.version;
    for shares in &new.shares {
        changed |= tags::assign(ctx, tx, &saved, shares, "").await?;
    }
    Ok(if changed {
        Registered::Changed(saved.id)
    } else {
        Registered::Unchanged(saved.id)
    })
}

/// Changes a project.
///
/// # Errors
/// [`ProjectError::VersionConflict`], [`ProjectError::Invalid`], [`ProjectError::CodeTaken`],
/// [`ProjectError::Denied`].
pub async fn update(
    ctx: &Ctx,
    id: ProjectId,
    expected: Option<i32>,
    changes: ProjectChanges,
) -> Result<project::Model, ProjectError> {
    ctx.demand_signed_in()?;
    ctx.transaction(async |tx| {
        let before = held(ctx, tx, id, expected, "id").await?;
        let mut checks = Checks::new();
        let mut after = before.clone();
        after.code = changes
            .code
            .map(|it| checks.optional_text("code", it.as_deref(), 40))
            .over(after.code);
        after.title = changes
            .title
            .map(|it| checks.text("title", &it, 300))
            .over(after.title);
        after.title_ar = changes
            .title_ar
            .map(|it| checks.optional_text("titleAr", it.as_deref(), 300))
            .over(after.title_ar);
        after.starts_on = changes.starts_on.over(after.starts_on);
        after.ends_on = changes.ends_on.over(after.ends_on);
        after.time_zone = changes
            .time_zone
            .map(|it| zone(&mut checks, it.as_deref()))
            .over(after.time_zone);
        after.budget_minor = changes
            .budget
            .map(|it| money::minor(&mut checks, "budget", it))
            .over(after.budget_minor);
        after.budget_indh_minor = changes
            .budget_indh
            .map(|it| money::minor(&mut checks, "budgetIndh", it))
            .over(after.budget_indh_minor);
        money::share(&mut checks, after.budget_minor, after.budget_indh_minor);
        after.currency = changes
            .currency
            .map(|it| money::currency(&mut checks, &it))
            .over(after.currency);
        match changes.archived {
            Change::To(true) => after.archived_at = after.archived_at.or(Some(ctx.now())),
            Change::To(false) => after.archived_at = None,
            Change::Keep => {}
        }
        if let Change::To(code) = changes.territory_code
            && let Some(place) = place(&**tx, &mut checks, &code, after.starts_on).await?
        {
            after.territory_id = place;
        }
        if let Change::To(code) = changes.occupation_code {
            let code = code.as_deref();
            after.occupation_code = occupation::code(&**tx, &mut checks, code, ctx.today()).await?;
        }
        if let Change::To(code) = changes.sector_code {
            after.sector_code = sector::code(&mut checks, code.as_deref())?;
        }
        dates(&mut checks, after.starts_on, after.ends_on);
        checks.done().map_err(ProjectError::Invalid)?;
        save(ctx, tx, &before, after, "project.update").await
    })
    .await
}

/// A project that the actor may change, held until the transaction ends.
pub(crate) async fn held(
    ctx: &Ctx,
    tx: &Tx,
    id: ProjectId,
    expected: Option<i32>,
    field: &'static str,
) -> Result<project::Model, ProjectError> {
    let before = store::lock(tx, ctx.scope(), id)
        .await?
        .ok_or(ProjectError::NotFound(field))?;
    ctx.demand_of_seen(Action::ManageProjects, before.organization_id)?;
    if expected.is_some_and(|it| it != before.version) {
        return Err(ProjectError::VersionConflict {
            current: before.version,
        });
    }
    Ok(before)
}

async fn insert(
    ctx: &Ctx,
    tx: &Tx,
    id: ProjectId,
    organization: OrganizationId,
    new: &NewProject,
) -> Result<project::Model, ProjectError> {
    let project = parse(ctx, &**tx, id, organization, new).await?;
    let mut checks = Checks::new();
    money::share(&mut checks, project.budget_minor, project.budget_indh_minor);
    checks.done().map_err(ProjectError::Invalid)?;
    project::Entity::insert(project.clone().into_active_model())
        .exec_without_returning(&**tx)
        .await
        .map_err(taken)?;
    audit::record(ctx, tx, line("project.create", &project)).await?;
    let mut seen = HashSet::new();
    for (index, shares) in new.shares.iter().enumerate() {
        let field = format!("tagAllocations.{index}.");
        if !seen.insert(&shares.vocabulary) {
            return Err(Refusal::of(Code::Taken, &format!("{field}vocabulary")).into());
        }
        tags::assign(ctx, tx, &project, shares, &field).await?;
    }
    Ok(project)
}

async fn save(
    ctx: &Ctx,
    tx: &Tx,
    before: &project::Model,
    mut after: project::Model,
    action: &'static str,
) -> Result<project::Model, ProjectError> {
    after.search_key = search_key(&after.title, after.title_ar.as_deref());
    if after == *before {
        return Ok(after);
    }
    after.version += 1;
    after.updated_at = ctx.now();
    project::Entity::update(after.clone().into_active_model().reset_all())
        .exec(&**tx)
        .await
        .map_err(taken)?;
    let mut line = line(action, &after);
    // They tell all work of the project anew, what was done too.
    let mut told = serde_json::Map::new();
    for (field, old, new) in [
        (
            "occupationCode",
            &before.occupation_code,
            &after.occupation_code,
        ),
        ("sectorCode", &before.sector_code, &after.sector_code),
    ] {
        if old != new {
            told.insert(field.to_owned(), json!({ "before": old, "after": new }));
        }
    }
    if !told.is_empty() {
        line.details = Some(serde_json::Value::Object(told));
    }
    audit::record(ctx, tx, line).await?;
    Ok(after)
}

fn taken(error: sea_orm::DbErr) -> ProjectError {
    if violates(&error, &["project_code", "project.code"]) {
        ProjectError::CodeTaken
    } else {
        ProjectError::Database(error)
    }
}

fn line(action: &'static str, project: &project::Model) -> Line {
    Line {
        action,
        organization: Some(project.organization_id),
        subject: ("Project", Some(project.id.0)),
        details: None,
    }
}

async fn parse(
    ctx: &Ctx,
    conn: &impl ConnectionTrait,
    id: ProjectId,
    organization: OrganizationId,
    new: &NewProject,
) -> Result<project::Model, ProjectError> {
    let mut checks = Checks::new();
    let now = ctx.now();
    let title = checks.text("title", &new.title, 300);
    let title_ar = checks.optional_text("titleAr", new.title_ar.as_deref(), 300);
    dates(&mut checks, new.starts_on, new.ends_on);
    let place = place(conn, &mut checks, &new.territory_code, new.starts_on).await?;
    let code = checks.optional_text("code", new.code.as_deref(), 40);
    let time_zone = zone(&mut checks, new.time_zone.as_deref());
    let budget_minor = money::minor(&mut checks, "budget", new.budget);
    let budget_indh_minor = money::minor(&mut checks, "budgetIndh", new.budget_indh);
    let currency = new.currency.as_deref().unwrap_or(money::CURRENCY);
    let currency = money::currency(&mut checks, currency);
    let occupation = new.occupation_code.as_deref();
    let occupation_code = occupation::code(conn, &mut checks, occupation, ctx.today()).await?;
    let sector_code = sector::code(&mut checks, new.sector_code.as_deref())?;
    checks.done().map_err(ProjectError::Invalid)?;
    Ok(project::Model {
        id,
        organization_id: organization,
        code,
        search_key: search_key(&title, title_ar.as_deref()),
        title,
        title_ar,
        territory_id: place.ok_or(ProjectError::NotFound("territoryCode"))?,
        time_zone,
        starts_on: new.starts_on,
        ends_on: new.ends_on,
        budget_minor,
        budget_indh_minor,
        currency,
        occupation_code,
        sector_code,
        version: 1,
        created_at: now,
        updated_at: now,
        archived_at: None,
    })
}
