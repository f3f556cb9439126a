//! Files on their way to whom they are for.

use sea_orm::entity::prelude::*;

use crate::ids::DeliveryId;
use crate::ids::JobId;
use crate::ids::RunId;

/// One row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "delivery")]
pub struct Model {
    /// Identifies the row, and the letter: however often it is sent, it is one.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: DeliveryId,
    /// The run of a schedule that made the file.
    pub run_id: RunId,
    /// The export that made the file.
    pub export_id: JobId,
    /// The work that delivers it: its state is that of the delivery.
    pub job_id: JobId,
    /// Where it goes and what is said of it, as JSON.
    pub shipment: String,
    /// When it was taken, by the mail server or the store.
    pub sent_at: Option<DateTimeUtc>,
    /// When the owner was told that it did not arrive.
    pub told_at: Option<DateTimeUtc>,
    /// When the row was written.
    pub created_at: DateTimeUtc,
}

/// None: statements join by column where they need to.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
