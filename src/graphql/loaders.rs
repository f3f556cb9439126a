//! Things by id, gathered over a request: one statement for each kind and level.
//!
//! The statements are in the areas; a `Reader` lives for one request, since scope differs.

use std::collections::HashMap;
use std::collections::HashSet;
use std::hash::Hash;
use std::sync::Arc;
use std::time::Duration;

use async_graphql::Context;
use async_graphql::dataloader::DataLoader;
use async_graphql::dataloader::Loader;
use async_graphql::runtime::TokioTimer;
use chrono::NaiveDate;
use entity::ids::MembershipId;
use entity::ids::OrganizationId;
use entity::ids::ProjectId;
use entity::ids::TermId;
use entity::ids::TerritoryId;
use entity::ids::UserId;
use entity::ids::VolunteerId;
use entity::membership;
use entity::organization;
use entity::project;
use entity::territory;
use entity::user_account;
use entity::vocabulary_term;
use entity::volunteer;
use futures_util::task::FutureObj;
use futures_util::task::Spawn;
use futures_util::task::SpawnError;
use sea_orm::DbErr;
use tokio::runtime::Handle;

use crate::graphql::context::Gql;
use crate::graphql::error::fault;
use crate::graphql::imports::import::Files;
use crate::identity::Ctx;
use crate::organizations;
use crate::projects;
use crate::territories;
use crate::vocabularies;
use crate::volunteers;

/// Loads what one caller may see.
pub struct Reader {
    /// Who asks.
    pub ctx: Ctx,
    /// Files given so far.
    pub files: Files,
}

impl Reader {
    /// The loaders of one request.
    #[must_use]
    pub fn for_request(ctx: Ctx) -> DataLoader<Self> {
        // All resolvers of a level ask before the timer fires; a longer wait only adds latency.
        let reader = Self {
            ctx,
            files: Files::default(),
        };
        DataLoader::new(reader, Here, TokioTimer::default()).delay(Duration::from_micros(200))
    }
}

/// Looks up on the thread that the operation runs on, wherever that is: elsewhere it would begin before all have asked.
struct Here;

