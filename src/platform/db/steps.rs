//! Brings the tables up to date, whoever begins at the same moment.
//!
//! What a step does is in `migration`.

use migration::MigratorTrait;
use sea_orm::ConnectionTrait;
use sea_orm::DatabaseConnection;
use sea_orm::DbBackend;
use sea_orm::DbErr;
use sea_orm::RuntimeErr;
use sqlx::postgres::PgConnectOptions;
use sqlx::postgres::PgPoolOptions;

use crate::platform::db::Db;
use crate::platform::rights::OF_STEPS;

/// One number for every process that migrates: they queue behind it.
const MIGRATION_LOCK: i64 = 0x7469_7769_7a69;

impl Db {
    /// Brings the tables up to date; safe when several processes begin at once.
    ///
    /// # Errors
    /// [`DbErr`] when a step fails; what it had done is undone.
    pub async fn migrate(&self) -> Result<(), DbErr> {
        if self.backend() != DbBackend::Postgres {
            // The one writer holds the file until all steps are done.
            let tx = self.system().begin().await?;
            migration::Migrator::up(&*tx, None).await?;
            return tx.commit().await;
        }
        // The lock lives in a transaction of its own around the steps.
        let lock = self.system().begin().await?;
        lock.execute_unprepared(&format!("select pg_advisory_xact_lock({MIGRATION_LOCK})"))
            .await?;
        let steps = self.of_steps().await?;
        migration::Migrator::up(&steps, None).await?;
        steps.close().await?;
        lock.commit().await
    }

    /// A connection that sees everything from its first statement on: policies hold for steps, too.
    async fn of_steps(&self) -> Result<DatabaseConnection, DbErr> {
        let pool = self.write.get_postgres_connection_pool();
        let options = PgConnectOptions::clone(&pool.connect_options()).options([OF_STEPS]);
        let made = PgPoolOptions::new()
            .max_connections(1)
            .connect_with(options);
        let made = made.await;
        made.map(DatabaseConnection::from)
            .map_err(|it| DbErr::Conn(RuntimeErr::SqlxError(it.into())))
    }

    /// Names of the steps that were not applied yet.
    ///
    /// # Errors
    /// [`DbErr`] when the database cannot be asked.
    pub async fn pending_migrations(&self) -> Result<Vec<String>, DbErr> {
        let pending = migration::Migrator::get_pending_migrations_read_only(&self.read).await?;
        Ok(pending.iter().map(|it| it.name().to_owned()).collect())
    }
}
