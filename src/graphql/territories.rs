//! Territories as clients see them: one by code or id, a searched list, above and below.
//!
//! Anyone may read them. Figures of a territory are in the reports.

use std::sync::Arc;

use async_graphql::Context;
use async_graphql::Enum;
use async_graphql::ID;
use async_graphql::InputObject;
use async_graphql::Object;
use async_graphql::Result;
use chrono::NaiveDate;
use entity::ids::TerritoryId;
use entity::territory;

use crate::graphql::connection::Connection;
use crate::graphql::connection::PageArguments;
use crate::graphql::connection::searched;
use crate::graphql::context::Gql;
use crate::graphql::error::exactly_one;
use crate::graphql::error::fault;
use crate::graphql::loaders::ChildrenOf;
use crate::graphql::loaders::PathTo;
use crate::graphql::node::NodeId;
use crate::graphql::scalars::Date;
use crate::graphql::scalars::Locale;
use crate::platform::page::From;
use crate::platform::page::Page;
use crate::platform::page::Slice;
use crate::territories::edition::UNKNOWN_START;
use crate::territories::lookup;
use crate::territories::lookup::Filter;

const ORDER: &str = "territories.code.asc";

/// The administrative level of a territory.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "entity::types::TerritoryLevel")]
pub enum TerritoryLevel {
    /// The country.
    Country,
    /// A region.
    Region,
    /// A prefecture: the urban form of a province.
    Prefecture,
    /// A province.
    Province,
    /// A prefecture of arrondissements. It stands beside the tree: its people are counted in the
    /// commune of its prefecture too, so never add it to communes.
    PrefectureArrondissements,
    /// A commune.
    Commune,
    /// An arrondissement: part of a commune, so never add it to communes.
    Arrondissement,
}

/// Whether a commune is urban or rural, by the census of 2024.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "entity::types::Milieu")]
pub enum Milieu {
    /// A municipality.
    Urban,
    /// A rural commune.
    Rural,
}

/// A place of the administration, in the version of a span of days: a place that comes to lie
/// elsewhere begins a new version with the same code and another id.
#[derive(Clone, Debug)]
pub struct Territory(pub territory::Model);

/// A place of the administration, in the version of a span of days: a place that comes to lie
/// elsewhere begins a new version with the same code and another id.
#[Object]
impl Territory {
    /// Identifies this version.
    pub async fn id(&self) -> ID {
        self.0.id.global()
    }

    /// Dotted code of the census, such as `07.041` for Al Haouz; `MA` for the country.
    async fn code(&self) -> &str {
        &self.0.code
    }

    /// The administrative level.
    async fn level(&self) -> TerritoryLevel {
        self.0.level.into()
    }

    /// The name in a language.
    async fn name(
        &self,
        gql: &Context<'_>,
        #[graphql(desc = "The language; that of the request by default.")] locale: Option<Locale>,
    ) -> Result<&str> {
        let locale = gql.spoken(locale)?;
        Ok(locale.choose(
            &self.0.name_fr,
            Some(&self.0.name_ar),
            self.0.name_en.as_deref(),
        ))
    }

    /// The French name.
    async fn name_fr(&self) -> &str {
        &self.0.name_fr
    }

    /// The Arabic name.
    async fn name_ar(&self) -> &str {
        &self.0.name_ar
    }

    /// The English name; the French one where English uses it.
    async fn name_en(&self) -> &str {
        self.0.name_en.as_deref().unwrap_or(&self.0.name_fr)
    }

    /// Urban or rural; null above the communes.
    async fn milieu(&self) -> Option<Milieu> {
        self.0.milieu.map(Into::into)
    }

    /// ISO 3166-2 code of a region, province or prefecture; null where there is none.
    async fn iso_code(&self) -> Option<&str> {
        self.0.iso_code.as_deref()
    }

    /// Legal population of the census of 2014; null where it was not published.
    #[graphql(name = "population2014")]
    async fn population_2014(&self) -> Option<i32> {
        self.0.population_2014
    }

    /// Legal population of the census of 2024; null where it was not published.
    #[graphql(name = "population2024")]
    async fn population_2024(&self) -> Option<i32> {
        self.0.population_2024
    }

    /// Households of the census of 2024; null where they were not published.
    #[graphql(name = "households2024")]
    async fn households_2024(&self) -> Option<i32> {
        self.0.households_2024
    }

    /// First day of this version; null where it is not known.
    async fn valid_from(&self) -> Option<Date> {
        (self.0.valid_from != UNKNOWN_START).then_some(Date(self.0.valid_from))
    }

    /// First day on which this version is no longer in force; null while it is.
    async fn valid_to(&self) -> Option<Date> {
        self.0.valid_to.map(Date)
    }

    /// The place directly above; null for the country.
    async fn parent(&self, gql: &Context<'_>) -> Result<Option<Territory>> {
        loaded(gql, self.0.parent_id).await
    }

