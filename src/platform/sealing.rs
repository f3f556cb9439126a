//! The one loop that seals stored texts anew with the key of today, so that the keys of before can go.
//!
//! How a text is sealed is in `vault`; each area names its own columns, and `app` has the list of them.

use entity::types::Sealed;
use sea_orm::ConnectionTrait;
use sea_orm::DbErr;
use sea_orm::ExprTrait;
use sea_orm::sea_query::Expr;
use sea_orm::sea_query::Func;
use sea_orm::sea_query::Order;
use sea_orm::sea_query::Query;
use uuid::Uuid;

use crate::platform::db::Tx;
use crate::platform::random::Random;
use crate::platform::vault::Place;
use crate::platform::vault::Vault;
use crate::platform::vault::VaultError;

/// Rows of one transaction.
const TOGETHER: u64 = 500;

/// A column of sealed texts, whose type in `entity` is [`Sealed`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SealedColumn {
    /// The table.
    pub table: &'static str,
    /// Its key, a single UUID.
    pub key: &'static str,
    /// The column.
    pub column: &'static str,
    /// What its texts are sealed for; never renamed.
    pub purpose: &'static str,
    /// What the operator is told that they are, in the plural.
    pub called: &'static str,
}

impl SealedColumn {
    /// Where the text of a row belongs.
    #[must_use]
    pub fn place(&self, row: Uuid) -> Place {
        Place {
            purpose: self.purpose,
            row,
        }
    }
}

/// What became of some rows.
#[derive(Clone, Copy, Debug)]
pub struct Anew {
    /// How many texts were sealed anew.
    pub done: u64,
    /// How many none of the keys opens: they stay as they are.
    pub left: u64,
    /// The last row that was looked at.
    pub last: Uuid,
}

/// Why texts are not sealed anew.
#[derive(Debug, thiserror::Error)]
pub enum SealingError {
    /// The vault cannot seal.
    #[error(transparent)]
    Vault(#[from] VaultError),
    /// A fault of the database.
    #[error(transparent)]
    Database(#[from] DbErr),
}

/// Seals texts of a column anew that another key sealed: some hundred, after this row; `None` at the end.
///
/// # Errors
/// [`SealingError`].
pub async fn seal_anew(
    tx: &Tx,
    (vault, random): (&Vault, &Random),
    column: &SealedColumn,
    after: Option<Uuid>,
) -> Result<Option<Anew>, SealingError> {
    let rows = sealed_before(tx, column, &vault.beginning(), after).await?;
    let Some((last, _)) = rows.last() else {
        return Ok(None);
    };
    let mut anew = Anew {
        done: 0,
        left: 0,
        last: *last,
    };
    for (row, before) in rows {
        match vault.seal_anew(random, column.place(row), &before) {
            Ok(Some(sealed)) => anew.done += put(tx, column, (row, before), sealed).await?,
            Ok(None) => {}
            Err(VaultError::NoRandomness(cause)) => return Err(VaultError::from(cause).into()),
            Err(cause) => {
                tracing::warn!(table = column.table, %row, %cause, "what is sealed cannot be opened");
                anew.left += 1;
            }
        }
    }
    Ok(Some(anew))
}

/// Texts that do not begin as those that are sealed now, after a row, in the order of their keys.
async fn sealed_before(
    tx: &Tx,
    column: &SealedColumn,
    beginning: &str,
    after: Option<Uuid>,
) -> Result<Vec<(Uuid, Sealed)>, DbErr> {
    let length = i32::try_from(beginning.len()).unwrap_or(i32::MAX);
    let begun = Func::cust("substr").args([Expr::col(column.column), 1.into(), length.into()]);
    let mut found = Query::select();
    found
        .columns([column.key, column.column])
        .from(column.table)
        .and_where(Expr::from(begun).ne(beginning))
        .order_by(column.key, Order::Asc)
        .limit(TOGETHER);
    if let Some(after) = after {
        found.and_where(Expr::col(column.key).gt(after));
    }
    let rows = tx.query_all(&found).await?;
    let rows = rows.iter().map(|it| {
        let sealed = Sealed(it.try_get("", column.column)?);
        Ok((it.try_get("", column.key)?, sealed))
    });
    rows.collect()
}

/// Writes a text as it is sealed now, unless it is another one meanwhile: how many were written.
async fn put(
    tx: &Tx,
    column: &SealedColumn,
    (row, before): (Uuid, Sealed),
    sealed: Sealed,
) -> Result<u64, DbErr> {
    let written = Query::update()
        .table(column.table)
        .value(column.column, sealed.0)
        .and_where(Expr::col(column.key).eq(row))
        .and_where(Expr::col(column.column).eq(before.0))
        .to_owned();
    Ok(tx.execute(&written).await?.rows_affected())
}
