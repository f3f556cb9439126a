//! Things by id, gathered over a request: one statement for each kind and level.
//!
//! The statements are in the areas; a `Reader` lives for one request, since scope differs.

use std::time::Duration;

use async_graphql::dataloader::DataLoader;
use async_graphql::runtime::TokioSpawner;
use async_graphql::runtime::TokioTimer;

use crate::identity::Ctx;

/// Loads what one caller may see.
pub struct Reader {
    /// Who asks.
    pub ctx: Ctx,
}

impl Reader {
    /// The loaders of one request.
    #[must_use]
    pub fn for_request(ctx: Ctx) -> DataLoader<Self> {
        // All resolvers of a level ask before the timer fires; a longer wait only adds latency.
        DataLoader::new(Self { ctx }, TokioSpawner::current(), TokioTimer::default())
            .delay(Duration::from_micros(200))
    }
}