    /// The prefecture of arrondissements of an arrondissement; null for all others.
    async fn prefecture_of_arrondissements(&self, gql: &Context<'_>) -> Result<Option<Territory>> {
        loaded(gql, self.0.alternate_parent_id).await
    }

    /// All places above, the country first; without the place itself.
    async fn ancestors(&self, gql: &Context<'_>) -> Result<Vec<Territory>> {
        let path = gql
            .reader()?
            .load_one(PathTo(self.0.id))
            .await
            .map_err(|it| fault_of(gql, &it))?;
        Ok(path
            .iter()
            .flat_map(|it| it.iter())
            .filter(|it| it.id != self.0.id)
            .map(|it| Territory(it.clone()))
            .collect())
    }

    /// What lies directly below, by code: a partition of this place. Of a prefecture or province
    /// its communes; prefectures of arrondissements are found by level in `territories`.
    async fn children(
        &self,
        gql: &Context<'_>,
        #[graphql(
            desc = "The day on which they are in force; by default the present one, or the last \
                    of this version."
        )]
        on: Option<Date>,
        #[graphql(desc = "At most this many from the start, 1 to 100; 20 by default.")]
        first: Option<i32>,
        #[graphql(desc = "Only those after this cursor; with `first`.")] after: Option<String>,
        #[graphql(desc = "At most this many from the end, 1 to 100.")] last: Option<i32>,
        #[graphql(desc = "Only those before this cursor; with `last`.")] before: Option<String>,
    ) -> Result<Connection<Territory>> {
        let asked = PageArguments {
            first,
            after,
            last,
            before,
        };
        let page = asked.page::<String>(ORDER)?;
        let day = match on {
            Some(on) => on.0,
            None => self.day(today(gql)?),
        };
        let below = gql
            .reader()?
            .load_one(ChildrenOf(self.0.id))
            .await
            .map_err(|it| fault_of(gql, &it))?;
        let below: Vec<territory::Model> = below
            .iter()
            .flat_map(|it| it.iter())
            .filter(|it| it.valid_from <= day && it.valid_to.is_none_or(|end| day < end))
            .cloned()
            .collect();
        let count = i64::try_from(below.len()).unwrap_or(i64::MAX);
        Ok(Connection::new(
            cut(&page, below),
            ORDER,
            |it| it.code.clone(),
            Territory,
            Box::new(move || Box::pin(async move { Ok(count) })),
        ))
    }
}

impl Territory {
    /// The day nearest to another on which this version is in force.
    fn day(&self, wanted: NaiveDate) -> NaiveDate {
        let last = self.0.valid_to.and_then(|it| it.pred_opt());
        let day = last.map_or(wanted, |it| wanted.min(it));
        day.max(self.0.valid_from)
    }
}

/// A page of rows that are all at hand, as [`Page::narrow`] would have found it.
fn cut(page: &Page<String>, mut rows: Vec<territory::Model>) -> Slice<territory::Model> {
    match &page.from {
        From::Start(Some(after)) => rows.retain(|it| it.code > *after),
        From::End(Some(before)) => rows.retain(|it| it.code < *before),
        From::Start(None) | From::End(None) => {}
    }
    rows.sort_by(|one, other| one.code.cmp(&other.code));
    if matches!(page.from, From::End(_)) {
        rows.reverse();
    }
    page.slice(rows)
}

/// Narrows a list of territories; an absent part does not narrow.
#[derive(Debug, Default, InputObject)]
pub struct TerritoryFilter {
    /// Of this level.
    pub level: Option<TerritoryLevel>,
    /// Directly below the place of this code.
    pub parent_code: Option<String>,
    /// With this in the French, Arabic or English name, whatever accents, hamza forms or case; at
    /// most 100 characters.
    pub search: Option<String>,
    /// Urban or rural communes and arrondissements.
    pub milieu: Option<Milieu>,
    /// The day on which they are in force; the present one by default.
    pub on: Option<Date>,
}

impl TerritoryFilter {
    fn parse(self, today: NaiveDate) -> Result<(Filter, NaiveDate)> {
        let filter = Filter {
            level: self.level.map(Into::into),
            parent_code: self.parent_code,
            search: searched(self.search)?,
            milieu: self.milieu.map(Into::into),
        };
        Ok((filter, self.on.map_or(today, |it| it.0)))
    }
}

/// Queries of territories.
#[derive(Debug, Default)]
pub struct TerritoryQueries;

/// Queries of territories.
#[Object]
impl TerritoryQueries {
    /// One territory, by code or by id; null when there is none. No sign-in needed.
    async fn territory(
        &self,
        gql: &Context<'_>,
        #[graphql(desc = "Its code: dotted (`07.041`), or the digits alone. Give this or `id`.")]
        code: Option<String>,
        #[graphql(desc = "Its id. Give this or `code`.")] id: Option<ID>,
        #[graphql(desc = "The day of the version, with `code`; the present one by default.")]
        on: Option<Date>,
    ) -> Result<Option<Territory>> {
        match (code, id) {
            (Some(code), None) => {
                let ctx = gql.op()?;
                let day = match on {
                    Some(on) => on.0,
                    None => today(gql)?,
                };
                let found = lookup::by_code(ctx.read(), &code, day).await;
                Ok(found.map_err(|it| fault(ctx, &it))?.map(Territory))
            }
            (None, Some(id)) => loaded(gql, TerritoryId::read(&id)).await,
            _ => Err(exactly_one("code, id")),
        }
    }

