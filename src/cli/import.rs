//! `tiwizi import`: a file in, a summary and each refused line out.
//!
//! What rows mean and which rules hold is in `imports` and the areas.

use std::fs::File;
use std::io::BufWriter;
use std::path::Path;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context;
use anyhow::bail;
use indicatif::ProgressBar;

use crate::cli::output;
use crate::cli::progress;
use crate::cli::values;
use crate::config::Config;
use crate::hours::record::Mode;
use crate::hours::record::Run;
use crate::hours::record::Target;
use crate::imports::columns::Layout;
use crate::imports::commit;
use crate::imports::commit::Order;
use crate::imports::commit::Witness;
use crate::imports::error::ImportError;
use crate::imports::outcome::Outcome;
use crate::imports::outcome::Problem;
use crate::imports::outcome::RowOutcome;
use crate::imports::outcome::Summary;
use crate::imports::register;
use crate::imports::rejected::Rejected;
use crate::imports::values::DateFormat;
use crate::platform::i18n::Locale;
use crate::refusal::Refuse;

/// Import a file
#[derive(Debug, clap::Args)]
pub struct ImportArgs {
    /// What the rows are
    #[arg(value_enum, ignore_case = true)]
    kind: KindName,
    /// An Excel workbook (.xlsx), or CSV in UTF-8 separated by commas, semicolons or tabs; with a
    /// header
    file: PathBuf,
    /// Sheet of a workbook; the first that is not hidden where absent
    #[arg(long, value_name = "NAME")]
    sheet: Option<String>,
    /// Short name of the organization
    #[arg(long, value_name = "SLUG")]
    organization: String,
    /// How dates are written, beside YYYY-MM-DD, which is always read
    #[arg(long, value_name = "FORMAT", value_parser = date_format)]
    date_format: Option<DateFormat>,
    /// Try it out: nothing is kept
    #[arg(long)]
    dry_run: bool,
    /// All rows or none
    #[arg(long)]
    atomic: bool,
    /// Where entries are to stand; approved ones count in figures at once
    #[arg(long, value_enum, ignore_case = true, default_value = "submitted")]
    status: StatusName,
    /// File for the refused rows, which must not exist yet; beside the original where absent
    #[arg(long, value_name = "FILE")]
    rejected: Option<PathBuf>,
    /// Language of messages: ar, fr or en
    #[arg(long, default_value = "fr", value_parser = values::locale)]
    locale: Locale,
}

#[derive(Clone, Copy, Debug, clap::ValueEnum)]
enum KindName {
    /// Hour entries
    Hours,
    /// Volunteers
    Volunteers,
    /// Projects
    Projects,
}

#[derive(Clone, Copy, Debug, clap::ValueEnum)]
enum StatusName {
    Draft,
    Submitted,
    Approved,
}

fn date_format(text: &str) -> Result<DateFormat, String> {
    match text.to_lowercase().as_str() {
        "dd/mm/yyyy" => Ok(DateFormat::DayMonthYear),
        "yyyy-mm-dd" => Ok(DateFormat::Iso),
        _ => Err("known are dd/mm/yyyy and yyyy-mm-dd".to_owned()),
    }
}

