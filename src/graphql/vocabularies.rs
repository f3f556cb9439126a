//! Vocabularies and their terms as clients see them.
//!
//! Anyone may read them. Shares of projects are with the projects.

use std::sync::Arc;

use async_graphql::Context;
use async_graphql::ID;
use async_graphql::Object;
use async_graphql::Result;
use entity::vocabulary;
use entity::vocabulary_term;

use crate::graphql::context::Gql;
use crate::graphql::error::fault;
use crate::graphql::loaders::TermsOf;
use crate::graphql::node::NodeId;
use crate::graphql::scalars::Date;
use crate::graphql::scalars::Locale;
use crate::vocabularies::lookup;

/// A list of terms: `INDH` and `SDG`, among which projects share their minutes, and `ISCO08`, the
/// occupations.
#[derive(Clone, Debug)]
pub struct Vocabulary(pub vocabulary::Model);

/// A list of terms: `INDH` and `SDG`, among which projects share their minutes, and `ISCO08`, the
/// occupations.
#[Object]
impl Vocabulary {
    /// Stable code.
    async fn code(&self) -> &str {
        &self.0.code
    }

    /// The name in a language.
    async fn name(
        &self,
        gql: &Context<'_>,
        #[graphql(desc = "The language; that of the request by default.")] locale: Option<Locale>,
    ) -> Result<&str> {
        let it = &self.0;
        Ok(gql
            .spoken(locale)?
            .choose(&it.name_fr, Some(&it.name_ar), Some(&it.name_en)))
    }

    /// The terms in force on a day, those above before those below.
    async fn terms(
        &self,
        gql: &Context<'_>,
        #[graphql(desc = "The day; the present one by default.")] on: Option<Date>,
    ) -> Result<Vec<VocabularyTerm>> {
        let ctx = gql.op()?;
        let asked = TermsOf {
            vocabulary: self.0.code.clone(),
            day: on.map_or_else(|| ctx.today(), |it| it.0),
        };
        let found = gql.reader()?.load_one(asked).await;
        let found = found.map_err(|it| fault(ctx, it.as_ref()))?;
        Ok(found
            .iter()
            .flat_map(|it| it.iter())
            .map(|it| VocabularyTerm(it.clone()))
            .collect())
    }
}

/// A programme, an axis, a goal, an occupation: one term of a vocabulary in a span of days.
#[derive(Clone, Debug)]
pub struct VocabularyTerm(pub vocabulary_term::Model);

/// A programme, an axis, a goal, an occupation: one term of a vocabulary in a span of days.
#[Object]
impl VocabularyTerm {
    /// Identifies this version of the term.
    pub async fn id(&self) -> ID {
        self.0.id.global()
    }

    /// Code of the vocabulary it belongs to.
    async fn vocabulary_code(&self) -> &str {
        &self.0.vocabulary
    }

    /// Code, unique in the vocabulary on each day: `PH3-P4` of `INDH`, `4` of `SDG`, `23` of `ISCO08`.
    async fn code(&self) -> &str {
        &self.0.code
    }

    /// Where it stands in the vocabulary: PHASE, PROGRAMME, AXIS, SECTOR, CATEGORY or COMPONENT of
    /// `INDH`, GOAL of `SDG`, MAJOR or SUB_MAJOR of `ISCO08`; other vocabularies may have others.
    async fn level(&self) -> &str {
        &self.0.level
    }

    /// The name in a language.
    async fn name(
        &self,
        gql: &Context<'_>,
        #[graphql(desc = "The language; that of the request by default.")] locale: Option<Locale>,
    ) -> Result<&str> {
        let it = &self.0;
        Ok(gql
            .spoken(locale)?
            .choose(&it.name_fr, Some(&it.name_ar), Some(&it.name_en)))
    }

    /// The French name.
    async fn name_fr(&self) -> &str {
        &self.0.name_fr
    }

    /// The Arabic name.
    async fn name_ar(&self) -> &str {
        &self.0.name_ar
    }

    /// The English name.
    async fn name_en(&self) -> &str {
        &self.0.name_en
    }

    /// First day.
    async fn valid_from(&self) -> Date {
        Date(self.0.valid_from)
    }

    /// First day on which it is no longer in force; null while no end is a fact. A planned end is
    /// none.
    async fn valid_to(&self) -> Option<Date> {
        self.0.valid_to.map(Date)
    }

    /// Who says so.
    async fn source(&self) -> Option<&str> {
        self.0.source.as_deref()
    }

    /// The term above; null at the top.
    async fn parent(&self, gql: &Context<'_>) -> Result<Option<VocabularyTerm>> {
        let Some(id) = self.0.parent_id else {
            return Ok(None);
        };
        let ctx = gql.op()?;
        let found = gql.reader()?.load_one(id).await;
        let found = found.map_err(|it: Arc<sea_orm::DbErr>| fault(ctx, it.as_ref()))?;
        Ok(found.map(VocabularyTerm))
    }
}

/// Queries of vocabularies.
#[derive(Debug, Default)]
pub struct VocabularyQueries;

/// Queries of vocabularies.
#[Object]
impl VocabularyQueries {
    /// All vocabularies. No sign-in needed.
    async fn vocabularies(&self, gql: &Context<'_>) -> Result<Vec<Vocabulary>> {
        let ctx = gql.op()?;
        let found = lookup::vocabularies(ctx.read()).await;
        let found = found.map_err(|it| fault(ctx, &it))?;
        Ok(found.into_iter().map(Vocabulary).collect())
    }
}
