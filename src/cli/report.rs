//! `tiwizi report`: one report to a file or to standard output, without a server.
//!
//! What the figures are is in `reports`, how they are written in `exports`.

use std::io::IsTerminal;
use std::io::Write;
use std::path::Path;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context;
use anyhow::bail;
use chrono::DateTime;
use chrono::NaiveDate;
use chrono::Utc;
use entity::ids::VolunteerId;
use entity::types::EntryStatus;

use crate::cli::output;
use crate::cli::progress::Parts;
use crate::cli::values;
use crate::cli::values::Year;
use crate::config::Config;
use crate::exports;
use crate::exports::Format;
use crate::exports::statement;
use crate::exports::statement::Whose;
use crate::exports::table::Table;
use crate::identity::Ctx;
use crate::platform::i18n::Locale;
use crate::refusal::Refuse;
use crate::reports;
use crate::reports::Asking;
use crate::reports::OrganizationRef;
use crate::reports::ReportError;
use crate::reports::ReportName;
use crate::rollups;
use crate::rollups::Dimension;

/// Write one report, without a server
#[derive(Debug, clap::Args)]
pub struct ReportArgs {
    /// Which report: indh, sdg, hours, volunteer-work, data-quality, contractual or statement
    #[arg(value_enum, ignore_case = true)]
    name: Name,
    /// Code of the territory: MA, 07, 07.041; of contractual and data-quality an organization may stand for it
    #[arg(long, value_name = "CODE", required_if_eq_any = OF_TERRITORIES)]
    territory: Option<String>,
    /// First day of work
    #[arg(long, value_name = "YYYY-MM-DD", required_unless_present = "year")]
    from: Option<NaiveDate>,
    /// Last day of work, inclusive
    #[arg(long, value_name = "YYYY-MM-DD", required_unless_present = "year")]
    to: Option<NaiveDate>,
    /// A calendar year, instead of its first and last day; contractual takes whole years alone
    #[arg(long, value_name = "YYYY", conflicts_with_all = ["from", "to"], value_parser = values::year)]
    year: Option<Year>,
    /// By what the rows of hours are told apart: programme, axis, goal, target, territory, project, organization, month,
    /// quarter, year, status or evidence
    #[arg(long, value_name = "DIMENSION", value_parser = values::dimension, required_if_eq("name", "hours"))]
    rows: Option<Dimension>,
    /// By what the columns of hours are told apart, as rows; rows alone where absent
    #[arg(long, value_name = "DIMENSION", value_parser = values::dimension)]
    columns: Option<Dimension>,
    /// Id of the volunteer whose statement it is, as GraphQL tells it
    #[arg(long, value_name = "ID", required_if_eq("name", "statement"), value_parser = values::volunteer)]
    volunteer: Option<VolunteerId>,
    /// Only the hours of this organization
    #[arg(long, value_name = "SLUG")]
    organization: Option<String>,
    /// As of which instant, such as 2026-04-02T09:00:00Z: what was known then is counted; now where absent
    #[arg(long, value_name = "INSTANT")]
    as_of: Option<DateTime<Utc>>,
    /// Which states count
    #[arg(
        long,
        value_enum,
        ignore_case = true,
        value_delimiter = ',',
        default_value = "approved"
    )]
    status: Vec<Status>,
    /// File format
    #[arg(long, value_enum, ignore_case = true, default_value = "csv")]
    format: FormatName,
    /// Language of titles and names: ar, fr or en
    #[arg(long, default_value = "fr", value_parser = values::locale)]
    locale: Locale,
    /// File to write, which must not exist yet; standard output where absent
    #[arg(long, value_name = "FILE")]
    output: Option<PathBuf>,
}

/// Reports that no organization can be asked for without a territory.
const OF_TERRITORIES: [(&str, &str); 4] = [
    ("name", "indh"),
    ("name", "sdg"),
    ("name", "hours"),
    ("name", "volunteer-work"),
];

#[derive(Clone, Copy, Debug, clap::ValueEnum)]
enum Name {
    Indh,
    Sdg,
    Hours,
    VolunteerWork,
    DataQuality,
    Contractual,
    Statement,
}

