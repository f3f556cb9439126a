//! Lays an entry on its place: project, volunteer, zone, calendar, territory.
//!
//! What the person has logged already is judged in `guard`.

use std::collections::BTreeMap;
use std::collections::HashMap;

use chrono::DateTime;
use chrono::NaiveDate;
use entity::hour_entry;
use entity::ids::EntryId;
use entity::ids::OrganizationId;
use entity::ids::ProjectId;
use entity::ids::TerritoryId;
use entity::ids::VolunteerId;
use entity::organization;
use entity::project;
use entity::territory;
use entity::types::EntryStatus;
use entity::types::EvidenceLevel;
use entity::volunteer;
use sea_orm::ColumnTrait;
use sea_orm::DbErr;
use sea_orm::EntityTrait;
use sea_orm::QueryFilter;

use crate::hours::days;
use crate::hours::days::Calendar;
use crate::hours::entry::NewEntry;
use crate::hours::entry::Work;
use crate::hours::error::HoursError;
use crate::hours::guard;
use crate::hours::guard::Candidate;
use crate::hours::store;
use crate::identity::Ctx;
use crate::platform::db::Tx;
use crate::platform::zones;
use crate::platform::zones::Zone;
use crate::territories::lookup;
use crate::volunteers;

/// Where a batch of entries happens.
#[derive(Debug)]
pub struct Place {
    /// The organization of all of them.
    pub organization: organization::Model,
    projects: HashMap<ProjectId, project::Model>,
    /// By the ids that entries name, which may be those of records that were merged since.
    volunteers: HashMap<VolunteerId, volunteer::Model>,
    zones: HashMap<ProjectId, Zone>,
    territories: Territories,
}

/// An entry on its place.
#[derive(Clone, Debug)]
pub struct Placed<'a> {
    /// What it says.
    pub entry: &'a NewEntry,
    /// What for.
    pub project: &'a project::Model,
    /// Who; `None` for a group.
    pub volunteer: Option<&'a volunteer::Model>,
    /// The zone of project or organization, never the actor's.
    pub zone: &'a Zone,
    /// The days.
    pub calendar: Calendar,
    /// Where, in the version of the day.
    pub territory: TerritoryId,
}

impl Place {
    /// Finds what some entries name, as far as the actor may see it.
    ///
    /// # Errors
    /// [`HoursError::NotFound`] for the organization; a fault.
    pub async fn find<'a>(
        ctx: &Ctx,
        tx: &Tx,
        organization: OrganizationId,
        entries: impl Iterator<Item = &'a NewEntry> + Clone,
    ) -> Result<Self, HoursError> {
        let scope = ctx.scope();
        let organization = store::organization(&**tx, scope, organization)
            .await?
            .ok_or(HoursError::NotFound {
                field: "organizationId",
            })?;
        let wanted = distinct(entries.clone().map(|it| it.project));
        let mut projects = store::projects(&**tx, scope, &wanted).await?;
        projects.retain(|_, it| it.organization_id == organization.id);
        let wanted = distinct(entries.clone().filter_map(|it| it.work.volunteer()));
        let mut volunteers = volunteers::store::hold_kept(tx, scope, &wanted).await?;
        volunteers.retain(|_, it| it.organization_id == organization.id);
        let mut zones = HashMap::new();
        for project in projects.values() {
            let name = project.time_zone.as_deref();
            let zone = zones::parse(name.unwrap_or(&organization.time_zone))
                .ok_or(HoursError::Inconsistent("a time zone without a name"))?;
            zones.insert(project.id, zone);
        }
        let mut place = Self {
            organization,
            projects,
            volunteers,
            zones,
            territories: Territories::default(),
        };
        place.territories = Territories::find(tx, &place, entries).await?;
        Ok(place)
    }

    /// Lays one entry on its place and judges it by all that needs no other entry.
    ///
    /// # Errors
    /// Why it is refused.
    pub fn lay<'a>(&'a self, ctx: &Ctx, entry: &'a NewEntry) -> Result<Placed<'a>, HoursError> {
        let (project, zone) = self
            .projects
            .get(&entry.project)
            .zip(self.zones.get(&entry.project))
            .ok_or(HoursError::NotFound { field: "projectId" })?;
        let volunteer = match entry.work.volunteer() {
            None => None,
            Some(id) => Some(self.volunteers.get(&id).ok_or(HoursError::NotFound {
                field: "volunteerId",
            })?),
        };
        guard::demand_writer(ctx, self.organization.id, entry.work.volunteer())?;
        let archived = [
            (self.organization.archived_at, "organizationId"),
            (project.archived_at, "projectId"),
            (volunteer.and_then(|it| it.archived_at), "volunteerId"),
        ];
        if let Some((_, field)) = archived.into_iter().find(|(at, _)| at.is_some()) {
            return Err(HoursError::Archived { field });
        }
        let calendar = days::cut(&entry.work, zone);
        guard::judge(ctx, &entry.work, &calendar, zone, project)?;
        let territory = self
            .territories
            .of(entry, project, calendar.worked_on)
            .ok_or_else(|| HoursError::UnknownTerritory {
                code: entry.territory_code.clone().unwrap_or_default(),
            })?;
        Ok(Placed {
            entry,
            project,
            volunteer,
            zone,
            calendar,
            territory,
        })
    }
}

