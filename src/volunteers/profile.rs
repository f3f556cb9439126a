//! Records: create, register from a file, change, archive.
//!
//! The person behind a record is in `person`.

use chrono::NaiveDate;
use entity::ids::OrganizationId;
use entity::ids::PersonId;
use entity::ids::TerritoryId;
use entity::ids::VolunteerId;
use entity::types::Sex;
use entity::volunteer;
use sea_orm::ActiveModelTrait;
use sea_orm::ConnectionTrait;
use sea_orm::EntityTrait;
use sea_orm::IntoActiveModel;
use serde::Serialize;

use crate::audit;
use crate::audit::Line;
use crate::identity::Action;
use crate::identity::Ctx;
use crate::identity::account;
use crate::platform::change::Change;
use crate::platform::db::Tx;
use crate::platform::db::violates;
use crate::platform::idempotency::Claim;
use crate::platform::text::fold;
use crate::platform::text::turns;
use crate::refusal::Checks;
use crate::refusal::Code;
use crate::refusal::Refusal;
use crate::territories::lookup;
use crate::volunteers::contact;
use crate::volunteers::error::VolunteerError;
use crate::volunteers::keys;
use crate::volunteers::number;
use crate::volunteers::person;
use crate::volunteers::store;

/// A new record, as asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct NewVolunteer {
    /// The organization's own number.
    pub reference: Option<String>,
    /// Name.
    pub name: String,
    /// Name in Arabic script.
    pub name_ar: Option<String>,
    /// Sex as stated.
    pub sex: Option<Sex>,
    /// Day of birth.
    pub birth_date: Option<NaiveDate>,
    /// Code of the place of residence.
    pub territory_code: Option<String>,
    /// Address for letters.
    pub email: Option<String>,
    /// Telephone.
    pub phone: Option<String>,
    /// First day with the organization.
    pub joined_on: Option<NaiveDate>,
    /// National identity number; only its keyed hash is kept, unless the installation may keep the number.
    #[serde(skip)]
    pub national_id: Option<String>,
}

/// Changes of a record.
#[derive(Clone, Debug, Default)]
pub struct VolunteerChanges {
    /// The organization's own number.
    pub reference: Change<Option<String>>,
    /// Name.
    pub name: Change<String>,
    /// Name in Arabic script.
    pub name_ar: Change<Option<String>>,
    /// Sex as stated.
    pub sex: Change<Option<Sex>>,
    /// Day of birth.
    pub birth_date: Change<Option<NaiveDate>>,
    /// Code of the place of residence.
    pub territory_code: Change<Option<String>>,
    /// Address for letters.
    pub email: Change<Option<String>>,
    /// Telephone.
    pub phone: Change<Option<String>>,
    /// First day with the organization.
    pub joined_on: Change<Option<NaiveDate>>,
}

/// What became of a row that names a volunteer by reference.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Registered {
    /// A new record.
    Created(Box<volunteer::Model>),
    /// The record exists with the same content.
    Unchanged(VolunteerId),
    /// The record existed and took over what the row says.
    Changed {
        /// As it was.
        before: Box<volunteer::Model>,
        /// As it is.
        after: Box<volunteer::Model>,
    },
}

/// Creates a record.
///
/// # Errors
/// [`VolunteerError::Invalid`] with everything that is wrong, [`VolunteerError::ReferenceTaken`],
/// [`VolunteerError::PersonTaken`], [`VolunteerError::Denied`].
pub async fn create(
    ctx: &Ctx,
    organization: OrganizationId,
    new: NewVolunteer,
    key: Option<&str>,
) -> Result<volunteer::Model, VolunteerError> {
    ctx.demand(Action::ManageVolunteers, organization)?;
    let mut checks = Checks::new();
    checks.key(key);
    checks.done().map_err(VolunteerError::Invalid)?;
    ctx.transaction(async |tx| {
        let subject = VolunteerId(ctx.new_id());
        let number = new.national_id.as_deref().map(|it| person::hash(ctx, it));
        let content = (organization, &new, number);
        match ctx
            .claim(tx, "createVolunteer", key, &content, subject.0)
            .await?
        {
            Claim::Go => {
                let record = parse(ctx, &**tx, subject, organization, &new).await?;
                insert(ctx, tx, record, new.national_id.as_deref()).await
            }
            Claim::Conflict => Err(VolunteerError::KeyReused),
            Claim::Replay(id) => store::by_ids(&**tx, ctx.scope(), &[VolunteerId(id)])
                .await?
                .pop()
                .ok_or(VolunteerError::NotFound("idempotencyKey")),
        }
    })
    .await
}

