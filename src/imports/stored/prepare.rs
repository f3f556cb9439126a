//! A file that was brought, read as a whole and planned; then written in an open transaction, to
//! stay or to be undone.
//!
//! What rows mean is in `plan` and `register`.

use std::collections::HashMap;

use entity::ids::ImportId;
use entity::import;
use entity::import_refusal;
use entity::organization;
use entity::types::ImportKind;
use sea_orm::DbErr;
use serde_json::json;

use crate::hours::record::Target;
use crate::identity::Action;
use crate::identity::Ctx;
use crate::imports::columns::Kind;
use crate::imports::columns::Layout;
use crate::imports::columns::Mapping;
use crate::imports::commit::HoursRows;
use crate::imports::error::ImportError;
use crate::imports::outcome::Outcome;
use crate::imports::outcome::Problem;
use crate::imports::outcome::RowOutcome;
use crate::imports::outcome::Summary;
use crate::imports::read::Row;
use crate::imports::register;
use crate::imports::register::Step;
use crate::imports::values::DateFormat;
use crate::platform::db::Tx;

/// Most rows of a file that is brought: they are one transaction, and somebody waits for the answer.
pub const MOST_ROWS: usize = 20_000;

/// How a file that was brought is to be read.
#[derive(Clone, Debug)]
pub struct Reading {
    /// What its rows are.
    pub kind: ImportKind,
    /// Whether dates are also written day first.
    pub day_first: bool,
    /// Whether entries stay drafts.
    pub drafts: bool,
    /// What titles mean, where that is not what they seem to mean.
    pub mapping: Mapping,
}

impl Reading {
    /// The act that the file stands for.
    pub fn action(kind: ImportKind) -> Action {
        match kind {
            ImportKind::Hours => Action::LogHoursForOthers,
            ImportKind::Volunteers => Action::ManageVolunteers,
        }
    }
}

/// The kind of rows, for the modules that read them.
#[must_use]
pub fn kind(kind: ImportKind) -> Kind {
    match kind {
        ImportKind::Hours => Kind::Hours,
        ImportKind::Volunteers => Kind::Volunteers,
    }
}

/// A file that was read and planned.
pub struct Prepared<'a> {
    ctx: &'a Ctx,
    organization: organization::Model,
    layout: Layout,
    rows: Rows<'a>,
}

#[expect(
    clippy::large_enum_variant,
    reason = "one at a time, on the stack of one request"
)]
enum Rows<'a> {
    Hours(HoursRows<'a>),
    Volunteers(Vec<Step>),
}

/// Plans a whole file; nothing is written.
///
/// # Errors
/// [`ImportError`] when the header does not fit, or the rows are too many.
pub async fn prepare<'a>(
    ctx: &'a Ctx,
    organization: organization::Model,
    reading: &Reading,
    header: &[String],
    read: Vec<Row>,
) -> Result<Prepared<'a>, ImportError> {
    let kind = kind(reading.kind);
    let layout = Layout::recognize(kind, header, &reading.mapping)?;
    if read.len() > MOST_ROWS {
        return Err(ImportError::TooManyTogether { most: MOST_ROWS });
    }
    let format = if reading.day_first {
        DateFormat::DayMonthYear
    } else {
        DateFormat::Iso
    };
    let rows = match reading.kind {
        ImportKind::Hours => {
            let target = if reading.drafts {
                Target::Draft
            } else {
                Target::Submitted
            };
            let organization = organization.clone();
            let mut rows = HoursRows::new(ctx, organization, layout.clone(), format, target);
            rows.plan(read).await?;
            Rows::Hours(rows)
        }
        ImportKind::Volunteers => {
            let mut seen = HashMap::new();
            let steps = read
                .into_iter()
                .map(|row| register::step(kind, &layout, format, row, &mut seen));
            Rows::Volunteers(steps.collect())
        }
    };
    Ok(Prepared {
        ctx,
        organization,
        layout,
        rows,
    })
}

/// Ends a transaction that was only tried out.
enum Halt {
    Undone(Vec<RowOutcome>),
    Failed(ImportError),
}

impl From<DbErr> for Halt {
    fn from(error: DbErr) -> Self {
        Self::Failed(error.into())
    }
}

impl Prepared<'_> {
    /// What the columns mean.
    pub fn layout(&self) -> &Layout {
        &self.layout
    }

    /// Does everything and undoes it.
    ///
    /// # Errors
    /// A fault; what is wrong with single rows is among their outcomes.
    pub async fn try_out(self) -> Result<Vec<RowOutcome>, ImportError> {
        let tried: Result<(), Halt> = self
            .ctx
            .transaction(async |tx| {
                let written = self.write_in(tx).await;
                Err(Halt::Undone(written.map_err(Halt::Failed)?))
            })
            .await;
        match tried {
            Ok(()) => Ok(Vec::new()),
            Err(Halt::Undone(rows)) => Ok(rows),
            Err(Halt::Failed(error)) => Err(error),
        }
    }

    /// Writes the rows in an open transaction, each on its own.
    ///
    /// # Errors
    /// A fault; what is wrong with single rows is among their outcomes.
    pub async fn write_in(self, tx: &Tx) -> Result<Vec<RowOutcome>, ImportError> {
        match self.rows {
            Rows::Hours(mut rows) => rows.write_in(tx).await,
            Rows::Volunteers(steps) => {
                let id = self.organization.id;
                register::write_in(self.ctx, tx, id, &self.layout, steps).await
            }
        }
    }
}

/// An import with the sums of its rows.
#[must_use]
pub fn counted(row: import::Model, rows: &[RowOutcome]) -> import::Model {
    let mut sums = Summary::default();
    for it in rows {
        sums.add(&it.outcome);
    }
    let small = |count: u64| i32::try_from(count).unwrap_or(i32::MAX);
    import::Model {
        rows: small(sums.rows),
        created: small(sums.created),
        unchanged: small(sums.unchanged),
        changed: small(sums.changed),
        duplicates: small(sums.duplicates),
        refused: small(sums.refused),
        minutes: sums.minutes,
        ..row
    }
}

/// What is wrong with rows, in the order of the file; a repeated row is named, too.
#[must_use]
pub fn refusals(import: ImportId, rows: &[RowOutcome]) -> Vec<import_refusal::Model> {
    let mut refusals = Vec::new();
    for row in rows {
        let problems: &[Problem] = match &row.outcome {
            Outcome::Refused(problems) => problems,
            Outcome::Duplicate(problem) => std::slice::from_ref(problem),
            Outcome::Created { .. } | Outcome::Unchanged | Outcome::Changed => &[],
        };
        for it in problems {
            refusals.push(import_refusal::Model {
                import_id: import,
                ordinal: i32::try_from(refusals.len()).unwrap_or(i32::MAX),
                line: i64::try_from(row.line).unwrap_or(i64::MAX),
                title: it.column.clone(),
                value: it.value.clone(),
                code: it.refusal.code.key().to_owned(),
                details: json!(it.refusal.values).to_string(),
            });
        }
    }
    refusals
}