/// Runs the command: 0 when nothing was refused; duplicates are no refusal.
pub async fn run(args: ImportArgs, config: Config) -> anyhow::Result<ExitCode> {
    let locale = args.locale;
    let file =
        File::open(&args.file).with_context(|| format!("opening {}", args.file.display()))?;
    let about = file.metadata();
    let about = about.with_context(|| format!("opening {}", args.file.display()))?;
    if about.is_dir() {
        bail!("{} is a folder: name a file in it", args.file.display());
    }
    let bytes = about.len();
    let rejected = match &args.rejected {
        Some(named) if named.exists() => {
            bail!(
                "{} exists: name another file, or remove it first",
                named.display()
            )
        }
        Some(named) => named.clone(),
        None => unused(&args.file),
    };
    let app = super::open(config).await?;
    let ctx = app.operator(locale);
    let order = Order {
        organization: args.organization.clone(),
        sheet: args.sheet.clone(),
        date_format: args.date_format.unwrap_or_default(),
        run: if args.dry_run { Run::Dry } else { Run::Real },
        mode: if args.atomic {
            Mode::AllOrNothing
        } else {
            Mode::EachAlone
        },
        target: match args.status {
            StatusName::Draft => Target::Draft,
            StatusName::Submitted => Target::Submitted,
            StatusName::Approved => Target::Approved,
        },
    };
    let mut teller = Teller {
        locale,
        bar: progress::bar(bytes, "{bar:40} {bytes}/{total_bytes} {eta}"),
        rejected,
        delimiter: b',',
        file: None,
    };
    let done = match args.kind {
        KindName::Hours => commit::hours(&ctx, file, &order, &mut teller).await,
        KindName::Volunteers => register::volunteers(&ctx, file, &order, &mut teller).await,
        KindName::Projects => register::projects(&ctx, file, &order, &mut teller).await,
    };
    teller.bar.finish_and_clear();
    let kept = teller.finish().context("writing the refused rows")?;
    let summary = match done {
        Ok(summary) => summary,
        Err(error) => return Err(explained(error, &args, locale)),
    };
    tell(&summary, &args);
    if let Some(kept) = kept {
        output::say(&format!("refused rows: {}", kept.display()));
    }
    Ok(if summary.refused == 0 {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

fn explained(error: ImportError, args: &ImportArgs, locale: Locale) -> anyhow::Error {
    match error.refusals() {
        None => anyhow::Error::new(error),
        Some(_) if matches!(error, ImportError::UnknownOrganization) => {
            anyhow::anyhow!(
                "--organization: there is no organization {}",
                args.organization
            )
        }
        Some(refusals) => {
            let told: Vec<String> = refusals.iter().map(|it| it.message(locale)).collect();
            anyhow::anyhow!("{}: {}", args.file.display(), told.join(" "))
        }
    }
}

fn tell(summary: &Summary, args: &ImportArgs) {
    let undone = args.dry_run || (args.atomic && summary.refused > 0);
    let changed = match args.kind {
        KindName::Hours => String::new(),
        _ => format!("changed {}, ", summary.changed),
    };
    let minutes = match args.kind {
        KindName::Hours => format!(", minutes {}", summary.minutes),
        _ => String::new(),
    };
    output::say(&format!(
        "rows {}: created {}, {changed}unchanged {}, duplicates {}, refused {}{minutes}",
        summary.rows, summary.created, summary.unchanged, summary.duplicates, summary.refused,
    ));
    if undone && !args.dry_run {
        output::say(
            "nothing was kept: mend the refused rows in the file itself and import it again",
        );
    } else if undone {
        output::say("nothing was kept");
    } else if matches!(args.kind, KindName::Hours) && summary.created > 0 {
        match args.status {
            StatusName::Draft => output::say("the entries are drafts: hand them in"),
            StatusName::Submitted => output::say("the entries are handed in and wait for approval"),
            StatusName::Approved => {}
        }
    }
}

/// A name beside the original that nothing has yet: `hours.rejected.csv`, `hours.rejected-2.csv`.
fn unused(file: &Path) -> PathBuf {
    let first = file.with_extension("rejected.csv");
    let others = (2_u32..).map(|it| file.with_extension(format!("rejected-{it}.csv")));
    std::iter::once(first.clone())
        .chain(others)
        .find(|it| !it.exists())
        .unwrap_or(first)
}

/// Tells refused rows as they come, and keeps them.
struct Teller {
    locale: Locale,
    bar: ProgressBar,
    rejected: PathBuf,
    delimiter: u8,
    file: Option<Rejected<BufWriter<File>>>,
}

impl Teller {
    fn finish(self) -> std::io::Result<Option<PathBuf>> {
        match self.file {
            None => Ok(None),
            Some(file) => file.finish().map(|()| Some(self.rejected)),
        }
    }

    fn line(&self, line: u64, problem: &Problem) -> String {
        let place = match (&problem.column, &problem.value) {
            (Some(column), Some(value)) => format!("{column} = {value:?}: "),
            (Some(column), None) => format!("{column}: "),
            _ => String::new(),
        };
        let refusal = &problem.refusal;
        format!(
            "line {line}: {place}{} [{}]",
            refusal.message(self.locale),
            refusal.code.rule()
        )
    }
}

impl Witness for Teller {
    fn header(&mut self, layout: &Layout, delimiter: u8) -> std::io::Result<()> {
        self.delimiter = delimiter;
        let unknown = layout.unknown();
        if !unknown.is_empty() {
            let unknown = unknown.join(", ");
            self.bar
                .suspend(|| output::complain(&format!("columns passed over: {unknown}")));
        }
        Ok(())
    }

    fn row(&mut self, layout: &Layout, row: &RowOutcome) -> std::io::Result<()> {
        match &row.outcome {
            Outcome::Created { .. } | Outcome::Unchanged | Outcome::Changed => {}
            Outcome::Duplicate(problem) => {
                let line = self.line(row.line, problem);
                self.bar.suspend(|| output::say(&line));
            }
            Outcome::Refused(problems) => {
                for problem in problems {
                    let line = self.line(row.line, problem);
                    self.bar.suspend(|| output::say(&line));
                }
                if self.file.is_none() {
                    let made = BufWriter::new(File::create_new(&self.rejected)?);
                    self.file = Some(Rejected::begin(made, layout, self.delimiter, self.locale)?);
                }
                if let Some(file) = &mut self.file {
                    file.add(layout, &row.fields, problems)?;
                }
            }
        }
        Ok(())
    }

    fn progress(&mut self, bytes: u64) {
        self.bar.set_position(bytes);
    }
}
