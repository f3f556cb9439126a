//! Whole files in: read, planned, written through the areas, each row with its outcome.
//!
//! What one row means is in `plan`; rules are with the areas.

use std::collections::HashMap;
use std::io::Read;
use std::io::Seek;

use entity::organization;

use crate::hours::HoursError;
use crate::hours::NewEntry;
use crate::hours::record;
use crate::hours::record::Item;
use crate::hours::record::Mode;
use crate::hours::record::Recorded;
use crate::hours::record::Run;
use crate::hours::record::Target;
use crate::identity::Action;
use crate::identity::Ctx;
use crate::imports::columns::Column;
use crate::imports::columns::Kind;
use crate::imports::columns::Layout;
use crate::imports::error::ImportError;
use crate::imports::outcome::Outcome;
use crate::imports::outcome::Problem;
use crate::imports::outcome::RowOutcome;
use crate::imports::outcome::Summary;
use crate::imports::plan;
use crate::imports::plan::Planner;
use crate::imports::read::Row;
use crate::imports::read::Sheet;
use crate::imports::store;
use crate::imports::trace;
use crate::imports::values::DateFormat;
use crate::platform::db::Tx;
use crate::refusal::Code;
use crate::refusal::Refusal;
use crate::refusal::Refuse;

/// Rows that are planned and written together.
pub(super) const CHUNK: usize = 500;

/// Most rows of a file that is tried out, or taken as a whole: they are one transaction.
pub(super) const MOST_TOGETHER: usize = 100_000;

/// How a file is to be taken.
#[derive(Clone, Debug)]
pub struct Order {
    /// Short name of the organization.
    pub organization: String,
    /// Name of the sheet of a workbook; the first that is not hidden where absent.
    pub sheet: Option<String>,
    /// How dates are written beside ISO.
    pub date_format: DateFormat,
    /// Whether it is meant. Tried out, everything is done and undone.
    pub run: Run,
    /// What a refused row means for the others.
    pub mode: Mode,
    /// Where entries are to stand.
    pub target: Target,
}

/// Takes one row's outcome, in the order of the file.
pub trait Witness {
    /// The header was recognized.
    ///
    /// # Errors
    /// What a file said that could not be written.
    fn header(&mut self, layout: &Layout, delimiter: u8) -> std::io::Result<()>;

    /// A row was dealt with.
    ///
    /// # Errors
    /// What a file said that could not be written.
    fn row(&mut self, layout: &Layout, row: &RowOutcome) -> std::io::Result<()>;

    /// So many bytes were read.
    fn progress(&mut self, bytes: u64);
}

/// Imports a file of hours.
///
/// Rows stand alone unless the order says otherwise; the same row again is the same entry, within
/// the file and over time.
///
/// # Errors
/// [`ImportError`] when the file cannot be read, the header does not fit, or the organization is
/// not the actor's. What was written before an unreadable place stays: importing the mended file
/// again adds only the rest.
pub async fn hours<R: Read + Seek>(
    ctx: &Ctx,
    file: R,
    order: &Order,
    witness: &mut dyn Witness,
) -> Result<Summary, ImportError> {
    let organization = organization(ctx, order, Action::LogHoursForOthers).await?;
    let mut sheet = Sheet::open(file, order.sheet.as_deref())?;
    let layout = Layout::recognize(Kind::Hours, &sheet.header, &[])?;
    witness
        .header(&layout, sheet.delimiter)
        .map_err(ImportError::Rejected)?;
    let together = order.run == Run::Dry || order.mode == Mode::AllOrNothing;
    let mut rows = HoursRows::new(ctx, organization, layout, order.date_format, order.target);
    let mut summary = Summary::default();
    loop {
        let read = sheet.next_rows(CHUNK)?;
        witness.progress(sheet.position());
        let ended = read.len() < CHUNK;
        rows.plan(read).await?;
        if !together || ended {
            write(&mut rows, order, &mut summary, witness).await?;
        } else if rows.len() > MOST_TOGETHER {
            return Err(ImportError::TooManyTogether {
                most: MOST_TOGETHER,
            });
        }
        if ended {
            return Ok(summary);
        }
    }
}

/// Writes what is planned so far.
async fn write(
    rows: &mut HoursRows<'_>,
    order: &Order,
    summary: &mut Summary,
    witness: &mut dyn Witness,
) -> Result<(), ImportError> {
    // A row that could not even be read stops a whole that is taken together.
    let run = match order.mode {
        Mode::AllOrNothing if rows.refuses() => Run::Dry,
        _ => order.run,
    };
    let id = rows.organization.id;
    let outcomes = record::create_many(rows.ctx, id, &rows.items(), order.mode, run)
        .await
        .map_err(whole)?;
    for row in rows.settle(outcomes)? {
        summary.add(&row.outcome);
        witness
            .row(rows.planner.layout(), &row)
            .map_err(ImportError::Rejected)?;
    }
    Ok(())
}

/// The organization of an order, where the actor may do this in it.
pub(super) async fn organization(
    ctx: &Ctx,
    order: &Order,
    action: Action,
) -> Result<organization::Model, ImportError> {
    let found = store::organization(ctx.read(), ctx.scope(), &order.organization).await?;
    let organization = found.ok_or(ImportError::UnknownOrganization)?;
    ctx.demand(action, organization.id)?;
    Ok(organization)
}

/// A row that waits to be written, or is settled already.
#[derive(Debug)]
enum Waiting {
    Entry(Row, Item),
    Settled(RowOutcome),
}

