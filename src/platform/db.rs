//! Connections, transactions, and which errors are a constraint's answer.
//!
//! Statements are in the `store` of each area.

use std::collections::BTreeSet;
use std::ops::Deref;
use std::str::FromStr;
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::PoisonError;
use std::sync::atomic::AtomicU64;
use std::sync::atomic::Ordering;
use std::time::Duration;

use entity::ids::OrganizationId;
use migration::MigratorTrait;
use sea_orm::AccessMode;
use sea_orm::ConnectOptions;
use sea_orm::ConnectionTrait;
use sea_orm::Database;
use sea_orm::DatabaseConnection;
use sea_orm::DatabaseTransaction;
use sea_orm::DbBackend;
use sea_orm::DbErr;
use sea_orm::IsolationLevel;
use sea_orm::RuntimeErr;
use sea_orm::SqliteTransactionMode;
use sea_orm::TransactionOptions;
use sea_orm::TransactionTrait;
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::sqlite::SqliteJournalMode;
use sqlx::sqlite::SqliteSynchronous;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use crate::platform::feed;
use crate::platform::feed::Noted;
use crate::platform::wake::CHANNEL;
use crate::platform::wake::Wake;

/// One number for every process that migrates: they queue behind it.
const MIGRATION_LOCK: i64 = 0x7469_7769_7a69;

/// How often a file is tried that somebody else is opening, and the pause between: ten seconds in all, as long as a
/// lock is waited for.
const TRIES: u32 = 200;
const TRY_AGAIN: Duration = Duration::from_millis(50);

/// A database: one side that writes, one that reads.
///
/// On SQLite the writing side is a single connection, so that writers queue instead of failing;
/// on PostgreSQL both sides are one pool.
#[derive(Clone, Debug)]
pub struct Db {
    write: DatabaseConnection,
    read: DatabaseConnection,
    statements: Arc<AtomicU64>,
    wake: Wake,
}

/// An open transaction: only through it can anything be written.
#[derive(Debug)]
pub struct Tx {
    inner: DatabaseTransaction,
    wake: Wake,
    /// Organizations whose followers wake when it is committed.
    touched: Mutex<BTreeSet<OrganizationId>>,
    /// What the feeds are told at the commit.
    noted: Mutex<Vec<Noted>>,
    /// Bells that ring when it is committed.
    rung: Mutex<BTreeSet<Uuid>>,
}

impl Deref for Tx {
    type Target = DatabaseTransaction;

    fn deref(&self) -> &DatabaseTransaction {
        &self.inner
    }
}

impl Db {
    /// Opens the database at an address only to look at it: nothing is made, nothing written.
    ///
    /// # Errors
    /// [`DbErr`] when it cannot be reached; an SQLite file that does not exist cannot.
    pub async fn look(url: &str) -> Result<Self, DbErr> {
        let mut options = ConnectOptions::new(url.to_owned());
        options.max_connections(1).min_connections(1);
        options.acquire_timeout(Duration::from_secs(5));
        quiet(&mut options);
        options.map_sqlx_sqlite_opts(|it| {
            it.create_if_missing(false)
                .busy_timeout(Duration::from_secs(5))
                .pragma("query_only", "1")
        });
        let pool = Database::connect(options).await?;
        Ok(Self {
            write: pool.clone(),
            read: pool,
            statements: Arc::default(),
            wake: Wake::default(),
        })
    }

    /// Opens the database at an address; an SQLite file is made when it does not exist.
    ///
    /// # Errors
    /// [`DbErr`] when it cannot be reached.
    pub async fn connect(url: &str, connections: u32) -> Result<Self, DbErr> {
        let statements = Arc::new(AtomicU64::new(0));
        let (mut write, mut read) = if url.starts_with("sqlite:") {
            let mut write = ConnectOptions::new(url.to_owned());
            write.max_connections(1).min_connections(1);
            write.acquire_timeout(Duration::from_secs(30));
            quiet(&mut write);
            if !url.contains("memory") {
                keep_private(url);
            }
            write.map_sqlx_sqlite_opts(|it| sqlite(it).create_if_missing(true));
            let writer = opened(&write).await?;
            let mut read = ConnectOptions::new(url.to_owned());
            read.max_connections(4).min_connections(1);
            quiet(&mut read);
            read.map_sqlx_sqlite_opts(|it| sqlite(it).pragma("query_only", "1"));
            (writer, opened(&read).await?)
        } else {
            let mut options = ConnectOptions::new(url.to_owned());
            options.max_connections(connections).min_connections(1);
            options.acquire_timeout(Duration::from_secs(10));
            quiet(&mut options);
            // Compiling a statement takes longer than running any of ours: reports gain a second.
            options.map_sqlx_postgres_opts(|it| it.options([("jit", "off")]));
            let pool = Database::connect(options).await?;
            (pool.clone(), pool)
        };
        for side in [&mut write, &mut read] {
            let statements = Arc::clone(&statements);
            side.set_metric_callback(move |_| {
                statements.fetch_add(1, Ordering::Relaxed);
            });
        }
        Ok(Self {
            write,
            read,
            statements,
            wake: Wake::default(),
        })
    }

