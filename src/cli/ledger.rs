//! `tiwizi ledger verify`: is everything as the ledger says? One line for each organization.
//!
//! How a chain is checked is in `hours::ledger`.

use std::process::ExitCode;

use anyhow::Context;
use anyhow::bail;

use crate::cli::output::say;
use crate::config::Config;
use crate::hours::ledger;
use crate::hours::ledger::Verdict;
use crate::organizations;
use crate::platform::hex::hex;
use crate::platform::i18n::Locale;

/// Check that no hours were altered past the ledger
#[derive(Debug, clap::Args)]
pub struct LedgerArgs {
    #[command(subcommand)]
    act: Act,
}

#[derive(Debug, clap::Subcommand)]
enum Act {
    /// Recompute every hash chain and signature, and compare what is stored; exit 1 when one fails
    Verify {
        /// Only the ledger of this organization
        #[arg(long, value_name = "SLUG")]
        organization: Option<String>,
    },
    /// Sign the ledgers that have moved on, at once; the server does it daily by itself
    Sign,
}

/// Runs the command.
pub async fn run(args: LedgerArgs, config: Config) -> anyhow::Result<ExitCode> {
    if matches!(args.act, Act::Verify { .. }) {
        let keys = config.keys_path();
        // New keys would know none of the signatures.
        if !keys.exists() {
            bail!(
                "no keys at {}: ledgers are checked with the keys that signed them; set \
                 TIWIZI_KEYS_FILE to those of the server",
                keys.display()
            );
        }
    }
    let app = super::open(config).await?;
    let ctx = app.operator(Locale::default());
    let slug = match args.act {
        Act::Sign => {
            let signed = ledger::sign_now(&ctx).await.context("signing")?;
            say(&format!("{signed} ledgers signed"));
            return Ok(ExitCode::SUCCESS);
        }
        Act::Verify { organization } => organization,
    };
    let found = organizations::store::slugs(ctx.read(), ctx.scope(), slug.as_deref()).await?;
    if let (Some(slug), true) = (&slug, found.is_empty()) {
        bail!("--organization {slug}: no such organization");
    }
    let mut broken = 0;
    for (id, slug) in found {
        match ledger::verify(&ctx, id).await? {
            Verdict::Whole {
                sequence,
                hash,
                entries,
                checkpoints,
            } => say(&format!(
                "whole   {slug}: {sequence} events, {entries} entries, {checkpoints} checkpoints, \
                 ends {}",
                hex(&hash)
            )),
            Verdict::Broken { sequence, fault } => {
                broken += 1;
                say(&format!(
                    "BROKEN  {slug}: first at event {sequence}, {}",
                    fault.word()
                ));
            }
        }
    }
    if broken > 0 {
        let ledgers = if broken == 1 {
            "1 ledger is"
        } else {
            &format!("{broken} ledgers are")
        };
        bail!(
            "{ledgers} broken: restore from a backup taken before that event. Where only SIGNATURE, \
             ENTRY, NOTE or AMENDMENT is named, it may have been made with other keys, of a key file \
             that was lost or replaced: set TIWIZI_KEYS_FILE to that one, from a backup"
        );
    }
    Ok(ExitCode::SUCCESS)
}
