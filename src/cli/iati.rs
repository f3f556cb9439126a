//! `tiwizi iati`: the results of an organization's projects as an IATI file, without a server.
//!
//! What is published is decided in `exports::iati`, as for `requestIatiExport`.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context;
use anyhow::bail;
use chrono::NaiveDate;

use crate::cli::output;
use crate::cli::report::keep;
use crate::cli::report::refuse_existing;
use crate::config::Config;
use crate::exports::iati;
use crate::exports::iati::IatiError;
use crate::exports::iati::IatiRequest;
use crate::organizations;
use crate::platform::i18n::Locale;

/// Write the results of an organization as an IATI file, without a server
#[derive(Debug, clap::Args)]
pub struct IatiArgs {
    /// Who reports
    #[arg(long, value_name = "SLUG")]
    organization: String,
    /// First day: periods that begin before it are left out
    #[arg(long, value_name = "YYYY-MM-DD")]
    from: NaiveDate,
    /// Last day, inclusive: periods that end after it are left out
    #[arg(long, value_name = "YYYY-MM-DD")]
    to: NaiveDate,
    /// The organization's identifier in IATI; MA- and its registration number where absent
    #[arg(long, value_name = "IDENTIFIER")]
    identifier: Option<String>,
    /// File to write, which must not exist yet; standard output where absent
    #[arg(long, value_name = "FILE")]
    output: Option<PathBuf>,
}

/// Runs the command.
pub async fn run(args: IatiArgs, config: Config) -> anyhow::Result<ExitCode> {
    if let Some(file) = &args.output {
        refuse_existing(file)?;
    }
    let app = super::open(config).await?;
    let ctx = app.operator(Locale::Fr);
    let slug = args.organization;
    let found = organizations::store::by_slug(ctx.read(), ctx.scope(), &slug).await?;
    let Some(organization) = found else {
        bail!("--organization: there is no organization {slug}");
    };
    let request = IatiRequest {
        iati_organization: organization.id,
        from: args.from,
        to: args.to,
        identifier: args.identifier,
    };
    let bytes = match iati::written(&ctx, &request).await {
        Ok(bytes) => bytes,
        Err(IatiError::Refused(refusals)) => match refusals.as_slice() {
            [refusal, ..] => bail!("{}", refusal.message(Locale::En)),
            [] => bail!("refused"),
        },
        Err(error) => return Err(error).context("writing the results"),
    };
    match &args.output {
        Some(file) => keep(file, &bytes)?,
        None => output::pour(&bytes).context("writing to standard output")?,
    }
    Ok(ExitCode::SUCCESS)
}
