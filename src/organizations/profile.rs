//! Profiles: kinds, registration, seat, parent, settings.
//!
//! Who belongs to an organization is in `membership`.

use chrono::NaiveDate;
use entity::ids::MembershipId;
use entity::ids::OrganizationId;
use entity::ids::TerritoryId;
use entity::membership;
use entity::organization;
use entity::types::Minutes;
use entity::types::OrganizationKind;
use entity::types::Role;
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
use crate::organizations::error::OrganizationError;
use crate::organizations::sector;
use crate::organizations::store;
use crate::platform::change::Change;
use crate::platform::db::Tx;
use crate::platform::db::violates;
use crate::platform::idempotency::Claim;
use crate::platform::text::fold;
use crate::platform::zones;
use crate::refusal::Checks;
use crate::refusal::Code;
use crate::refusal::Refusal;
use crate::territories::lookup;

/// Where nothing else is said.
pub const TIME_ZONE: &str = zones::COUNTRY;
/// The most that one person may log on one day, where nothing else is said: the whole day.
pub const DAILY_CAP: Minutes = Minutes(1_440);
/// How long a timer may run without review, where an organization says nothing else.
pub const TIMER_LONGEST: Minutes = Minutes(720);

/// Most days of grace after a month.
const GRACE_MOST: i32 = 90;

/// A new organization, as asked for.
#[derive(Clone, Debug, Serialize)]
pub struct NewOrganization {
    /// Short name in addresses.
    pub slug: String,
    /// Name.
    pub name: String,
    /// Arabic name.
    pub name_ar: Option<String>,
    /// What it is in law.
    pub kind: OrganizationKind,
    /// Its number in a public register.
    pub registration_number: Option<String>,
    /// Code of its seat.
    pub territory_code: String,
    /// Its federation, which the caller must see.
    pub parent: Option<OrganizationId>,
    /// IANA name.
    pub time_zone: Option<String>,
}

/// Changes of a profile.
#[derive(Clone, Debug, Default)]
pub struct ProfileChanges {
    /// Name.
    pub name: Change<String>,
    /// Arabic name.
    pub name_ar: Change<Option<String>>,
    /// What it is in law.
    pub kind: Change<OrganizationKind>,
    /// Its number in a public register.
    pub registration_number: Change<Option<String>>,
    /// Section of its field of work in ICNP/TSO.
    pub sector_code: Change<Option<String>>,
    /// Code of its seat.
    pub territory_code: Change<String>,
}

/// Changes of settings.
#[derive(Clone, Debug, Default)]
pub struct SettingChanges {
    /// IANA name. Days of entries that exist stay as they were decided.
    pub time_zone: Change<String>,
    /// The most that one person may log on one civil day, 1 to 1440.
    pub daily_cap_minutes: Change<i64>,
    /// A timer that ran longer than this needs review, 1 to 1440.
    pub timer_longest_minutes: Change<i64>,
    /// Days after its end until a month closes by itself, 0 to 90; `None`: only by hand.
    pub grace_days: Change<Option<i64>>,
}

/// Creates an organization; whoever does becomes its owner.
///
/// # Errors
/// [`OrganizationError::Invalid`] with everything that is wrong, [`OrganizationError::SlugTaken`].
pub async fn create(
    ctx: &Ctx,
    new: NewOrganization,
    key: Option<&str>,
) -> Result<organization::Model, OrganizationError> {
    ctx.demand_signed_in()?;
    let mut checks = Checks::new();
    checks.key(key);
    let slug = checked_slug(&mut checks, &new.slug);
    let name = checks.text("name", &new.name, 200);
    let name_ar = checks.optional_text("nameAr", new.name_ar.as_deref(), 200);
    let search_key = search_key(&slug, &name, name_ar.as_deref());
    let registration_number =
        checks.optional_text("registrationNumber", new.registration_number.as_deref(), 60);
    let zone = new.time_zone.as_deref().unwrap_or(TIME_ZONE);
    let time_zone = zone_name(&mut checks, zone);
    let seat = seat(ctx, ctx.read(), &mut checks, &new.territory_code).await?;
    if let Some(parent) = new.parent {
        let seen = store::by_ids(ctx.read(), ctx.scope(), &[parent]).await?;
        checks.demand(!seen.is_empty(), || Refusal::of(Code::NotFound, "parentId"));
    }
    checks.done().map_err(OrganizationError::Invalid)?;
    let seat = seat.ok_or(OrganizationError::NotFound("territoryCode"))?;
    let now = ctx.now();
    let organization = organization::Model {
        id: OrganizationId(ctx.new_id()),
        slug,
        name,
        name_ar,
        search_key,
        kind: new.kind,
        registration_number,
        sector_code: None,
        territory_id: seat,
        parent_id: new.parent,
        time_zone,
        daily_cap_minutes: DAILY_CAP,
        timer_longest_minutes: TIMER_LONGEST,
        grace_days: None,
        version: 1,
        created_at: now,
        updated_at: now,
        archived_at: None,
    };
    ctx.beyond(async |tx| {
        let claim = ctx
            .claim(tx, "createOrganization", key, &new, organization.id.0)
            .await?;
        match claim {
            Claim::Go => insert(ctx, tx, organization).await,
            Claim::Conflict => Err(OrganizationError::KeyReused),
            Claim::Replay(id) => organization::Entity::find_by_id(OrganizationId(id))
                .one(&**tx)
                .await?
                .ok_or(OrganizationError::NotFound("idempotencyKey")),
        }
    })
    .await
}