impl Placed<'_> {
    /// What the gate judges.
    #[must_use]
    pub fn candidate(&self, id: EntryId, status: EntryStatus) -> Candidate<'_> {
        Candidate {
            id,
            person: self.volunteer.map(|it| it.person_id),
            work: &self.entry.work,
            calendar: &self.calendar,
            status,
        }
    }

    /// The columns that say what was done; those of its life are a blank draft's.
    #[must_use]
    pub fn row(&self) -> hour_entry::Model {
        let work = &self.entry.work;
        hour_entry::Model {
            id: EntryId(uuid::Uuid::nil()),
            organization_id: self.project.organization_id,
            project_id: self.project.id,
            volunteer_id: self.volunteer.map(|it| it.id),
            person_id: self.volunteer.map(|it| it.person_id),
            territory_id: self.territory,
            kind: work.kind(),
            status: EntryStatus::Draft,
            evidence_level: EvidenceLevel::SelfDeclared,
            started_at: work.span().map(|(from, _)| from),
            ended_at: work.span().map(|(_, to)| to),
            break_minutes: work.break_minutes(),
            time_zone: self.zone.name().to_owned(),
            worked_on: self.calendar.worked_on,
            ended_on: self.calendar.ended_on,
            minutes: work.minutes(),
            headcount: work.headcount(),
            total_minutes: work.total_minutes(),
            description: self.entry.description.clone(),
            decision_reason: None,
            import_key: None,
            created_by: None,
            submitted_by: None,
            submitted_at: None,
            decided_by: None,
            decided_at: None,
            version: 1,
            created_at: DateTime::UNIX_EPOCH,
            updated_at: DateTime::UNIX_EPOCH,
        }
    }
}

/// The codes of the places of those of some entries that name a place of their own, and not that of
/// their project.
///
/// # Errors
/// [`DbErr`].
pub async fn own_codes(
    tx: &Tx,
    rows: impl Iterator<Item = &hour_entry::Model> + Clone,
) -> Result<HashMap<EntryId, String>, DbErr> {
    let projects = distinct(rows.clone().map(|it| it.project_id));
    let seats: HashMap<ProjectId, TerritoryId> = project::Entity::find()
        .filter(project::Column::Id.is_in(projects))
        .all(&**tx)
        .await?
        .into_iter()
        .map(|it| (it.id, it.territory_id))
        .collect();
    let places = distinct(
        rows.clone()
            .map(|it| it.territory_id)
            .chain(seats.values().copied()),
    );
    let codes: HashMap<TerritoryId, String> = lookup::by_ids(&**tx, &places)
        .await?
        .into_iter()
        .map(|it| (it.id, it.code))
        .collect();
    Ok(rows
        .filter_map(|it| {
            let code = codes.get(&it.territory_id)?;
            let seat = codes.get(seats.get(&it.project_id)?);
            (seat != Some(code)).then(|| (it.id, code.clone()))
        })
        .collect())
}