#[derive(Clone, Copy, Debug, clap::ValueEnum)]
enum FormatName {
    Csv,
    Json,
    Xlsx,
    Pdf,
}

#[derive(Clone, Copy, Debug, clap::ValueEnum)]
enum Status {
    Draft,
    Submitted,
    Approved,
    Returned,
}

/// Runs the command.
pub async fn run(args: ReportArgs, config: Config) -> anyhow::Result<ExitCode> {
    let locale = args.locale;
    let format = match args.format {
        FormatName::Csv => Format::Csv,
        FormatName::Json => Format::Json,
        FormatName::Xlsx => Format::Xlsx,
        FormatName::Pdf => Format::Pdf,
    };
    match &args.output {
        Some(file) => refuse_existing(file)?,
        None => refuse_terminal(format, std::io::stdout().is_terminal())?,
    }
    let app = super::open(config).await?;
    let ctx = app.operator(locale);
    let is_of_year = args.year.is_some();
    let (from, to) = match (args.year, args.from, args.to) {
        (Some(year), ..) => (year.first, year.last),
        (None, Some(from), Some(to)) => (from, to),
        (None, ..) => bail!("give --from and --to, or --year"),
    };
    let output = args.output.clone();
    let question = question(args, (from, to))?;
    let parts = Parts::begin();
    let ended = make(&ctx, &question, (format, locale), is_of_year, &parts).await;
    parts.end();
    let bytes = ended?;
    match &output {
        Some(file) => keep(file, &bytes)?,
        None => output::pour(&bytes).context("writing to standard output")?,
    }
    Ok(ExitCode::SUCCESS)
}

/// What is asked for.
enum Question {
    Report(Asking),
    Statement(Whose),
}

/// What flags ask for; those that a report has no use for are refused, since its figures would not be what they say.
fn question(args: ReportArgs, (from, to): (NaiveDate, NaiveDate)) -> anyhow::Result<Question> {
    let name = match args.name {
        Name::Statement => return statement_of(&args, (from, to)),
        Name::Indh => ReportName::Indh,
        Name::Sdg => ReportName::Sdg,
        Name::Hours => ReportName::Hours,
        Name::VolunteerWork => ReportName::VolunteerWork,
        Name::DataQuality => ReportName::DataQuality,
        Name::Contractual => ReportName::ContractualVolunteering,
    };
    if args.volunteer.is_some() {
        bail!(
            "--volunteer: only a statement is of a volunteer: leave it away, or ask for statement"
        );
    }
    Ok(Question::Report(Asking {
        name,
        territory_code: args.territory,
        from,
        to,
        organization: args.organization.map(OrganizationRef::Slug),
        status_basis: args.status.into_iter().map(status).collect(),
        as_of: args.as_of,
        rows: args.rows,
        columns: args.columns,
    }))
}

fn statement_of(args: &ReportArgs, (from, to): (NaiveDate, NaiveDate)) -> anyhow::Result<Question> {
    let is_default = matches!(args.status.as_slice(), [Status::Approved]);
    let given = [
        ("--territory", args.territory.is_some()),
        ("--organization", args.organization.is_some()),
        ("--rows", args.rows.is_some()),
        ("--columns", args.columns.is_some()),
        ("--status", !is_default),
    ];
    if let Some((flag, _)) = given.iter().find(|(_, is_given)| *is_given) {
        bail!("{flag}: a statement is of a volunteer and days alone: leave it away");
    }
    let Some(volunteer) = args.volunteer else {
        bail!("give --volunteer");
    };
    Ok(Question::Statement(Whose {
        volunteer,
        from,
        to,
        as_of: args.as_of,
    }))
}

/// What is asked for as a file; `parts` shows how far it has come.
async fn make(
    ctx: &Ctx,
    question: &Question,
    (format, locale): (Format, Locale),
    is_of_year: bool,
    parts: &Parts,
) -> anyhow::Result<Vec<u8>> {
    let table = match table(ctx, question, locale, parts).await {
        Ok(table) => table,
        Err(error) => match error.refusals().as_deref() {
            Some([refusal, ..]) => {
                let field = refusal.path.join(".");
                let flag = flag(&field, is_of_year);
                bail!("{flag}: {}", refusal.message(Locale::En))
            }
            _ => return Err(error).context("answering the report"),
        },
    };
    parts.part(match format {
        Format::Pdf => "setting pages",
        Format::Csv | Format::Json | Format::Xlsx => "writing the file",
    });
    let mut bytes = Vec::new();
    exports::write_table(&table, format, locale, &mut bytes).context("writing the report")?;
    Ok(bytes)
}

