//! Files of volunteers and projects: each row is known by the organization's own number or code.
//!
//! What a record may hold is decided in `volunteers` and `projects`.

use std::collections::HashMap;
use std::io::Read;
use std::io::Seek;

use entity::ids::OrganizationId;
use entity::organization;
use sea_orm::ConnectionTrait;
use sea_orm::DbErr;

use crate::hours::record::Mode;
use crate::hours::record::Run;
use crate::identity::Action;
use crate::identity::Ctx;
use crate::imports::columns::Column;
use crate::imports::columns::Kind;
use crate::imports::columns::Layout;
use crate::imports::commit::CHUNK;
use crate::imports::commit::MOST_TOGETHER;
use crate::imports::commit::Order;
use crate::imports::commit::Witness;
use crate::imports::commit::organization;
use crate::imports::error::ImportError;
use crate::imports::outcome::Outcome;
use crate::imports::outcome::Problem;
use crate::imports::outcome::RowOutcome;
use crate::imports::outcome::Summary;
use crate::imports::outcome::Trace;
use crate::imports::read::Row;
use crate::imports::read::Sheet;
use crate::imports::reading::Reading;
use crate::imports::reading::problem;
use crate::imports::trace;
use crate::imports::values;
use crate::imports::values::DateFormat;
use crate::platform::db::Tx;
use crate::platform::feed;
use crate::projects::project;
use crate::projects::project::NewProject;
use crate::projects::tags::NewShares;
use crate::refusal::Code;
use crate::refusal::Refusal;
use crate::refusal::Refuse;
use crate::vocabularies;
use crate::volunteers::profile;
use crate::volunteers::profile::NewVolunteer;

/// Imports a file of volunteers.
///
/// # Errors
/// [`ImportError`]; what is wrong with single rows is among their outcomes.
pub async fn volunteers<R: Read + Seek>(
    ctx: &Ctx,
    file: R,
    order: &Order,
    witness: &mut dyn Witness,
) -> Result<Summary, ImportError> {
    let organization = organization(ctx, order, Action::ManageVolunteers).await?;
    import(ctx, Kind::Volunteers, organization, file, order, witness).await
}

/// Imports a file of projects.
///
/// # Errors
/// [`ImportError`]; what is wrong with single rows is among their outcomes.
pub async fn projects<R: Read + Seek>(
    ctx: &Ctx,
    file: R,
    order: &Order,
    witness: &mut dyn Witness,
) -> Result<Summary, ImportError> {
    let organization = organization(ctx, order, Action::ManageProjects).await?;
    import(ctx, Kind::Projects, organization, file, order, witness).await
}

/// A record as a row says it.
#[derive(Clone, Debug)]
pub(super) enum Record {
    Volunteer(Box<NewVolunteer>),
    Project(Box<NewProject>),
}

impl Record {
    /// The number or code that it is known by.
    fn key(&self) -> &str {
        match self {
            Self::Volunteer(it) => it.reference.as_deref().unwrap_or_default(),
            Self::Project(it) => it.code.as_deref().unwrap_or_default(),
        }
    }
}

/// A row that was read, or is settled already.
#[derive(Debug)]
pub(super) enum Step {
    Record(Row, Record),
    Settled(Row, Outcome),
}

async fn import<R: Read + Seek>(
    ctx: &Ctx,
    kind: Kind,
    organization: organization::Model,
    file: R,
    order: &Order,
    witness: &mut dyn Witness,
) -> Result<Summary, ImportError> {
    let mut sheet = Sheet::open(file, order.sheet.as_deref())?;
    let layout = Layout::recognize(kind, &sheet.header, &[])?;
    witness
        .header(&layout, sheet.delimiter)
        .map_err(ImportError::Rejected)?;
    let together = order.run == Run::Dry || order.mode == Mode::AllOrNothing;
    let mut seen: HashMap<String, (u64, String)> = HashMap::new();
    let mut summary = Summary::default();
    let mut waiting = Vec::new();
    loop {
        let rows = sheet.next_rows(CHUNK)?;
        witness.progress(sheet.position());
        let ended = rows.len() < CHUNK;
        for row in rows {
            waiting.push(step(kind, &layout, order.date_format, row, &mut seen));
        }
        if together && !ended {
            if waiting.len() > MOST_TOGETHER {
                return Err(ImportError::TooManyTogether {
                    most: MOST_TOGETHER,
                });
            }
            continue;
        }
        let steps = std::mem::take(&mut waiting);
        for row in write(ctx, organization.id, &layout, order, steps).await? {
            summary.add(&row.outcome);
            witness.row(&layout, &row).map_err(ImportError::Rejected)?;
        }
        if ended {
            return Ok(summary);
        }
    }
}

