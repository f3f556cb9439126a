//! `tiwizi doctor`: is everything in place? One line for each check, with the mend.
//!
//! It looks and changes nothing, except for missing keys, another signing key, other keys of the database, or national
//! identity numbers that go, when it is asked to.

mod database;
mod providers;

use std::fs::OpenOptions;
use std::path::Path;
use std::process::ExitCode;

use anyhow::bail;

use crate::app;
use crate::app::keys::KeysError;
use crate::app::keys::Standing;
use crate::app::sealing;
use crate::cli::output::say;
use crate::config::Config;
use crate::config::ConfigError;
use crate::deliveries::bucket;
use crate::platform::clock::Clock;
use crate::platform::crypto::FIRST_SEALING;
use crate::platform::crypto::Keys;
use crate::platform::crypto::MayCreate;
use crate::platform::db;
use crate::platform::db::Db;
use crate::platform::i18n::Locale;
use crate::platform::mail;
use crate::platform::random::Random;
use crate::platform::zones;
use crate::volunteers::number;

/// Check configuration, database, clock, time zones, keys, storage, mail and providers
#[derive(Debug, clap::Args)]
pub struct DoctorArgs {
    /// Make the key file where it is missing
    #[arg(long)]
    make_keys: bool,
    /// Put a new signing key in the place of the present one, and another that seals what is stored
    /// encrypted. The old ones stay: what they signed is still checked, what they sealed opened. Start every
    /// server again afterwards
    #[arg(long, conflicts_with = "make_keys")]
    rotate_keys: bool,
    /// Seal what is stored encrypted with the newest key, so that those of before can go. Start every server again
    /// after `--rotate-keys`, then do this; it can be ended and begun again
    #[arg(long, conflicts_with_all = ["make_keys", "rotate_keys", "adopt_keys"])]
    reseal: bool,
    /// Forget every national identity number that is stored, of all organizations, where
    /// `privacy.national_id_authorization` is not set any more. Start every server again before
    #[arg(long, conflicts_with_all = ["make_keys", "rotate_keys", "reseal", "adopt_keys"])]
    forget_national_ids: bool,
    /// Go on with the key file, made where it is missing, though the database was written with other keys:
    /// where those are lost for good. What they sealed and signed is never checked again. Stop every server
    /// before
    #[arg(long, conflicts_with_all = ["make_keys", "rotate_keys"])]
    adopt_keys: bool,
}

