//! Statements about letters, and about what people want of them.
//!
//! Nothing is decided here. A letter is seen by whoever sees its work.

use chrono::DateTime;
use chrono::NaiveDate;
use chrono::Utc;
use entity::ids::LetterId;
use entity::ids::OrganizationId;
use entity::ids::UserId;
use entity::job;
use entity::letter;
use entity::letter_off;
use entity::letter_round;
use entity::types::JobKind;
use entity::types::JobStatus;
use entity::types::LetterKind;
use entity::user_account;
use sea_orm::ActiveValue::Set;
use sea_orm::ColumnTrait;
use sea_orm::ConnectionTrait;
use sea_orm::DbErr;
use sea_orm::EntityTrait;
use sea_orm::ExprTrait;
use sea_orm::IntoActiveModel;
use sea_orm::IntoSimpleExpr;
use sea_orm::PaginatorTrait;
use sea_orm::QueryFilter;
use sea_orm::QuerySelect;
use sea_orm::QueryTrait;
use sea_orm::Select;
use sea_orm::sea_query::Expr;
use sea_orm::sea_query::OnConflict;
use uuid::Uuid;

use crate::jobs::Whose;
use crate::platform::db::Tx;
use crate::platform::page::Direction;
use crate::platform::page::Page;
use crate::platform::page::Slice;

/// Rows of one statement.
const ROWS: usize = 1_000;

/// Which letters to list; an absent part does not narrow.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// How far they have come.
    pub status: Option<Vec<JobStatus>>,
    /// What they are about.
    pub kind: Option<Vec<LetterKind>>,
    /// For whom they are, or who caused them.
    pub owner: Option<UserId>,
}

/// Writes new letters.
///
/// # Errors
/// [`DbErr`].
pub async fn insert(tx: &Tx, rows: Vec<letter::Model>) -> Result<(), DbErr> {
    for chunk in rows.chunks(ROWS) {
        let rows = chunk
            .iter()
            .cloned()
            .map(IntoActiveModel::into_active_model);
        letter::Entity::insert_many(rows)
            .exec_without_returning(&**tx)
            .await?;
    }
    Ok(())
}

/// Those of some accounts that are open.
///
/// # Errors
/// [`DbErr`].
pub async fn open_accounts(
    conn: &impl ConnectionTrait,
    users: &[UserId],
) -> Result<Vec<user_account::Model>, DbErr> {
    let mut found = Vec::new();
    for users in users.chunks(ROWS) {
        let rows = user_account::Entity::find()
            .filter(user_account::Column::Id.is_in(users.iter().copied()))
            .filter(user_account::Column::DisabledAt.is_null())
            .all(conn)
            .await?;
        found.extend(rows);
    }
    Ok(found)
}

/// The language of an address that an account has.
///
/// # Errors
/// [`DbErr`].
pub async fn account_of(
    conn: &impl ConnectionTrait,
    address: &str,
) -> Result<Option<user_account::Model>, DbErr> {
    user_account::Entity::find()
        .filter(user_account::Column::Email.eq(address))
        .one(conn)
        .await
}

/// What some addresses do not want.
///
/// # Errors
/// [`DbErr`].
pub async fn off(
    conn: &impl ConnectionTrait,
    recipients: &[Vec<u8>],
) -> Result<Vec<letter_off::Model>, DbErr> {
    let mut found = Vec::new();
    for recipients in recipients.chunks(ROWS) {
        let rows = letter_off::Entity::find()
            .filter(letter_off::Column::Recipient.is_in(recipients.iter().cloned()))
            .all(conn)
            .await?;
        found.extend(rows);
    }
    Ok(found)
}

