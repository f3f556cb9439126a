//! `tiwizi user`: the first administrator, observers, other accounts; a way back for who lost their second factor.
//!
//! Members of organizations are invited over GraphQL.

use std::io::BufRead;
use std::io::IsTerminal;
use std::process::ExitCode;

use anyhow::Context;
use anyhow::bail;
use entity::types::PlatformRole;

use crate::cli::output::say;
use crate::cli::values;
use crate::config::Config;
use crate::credentials::accounts;
use crate::credentials::factor;
use crate::identity::IdentityError;
use crate::identity::account;
use crate::identity::account::NewAccount;
use crate::platform::i18n::Locale;
use crate::refusal::Refuse;
use crate::territories::lookup;

/// Make accounts, and let in who lost their second factor
#[derive(Debug, clap::Args)]
pub struct UserArgs {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, clap::Subcommand)]
enum What {
    /// Make an account; the password is asked for, or read from standard input
    Create(CreateArgs),
    /// Switch the second factor of an account off, for an owner who lost device and recovery codes; all sessions end
    TotpOff(TotpOffArgs),
}

#[derive(Debug, clap::Args)]
struct TotpOffArgs {
    /// E-mail address of the account
    email: String,
}

#[derive(Debug, clap::Args)]
struct CreateArgs {
    /// E-mail address
    email: String,
    /// Name that others see; the part before the @ where absent
    #[arg(long)]
    name: Option<String>,
    /// Keeps the platform
    #[arg(long)]
    platform_admin: bool,
    /// Observes the figures of this territory
    #[arg(long, value_name = "CODE")]
    observer: Option<String>,
    /// Language of messages: ar, fr or en
    #[arg(long, default_value = "fr", value_parser = values::locale)]
    locale: Locale,
}

/// Runs the command.
pub async fn run(args: UserArgs, config: Config) -> anyhow::Result<ExitCode> {
    match args.what {
        What::Create(args) => create(args, config).await,
        What::TotpOff(args) => totp_off(args, config).await,
    }
}

async fn totp_off(args: TotpOffArgs, config: Config) -> anyhow::Result<ExitCode> {
    let app = super::open(config).await?;
    let ctx = app.operator(Locale::En);
    let email = args.email.trim().to_lowercase();
    let account = account::by_email(&ctx, &email).await?;
    let account = account.with_context(|| format!("there is no account {email}"))?;
    if !factor::take_off(&ctx, &app.authenticator, account.id).await? {
        bail!("the second factor of {email} is off already");
    }
    say(&format!("switched the second factor of {email} off"));
    Ok(ExitCode::SUCCESS)
}

async fn create(args: CreateArgs, config: Config) -> anyhow::Result<ExitCode> {
    let locale = args.locale;
    let app = super::start(config).await?;
    let ctx = app.operator(Locale::En);
    let territory = match &args.observer {
        None => None,
        Some(code) => Some(
            lookup::by_code(ctx.read(), code, ctx.today())
                .await?
                .with_context(|| format!("--observer: there is no territory {code}"))?
                .id,
        ),
    };
    let password = password()?;
    let name = args.name.clone().unwrap_or_else(|| {
        let local = args.email.split('@').next();
        local.unwrap_or_default().to_owned()
    });
    let made = async {
        let new = NewAccount::parse(&ctx, &args.email, &name, &password, locale).await?;
        ctx.transaction(async |tx| {
            let account = accounts::create(&ctx, tx, new).await?;
            if args.platform_admin {
                accounts::grant(&ctx, tx, account.id, PlatformRole::PlatformAdmin, None).await?;
            }
            if territory.is_some() {
                accounts::grant(&ctx, tx, account.id, PlatformRole::Observer, territory).await?;
            }
            Ok::<_, IdentityError>(account)
        })
        .await
    };
    match made.await {
        Ok(account) => {
            say(&format!("created {}", account.email));
            Ok(ExitCode::SUCCESS)
        }
        Err(error) => match error.refusals().as_deref() {
            Some([refusal, ..]) => {
                bail!(
                    "{}: {}",
                    refusal.path.join("."),
                    refusal.message(Locale::En)
                )
            }
            _ => Err(error.into()),
        },
    }
}

fn password() -> anyhow::Result<String> {
    if std::io::stdin().is_terminal() {
        return rpassword::prompt_password("Password: ").context("reading the password");
    }
    let mut line = String::new();
    std::io::stdin()
        .lock()
        .read_line(&mut line)
        .context("reading the password from standard input")?;
    Ok(line.trim_end_matches(['\r', '\n']).to_owned())
}
