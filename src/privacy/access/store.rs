//! Statements that read what is known of a person.
//!
//! Nothing is decided here: whoever asks has seen the record, or asks about themselves.

use std::collections::HashMap;

use entity::api_token;
use entity::attendance;
use entity::audit_event;
use entity::certificate;
use entity::contract_incident;
use entity::device;
use entity::email_verification;
use entity::erasure_request;
use entity::hour_entry;
use entity::hour_entry_amendment;
use entity::identity_link;
use entity::ids::AttendanceId;
use entity::ids::AuditEventId;
use entity::ids::EntryId;
use entity::ids::MembershipId;
use entity::ids::OrganizationId;
use entity::ids::ProjectId;
use entity::ids::ShiftId;
use entity::ids::UserId;
use entity::ids::VolunteerId;
use entity::letter;
use entity::membership;
use entity::notification;
use entity::organization;
use entity::project;
use entity::session;
use entity::shift;
use entity::signup;
use entity::timer;
use entity::user_account;
use entity::volunteer_contract;
use sea_orm::ColumnTrait;
use sea_orm::Condition;
use sea_orm::ConnectionTrait;
use sea_orm::DbErr;
use sea_orm::EntityTrait;
use sea_orm::QueryFilter;
use sea_orm::QueryOrder;
use sea_orm::QuerySelect;
use sea_orm::QueryTrait;
use sea_orm::Select;
use sea_orm::Value;

/// Rows of one statement.
pub const PART: u64 = 1_000;

/// The next rows of a statement, newest first, behind an id.
///
/// # Errors
/// [`DbErr`].
pub async fn part<E: EntityTrait>(
    db: &impl ConnectionTrait,
    rows: Select<E>,
    id: E::Column,
    after: Option<impl Into<Value>>,
) -> Result<Vec<E::Model>, DbErr> {
    rows.apply_if(after, |it, after| it.filter(id.lt(after)))
        .order_by_desc(id)
        .limit(PART)
        .all(db)
        .await
}

/// The next entries of some records, in the order in which they were written.
///
/// # Errors
/// [`DbErr`].
pub async fn entries(
    db: &impl ConnectionTrait,
    records: &[VolunteerId],
    after: Option<EntryId>,
) -> Result<Vec<hour_entry::Model>, DbErr> {
    hour_entry::Entity::find()
        .filter(hour_entry::Column::VolunteerId.is_in(records.iter().copied()))
        .apply_if(after, |it, after| {
            it.filter(hour_entry::Column::Id.gt(after))
        })
        .order_by_asc(hour_entry::Column::Id)
        .limit(PART)
        .all(db)
        .await
}

/// Corrections of the entries of some records.
#[must_use]
pub fn corrections(records: &[VolunteerId]) -> Select<hour_entry_amendment::Entity> {
    let of = hour_entry::Entity::find()
        .select_only()
        .column(hour_entry::Column::Id)
        .filter(hour_entry::Column::VolunteerId.is_in(records.iter().copied()))
        .into_query();
    hour_entry_amendment::Entity::find()
        .filter(hour_entry_amendment::Column::EntryId.in_subquery(of))
}

/// Titles of projects, by id.
///
/// # Errors
/// [`DbErr`].
pub async fn projects(
    db: &impl ConnectionTrait,
    ids: Vec<ProjectId>,
) -> Result<Vec<(ProjectId, String)>, DbErr> {
    project::Entity::find()
        .select_only()
        .columns([project::Column::Id, project::Column::Title])
        .filter(project::Column::Id.is_in(ids))
        .into_tuple()
        .all(db)
        .await
}

/// Names of organizations, by id.
///
/// # Errors
/// [`DbErr`].
pub async fn organizations(
    db: &impl ConnectionTrait,
    ids: Vec<OrganizationId>,
) -> Result<Vec<(OrganizationId, String)>, DbErr> {
    organization::Entity::find()
        .select_only()
        .columns([organization::Column::Id, organization::Column::Name])
        .filter(organization::Column::Id.is_in(ids))
        .into_tuple()
        .all(db)
        .await
}

/// Sign-ups of some records.
#[must_use]
pub fn signups(records: &[VolunteerId]) -> Select<signup::Entity> {
    signup::Entity::find().filter(signup::Column::VolunteerId.is_in(records.iter().copied()))
}

/// The next places where some records were present, newest first, each with its shift.
///
/// # Errors
/// [`DbErr`].
pub async fn attendances(
    db: &impl ConnectionTrait,
    records: &[VolunteerId],
    after: Option<AttendanceId>,
) -> Result<Vec<(attendance::Model, Option<shift::Model>)>, DbErr> {
    let rows = attendance::Entity::find()
        .filter(attendance::Column::VolunteerId.is_in(records.iter().copied()));
    let rows = part(db, rows, attendance::Column::Id, after).await?;
    let shifts: HashMap<ShiftId, shift::Model> = shift::Entity::find()
        .filter(shift::Column::Id.is_in(rows.iter().map(|it| it.shift_id)))
        .all(db)
        .await?
        .into_iter()
        .map(|it| (it.id, it))
        .collect();
    let with_shift = |it: attendance::Model| {
        let shift = shifts.get(&it.shift_id).cloned();
        (it, shift)
    };
    Ok(rows.into_iter().map(with_shift).collect())
}

