//! Things by id, gathered over a request: one statement for each kind and level.
//!
//! The statements are in the areas; a `Reader` lives for one request, since scope differs.

use std::collections::HashMap;
use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

use async_graphql::dataloader::DataLoader;
use async_graphql::dataloader::Loader;
use async_graphql::runtime::TokioSpawner;
use async_graphql::runtime::TokioTimer;
use chrono::NaiveDate;
use entity::ids::TermId;
use entity::ids::TerritoryId;
use entity::territory;
use entity::vocabulary_term;
use sea_orm::DbErr;

use crate::identity::Ctx;
use crate::territories;
use crate::vocabularies;

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

/// Territories by id.
impl Loader<TerritoryId> for Reader {
    type Value = territory::Model;
    type Error = Arc<DbErr>;

    async fn load(
        &self,
        ids: &[TerritoryId],
    ) -> Result<HashMap<TerritoryId, territory::Model>, Arc<DbErr>> {
        let found = territories::lookup::by_ids(self.ctx.read(), ids).await?;
        Ok(found.into_iter().map(|it| (it.id, it)).collect())
    }
}

/// Asks for what lies directly below a territory.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ChildrenOf(pub TerritoryId);

/// What lies directly below territories, by code.
impl Loader<ChildrenOf> for Reader {
    type Value = Arc<[territory::Model]>;
    type Error = Arc<DbErr>;

    async fn load(
        &self,
        asked: &[ChildrenOf],
    ) -> Result<HashMap<ChildrenOf, Arc<[territory::Model]>>, Arc<DbErr>> {
        let ids: Vec<TerritoryId> = asked.iter().map(|it| it.0).collect();
        let found = territories::lookup::children_of(self.ctx.read(), &ids).await?;
        Ok(found
            .into_iter()
            .map(|(id, rows)| (ChildrenOf(id), rows.into()))
            .collect())
    }
}

/// Asks for the chain from the country down to a territory, itself included.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct PathTo(pub TerritoryId);

/// The chains from the country down to territories.
impl Loader<PathTo> for Reader {
    type Value = Arc<[territory::Model]>;
    type Error = Arc<DbErr>;

    async fn load(
        &self,
        asked: &[PathTo],
    ) -> Result<HashMap<PathTo, Arc<[territory::Model]>>, Arc<DbErr>> {
        let ids: Vec<TerritoryId> = asked.iter().map(|it| it.0).collect();
        let found = territories::lookup::path(self.ctx.read(), &ids).await?;
        Ok(found
            .into_iter()
            .map(|(id, rows)| (PathTo(id), rows.into()))
            .collect())
    }
}

/// Vocabulary terms by id.
impl Loader<TermId> for Reader {
    type Value = vocabulary_term::Model;
    type Error = Arc<DbErr>;

    async fn load(
        &self,
        ids: &[TermId],
    ) -> Result<HashMap<TermId, vocabulary_term::Model>, Arc<DbErr>> {
        let found = vocabularies::lookup::by_ids(self.ctx.read(), ids).await?;
        Ok(found.into_iter().map(|it| (it.id, it)).collect())
    }
}

/// Asks for the terms of a vocabulary in force on a day.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct TermsOf {
    /// Code of the vocabulary.
    pub vocabulary: String,
    /// The day.
    pub day: NaiveDate,
}

/// The terms of vocabularies, in order.
impl Loader<TermsOf> for Reader {
    type Value = Arc<[vocabulary_term::Model]>;
    type Error = Arc<DbErr>;

    async fn load(
        &self,
        asked: &[TermsOf],
    ) -> Result<HashMap<TermsOf, Arc<[vocabulary_term::Model]>>, Arc<DbErr>> {
        let days: HashSet<NaiveDate> = asked.iter().map(|it| it.day).collect();
        let mut found: HashMap<TermsOf, Vec<vocabulary_term::Model>> = HashMap::new();
        // As a rule one day, hence one statement.
        for day in days {
            let codes: Vec<String> = asked
                .iter()
                .filter(|it| it.day == day)
                .map(|it| it.vocabulary.clone())
                .collect();
            for term in vocabularies::lookup::list(self.ctx.read(), &codes, day).await? {
                let key = TermsOf {
                    vocabulary: term.vocabulary.clone(),
                    day,
                };
                found.entry(key).or_default().push(term);
            }
        }
        Ok(found
            .into_iter()
            .map(|(key, terms)| (key, terms.into()))
            .collect())
    }
}