/// Reads a row and holds it against those above.
pub(super) fn step(
    kind: Kind,
    layout: &Layout,
    format: DateFormat,
    row: Row,
    seen: &mut HashMap<String, (u64, String)>,
) -> Step {
    let read = match kind {
        Kind::Projects => read_project(layout, format, &row.fields),
        Kind::Volunteers | Kind::Hours => read_volunteer(layout, format, &row.fields),
    };
    let record = match read {
        Ok(record) => record,
        Err(problems) => return Step::Settled(row, Outcome::Refused(problems)),
    };
    let content = format!("{record:?}");
    let (line, above) = seen
        .entry(record.key().to_owned())
        .or_insert_with(|| (row.line, content.clone()));
    if *line == row.line {
        return Step::Record(row, record);
    }
    let outcome = if *above == content {
        Outcome::Duplicate(Problem {
            column: None,
            value: Some(record.key().to_owned()),
            refusal: Refusal::new(Code::DuplicateRow).with("line", *line),
        })
    } else {
        // Two rows that say different things of one record: neither is more right.
        let column = key_column(kind);
        let refusal = Refusal::new(Code::Taken);
        Outcome::Refused(vec![problem(layout, &row.fields, column, refusal)])
    };
    Step::Settled(row, outcome)
}

fn key_column(kind: Kind) -> Column {
    match kind {
        Kind::Projects => Column::Project,
        Kind::Volunteers | Kind::Hours => Column::Reference,
    }
}

async fn write(
    ctx: &Ctx,
    organization: OrganizationId,
    layout: &Layout,
    order: &Order,
    steps: Vec<Step>,
) -> Result<Vec<RowOutcome>, ImportError> {
    let whole = order.mode == Mode::AllOrNothing;
    let done = ctx
        .transaction(async |tx| {
            let rows = write_in(ctx, tx, organization, layout, steps).await;
            let rows = rows.map_err(Halt::Failed)?;
            let refused = rows
                .iter()
                .any(|it| matches!(it.outcome, Outcome::Refused(_)));
            if order.run == Run::Dry || (whole && refused) {
                Err(Halt::Undone(rows))
            } else {
                Ok(rows)
            }
        })
        .await;
    match done {
        Ok(rows) | Err(Halt::Undone(rows)) => Ok(rows),
        Err(Halt::Failed(error)) => Err(error),
    }
}

/// Ends a transaction.
enum Halt {
    Undone(Vec<RowOutcome>),
    Failed(ImportError),
}

impl From<DbErr> for Halt {
    fn from(error: DbErr) -> Self {
        Self::Failed(error.into())
    }
}

/// Registers rows in an open transaction, each on its own.
pub(super) async fn write_in(
    ctx: &Ctx,
    tx: &Tx,
    organization: OrganizationId,
    layout: &Layout,
    steps: Vec<Step>,
) -> Result<Vec<RowOutcome>, ImportError> {
    let mut rows = Vec::with_capacity(steps.len());
    for it in steps {
        let (row, outcome, trace) = match it {
            Step::Settled(row, outcome) => (row, outcome, None),
            Step::Record(row, record) => {
                // A refused row may have written half of itself.
                let place = feed::place(tx);
                tx.execute_unprepared("savepoint import_row").await?;
                let (outcome, trace) =
                    register(ctx, tx, organization, layout, &row, record).await?;
                if matches!(outcome, Outcome::Refused(_)) {
                    tx.execute_unprepared("rollback to savepoint import_row")
                        .await?;
                    feed::forget(tx, place);
                }
                tx.execute_unprepared("release savepoint import_row")
                    .await?;
                (row, outcome, trace)
            }
        };
        rows.push(RowOutcome {
            line: row.line,
            fields: row.fields,
            outcome,
            trace,
        });
    }
    Ok(rows)
}

async fn register(
    ctx: &Ctx,
    tx: &Tx,
    organization: OrganizationId,
    layout: &Layout,
    row: &Row,
    record: Record,
) -> Result<(Outcome, Option<Trace>), ImportError> {
    let created = Outcome::Created { minutes: 0 };
    Ok(match record {
        Record::Volunteer(new) => match profile::register(ctx, tx, organization, *new).await {
            Ok(profile::Registered::Created(made)) => {
                (created, Some(trace::of_volunteer(&made, None)))
            }
            Ok(profile::Registered::Unchanged(_)) => (Outcome::Unchanged, None),
            Ok(profile::Registered::Changed { before, after }) => {
                let trace = trace::of_volunteer(&after, Some(&before));
                (Outcome::Changed, Some(trace))
            }
            Err(error) => (refused(layout, row, &error)?, None),
        },
        Record::Project(new) => match project::register(ctx, tx, organization, *new).await {
            Ok(project::Registered::Created(_)) => (created, None),
            Ok(project::Registered::Unchanged(_)) => (Outcome::Unchanged, None),
            Ok(project::Registered::Changed(_)) => (Outcome::Changed, None),
            Err(error) => (refused(layout, row, &error)?, None),
        },
    })
}