    /// Territories in force on a day, by code. No sign-in needed.
    async fn territories(
        &self,
        gql: &Context<'_>,
        #[graphql(desc = "Which ones; all by default.")] filter: Option<TerritoryFilter>,
        #[graphql(desc = "At most this many from the start, 1 to 100; 20 by default.")]
        first: Option<i32>,
        #[graphql(desc = "Only those after this cursor; with `first`.")] after: Option<String>,
        #[graphql(desc = "At most this many from the end, 1 to 100.")] last: Option<i32>,
        #[graphql(desc = "Only those before this cursor; with `last`.")] before: Option<String>,
    ) -> Result<Connection<Territory>> {
        let ctx = gql.op()?.clone();
        let asked = PageArguments {
            first,
            after,
            last,
            before,
        };
        let page = asked.page::<String>(ORDER)?;
        let (filter, day) = filter.unwrap_or_default().parse(today(gql)?)?;
        let slice = lookup::search(ctx.read(), &filter, day, &page)
            .await
            .map_err(|it| fault(&ctx, &it))?;
        let filter = Arc::new(filter);
        Ok(Connection::new(
            slice,
            ORDER,
            |it| it.code.clone(),
            Territory,
            Box::new(move || {
                let (ctx, filter) = (ctx.clone(), Arc::clone(&filter));
                Box::pin(async move {
                    let count = lookup::count(ctx.read(), &filter, day).await;
                    let count = count.map_err(|it| fault(&ctx, &it))?;
                    Ok(i64::try_from(count).unwrap_or(i64::MAX))
                })
            }),
        ))
    }
}

fn today(gql: &Context<'_>) -> Result<NaiveDate> {
    Ok(gql.op()?.today())
}

async fn loaded(gql: &Context<'_>, id: Option<TerritoryId>) -> Result<Option<Territory>> {
    let Some(id) = id else { return Ok(None) };
    let found = gql.reader()?.load_one(id).await;
    Ok(found.map_err(|it| fault_of(gql, &it))?.map(Territory))
}

fn fault_of(gql: &Context<'_>, cause: &Arc<sea_orm::DbErr>) -> async_graphql::Error {
    match gql.op() {
        Ok(ctx) => fault(ctx, cause.as_ref()),
        Err(error) => error,
    }
}

#[cfg(test)]
mod tests {
    use chrono::NaiveDate;
    use entity::ids::TerritoryId;
    use entity::territory;
    use entity::types::TerritoryLevel;
    use uuid::Uuid;

    use super::Territory;
    use super::UNKNOWN_START;
    use super::cut;
    use crate::platform::page::From;
    use crate::platform::page::Page;

    fn place(code: &str) -> territory::Model {
        territory::Model {
            id: TerritoryId(Uuid::from_u128(1)),
            code: code.to_owned(),
            level: TerritoryLevel::Commune,
            parent_id: None,
            alternate_parent_id: None,
            name_fr: code.to_owned(),
            name_ar: code.to_owned(),
            name_en: None,
            search_key: code.to_owned(),
            milieu: None,
            iso_code: None,
            population_2014: None,
            population_2024: None,
            households_2024: None,
            valid_from: UNKNOWN_START,
            valid_to: None,
        }
    }

    fn codes(from: From<String>) -> (Vec<String>, bool, bool) {
        let rows = ["d", "a", "c", "b"].map(place).to_vec();
        let slice = cut(&Page { limit: 2, from }, rows);
        let codes = slice.rows.into_iter().map(|it| it.code).collect();
        (codes, slice.has_previous, slice.has_next)
    }

    #[test]
    fn pages_of_children_are_those_of_the_list() {
        let of = |one: &str, other: &str| vec![one.to_owned(), other.to_owned()];
        let key = |it: &str| Some(it.to_owned());

        assert_eq!(codes(From::Start(None)), (of("a", "b"), false, true));
        assert_eq!(codes(From::Start(key("b"))), (of("c", "d"), true, false));
        assert_eq!(codes(From::End(None)), (of("c", "d"), true, false));
        assert_eq!(codes(From::End(key("d"))), (of("b", "c"), true, true));
    }

    #[test]
    fn a_version_that_is_over_shows_its_last_day() {
        let day = |text: &str| text.parse::<NaiveDate>().unwrap();
        let mut row = place("a");
        row.valid_to = Some(day("2027-01-01"));
        let over = Territory(row);

        assert_eq!(over.day(day("2030-05-05")), day("2026-12-31"));
        assert_eq!(over.day(day("2020-05-05")), day("2020-05-05"));
    }
}