async fn insert(
    ctx: &Ctx,
    tx: &Tx,
    organization: organization::Model,
) -> Result<organization::Model, OrganizationError> {
    organization::Entity::insert(organization.clone().into_active_model())
        .exec_without_returning(&**tx)
        .await
        .map_err(|it| {
            if violates(&it, &["organization.slug", "organization_slug_key"]) {
                OrganizationError::SlugTaken
            } else {
                OrganizationError::Database(it)
            }
        })?;
    if let Some(user) = ctx.actor().user() {
        let owner = membership::Model {
            id: MembershipId(ctx.new_id()),
            organization_id: organization.id,
            user_id: user,
            role: Role::Owner,
            version: 1,
            created_at: organization.created_at,
            updated_at: organization.created_at,
            ended_at: None,
        };
        membership::Entity::insert(owner.into_active_model())
            .exec_without_returning(&**tx)
            .await?;
    }
    audit::record(ctx, tx, line("organization.create", organization.id, None)).await?;
    Ok(organization)
}

/// Changes a profile.
///
/// # Errors
/// [`OrganizationError::VersionConflict`], [`OrganizationError::Invalid`], [`OrganizationError::Denied`].
pub async fn update(
    ctx: &Ctx,
    id: OrganizationId,
    expected: Option<i32>,
    changes: ProfileChanges,
) -> Result<organization::Model, OrganizationError> {
    change(
        ctx,
        id,
        expected,
        "organization.update",
        async |tx, before| {
            let mut checks = Checks::new();
            let mut after = before.clone();
            after.name = changes
                .name
                .map(|it| checks.text("name", &it, 200))
                .over(after.name);
            after.name_ar = changes
                .name_ar
                .map(|it| checks.optional_text("nameAr", it.as_deref(), 200))
                .over(after.name_ar);
            after.search_key = search_key(&after.slug, &after.name, after.name_ar.as_deref());
            after.kind = changes.kind.over(after.kind);
            after.registration_number = changes
                .registration_number
                .map(|it| checks.optional_text("registrationNumber", it.as_deref(), 60))
                .over(after.registration_number);
            if let Change::To(code) = changes.sector_code {
                after.sector_code = sector::code(&mut checks, code.as_deref())?;
            }
            if let Change::To(code) = changes.territory_code
                && let Some(seat) = seat(ctx, &**tx, &mut checks, &code).await?
            {
                after.territory_id = seat;
            }
            checks.done().map_err(OrganizationError::Invalid)?;
            Ok(after)
        },
    )
    .await
}

/// Changes settings.
///
/// # Errors
/// [`OrganizationError::VersionConflict`], [`OrganizationError::Invalid`], [`OrganizationError::Denied`].
pub async fn update_settings(
    ctx: &Ctx,
    id: OrganizationId,
    expected: Option<i32>,
    changes: SettingChanges,
) -> Result<organization::Model, OrganizationError> {
    change(
        ctx,
        id,
        expected,
        "organization.settings",
        async |_, before| {
            let mut checks = Checks::new();
            let mut after = before.clone();
            if let Change::To(zone) = changes.time_zone {
                after.time_zone = zone_name(&mut checks, &zone);
            }
            if let Change::To(cap) = changes.daily_cap_minutes {
                after.daily_cap_minutes = of_a_day(&mut checks, "dailyCapMinutes", cap);
            }
            if let Change::To(longest) = changes.timer_longest_minutes {
                let field = "timerLongestMinutes";
                after.timer_longest_minutes = of_a_day(&mut checks, field, longest);
            }
            if let Change::To(days) = changes.grace_days {
                after.grace_days = grace_days(&mut checks, days);
            }
            checks.done().map_err(OrganizationError::Invalid)?;
            Ok(after)
        },
    )
    .await
}