/// Timers of some records.
#[must_use]
pub fn timers(records: &[VolunteerId]) -> Select<timer::Entity> {
    timer::Entity::find().filter(timer::Column::VolunteerId.is_in(records.iter().copied()))
}

/// Certificates of some records.
#[must_use]
pub fn certificates(records: &[VolunteerId]) -> Select<certificate::Entity> {
    certificate::Entity::find()
        .filter(certificate::Column::VolunteerId.is_in(records.iter().copied()))
}

/// Contracts of some records.
#[must_use]
pub fn contracts(records: &[VolunteerId]) -> Select<volunteer_contract::Entity> {
    volunteer_contract::Entity::find()
        .filter(volunteer_contract::Column::VolunteerId.is_in(records.iter().copied()))
}

/// What happened under the contracts of some records.
#[must_use]
pub fn incidents(records: &[VolunteerId]) -> Select<contract_incident::Entity> {
    let of = volunteer_contract::Entity::find()
        .select_only()
        .column(volunteer_contract::Column::Id)
        .filter(volunteer_contract::Column::VolunteerId.is_in(records.iter().copied()))
        .into_query();
    contract_incident::Entity::find().filter(contract_incident::Column::ContractId.in_subquery(of))
}

/// An account.
///
/// # Errors
/// [`DbErr`].
pub async fn account(
    db: &impl ConnectionTrait,
    user: UserId,
) -> Result<Option<user_account::Model>, DbErr> {
    user_account::Entity::find_by_id(user).one(db).await
}

/// The next memberships of a user, also those that ended.
///
/// # Errors
/// [`DbErr`].
pub async fn memberships(
    db: &impl ConnectionTrait,
    user: UserId,
    after: Option<MembershipId>,
) -> Result<Vec<membership::Model>, DbErr> {
    let rows = membership::Entity::find().filter(membership::Column::UserId.eq(user));
    part(db, rows, membership::Column::Id, after).await
}

/// Sessions of a user.
#[must_use]
pub fn sessions(user: UserId) -> Select<session::Entity> {
    session::Entity::find().filter(session::Column::UserId.eq(user))
}

/// Tokens by which programs act for a user.
#[must_use]
pub fn tokens(user: UserId) -> Select<api_token::Entity> {
    api_token::Entity::find().filter(api_token::Column::UserId.eq(user))
}

/// Identities at other providers that sign in to an account, or did.
#[must_use]
pub fn identities(user: UserId) -> Select<identity_link::Entity> {
    identity_link::Entity::find().filter(identity_link::Column::UserId.eq(user))
}

/// Letters that were to find out whether an address is that of a user.
#[must_use]
pub fn verifications(user: UserId) -> Select<email_verification::Entity> {
    email_verification::Entity::find().filter(email_verification::Column::UserId.eq(user))
}

/// Requests that an account, where one is given, or some records be erased.
#[must_use]
pub fn erasures(user: Option<UserId>, records: &[VolunteerId]) -> Select<erasure_request::Entity> {
    erasure_request::Entity::find().filter(
        Condition::any()
            .add(erasure_request::Column::VolunteerId.is_in(records.iter().copied()))
            .add_option(user.map(|it| erasure_request::Column::UserId.eq(it))),
    )
}

/// Devices of a user.
#[must_use]
pub fn devices(user: UserId) -> Select<device::Entity> {
    device::Entity::find().filter(device::Column::UserId.eq(user))
}

/// What a user was told.
#[must_use]
pub fn notifications(user: UserId) -> Select<notification::Entity> {
    notification::Entity::find().filter(notification::Column::UserId.eq(user))
}

/// Letters to a user.
#[must_use]
pub fn letters(user: UserId) -> Select<letter::Entity> {
    letter::Entity::find().filter(letter::Column::UserId.eq(user))
}

/// The next lines of the trail of what a user did, the oldest first.
///
/// # Errors
/// [`DbErr`].
pub async fn acts(
    db: &impl ConnectionTrait,
    user: UserId,
    after: Option<AuditEventId>,
) -> Result<Vec<audit_event::Model>, DbErr> {
    audit_event::Entity::find()
        .filter(audit_event::Column::UserId.eq(user))
        .apply_if(after, |it, after| {
            it.filter(audit_event::Column::Id.gt(after))
        })
        .order_by_asc(audit_event::Column::Id)
        .limit(PART)
        .all(db)
        .await
}

/// The next lines of the trail of what was done to some records, the oldest first.
///
/// # Errors
/// [`DbErr`].
pub async fn done_to(
    db: &impl ConnectionTrait,
    records: &[VolunteerId],
    after: Option<AuditEventId>,
) -> Result<Vec<audit_event::Model>, DbErr> {
    audit_event::Entity::find()
        .filter(audit_event::Column::SubjectId.is_in(records.iter().map(|it| it.0)))
        .apply_if(after, |it, after| {
            it.filter(audit_event::Column::Id.gt(after))
        })
        .order_by_asc(audit_event::Column::Id)
        .limit(PART)
        .all(db)
        .await
}