/// Registers a row of a file: a volunteer is known by the organization's reference.
///
/// # Errors
/// As [`create`]; a row without a reference creates a record each time, so it is refused.
pub async fn register(
    ctx: &Ctx,
    tx: &Tx,
    organization: OrganizationId,
    new: NewVolunteer,
) -> Result<Registered, VolunteerError> {
    ctx.demand(Action::ManageVolunteers, organization)?;
    let Some(reference) = new
        .reference
        .as_deref()
        .map(str::trim)
        .filter(|it| !it.is_empty())
    else {
        let refusal = Refusal::of(Code::Required, "reference");
        return Err(VolunteerError::Invalid(vec![refusal]));
    };
    let known = store::lock_by_reference(tx, organization, reference).await?;
    let id = known
        .as_ref()
        .map_or_else(|| VolunteerId(ctx.new_id()), |it| it.id);
    let parsed = parse(ctx, &**tx, id, organization, &new).await?;
    let Some(before) = known else {
        let made = insert(ctx, tx, parsed, new.national_id.as_deref()).await?;
        return Ok(Registered::Created(Box::new(made)));
    };
    if before.merged_into_id.is_some() {
        // The record of the same person that took it over says what holds.
        return Ok(Registered::Unchanged(id));
    }
    let after = volunteer::Model {
        person_id: before.person_id,
        user_id: before.user_id,
        // A file that says nothing of a value does not clear it.
        name_ar: parsed.name_ar.or_else(|| before.name_ar.clone()),
        sex: parsed.sex.or(before.sex),
        birth_date: parsed.birth_date.or(before.birth_date),
        territory_id: parsed.territory_id.or(before.territory_id),
        email: parsed.email.or_else(|| before.email.clone()),
        phone: parsed.phone.or_else(|| before.phone.clone()),
        joined_on: parsed.joined_on.or(before.joined_on),
        name: parsed.name,
        ..before.clone()
    };
    let after = save(ctx, tx, &before, after, "volunteer.register").await?;
    if after.version == before.version {
        return Ok(Registered::Unchanged(id));
    }
    Ok(Registered::Changed {
        before: Box::new(before),
        after: Box::new(after),
    })
}

/// Changes a record.
///
/// # Errors
/// [`VolunteerError::VersionConflict`], [`VolunteerError::Invalid`], [`VolunteerError::Denied`].
pub async fn update(
    ctx: &Ctx,
    id: VolunteerId,
    expected: Option<i32>,
    changes: VolunteerChanges,
) -> Result<volunteer::Model, VolunteerError> {
    ctx.demand_signed_in()?;
    ctx.transaction(async |tx| {
        let before = held(ctx, tx, id, expected).await?;
        let mut checks = Checks::new();
        let mut after = before.clone();
        after.reference = changes
            .reference
            .map(|it| checks.optional_text("reference", it.as_deref(), 60))
            .over(after.reference);
        after.name = changes
            .name
            .map(|it| checks.text("name", &it, 200))
            .over(after.name);
        after.name_ar = changes
            .name_ar
            .map(|it| checks.optional_text("nameAr", it.as_deref(), 200))
            .over(after.name_ar);
        after.sex = changes.sex.over(after.sex);
        after.birth_date = changes.birth_date.over(after.birth_date);
        after.joined_on = changes.joined_on.over(after.joined_on);
        after.email = changes
            .email
            .map(|it| it.map(|it| account::checked_email(&mut checks, "email", &it)))
            .over(after.email);
        after.phone = changes
            .phone
            .map(|it| phone(&mut checks, it.as_deref()))
            .over(after.phone);
        if let Change::To(code) = changes.territory_code {
            after.territory_id = residence(ctx, &**tx, &mut checks, code.as_deref()).await?;
        }
        born(ctx, &mut checks, after.birth_date);
        checks.done().map_err(VolunteerError::Invalid)?;
        save(ctx, tx, &before, after, "volunteer.update").await
    })
    .await
}

/// Archives a record: its hours stay, new ones are refused. Archiving it again changes nothing.
///
/// # Errors
/// [`VolunteerError::VersionConflict`], [`VolunteerError::Denied`].
pub async fn archive(
    ctx: &Ctx,
    id: VolunteerId,
    expected: Option<i32>,
) -> Result<volunteer::Model, VolunteerError> {
    ctx.demand_signed_in()?;
    ctx.transaction(async |tx| {
        let before = held(ctx, tx, id, expected).await?;
        let after = volunteer::Model {
            archived_at: before.archived_at.or(Some(ctx.now())),
            ..before.clone()
        };
        save(ctx, tx, &before, after, "volunteer.archive").await
    })
    .await
}

async fn held(
    ctx: &Ctx,
    tx: &Tx,
    id: VolunteerId,
    expected: Option<i32>,
) -> Result<volunteer::Model, VolunteerError> {
    let before = store::lock(tx, ctx.scope(), id)
        .await?
        .ok_or(VolunteerError::NotFound("id"))?;
    ctx.demand_of_seen(Action::ManageVolunteers, before.organization_id)?;
    if expected.is_some_and(|it| it != before.version) {
        return Err(VolunteerError::VersionConflict {
            current: before.version,
        });
    }
    if before.merged_into_id.is_some() {
        return Err(VolunteerError::Merged);
    }
    if before.erased_at.is_some() {
        return Err(VolunteerError::Erased);
    }
    Ok(before)
}

