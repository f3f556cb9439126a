//! Work in the background.

use sea_orm::entity::prelude::*;

use crate::ids::ApiTokenId;
use crate::ids::JobId;
use crate::ids::SessionId;
use crate::ids::UserId;
use crate::types::JobKind;
use crate::types::JobStatus;

/// One row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "job")]
pub struct Model {
    /// Identifies the row.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: JobId,
    /// What is to be done; `payload` has the form that belongs to it.
    pub kind: JobKind,
    /// How far it has come: `RUNNING` exactly while a worker holds a lease.
    pub status: JobStatus,
    /// Who asked for it: it is done with what they may see when it is done.
    pub requested_by: UserId,
    /// The session in which they asked; it may have ended since.
    pub session_id: SessionId,
    /// The token through which they asked: it is done with no more than that may. Null for a session.
    pub api_token_id: Option<ApiTokenId>,
    /// What is to be done, as JSON.
    pub payload: String,
    /// 0 to 100, as the worker tells; 100 when it succeeded.
    pub progress: i32,
    /// How often a worker took it.
    pub attempts: i32,
    /// Goes up whenever a worker takes it: what an earlier one still writes meets another number.
    pub fence: i32,
    /// Before this instant nobody takes it.
    pub due_at: DateTimeUtc,
    /// Until when its worker has it, unless the worker says more.
    pub leased_until: Option<DateTimeUtc>,
    /// Why it was refused: codes with their values, as JSON.
    pub refusals: Option<String>,
    /// Counts the changes; 1 when created.
    pub version: i32,
    /// When the row was written.
    pub created_at: DateTimeUtc,
    /// When a worker first took it.
    pub started_at: Option<DateTimeUtc>,
    /// When it came to an end, whichever.
    pub finished_at: Option<DateTimeUtc>,
    /// When it last changed.
    pub updated_at: DateTimeUtc,
}

/// None: statements join by column where they need to.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
