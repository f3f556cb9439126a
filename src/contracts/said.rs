//! What was recorded of contracts, accreditations and incidents, so that a report can be answered as of an earlier instant.
//!
//! Only what figures rest on is kept, and it is never rewritten. What holds now is in `store`.

use std::collections::BTreeMap;

use chrono::DateTime;
use chrono::NaiveDate;
use chrono::Utc;
use entity::accreditation;
use entity::contract_incident;
use entity::contract_said;
use entity::ids::ContractId;
use entity::ids::IncidentId;
use entity::ids::OrganizationId;
use entity::ids::ProjectId;
use entity::ids::TerritoryId;
use entity::ids::VolunteerId;
use entity::types::IncidentKind;
use entity::types::IncidentSeverity;
use entity::volunteer_contract;
use sea_orm::ColumnTrait;
use sea_orm::ConnectionTrait;
use sea_orm::DbErr;
use sea_orm::EntityTrait;
use sea_orm::IntoActiveModel;
use sea_orm::QueryFilter;
use sea_orm::QueryOrder;
use serde::Deserialize;
use serde::Serialize;
use serde::de::DeserializeOwned;
use uuid::Uuid;

use crate::platform::db::Tx;

/// Names of what is said. Words of stored rows: never renamed.
const CONTRACT: &str = "volunteer_contract";
const ACCREDITATION: &str = "accreditation";
const INCIDENT: &str = "contract_incident";
/// Values of one statement, below what either database takes.
const VALUES: usize = 10_000;

/// What figures rest on in a contract.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Contract {
    /// The contract.
    pub id: ContractId,
    /// In whose register.
    pub organization: OrganizationId,
    /// Year and number in the register.
    pub number: (i32, i32),
    /// Whose it is.
    pub volunteer: VolunteerId,
    /// What for.
    pub mission: String,
    /// The mission folded.
    pub mission_key: String,
    /// Where.
    pub territory: TerritoryId,
    /// The project whose hours are given under it.
    pub project: Option<ProjectId>,
    /// First day.
    pub from: NaiveDate,
    /// Last day agreed.
    pub until: NaiveDate,
    /// Last day in force, where it ended early.
    pub ended_on: Option<NaiveDate>,
    /// Nationality.
    pub nationality: Option<String>,
    /// Whether an insurance policy is named.
    pub insured: bool,
    /// Whether the document is known by its digest.
    pub documented: bool,
}

impl Contract {
    /// Last day in force.
    #[must_use]
    pub fn last_day(&self) -> NaiveDate {
        self.ended_on.unwrap_or(self.until)
    }
}

impl From<&volunteer_contract::Model> for Contract {
    fn from(row: &volunteer_contract::Model) -> Self {
        Self {
            id: row.id,
            organization: row.organization_id,
            number: (row.register_year, row.register_number),
            volunteer: row.volunteer_id,
            mission: row.mission.clone(),
            mission_key: row.mission_key.clone(),
            territory: row.territory_id,
            project: row.project_id,
            from: row.from_day,
            until: row.until_day,
            ended_on: row.ended_on,
            nationality: row.nationality.clone(),
            insured: row.policy_number.is_some(),
            documented: row.document_sha256.is_some(),
        }
    }
}

/// What figures rest on in an accreditation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Accreditation {
    /// Whose it is.
    pub organization: OrganizationId,
    /// First day.
    pub from: NaiveDate,
    /// Last day; `None` while no end is known.
    pub until: Option<NaiveDate>,
}

impl Accreditation {
    /// Whether it holds on a day.
    #[must_use]
    pub fn holds(&self, on: NaiveDate) -> bool {
        self.from <= on && self.until.is_none_or(|it| it >= on)
    }
}

impl From<&accreditation::Model> for Accreditation {
    fn from(row: &accreditation::Model) -> Self {
        Self {
            organization: row.organization_id,
            from: row.valid_from,
            until: row.valid_until,
        }
    }
}

/// What figures rest on in an incident: no words of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Incident {
    /// The incident.
    pub id: IncidentId,
    /// The organization of the contract.
    pub organization: OrganizationId,
    /// Under which contract.
    pub contract: ContractId,
    /// The civil day.
    pub day: NaiveDate,
    /// What happened.
    pub kind: IncidentKind,
    /// How gravely the volunteer came to harm; `None` while not known.
    pub severity: Option<IncidentSeverity>,
    /// Calendar days on which the volunteer could not work; `None` while not known.
    pub days_lost: Option<i32>,
    /// Whether the insurer was told.
    pub declared: bool,
    /// Whether it was recorded in error.
    pub void: bool,
}