/// What was found.
enum Found {
    /// It is in place.
    Fine(String),
    /// It is not; what is wrong and the mend.
    Wrong(String),
    /// It cannot be looked at before something else is mended.
    After(&'static str),
}

impl From<Result<String, String>> for Found {
    fn from(found: Result<String, String>) -> Self {
        match found {
            Ok(detail) => Self::Fine(detail),
            Err(mend) => Self::Wrong(mend),
        }
    }
}

/// Runs the command. The configuration comes as it was read: that too may be wrong.
pub async fn run(
    args: &DoctorArgs,
    config: Result<Config, ConfigError>,
) -> anyhow::Result<ExitCode> {
    let mut findings = vec![("time zones", zone_data().into())];
    match config {
        Ok(config) => {
            let said = format!("{:?}, listening on {}", config.environment, config.bind);
            findings.push(("configuration", Found::Fine(said.to_lowercase())));
            if args.rotate_keys {
                Keys::rotate(&config.keys_path(), &Random::System, Clock::System.now())?;
                say("another key signs: start every server again, then back up the key file");
            }
            if args.reseal {
                reseal(&config).await?;
            }
            if args.forget_national_ids {
                forget_numbers(&config).await?;
            }
            if args.adopt_keys {
                adopt(&config).await?;
                say(
                    "the database goes on with these keys: start every server again, then back up the key file apart from the database",
                );
            }
            findings.push(("keys", keys(&config, args.make_keys).await.into()));
            findings.push(("storage", storage(&config).into()));
            findings.extend(database::looked_at(&config).await);
            findings.push(("mail", post(&config).await.into()));
            findings.push(("deliveries", folder(&config).await.into()));
            for found in providers::looked_at(&config).await {
                findings.push(("providers", found));
            }
        }
        Err(cause) => {
            findings.push(("configuration", Found::Wrong(cause.to_string())));
            for what in ["keys", "storage", "database"]
                .into_iter()
                .chain(database::IN_DATABASE)
                .chain(["mail", "deliveries", "providers"])
            {
                findings.push((what, Found::After("the configuration")));
            }
        }
    }
    let mut wrong = 0;
    for (what, found) in &findings {
        match found {
            Found::Fine(detail) => say(&format!("ok    {what}: {detail}")),
            Found::Wrong(mend) => {
                wrong += 1;
                say(&format!("FAIL  {what}: {mend}"));
            }
            Found::After(first) => say(&format!("-     {what}: mend {first} first")),
        }
    }
    match wrong {
        0 => Ok(ExitCode::SUCCESS),
        1 => bail!("1 check failed: its line says how to mend it"),
        _ => bail!("{wrong} checks failed: their lines say how to mend them"),
    }
}

/// Makes the keys of the file those of the database.
async fn adopt(config: &Config) -> anyhow::Result<()> {
    super::look(config).await?.close().await?;
    let keys = Keys::load(&config.keys_path(), MayCreate::Yes, &Random::System)?;
    let db = Db::connect(&config.database_url, config.database_connections).await?;
    db.migrate().await?;
    app::keys::adopt(&db, &keys, Clock::System.now()).await?;
    db.close().await?;
    Ok(())
}

/// Seals all that is stored sealed with the newest key.
async fn reseal(config: &Config) -> anyhow::Result<()> {
    let app = super::open(config.clone()).await?;
    let renewed = sealing::seal_anew(&app.operator(Locale::En)).await?;
    let done = renewed
        .done
        .iter()
        .map(|(what, done)| format!("{done} {what}"));
    say(&format!("sealed anew: {}", Vec::from_iter(done).join(", ")));
    if renewed.left > 0 {
        bail!(
            "{} cannot be opened by any key of the file: restore the keys that sealed them, then do it again",
            renewed.left
        );
    }
    let vault = app.core.keys.vault();
    if let Some((newest, before)) = vault.key_ids().split_last() {
        let before = before.iter().filter(|it| **it != FIRST_SEALING).copied();
        let before = Vec::from_iter(before);
        if !before.is_empty() {
            say(&format!(
                "all is sealed with the key {newest}: {} may be taken out of `sealing` in the key file once no backup of \
                 the database is older than this",
                before.join(", ")
            ));
        }
    }
    Ok(())
}

/// Forgets all numbers that are stored, where none may be.
async fn forget_numbers(config: &Config) -> anyhow::Result<()> {
    if config.privacy.keeps_national_ids() {
        bail!(
            "privacy.national_id_authorization is set, so that numbers are kept: take it out, start every server again, then \
             forget them; none was"
        );
    }
    let app = super::open(config.clone()).await?;
    let forgotten = number::forget_all(&app.operator(Locale::En)).await?;
    say(&format!(
        "{forgotten} national identity numbers forgotten; backups of before still hold them"
    ));
    Ok(())
}

async fn keys(config: &Config, make: bool) -> Result<String, String> {
    let path = config.keys_path();
    let may_create = if make { MayCreate::Yes } else { MayCreate::No };
    if !path.exists() {
        match app::keys::has_its_own(config).await {
            Ok(true) => return Err(KeysError::gone(config).to_string()),
            Err(cause) if make => {
                return Err(format!(
                    "not made: the database does not answer ({cause}), and may have been written with \
                     others; mend the database first"
                ));
            }
            Ok(false) | Err(_) => {}
        }
    }
    let keys = Keys::load(&path, may_create, &Random::System).map_err(|it| it.to_string())?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = std::fs::metadata(&path)
            .map(|it| it.permissions().mode() & 0o777)
            .map_err(|it| it.to_string())?;
        if mode & 0o077 != 0 {
            return Err(format!(
                "{} is open to others (mode {mode:o}): chmod 600 it",
                path.display()
            ));
        }
    }
    // Where the database does not answer, its own line says so.
    if let Ok(db) = super::look(config).await {
        let standing = app::keys::standing(&db, &keys).await;
        let _closed = db.close().await;
        match standing {
            Ok(Standing::Others) => return Err(KeysError::others(config).to_string()),
            Ok(Standing::Its | Standing::Unsaid) => {}
            Err(cause) => return Err(format!("the database does not say which are its: {cause}")),
        }
    }
    let before = match keys.retired().len() {
        0 => String::new(),
        count => format!(", {count} retired"),
    };
    Ok(format!("{} in {}{before}", keys.key_id(), path.display()))
}

