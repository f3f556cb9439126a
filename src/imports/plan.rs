//! Rows of hours as entries: whose, on what, when. Nothing is written here.
//!
//! Whether the work is acceptable is decided by `hours`.

use std::collections::HashMap;
use std::collections::HashSet;

use chrono::DateTime;
use chrono::Utc;
use entity::ids::VolunteerId;
use entity::organization;
use entity::project;
use entity::volunteer;
use sea_orm::DbErr;
use serde_json::json;

use crate::hours::Fields;
use crate::identity::Ctx;
use crate::imports::columns::Column;
use crate::imports::columns::Layout;
use crate::imports::outcome::Problem;
use crate::imports::read::Row;
use crate::imports::reading::Reading;
use crate::imports::reading::problem;
use crate::imports::store;
use crate::imports::values;
use crate::imports::values::DateFormat;
use crate::platform::crypto::sha256;
use crate::platform::text::fold;
use crate::platform::zones;
use crate::platform::zones::Zone;
use crate::refusal::Code;
use crate::refusal::Refusal;

/// A row that says one thing and says it fully, or why it does not.
pub type Planned = Result<PlannedEntry, Vec<Problem>>;

/// An entry as a row says it.
#[derive(Clone, Debug)]
pub struct PlannedEntry {
    /// Its parts, for `hours`.
    pub fields: Fields,
    /// Digest of what the row says, whatever the language and order of its columns: the same row
    /// again is the same entry.
    pub import_key: Vec<u8>,
}

/// What the rows of one file are read with.
#[derive(Debug)]
pub struct Planner {
    organization: organization::Model,
    layout: Layout,
    date_format: DateFormat,
    /// Volunteers by folded name, read when first a row has no number.
    names: Option<HashMap<String, HashSet<VolunteerId>>>,
}

/// What the keys of some rows were resolved to.
struct Found {
    volunteers: HashMap<String, VolunteerId>,
    projects: HashMap<String, project::Model>,
}

/// Volunteers by folded name. Of several records of one person the one that was kept stands for all;
/// a name that only a merged record has still names that one: a row keeps its digest.
fn by_name(volunteers: &[volunteer::Model]) -> HashMap<String, HashSet<VolunteerId>> {
    let mut names: HashMap<String, HashSet<VolunteerId>> = HashMap::new();
    for merged in [false, true] {
        let of = volunteers
            .iter()
            .filter(|it| it.merged_into_id.is_some() == merged);
        for it in of {
            for name in [Some(&it.name), it.name_ar.as_ref()].into_iter().flatten() {
                let known = names.entry(fold(name)).or_default();
                let stands = it.merged_into_id.is_some_and(|kept| known.contains(&kept));
                if !stands {
                    known.insert(it.id);
                }
            }
        }
    }
    names
}

impl Planner {
    /// Reads the rows of one organization's file.
    #[must_use]
    pub fn new(organization: organization::Model, layout: Layout, date_format: DateFormat) -> Self {
        Self {
            organization,
            layout,
            date_format,
            names: None,
        }
    }

    /// What the columns mean.
    #[must_use]
    pub fn layout(&self) -> &Layout {
        &self.layout
    }

    /// Plans some rows, with a fixed number of statements for all of them.
    ///
    /// # Errors
    /// [`DbErr`].
    pub async fn plan(&mut self, ctx: &Ctx, rows: &[Row]) -> Result<Vec<Planned>, DbErr> {
        let found = self.resolve(ctx, rows).await?;
        Ok(rows
            .iter()
            .map(|row| self.row(&row.fields, &found))
            .collect())
    }

    async fn resolve(&mut self, ctx: &Ctx, rows: &[Row]) -> Result<Found, DbErr> {
        let values = |column| -> Vec<&str> {
            let found: HashSet<&str> = rows
                .iter()
                .filter_map(|row| self.layout.value(&row.fields, column))
                .collect();
            found.into_iter().collect()
        };
        let (conn, scope, id) = (ctx.read(), ctx.scope(), self.organization.id);
        let references = values(Column::Reference);
        let volunteers = store::by_references(conn, scope, id, &references).await?;
        let codes = values(Column::Project);
        let projects = store::by_project_codes(conn, scope, id, &codes).await?;
        let named = rows.iter().any(|row| {
            self.layout.value(&row.fields, Column::Reference).is_none()
                && self.layout.value(&row.fields, Column::Name).is_some()
        });
        if named && self.names.is_none() {
            self.names = Some(by_name(&store::volunteers(conn, scope, id).await?));
        }
        Ok(Found {
            volunteers: volunteers
                .into_iter()
                .filter_map(|it| it.reference.map(|reference| (reference, it.id)))
                .collect(),
            projects: projects
                .into_iter()
                .filter_map(|it| it.code.clone().map(|code| (code, it)))
                .collect(),
        })
    }

