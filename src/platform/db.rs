//! Connections, transactions, and which errors are a constraint's answer.
//!
//! Statements are in the `store` of each area; whose rows they may touch is told by `rights`.

mod steps;
mod system;

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

pub use self::system::System;
use crate::platform::feed;
use crate::platform::feed::Noted;
use crate::platform::reader::Beyond;
use crate::platform::reader::Reader;
use crate::platform::rights::Rights;
use crate::platform::wake::CHANNEL;
use crate::platform::wake::Wake;

/// How long one SQLite connection waits for another that writes.
const BUSY: Duration = Duration::from_secs(10);
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
    /// Sees nothing but what everybody may see.
    nobody: Reader,
    /// Sees everything.
    everything: Reader,
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
        Ok(Self::of(pool.clone(), pool, Arc::default()))
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
        Ok(Self::of(write, read, statements))
    }

    fn of(write: DatabaseConnection, read: DatabaseConnection, statements: Arc<AtomicU64>) -> Self {
        let nobody = Reader::new(read.clone(), Arc::clone(&statements), &Rights::default());
        Self {
            everything: nobody.with(&Rights::all()),
            nobody,
            write,
            read,
            statements,
            wake: Wake::default(),
        }
    }

    /// The side for reading, with the rights of an actor.
    #[must_use]
    pub fn reader(&self, rights: &Rights) -> Reader {
        self.nobody.with(rights)
    }

    /// The side for reading what everybody may see.
    #[must_use]
    pub fn nobody(&self) -> &Reader {
        &self.nobody
    }

    /// The door to the rows of everybody.
    #[must_use]
    pub fn system(&self) -> System<'_> {
        System { db: self }
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

    /// Begins a transaction that may write, with the rights of an actor.
    ///
    /// # Errors
    /// [`DbErr`] when no connection is free in time.
    pub async fn begin(&self, rights: &Rights) -> Result<Tx, DbErr> {
        let options = TransactionOptions {
            // A deferred transaction that reads before it writes fails at once when another
            // wrote in between; an immediate one queues.
            sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
            ..TransactionOptions::default()
        };
        #[expect(clippy::disallowed_methods, reason = "this is the one place")]
        let tx = self.write.begin_with_options(options).await?;
        tell(&tx, rights).await?;
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
    /// nobody up, with the rights of an actor.
    ///
    /// # Errors
    /// [`DbErr`] when no connection is free in time.
    pub async fn snapshot(&self, rights: &Rights) -> Result<DatabaseTransaction, DbErr> {
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
        let tx = self.read.begin_with_options(options).await?;
        tell(&tx, rights).await?;
        Ok(tx)
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

    /// Rows of everybody, for one rule that weighs what the actor may not see: what a person does elsewhere.
    #[must_use]
    pub fn beyond(&self) -> Beyond<'_> {
        Beyond::new(&self.inner)
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

/// Tells a transaction whose rows it may touch.
async fn tell(tx: &DatabaseTransaction, rights: &Rights) -> Result<(), DbErr> {
    if tx.get_database_backend() == DbBackend::Postgres {
        tx.execute_unprepared(&rights.of_transaction()).await?;
    }
    Ok(())
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
        .busy_timeout(BUSY)
        // A row that another takes the place of is deleted for the triggers as well.
        .pragma("recursive_triggers", "1")
        .pragma("cache_size", "-16000")
        // Of each connection, so that all of them together stay small.
        .pragma("mmap_size", "33554432")
        .pragma("temp_store", "memory")
        // What is erased is gone from the file as well, and from each copy of it that is made later.
        .pragma("secure_delete", "on")
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
            "secure_delete",
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
            readers.push(db.system().snapshot().await.unwrap());
        }
        let writer = db.system().begin().await.unwrap();
        let expected = |query_only: &str| {
            [
                "journal_mode wal",
                "synchronous 2",
                "foreign_keys 1",
                "recursive_triggers 1",
                query_only,
                "busy_timeout 10000",
                "secure_delete 1",
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
