//! What a line of a file of entries says, and what stands above the lines.
//!
//! Minutes alone: hours with two decimals would not add up to what they are of.

use std::collections::HashMap;
use std::collections::HashSet;

use chrono::DateTime;
use chrono::NaiveDate;
use chrono::Utc;
use entity::ids::OrganizationId;
use entity::ids::TerritoryId;
use entity::organization;
use entity::territory;
use entity::types::EntryKind;
use entity::types::EntryStatus;
use entity::types::EvidenceLevel;
use entity::types::Minutes;
use sea_orm::DatabaseTransaction;
use sea_orm::DbErr;
use sea_orm::Iterable;

use crate::exports::entries::EntriesRequest;
use crate::exports::shared::evidence;
use crate::exports::shared::parameter;
use crate::exports::sums::summed_by_name;
use crate::exports::table::Cell;
use crate::exports::table::Parameter;
use crate::exports::table::Section;
use crate::exports::table::Table;
use crate::exports::words::columns;
use crate::exports::words::place;
use crate::exports::words::word;
use crate::hours::entry::Entry;
use crate::identity::Ctx;
use crate::organizations;
use crate::platform::i18n::Locale;
use crate::territories::lookup;

/// Name of the file's kind in programs.
pub const NAME: &str = "HOUR_ENTRIES";

/// Organizations and places that entries have named so far: few, however many entries.
#[derive(Debug)]
pub struct Known {
    locale: Locale,
    organizations: HashMap<OrganizationId, organization::Model>,
    territories: HashMap<TerritoryId, territory::Model>,
    /// Words by their codes.
    words: HashMap<&'static str, String>,
}

impl Known {
    /// Nothing so far.
    #[must_use]
    pub fn new(locale: Locale) -> Self {
        let kinds = EntryKind::iter().map(kind);
        let statuses = EntryStatus::iter().map(status);
        let levels = EvidenceLevel::iter().map(|it| (level(it), evidence(it)));
        let said = kinds.chain(statuses).chain(levels);
        Self {
            locale,
            organizations: HashMap::new(),
            territories: HashMap::new(),
            words: said.map(|(code, key)| (code, word(locale, key))).collect(),
        }
    }

    /// Looks up what these entries name and nobody named before.
    ///
    /// # Errors
    /// [`DbErr`].
    pub async fn learn(
        &mut self,
        ctx: &Ctx,
        db: &DatabaseTransaction,
        entries: &[Entry],
    ) -> Result<(), DbErr> {
        let rows = || entries.iter().map(|it| &it.row);
        let organizations: HashSet<_> = rows().map(|it| it.organization_id).collect();
        self.learn_organizations(ctx, db, organizations).await?;
        let territories: HashSet<_> = rows().map(|it| it.territory_id).collect();
        let new: Vec<_> = (territories.into_iter())
            .filter(|it| !self.territories.contains_key(it))
            .collect();
        if !new.is_empty() {
            let found = lookup::by_ids(db, &new).await?;
            self.territories
                .extend(found.into_iter().map(|it| (it.id, it)));
        }
        Ok(())
    }

    async fn learn_organizations(
        &mut self,
        ctx: &Ctx,
        db: &DatabaseTransaction,
        ids: impl IntoIterator<Item = OrganizationId>,
    ) -> Result<(), DbErr> {
        let new: Vec<_> = (ids.into_iter())
            .filter(|it| !self.organizations.contains_key(it))
            .collect();
        if !new.is_empty() {
            let found = organizations::store::by_ids(db, ctx.scope(), &new).await?;
            self.organizations
                .extend(found.into_iter().map(|it| (it.id, it)));
        }
        Ok(())
    }

    fn organization(&self, id: OrganizationId) -> [Cell; 2] {
        let locale = self.locale;
        match self.organizations.get(&id) {
            Some(it) => [
                Cell::text(&it.slug),
                Cell::text(locale.choose(&it.name, it.name_ar.as_deref(), None)),
            ],
            None => [Cell::Empty, Cell::Empty],
        }
    }

    fn said(&self, code: &'static str) -> Cell {
        let words = self.words.get(code).cloned().unwrap_or_default();
        Cell::Code { code, words }
    }

