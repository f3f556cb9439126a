//! Closed sets of webhooks.
//!
//! Those of other areas are in `types`.

use sea_orm::DeriveActiveEnum;
use sea_orm::EnumIter;
use sea_orm::prelude::StringLen;
use serde::Deserialize;
use serde::Serialize;

/// Whether an endpoint is told of changes.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum, Serialize, Deserialize,
)]
#[sea_orm(rs_type = "String", db_type = "String(StringLen::N(32))")]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum WebhookEndpointStatus {
    /// It is.
    #[sea_orm(string_value = "ACTIVE")]
    Active,
    /// What happens is kept for it, and sent when it goes on.
    #[sea_orm(string_value = "PAUSED")]
    Paused,
    /// It failed for too long, or said that it is gone: nothing is kept for it.
    #[sea_orm(string_value = "DISABLED")]
    Disabled,
    /// Somebody took it away.
    #[sea_orm(string_value = "ENDED")]
    Ended,
}

/// How far an event has come.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum, Serialize, Deserialize,
)]
#[sea_orm(rs_type = "String", db_type = "String(StringLen::N(32))")]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum WebhookDeliveryStatus {
    /// It waits for its first or next attempt, or for the one before it.
    #[sea_orm(string_value = "PENDING")]
    Pending,
    /// The endpoint took it.
    #[sea_orm(string_value = "DELIVERED")]
    Delivered,
    /// No attempt succeeded: it is passed over.
    #[sea_orm(string_value = "DEAD")]
    Dead,
}

/// Why an attempt failed.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum, Serialize, Deserialize,
)]
#[sea_orm(rs_type = "String", db_type = "String(StringLen::N(32))")]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum WebhookFailure {
    /// The endpoint answered something else than 2xx.
    #[sea_orm(string_value = "STATUS")]
    Status,
    /// It pointed elsewhere, and is not followed there.
    #[sea_orm(string_value = "REDIRECT")]
    Redirect,
    /// It did not answer in time.
    #[sea_orm(string_value = "TIMED_OUT")]
    TimedOut,
    /// There is no connection.
    #[sea_orm(string_value = "UNREACHABLE")]
    Unreachable,
    /// Its name leads to an address that nothing is sent to.
    #[sea_orm(string_value = "ADDRESS_REFUSED")]
    AddressRefused,
}
