//! Reading with the rights of one actor: each statement is told whose rows it may touch.
//!
//! Where connections come from is in `db`, what the rights are in `rights`. On SQLite it is the plain pool.

use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use std::sync::atomic::Ordering;

use sea_orm::ConnAcquireErr;
use sea_orm::ConnectionTrait;
use sea_orm::DatabaseConnection;
use sea_orm::DatabaseTransaction;
use sea_orm::DbBackend;
use sea_orm::DbErr;
use sea_orm::ExecResult;
use sea_orm::QueryResult;
use sea_orm::RuntimeErr;
use sea_orm::Statement;
use sea_orm::Values;
use sea_orm::prelude::async_trait::async_trait;
use sea_query_sqlx::SqlxValues;
use sqlx::AssertSqlSafe;
use sqlx::Postgres;
use sqlx::pool::PoolConnection;
use sqlx::query::Query;

use crate::platform::rights::Rights;
use crate::platform::rights::SET;

/// The side of a database for reading, with the rights of one actor.
///
/// On PostgreSQL a statement gets a connection, which is told the rights first: one more round trip. Whatever the
/// connection was told before is replaced, so that nobody inherits the rights of another.
#[derive(Clone, Debug)]
pub struct Reader {
    pool: DatabaseConnection,
    statements: Arc<AtomicU64>,
    /// As values of [`SET`].
    settings: Arc<[String; 8]>,
}

/// Rows of everybody, for one rule that weighs them, inside a transaction of an actor.
#[derive(Debug)]
pub struct Beyond<'a> {
    tx: &'a DatabaseTransaction,
}

impl Reader {
    pub(super) fn new(
        pool: DatabaseConnection,
        statements: Arc<AtomicU64>,
        rights: &Rights,
    ) -> Self {
        Self {
            pool,
            statements,
            settings: Arc::new(rights.values()),
        }
    }

    /// The same database with other rights.
    #[must_use]
    pub(super) fn with(&self, rights: &Rights) -> Self {
        Self::new(self.pool.clone(), Arc::clone(&self.statements), rights)
    }

    fn is_postgres(&self) -> bool {
        self.pool.get_database_backend() == DbBackend::Postgres
    }

    /// A connection that was told the rights.
    async fn told(&self) -> Result<PoolConnection<Postgres>, DbErr> {
        let pool = self.pool.get_postgres_connection_pool();
        let mut connection = pool.acquire().await.map_err(unacquired)?;
        let mut telling = sqlx::query(SET);
        for value in self.settings.as_slice() {
            telling = telling.bind(value.as_str());
        }
        telling
            .execute(&mut *connection)
            .await
            .map_err(|it| DbErr::Query(RuntimeErr::SqlxError(it.into())))?;
        self.statements.fetch_add(1, Ordering::Relaxed);
        Ok(connection)
    }
}

#[async_trait]
impl ConnectionTrait for Reader {
    fn get_database_backend(&self) -> DbBackend {
        self.pool.get_database_backend()
    }

    async fn execute_raw(&self, statement: Statement) -> Result<ExecResult, DbErr> {
        if !self.is_postgres() {
            return self.pool.execute_raw(statement).await;
        }
        let mut connection = self.told().await?;
        let done = query(&statement).execute(&mut *connection).await;
        done.map(ExecResult::from).map_err(unexecuted)
    }

    async fn execute_unprepared(&self, sql: &str) -> Result<ExecResult, DbErr> {
        if !self.is_postgres() {
            return self.pool.execute_unprepared(sql).await;
        }
        let mut connection = self.told().await?;
        let sql = AssertSqlSafe(sql.to_owned());
        let done = sqlx::Executor::execute(&mut *connection, sql).await;
        done.map(ExecResult::from).map_err(unexecuted)
    }

    async fn query_one_raw(&self, statement: Statement) -> Result<Option<QueryResult>, DbErr> {
        if !self.is_postgres() {
            return self.pool.query_one_raw(statement).await;
        }
        let mut connection = self.told().await?;
        match query(&statement).fetch_one(&mut *connection).await {
            Ok(row) => Ok(Some(row.into())),
            Err(sqlx::Error::RowNotFound) => Ok(None),
            Err(cause) => Err(unanswered(cause)),
        }
    }

    async fn query_all_raw(&self, statement: Statement) -> Result<Vec<QueryResult>, DbErr> {
        if !self.is_postgres() {
            return self.pool.query_all_raw(statement).await;
        }
        let mut connection = self.told().await?;
        let rows = query(&statement).fetch_all(&mut *connection).await;
        let rows = rows.map_err(unanswered)?;
        Ok(rows.into_iter().map(QueryResult::from).collect())
    }
}

impl<'a> Beyond<'a> {
    pub(super) fn new(tx: &'a DatabaseTransaction) -> Self {
        Self { tx }
    }

    /// Runs something while rows of everybody are seen.
    async fn beyond<T>(
        &self,
        act: impl Future<Output = Result<T, DbErr>> + Send,
    ) -> Result<T, DbErr> {
        if self.tx.get_database_backend() != DbBackend::Postgres {
            return act.await;
        }
        self.tx
            .execute_unprepared("set local tiwizi.beyond = 'on'")
            .await?;
        // Where it fails the transaction is at its end, and the setting with it.
        let done = act.await?;
        self.tx
            .execute_unprepared("set local tiwizi.beyond = ''")
            .await?;
        Ok(done)
    }
}

#[async_trait]
impl ConnectionTrait for Beyond<'_> {
    fn get_database_backend(&self) -> DbBackend {
        self.tx.get_database_backend()
    }

    async fn execute_raw(&self, statement: Statement) -> Result<ExecResult, DbErr> {
        self.beyond(self.tx.execute_raw(statement)).await
    }

    async fn execute_unprepared(&self, sql: &str) -> Result<ExecResult, DbErr> {
        self.beyond(self.tx.execute_unprepared(sql)).await
    }

    async fn query_one_raw(&self, statement: Statement) -> Result<Option<QueryResult>, DbErr> {
        self.beyond(self.tx.query_one_raw(statement)).await
    }

    async fn query_all_raw(&self, statement: Statement) -> Result<Vec<QueryResult>, DbErr> {
        self.beyond(self.tx.query_all_raw(statement)).await
    }
}

/// As the library below makes it.
fn query(statement: &Statement) -> Query<'_, Postgres, SqlxValues> {
    let values = statement.values.clone().unwrap_or(Values(Vec::new()));
    sqlx::query_with(AssertSqlSafe(statement.sql.as_str()), SqlxValues(values))
}

fn unacquired(cause: sqlx::Error) -> DbErr {
    match cause {
        sqlx::Error::PoolTimedOut => DbErr::ConnectionAcquire(ConnAcquireErr::Timeout),
        sqlx::Error::PoolClosed => DbErr::ConnectionAcquire(ConnAcquireErr::ConnectionClosed),
        other => DbErr::Conn(RuntimeErr::SqlxError(other.into())),
    }
}

fn unexecuted(cause: sqlx::Error) -> DbErr {
    DbErr::Exec(RuntimeErr::SqlxError(cause.into()))
}

fn unanswered(cause: sqlx::Error) -> DbErr {
    DbErr::Query(RuntimeErr::SqlxError(cause.into()))
}