/// Notes that an address does not want a kind; twice is once.
///
/// # Errors
/// [`DbErr`].
pub async fn switch_off(
    tx: &Tx,
    recipient: &[u8],
    kind: LetterKind,
    at: DateTime<Utc>,
) -> Result<(), DbErr> {
    let row = letter_off::ActiveModel {
        recipient: Set(recipient.to_vec()),
        kind: Set(kind),
        off_at: Set(at),
    };
    let known = [letter_off::Column::Recipient, letter_off::Column::Kind];
    letter_off::Entity::insert(row)
        .on_conflict(OnConflict::columns(known).do_nothing().to_owned())
        .exec_without_returning(&**tx)
        .await?;
    Ok(())
}

/// Notes that an address wants a kind again.
///
/// # Errors
/// [`DbErr`].
pub async fn switch_on(tx: &Tx, recipient: &[u8], kind: LetterKind) -> Result<(), DbErr> {
    letter_off::Entity::delete_many()
        .filter(letter_off::Column::Recipient.eq(recipient.to_vec()))
        .filter(letter_off::Column::Kind.eq(kind))
        .exec(&**tx)
        .await?;
    Ok(())
}

/// Whether a letter brings something to somebody, or will.
///
/// # Errors
/// [`DbErr`].
pub async fn is_asked(conn: &impl ConnectionTrait, subject: Uuid) -> Result<bool, DbErr> {
    let found = letter::Entity::find()
        .filter(letter::Column::SubjectId.eq(subject))
        .one(conn)
        .await?;
    Ok(found.is_some())
}

/// How many letters of a kind were asked for since an instant, to an address by its digest.
///
/// # Errors
/// [`DbErr`].
pub async fn received(
    conn: &impl ConnectionTrait,
    kind: LetterKind,
    recipient: &[u8],
    since: DateTime<Utc>,
) -> Result<u64, DbErr> {
    letter::Entity::find()
        .filter(letter::Column::Kind.eq(kind))
        .filter(letter::Column::Recipient.eq(recipient.to_vec()))
        .filter(letter::Column::CreatedAt.gt(since))
        .count(conn)
        .await
}

/// Forgets letters of before an instant: how many.
///
/// # Errors
/// [`DbErr`].
pub async fn forget(tx: &Tx, before: DateTime<Utc>) -> Result<u64, DbErr> {
    let gone = letter::Entity::delete_many()
        .filter(letter::Column::CreatedAt.lt(before))
        .exec(&**tx)
        .await?;
    Ok(gone.rows_affected)
}

/// How many letters of its kind were asked for before one, since an instant, to its address.
///
/// # Errors
/// [`DbErr`].
pub async fn received_before(
    conn: &impl ConnectionTrait,
    row: &letter::Model,
    since: DateTime<Utc>,
) -> Result<u64, DbErr> {
    before(row, since)
        .filter(letter::Column::Recipient.eq(row.recipient.clone()))
        .count(conn)
        .await
}

/// The same of letters that a user caused.
///
/// # Errors
/// [`DbErr`].
pub async fn caused_before(
    conn: &impl ConnectionTrait,
    row: &letter::Model,
    user: UserId,
    since: DateTime<Utc>,
) -> Result<u64, DbErr> {
    before(row, since)
        .filter(letter::Column::CausedBy.eq(user))
        .count(conn)
        .await
}

fn before(row: &letter::Model, since: DateTime<Utc>) -> Select<letter::Entity> {
    letter::Entity::find()
        .filter(letter::Column::Kind.eq(row.kind))
        .filter(letter::Column::CreatedAt.gt(since))
        .filter(letter::Column::Id.lt(row.id))
        .filter(letter::Column::DroppedAt.is_null())
}

/// Notes that a letter was taken.
///
/// # Errors
/// [`DbErr`].
pub async fn note_sent(tx: &Tx, id: LetterId, at: DateTime<Utc>) -> Result<(), DbErr> {
    noted(tx, id, letter::Column::SentAt, at).await
}

/// Notes that a letter is not sent.
///
/// # Errors
/// [`DbErr`].
pub async fn note_dropped(tx: &Tx, id: LetterId, at: DateTime<Utc>) -> Result<(), DbErr> {
    noted(tx, id, letter::Column::DroppedAt, at).await
}