fn zone_data() -> Result<String, String> {
    let version = zones::data_version();
    if version >= zones::DATA_LEAST {
        Ok(format!("data {version}, in the binary"))
    } else {
        Err(format!(
            "data {version} is older than {} and one hour wrong for Morocco: install a newer release",
            zones::DATA_LEAST
        ))
    }
}

/// Whether the mail server takes letters; nothing is sent.
async fn post(config: &Config) -> Result<String, String> {
    let mail = &config.mail;
    if mail.host.is_empty() {
        return Ok(
            "no server is set up: nothing is sent by letter (mail.host, mail.from)".to_owned(),
        );
    }
    if !mail.is_set_up() {
        return Err("mail.from is no address: set it to the one that letters are from".to_owned());
    }
    match mail::probe(mail).await {
        Ok(()) => Ok(format!("{}:{} lets us in", mail.host, mail.port)),
        Err(cause) => Err(format!(
            "{}:{}: {cause}; look at mail.host, mail.port, mail.security, mail.user and mail.password",
            mail.host, mail.port
        )),
    }
}

/// Whether files can be put below the folder for deliveries.
async fn folder(config: &Config) -> Result<String, String> {
    let folder = &config.deliveries.folder;
    if folder.is_empty() {
        return Ok(
            "no folder is set up: nothing is put into folders (deliveries.folder)".to_owned(),
        );
    }
    if let Some(bucket) = bucket::named(folder) {
        let tried = bucket.tried(&config.deliveries).await;
        return tried.map(|()| folder.clone()).map_err(|cause| {
            format!("{cause}; see deliveries.folder and the settings of deliveries.s3")
        });
    }
    let found = std::fs::metadata(folder).map_err(|cause| {
        format!("{folder} cannot be used ({cause}): make it, or set deliveries.folder to another")
    })?;
    if !found.is_dir() {
        return Err(format!(
            "{folder} is no folder: set deliveries.folder to another"
        ));
    }
    tried(Path::new(folder)).map_err(|cause| {
        format!("{folder} cannot be written ({cause}): give it to the user that runs tiwizi, or set deliveries.folder to another")
    })?;
    Ok(folder.clone())
}

/// Whether the folder of the database can be written: beside the file SQLite keeps its log.
fn storage(config: &Config) -> Result<String, String> {
    let Some(file) = db::sqlite_file(&config.database_url) else {
        return Ok("rows are kept by PostgreSQL, nothing here".to_owned());
    };
    let folder = match file.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    let shown = std::path::absolute(folder).unwrap_or_else(|_| folder.to_path_buf());
    match tried(folder) {
        Ok(()) => Ok(format!("{} can be written", shown.display())),
        Err(cause) => Err(format!(
            "{} cannot be written ({cause}): make it, give it to the user that runs tiwizi, or \
             set TIWIZI_DATABASE_URL to another",
            shown.display()
        )),
    }
}

/// Writes into a folder and removes it again. Only trying tells: rights, quotas and read-only disks look the same from the
/// outside.
fn tried(folder: &Path) -> std::io::Result<()> {
    let trial = folder.join(format!(".tiwizi-doctor-{}", std::process::id()));
    OpenOptions::new()
        .write(true)
        .create_new(true)
        .open(&trial)
        .and_then(|_| std::fs::remove_file(&trial))
}
