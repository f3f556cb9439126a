//! Whether the keys are those that the database was written with, and whether new ones may be made.
//!
//! How the fingerprint is kept is in `platform::fingerprint`, what ledgers of before it say in
//! `hours::ledger`; here both are put together, for each start and for the doctor.

use chrono::DateTime;
use chrono::Utc;
use sea_orm::DbErr;

use crate::config::Config;
use crate::config::without_credentials;
use crate::hours::ledger;
use crate::platform::crypto::Keys;
use crate::platform::db;
use crate::platform::db::Db;
use crate::platform::fingerprint;
use crate::platform::fingerprint::Noted;

/// Why the keys of the file are not those of the database.
#[derive(Debug, thiserror::Error)]
pub enum KeysError {
    /// The file holds other keys.
    #[error(
        "the keys in {file} are not those that the database {database} was written with: restore its key \
         file from a backup, or set TIWIZI_KEYS_FILE to it; nothing was written with these"
    )]
    Others {
        /// The file that was read.
        file: String,
        /// The database, without credentials.
        database: String,
    },
    /// There is no file, and new keys would not fit.
    #[error(
        "no keys at {file}, and the database {database} was written with keys that new ones cannot replace: \
         restore its key file from a backup, or set TIWIZI_KEYS_FILE to it; nothing was made"
    )]
    Gone {
        /// Where they were looked for.
        file: String,
        /// The database, without credentials.
        database: String,
    },
}

impl KeysError {
    /// Other keys than the database's.
    #[must_use]
    pub fn others(config: &Config) -> Self {
        Self::Others {
            file: config.keys_path().display().to_string(),
            database: without_credentials(&config.database_url),
        }
    }

    /// No keys beside a database that has some.
    #[must_use]
    pub fn gone(config: &Config) -> Self {
        Self::Gone {
            file: config.keys_path().display().to_string(),
            database: without_credentials(&config.database_url),
        }
    }
}

/// How keys stand to a database.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// It was written with them.
    Its,
    /// It was written with others.
    Others,
    /// Nothing in it says which keys it was written with: they become its keys at the next start.
    Unsaid,
}

/// How keys stand to the database as it is; nothing is written.
///
/// # Errors
/// [`DbErr`].
pub async fn standing(db: &Db, keys: &Keys) -> Result<Standing, DbErr> {
    match fingerprint::noted(db.system().read()).await? {
        Noted::Digest(digest) if digest == keys.fingerprint() => Ok(Standing::Its),
        Noted::Digest(_) => Ok(Standing::Others),
        // Tables of before this step may lack what is looked at: each start looks again behind it.
        Noted::NoTable => Ok(Standing::Unsaid),
        Noted::Nothing => Ok(
            match ledger::is_sealed_with(db.system().read(), keys).await? {
                Some(true) => Standing::Its,
                Some(false) => Standing::Others,
                None => Standing::Unsaid,
            },
        ),
    }
}

/// Makes keys those of the database, unless it was written with others; the answer says which.
///
/// # Errors
/// [`DbErr`].
pub async fn hold(db: &Db, keys: &Keys, now: DateTime<Utc>) -> Result<Standing, DbErr> {
    if standing(db, keys).await? == Standing::Others {
        return Ok(Standing::Others);
    }
    if matches!(
        fingerprint::noted(db.system().read()).await?,
        Noted::Nothing
    ) {
        let tx = db.system().begin().await?;
        fingerprint::note(&tx, keys, now).await?;
        tx.commit().await?;
    }
    // Another instance with another file may have been faster.
    standing(db, keys).await
}

/// Whether the database at the configured address was written with keys: then new ones must not be made.
/// A file that is not there yet was not.
///
/// # Errors
/// [`DbErr`] where the database does not answer: nobody knows then what it holds.
pub async fn has_its_own(config: &Config) -> Result<bool, DbErr> {
    if db::sqlite_file(&config.database_url).is_some_and(|it| !it.exists()) {
        return Ok(false);
    }
    let db = Db::look(&config.database_url).await?;
    let found = is_written(&db).await;
    let _closed = db.close().await;
    found
}

/// Makes keys those of the database in the place of others, whatever it was written with.
///
/// # Errors
/// [`DbErr`].
pub async fn adopt(db: &Db, keys: &Keys, now: DateTime<Utc>) -> Result<(), DbErr> {
    let tx = db.system().begin().await?;
    fingerprint::replace(&tx, keys, now).await?;
    tx.commit().await
}

async fn is_written(db: &Db) -> Result<bool, DbErr> {
    if let Noted::Digest(_) = fingerprint::noted(db.system().read()).await? {
        return Ok(true);
    }
    Ok(
        fingerprint::has_table(db.system().read(), "ledger_event").await?
            && ledger::is_begun(db.system().read()).await?,
    )
}