    fn row(&self, fields: &[String], found: &Found) -> Planned {
        let mut reading = Reading::of(&self.layout, fields)?;
        let headcount = reading.number(Column::Headcount);
        let volunteer = self.volunteer(&mut reading, found);
        let project =
            reading
                .required(Column::Project)
                .and_then(|code| match found.projects.get(code) {
                    Some(project) => Some(project),
                    None => {
                        reading.refuse(
                            Column::Project,
                            Refusal::new(Code::UnknownProject).with("value", code),
                        );
                        None
                    }
                });
        let date = reading.date(Column::Date, self.date_format);
        if date.is_none() && reading.value(Column::Date).is_none() {
            reading.required(Column::Date);
        }
        let break_minutes = reading.number(Column::Break);
        let zone = self.zone(project);
        let span = reading.span(date, &zone);
        let minutes = match reading.value(Column::Duration) {
            Some(text) => {
                let minutes = values::duration(text);
                if minutes.is_none() {
                    reading.wrong(Column::Duration);
                }
                minutes
            }
            None => None,
        };
        let clocked = reading
            .value(Column::Start)
            .or(reading.value(Column::End))
            .is_some();
        if !clocked && reading.value(Column::Duration).is_none() {
            let column = match self.layout.has(Column::Duration) {
                true => Column::Duration,
                false => Column::Start,
            };
            reading.refuse(column, Refusal::new(Code::Required));
        }
        if clocked && reading.value(Column::Duration).is_some() {
            let detail = reading.titles(&[Column::Duration, Column::Start, Column::End]);
            reading.refuse(
                Column::Duration,
                Refusal::new(Code::Contradiction).with("detail", detail),
            );
        }
        let (Some(project), Some(date), true) = (project, date, reading.is_fine()) else {
            return Err(reading.problems());
        };
        let mut planned = Fields {
            volunteer,
            description: reading.value(Column::Description).map(str::to_owned),
            territory_code: reading.value(Column::Commune).map(str::to_owned),
            headcount: headcount.map(i64::from),
            ..Fields::on(project.id)
        };
        match span {
            Some((started_at, ended_at)) => {
                planned.started_at = Some(started_at);
                planned.ended_at = Some(ended_at);
                planned.break_minutes = Some(i64::from(break_minutes.unwrap_or(0)));
            }
            None => {
                planned.worked_on = Some(date);
                planned.minutes = minutes.map(i64::from);
            }
        }
        let import_key = self.key(&planned);
        Ok(PlannedEntry {
            fields: planned,
            import_key,
        })
    }

    /// The volunteer by number, or by a name that only one of them has; none for a group.
    fn volunteer(&self, reading: &mut Reading<'_>, found: &Found) -> Option<VolunteerId> {
        if let Some(reference) = reading.value(Column::Reference) {
            let known = found.volunteers.get(reference).copied();
            if known.is_none() {
                reading.refuse(
                    Column::Reference,
                    Refusal::new(Code::UnknownVolunteer).with("value", reference),
                );
            }
            return known;
        }
        if let Some(name) = reading.value(Column::Name) {
            let known = self.names.as_ref().and_then(|it| it.get(&fold(name)));
            let mut fitting = known.into_iter().flatten().copied();
            return match (fitting.next(), fitting.next()) {
                (Some(only), None) => Some(only),
                (Some(_), Some(_)) => {
                    reading.refuse(
                        Column::Name,
                        Refusal::new(Code::AmbiguousVolunteer).with("value", name),
                    );
                    None
                }
                (None, _) => {
                    reading.refuse(
                        Column::Name,
                        Refusal::new(Code::UnknownVolunteer).with("value", name),
                    );
                    None
                }
            };
        }
        if reading.value(Column::Headcount).is_none() {
            let column = [Column::Reference, Column::Name, Column::Headcount]
                .into_iter()
                .find(|it| self.layout.has(*it));
            reading.refuse(
                column.unwrap_or(Column::Reference),
                Refusal::new(Code::Required),
            );
        }
        None
    }

    /// The zone that decides the days of a project's work.
    fn zone(&self, project: Option<&project::Model>) -> Zone {
        let name = project
            .and_then(|it| it.time_zone.as_deref())
            .unwrap_or(&self.organization.time_zone);
        zones::parse(name).unwrap_or_else(Zone::utc)
    }

    fn key(&self, fields: &Fields) -> Vec<u8> {
        let instant = |it: Option<DateTime<Utc>>| it.map(|it| it.timestamp_micros());
        let content = json!([
            self.organization.id,
            fields.volunteer,
            fields.project,
            [instant(fields.started_at), instant(fields.ended_at)],
            fields.break_minutes,
            fields.worked_on,
            fields.minutes,
            fields.headcount,
            fields.territory_code,
            fields.description,
        ]);
        // The form is part of what is stored: never changed.
        sha256(format!("hours/1 {content}").as_bytes())
    }
}

/// A refusal of `hours` at the column that its field came from.
#[must_use]
pub fn hours_problem(layout: &Layout, fields: &[String], refusal: Refusal) -> Problem {
    let clocked = layout.value(fields, Column::Start).is_some();
    let column = match refusal.path.first().map(String::as_str) {
        // Of the columns that make an instant, the date is the one that is wrong.
        _ if matches!(refusal.code, Code::InFuture | Code::OutsideProject) => Some(Column::Date),
        Some("volunteerId") => Some(Column::Reference),
        Some("projectId") => Some(Column::Project),
        Some("workedOn") => Some(Column::Date),
        Some("startedAt") => Some(Column::Start),
        Some("endedAt") if clocked => Some(Column::End),
        Some("breakMinutes") => Some(Column::Break),
        Some("minutes") => Some(Column::Duration),
        Some("headcount") => Some(Column::Headcount),
        Some("territoryCode") => Some(Column::Commune),
        Some("description") => Some(Column::Description),
        _ => None,
    };
    match column {
        Some(column) => problem(layout, fields, column, refusal),
        None => Problem {
            column: None,
            value: None,
            refusal,
        },
    }
}
