//! The one door to the rows of everybody.
//!
//! What an actor asks for goes by the actor's own rights: it does not pass here.

use std::time::Duration;

use sea_orm::ConnectionTrait;
use sea_orm::DatabaseTransaction;
use sea_orm::DbBackend;
use sea_orm::DbErr;
use sea_orm::IsolationLevel;
use sea_orm::RuntimeErr;
use sea_orm::TransactionOptions;
use sea_orm::TransactionTrait;
use sqlx::AssertSqlSafe;

use crate::platform::db::BUSY;
use crate::platform::db::Db;
use crate::platform::db::Tx;
use crate::platform::reader::Reader;
use crate::platform::rights::Rights;

/// The rows of everybody, for what nobody asked for or what is looked at before it is known who
/// asks: signing in, queues, roll-ups. What an actor asks for goes by the actor's own rights.
#[derive(Clone, Copy, Debug)]
pub struct System<'a> {
    pub(super) db: &'a Db,
}

impl<'a> System<'a> {
    /// The side for reading.
    #[must_use]
    pub fn read(self) -> &'a Reader {
        &self.db.everything
    }

    /// Begins a transaction that may write.
    ///
    /// # Errors
    /// [`DbErr`] when no connection is free in time.
    pub async fn begin(self) -> Result<Tx, DbErr> {
        self.db.begin(&Rights::all()).await
    }

    /// Begins a transaction that reads one state of everything, however long it takes, and holds
    /// nobody up.
    ///
    /// # Errors
    /// [`DbErr`] when no connection is free in time.
    pub async fn snapshot(self) -> Result<DatabaseTransaction, DbErr> {
        self.db.snapshot(&Rights::all()).await
    }

    /// Empties the log of writes of an SQLite file, where what was erased stands until others write over it: whether it
    /// could be done now, while nobody reads an earlier state. PostgreSQL does the like by itself (autovacuum).
    ///
    /// # Errors
    /// [`DbErr`].
    pub async fn empty_log(self) -> Result<bool, DbErr> {
        if self.db.backend() != DbBackend::Sqlite {
            return Ok(true);
        }
        let fault = |cause: sqlx::Error| DbErr::Query(RuntimeErr::SqlxError(cause.into()));
        let pool = self.db.write.get_sqlite_connection_pool();
        let mut held = pool.acquire().await.map_err(fault)?;
        // Whoever reads is not waited for: writers would wait meanwhile.
        let hasty = sqlx::query("pragma busy_timeout = 0").execute(&mut *held);
        hasty.await.map_err(fault)?;
        let emptied = sqlx::query_scalar("pragma wal_checkpoint(truncate)");
        let busy: Result<i64, _> = emptied.fetch_one(&mut *held).await;
        let patient = format!("pragma busy_timeout = {}", BUSY.as_millis());
        let patient = sqlx::query(AssertSqlSafe(patient)).execute(&mut *held);
        patient.await.map_err(fault)?;
        let busy = busy.map_err(fault)?;
        Ok(busy == 0)
    }

    /// Begins a transaction that writes from one state of everything, while no other of its kind for
    /// this table runs; `None` where its turn does not come in time.
    ///
    /// # Errors
    /// [`DbErr`].
    pub async fn begin_alone(
        self,
        table: &'static str,
        patience: Duration,
    ) -> Result<Option<Tx>, DbErr> {
        if self.db.backend() != DbBackend::Postgres {
            return match tokio::time::timeout(patience, self.begin()).await {
                Ok(begun) => begun.map(Some),
                Err(_elapsed) => Ok(None),
            };
        }
        let options = TransactionOptions {
            isolation_level: Some(IsolationLevel::RepeatableRead),
            ..TransactionOptions::default()
        };
        #[expect(clippy::disallowed_methods, reason = "this is the other place")]
        let inner = self.db.write.begin_with_options(options).await?;
        // The database ends the wait: a wait that we gave up would keep its connection. The lock comes
        // before anything is read, so that the state is the one after the wait.
        let wait = patience.as_millis();
        let rights = Rights::all().of_transaction();
        let lock = format!(
            "{rights}; set local lock_timeout = {wait}; lock table {table} in exclusive mode"
        );
        match inner.execute_unprepared(&lock).await {
            Ok(_) => Ok(Some(self.db.open(inner))),
            Err(cause) if is_lock_timeout(&cause) => Ok(None),
            Err(cause) => Err(cause),
        }
    }
}

/// Whether a lock did not come in time.
fn is_lock_timeout(cause: &DbErr) -> bool {
    const LOCK_NOT_AVAILABLE: &str = "55P03";
    let (DbErr::Exec(RuntimeErr::SqlxError(cause)) | DbErr::Query(RuntimeErr::SqlxError(cause))) =
        cause
    else {
        return false;
    };
    let code = cause.as_database_error().and_then(|it| it.code());
    code.is_some_and(|it| it == LOCK_NOT_AVAILABLE)
}