    /// The side for reading.
    #[must_use]
    pub fn read(&self) -> &DatabaseConnection {
        &self.read
    }

    /// Which database it is.
    #[must_use]
    pub fn backend(&self) -> DbBackend {
        self.write.get_database_backend()
    }

    /// Number of statements run so far, reads and writes; for budgets and metrics.
    #[must_use]
    pub fn statements(&self) -> u64 {
        self.statements.load(Ordering::Relaxed)
    }

    /// Begins a transaction that may write.
    ///
    /// # Errors
    /// [`DbErr`] when no connection is free in time.
    pub async fn begin(&self) -> Result<Tx, DbErr> {
        let options = TransactionOptions {
            // A deferred transaction that reads before it writes fails at once when another
            // wrote in between; an immediate one queues.
            sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
            ..TransactionOptions::default()
        };
        #[expect(clippy::disallowed_methods, reason = "this is the one place")]
        let tx = self.write.begin_with_options(options).await?;
        Ok(self.open(tx))
    }

    fn open(&self, inner: DatabaseTransaction) -> Tx {
        Tx {
            inner,
            wake: self.wake.clone(),
            touched: Mutex::default(),
            noted: Mutex::default(),
            rung: Mutex::default(),
        }
    }

    /// Begins a transaction that writes from one state of everything, while no other of its kind for
    /// this table runs; `None` where its turn does not come in time.
    ///
    /// # Errors
    /// [`DbErr`].
    pub async fn begin_alone(
        &self,
        table: &'static str,
        patience: Duration,
    ) -> Result<Option<Tx>, DbErr> {
        if self.backend() != DbBackend::Postgres {
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
        let inner = self.write.begin_with_options(options).await?;
        // The database ends the wait: a wait that we gave up would keep its connection. The lock comes
        // before anything is read, so that the state is the one after the wait.
        let wait = patience.as_millis();
        let lock = format!("set local lock_timeout = {wait}; lock table {table} in exclusive mode");
        match inner.execute_unprepared(&lock).await {
            Ok(_) => Ok(Some(self.open(inner))),
            Err(cause) if is_lock_timeout(&cause) => Ok(None),
            Err(cause) => Err(cause),
        }
    }

    /// Wakes whoever follows an organization.
    #[must_use]
    pub fn wake(&self) -> &Wake {
        &self.wake
    }

    /// Hears what other processes change, until `closing`; on SQLite there are none.
    pub async fn listen(self, closing: CancellationToken) {
        if self.backend() == DbBackend::Postgres {
            let pool = self.read.get_postgres_connection_pool().clone();
            self.wake.listen(pool, closing).await;
        }
    }

    /// Begins a transaction that reads one state of everything, however long it takes, and holds
    /// nobody up.
    ///
    /// # Errors
    /// [`DbErr`] when no connection is free in time.
    pub async fn snapshot(&self) -> Result<DatabaseTransaction, DbErr> {
        let isolation = match self.backend() {
            DbBackend::Postgres => Some(IsolationLevel::RepeatableRead),
            // There a transaction sees one state from its first statement on.
            _ => None,
        };
        let options = TransactionOptions {
            isolation_level: isolation,
            access_mode: isolation.map(|_| AccessMode::ReadOnly),
            ..TransactionOptions::default()
        };
        #[expect(clippy::disallowed_methods, reason = "it cannot write")]
        self.read.begin_with_options(options).await
    }

    /// Brings the tables up to date; safe when several processes begin at once.
    ///
    /// # Errors
    /// [`DbErr`] when a step fails; what it had done is undone.
    pub async fn migrate(&self) -> Result<(), DbErr> {
        if self.backend() != DbBackend::Postgres {
            // The one writer holds the file until all steps are done.
            let tx = self.begin().await?;
            migration::Migrator::up(&*tx, None).await?;
            return tx.commit().await;
        }
        // The lock lives in a transaction of its own around the steps.
        let lock = self.begin().await?;
        lock.execute_unprepared(&format!("select pg_advisory_xact_lock({MIGRATION_LOCK})"))
            .await?;
        migration::Migrator::up(&self.write, None).await?;
        lock.commit().await
    }

    /// Names of the steps that were not applied yet.
    ///
    /// # Errors
    /// [`DbErr`] when the database cannot be asked.
    pub async fn pending_migrations(&self) -> Result<Vec<String>, DbErr> {
        let pending = migration::Migrator::get_pending_migrations_read_only(&self.read).await?;
        Ok(pending.iter().map(|it| it.name().to_owned()).collect())
    }

    /// Closes both sides and waits for what runs.
    ///
    /// # Errors
    /// [`DbErr`] when a connection does not end cleanly.
    pub async fn close(self) -> Result<(), DbErr> {
        if self.backend() != DbBackend::Postgres {
            self.read.close().await?;
        }
        self.write.close().await
    }
}

impl Tx {
    /// Makes everything written through it last. The feeds come first, after all else is held.
    ///
    /// # Errors
    /// [`DbErr`] when the database refuses; nothing was written then.
    pub async fn commit(self) -> Result<(), DbErr> {
        let noted = self.noted(std::mem::take);
        feed::write(&self, noted).await?;
        let rung = std::mem::take(&mut *self.rung.lock().unwrap_or_else(PoisonError::into_inner));
        if self.get_database_backend() == DbBackend::Postgres {
            for bell in &rung {
                // Sent at the commit, and only then.
                let notify = format!("select pg_notify('{CHANNEL}', '{bell}')");
                self.inner.execute_unprepared(&notify).await?;
            }
        }
        self.inner.commit().await?;
        for bell in rung {
            self.wake.bells().ring(bell);
        }
        let touched = self.touched.into_inner();
        self.wake
            .touched(&touched.unwrap_or_else(PoisonError::into_inner));
        Ok(())
    }