impl Spawn for Here {
    fn spawn_obj(&self, future: FutureObj<'static, ()>) -> Result<(), SpawnError> {
        let here = Handle::try_current().map_err(|_gone| SpawnError::shutdown())?;
        here.spawn(future);
        Ok(())
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

/// Vocabulary terms by id, only those the caller may see.
impl Loader<TermId> for Reader {
    type Value = vocabulary_term::Model;
    type Error = Arc<DbErr>;

    async fn load(
        &self,
        ids: &[TermId],
    ) -> Result<HashMap<TermId, vocabulary_term::Model>, Arc<DbErr>> {
        let ctx = &self.ctx;
        let found = vocabularies::lookup::visible(ctx.read(), ctx.scope(), ids).await?;
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

/// Asks for every version of the term that a row is a version of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct VersionsOf(pub TermId);

/// The versions of terms, the first one first.
impl Loader<VersionsOf> for Reader {
    type Value = Arc<[vocabulary_term::Model]>;
    type Error = Arc<DbErr>;

    async fn load(
        &self,
        asked: &[VersionsOf],
    ) -> Result<HashMap<VersionsOf, Arc<[vocabulary_term::Model]>>, Arc<DbErr>> {
        let ids: Vec<TermId> = asked.iter().map(|it| it.0).collect();
        let found = vocabularies::lookup::of_same_terms(self.ctx.read(), &ids).await?;
        let mut terms: HashMap<_, Vec<vocabulary_term::Model>> = HashMap::new();
        for row in found {
            let term = (row.vocabulary.clone(), row.code.clone());
            terms.entry(term).or_default().push(row);
        }
        let mut versions = HashMap::new();
        for rows in terms.into_values() {
            let rows: Arc<[vocabulary_term::Model]> = rows.into();
            let of = rows.iter().map(|it| (VersionsOf(it.id), Arc::clone(&rows)));
            versions.extend(of.collect::<Vec<_>>());
        }
        Ok(versions)
    }
}

/// Organizations by id.
impl Loader<OrganizationId> for Reader {
    type Value = organization::Model;
    type Error = Arc<DbErr>;

    async fn load(
        &self,
        ids: &[OrganizationId],
    ) -> Result<HashMap<OrganizationId, organization::Model>, Arc<DbErr>> {
        let found = organizations::store::by_ids(self.ctx.read(), self.ctx.scope(), ids).await?;
        Ok(found.into_iter().map(|it| (it.id, it)).collect())
    }
}

/// Volunteers by id.
impl Loader<VolunteerId> for Reader {
    type Value = volunteer::Model;
    type Error = Arc<DbErr>;

    async fn load(
        &self,
        ids: &[VolunteerId],
    ) -> Result<HashMap<VolunteerId, volunteer::Model>, Arc<DbErr>> {
        let found = volunteers::store::by_ids(self.ctx.read(), self.ctx.scope(), ids).await?;
        Ok(found.into_iter().map(|it| (it.id, it)).collect())
    }
}

/// Projects by id.
impl Loader<ProjectId> for Reader {
    type Value = project::Model;
    type Error = Arc<DbErr>;

    async fn load(
        &self,
        ids: &[ProjectId],
    ) -> Result<HashMap<ProjectId, project::Model>, Arc<DbErr>> {
        let found = projects::store::by_ids(self.ctx.read(), self.ctx.scope(), ids).await?;
        Ok(found.into_iter().map(|it| (it.id, it)).collect())
    }
}

/// Memberships in force by id.
impl Loader<MembershipId> for Reader {
    type Value = membership::Model;
    type Error = Arc<DbErr>;

    async fn load(
        &self,
        ids: &[MembershipId],
    ) -> Result<HashMap<MembershipId, membership::Model>, Arc<DbErr>> {
        let (ctx, own) = (&self.ctx, self.ctx.actor().user());
        let found = organizations::store::memberships(ctx.read(), ctx.scope(), own, ids).await?;
        Ok(found.into_iter().map(|it| (it.id, it)).collect())
    }
}

/// Users by id: oneself, and those of organizations whose members one may see.
impl Loader<UserId> for Reader {
    type Value = user_account::Model;
    type Error = Arc<DbErr>;

    async fn load(
        &self,
        ids: &[UserId],
    ) -> Result<HashMap<UserId, user_account::Model>, Arc<DbErr>> {
        let (ctx, own) = (&self.ctx, self.ctx.actor().user());
        let found = organizations::store::users(ctx.read(), ctx.scope(), own, ids).await?;
        Ok(found.into_iter().map(|it| (it.id, it)).collect())
    }
}

/// Asks for the shares of a project on a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct SharesOf {
    /// The project.
    pub project: ProjectId,
    /// The day.
    pub day: NaiveDate,
}

/// The shares of projects, by vocabulary.
impl Loader<SharesOf> for Reader {
    type Value = Arc<[projects::store::Shares]>;
    type Error = Arc<DbErr>;

    async fn load(
        &self,
        asked: &[SharesOf],
    ) -> Result<HashMap<SharesOf, Arc<[projects::store::Shares]>>, Arc<DbErr>> {
        let days: HashSet<NaiveDate> = asked.iter().map(|it| it.day).collect();
        let mut found: HashMap<SharesOf, Vec<projects::store::Shares>> = HashMap::new();
        for day in days {
            let ids: Vec<ProjectId> = asked
                .iter()
                .filter(|it| it.day == day)
                .map(|it| it.project)
                .collect();
            let ctx = &self.ctx;
            for shares in projects::store::shares_on(ctx.read(), ctx.scope(), &ids, day).await? {
                let key = SharesOf {
                    project: shares.0.project_id,
                    day,
                };
                found.entry(key).or_default().push(shares);
            }
        }
        Ok(found
            .into_iter()
            .map(|(key, shares)| (key, shares.into()))
            .collect())
    }
}

/// One thing by its key, together with what others of the same level ask for.
///
/// # Errors
/// A fault of ours.
pub async fn one<K>(
    gql: &Context<'_>,
    key: K,
) -> async_graphql::Result<Option<<Reader as Loader<K>>::Value>>
where
    K: Send + Sync + Hash + Eq + Clone + 'static,
    Reader: Loader<K, Error = Arc<DbErr>>,
{
    let found = gql.reader()?.load_one(key).await;
    found.map_err(|it| match gql.op() {
        Ok(ctx) => fault(ctx, it.as_ref()),
        Err(error) => error,
    })
}