async fn noted(
    tx: &Tx,
    id: LetterId,
    column: letter::Column,
    at: DateTime<Utc>,
) -> Result<(), DbErr> {
    letter::Entity::update_many()
        .col_expr(column, Expr::value(at))
        .filter(letter::Column::Id.eq(id))
        .filter(letter::Column::SentAt.is_null())
        .filter(letter::Column::DroppedAt.is_null())
        .exec(&**tx)
        .await?;
    Ok(())
}

/// Letters that may be seen, by id.
///
/// # Errors
/// [`DbErr`].
pub async fn by_ids(
    conn: &impl ConnectionTrait,
    whose: Whose,
    ids: &[LetterId],
) -> Result<Vec<letter::Model>, DbErr> {
    select(whose, &Filter::default())
        .filter(letter::Column::Id.is_in(ids.iter().copied()))
        .all(conn)
        .await
}

/// A page of the letters that may be seen, newest first.
///
/// # Errors
/// [`DbErr`].
pub async fn list(
    conn: &impl ConnectionTrait,
    whose: Whose,
    filter: &Filter,
    page: &Page<LetterId>,
) -> Result<Slice<letter::Model>, DbErr> {
    let columns = [letter::Column::Id.into_simple_expr()];
    let select = select(whose, filter);
    let rows = page.narrow(select, &columns, Direction::Descending, |key| {
        vec![Expr::value(*key)]
    });
    Ok(page.slice(rows.all(conn).await?))
}

/// How many there are.
///
/// # Errors
/// [`DbErr`].
pub async fn count(
    conn: &impl ConnectionTrait,
    whose: Whose,
    filter: &Filter,
) -> Result<u64, DbErr> {
    select(whose, filter).count(conn).await
}

fn select(whose: Whose, filter: &Filter) -> Select<letter::Entity> {
    let jobs = job::Entity::find()
        .select_only()
        .column(job::Column::Id)
        .filter(whose.jobs())
        .filter(job::Column::Kind.eq(JobKind::Letter))
        .apply_if(filter.status.clone(), |it, among| {
            it.filter(job::Column::Status.is_in(among))
        })
        .apply_if(filter.owner, |it, user| {
            it.filter(job::Column::RequestedBy.eq(user))
        });
    letter::Entity::find()
        .filter(letter::Column::JobId.in_subquery(jobs.into_query()))
        .apply_if(filter.kind.clone(), |it, among| {
            it.filter(letter::Column::Kind.is_in(among))
        })
}

/// Takes the letters of a week or a month for oneself: `false` where others did, whoever they are.
///
/// # Errors
/// [`DbErr`].
pub async fn take_round(
    tx: &Tx,
    organization: OrganizationId,
    kind: LetterKind,
    period: NaiveDate,
    at: DateTime<Utc>,
) -> Result<bool, DbErr> {
    use letter_round::Column as C;
    let row = letter_round::ActiveModel {
        organization_id: Set(organization),
        kind: Set(kind),
        period: Set(period),
        done_at: Set(at),
    };
    let later = Expr::col((letter_round::Entity, C::Period)).lt(period);
    let conflict = OnConflict::columns([C::OrganizationId, C::Kind])
        .update_columns([C::Period, C::DoneAt])
        .action_and_where(later)
        .to_owned();
    let written = letter_round::Entity::insert(row)
        .on_conflict(conflict)
        .exec_without_returning(&**tx)
        .await?;
    Ok(written == 1)
}

/// Until when the letters of a kind were asked for, by organization.
///
/// # Errors
/// [`DbErr`].
pub async fn rounds(
    conn: &impl ConnectionTrait,
    kind: LetterKind,
) -> Result<Vec<letter_round::Model>, DbErr> {
    letter_round::Entity::find()
        .filter(letter_round::Column::Kind.eq(kind))
        .all(conn)
        .await
}