async fn table(
    ctx: &Ctx,
    question: &Question,
    locale: Locale,
    parts: &Parts,
) -> Result<Table, ReportError> {
    let asking = match question {
        Question::Statement(whose) => {
            parts.part("working the statement out");
            return statement::table(ctx, whose, locale).await;
        }
        Question::Report(asking) => asking,
    };
    // Contracts are read as they are; hours are folded first, which takes a while after many came at once.
    if asking.name != ReportName::ContractualVolunteering {
        parts.part("bringing figures up to date");
        let tell = |done, all| parts.reaches(as_steps(done), as_steps(all));
        rollups::fold_telling(&ctx.core().db, tell).await?;
    }
    parts.part("working the report out");
    let answer = reports::answer(ctx, asking).await?;
    exports::table(&answer, locale)
}

fn as_steps(count: usize) -> u64 {
    u64::try_from(count).unwrap_or(u64::MAX)
}

/// The flag that gives a field of a question.
fn flag(field: &str, is_of_year: bool) -> &str {
    match field {
        "from" | "to" if is_of_year => "--year",
        "territoryCode" => "--territory",
        "organizationId" | "organization" => "--organization",
        "from" => "--from",
        "to" => "--to",
        "asOf" => "--as-of",
        "statusBasis" => "--status",
        "rows" => "--rows",
        "columns" => "--columns",
        "volunteerId" => "--volunteer",
        other => other,
    }
}

fn status(status: Status) -> EntryStatus {
    match status {
        Status::Draft => EntryStatus::Draft,
        Status::Submitted => EntryStatus::Submitted,
        Status::Approved => EntryStatus::Approved,
        Status::Returned => EntryStatus::Returned,
    }
}

pub(super) fn refuse_existing(file: &Path) -> anyhow::Result<()> {
    if file.exists() {
        bail!(
            "{} exists: name another file, or remove it first",
            file.display()
        );
    }
    Ok(())
}

/// The bytes of a workbook and of pages are no text to be shown.
fn refuse_terminal(format: Format, is_terminal: bool) -> anyhow::Result<()> {
    let what = match format {
        Format::Xlsx => "a workbook is",
        Format::Pdf => "pages are",
        Format::Csv | Format::Json => return Ok(()),
    };
    if is_terminal {
        bail!("--format: {what} not shown at a terminal: name a file with --output");
    }
    Ok(())
}

/// Writes beside the file and renames at the end: never half a report, and never over another.
pub(super) fn keep(file: &Path, bytes: &[u8]) -> anyhow::Result<()> {
    let mut name = file.as_os_str().to_owned();
    name.push(format!(".{}.part", std::process::id()));
    let part = PathBuf::from(name);
    let written = std::fs::File::create_new(&part).and_then(|mut it| {
        it.write_all(bytes)?;
        it.sync_all()
    });
    // A link to an existing name fails, where a rename would replace it.
    let kept = written.and_then(|()| std::fs::hard_link(&part, file));
    let removed = std::fs::remove_file(&part);
    kept.and(removed)
        .with_context(|| format!("saving {}", file.display()))
}

#[cfg(test)]
mod tests {
    use super::refuse_terminal;
    use crate::exports::Format;

    #[test]
    fn a_workbook_and_pages_go_to_a_file_or_a_pipe_and_text_anywhere() {
        let refused = refuse_terminal(Format::Xlsx, true).unwrap_err();

        assert!(refused.to_string().contains("--output"), "{refused}");
        refuse_terminal(Format::Xlsx, false).unwrap();
        refuse_terminal(Format::Pdf, true).unwrap_err();
        refuse_terminal(Format::Pdf, false).unwrap();
        refuse_terminal(Format::Csv, true).unwrap();
        refuse_terminal(Format::Json, true).unwrap();
    }
}
