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
use entity::ids::AmendmentId;
use entity::ids::ApiTokenId;
use entity::ids::AttendanceId;
use entity::ids::AuditEventId;
use entity::ids::CertificateId;
use entity::ids::ContractId;
use entity::ids::EmailVerificationId;
use entity::ids::EntryId;
use entity::ids::ErasureId;
use entity::ids::IdentityLinkId;
use entity::ids::IncidentId;
use entity::ids::LetterId;
use entity::ids::MembershipId;
use entity::ids::NotificationId;
use entity::ids::OrganizationId;
use entity::ids::ProjectId;
use entity::ids::SessionId;
use entity::ids::ShiftId;
use entity::ids::SignupId;
use entity::ids::TimerId;
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
use uuid::Uuid;

/// Rows of one statement.
pub const PART: u64 = 1_000;

/// The next rows of a statement, newest first.
async fn part<E: EntityTrait>(
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

/// The next corrections of the entries of some records, newest first.
///
/// # Errors
/// [`DbErr`].
pub async fn corrections(
    db: &impl ConnectionTrait,
    records: &[VolunteerId],
    after: Option<AmendmentId>,
) -> Result<Vec<hour_entry_amendment::Model>, DbErr> {
    let of = hour_entry::Entity::find()
        .select_only()
        .column(hour_entry::Column::Id)
        .filter(hour_entry::Column::VolunteerId.is_in(records.iter().copied()))
        .into_query();
    let rows = hour_entry_amendment::Entity::find()
        .filter(hour_entry_amendment::Column::EntryId.in_subquery(of));
    part(db, rows, hour_entry_amendment::Column::Id, after).await
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

/// The next sign-ups of some records, newest first.
///
/// # Errors
/// [`DbErr`].
pub async fn signups(
    db: &impl ConnectionTrait,
    records: &[VolunteerId],
    after: Option<SignupId>,
) -> Result<Vec<signup::Model>, DbErr> {
    let rows =
        signup::Entity::find().filter(signup::Column::VolunteerId.is_in(records.iter().copied()));
    part(db, rows, signup::Column::Id, after).await
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

/// The next timers of some records, newest first.
///
/// # Errors
/// [`DbErr`].
pub async fn timers(
    db: &impl ConnectionTrait,
    records: &[VolunteerId],
    after: Option<TimerId>,
) -> Result<Vec<timer::Model>, DbErr> {
    let rows =
        timer::Entity::find().filter(timer::Column::VolunteerId.is_in(records.iter().copied()));
    part(db, rows, timer::Column::Id, after).await
}

/// The next certificates of some records, newest first.
///
/// # Errors
/// [`DbErr`].
pub async fn certificates(
    db: &impl ConnectionTrait,
    records: &[VolunteerId],
    after: Option<CertificateId>,
) -> Result<Vec<certificate::Model>, DbErr> {
    let rows = certificate::Entity::find()
        .filter(certificate::Column::VolunteerId.is_in(records.iter().copied()));
    part(db, rows, certificate::Column::Id, after).await
}

/// The next contracts of some records, newest first.
///
/// # Errors
/// [`DbErr`].
pub async fn contracts(
    db: &impl ConnectionTrait,
    records: &[VolunteerId],
    after: Option<ContractId>,
) -> Result<Vec<volunteer_contract::Model>, DbErr> {
    let rows = volunteer_contract::Entity::find()
        .filter(volunteer_contract::Column::VolunteerId.is_in(records.iter().copied()));
    part(db, rows, volunteer_contract::Column::Id, after).await
}

/// The next of what happened under the contracts of some records, newest first.
///
/// # Errors
/// [`DbErr`].
pub async fn incidents(
    db: &impl ConnectionTrait,
    records: &[VolunteerId],
    after: Option<IncidentId>,
) -> Result<Vec<contract_incident::Model>, DbErr> {
    let of = volunteer_contract::Entity::find()
        .select_only()
        .column(volunteer_contract::Column::Id)
        .filter(volunteer_contract::Column::VolunteerId.is_in(records.iter().copied()))
        .into_query();
    let rows = contract_incident::Entity::find()
        .filter(contract_incident::Column::ContractId.in_subquery(of));
    part(db, rows, contract_incident::Column::Id, after).await
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

/// The next sessions of a user, newest first.
///
/// # Errors
/// [`DbErr`].
pub async fn sessions(
    db: &impl ConnectionTrait,
    user: UserId,
    after: Option<SessionId>,
) -> Result<Vec<session::Model>, DbErr> {
    let rows = session::Entity::find().filter(session::Column::UserId.eq(user));
    part(db, rows, session::Column::Id, after).await
}

/// The next tokens by which programs act for a user, newest first.
///
/// # Errors
/// [`DbErr`].
pub async fn tokens(
    db: &impl ConnectionTrait,
    user: UserId,
    after: Option<ApiTokenId>,
) -> Result<Vec<api_token::Model>, DbErr> {
    let rows = api_token::Entity::find().filter(api_token::Column::UserId.eq(user));
    part(db, rows, api_token::Column::Id, after).await
}

/// The next identities at other providers that sign in to an account, or did, newest first.
///
/// # Errors
/// [`DbErr`].
pub async fn identities(
    db: &impl ConnectionTrait,
    user: UserId,
    after: Option<IdentityLinkId>,
) -> Result<Vec<identity_link::Model>, DbErr> {
    let rows = identity_link::Entity::find().filter(identity_link::Column::UserId.eq(user));
    part(db, rows, identity_link::Column::Id, after).await
}

/// The next letters that were to find out whether an address is that of a user, newest first.
///
/// # Errors
/// [`DbErr`].
pub async fn verifications(
    db: &impl ConnectionTrait,
    user: UserId,
    after: Option<EmailVerificationId>,
) -> Result<Vec<email_verification::Model>, DbErr> {
    let rows =
        email_verification::Entity::find().filter(email_verification::Column::UserId.eq(user));
    part(db, rows, email_verification::Column::Id, after).await
}

/// The next requests that an account, where one is given, or some records be erased, newest first.
///
/// # Errors
/// [`DbErr`].
pub async fn erasures(
    db: &impl ConnectionTrait,
    user: Option<UserId>,
    records: &[VolunteerId],
    after: Option<ErasureId>,
) -> Result<Vec<erasure_request::Model>, DbErr> {
    let rows = erasure_request::Entity::find().filter(
        Condition::any()
            .add(erasure_request::Column::VolunteerId.is_in(records.iter().copied()))
            .add_option(user.map(|it| erasure_request::Column::UserId.eq(it))),
    );
    part(db, rows, erasure_request::Column::Id, after).await
}

/// The next devices of a user.
///
/// # Errors
/// [`DbErr`].
pub async fn devices(
    db: &impl ConnectionTrait,
    user: UserId,
    after: Option<Uuid>,
) -> Result<Vec<device::Model>, DbErr> {
    let rows = device::Entity::find().filter(device::Column::UserId.eq(user));
    part(db, rows, device::Column::Id, after).await
}

/// The next of what a user was told, newest first.
///
/// # Errors
/// [`DbErr`].
pub async fn notifications(
    db: &impl ConnectionTrait,
    user: UserId,
    after: Option<NotificationId>,
) -> Result<Vec<notification::Model>, DbErr> {
    let rows = notification::Entity::find().filter(notification::Column::UserId.eq(user));
    part(db, rows, notification::Column::Id, after).await
}

/// The next letters to a user, newest first.
///
/// # Errors
/// [`DbErr`].
pub async fn letters(
    db: &impl ConnectionTrait,
    user: UserId,
    after: Option<LetterId>,
) -> Result<Vec<letter::Model>, DbErr> {
    let rows = letter::Entity::find().filter(letter::Column::UserId.eq(user));
    part(db, rows, letter::Column::Id, after).await
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
