//! One term's share of a tag set.

use sea_orm::entity::prelude::*;

use crate::ids::TagSetId;
use crate::ids::TermId;

/// One row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "tag_share")]
pub struct Model {
    /// Tag set id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub tag_set_id: TagSetId,
    /// Term id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub term_id: TermId,
    /// Millionths; the shares of a set sum to 1,000,000.
    pub share_ppm: i32,
}

/// None: statements join by column where they need to.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
