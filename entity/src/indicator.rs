//! What is measured, and how its values become one.

use sea_orm::entity::prelude::*;

use crate::ids::IndicatorId;
use crate::ids::OrganizationId;
use crate::types::Derived;
use crate::types::Direction;
use crate::types::OverPlace;
use crate::types::OverTime;
use crate::types::Reading;
use crate::types::ResultLevel;
use crate::types::ValueType;

/// One row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "indicator")]
pub struct Model {
    /// Identifies the row.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: IndicatorId,
    /// Whose it is; null for those of the catalogue.
    pub organization_id: Option<OrganizationId>,
    /// Its short name, unique among those of its owner.
    pub code: String,
    /// Name in French.
    pub name_fr: String,
    /// Name in Arabic.
    pub name_ar: Option<String>,
    /// Name in English.
    pub name_en: Option<String>,
    /// The names as they are searched.
    pub search_key: String,
    /// What is counted, as people write it: `personnes`, `km`.
    pub unit: String,
    /// What its values are.
    pub value_type: ValueType,
    /// Which way is better.
    pub direction: Direction,
    /// Where in the chain of results it stands.
    pub level: ResultLevel,
    /// What a value says.
    pub reading: Reading,
    /// How values become one over time.
    pub over_time: OverTime,
    /// How values become one over places and projects.
    pub over_place: OverPlace,
    /// By what its totals may be broken down: words of [`crate::types::Dimension`], as JSON.
    pub dimensions: String,
    /// Code of the vocabulary whose terms are one dimension more, where there is one.
    pub vocabulary: Option<String>,
    /// What it is computed from, where nobody measures it.
    pub derived: Option<Derived>,
    /// Code of the INDH programme or axis it serves.
    pub programme_code: Option<String>,
    /// Code of the goal or target of sustainable development it serves.
    pub sdg_code: Option<String>,
    /// Code in the IRIS+ catalogue.
    pub iris_code: Option<String>,
    /// Where its definition comes from.
    pub source: Option<String>,
    /// Counts the changes; 1 when created.
    pub version: i32,
    /// When the row was written.
    pub created_at: DateTimeUtc,
    /// When it last changed.
    pub updated_at: DateTimeUtc,
    /// Since when nothing new is measured.
    pub archived_at: Option<DateTimeUtc>,
}

/// None: statements join by column where they need to.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
