//! Vocabularies and their terms as clients see them.
//!
//! Anyone may read those of the platform, its members those of an organization. Acts are in
//! `vocabulary_acts`; shares of projects are with the projects.

use async_graphql::Context;
use async_graphql::Enum;
use async_graphql::ID;
use async_graphql::Object;
use async_graphql::Result;
use async_graphql::SimpleObject;
use chrono::NaiveDate;
use entity::ids::OrganizationId;
use entity::vocabulary;
use entity::vocabulary_term;

use crate::graphql::context::Gql;
use crate::graphql::error::fault;
use crate::graphql::loaders;
use crate::graphql::loaders::TermsOf;
use crate::graphql::loaders::VersionsOf;
use crate::graphql::node::NodeId;
use crate::graphql::organizations::Organization;
use crate::graphql::scalars::Date;
use crate::graphql::scalars::Locale;
use crate::identity::permissions::Action;
use crate::vocabularies::lookup;
use crate::vocabularies::rules;
use crate::vocabularies::translations;
use crate::vocabularies::versions;

/// A list of terms: `INDH` and `SDG`, among which projects share their minutes, `ISCO08`, the occupations,
/// `ICNP_TSO`, the fields of work, others that the platform keeps, and those that organizations keep for themselves.
#[derive(Clone, Debug)]
pub struct Vocabulary(pub vocabulary::Model);

/// A list of terms: `INDH` and `SDG`, among which projects share their minutes, `ISCO08`, the occupations,
/// `ICNP_TSO`, the fields of work, others that the platform keeps, and those that organizations keep for themselves.
#[Object]
impl Vocabulary {
    /// Stable code; of an organization's own, its slug and a colon stand before it: `al-amal:THEMES`.
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

    /// Whose it is; null for those of the platform, which everybody uses.
    async fn organization(&self, gql: &Context<'_>) -> Result<Option<Organization>> {
        let Some(id) = self.0.organization_id else {
            return Ok(None);
        };
        Ok(loaders::one(gql, id).await?.map(Organization))
    }

    /// What its terms are, the highest first: a term lies in one of a level before its own.
    async fn levels(&self) -> Vec<String> {
        rules::levels(&self.0)
    }

    /// The terms in force on a day, those above before those below; at most 2,000. What ended, or is to come,
    /// is found by its day.
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

    /// Code, unique in the vocabulary on each day: `PH3-P4` of `INDH`, `4` and `4.1` of `SDG`, `23` of `ISCO08`.
    async fn code(&self) -> &str {
        &self.0.code
    }

    /// Where it stands in the vocabulary: PHASE, PROGRAMME, AXIS, SECTOR, CATEGORY or COMPONENT of
    /// `INDH`, GOAL or TARGET of `SDG`, MAJOR or SUB_MAJOR of `ISCO08`, SECTION, GROUP or SUBGROUP of
    /// `ICNP_TSO`; other vocabularies have others. Every version
    /// of a term has the same.
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

    /// Languages whose name is not the source's own; none where every name is, or was written by hand.
    async fn translations(&self) -> Vec<TermTranslation> {
        translations::of(&self.0)
            .into_iter()
            .map(|(locale, it)| TermTranslation {
                locale: Locale(locale),
                status: it.into(),
            })
            .collect()
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

    /// Counts the changes of this version of the term; for `expectedVersion`. That a later version ends it is
    /// one.
    async fn version(&self) -> i32 {
        self.0.version
    }

    /// Every version of the term, the first one first; at most 50 that were written by hand. This one is
    /// among them.
    async fn versions(&self, gql: &Context<'_>) -> Result<Vec<VocabularyTerm>> {
        let found = loaders::one(gql, VersionsOf(self.0.id)).await?;
        let found = found.iter().flat_map(|it| it.iter());
        Ok(found.map(|it| VocabularyTerm(it.clone())).collect())
    }

    /// The term above, as it is called on a day; null at the top.
    async fn parent(
        &self,
        gql: &Context<'_>,
        #[graphql(
            desc = "The day; by default the present one, or the nearest on which this version is in force."
        )]
        on: Option<Date>,
    ) -> Result<Option<VocabularyTerm>> {
        let Some(id) = self.0.parent_id else {
            return Ok(None);
        };
        let day = match on {
            Some(day) => day.0,
            None => {
                let last = self.0.valid_to.and_then(|it| it.pred_opt());
                let day = last.unwrap_or(NaiveDate::MAX).min(gql.op()?.today());
                day.max(self.0.valid_from)
            }
        };
        let found = loaders::one(gql, VersionsOf(id)).await?;
        let found = found.and_then(|rows| {
            let code = rows.first()?.code.clone();
            versions::on(&rows, &code, day).cloned()
        });
        Ok(found.map(VocabularyTerm))
    }
}

/// What a name is that the source of a term does not have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "translations::Translation")]
pub enum TranslationStatus {
    /// A working translation, not an official one.
    Unofficial,
    /// There is none: the name of another language stands there.
    Missing,
}

/// What the name of a term in a language is, where its source has none.
#[derive(SimpleObject)]
pub struct TermTranslation {
    /// The language.
    locale: Locale,
    /// What its name is.
    status: TranslationStatus,
}

/// Queries of vocabularies.
#[derive(Debug, Default)]
pub struct VocabularyQueries;

/// Queries of vocabularies.
#[Object]
impl VocabularyQueries {
    /// The vocabularies of the platform, for which no sign-in is needed, and those of the caller's own
    /// organizations.
    async fn vocabularies(
        &self,
        gql: &Context<'_>,
        #[graphql(
            desc = "Of this organization alone, beside those of the platform; where the caller does not see it, only these."
        )]
        organization_id: Option<ID>,
    ) -> Result<Vec<Vocabulary>> {
        let ctx = gql.op()?;
        let scope = ctx.scope();
        let organizations = match &organization_id {
            None => scope.organizations_where(Action::ReadOrganization),
            Some(id) => OrganizationId::read(id).into_iter().collect(),
        };
        let found = lookup::vocabularies(ctx.read(), scope, &organizations).await;
        let found = found.map_err(|it| fault(ctx, &it))?;
        Ok(found.into_iter().map(Vocabulary).collect())
    }
}