async fn insert(
    ctx: &Ctx,
    tx: &Tx,
    mut record: volunteer::Model,
    national_id: Option<&str>,
) -> Result<volunteer::Model, VolunteerError> {
    record.person_id = person::tie(ctx, tx, national_id).await?;
    if national_id.is_some()
        && store::has_person(tx, record.organization_id, record.person_id).await?
    {
        return Err(VolunteerError::PersonTaken);
    }
    volunteer::Entity::insert(record.clone().into_active_model())
        .exec_without_returning(&**tx)
        .await
        .map_err(taken)?;
    keys::insert(tx, std::slice::from_ref(&record)).await?;
    number::keep(ctx, tx, &record, national_id).await?;
    audit::record(ctx, tx, line("volunteer.create", &record)).await?;
    Ok(record)
}

/// Writes a record that is held, where it says something else than before, with its keys and the
/// line of the trail.
///
/// # Errors
/// [`VolunteerError::ReferenceTaken`], a fault.
pub async fn save(
    ctx: &Ctx,
    tx: &Tx,
    before: &volunteer::Model,
    mut after: volunteer::Model,
    action: &'static str,
) -> Result<volunteer::Model, VolunteerError> {
    after.search_key = search_key(&after.name, after.name_ar.as_deref());
    if after == *before {
        return Ok(after);
    }
    after.version += 1;
    after.updated_at = ctx.now();
    volunteer::Entity::update(after.clone().into_active_model().reset_all())
        .exec(&**tx)
        .await
        .map_err(taken)?;
    keys::replace(tx, before, &after).await?;
    audit::record(ctx, tx, line(action, &after)).await?;
    Ok(after)
}

fn taken(error: sea_orm::DbErr) -> VolunteerError {
    if violates(&error, &["volunteer_reference", "volunteer.reference"]) {
        VolunteerError::ReferenceTaken
    } else {
        VolunteerError::Database(error)
    }
}

fn line(action: &'static str, record: &volunteer::Model) -> Line {
    Line {
        action,
        organization: Some(record.organization_id),
        subject: ("Volunteer", Some(record.id.0)),
        details: None,
    }
}

async fn parse(
    ctx: &Ctx,
    conn: &impl ConnectionTrait,
    id: VolunteerId,
    organization: OrganizationId,
    new: &NewVolunteer,
) -> Result<volunteer::Model, VolunteerError> {
    let mut checks = Checks::new();
    let now = ctx.now();
    let name = checks.text("name", &new.name, 200);
    let name_ar = checks.optional_text("nameAr", new.name_ar.as_deref(), 200);
    born(ctx, &mut checks, new.birth_date);
    number::check(&mut checks, new.national_id.as_deref());
    let record = volunteer::Model {
        id,
        organization_id: organization,
        // Tied when the row is written.
        person_id: PersonId(id.0),
        user_id: None,
        reference: checks.optional_text("reference", new.reference.as_deref(), 60),
        search_key: search_key(&name, name_ar.as_deref()),
        name,
        name_ar,
        sex: new.sex,
        birth_date: new.birth_date,
        territory_id: residence(ctx, conn, &mut checks, new.territory_code.as_deref()).await?,
        email: new
            .email
            .as_deref()
            .filter(|it| !it.trim().is_empty())
            .map(|it| account::checked_email(&mut checks, "email", it)),
        phone: phone(&mut checks, new.phone.as_deref()),
        joined_on: new.joined_on,
        version: 1,
        created_at: now,
        updated_at: now,
        archived_at: None,
        merged_into_id: None,
        erased_at: None,
    };
    checks.done().map_err(VolunteerError::Invalid)?;
    Ok(record)
}

fn search_key(name: &str, name_ar: Option<&str>) -> String {
    match name_ar {
        Some(arabic) => format!("{} {}", fold(name), fold(arabic)),
        None => fold(name),
    }
}

fn born(ctx: &Ctx, checks: &mut Checks, day: Option<NaiveDate>) {
    let (least, most) = (NaiveDate::from_ymd_opt(1900, 1, 1), ctx.today());
    checks.demand(day.is_none_or(|it| Some(it) >= least && it <= most), || {
        Refusal::of(Code::OutOfRange, "birthDate")
            .with("least", "1900-01-01")
            .with("most", most)
    });
}

fn phone(checks: &mut Checks, number: Option<&str>) -> Option<String> {
    // Telephones put signs of direction around the numbers that they copy.
    let number = number.map(|it| it.replace(turns, ""));
    let written = checks.optional_text("phone", number.as_deref(), 30)?;
    let number = contact::international(&written);
    checks.demand(number.is_some(), || {
        // Like an address it is the person's, and not said again.
        Refusal::of(Code::InvalidFormat, "phone").with("value", "…")
    });
    number
}

async fn residence(
    ctx: &Ctx,
    conn: &impl ConnectionTrait,
    checks: &mut Checks,
    code: Option<&str>,
) -> Result<Option<TerritoryId>, VolunteerError> {
    let Some(code) = code.map(str::trim).filter(|it| !it.is_empty()) else {
        return Ok(None);
    };
    let found = lookup::by_code(conn, code, ctx.today()).await?;
    checks.demand(found.is_some(), || {
        Refusal::of(Code::UnknownTerritory, "territoryCode").with("value", code)
    });
    Ok(found.map(|it| it.id))
}