fn refused(layout: &Layout, row: &Row, error: &impl Refuse) -> Result<Outcome, ImportError> {
    let Some(refusals) = error.refusals() else {
        return Err(ImportError::Fault(error.to_string()));
    };
    let problems = refusals.into_iter().map(|refusal| {
        let column = match refusal.path.first().map(String::as_str) {
            Some("reference") => Some(Column::Reference),
            Some("name") => Some(Column::Name),
            Some("nameAr") => Some(Column::NameAr),
            Some("sex") => Some(Column::Sex),
            Some("birthDate") => Some(Column::BirthDate),
            Some("territoryCode") => Some(Column::Commune),
            Some("email") => Some(Column::Email),
            Some("phone") => Some(Column::Phone),
            Some("joinedOn") => Some(Column::JoinedOn),
            Some("code") => Some(Column::Project),
            Some("title") => Some(Column::Title),
            Some("titleAr") => Some(Column::TitleAr),
            Some("shares" | "tagAllocations" | "validFrom") => Some(Column::Shares),
            Some("startsOn") => Some(Column::StartsOn),
            Some("endsOn") => Some(Column::EndsOn),
            Some("budget") => Some(Column::Budget),
            Some("budgetIndh") => Some(Column::BudgetIndh),
            _ => None,
        };
        match column {
            Some(column) => problem(layout, &row.fields, column, refusal),
            None => Problem {
                column: None,
                value: None,
                refusal,
            },
        }
    });
    Ok(Outcome::Refused(problems.collect()))
}

fn read_volunteer(
    layout: &Layout,
    format: DateFormat,
    fields: &[String],
) -> Result<Record, Vec<Problem>> {
    let mut reading = Reading::of(layout, fields)?;
    reading.required(Column::Reference);
    let name_ar = reading.line(Column::NameAr);
    // An Arabic name alone is the name.
    let name = reading.line(Column::Name).or_else(|| name_ar.clone());
    if name.is_none() {
        reading.refuse(Column::Name, Refusal::new(Code::Required));
    }
    let sex = reading.value(Column::Sex).and_then(values::sex);
    if sex.is_none() && reading.value(Column::Sex).is_some() {
        reading.wrong(Column::Sex);
    }
    let birth_date = reading.date(Column::BirthDate, format);
    let joined_on = reading.date(Column::JoinedOn, format);
    let new = NewVolunteer {
        reference: reading.line(Column::Reference),
        name: name.unwrap_or_default(),
        name_ar,
        sex,
        birth_date,
        territory_code: reading.line(Column::Commune),
        email: reading.line(Column::Email),
        phone: reading.line(Column::Phone),
        joined_on,
        national_id: None,
    };
    reading.done()?;
    Ok(Record::Volunteer(Box::new(new)))
}

fn read_project(
    layout: &Layout,
    format: DateFormat,
    fields: &[String],
) -> Result<Record, Vec<Problem>> {
    let mut reading = Reading::of(layout, fields)?;
    for column in [
        Column::Project,
        Column::Title,
        Column::Commune,
        Column::StartsOn,
    ] {
        reading.required(column);
    }
    let starts_on = reading.date(Column::StartsOn, format);
    let ends_on = reading.date(Column::EndsOn, format);
    let mut shares = Vec::new();
    if let Some(written) = reading.value(Column::Shares) {
        match values::shares(written) {
            Some(read) => shares.push(NewShares {
                vocabulary: vocabularies::INDH.to_owned(),
                shares: read,
                valid_from: None,
            }),
            None => reading.wrong(Column::Shares),
        }
    }
    let mut amount = |column| {
        let read = reading.value(column).and_then(values::amount);
        if read.is_none() && reading.value(column).is_some() {
            reading.wrong(column);
        }
        read
    };
    let (budget, budget_indh) = (amount(Column::Budget), amount(Column::BudgetIndh));
    let new = NewProject {
        code: reading.line(Column::Project),
        title: reading.line(Column::Title).unwrap_or_default(),
        title_ar: reading.line(Column::TitleAr),
        territory_code: reading.line(Column::Commune).unwrap_or_default(),
        time_zone: None,
        starts_on: starts_on.unwrap_or_default(),
        ends_on,
        budget,
        budget_indh,
        currency: None,
        occupation_code: None,
        sector_code: None,
        shares,
    };
    reading.done()?;
    Ok(Record::Project(Box::new(new)))
}