/// Versions of territories by code and day.
#[derive(Debug, Default)]
struct Territories {
    by_id: HashMap<TerritoryId, territory::Model>,
    by_day: BTreeMap<NaiveDate, HashMap<String, territory::Model>>,
    latest: HashMap<String, territory::Model>,
}

impl Territories {
    /// As a rule two statements: versions change once in years, so what holds on the last day of a
    /// batch holds on all. Days before a change are asked for one by one.
    async fn find<'a>(
        tx: &Tx,
        place: &Place,
        entries: impl Iterator<Item = &'a NewEntry> + Clone,
    ) -> Result<Self, DbErr> {
        let ids = distinct(place.projects.values().map(|it| it.territory_id));
        let mut found = Self {
            by_id: lookup::by_ids(&**tx, &ids)
                .await?
                .into_iter()
                .map(|it| (it.id, it))
                .collect(),
            ..Self::default()
        };
        let mut wanted: Vec<(String, NaiveDate)> = Vec::new();
        for entry in entries {
            let Some((project, zone)) = place
                .projects
                .get(&entry.project)
                .zip(place.zones.get(&entry.project))
            else {
                continue;
            };
            let day = match &entry.work {
                Work::Interval { started_at, .. } => zone.day_of(*started_at),
                Work::Duration { worked_on, .. } | Work::Group { worked_on, .. } => *worked_on,
            };
            let own = found.by_id.get(&project.territory_id);
            match (&entry.territory_code, own) {
                (Some(code), _) => wanted.push((code.clone(), day)),
                (None, Some(own)) if !in_force(own, day) => wanted.push((own.code.clone(), day)),
                (None, _) => {}
            }
        }
        let Some(last) = wanted.iter().map(|(_, day)| *day).max() else {
            return Ok(found);
        };
        let codes: Vec<String> = distinct(wanted.iter().map(|(code, _)| code.clone()));
        found.latest = lookup::by_codes(&**tx, &codes, last).await?;
        let mut older: BTreeMap<NaiveDate, Vec<String>> = BTreeMap::new();
        for (code, day) in wanted {
            if !found.latest.get(&code).is_some_and(|it| in_force(it, day)) {
                older.entry(day).or_default().push(code);
            }
        }
        for (day, codes) in older {
            let versions = lookup::by_codes(&**tx, &distinct(codes.into_iter()), day).await?;
            found.by_day.insert(day, versions);
        }
        Ok(found)
    }

    /// The place of an entry: the one it names, or its project's, in the version of the day.
    fn of(
        &self,
        entry: &NewEntry,
        project: &project::Model,
        day: NaiveDate,
    ) -> Option<TerritoryId> {
        if let Some(code) = &entry.territory_code {
            return self.version(code, day);
        }
        let own = self.by_id.get(&project.territory_id);
        let other = own
            .filter(|it| !in_force(it, day))
            .and_then(|it| self.version(&it.code, day));
        Some(other.unwrap_or(project.territory_id))
    }

    fn version(&self, code: &str, day: NaiveDate) -> Option<TerritoryId> {
        let of_day = self.by_day.get(&day).and_then(|it| it.get(code));
        let latest = self.latest.get(code).filter(|it| in_force(it, day));
        of_day.or(latest).map(|it| it.id)
    }
}

fn in_force(territory: &territory::Model, day: NaiveDate) -> bool {
    territory.valid_from <= day && territory.valid_to.is_none_or(|end| day < end)
}

fn distinct<T: Ord>(values: impl Iterator<Item = T>) -> Vec<T> {
    let mut values: Vec<T> = values.collect();
    values.sort_unstable();
    values.dedup();
    values
}