    /// Notes that something in an organization changes: its followers wake at the commit.
    pub fn touch(&self, organization: OrganizationId) {
        let mut touched = self.touched.lock().unwrap_or_else(PoisonError::into_inner);
        touched.insert(organization);
    }

    /// Rings the bell of something at the commit, at every instance.
    pub fn ring(&self, bell: Uuid) {
        let mut rung = self.rung.lock().unwrap_or_else(PoisonError::into_inner);
        rung.insert(bell);
    }

    /// What the feeds are told at the commit.
    pub(super) fn noted<T>(&self, act: impl FnOnce(&mut Vec<Noted>) -> T) -> T {
        act(&mut self.noted.lock().unwrap_or_else(PoisonError::into_inner))
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

/// Makes a missing database file readable by its owner alone; those beside it take after it.
fn keep_private(url: &str) {
    #[cfg(unix)]
    if let Ok(options) = SqliteConnectOptions::from_str(url) {
        let mut new = std::fs::OpenOptions::new();
        new.write(true).create_new(true);
        std::os::unix::fs::OpenOptionsExt::mode(&mut new, 0o600);
        // Where it cannot be made, opening it says why.
        let _made = new.open(options.get_filename());
    }
}

/// Opens an SQLite file, which others may open at the same moment. The first of them turns its log of writes on,
/// and meanwhile SQLite turns the others away at once, however long they would wait for a lock.
async fn opened(options: &ConnectOptions) -> Result<DatabaseConnection, DbErr> {
    let mut left = TRIES;
    loop {
        match Database::connect(options.clone()).await {
            Err(DbErr::Conn(cause)) if left > 0 && is_locked(&cause) => {}
            done => return done,
        }
        left -= 1;
        tokio::time::sleep(TRY_AGAIN).await;
    }
}

fn is_locked(cause: &RuntimeErr) -> bool {
    let RuntimeErr::SqlxError(cause) = cause else {
        return false;
    };
    // SQLITE_BUSY, and what it is called where a log is being brought back.
    let code = cause.as_database_error().and_then(|it| it.code());
    code.is_some_and(|it| ["5", "261"].contains(&it.as_ref()))
}

fn quiet(options: &mut ConnectOptions) {
    options.sqlx_logging(false);
    // A ping at each acquire costs a round trip; a broken connection shows itself in use.
    options.test_before_acquire(false);
}

fn sqlite(options: SqliteConnectOptions) -> SqliteConnectOptions {
    options
        .journal_mode(SqliteJournalMode::Wal)
        // An acknowledged write survives a loss of power.
        .synchronous(SqliteSynchronous::Full)
        .foreign_keys(true)
        .busy_timeout(Duration::from_secs(10))
        // A row that another takes the place of is deleted for the triggers as well.
        .pragma("recursive_triggers", "1")
        .pragma("cache_size", "-16000")
        // Of each connection, so that all of them together stay small.
        .pragma("mmap_size", "33554432")
        .pragma("temp_store", "memory")
}

/// The name of a constraint of ours that refused a write, where one did.
///
/// SQLite names the columns of a unique constraint and the text of a trigger, PostgreSQL names the
/// constraint: `names` lists both spellings.
#[must_use]
pub fn violates(error: &DbErr, names: &[&str]) -> bool {
    let text = match error.sql_err() {
        Some(
            sea_orm::SqlErr::UniqueConstraintViolation(text)
            | sea_orm::SqlErr::ForeignKeyConstraintViolation(text),
        ) => text,
        _ => error.to_string(),
    };
    names.iter().any(|name| text.contains(name))
}

/// Whether an address names an SQLite file, and which.
#[must_use]
pub fn sqlite_file(url: &str) -> Option<std::path::PathBuf> {
    // Without this any other address would be read as the name of a file.
    let options = url
        .starts_with("sqlite:")
        .then(|| SqliteConnectOptions::from_str(url).ok());
    Some(options??.get_filename().to_path_buf())
}

#[cfg(test)]
mod tests {
    use sea_orm::ConnectionTrait;
    use sea_orm::Statement;

    use super::Db;

    #[test]
    fn another_database_is_no_file() {
        assert_eq!(
            super::sqlite_file("postgres://tiwizi:secret@db/tiwizi"),
            None
        );
        assert_eq!(
            super::sqlite_file("postgresql://db:5432/tiwizi?sslmode=require"),
            None
        );
        let file = super::sqlite_file("sqlite://data/tiwizi.sqlite?mode=rwc").unwrap();
        assert_eq!(file, std::path::Path::new("data/tiwizi.sqlite"));
    }

    async fn settings(conn: &impl ConnectionTrait) -> Vec<String> {
        let mut said = Vec::new();
        for name in [
            "journal_mode",
            "synchronous",
            "foreign_keys",
            "recursive_triggers",
            "query_only",
            "busy_timeout",
        ] {
            let backend = conn.get_database_backend();
            let asked = Statement::from_sql_and_values(backend, format!("pragma {name}"), []);
            let row = conn.query_one_raw(asked).await.unwrap().unwrap();
            said.push(match row.try_get_by_index::<i64>(0) {
                Ok(number) => format!("{name} {number}"),
                Err(_) => format!("{name} {}", row.try_get_by_index::<String>(0).unwrap()),
            });
        }
        said
    }

    #[tokio::test]
    async fn every_connection_to_sqlite_is_durable_and_checks_its_keys() {
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite://{}", folder.path().join("t.sqlite").display());
        let db = Db::connect(&url, 4).await.unwrap();
        // Held open at once, so that each is another connection.
        let mut readers = Vec::new();
        for _ in 0..4 {
            readers.push(db.snapshot().await.unwrap());
        }
        let writer = db.begin().await.unwrap();
        let expected = |query_only: &str| {
            [
                "journal_mode wal",
                "synchronous 2",
                "foreign_keys 1",
                "recursive_triggers 1",
                query_only,
                "busy_timeout 10000",
            ]
            .map(str::to_owned)
        };

        assert_eq!(settings(&*writer).await, expected("query_only 0"));
        for reader in &readers {
            assert_eq!(settings(reader).await, expected("query_only 1"));
            let refused = reader.execute_unprepared("create table t (x)").await;
            assert!(refused.unwrap_err().to_string().contains("readonly"));
        }
    }
}
