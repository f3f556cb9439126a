//! Sign-ins at other providers that are on their way.

use sea_orm::entity::prelude::*;

use crate::ids::SignInRequestId;
use crate::ids::UserId;

/// One row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "sign_in_request")]
pub struct Model {
    /// Identifies the row; nonce, state and verifier follow from it and a key of the server.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: SignInRequestId,
    /// The provider's name in the settings.
    pub provider: String,
    /// Where the provider sends the browser back to.
    pub redirect_url: String,
    /// SHA-256 of the state.
    pub digest: Vec<u8>,
    /// SHA-256 of what whoever began keeps, and the provider never sees.
    pub key_digest: Vec<u8>,
    /// Who was signed in and links an identity; null where somebody signs in.
    pub user_id: Option<UserId>,
    /// When it began.
    pub created_at: DateTimeUtc,
    /// From then on it is worth nothing.
    pub expires_at: DateTimeUtc,
    /// When a code came back: no second one is taken.
    pub exchanged_at: Option<DateTimeUtc>,
    /// Whose account the provider proved, while a second factor is still asked for.
    pub proven_user_id: Option<UserId>,
    /// With which identity: keyed digest of issuer and subject.
    pub proven_digest: Option<Vec<u8>>,
    /// When it was used.
    pub used_at: Option<DateTimeUtc>,
    /// Keyed digest of the network that it began from.
    pub network: Option<Vec<u8>>,
}

/// None: statements join by column where they need to.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
