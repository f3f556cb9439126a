//! Terms: a programme, an axis, a goal.

use sea_orm::entity::prelude::*;

use crate::ids::TermId;
use crate::ids::UserId;

/// One row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "vocabulary_term")]
pub struct Model {
    /// Identifies the row.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: TermId,
    /// Vocabulary.
    pub vocabulary: String,
    /// Code.
    pub code: String,
    /// Parent id.
    pub parent_id: Option<TermId>,
    /// PHASE, PROGRAMME, AXIS, GOAL …
    pub level: String,
    /// French name.
    pub name_fr: String,
    /// Arabic name.
    pub name_ar: String,
    /// English name.
    pub name_en: String,
    /// What names are in languages in which the source has none, by language: a map in JSON; null where every
    /// name is the source's or was written by hand.
    pub translations: Option<String>,
    /// Valid from.
    pub valid_from: Date,
    /// First day no longer in force; an end that was only planned is not one.
    pub valid_to: Option<Date>,
    /// Source.
    pub source: Option<String>,
    /// Ordinal: versions of one term have the same.
    pub ordinal: i32,
    /// Who wrote it last; null for what comes with the program.
    pub changed_by: Option<UserId>,
    /// Counts the changes; 1 when written.
    pub version: i32,
}

/// None: statements join by column where they need to.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