/// Minutes within a day, some at least.
fn of_a_day(checks: &mut Checks, field: &str, minutes: i64) -> Minutes {
    let fits = i32::try_from(minutes).ok();
    let fits = fits.filter(|it| (1..=1_440).contains(it));
    checks.demand(fits.is_some(), || {
        Refusal::of(Code::OutOfRange, field)
            .with("least", 1)
            .with("most", 1_440)
    });
    Minutes(fits.unwrap_or_default())
}

fn grace_days(checks: &mut Checks, days: Option<i64>) -> Option<i32> {
    let days = days?;
    let fits = i32::try_from(days).ok();
    let fits = fits.filter(|it| (0..=GRACE_MOST).contains(it));
    checks.demand(fits.is_some(), || {
        Refusal::of(Code::OutOfRange, "graceDays")
            .with("least", 0)
            .with("most", GRACE_MOST)
    });
    fits
}

async fn change(
    ctx: &Ctx,
    id: OrganizationId,
    expected: Option<i32>,
    action: &'static str,
    act: impl AsyncFnOnce(&Tx, &organization::Model) -> Result<organization::Model, OrganizationError>,
) -> Result<organization::Model, OrganizationError> {
    ctx.demand_signed_in()?;
    ctx.transaction(async |tx| {
        let before = store::lock(tx, ctx.scope(), id)
            .await?
            .ok_or(OrganizationError::NotFound("id"))?;
        demand(ctx, Action::ManageOrganization, id)?;
        if expected.is_some_and(|it| it != before.version) {
            return Err(OrganizationError::VersionConflict {
                current: before.version,
            });
        }
        let mut after = act(tx, &before).await?;
        if after == before {
            return Ok(before);
        }
        after.version += 1;
        after.updated_at = ctx.now();
        organization::Entity::update(after.clone().into_active_model().reset_all())
            .exec(&**tx)
            .await?;
        let details = json!({ "before": kept(&before), "after": kept(&after) });
        audit::record(ctx, tx, line(action, id, Some(details))).await?;
        Ok(after)
    })
    .await
}

/// What the trail keeps of an organization before and after a change.
fn kept(organization: &organization::Model) -> serde_json::Value {
    json!({
        "name": organization.name,
        "sectorCode": organization.sector_code,
        "timeZone": organization.time_zone,
        "dailyCapMinutes": organization.daily_cap_minutes,
        "timerLongestMinutes": organization.timer_longest_minutes,
        "graceDays": organization.grace_days,
    })
}

/// Demands an action of somebody who sees the organization already.
pub(crate) fn demand(
    ctx: &Ctx,
    action: Action,
    id: OrganizationId,
) -> Result<(), OrganizationError> {
    Ok(ctx.demand_of_seen(action, id)?)
}

fn line(action: &'static str, id: OrganizationId, details: Option<serde_json::Value>) -> Line {
    Line {
        action,
        organization: Some(id),
        subject: ("Organization", Some(id.0)),
        details,
    }
}

fn checked_slug(checks: &mut Checks, slug: &str) -> String {
    let slug = checks.text("slug", slug, 60);
    let fits = slug.len() >= 3
        && slug
            .bytes()
            .all(|it| it.is_ascii_lowercase() || it.is_ascii_digit() || it == b'-')
        && !slug.starts_with('-')
        && !slug.ends_with('-')
        && !slug.contains("--");
    checks.demand(fits || slug.is_empty(), || {
        Refusal::of(Code::InvalidFormat, "slug").with("value", &slug)
    });
    slug
}

/// A time zone as the zone data spell it.
pub fn zone_name(checks: &mut Checks, name: &str) -> String {
    let zone = zones::parse(name.trim());
    checks.demand(zone.is_some(), || {
        Refusal::of(Code::UnknownTimeZone, "timeZone").with("value", name)
    });
    zone.map(|it| it.name().to_owned()).unwrap_or_default()
}

/// What is searched: the folded names and the short name.
#[must_use]
pub fn search_key(slug: &str, name: &str, name_ar: Option<&str>) -> String {
    format!(
        "{}|{}|{}",
        fold(name),
        fold(name_ar.unwrap_or_default()),
        fold(slug)
    )
}

async fn seat(
    ctx: &Ctx,
    conn: &impl ConnectionTrait,
    checks: &mut Checks,
    code: &str,
) -> Result<Option<TerritoryId>, OrganizationError> {
    let today: NaiveDate = ctx.today();
    let found = lookup::by_code(conn, code, today).await?;
    checks.demand(found.is_some(), || {
        Refusal::of(Code::UnknownTerritory, "territoryCode").with("value", code)
    });
    Ok(found.map(|it| it.id))
}