/// Rows of a file of hours on their way: planned, and held against those above.
pub(super) struct HoursRows<'a> {
    ctx: &'a Ctx,
    planner: Planner,
    organization: organization::Model,
    target: Target,
    /// Line of the first row with a key.
    seen: HashMap<Vec<u8>, u64>,
    waiting: Vec<Waiting>,
}

impl<'a> HoursRows<'a> {
    pub(super) fn new(
        ctx: &'a Ctx,
        organization: organization::Model,
        layout: Layout,
        date_format: DateFormat,
        target: Target,
    ) -> Self {
        Self {
            ctx,
            planner: Planner::new(organization.clone(), layout, date_format),
            organization,
            target,
            seen: HashMap::new(),
            waiting: Vec::new(),
        }
    }

    /// How many rows wait.
    pub(super) fn len(&self) -> usize {
        self.waiting.len()
    }

    /// Plans some more rows; nothing is written.
    pub(super) async fn plan(&mut self, rows: Vec<Row>) -> Result<(), ImportError> {
        let planned = self.planner.plan(self.ctx, &rows).await?;
        for (row, planned) in rows.into_iter().zip(planned) {
            let waiting = match planned {
                Err(problems) => settled(row, Outcome::Refused(problems)),
                Ok(planned) => match self.seen.get(&planned.import_key) {
                    Some(first) => {
                        let problem = duplicate(self.planner.layout(), &row, *first);
                        settled(row, Outcome::Duplicate(problem))
                    }
                    None => {
                        self.seen.insert(planned.import_key.clone(), row.line);
                        match NewEntry::parse(&planned.fields) {
                            Ok(entry) => {
                                let target = self.target;
                                Waiting::Entry(
                                    row,
                                    Item::imported(entry, target, planned.import_key),
                                )
                            }
                            Err(error) => {
                                let refused = self.refused(&row, &error)?;
                                settled(row, refused)
                            }
                        }
                    }
                },
            };
            self.waiting.push(waiting);
        }
        Ok(())
    }

    /// Whether a row is refused already.
    fn refuses(&self) -> bool {
        self.waiting.iter().any(
            |it| matches!(it, Waiting::Settled(it) if matches!(it.outcome, Outcome::Refused(_))),
        )
    }

    /// What is to be written.
    fn items(&self) -> Vec<Item> {
        self.waiting
            .iter()
            .filter_map(|it| match it {
                Waiting::Entry(_, item) => Some(item.clone()),
                Waiting::Settled(_) => None,
            })
            .collect()
    }

    /// Writes all rows in an open transaction, each on its own.
    pub(super) async fn write_in(&mut self, tx: &Tx) -> Result<Vec<RowOutcome>, ImportError> {
        let id = self.organization.id;
        let written = record::within(self.ctx, tx, id, &self.items()).await;
        self.settle(written.map_err(whole)?)
    }

    /// The rows that waited, with what became of their entries.
    fn settle(&mut self, outcomes: Vec<record::Outcome>) -> Result<Vec<RowOutcome>, ImportError> {
        let mut outcomes = outcomes.into_iter();
        std::mem::take(&mut self.waiting)
            .into_iter()
            .map(|it| match it {
                Waiting::Settled(row) => Ok(row),
                Waiting::Entry(row, _) => match outcomes.next() {
                    Some(Ok(recorded)) => Ok(taken(row, &recorded)),
                    Some(Err(error)) => {
                        let outcome = self.refused(&row, &error)?;
                        Ok(done(row, outcome))
                    }
                    None => Err(ImportError::Fault("a row without outcome".to_owned())),
                },
            })
            .collect()
    }

    fn refused(&self, row: &Row, error: &HoursError) -> Result<Outcome, ImportError> {
        let Some(refusals) = error.refusals() else {
            return Err(ImportError::Fault(error.to_string()));
        };
        let layout = self.planner.layout();
        let problems = refusals
            .into_iter()
            .map(|it| plan::hours_problem(layout, &row.fields, it))
            .collect();
        Ok(Outcome::Refused(problems))
    }
}

fn settled(row: Row, outcome: Outcome) -> Waiting {
    Waiting::Settled(done(row, outcome))
}

fn done(row: Row, outcome: Outcome) -> RowOutcome {
    RowOutcome {
        line: row.line,
        fields: row.fields,
        outcome,
        trace: None,
    }
}

fn taken(row: Row, recorded: &Recorded) -> RowOutcome {
    match recorded {
        Recorded::Created(entry) | Recorded::Acceptable(entry) => {
            let minutes = i64::from(entry.row.total_minutes.0);
            RowOutcome {
                trace: Some(trace::of_entry(&entry.row)),
                ..done(row, Outcome::Created { minutes })
            }
        }
        Recorded::Replayed(_) | Recorded::Unchanged(_) => done(row, Outcome::Unchanged),
    }
}

fn duplicate(layout: &Layout, row: &Row, first: u64) -> Problem {
    let refusal = Refusal::new(Code::DuplicateRow).with("line", first);
    Problem {
        column: None,
        value: layout.value(&row.fields, Column::Date).map(str::to_owned),
        refusal,
    }
}

fn whole(error: HoursError) -> ImportError {
    match error {
        HoursError::Denied(denied) => ImportError::Denied(denied),
        HoursError::NotFound { .. } => ImportError::UnknownOrganization,
        HoursError::Database(error) => ImportError::Database(error),
        other => ImportError::Fault(other.to_string()),
    }
}