    /// The line of an entry.
    #[must_use]
    pub fn row(&self, entry: &Entry) -> Vec<Cell> {
        let locale = self.locale;
        let it = &entry.row;
        let text = |it: Option<&str>| it.map_or(Cell::Empty, Cell::text);
        let instant = |it: Option<DateTime<Utc>>| it.map_or(Cell::Empty, Cell::Instant);
        let minutes = |it: Minutes| Cell::Integer(i64::from(it.0));
        let territory = self.territories.get(&it.territory_id);
        let (volunteer, project) = (entry.volunteer.as_ref(), entry.project.as_ref());
        let name = volunteer.map(|it| locale.choose(&it.name, it.name_ar.as_deref(), None));
        let title = project.map(|it| locale.choose(&it.title, it.title_ar.as_deref(), None));
        let [slug, organization] = self.organization(it.organization_id);
        vec![
            Cell::Text(it.id.to_string()),
            slug,
            organization,
            Cell::Text(it.project_id.to_string()),
            text(title),
            text(it.volunteer_id.map(|it| it.to_string()).as_deref()),
            text(name),
            text(territory.map(|it| it.code.as_str())),
            text(territory.map(|it| place(it, locale))),
            Cell::Date(it.worked_on),
            Cell::Date(it.ended_on),
            self.said(kind(it.kind).0),
            instant(it.started_at),
            instant(it.ended_at),
            Cell::text(&it.time_zone),
            minutes(it.break_minutes),
            minutes(it.minutes),
            Cell::Integer(i64::from(it.headcount)),
            minutes(it.total_minutes),
            self.said(status(it.status).0),
            self.said(level(it.evidence_level)),
            text(it.description.as_deref()),
            text(it.decision_reason.as_deref()),
            Cell::Instant(it.created_at),
            instant(it.submitted_at),
            instant(it.decided_at),
        ]
    }
}

/// Columns of a line, with the words above them.
const COLUMNS: [(&str, &str); 26] = [
    ("entry", "hour-entry"),
    ("organizationSlug", "hour-entry-organization-slug"),
    ("organization", "report-organization"),
    ("project", "hour-entry-project"),
    ("projectTitle", "hour-entry-project-title"),
    ("volunteer", "hour-entry-volunteer"),
    ("volunteerName", "hour-entry-volunteer-name"),
    ("territoryCode", "report-territory-code"),
    ("territory", "report-territory"),
    ("workedOn", "hour-entry-worked-on"),
    ("endedOn", "hour-entry-ended-on"),
    ("kind", "hour-entry-kind"),
    ("startedAt", "hour-entry-started-at"),
    ("endedAt", "hour-entry-ended-at"),
    ("timeZone", "report-time-zone"),
    ("breakMinutes", "hour-entry-break-minutes"),
    ("minutes", "hour-entry-minutes"),
    ("headcount", "hour-entry-headcount"),
    ("totalMinutes", "hour-entry-total-minutes"),
    ("status", "hour-entry-status"),
    ("evidenceLevel", "report-evidence"),
    ("description", "hour-entry-description"),
    ("decisionReason", "hour-entry-decision-reason"),
    ("createdAt", "hour-entry-created-at"),
    ("submittedAt", "hour-entry-submitted-at"),
    ("decidedAt", "hour-entry-decided-at"),
];

/// What stands above the lines: which entries, as of when, and what they add up to.
///
/// # Errors
/// [`DbErr`].
pub async fn table(
    ctx: &Ctx,
    db: &DatabaseTransaction,
    request: &EntriesRequest,
    (as_of, (entries, minutes)): (DateTime<Utc>, (i64, i64)),
    known: &mut Known,
) -> Result<Table, DbErr> {
    let locale = request.locale;
    let organization = request.hour_entries.organization;
    known.learn_organizations(ctx, db, organization).await?;
    let totals = Section {
        key: "totals",
        title: word(locale, "report-totals"),
        columns: columns(
            locale,
            &[
                ("entries", "report-entries"),
                ("totalMinutes", "hour-entry-total-minutes"),
            ],
        ),
        rows: vec![vec![Cell::Integer(entries), Cell::Integer(minutes)]],
    };
    let lines = Section {
        key: "hourEntries",
        title: word(locale, "hour-entries"),
        columns: summed_by_name(columns(locale, &COLUMNS), &["totalMinutes"]),
        rows: Vec::new(),
    };
    Ok(Table {
        name: NAME,
        parameters: parameters(request, as_of, known),
        sections: vec![totals, lines],
    })
}

