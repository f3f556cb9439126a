//! What `tiwizi doctor` finds of the database and in it.
//!
//! How it is told is in `doctor`.

use sea_orm::ConnectionTrait;
use sea_orm::DbBackend;
use sea_orm::Statement;

use crate::cli::doctor::Found;
use crate::config::Config;
use crate::platform::clock::Clock;
use crate::platform::db::Db;

/// Apart from this the database's clock and ours disagree.
const CLOCK_TOLERANCE_SECONDS: i64 = 5;

/// What is looked at once the database answers.
pub(super) const IN_DATABASE: [&str; 5] = [
    "migrations",
    "row policies",
    "reference data",
    "identity numbers",
    "clock",
];

/// What is found of the database and in it.
pub(super) async fn looked_at(config: &Config) -> Vec<(&'static str, Found)> {
    let db = match crate::cli::look(config).await {
        Ok(db) => db,
        Err(mend) => {
            let mut findings = vec![("database", Found::Wrong(mend.to_string()))];
            findings.extend(IN_DATABASE.map(|what| (what, Found::After("the database"))));
            return findings;
        }
    };
    let (name, question) = match db.backend() {
        DbBackend::Postgres => (
            "PostgreSQL",
            "select current_setting('server_version') as said",
        ),
        _ => ("SQLite", "select sqlite_version() as said"),
    };
    let reached = ask(&db, question).await.map(|it| format!("{name} {it}"));
    let after = || Found::After("the migrations");
    let (migrations, policies, reference, numbers) = match db.pending_migrations().await {
        Ok(missing) if missing.is_empty() => (
            Found::Fine("up to date".to_owned()),
            policies(&db).await.into(),
            reference(&db).await.into(),
            numbers(config, &db).await.into(),
        ),
        Ok(missing) => (
            Found::Wrong(format!(
                "{} steps are missing: run `tiwizi migrate`",
                missing.len()
            )),
            after(),
            after(),
            after(),
        ),
        Err(error) => (Found::Wrong(error.to_string()), after(), after(), after()),
    };
    let clock = clock(&db).await;
    // What was only looked at ends without a word.
    let _closed = db.close().await;
    vec![
        ("database", reached.into()),
        ("migrations", migrations),
        ("row policies", policies),
        ("reference data", reference),
        ("identity numbers", numbers),
        ("clock", clock.into()),
    ]
}

/// Whether row-level policies hold for whoever connects: a superuser passes them all.
async fn policies(db: &Db) -> Result<String, String> {
    if db.backend() != DbBackend::Postgres {
        return Ok(
            "none: SQLite has no policies, the program's own filter stands alone".to_owned(),
        );
    }
    let question = "select cast(current_user as text) || \
        case when rolsuper or rolbypassrls then ' passes' else '' end as said \
        from pg_roles where rolname = current_user";
    let said = ask(db, question).await?;
    match said.strip_suffix(" passes") {
        None => Ok(format!("hold for the user {said}")),
        Some(user) => Err(format!(
            "do not hold: {user} is a superuser or bypasses them; give the database and its tables to a role that is \
             neither (docs/row-policies.md), and name it in TIWIZI_DATABASE_URL"
        )),
    }
}

async fn reference(db: &Db) -> Result<String, String> {
    let question = "select cast(count(*) as text) as said from territory";
    match ask(db, question).await?.as_str() {
        "0" => Err("not loaded: run `tiwizi migrate`".to_owned()),
        count => Ok(format!("{count} territories")),
    }
}

/// Whether national identity numbers are stored that may not be.
async fn numbers(config: &Config, db: &Db) -> Result<String, String> {
    let question = "select cast(count(*) as text) as said from national_id";
    let count = ask(db, question).await?;
    match (config.privacy.keeps_national_ids(), count.as_str()) {
        (true, _) => Ok(format!(
            "{count} are stored, sealed, with the authorization {}",
            config.privacy.national_id_authorization
        )),
        (false, "0") => Ok("none is stored".to_owned()),
        (false, _) => Err(format!(
            "{count} are stored, sealed, without an authorization: set privacy.national_id_authorization again, or remove them \
             with `tiwizi doctor --forget-national-ids`"
        )),
    }
}

async fn clock(db: &Db) -> Result<String, String> {
    let question = match db.backend() {
        DbBackend::Postgres => {
            "select cast(floor(extract(epoch from clock_timestamp())) as text) as said"
        }
        _ => "select strftime('%s', 'now') as said",
    };
    let said = ask(db, question).await?;
    let theirs: i64 = said
        .parse()
        .map_err(|it| format!("the database says {said}: {it}"))?;
    let apart = (theirs - Clock::System.now().timestamp()).abs();
    if apart <= CLOCK_TOLERANCE_SECONDS {
        Ok("agrees with the database's".to_owned())
    } else {
        Err(format!(
            "{apart} s apart from the database's: synchronize both"
        ))
    }
}

async fn ask(db: &Db, question: &str) -> Result<String, String> {
    db.system()
        .read()
        .query_one_raw(Statement::from_sql_and_values(db.backend(), question, []))
        .await
        .map_err(|it| it.to_string())?
        .ok_or_else(|| "no answer".to_owned())?
        .try_get::<String>("", "said")
        .map_err(|it| it.to_string())
}
