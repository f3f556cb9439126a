//! What the server says of itself.
//!
//! Health for machines is in `http/health.rs`.

use async_graphql::Context;
use async_graphql::Object;
use async_graphql::Result;
use async_graphql::SimpleObject;

use crate::graphql::context::Gql;
use crate::graphql::scalars::DateTime;
use crate::platform::i18n;
use crate::platform::zones;

/// What this server is.
#[derive(SimpleObject)]
pub struct ServerInfo {
    /// Release of the server.
    version: &'static str,
    /// Release of the time zone data in use, which decides civil days: `2026c` or later is right
    /// for Morocco.
    time_zone_data: String,
    /// Languages of messages and names, as BCP 47 tags.
    locales: Vec<&'static str>,
    /// The server's present instant.
    now: DateTime,
}

/// Queries about the server.
#[derive(Default)]
pub struct ServerQueries;

#[Object]
impl ServerQueries {
    /// What this server is. Open to everybody.
    async fn server_info(&self, gql: &Context<'_>) -> Result<ServerInfo> {
        Ok(ServerInfo {
            version: env!("CARGO_PKG_VERSION"),
            time_zone_data: zones::data_version().to_string(),
            locales: i18n::Locale::ALL.iter().map(|it| it.tag()).collect(),
            now: DateTime(gql.op()?.now()),
        })
    }
}