/// Which entries: what the filter says, in its own order; parts that do not narrow stand empty.
fn parameters(request: &EntriesRequest, as_of: DateTime<Utc>, known: &Known) -> Vec<Parameter> {
    let (filter, locale) = (&request.hour_entries, request.locale);
    let title = Cell::Text(word(locale, "hour-entries"));
    let [_, organization] = match filter.organization {
        Some(id) => known.organization(id),
        None => [Cell::Empty, Cell::Empty],
    };
    let id = |it: Option<String>| it.map_or(Cell::Empty, Cell::Text);
    let day = |it: Option<NaiveDate>| it.map_or(Cell::Empty, Cell::Date);
    let instant = |it: Option<DateTime<Utc>>| it.map_or(Cell::Empty, Cell::Instant);
    let statuses = (filter.status.as_ref()).map(|it| it.iter().map(|it| status(*it).0).collect());
    let kinds = (filter.kind.as_ref()).map(|it| it.iter().map(|it| kind(*it).0).collect());
    [
        ("title", "report-report", title),
        ("organization", "report-organization", organization),
        (
            "project",
            "hour-entry-project",
            id(filter.project.map(|it| it.to_string())),
        ),
        (
            "volunteer",
            "hour-entry-volunteer",
            id(filter.volunteer.map(|it| it.to_string())),
        ),
        (
            "territoryCode",
            "report-territory-code",
            id(filter.territory_code.clone()),
        ),
        ("status", "hour-entry-status", codes(statuses, known)),
        ("kind", "hour-entry-kind", codes(kinds, known)),
        ("workedFrom", "report-from", day(filter.worked_from)),
        ("workedTo", "report-to", day(filter.worked_to)),
        (
            "recordedFrom",
            "hour-entry-recorded-from",
            instant(filter.recorded_from),
        ),
        (
            "recordedTo",
            "hour-entry-recorded-to",
            instant(filter.recorded_to),
        ),
        ("asOf", "report-as-of", Cell::Instant(as_of)),
    ]
    .into_iter()
    .map(|(key, sentence, value)| parameter(locale, key, sentence, value))
    .collect()
}

fn codes(codes: Option<Vec<&'static str>>, known: &Known) -> Cell {
    let Some(codes) = codes else {
        return Cell::Empty;
    };
    let words = codes.iter().filter_map(|it| known.words.get(it));
    let words: Vec<&str> = words.map(String::as_str).collect();
    Cell::Codes {
        words: words.join(", "),
        codes: codes.into_iter().map(str::to_owned).collect(),
    }
}

/// The code of a kind, and the key of what it is called.
fn kind(of: EntryKind) -> (&'static str, &'static str) {
    match of {
        EntryKind::Interval => ("INTERVAL", "hour-entry-interval"),
        EntryKind::Duration => ("DURATION", "hour-entry-duration"),
        EntryKind::Group => ("GROUP", "hour-entry-group"),
    }
}

/// The code of a state, and the key of what it is called.
fn status(of: EntryStatus) -> (&'static str, &'static str) {
    match of {
        EntryStatus::Draft => ("DRAFT", "hour-entry-draft"),
        EntryStatus::Submitted => ("SUBMITTED", "hour-entry-submitted"),
        EntryStatus::Approved => ("APPROVED", "hour-entry-approved"),
        EntryStatus::Returned => ("RETURNED", "hour-entry-returned"),
        EntryStatus::Rejected => ("REJECTED", "hour-entry-rejected"),
        EntryStatus::Voided => ("VOIDED", "hour-entry-voided"),
    }
}

/// The code of a level of evidence.
fn level(of: EvidenceLevel) -> &'static str {
    match of {
        EvidenceLevel::SelfDeclared => "SELF_DECLARED",
        EvidenceLevel::CoordinatorAttested => "COORDINATOR_ATTESTED",
        EvidenceLevel::Imported => "IMPORTED",
        EvidenceLevel::CheckedIn => "CHECKED_IN",
        EvidenceLevel::CheckedInAndOut => "CHECKED_IN_AND_OUT",
    }
}
