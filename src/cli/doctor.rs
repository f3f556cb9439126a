//! `tiwizi doctor`: is everything in place? One line for each check, with the mend.
//!
//! It repairs nothing, except that it makes missing keys, or another signing key, when asked to.

use std::process::ExitCode;

use sea_orm::ConnectionTrait;
use sea_orm::DbBackend;
use sea_orm::Statement;

use crate::app::App;
use crate::cli::output::say;
use crate::config::Config;
use crate::platform::clock::Clock;
use crate::platform::crypto::Keys;
use crate::platform::crypto::MayCreate;
use crate::platform::random::Random;
use crate::platform::zones;

/// Apart from this the database's clock and ours disagree.
const CLOCK_TOLERANCE_SECONDS: i64 = 5;

/// Check configuration, database, clock, time zones and keys
#[derive(Debug, clap::Args)]
pub struct DoctorArgs {
    /// Make the key file where it is missing
    #[arg(long)]
    make_keys: bool,
    /// Put a new signing key in the place of the present one, which stays as a retired key: what it
    /// signed is still checked. Start every server again afterwards
    #[arg(long, conflicts_with = "make_keys")]
    rotate_keys: bool,
}

/// One finding.
struct Finding {
    what: &'static str,
    fine: Result<String, String>,
}

/// Runs the command.
pub async fn run(args: DoctorArgs, config: Config) -> anyhow::Result<ExitCode> {
    let may_create = if args.make_keys {
        MayCreate::Yes
    } else {
        MayCreate::No
    };
    if args.rotate_keys {
        let path = config.keys_path();
        Keys::rotate(&path, &Random::System, Clock::System.now())?;
        say("another key signs from now on: start every server again, then back up the key file");
    }
    let mut findings = vec![
        Finding {
            what: "configuration",
            fine: Ok(format!(
                "{:?}, listening on {}",
                config.environment, config.bind
            )),
        },
        Finding {
            what: "keys",
            fine: keys(&config, may_create),
        },
        Finding {
            what: "time zones",
            fine: zone_data(),
        },
    ];
    match App::open(config, Clock::System).await {
        Ok(app) => findings.extend(database(&app).await),
        Err(error) => findings.push(Finding {
            what: "database",
            fine: Err(error.to_string()),
        }),
    }
    let mut sound = true;
    for Finding { what, fine } in findings {
        match fine {
            Ok(detail) => say(&format!("ok    {what}: {detail}")),
            Err(mend) => {
                sound = false;
                say(&format!("FAIL  {what}: {mend}"));
            }
        }
    }
    Ok(if sound {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

fn keys(config: &Config, may_create: MayCreate) -> Result<String, String> {
    let path = config.keys_path();
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
            "data {version} is older than 2026c and one hour wrong for Morocco: install a newer release"
        ))
    }
}

async fn database(app: &App) -> Vec<Finding> {
    let db = &app.core.db;
    let (name, question) = match db.backend() {
        DbBackend::Postgres => (
            "PostgreSQL",
            "select current_setting('server_version') as said",
        ),
        _ => ("SQLite", "select sqlite_version() as said"),
    };
    let reached = ask(app, question).await.map(|it| format!("{name} {it}"));
    let steps = match db.pending_migrations().await {
        Ok(missing) if missing.is_empty() => Ok("up to date".to_owned()),
        Ok(missing) => Err(format!(
            "{} steps are missing: run `tiwizi migrate`",
            missing.len()
        )),
        Err(error) => Err(error.to_string()),
    };
    let seconds = match db.backend() {
        DbBackend::Postgres => {
            "select cast(floor(extract(epoch from clock_timestamp())) as text) as said"
        }
        _ => "select strftime('%s', 'now') as said",
    };
    let clock = match ask(app, seconds).await.map(|it| it.parse::<i64>()) {
        Ok(Ok(theirs)) => {
            let apart = (theirs - app.core.clock.now().timestamp()).abs();
            if apart <= CLOCK_TOLERANCE_SECONDS {
                Ok("agrees with the database's".to_owned())
            } else {
                Err(format!(
                    "{apart} s apart from the database's: synchronize both"
                ))
            }
        }
        Ok(Err(error)) => Err(error.to_string()),
        Err(error) => Err(error),
    };
    let territories = ask(app, "select cast(count(*) as text) as said from territory")
        .await
        .and_then(|count| match count.as_str() {
            "0" => Err("not loaded: run `tiwizi migrate`".to_owned()),
            _ => Ok(format!("{count} territories")),
        });
    vec![
        Finding {
            what: "database",
            fine: reached,
        },
        Finding {
            what: "tables",
            fine: steps,
        },
        Finding {
            what: "clock",
            fine: clock,
        },
        Finding {
            what: "reference data",
            fine: territories,
        },
    ]
}

async fn ask(app: &App, question: &str) -> Result<String, String> {
    let db = &app.core.db;
    db.read()
        .query_one_raw(Statement::from_sql_and_values(db.backend(), question, []))
        .await
        .map_err(|it| it.to_string())?
        .ok_or_else(|| "no answer".to_owned())?
        .try_get::<String>("", "said")
        .map_err(|it| it.to_string())
}