impl From<&contract_incident::Model> for Incident {
    fn from(row: &contract_incident::Model) -> Self {
        Self {
            id: row.id,
            organization: row.organization_id,
            contract: row.contract_id,
            day: row.day,
            kind: row.kind,
            severity: row.severity,
            days_lost: row.days_lost,
            declared: row.declared_on.is_some(),
            void: row.void_reason.is_some(),
        }
    }
}

/// Keeps what contracts say now.
///
/// # Errors
/// [`DbErr`].
pub async fn keep_contracts(tx: &Tx, rows: &[volunteer_contract::Model]) -> Result<(), DbErr> {
    let said = rows.iter().map(|it| {
        let version = (it.id.0, it.version);
        row(
            CONTRACT,
            version,
            it.organization_id,
            &Contract::from(it),
            it.updated_at,
        )
    });
    keep(tx, said.collect::<Result<_, _>>()?).await
}

/// Keeps what is said of incidents now.
///
/// # Errors
/// [`DbErr`].
pub async fn keep_incidents(tx: &Tx, rows: &[contract_incident::Model]) -> Result<(), DbErr> {
    let said = rows.iter().map(|it| {
        let version = (it.id.0, it.version);
        row(
            INCIDENT,
            version,
            it.organization_id,
            &Incident::from(it),
            it.updated_at,
        )
    });
    keep(tx, said.collect::<Result<_, _>>()?).await
}

/// Keeps what an accreditation says now.
///
/// # Errors
/// [`DbErr`].
pub async fn keep_accreditation(tx: &Tx, it: &accreditation::Model) -> Result<(), DbErr> {
    let (version, content) = ((it.id.0, it.version), Accreditation::from(it));
    let said = row(
        ACCREDITATION,
        version,
        it.organization_id,
        &content,
        it.updated_at,
    )?;
    keep(tx, vec![said]).await
}

fn row(
    kind: &str,
    (subject_id, version): (Uuid, i32),
    organization_id: OrganizationId,
    content: &impl Serialize,
    said_at: DateTime<Utc>,
) -> Result<contract_said::Model, DbErr> {
    let content = serde_json::to_string(content).map_err(|it| DbErr::Custom(it.to_string()))?;
    Ok(contract_said::Model {
        subject_id,
        version,
        kind: kind.to_owned(),
        organization_id,
        content,
        said_at,
    })
}

async fn keep(tx: &Tx, rows: Vec<contract_said::Model>) -> Result<(), DbErr> {
    // Nothing to insert is no statement.
    for chunk in rows.chunks(VALUES / 6) {
        let chunk = chunk
            .iter()
            .cloned()
            .map(IntoActiveModel::into_active_model);
        contract_said::Entity::insert_many(chunk)
            .exec_without_returning(&**tx)
            .await?;
    }
    Ok(())
}

/// What the contracts of some organizations said at an instant.
///
/// # Errors
/// [`DbErr`]; also of what cannot be read.
pub async fn contracts_at(
    db: &impl ConnectionTrait,
    organizations: &[OrganizationId],
    at: DateTime<Utc>,
) -> Result<Vec<Contract>, DbErr> {
    said_at(db, CONTRACT, organizations, at).await
}

/// What the accreditations of some organizations said at an instant.
///
/// # Errors
/// [`DbErr`]; also of what cannot be read.
pub async fn accreditations_at(
    db: &impl ConnectionTrait,
    organizations: &[OrganizationId],
    at: DateTime<Utc>,
) -> Result<Vec<Accreditation>, DbErr> {
    said_at(db, ACCREDITATION, organizations, at).await
}

/// What was said of the incidents of some organizations at an instant.
///
/// # Errors
/// [`DbErr`]; also of what cannot be read.
pub async fn incidents_at(
    db: &impl ConnectionTrait,
    organizations: &[OrganizationId],
    at: DateTime<Utc>,
) -> Result<Vec<Incident>, DbErr> {
    said_at(db, INCIDENT, organizations, at).await
}

async fn said_at<T: DeserializeOwned>(
    db: &impl ConnectionTrait,
    kind: &str,
    organizations: &[OrganizationId],
    at: DateTime<Utc>,
) -> Result<Vec<T>, DbErr> {
    let mut last: BTreeMap<Uuid, String> = BTreeMap::new();
    for ids in organizations.chunks(VALUES) {
        let rows = contract_said::Entity::find()
            .filter(contract_said::Column::OrganizationId.is_in(ids.iter().copied()))
            .filter(contract_said::Column::Kind.eq(kind))
            .filter(contract_said::Column::SaidAt.lte(at))
            .order_by_asc(contract_said::Column::SubjectId)
            .order_by_asc(contract_said::Column::Version)
            .all(db)
            .await?;
        last.extend(rows.into_iter().map(|it| (it.subject_id, it.content)));
    }
    let read = |it: String| serde_json::from_str(&it).map_err(|it| DbErr::Custom(it.to_string()));
    last.into_values().map(read).collect()
}
