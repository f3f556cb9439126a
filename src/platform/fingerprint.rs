//! The fingerprint of the keys that a database is written with, noted in the database itself.
//!
//! How keys are read is in `crypto`; what follows from other keys is decided where the application is
//! put together, and what a ledger without a fingerprint says of its keys in `hours::ledger`.

use chrono::DateTime;
use chrono::Utc;
use entity::key_fingerprint;
use sea_orm::ActiveValue::Set;
use sea_orm::ConnectionTrait;
use sea_orm::DbBackend;
use sea_orm::DbErr;
use sea_orm::EntityTrait;
use sea_orm::Statement;
use sea_orm::sea_query::OnConflict;

use crate::platform::crypto::Keys;
use crate::platform::db::Tx;

/// The number of the one row.
const ROW: i32 = 1;

/// What a database remembers of its keys.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Noted {
    /// The database is of before fingerprints, or has no tables yet.
    NoTable,
    /// It has a place for one that is empty.
    Nothing,
    /// The fingerprint.
    Digest(Vec<u8>),
}

/// Reads the fingerprint; whatever state the database is in, nothing is written.
///
/// # Errors
/// [`DbErr`].
pub async fn noted(conn: &impl ConnectionTrait) -> Result<Noted, DbErr> {
    if !has_table(conn, "key_fingerprint").await? {
        return Ok(Noted::NoTable);
    }
    let row = key_fingerprint::Entity::find_by_id(ROW).one(conn).await?;
    Ok(row.map_or(Noted::Nothing, |it| Noted::Digest(it.digest)))
}

/// Whether the database has a table of this name.
///
/// # Errors
/// [`DbErr`].
pub async fn has_table(conn: &impl ConnectionTrait, name: &str) -> Result<bool, DbErr> {
    let asked = match conn.get_database_backend() {
        DbBackend::Postgres => {
            "select table_name from information_schema.tables \
             where table_schema = current_schema() and table_name = $1"
        }
        _ => "select name from sqlite_schema where type = 'table' and name = $1",
    };
    let asked = Statement::from_sql_and_values(conn.get_database_backend(), asked, [name.into()]);
    Ok(conn.query_one_raw(asked).await?.is_some())
}

/// Notes the fingerprint of keys, unless one is there: of two that start at once one is first.
///
/// # Errors
/// [`DbErr`].
pub async fn note(tx: &Tx, keys: &Keys, now: DateTime<Utc>) -> Result<(), DbErr> {
    key_fingerprint::Entity::insert(row(keys, now))
        .on_conflict(
            OnConflict::column(key_fingerprint::Column::Id)
                .do_nothing()
                .to_owned(),
        )
        .exec_without_returning(&**tx)
        .await?;
    Ok(())
}

/// Notes the fingerprint of keys in the place of any other.
///
/// # Errors
/// [`DbErr`].
pub async fn replace(tx: &Tx, keys: &Keys, now: DateTime<Utc>) -> Result<(), DbErr> {
    key_fingerprint::Entity::insert(row(keys, now))
        .on_conflict(
            OnConflict::column(key_fingerprint::Column::Id)
                .update_columns([
                    key_fingerprint::Column::Digest,
                    key_fingerprint::Column::NotedAt,
                ])
                .to_owned(),
        )
        .exec_without_returning(&**tx)
        .await?;
    Ok(())
}

fn row(keys: &Keys, now: DateTime<Utc>) -> key_fingerprint::ActiveModel {
    key_fingerprint::ActiveModel {
        id: Set(ROW),
        digest: Set(keys.fingerprint()),
        noted_at: Set(now),
    }
}
