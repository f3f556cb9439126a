//! Statements that read what is known of a person.
//!
//! Nothing is decided here: whoever asks has seen the record, or asks about themselves.

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
use entity::ids::AuditEventId;
use entity::ids::EntryId;
use entity::ids::OrganizationId;
use entity::ids::ProjectId;
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

/// Rows of one statement.
pub const PART: u64 = 1_000;
/// Most rows of what is not read in parts: the newest ones.
const MOST: u64 = 10_000;

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
///
/// # Errors
/// [`DbErr`].
pub async fn corrections(
    db: &impl ConnectionTrait,
    records: &[VolunteerId],
) -> Result<Vec<hour_entry_amendment::Model>, DbErr> {
    let of = hour_entry::Entity::find()
        .select_only()
        .column(hour_entry::Column::Id)
        .filter(hour_entry::Column::VolunteerId.is_in(records.iter().copied()))
        .into_query();
    hour_entry_amendment::Entity::find()
        .filter(hour_entry_amendment::Column::EntryId.in_subquery(of))
        .order_by_desc(hour_entry_amendment::Column::Id)
        .limit(MOST)
        .all(db)
        .await
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

/// Sign-ups of some records with their shifts, newest first.
///
/// # Errors
/// [`DbErr`].
pub async fn signups(
    db: &impl ConnectionTrait,
    records: &[VolunteerId],
) -> Result<Vec<signup::Model>, DbErr> {
    signup::Entity::find()
        .filter(signup::Column::VolunteerId.is_in(records.iter().copied()))
        .order_by_desc(signup::Column::Id)
        .limit(MOST)
        .all(db)
        .await
}

/// Where some records were present, newest first, each with its shift.
///
/// # Errors
/// [`DbErr`].
pub async fn attendances(
    db: &impl ConnectionTrait,
    records: &[VolunteerId],
) -> Result<Vec<(attendance::Model, Option<shift::Model>)>, DbErr> {
    let rows = attendance::Entity::find()
        .filter(attendance::Column::VolunteerId.is_in(records.iter().copied()))
        .order_by_desc(attendance::Column::Id)
        .limit(MOST)
        .all(db)
        .await?;
    let mut found = Vec::with_capacity(rows.len());
    for part in rows.chunks(1_000) {
        let shifts = shift::Entity::find()
            .filter(shift::Column::Id.is_in(part.iter().map(|it| it.shift_id)))
            .all(db)
            .await?;
        found.extend(part.iter().map(|it| {
            let shift = shifts.iter().find(|shift| shift.id == it.shift_id);
            (it.clone(), shift.cloned())
        }));
    }
    Ok(found)
}

/// Timers of some records, newest first.
///
/// # Errors
/// [`DbErr`].
pub async fn timers(
    db: &impl ConnectionTrait,
    records: &[VolunteerId],
) -> Result<Vec<timer::Model>, DbErr> {
    timer::Entity::find()
        .filter(timer::Column::VolunteerId.is_in(records.iter().copied()))
        .order_by_desc(timer::Column::Id)
        .limit(MOST)
        .all(db)
        .await
}

/// Certificates of some records, newest first.
///
/// # Errors
/// [`DbErr`].
pub async fn certificates(
    db: &impl ConnectionTrait,
    records: &[VolunteerId],
) -> Result<Vec<certificate::Model>, DbErr> {
    certificate::Entity::find()
        .filter(certificate::Column::VolunteerId.is_in(records.iter().copied()))
        .order_by_desc(certificate::Column::Id)
        .limit(MOST)
        .all(db)
        .await
}

/// Contracts of some records, newest first.
///
/// # Errors
/// [`DbErr`].
pub async fn contracts(
    db: &impl ConnectionTrait,
    records: &[VolunteerId],
) -> Result<Vec<volunteer_contract::Model>, DbErr> {
    volunteer_contract::Entity::find()
        .filter(volunteer_contract::Column::VolunteerId.is_in(records.iter().copied()))
        .order_by_desc(volunteer_contract::Column::Id)
        .limit(MOST)
        .all(db)
        .await
}

/// What happened under the contracts of some records, newest first.
///
/// # Errors
/// [`DbErr`].
pub async fn incidents(
    db: &impl ConnectionTrait,
    records: &[VolunteerId],
) -> Result<Vec<contract_incident::Model>, DbErr> {
    let of = volunteer_contract::Entity::find()
        .select_only()
        .column(volunteer_contract::Column::Id)
        .filter(volunteer_contract::Column::VolunteerId.is_in(records.iter().copied()))
        .into_query();
    contract_incident::Entity::find()
        .filter(contract_incident::Column::ContractId.in_subquery(of))
        .order_by_desc(contract_incident::Column::Id)
        .limit(MOST)
        .all(db)
        .await
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

/// Memberships of a user, also those that ended.
///
/// # Errors
/// [`DbErr`].
pub async fn memberships(
    db: &impl ConnectionTrait,
    user: UserId,
) -> Result<Vec<membership::Model>, DbErr> {
    membership::Entity::find()
        .filter(membership::Column::UserId.eq(user))
        .order_by_desc(membership::Column::Id)
        .limit(MOST)
        .all(db)
        .await
}

/// Sessions of a user, newest first.
///
/// # Errors
/// [`DbErr`].
pub async fn sessions(
    db: &impl ConnectionTrait,
    user: UserId,
) -> Result<Vec<session::Model>, DbErr> {
    session::Entity::find()
        .filter(session::Column::UserId.eq(user))
        .order_by_desc(session::Column::Id)
        .limit(MOST)
        .all(db)
        .await
}

/// Tokens by which programs act for a user, newest first.
///
/// # Errors
/// [`DbErr`].
pub async fn tokens(
    db: &impl ConnectionTrait,
    user: UserId,
) -> Result<Vec<api_token::Model>, DbErr> {
    api_token::Entity::find()
        .filter(api_token::Column::UserId.eq(user))
        .order_by_desc(api_token::Column::Id)
        .limit(MOST)
        .all(db)
        .await
}

/// Identities at other providers that sign in to an account, or did, newest first.
///
/// # Errors
/// [`DbErr`].
pub async fn identities(
    db: &impl ConnectionTrait,
    user: UserId,
) -> Result<Vec<identity_link::Model>, DbErr> {
    identity_link::Entity::find()
        .filter(identity_link::Column::UserId.eq(user))
        .order_by_desc(identity_link::Column::Id)
        .limit(MOST)
        .all(db)
        .await
}

/// Letters that were to find out whether an address is that of a user, newest first.
///
/// # Errors
/// [`DbErr`].
pub async fn verifications(
    db: &impl ConnectionTrait,
    user: UserId,
) -> Result<Vec<email_verification::Model>, DbErr> {
    email_verification::Entity::find()
        .filter(email_verification::Column::UserId.eq(user))
        .order_by_desc(email_verification::Column::Id)
        .limit(MOST)
        .all(db)
        .await
}

/// Requests that an account, where one is given, or some records be erased, newest first.
///
/// # Errors
/// [`DbErr`].
pub async fn erasures(
    db: &impl ConnectionTrait,
    user: Option<UserId>,
    records: &[VolunteerId],
) -> Result<Vec<erasure_request::Model>, DbErr> {
    erasure_request::Entity::find()
        .filter(
            Condition::any()
                .add(erasure_request::Column::VolunteerId.is_in(records.iter().copied()))
                .add_option(user.map(|it| erasure_request::Column::UserId.eq(it))),
        )
        .order_by_desc(erasure_request::Column::Id)
        .limit(MOST)
        .all(db)
        .await
}

/// Devices of a user.
///
/// # Errors
/// [`DbErr`].
pub async fn devices(db: &impl ConnectionTrait, user: UserId) -> Result<Vec<device::Model>, DbErr> {
    device::Entity::find()
        .filter(device::Column::UserId.eq(user))
        .order_by_desc(device::Column::LastSeenAt)
        .limit(MOST)
        .all(db)
        .await
}

/// What a user was told, newest first.
///
/// # Errors
/// [`DbErr`].
pub async fn notifications(
    db: &impl ConnectionTrait,
    user: UserId,
) -> Result<Vec<notification::Model>, DbErr> {
    notification::Entity::find()
        .filter(notification::Column::UserId.eq(user))
        .order_by_desc(notification::Column::Id)
        .limit(MOST)
        .all(db)
        .await
}

/// Letters to a user, newest first.
///
/// # Errors
/// [`DbErr`].
pub async fn letters(db: &impl ConnectionTrait, user: UserId) -> Result<Vec<letter::Model>, DbErr> {
    letter::Entity::find()
        .filter(letter::Column::UserId.eq(user))
        .order_by_desc(letter::Column::Id)
        .limit(MOST)
        .all(db)
        .await
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
